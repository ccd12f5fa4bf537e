package contract

import (
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// TestDocumentsAreValid also asserts that a caller can't spoil the documents.
func TestDocumentsAreValid(t *testing.T) {
	t.Parallel()
	for name, document := range map[string]func() []byte{"pomerium_zero": PomeriumZero, "zdx": ZDX} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clear(document())
			spec, err := openapi3.NewLoader().LoadFromData(document())
			if err != nil {
				t.Fatal(err)
			}
			if err := spec.Validate(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}
