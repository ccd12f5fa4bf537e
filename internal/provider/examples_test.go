package provider

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/clitest"
)

const examplesFolder = "../../examples"

// These stand for the organization and for a cluster in every example. Any other ID of Pomerium Zero stands for the object
// that is imported.
const (
	exampleOrganizationID = "2cTgnR8Xm4Kq0VbYwLs7HdJfZpE"
	exampleClusterID      = "2Wvj7FAc9QeWJKY40uvSwMFLZDe"
)

// exampleNeeds is what a page of the documentation leaves out: an example without required_providers gets it, and a
// provider block unless it is tried as a module.
const exampleNeeds = `
terraform {
  required_providers {
    pomerium = {
      source = "pomerium-zdx/pomerium"
    }
  }
}
`

// exampleChecks are what an example shall show, beyond that it can be applied.
var exampleChecks = map[string]func(*testing.T, *exampleWork){
	"actions/zdx_deeptrace":       checkActionStarted,
	"complete-organization":       checkOrganization,
	"guides/zdx-slow-application": checkHops,
}

// TestExamples applies every example as it stands, with the real CLI: the plan after it is empty, each way of
// importing that it shows leads to an empty plan as well, and destroying it leaves nothing behind. Folders are
// found, not listed; one that cannot be tried is a failure. Those that TestExamplesTogether tries are left to it.
func TestExamples(t *testing.T) {
	t.Parallel()
	cli := openCLI(t, nil).cli // each example has a lab of its own
	folders, strays := findExamples(t, examplesFolder)
	for _, file := range strays {
		t.Errorf("%s: nothing tries this file, because no folder from it upwards holds a .tf or .tfquery.hcl file", file)
	}
	if len(folders) == 0 {
		t.Fatal("no examples found")
	}
	for name := range exampleChecks {
		if !slices.Contains(folders, filepath.Join(examplesFolder, filepath.FromSlash(name))) {
			t.Errorf("there is no example %s to be checked", name)
		}
	}
	for _, folder := range folders {
		name := exampleName(folder)
		if isTogether(name) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := openExample(t, cli, folder)
			if strings.HasPrefix(name, "actions/") && !hasActions(cli.Version) {
				t.Skipf("%s has no actions", cli.Version)
			}
			w.run(t, "init")
			if w.lists {
				w.tryQuery(t)
				return
			}
			w.checkModules(t)
			w.run(t, "apply", "-auto-approve")
			if len(w.lab.Journal()) == 0 {
				t.Error("the example asked the services for nothing")
			}
			if check := exampleChecks[name]; check != nil {
				check(t, w)
			}
			w.checkNoChange(t)
			w.tryImports(t)
			w.run(t, "destroy", "-auto-approve")
			w.checkNothingLeft(t)
		})
	}
}

// exampleName is an example's folder below examples/, with slashes.
func exampleName(folder string) string {
	return filepath.ToSlash(strings.TrimPrefix(folder, filepath.Clean(examplesFolder)+string(filepath.Separator)))
}

// hasActions tells whether the CLI knows actions: Terraform does from 1.14 on.
func hasActions(version string) bool {
	return strings.HasPrefix(version, "Terraform ") && isSince(version, 14)
}

// TestExampleStrays shows what findExamples takes for an example and what for a file that nothing tries.
func TestExampleStrays(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	for _, file := range []string{"a/main.tf", "a/import.sh", "a/modules/x/main.tf", "b/import.sh", "c/d/e.tf", ".git/x"} {
		path := filepath.Join(root, filepath.FromSlash(file))
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	folders, strays := findExamples(t, root)
	if diff := cmp.Diff([]string{filepath.Join(root, "a"), filepath.Join(root, "c", "d")}, folders); diff != "" {
		t.Errorf("folders: -want +got\n%s", diff)
	}
	if diff := cmp.Diff([]string{filepath.Join(root, "b", "import.sh")}, strays); diff != "" {
		t.Errorf("strays: -want +got\n%s", diff)
	}
}

// findExamples returns the uppermost folders with .tf files, what lies below them being theirs, and the files
// that belong to none.
func findExamples(t *testing.T, folder string) (folders, strays []string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	if slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return filepath.Ext(e.Name()) == ".tf" || isQuery(e.Name()) }) {
		return []string{folder}, nil
	}
	for _, entry := range entries {
		path := filepath.Join(folder, entry.Name())
		switch {
		case leftByCLI(entry.Name()):
		case entry.IsDir():
			below, strayBelow := findExamples(t, path)
			folders, strays = append(folders, below...), append(strays, strayBelow...)
		default:
			strays = append(strays, path)
		}
	}
	return folders, strays
}

