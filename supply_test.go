package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// release is what .goreleaser.yml says of how the program is built and what is published with it.
type release struct {
	Builds []struct {
		Env          []string `yaml:"env"`
		Flags        []string `yaml:"flags"`
		LDFlags      []string `yaml:"ldflags"`
		ModTimestamp string   `yaml:"mod_timestamp"`
	} `yaml:"builds"`
	SBOMs []struct {
		Artifacts string `yaml:"artifacts"`
	} `yaml:"sboms"`
	Signs []struct {
		Artifacts string `yaml:"artifacts"`
	} `yaml:"signs"`
}

func readRelease(t *testing.T) release {
	t.Helper()
	text, err := os.ReadFile(".goreleaser.yml")
	if err != nil {
		t.Fatal(err)
	}
	var config release
	if err := yaml.Unmarshal(text, &config); err != nil || len(config.Builds) != 1 {
		t.Fatalf("%d builds, %v", len(config.Builds), err)
	}
	return config
}

// goRun runs the go command in a folder and returns its standard output.
func goRun(t *testing.T, dir string, env []string, args ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), "go", args...)
	command.Dir, command.Env = dir, append(os.Environ(), env...)
	var stderr bytes.Buffer
	command.Stderr = &stderr
	output, err := command.Output()
	if err != nil {
		t.Fatalf("go %q: %v\n%s", args, err, stderr.String())
	}
	return string(output)
}

func TestReleaseIsSigned(t *testing.T) {
	t.Parallel()
	config := readRelease(t)
	build := config.Builds[0]
	for _, flag := range []string{"-trimpath", "-buildvcs=false"} {
		if !slices.Contains(build.Flags, flag) {
			t.Errorf("%s is missing among %q", flag, build.Flags)
		}
	}
	if !slices.Contains(build.Env, "CGO_ENABLED=0") || build.ModTimestamp != "{{ .CommitTimestamp }}" {
		t.Errorf("what is built depends on the machine or the time: %q, %q", build.Env, build.ModTimestamp)
	}
	if len(config.SBOMs) == 0 || config.SBOMs[0].Artifacts != "archive" {
		t.Errorf("the archives have no SBOM: %v", config.SBOMs)
	}
	if len(config.Signs) == 0 || config.Signs[0].Artifacts != "checksum" {
		t.Errorf("the checksums are not signed: %v", config.Signs)
	}
}

// The release's build in two folders makes the same bytes, and none of them tells of the machine.
func TestReproducible(t *testing.T) {
	t.Parallel()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("make test runs it, whose flags share the compiled packages; alone it would compile all of them anew")
	}
	build := readRelease(t).Builds[0]
	args := append([]string{"build"}, build.Flags...)
	args = append(args, "-ldflags", strings.ReplaceAll(strings.Join(build.LDFlags, " "), "{{ .Version }}", "0.0.0"))
	traces := []string{filepath.Dir(goRun(t, "", nil, "env", "GOMOD"))}
	for _, name := range []string{"GOPATH", "GOMODCACHE", "GOROOT", "GOCACHE"} {
		traces = append(traces, strings.TrimSpace(goRun(t, "", nil, "env", name)))
	}
	var programs [][]byte
	output := filepath.Join(t.TempDir(), "program.exe")
	for range 2 {
		dir := t.TempDir()
		traces = append(traces, dir)
		copySource(t, dir)
		goRun(t, dir, append([]string{"GOFLAGS=", "GOWORK=off"}, build.Env...), append(slices.Clone(args), "-o", output, ".")...)
		program, err := os.ReadFile(output)
		if err != nil {
			t.Fatal(err)
		}
		programs = append(programs, program)
	}
	if !bytes.Equal(programs[0], programs[1]) {
		t.Error("two builds of the same source differ")
	}
	for _, path := range traces {
		if path != "" && bytes.Contains(programs[0], []byte(path)) {
			t.Errorf("the program holds %q", path)
		}
	}
	// The package testing is linked (see TestNoTestCode), its flags are not there.
	help, err := exec.CommandContext(t.Context(), output, "-test.v").CombinedOutput()
	if err == nil || !strings.Contains(string(help), "flag provided but not defined: -test.v") {
		t.Errorf("the program takes flags of tests: %v %s", err, help)
	}
}

// copySource copies what the program is built from.
func copySource(t *testing.T, dir string) {
	t.Helper()
	if err := os.CopyFS(filepath.Join(dir, "internal"), os.DirFS("internal")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"main.go", "go.mod", "go.sum"} {
		content, err := os.ReadFile(name)
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), content, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// The program links no test code and no mock. Only go-plugin, which CLIs speak to, brings the package testing along.
func TestNoTestCode(t *testing.T) {
	t.Parallel()
	for line := range strings.Lines(goRun(t, "", nil, "list", "-deps", "-f", "{{.ImportPath}} {{.Imports}}", ".")) {
		name, imports, _ := strings.Cut(strings.TrimSpace(line), " ")
		for _, unwanted := range []string{
			"internal/apimock", "internal/clitest", "internal/hostile", "pomerium/internal/cmd", "pomerium/internal/tools", "httptest", "kin-openapi", "terraform-plugin-testing", "go-cmp", "testing/",
		} {
			if strings.Contains(name, unwanted) {
				t.Errorf("the program links %s", name)
			}
		}
		known := name == "github.com/hashicorp/go-plugin" || name == "github.com/mitchellh/go-testing-interface"
		if slices.Contains(strings.Fields(strings.Trim(imports, "[]")), "testing") && !known {
			t.Errorf("%s imports testing", name)
		}
	}
}

// A tag of an action can be moved to other code, a commit cannot.
func TestActionsArePinned(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(".github/workflows/*.yml")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d workflows, %v", len(files), err)
	}
	pinned := regexp.MustCompile(`^[\w./-]+@[0-9a-f]{40} # v\d+(\.\d+)*$`)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if _, action, found := strings.Cut(line, "uses:"); found && !pinned.MatchString(strings.TrimSpace(action)) {
				t.Errorf("%s: not a commit with its version behind it: %s", file, strings.TrimSpace(action))
			}
		}
		var workflow struct {
			Permissions map[string]string `yaml:"permissions"`
		}
		if err := yaml.Unmarshal(text, &workflow); err != nil || len(workflow.Permissions) != 1 || workflow.Permissions["contents"] != "read" {
			t.Errorf("%s: jobs may do more than read unless they say so: %v, %v", file, workflow.Permissions, err)
		}
	}
}
