package provider

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// isTogether tells the examples that TestExamplesTogether tries: each command of a CLI takes longer than all that one of
// them asks for.
func isTogether(name string) bool {
	return strings.HasPrefix(name, "data-sources/") || strings.HasPrefix(name, "functions/")
}

// TestExamplesTogether applies all examples of data sources and functions as modules of one configuration. Those that
// make something have a provider and a lab of their own, so that two may use the same name or device. What a CLI says of
// a fault names the module, which has the name of the example's folder.
func TestExamplesTogether(t *testing.T) {
	t.Parallel()
	cli := openCLI(t, nil).cli
	all := &exampleWork{cli: cli, dir: t.TempDir()}
	folders, _ := findExamples(t, examplesFolder)
	folders = slices.DeleteFunc(folders, func(folder string) bool { return !isTogether(exampleName(folder)) })
	if len(folders) == 0 {
		t.Fatal("no examples found")
	}
	providers, examples := sharedLabs{}, []*exampleWork{}
	calls := ""
	for _, folder := range folders {
		module := filepath.Base(folder)
		alias, lab := providers.forExample(t, folder)
		w := copyExample(t, lab, folder, filepath.Join(all.dir, module))
		if w.whole || len(w.imports) > 0 || len(w.modules) > 0 {
			t.Fatalf("%s cannot be a module: it brings its own required_providers, imports or modules", w.name)
		}
		if err := w.write("frame.tf", exampleNeeds); err != nil {
			t.Fatal(err)
		}
		examples = append(examples, w)
		calls += `
module "` + module + `" {
  source    = "./` + module + `"
  providers = { pomerium = pomerium.` + alias + ` }
}
`
	}
	if err := all.write("main.tf", exampleNeeds+providers.blocks+calls); err != nil {
		t.Fatal(err)
	}
	all.run(t, "init")
	all.run(t, "apply", "-auto-approve")
	made := all.inModules(t)
	for _, w := range examples {
		w.checkUsed(t, made["module."+filepath.Base(w.dir)])
	}
	all.checkNoChange(t)
	all.run(t, "destroy", "-auto-approve", "-refresh=false")
	for _, w := range examples {
		w.checkNothingLeft(t)
	}
}

// readersTogether is how many examples that make nothing share a provider and a lab. Each provider is a process for the
// CLI, and each paces its requests.
const readersTogether = 8

// sharedLabs gives each example a lab and a provider for it.
type sharedLabs struct {
	blocks  string // of the providers
	readers int    // so far
	lab     *lab   // of the last of them
}

// forExample returns the alias of the example's provider, and its lab.
func (s *sharedLabs) forExample(t *testing.T, folder string) (alias string, lab *lab) {
	t.Helper()
	alias = filepath.Base(folder)
	if makesNothing(t, folder) {
		alias, lab = fmt.Sprintf("readers_%d", s.readers/readersTogether), s.lab
		s.readers++
		if s.readers%readersTogether != 1 {
			return alias, lab
		}
	}
	lab = newExampleLab(t)
	if strings.HasPrefix(alias, "readers_") {
		s.lab = lab
	}
	s.blocks += strings.Replace(lab.providerBlock(), "{", "{\n  alias = \""+alias+"\"", 1)
	return alias, lab
}

// makesNothing tells an example that only reads.
func makesNothing(t *testing.T, folder string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.tf"))
	if err != nil {
		t.Fatal(err)
	}
	return !slices.ContainsFunc(files, func(file string) bool {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Contains(string(text), `resource "`)
	})
}

// moduleResource is a resource or data source of a module, as `show -json` prints it.
type moduleResource struct {
	Mode   string         `json:"mode"`
	Type   string         `json:"type"`
	Values map[string]any `json:"values"`
}

// inModules returns what the state holds of each module.
func (w *exampleWork) inModules(t *testing.T) map[string][]moduleResource {
	t.Helper()
	output := w.run(t, "show", "-json").Output
	var state struct {
		Values struct {
			Root struct {
				Modules []struct {
					Address   string           `json:"address"`
					Resources []moduleResource `json:"resources"`
				} `json:"child_modules"`
			} `json:"root_module"`
		} `json:"values"`
	}
	if err := json.Unmarshal([]byte(output), &state); err != nil {
		t.Fatalf("show: %v\n%s", err, output)
	}
	modules := map[string][]moduleResource{}
	for _, module := range state.Values.Root.Modules {
		modules[module.Address] = module.Resources
	}
	return modules
}

// checkUsed fails unless the example used what its folder is named after: a data source that was read, and of ZDX found
// something, or a function.
func (w *exampleWork) checkUsed(t *testing.T, made []moduleResource) {
	t.Helper()
	used := filepath.Base(w.dir)
	if len(w.lab.Journal()) == 0 {
		t.Errorf("%s asked the services for nothing", w.name)
	}
	if strings.HasPrefix(w.name, "functions/") {
		if !strings.Contains(w.text, "provider::pomerium::"+used+"(") || len(made) == 0 {
			t.Errorf("%s does not call its function, or nothing of it is in the state", w.name)
		}
		return
	}
	read := 0
	for _, resource := range made {
		if resource.Mode != "data" || resource.Type != used {
			continue
		}
		read++
		if strings.HasPrefix(used, "zdx_") && !foundAnything(resource.Values) {
			t.Errorf("%s found nothing: %v", w.name, resource.Values)
		}
	}
	if read == 0 {
		t.Errorf("%s read no %s", w.name, used)
	}
}

// foundAnything tells whether a data source of ZDX holds an object or a list of them. IDs that were given are sets of text.
func foundAnything(values map[string]any) bool {
	for _, value := range values {
		switch value := value.(type) {
		case map[string]any:
			return true
		case []any:
			for _, element := range value {
				if _, is := element.(map[string]any); is {
					return true
				}
			}
		}
	}
	return values["id"] != nil || values["trace_id"] != nil && values["status"] != nil
}