// isQuery tells a file of lists, which `terraform query` reads.
func isQuery(name string) bool { return strings.HasSuffix(name, ".tfquery.hcl") }

// leftByCLI tells what a CLI leaves beside a configuration that somebody tried in place, and hidden files.
func leftByCLI(name string) bool {
	return strings.HasPrefix(name, ".") || strings.Contains(name, ".tfstate")
}

// exampleWork is a copy of an example with a lab of its own.
type exampleWork struct {
	lab     *lab
	cli     *clitest.CLI
	dir     string
	env     []string
	modules []string          // folders below it with .tf files, with slashes, but those that only tests call
	imports map[string]string // import.sh and import-by-*.tf, which are no part of the configuration
	lists   bool              // holds lists to query, nothing to apply
	whole   bool              // brings its own required_providers
	text    string            // of all files together
	name    string            // folder, for messages
}

// openExample copies an example, to be run by itself.
func openExample(t *testing.T, cli *clitest.CLI, folder string) *exampleWork {
	t.Helper()
	lab := newExampleLab(t)
	w := copyExample(t, lab, folder, t.TempDir())
	w.cli, w.env = cli, []string{
		"POMERIUM_ZERO_URL=" + lab.url + "/api/v0", "POMERIUM_ZERO_API_USER_TOKEN=" + lab.APIUserToken,
		"ZDX_URL=" + lab.url + "/v1", "ZDX_API_KEY_ID=" + lab.KeyID, "ZDX_API_SECRET=" + lab.KeySecret,
		"TF_VAR_pomerium_zero_api_user_token=" + lab.APIUserToken, "TF_VAR_pomerium_zero_organization_id=" + lab.OrganizationID,
		"TF_VAR_zdx_key_id=" + lab.KeyID, "TF_VAR_zdx_key_secret=" + lab.KeySecret,
	}
	if !w.whole {
		if err := w.write("frame.tf", exampleNeeds+"\nprovider \"pomerium\" {}\n"); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

// awaitsEnd tells of an example in which apply waits for the end of something.
var awaitsEnd = regexp.MustCompile(`wait_for\s*= "ended"|resource "zdx_analysis"`)

// copyExample copies an example's files to dir, for a lab.
func copyExample(t *testing.T, lab *lab, folder, dir string) *exampleWork {
	t.Helper()
	w := &exampleWork{lab: lab, dir: dir, name: exampleName(folder), imports: map[string]string{}}
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case leftByCLI(entry.Name()) && entry.IsDir() && path != folder:
			return fs.SkipDir
		case leftByCLI(entry.Name()) || entry.IsDir():
			return nil
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		text := strings.NewReplacer(
			exampleOrganizationID, lab.OrganizationID,
			"prevent_destroy = true", "prevent_destroy = false", // the test does destroy it
		).Replace(string(content))
		if isQuery(path) {
			text = strings.ReplaceAll(text, exampleClusterID, lab.ClusterNamespaceID)
		}
		name, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		module, _, isBelow := cutLast(name, "/")
		if !isBelow && strings.HasPrefix(name, "import") {
			w.imports[name] = text
			return nil
		}
		if isBelow && filepath.Ext(name) == ".tf" && !slices.Contains(w.modules, module) && !strings.Contains(name, "tests/") {
			w.modules = append(w.modules, module)
		}
		w.lists = w.lists || isQuery(name)
		w.whole = w.whole || strings.Contains(text, "required_providers")
		w.text += text
		return w.write(name, text)
	})
	if err != nil {
		t.Fatal(err)
	}
	if awaitsEnd.MatchString(w.text) {
		lab.SetSpeed(60) // what is waited for takes seconds in place of minutes
	}
	return w
}

