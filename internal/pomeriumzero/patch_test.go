package pomeriumzero

import (
	"encoding/json"
	"reflect"
	"testing"
)

// What is sent makes the object hold what is managed, touches nothing else, and removes only what is there.
func TestPatch(t *testing.T) {
	t.Parallel()
	type object struct {
		Name    string            `json:"name"`
		Note    *string           `json:"note,omitempty"`
		Flag    *bool             `json:"flag,omitempty"`
		List    []string          `json:"list,omitzero"`
		Headers map[string]string `json:"headers,omitempty"`
		Secret  *string           `json:"secret,omitempty" secret:"true"`
	}
	for name, test := range map[string]struct{ raw, managed, want string }{
		"the same":                 {`{"name":"a","note":"n","other":1}`, `{"name":"a","note":"n"}`, `null`},
		"changed":                  {`{"name":"a"}`, `{"name":"b"}`, `[{"op":"add","path":"/name","value":"b"}]`},
		"new, and false":           {`{"name":"a"}`, `{"name":"a","flag":false}`, `[{"op":"add","path":"/flag","value":false}]`},
		"taken out":                {`{"name":"a","note":"n","flag":true}`, `{"name":"a","flag":true}`, `[{"op":"remove","path":"/note"}]`},
		"unset, printed as empty":  {`{"name":"a","note":"","headers":{},"flag":null}`, `{"name":"a"}`, `null`},
		"empty, printed as empty":  {`{"name":"a","list":[]}`, `{"name":"a","list":[]}`, `[{"op":"add","path":"/list","value":[]}]`},
		"a list that may be unset": {`{"name":"a","list":[]}`, `{"name":"a"}`, `[{"op":"add","path":"/list","value":[]},{"op":"remove","path":"/list"}]`},
		"a map taken out":          {`{"name":"a","headers":{"x":"y"}}`, `{"name":"a"}`, `[{"op":"remove","path":"/headers"}]`},
	} {
		managed, err := decode([]byte(test.managed))
		if err != nil {
			t.Fatal(err)
		}
		operations, err := patch([]byte(test.raw), managed, reflect.TypeFor[object](), func(m member) bool { return m.optional && !m.secret })
		if err != nil {
			t.Fatal(err)
		}
		got, err := json.Marshal(operations)
		if err != nil || string(got) != test.want {
			t.Errorf("%s: %s, want %s (%v)", name, got, test.want, err)
		}
	}
	// A secret that answers leave out is not known to be there, so it is set before it is removed.
	operations, err := patch([]byte(`{"name":"a"}`), map[string]any{"name": "a"}, reflect.TypeFor[object](), func(m member) bool { return m.secret })
	if got := text(operations); err != nil || got != `[{"op":"add","path":"/secret","value":""},{"op":"remove","path":"/secret"}]` {
		t.Errorf("%s (%v)", got, err)
	}
}
