// Command terraform-provider-pomerium serves the provider to Terraform and OpenTofu.
package main

import (
	"flag"
	"fmt"
	"log"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/provider"
)

// address is what users write as source, with the host that both CLIs know. Under a debugger
// it is also the key of TF_REATTACH_PROVIDERS.
const address = "registry.terraform.io/pomerium-zdx/pomerium"

// version is set by the release build (-ldflags "-X main.version=1.2.3").
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "run until interrupted, for a debugger: prints TF_REATTACH_PROVIDERS")
	showVersion := flag.Bool("version", false, "print the version and exit")
	flag.Parse()

	if *showVersion {
		fmt.Println(version)
		return
	}

	var options []tf6server.ServeOpt
	if *debug {
		options = append(options, tf6server.WithManagedDebug())
	}
	if err := provider.Prepare(); err != nil {
		log.Fatal(err)
	}
	if err := tf6server.Serve(address, provider.New(version), options...); err != nil {
		log.Fatal(err)
	}
}
