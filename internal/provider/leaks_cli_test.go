//go:build unix

package provider

import (
	"archive/zip"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/clitest"
)

// secretiveHCL uses every way of signing in and of giving a secret. What signs in comes from ephemeral variables, as what
// must stand in no plan does.
const secretiveHCL = `
variable "zero_token" { ephemeral = true }
variable "key_secret" { ephemeral = true }
variable "client_secret" { ephemeral = true }
variable "private_key" { ephemeral = true }
variable "write_only" { ephemeral = true }
variable "plain" { sensitive = true }
variable "plain_token" { sensitive = true }

provider "pomerium" {
  pomerium_zero = { url = "<url>/api/v0", api_user_token = var.zero_token }
  zdx           = { url = "<url>/v1", key_id = "<key_id>", key_secret = var.key_secret }
}
provider "pomerium" {
  alias = "hashed"
  zdx   = { url = "<url>/v1", key_id = "<key_id>", key_secret = var.key_secret, hash_key_secret = true }
}
provider "pomerium" {
  alias = "client"
  zdx   = { url = "<url>/zdx/v1", client_id = "<client_id>", client_secret = var.client_secret, token_url = "<url>/oauth2/v1/token" }
}
provider "pomerium" {
  alias = "signed"
  zdx   = { url = "<url>/zdx/v1", client_id = "<client_id>", private_key = var.private_key, token_url = "<url>/oauth2/v1/token" }
}

resource "zdx_deeptrace" "t" {
  provider  = pomerium
  device_id = "<device>"
}
data "zdx_device" "hashed" {
  provider = pomerium.hashed
  id       = "<device>"
}
data "zdx_device" "client" {
  provider = pomerium.client
  id       = "<device>"
}
data "zdx_device" "signed" {
  provider = pomerium.signed
  id       = "<device>"
}
resource "pomerium_zero_route" "r" {
  name                                       = "secretive"
  namespace_id                               = "<namespace>"
  from                                       = "https://secretive.example.com"
  to                                         = ["http://secretive:80"]
  description                                = "<description>"
  identity_provider_client_secret            = var.plain
  kubernetes_service_account_token_wo        = var.write_only
  kubernetes_service_account_token_wo_version = 1
}
resource "pomerium_zero_route" "mcp" {
  name                             = "another"
  namespace_id                     = "<namespace>"
  from                             = "https://another.example.com"
  to                               = ["http://another:80"]
  kubernetes_service_account_token = var.plain_token
  mcp = { server = { upstream_oauth2 = {
    client_id                = "a"
    client_secret_wo         = var.write_only
    client_secret_wo_version = 1
  } } }
}
`

// evidence is what a run left, by where it stood: "plan", "state", "log" and "output".
type evidence map[string][]string

func (e evidence) add(where, text string) { e[where] = append(e[where], text) }

// collect takes the files of a folder.
func (e evidence) collect(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil || entry.Name() == ".terraform":
			return fs.SkipDir
		case entry.IsDir():
			return nil
		case strings.HasSuffix(path, ".tfplan"):
			return e.unpack(path)
		}
		content, err := os.ReadFile(path)
		where := "log"
		if strings.Contains(entry.Name(), ".tfstate") {
			where = "state"
		}
		e.add(where, string(content))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// unpack takes a plan, which is a zip of a plan, a state and a configuration.
func (e evidence) unpack(path string) error {
	archive, err := zip.OpenReader(path)
	if err != nil {
		return err
	}
	defer func() { _ = archive.Close() }()
	for _, file := range archive.File {
		reader, err := file.Open()
		if err != nil {
			return err
		}
		content, err := io.ReadAll(reader)
		_ = reader.Close()
		if err != nil {
			return err
		}
		e.add("plan", string(content))
	}
	return nil
}

