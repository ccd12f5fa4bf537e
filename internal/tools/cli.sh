#!/bin/sh
# Finds the Terraform-compatible CLI for tests and demo.
#
#   cli.sh         prints its path: $TF_ACC_TERRAFORM_PATH, else terraform on PATH, else tofu on PATH,
#                  else an OpenTofu that is built here from its Go module (some minutes, once)
#   cli.sh env     prints the shell assignments that acceptance tests need with this CLI
#
# Writes nothing but .bin of this checkout and the Go caches.
set -eu

tools=$(cd "$(dirname "$0")" && pwd)
bin=$(cd "$tools/../.." && pwd)/.bin

build_opentofu() {
	out=$bin/tofu
	# A changed pin makes the old build stale.
	if [ ! -x "$out" ] || [ "$tools/opentofu/go.mod" -nt "$out" ]; then
		echo "No terraform and no tofu on PATH: building OpenTofu into .bin, once (some minutes)." >&2
		mkdir -p "$bin"
		(cd "$tools/opentofu" && go build -o ../../../.bin/tofu github.com/opentofu/opentofu/cmd/tofu) >&2
		touch "$out"
	fi
	echo "$out"
}

find_cli() {
	if [ -n "${TF_ACC_TERRAFORM_PATH:-}" ]; then
		[ -x "$TF_ACC_TERRAFORM_PATH" ] || {
			echo "TF_ACC_TERRAFORM_PATH is not a program: $TF_ACC_TERRAFORM_PATH" >&2
			exit 1
		}
		echo "$TF_ACC_TERRAFORM_PATH"
	elif command -v terraform >/dev/null 2>&1; then
		command -v terraform
	elif command -v tofu >/dev/null 2>&1; then
		command -v tofu
	else
		build_opentofu
	fi
}

cli=$(find_cli)

case ${1:-path} in
path)
	echo "$cli"
	;;
env)
	# The name of the file says nothing about the kind, the program itself does.
	version=$(CHECKPOINT_DISABLE=1 TF_CLI_CONFIG_FILE=$tools/offline.tfrc "$cli" version | head -n 1)
	echo "Acceptance tests run with $version ($cli)" >&2
	echo "export TF_ACC_TERRAFORM_PATH='$cli'"
	case $version in
	OpenTofu*)
		# terraform-plugin-testing offers the provider under test as registry.terraform.io/hashicorp/pomerium.
		# OpenTofu looks for a provider without source under its own registry's host.
		echo "export TF_ACC_PROVIDER_HOST=registry.opentofu.org"
		echo "export TF_ACC_PROVIDER_NAMESPACE=hashicorp"
		;;
	*)
		echo "unset TF_ACC_PROVIDER_HOST TF_ACC_PROVIDER_NAMESPACE"
		;;
	esac
	;;
*)
	echo "usage: cli.sh [path|env]" >&2
	exit 2
	;;
esac
