package provider

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
)

const writeOnlyRouteHCL = `
variable "secret" {
  type      = string
  ephemeral = true
}
resource "pomerium_zero_route" "this" {
  name         = "first"
  namespace_id = "<namespace>"
  from         = "https://first.example.pomerium.app"
  to           = ["http://first:80"]
  description  = "<description>"

  identity_provider_client_secret_wo         = var.secret
  identity_provider_client_secret_wo_version = 1
}
`

// A write-only secret is in no plan, state, log or error, even where the service quotes it, and reaches the service.
func TestWriteOnlyLeavesNoTrace(t *testing.T) {
	t.Parallel()
	c := openCLI(t, newLab(t, unpaced()))
	if !isSince(c.cli.Version, 11) {
		t.Skip("write-only arguments are known from 1.11 on")
	}
	const secret = "do-not-write-this-down"
	with := func(description string) string {
		return declared + c.lab.providerBlock() + strings.Replace(writeOnlyRouteHCL, "<description>", description, 1)
	}
	dir := c.folder(with("one"))
	trace := []string{"TF_VAR_secret=" + secret, "TF_LOG=TRACE", "TF_LOG_PATH=" + filepath.Join(dir, "trace.log")}
	output := c.run(dir, "init").Output
	output += c.runIn(trace, dir, "plan", "-out=tfplan").Output
	output += c.run(dir, "show", "-json", "tfplan").Output
	applied := c.runIn(trace, dir, "apply", "tfplan")
	c.want(applied, 0, "1 added")

	c.lab.AddFault(apimock.Fault{Method: http.MethodPut, Status: http.StatusBadRequest, Body: `{"error":"client secret ` + secret + ` is too weak"}`})
	c.write(filepath.Join(dir, "main.tf"), with("two"))
	refused := c.runIn(trace, dir, "apply", "-auto-approve")
	c.want(refused, 1, "is too weak", "[redacted]")
	output += applied.Output + refused.Output + c.run(dir, "show", "-json").Output

	files, err := filepath.Glob(filepath.Join(dir, "t*")) // the plan, the states, the log
	if err != nil || len(files) < 3 {
		t.Fatalf("found %v, %v", files, err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		output += string(content)
	}
	if at := strings.Index(output, secret); at >= 0 {
		t.Errorf("the secret was written down: …%s…", output[max(at-200, 0):min(at+100, len(output))])
	}
	if held := c.lab.Objects("routes"); len(held) != 1 || held[0]["identityProviderClientSecret"] != secret {
		t.Errorf("the service holds %v", held)
	}
}
