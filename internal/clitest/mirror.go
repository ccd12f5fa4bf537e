package clitest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"strings"
)

const (
	module  = "github.com/pomerium-zdx/terraform-provider-pomerium"
	version = "0.0.1"
)

// hosts are those that `source = "pomerium-zdx/pomerium"` stands for, in Terraform and in OpenTofu.
var hosts = []string{"registry.terraform.io", "registry.opentofu.org"}

// addresses are the provider's own and those of the providers whose objects it takes over. A state that names one
// of these makes init look for it; nobody asks it for anything but its schema, so the build stands in for it.
var addresses = []string{"pomerium-zdx/pomerium", "rasschaert/pomeriumzero", "pomerium/pomerium"}

// install builds the program below dir, lays it out as a mirror of both registries, and returns the path of a CLI
// configuration that knows this mirror only. The mirror is unpacked, so init links to it and copies nothing; a plugin
// cache would save nothing more, and several runs of init must not share one.
func install(ctx context.Context, dir, program string) (config string, err error) {
	binary := filepath.Join(dir, "terraform-provider-pomerium_v"+version)
	if runtime.GOOS == "windows" {
		binary += ".exe"
	}
	// Without symbols it links in half the time. Stamping it from version control fails in checkouts of another owner.
	build := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-ldflags", "-s -w", "-o", binary, program) //nolint:gosec // fixed but for the folder
	if output, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the provider: %w\n%s", err, output)
	}
	mirror := filepath.Join(dir, "mirror")
	for _, host := range hosts {
		for _, address := range addresses {
			platform := filepath.Join(mirror, host, filepath.FromSlash(address), version, runtime.GOOS+"_"+runtime.GOARCH)
			if err := os.MkdirAll(platform, 0o700); err != nil {
				return "", err
			}
			name := strings.Replace(filepath.Base(binary), "pomerium", path.Base(address), 1)
			if err := os.Link(binary, filepath.Join(platform, name)); err != nil {
				return "", err
			}
		}
	}
	config = filepath.Join(dir, "cli.tfrc")
	text := fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", filepath.ToSlash(mirror))
	return config, os.WriteFile(config, []byte(text), 0o600)
}
