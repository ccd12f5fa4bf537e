// Package contract holds the OpenAPI documents of the two services that the
// mock obeys. They were reconstructed from public facts (neither vendor
// publishes one), so they are a description, not the vendors' own word.
package contract

import (
	"bytes"
	_ "embed"
)

//go:embed pomerium-zero.openapi.yaml
var pomeriumZero []byte

//go:embed zdx.openapi.yaml
var zdx []byte

// PomeriumZero returns the document of the Pomerium Zero management API, YAML.
// The caller owns the copy.
func PomeriumZero() []byte { return bytes.Clone(pomeriumZero) }

// ZDX returns the document of the ZDX API, both ways of signing in included,
// YAML. The caller owns the copy.
func ZDX() []byte { return bytes.Clone(zdx) }