// newExampleLab is the world that the examples speak of: the organization "personal" with the cluster "my-cluster",
// and four devices.
func newExampleLab(t *testing.T) *lab {
	t.Helper()
	lab := newLab(t, unpaced())
	lab.EditObject("organizations", lab.OrganizationID, func(o map[string]any) {
		o["name"], o["organizationType"] = "personal", "professional" // which may hold all of them
	})
	lab.EditObject("clusters", lab.ClusterNamespaceID, func(c map[string]any) { c["name"] = "my-cluster" }) // and its namespace
	lab.AddDevice("30989302", "mail-laptop")
	lab.AddDevice("30989303", "updated-laptop")
	lab.AddDevice("30989304", "far-desktop")
	return lab
}

func cutLast(text, separator string) (before, after string, found bool) {
	if i := strings.LastIndex(text, separator); i >= 0 {
		return text[:i], text[i+len(separator):], true
	}
	return "", text, false
}

func (w *exampleWork) write(name, text string) error {
	path := filepath.Join(w.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(text), 0o600)
}

// run runs a command of the CLI, which must succeed and, init apart, warn of nothing: an example is to be copied.
func (w *exampleWork) run(t *testing.T, args ...string) clitest.Result {
	t.Helper()
	result, err := w.cli.Run(t.Context(), w.dir, w.env, args...)
	if err != nil {
		t.Fatal(err)
	}
	if result.Code != 0 {
		t.Fatalf("%q ended with %d:\n%s", args, result.Code, result.Output)
	}
	// init warns that the lock file holds the checksums of this platform only, as it does with any mirror. That a snapshot
	// outlives its resource is said each time, and so is that changes wait, where they do, and that a token is dead.
	output := strings.NewReplacer("Warning: A snapshot stays", "", "Warning: Changes wait to be applied", "", "Warning: The cluster's old token is dead", "").Replace(result.Output)
	if args[0] != "init" && strings.Contains(output, "Warning:") {
		t.Errorf("%q warns:\n%s", args, result.Output)
	}
	return result
}

// listedObjects are there to be listed, beside a policy and a route.
var listedObjects = map[string]map[string]any{
	"serviceAccounts": {"description": "reports", "userId": "reports@machines.acme.test"},
	"keyPairs":        {"name": "nothing yet"},
	"customDomains":   {"domainName": "apps.example.com"},
	"invitations":     {"email": "audit@audit.example.net", "role": "auditor"},
}

// tryQuery runs the lists, where the CLI knows them.
func (w *exampleWork) tryQuery(t *testing.T) {
	t.Helper()
	if !hasQueries(w.cli.Version) {
		t.Skipf("%s has no query", w.cli.Version)
	}
	w.lab.addPolicy(w.lab.ClusterNamespaceID, "staff", nil)
	w.lab.addRoute(w.lab.ClusterNamespaceID, "wiki", nil)
	for kind, object := range listedObjects {
		w.lab.CreateObject(kind, w.lab.OrganizationID, object)
	}
	w.run(t, "query") // warns of a list without results
	if len(w.lab.Journal()) == 0 {
		t.Error("the example asked the services for nothing")
	}
}

// checkNoChange plans. With this flag the exit code is 0 only if there is nothing to do.
func (w *exampleWork) checkNoChange(t *testing.T) {
	t.Helper()
	w.run(t, "plan", "-detailed-exitcode")
}

// checkModules fails for a module below the example that the example does not call, since nothing tries it then.
func (w *exampleWork) checkModules(t *testing.T) {
	t.Helper()
	if len(w.modules) == 0 {
		return
	}
	manifest, err := os.ReadFile(filepath.Join(w.dir, ".terraform", "modules", "modules.json"))
	if err != nil {
		t.Fatal(err)
	}
	var called struct{ Modules []struct{ Dir string } }
	if err := json.Unmarshal(manifest, &called); err != nil {
		t.Fatal(err)
	}
	for _, module := range w.modules {
		if !slices.ContainsFunc(called.Modules, func(m struct{ Dir string }) bool { return filepath.ToSlash(m.Dir) == module }) {
			t.Errorf("the module %s is not called by the example it lies in", module)
		}
	}
}

