// Command docs writes docs/ from the provider's schema, examples/ and templates/.
//
// tfplugindocs, which does the rendering, has two limits that shape this command:
//
//   - It knows one prefix of type names and fails at the second. So it runs once for each prefix, over a
//     schema that holds this prefix only, and the pages are put together afterwards.
//   - It takes the schema from `terraform providers schema -json`. What that prints depends on the CLI:
//     Terraform before 1.12 knows no identity, before 1.14 no actions and no lists, OpenTofu others again.
//     So the provider is asked directly, here, and the pages are the same wherever they are made.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/provider"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("docs: ")
	root := flag.String("root", ".", "the checkout: examples/ and templates/ are read, docs/ is replaced")
	renderer := flag.String("tfplugindocs", "", "path of the tfplugindocs program")
	flag.Parse()

	if err := run(context.Background(), *root, *renderer); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, root, renderer string) error {
	if renderer == "" {
		return errors.New("-tfplugindocs is missing; `make generate` builds the program and passes it")
	}
	renderer, err := filepath.Abs(renderer)
	if err != nil {
		return err
	}
	// The staging folder lies in the checkout, because tfplugindocs writes only below it.
	scratch := filepath.Join(root, ".bin")
	if err := os.MkdirAll(scratch, 0o755); err != nil {
		return err
	}
	stage, err := os.MkdirTemp(scratch, "docs-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(stage) }()

	schema, err := readSchema(ctx, provider.New("docs")())
	if err != nil {
		return err
	}
	if err := schema.checkPrefixes(); err != nil {
		return err
	}
	pages := filepath.Join(stage, "pages")
	for _, prefix := range prefixes {
		g := generation{root: root, stage: stage, renderer: renderer, prefix: prefix}
		if err := g.run(ctx, schema.only(prefix), pages); err != nil {
			return fmt.Errorf("pages of %s_*: %w", prefix, err)
		}
	}
	return replaceFolder(filepath.Join(root, "docs"), pages)
}