// leaks are the secrets where they do not belong. What a user gives in clear and not as write-only stands in plans and
// states: CLIs keep it there.
func (e evidence) leaks(search leakSearch) (leaks []string) {
	for where, texts := range e {
		var allowed []string
		if where == "plan" || where == "state" {
			allowed = []string{"plain secret", "plain token"}
		}
		for _, text := range texts {
			for _, leak := range search.in(text, allowed...) {
				leaks = append(leaks, where+": "+leak)
			}
		}
	}
	return leaks
}

// A life with every kind of secret, logged down to the last level, with refusals that quote what they were sent and a
// provider that crashes: no secret is in a log, an error, a plan, a state or what the CLI prints, but for those that the
// configuration gives to the state.
func TestLeaks(t *testing.T) {
	t.Parallel()
	c := openCLI(t, newLab(t, unpaced()))
	if !isSince(c.cli.Version, 11) {
		t.Skip("write-only arguments are known from 1.11 on")
	}
	found := evidence{}
	config := func(description string) string {
		return declared + strings.NewReplacer("<description>", description, "<client_id>", c.lab.ClientID).Replace(secretiveHCL)
	}
	dir := c.folder(config("one"))
	env := []string{
		"TF_VAR_zero_token=" + c.lab.APIUserToken, "TF_VAR_key_secret=" + c.lab.KeySecret, "TF_VAR_client_secret=" + c.lab.ClientSecret,
		"TF_VAR_private_key=" + c.lab.PrivateKeyPEM, "TF_VAR_write_only=" + writeOnlySecret, "TF_VAR_plain=" + plainRouteSecret,
		"TF_VAR_plain_token=" + plainRouteToken, "TF_LOG=TRACE", "TF_LOG_PATH=" + filepath.Join(dir, "trace.log"),
	}
	run := func(code int, text string, args ...string) {
		t.Helper()
		result := c.runIn(env, dir, args...)
		c.want(result, code, text)
		where := "output"
		if args[0] == "show" {
			where = "state" // it prints values as plan and state hold them
		}
		found.add(where, result.Output)
	}
	refuse := func(fault apimock.Fault, secrets ...string) {
		quoted, _ := json.Marshal("refused, " + strings.Join(quoting(secrets), " ")) //nolint:errchkjson // text always encodes
		fault.Body = `{"message":` + string(quoted) + `}`
		c.lab.AddFault(fault)
	}
	run(0, "", "init")
	run(0, "Plan: 3 to add", "plan", "-out=first.tfplan")
	run(0, "", "show", "-json", "first.tfplan")
	run(0, "3 added", "apply", "first.tfplan")
	run(0, "", "show", "-json")
	for _, held := range c.lab.Objects("routes") {
		if held["name"] == "secretive" && held["kubernetesServiceAccountToken"] != writeOnlySecret {
			t.Errorf("the service holds %v", held)
		}
	}

	c.write(filepath.Join(dir, "main.tf"), config("two"))
	const route = "/organizations/{organizationId}/routes/{routeId}"
	refuse(apimock.Fault{Method: http.MethodPut, Template: route, Status: http.StatusBadRequest}, writeOnlySecret, plainRouteSecret, c.lab.APIUserToken)
	run(1, "[redacted]", "apply", "-auto-approve")
	for _, held := range c.lab.Objects("routes") {
		// Each is refused with its own secret: a process knows the secrets of what it handled, in an order that changes.
		secret := map[any]string{"secretive": plainRouteSecret, "another": plainRouteToken}[held["name"]]
		refuse(apimock.Fault{Method: http.MethodDelete, Template: route, Object: fmt.Sprint(held["id"]), Status: http.StatusConflict}, secret, c.lab.APIUserToken)
	}
	refuse(apimock.Fault{Method: http.MethodDelete, Template: traceTemplate, Status: http.StatusForbidden}, c.lab.KeySecret)
	run(1, "[redacted]", "destroy", "-auto-approve")
	c.lab.ClearFaults()
	refuse(apimock.Fault{Template: "/token", Status: http.StatusUnauthorized}, c.lab.APIUserToken)
	refuse(apimock.Fault{Template: "/oauth/token", Status: http.StatusForbidden}, c.lab.KeySecret)
	run(1, "[redacted]", "plan", "-out=refused.tfplan")
	c.lab.ClearFaults()

	crashed := c.crash(dir, env)
	c.want(crashed, 1, "ApplyResourceChange") // with one of two titles: "Plugin did not respond", "Request cancelled"
	found.add("output", crashed.Output)
	run(0, "Destroy complete", "destroy", "-auto-approve")

	removeConfiguration(t, dir)
	found.collect(t, dir)
	for where, least := range map[string]int{"plan": 3, "state": 3, "log": 1, "output": 8} {
		if len(found[where]) < least {
			t.Errorf("only %d texts of %s were found", len(found[where]), where)
		}
	}
	if log := strings.Join(found["log"], ""); !strings.Contains(log, "SIGQUIT") || !strings.Contains(log, "goroutine ") || !strings.Contains(log, `"received":`) && !strings.Contains(log, "received=") {
		t.Error("the log lacks the crash or the bodies")
	}
	secrets := mergedSecrets(secretsOfLab(c.lab), secretsOfRoute())
	for _, leak := range found.leaks(newLeakSearch(secrets)) {
		t.Error(leak)
	}
	checkJournal(t, c.lab)
	t.Logf("%d secrets were looked for in %d bytes", len(secrets), found.size())
	found.wantPlanted(t, dir, secrets)
}