func (w *exampleWork) checkNothingLeft(t *testing.T) {
	t.Helper()
	seeded := []any{w.lab.OrganizationID, w.lab.ClusterNamespaceID, w.lab.APIUserID}
	for _, kind := range []string{
		"routes", "policies", "keyPairs", "serviceAccounts", "customDomains", "invitations", "apiUsers", "clusters", "organizations",
	} {
		left := slices.DeleteFunc(w.lab.Objects(kind), func(o map[string]any) bool { return slices.Contains(seeded, o["id"]) })
		if len(left) > 0 {
			t.Errorf("after destroy, %s of %s are left: %v", kind, w.name, left)
		}
	}
	for _, device := range w.lab.Objects("devices") {
		for _, left := range w.lab.Traces(fmt.Sprint(device["id"])) {
			if left.EndedAt.IsZero() { // the data of one that has ended is left on purpose
				t.Errorf("after destroy, a deep trace of %s still runs: %+v", w.name, left)
			}
		}
	}
	for _, left := range w.lab.Analyses() {
		if left.Status == "in_progress" {
			t.Errorf("after destroy, an analysis of %s still runs: %+v", w.name, left)
		}
	}
}

// checkActionStarted fails unless the action's trace was started, once.
func checkActionStarted(t *testing.T, w *exampleWork) {
	t.Helper()
	if starts := len(w.lab.Sent(http.MethodPost, tracesTemplate)); starts != 1 {
		t.Errorf("%d deep traces were started, want the one of the action", starts)
	}
}

// checkHops holds the guide's table against the mock's way: three legs of three hops, of which the second is silent.
func checkHops(t *testing.T, w *exampleWork) {
	t.Helper()
	type hop struct {
		Leg     string   `json:"leg"`
		Number  int      `json:"number"`
		IP      string   `json:"ip"`
		Latency *float64 `json:"latency"`
	}
	var hops, want []hop
	output := w.run(t, "output", "-json", "hops").Output
	if err := json.Unmarshal([]byte(output), &hops); err != nil {
		t.Fatalf("%v in %s", err, output)
	}
	for i, leg := range []string{"client to egress", "egress to zen", "zen to application"} {
		first, third := fmt.Sprintf("10.%d.0.1", i+1), fmt.Sprintf("10.%d.0.3", i+1)
		want = append(want, hop{Leg: leg, Number: 1, IP: first}, hop{Leg: leg, Number: 2, IP: "no response"}, hop{Leg: leg, Number: 3, IP: third})
	}
	for i := range hops {
		if hops[i].IP != "no response" && (hops[i].Latency == nil || *hops[i].Latency <= 0) {
			t.Errorf("hop %+v has no latency", hops[i])
		}
		hops[i].Latency = nil
	}
	if diff := cmp.Diff(want, hops); diff != "" {
		t.Errorf("hops: -want +got\n%s", diff)
	}
}

var (
	importCommand = regexp.MustCompile(`^terraform import (\S+) (\S+)$`)
	importTarget  = regexp.MustCompile(`(?m)^\s*to\s*=\s*(\S+)`)
	zeroID        = regexp.MustCompile(`\b[0-9A-Za-z]{27}\b`)
	traceID       = regexp.MustCompile(`\b\d{15}\b`)
)

// tryImports lets Terraform forget an object that the example made and takes it over again, in each way that the
// folder shows.
func (w *exampleWork) tryImports(t *testing.T) {
	t.Helper()
	if len(w.imports) == 0 {
		return
	}
	made := w.made(t)
	for _, name := range slices.Sorted(maps.Keys(w.imports)) {
		text := w.imports[name]
		t.Run(name, func(t *testing.T) {
			switch {
			case name == "import.sh":
				w.tryImportScript(t, made, text)
			case filepath.Ext(name) == ".tf":
				w.tryImportBlock(t, made, name, text)
			default:
				t.Errorf("nothing tries a file of this name")
			}
		})
	}
}

