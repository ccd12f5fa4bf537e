package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNamesOfTemplatesAndPages(t *testing.T) {
	t.Parallel()
	first, second := generation{prefix: "pomerium"}, generation{prefix: "zdx"}
	type answer struct {
		name string
		mine bool
	}
	for _, test := range []struct {
		name string
		call func(string) (string, bool)
		file string
		want answer
	}{
		{"index belongs to the first run", first.templateName, "index.md.tmpl", answer{"index.md.tmpl", true}},
		{"index belongs to no other run", second.templateName, "index.md.tmpl", answer{"index.md.tmpl", false}},
		{"general template, first run", first.templateName, "resources.md.tmpl", answer{"resources.md.tmpl", true}},
		{"general template, second run", second.templateName, "resources.md.tmpl", answer{"resources.md.tmpl", true}},
		{"guide, first run", first.templateName, "guides/zdx_guide.md", answer{"guides/zdx_guide.md", true}},
		{"guide, second run", second.templateName, "guides/zdx_guide.md", answer{"guides/zdx_guide.md", false}},
		{"first prefix, first run", first.templateName, "resources/zero_route.md.tmpl", answer{"resources/zero_route.md.tmpl", true}},
		{"first prefix, second run", second.templateName, "resources/zero_route.md.tmpl", answer{"resources/zero_route.md.tmpl", false}},
		{"second prefix, first run", first.templateName, "resources/zdx_deeptrace.md.tmpl", answer{"resources/deeptrace.md.tmpl", false}},
		{"second prefix, second run", second.templateName, "resources/zdx_deeptrace.md.tmpl", answer{"resources/deeptrace.md.tmpl", true}},
		{"page of the first run", first.pageName, "resources/zero_route.md", answer{"resources/zero_route.md", true}},
		{"index of the first run", first.pageName, "index.md", answer{"index.md", true}},
		{"page of the second run", second.pageName, "data-sources/devices.md", answer{"data-sources/zdx_devices.md", true}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			name, mine := test.call(test.file)
			if got := (answer{name, mine}); got != test.want {
				t.Errorf("%s: got %v, want %v", test.file, got, test.want)
			}
		})
	}
	if _, keep := second.pageName("index.md"); keep {
		t.Error("the second run's index would replace the first one's")
	}
}

func TestReplaceFolderDropsPagesThatAreGone(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	write(t, filepath.Join(root, "docs", "resources", "gone.md"), "old")
	write(t, filepath.Join(root, "docs", "index.md"), "old")
	write(t, filepath.Join(root, "rendered", "index.md"), "new")
	write(t, filepath.Join(root, "rendered", "resources", "route.md"), "new")

	rename := func(file string) (string, bool) { return file, file != "index.md" }
	if err := copyTree(filepath.Join(root, "rendered"), filepath.Join(root, "pages"), rename, copyFile); err != nil {
		t.Fatal(err)
	}
	if err := replaceFolder(filepath.Join(root, "docs"), filepath.Join(root, "pages")); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(root, "docs", "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{filepath.Join(root, "docs", "resources", "route.md")}, files); diff != "" {
		t.Errorf("files in docs (-want +got):\n%s", diff)
	}
	if _, err := os.Stat(filepath.Join(root, "docs", "index.md")); !os.IsNotExist(err) {
		t.Errorf("docs/index.md is still there: %v", err)
	}
}

func write(t *testing.T, file, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}