func (e evidence) size() (bytes int) {
	for _, texts := range e {
		bytes += len(strings.Join(texts, ""))
	}
	return bytes
}

// wantPlanted plants each form of each secret in each kind of file, and expects it to be found.
func (e evidence) wantPlanted(t *testing.T, dir string, secrets map[string]string) {
	t.Helper()
	search := newLeakSearch(secrets)
	for name, secret := range secrets {
		for spelling, planted := range plantedForms(secret) {
			for where := range e {
				if found := (evidence{where: {"x" + planted + "x"}}).leaks(search); len(found) == 0 && !strings.HasPrefix(name, "plain") {
					t.Errorf("%s in %s, planted in %s, was not found", name, spelling, where)
				}
			}
		}
	}
	// And through files, as the search of the run goes.
	planted := evidence{}
	plan, err := os.Create(filepath.Join(dir, "planted.tfplan"))
	if err != nil {
		t.Fatal(err)
	}
	archive := zip.NewWriter(plan)
	file, err := archive.Create("tfstate")
	if err == nil {
		_, err = io.WriteString(file, secrets["write-only secret"])
	}
	if err != nil || archive.Close() != nil || plan.Close() != nil {
		t.Fatal("the planted plan could not be written", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "planted.tfstate"), []byte(secrets["write-only secret"]), 0o600); err != nil {
		t.Fatal(err)
	}
	planted.collect(t, dir)
	for _, where := range []string{"plan", "state"} {
		if len((evidence{where: planted[where]}).leaks(search)) == 0 {
			t.Errorf("what was planted in a file was not found in %s", where)
		}
	}
}

// crash applies, and has the provider dump all of its stacks and die while a request is on its way. A panic of its own
// is not known; what such a dump shows of the memory is what a panic shows, and more.
func (c *cliCase) crash(dir string, env []string) clitest.Result {
	c.Helper()
	k := killed{c, dir, env}
	result, struck := k.apply(killing{crashProvider, func(m apimock.Moment) bool { return m.Method == http.MethodPut && m.Done }, 1})
	if !struck {
		c.Errorf("the provider did not crash:\n%s", result.Output)
	}
	return result
}

// removeConfiguration removes what the test itself wrote: it is no evidence.
func removeConfiguration(t *testing.T, dir string) {
	t.Helper()
	if err := os.Remove(filepath.Join(dir, "main.tf")); err != nil {
		t.Fatal(err)
	}
}
