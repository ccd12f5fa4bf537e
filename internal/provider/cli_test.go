package provider

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/clitest"
)

func TestMain(m *testing.M) {
	defer func() {
		if err := clitest.Remove(); err != nil {
			fmt.Fprintln(os.Stderr, "the provider's build was left behind:", err)
		}
	}()
	m.Run()
}

// cliCase is one case with a mock and folders of its own.
type cliCase struct {
	*testing.T
	cli *clitest.CLI
	lab *lab
}

// openCLI returns a case for a lab, or skips the test where acceptance tests are not asked for.
func openCLI(t *testing.T, lab *lab) *cliCase {
	t.Helper()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("acceptance tests run with TF_ACC set")
	}
	cli, err := clitest.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return &cliCase{T: t, cli: cli, lab: lab}
}

// isSince tells whether a CLI, as it calls itself, has at least this minor version.
func isSince(version string, oldest int) bool {
	name, minor := "", 0
	_, err := fmt.Sscanf(version, "%s v1.%d", &name, &minor)
	return err == nil && minor >= oldest
}

// folder returns a new folder with a configuration, whose placeholders are filled in.
func (c *cliCase) folder(config string) string {
	c.Helper()
	dir := c.TempDir()
	c.write(filepath.Join(dir, "main.tf"), config)
	return dir
}

func (c *cliCase) write(file, config string) {
	c.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		c.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(c.lab.fill(config)), 0o600); err != nil {
		c.Fatal(err)
	}
}

func (c *cliCase) run(dir string, args ...string) clitest.Result {
	c.Helper()
	return c.runIn(nil, dir, args...)
}

func (c *cliCase) runIn(env []string, dir string, args ...string) clitest.Result {
	c.Helper()
	result, err := c.cli.Run(c.Context(), dir, env, args...)
	if err != nil {
		c.Fatal(err)
	}
	return result
}

// want ends the test unless a command left this exit code and all of these texts.
func (c *cliCase) want(result clitest.Result, code int, texts ...string) {
	c.Helper()
	if result.Code != code {
		c.Fatalf("exit code %d, want %d:\n%s", result.Code, code, result.Output)
	}
	for _, text := range texts {
		if !strings.Contains(result.Text(), text) {
			c.Fatalf("%q is not in:\n%s", text, result.Output)
		}
	}
}

func (c *cliCase) wantNo(result clitest.Result, text string) {
	c.Helper()
	if strings.Contains(result.Text(), text) {
		c.Errorf("%q is in:\n%s", text, result.Output)
	}
}

func (c *cliCase) wantNoWrite() {
	c.Helper()
	for _, write := range writes(c.lab) {
		c.Errorf("the mock was written to: %s %s", write.Method, write.Path)
	}
}

// writes are the requests that change something; signing in is none of them.
func writes(l *lab) []apimock.Exchange {
	return slices.DeleteFunc(l.Journal(), func(e apimock.Exchange) bool {
		return e.Method == http.MethodGet || strings.HasSuffix(e.Template, "/token")
	})
}
