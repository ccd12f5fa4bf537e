package provider

import (
	"io/fs"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// testsPassed is the line with which `terraform test` ends well.
var testsPassed = regexp.MustCompile(`(?m)^Success! [1-9]\d* passed, 0 failed\.$`)

// testChecks are what an example's tests cannot see.
var testChecks = map[string]func(*testing.T, *exampleWork){
	"complete-organization": checkRemovalsLive,
	"modules/deep-trace":    checkStartedAgain,
}

// TestExampleTests runs the tests that examples bring along, as their readers would, with nothing but the environment
// that the mock prints. Folders are found, not listed.
func TestExampleTests(t *testing.T) {
	t.Parallel()
	cli := openCLI(t, nil).cli
	if !isSince(cli.Version, 6) {
		t.Skipf("%s has no test", cli.Version)
	}
	folders, _ := findExamples(t, examplesFolder)
	found := 0
	for _, folder := range folders {
		for _, tested := range foldersWithTests(t, folder) {
			found++
			t.Run(exampleName(tested), func(t *testing.T) {
				t.Parallel()
				w := openExample(t, cli, folder)
				below, err := filepath.Rel(folder, tested)
				if err != nil {
					t.Fatal(err)
				}
				w.dir = filepath.Join(w.dir, below) // what it calls beside itself is copied as well
				w.run(t, "init")
				if result := w.run(t, "test"); !testsPassed.MatchString(result.Output) {
					t.Errorf("test does not say that all passed:\n%s", result.Output)
				}
				if len(w.lab.Journal()) == 0 {
					t.Error("the tests asked the services for nothing")
				}
				if check := testChecks[exampleName(tested)]; check != nil {
					check(t, w)
				}
				w.checkNothingLeft(t)
			})
		}
	}
	if found == 0 {
		t.Fatal("no example has tests")
	}
}

// foldersWithTests returns the folders of an example whose tests folder holds tests.
func foldersWithTests(t *testing.T, example string) (folders []string) {
	t.Helper()
	err := filepath.WalkDir(example, func(path string, _ fs.DirEntry, err error) error {
		if folder := filepath.Dir(filepath.Dir(path)); strings.HasSuffix(path, ".tftest.hcl") && !slices.Contains(folders, folder) {
			folders = append(folders, folder)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return folders
}

const (
	applyTemplate     = "/organizations/{organizationId}/changesets/{changesetId}/apply"
	readTokenTemplate = "/organizations/{organizationId}/clusters/{clusterId}/serviceAccounts/{serviceAccountId}/token"
)

// checkRemovalsLive fails unless the two routes that the tests take away were deleted before the changeset was applied for
// the second time. The third is deleted at the end.
func checkRemovalsLive(t *testing.T, w *exampleWork) {
	t.Helper()
	var order []string
	for _, exchange := range w.lab.Journal() {
		switch {
		case exchange.Method == http.MethodPost && exchange.Template == applyTemplate:
			order = append(order, "apply")
		case exchange.Method == http.MethodDelete && strings.HasSuffix(exchange.Template, "/routes/{routeId}"):
			order = append(order, "delete")
		}
	}
	if diff := cmp.Diff([]string{"apply", "delete", "delete", "apply", "delete"}, order); diff != "" {
		t.Errorf("order of deletions and changesets: -want +got\n%s", diff)
	}
}

// checkStartedAgain fails unless two traces were started: the first, and that of another trigger.
func checkStartedAgain(t *testing.T, w *exampleWork) {
	t.Helper()
	started := 0
	for _, exchange := range w.lab.Sent(http.MethodPost, tracesTemplate) {
		if exchange.Status == http.StatusOK {
			started++
		}
	}
	if started != 2 {
		t.Errorf("%d deep traces were started, want two", started)
	}
}

// checkOrganization looks at what the mock holds: the README promises a cluster with settings, three services behind
// three policies, an account for pipelines, and that all of it is live.
func checkOrganization(t *testing.T, w *exampleWork) {
	t.Helper()
	cluster := w.cluster(t, "acme")
	settings := w.lab.Object("settings", cluster)
	for name, want := range map[string]any{
		"autoApplyChangesets": false, "identityProvider": "oidc", "identityProviderUrl": "https://login.acme.test",
		"identityProviderClientSecret": "an example, not a secret", "cookieExpire": "8h", "cookieName": "_pomerium", // which nobody has set
	} {
		if settings[name] != want {
			t.Errorf("the cluster's setting %s is %v, want %v", name, settings[name], want)
		}
	}
	policies, bound := map[any]any{}, map[any]any{}
	for _, policy := range w.lab.Objects("policies") {
		policies[policy["id"]] = policy["name"]
	}
	for _, route := range w.lab.Objects("routes") {
		if route["namespaceId"] != cluster {
			t.Errorf("route %v lies in namespace %v, want the cluster's", route["name"], route["namespaceId"])
		}
		ids, _ := route["policyIds"].([]any)
		if len(ids) != 1 {
			t.Fatalf("route %v has the policies %v, want one", route["name"], ids)
		}
		bound[route["name"]] = policies[ids[0]]
	}
	if diff := cmp.Diff(map[any]any{"Wiki": "staff", "Dashboards": "on-call", "Deployments": "ci"}, bound); diff != "" {
		t.Errorf("policies of the routes: -want +got\n%s", diff)
	}
	accounts := w.lab.Objects("serviceAccounts")
	if len(accounts) != 1 || accounts[0]["userId"] != "ci@machines.acme.test" {
		t.Errorf("the service accounts are %v, want that of CI", accounts)
	}
	if tokens := w.lab.Sent(http.MethodGet, readTokenTemplate); len(tokens) > 0 {
		t.Error("the service account's token was read, which nobody wants")
	}
	if applied := w.lab.Sent(http.MethodPost, applyTemplate); len(applied) != 1 {
		t.Errorf("changesets were applied %d times, want all changes together", len(applied))
	}
	for _, changeset := range w.lab.Objects("changesets") {
		if changeset["clusterId"] == cluster && changeset["status"] == "pending" {
			t.Errorf("changes still wait: %v", changeset)
		}
	}
}

// cluster returns the ID of a cluster.
func (w *exampleWork) cluster(t *testing.T, name string) string {
	t.Helper()
	for _, cluster := range w.lab.Objects("clusters") {
		if id, is := cluster["id"].(string); is && cluster["name"] == name {
			return id
		}
	}
	t.Fatalf("there is no cluster %q", name)
	return ""
}
