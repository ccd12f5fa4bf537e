package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// prefixes are the first words of all type names. The first one is the provider's name: its pages carry names
// without it (docs/resources/zero_route.md), as the Registry expects. Pages of the others keep the
// whole type name (docs/resources/zdx_deeptrace.md).
var prefixes = []string{"pomerium", "zdx"}

// generation is one run of tfplugindocs, for one prefix.
type generation struct {
	root     string // the checkout
	stage    string // a folder in the checkout for what is on the way
	renderer string // absolute path of tfplugindocs
	prefix   string
}

// run renders the pages of one prefix and moves them to their place below pages.
func (g generation) run(ctx context.Context, schema object, pages string) error {
	schemaFile := filepath.Join(g.stage, g.prefix+".json")
	// tfplugindocs looks for the provider under this host and namespace, whatever its real address is.
	document := object{
		"format_version":   "1.0",
		"provider_schemas": object{"registry.terraform.io/hashicorp/" + g.prefix: schema},
	}
	text, err := json.Marshal(document)
	if err != nil {
		return err
	}
	if err := os.WriteFile(schemaFile, text, 0o600); err != nil {
		return err
	}

	rendered := filepath.Join(g.stage, g.prefix)
	templates := filepath.Join(g.stage, g.prefix+"-templates")
	if err := copyTree(filepath.Join(g.root, "templates"), templates, g.templateName, copyFile); err != nil {
		return err
	}
	if err := g.render(ctx, schemaFile, templates, rendered); err != nil {
		return err
	}
	return copyTree(rendered, pages, g.pageName, os.Rename)
}

// render calls tfplugindocs. It prints a line for each page, so its output is shown only when it fails;
// a warning that a page has no schema is a failure too, for the page would be empty.
func (g generation) render(ctx context.Context, schemaFile, templates, rendered string) error {
	website, err := filepath.Rel(g.root, rendered)
	if err != nil {
		return err
	}
	source, err := filepath.Rel(g.root, templates)
	if err != nil {
		return err
	}
	schemaFile, err = filepath.Abs(schemaFile)
	if err != nil {
		return err
	}
	command := exec.CommandContext(ctx, g.renderer, "generate",
		"--provider-dir", g.root,
		"--provider-name", g.prefix,
		"--rendered-provider-name", prefixes[0],
		"--providers-schema", schemaFile,
		"--website-source-dir", source,
		"--rendered-website-dir", website,
	)
	output, err := command.CombinedOutput()
	if err == nil && bytes.Contains(output, []byte("does not exist")) {
		err = errors.New("a template belongs to no schema")
	}
	if err != nil {
		return fmt.Errorf("tfplugindocs: %w\n%s", err, output)
	}
	return nil
}

// templateName says what a file of templates/ is called in this run, and whether it belongs to this run at all.
// What serves any type (resources.md.tmpl) belongs to all runs; a template of one type to the run of its prefix, which
// expects the name without it; index and guides to the first run.
func (g generation) templateName(file string) (name string, mine bool) {
	folder, base, inFolder := strings.Cut(file, "/")
	first := g.prefix == prefixes[0]
	if !inFolder {
		return file, first || file != "index.md.tmpl"
	}
	for _, prefix := range prefixes[1:] {
		if short, found := strings.CutPrefix(base, prefix+"_"); found && folder != "guides" {
			return folder + "/" + short, g.prefix == prefix
		}
	}
	return file, first
}

// pageName says what a rendered page is called in docs/. Every run makes an index; the first one's is kept.
func (g generation) pageName(file string) (name string, mine bool) {
	if g.prefix == prefixes[0] {
		return file, true
	}
	folder, base, inFolder := strings.Cut(file, "/")
	return folder + "/" + g.prefix + "_" + base, inFolder
}

// copyTree brings the files below source to target, under the names that rename gives;
// names are relative and have forward slashes.
func copyTree(source, target string, rename func(string) (string, bool), bring func(from, to string) error) error {
	return filepath.WalkDir(source, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		file, err := filepath.Rel(source, path)
		if err != nil {
			return err
		}
		name, mine := rename(filepath.ToSlash(file))
		if !mine {
			return nil
		}
		to := filepath.Join(target, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		return bring(path, to)
	})
}

func copyFile(from, to string) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, content, 0o644)
}

// replaceFolder puts source in the place of target, which is removed: a page whose type is gone goes as well.
func replaceFolder(target, source string) error {
	if err := os.RemoveAll(target); err != nil {
		return err
	}
	return os.Rename(source, target)
}