func (w *exampleWork) tryImportScript(t *testing.T, made resourceValues, script string) {
	t.Helper()
	tried := 0
	for line := range strings.Lines(script) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		command := importCommand.FindStringSubmatch(line)
		if command == nil {
			t.Fatalf("%q is not `terraform import ADDRESS ID`", line)
		}
		address := command[1]
		w.run(t, "import", address, w.forget(t, made, address, command[2]))
		if isMute(address) {
			w.run(t, "apply", "-auto-approve")
		}
		w.checkNoChange(t)
		tried++
	}
	if tried == 0 {
		t.Error("the script imports nothing")
	}
}

func (w *exampleWork) tryImportBlock(t *testing.T, made resourceValues, name, text string) {
	t.Helper()
	if strings.Contains(text, "identity") && !importsByIdentity(w.cli.Version) {
		t.Skipf("%s does not import by identity", w.cli.Version)
	}
	target := importTarget.FindStringSubmatch(text)
	if target == nil {
		t.Fatal("there is no import block with a `to`")
	}
	if err := w.write(name, w.forget(t, made, target[1], text)); err != nil {
		t.Fatal(err)
	}
	applied := w.run(t, "apply", "-auto-approve")
	only := "Resources: 1 imported, 0 added, 0 changed, 0 destroyed."
	if isMute(target[1]) {
		only = "Resources: 1 imported, 0 added, 1 changed, 0 destroyed."
	}
	if !strings.Contains(applied.Output, only) {
		t.Errorf("the import is not all that happens:\n%s", applied.Output)
	}
	w.checkNoChange(t)
	if err := os.Remove(filepath.Join(w.dir, name)); err != nil {
		t.Fatal(err)
	}
}

// isMute tells of an object that the first apply after an import takes from the configuration: the service does not tell the
// arguments of an analysis, and of settings it tells more than the configuration manages.
func isMute(address string) bool {
	return strings.HasPrefix(address, "zdx_analysis.") || strings.HasPrefix(address, "pomerium_zero_cluster_settings.")
}

// importsByIdentity tells whether the CLI knows `identity` in import blocks: Terraform and OpenTofu do from 1.12 on.
func importsByIdentity(version string) bool { return isSince(version, 12) }

// forget takes an object out of the state and returns text with the object's IDs in place of the example's.
func (w *exampleWork) forget(t *testing.T, made resourceValues, address, text string) string {
	t.Helper()
	values, ok := made[address]
	if !ok {
		t.Fatalf("the example makes no %s that could be imported", address)
	}
	w.run(t, "state", "rm", address)
	text = zeroID.ReplaceAllStringFunc(text, func(id string) string {
		switch {
		case id == w.lab.OrganizationID:
			return id
		case id == exampleClusterID && values["cluster_id"] != nil:
			return fmt.Sprint(values["cluster_id"])
		}
		return fmt.Sprint(values["id"])
	})
	id := values["trace_id"]
	if id == nil {
		id = values["id"] // of an analysis
	}
	return traceID.ReplaceAllString(text, fmt.Sprint(id))
}

// resourceValues are the attributes of resources by address, as `show -json` prints them.
type resourceValues map[string]map[string]any

// made returns the resources that the example made.
func (w *exampleWork) made(t *testing.T) resourceValues {
	t.Helper()
	output := w.run(t, "show", "-json").Output
	var state struct {
		Values struct {
			Root struct {
				Resources []struct {
					Address string         `json:"address"`
					Values  map[string]any `json:"values"`
				} `json:"resources"`
			} `json:"root_module"`
		} `json:"values"`
	}
	if err := json.Unmarshal([]byte(output), &state); err != nil {
		t.Fatalf("show: %v\n%s", err, output)
	}
	resources := resourceValues{}
	for _, resource := range state.Values.Root.Resources {
		resources[resource.Address] = resource.Values
	}
	return resources
}
