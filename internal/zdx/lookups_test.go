package zdx

import (
	"encoding/json"
	"testing"
)

// Some members have two names. The first wins, whatever its place.
func TestTwoNames(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"sw_install_type":"a"}`:                              "a",
		`{"software_install_type":"b"}`:                        "b",
		`{"software_install_type":"b","sw_install_type":"a"}`:  "a",
		`{"software_install_type":"b","sw_install_type":null}`: "b",
		`{"software_name":"x"}`:                                "",
	} {
		var got Software
		if err := json.Unmarshal([]byte(body), &got); err != nil || text(got.InstallType) != want {
			t.Errorf("%s is installed as %q, %v", body, text(got.InstallType), err)
		}
	}
	for body, want := range map[string]string{
		`{"name":"C:"}`: "C:", `{"metric":"C:"}`: "C:", `{"metric":"D:","name":"C:"}`: "C:", `{}`: "",
	} {
		var got HealthInstance
		if err := json.Unmarshal([]byte(body), &got); err != nil || text(got.Name) != want {
			t.Errorf("%s is of %q, %v", body, text(got.Name), err)
		}
	}
	for body, want := range map[string]int{
		`{"events":[{},{}]}`: 2, `{"instances":[{}]}`: 1, `{"events":[{}],"instances":[{}]}`: 2, `{"events":{"name":"x"}}`: 1, `{}`: 0,
	} {
		var got EventSample
		if err := json.Unmarshal([]byte(body), &got); err != nil || len(got.Events) != want {
			t.Errorf("%s has %d events, %v", body, len(got.Events), err)
		}
	}
}

func text(value *Text) string {
	if value == nil {
		return ""
	}
	return string(*value)
}
