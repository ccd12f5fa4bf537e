package zdx

import (
	"encoding/json"
	"testing"
	"time"
)

func TestIDFromJSON(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		want ID
		bad  bool
	}{
		`1`:                     {want: "1"},
		`"1"`:                   {want: "1"},
		`null`:                  {want: ""},
		`""`:                    {want: ""},
		`0`:                     {want: "0"},
		`-1`:                    {want: "-1"},
		"\n42\n":                {want: "42"},
		`342941739947287`:       {want: "342941739947287"},
		`9007199254740993`:      {want: "9007199254740993"}, // 2^53 + 1: a float would make it even
		`18446744073709551617`:  {want: "18446744073709551617"},
		`"9007199254740993"`:    {want: "9007199254740993"},
		`"\u0031"`:              {want: "1"},
		`1.5`:                   {bad: true},
		`3.42941739947287e+14`:  {bad: true},
		`true`:                  {bad: true},
		`{}`:                    {bad: true},
		`["1"]`:                 {bad: true},
		`"un` + "\x01" + `fit"`: {bad: true},
	}
	for text, test := range cases {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			var value struct{ ID ID }
			err := json.Unmarshal([]byte(`{"ID":`+text+`}`), &value)
			if (err != nil) != test.bad {
				t.Fatalf("error %v, want one: %t", err, test.bad)
			}
			if value.ID != test.want {
				t.Errorf("got %q, want %q", value.ID, test.want)
			}
		})
	}
}

func TestIDToJSON(t *testing.T) {
	t.Parallel()
	cases := map[ID]struct {
		want string
		bad  bool
	}{
		"1":                    {want: `{"ID":1}`},
		"18446744073709551617": {want: `{"ID":18446744073709551617}`},
		"007":                  {want: `{"ID":7}`},
		"000":                  {want: `{"ID":0}`},
		"":                     {want: `{"ID":null}`},
		"-1":                   {bad: true},
		"1e3":                  {bad: true},
		"1,\"x\":2":            {bad: true},
		"٣":                    {bad: true}, // a digit, but none of JSON's
	}
	for id, test := range cases {
		t.Run(string(id), func(t *testing.T) {
			t.Parallel()
			text, err := json.Marshal(struct{ ID ID }{id})
			if (err != nil) != test.bad {
				t.Fatalf("error %v, want one: %t", err, test.bad)
			}
			if string(text) != test.want {
				t.Errorf("got %s, want %s", text, test.want)
			}
		})
	}
}

func TestInteger(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]integer{
		`7200`: 7200, `"7200"`: 7200, `7200.9`: 7200, `7.2e3`: 7200, `null`: 0, `""`: 0, `"soon"`: 0, `{}`: 0,
		`true`: 0, `-5`: -5, `9007199254740993`: 9007199254740993, `1e300`: 0,
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			got := integer(-1)
			if err := json.Unmarshal([]byte(text), &got); err != nil {
				t.Fatal(err)
			}
			if got != want {
				t.Errorf("got %d, want %d", got, want)
			}
		})
	}
}

func TestIntegerTime(t *testing.T) {
	t.Parallel()
	moment := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	for n, want := range map[integer]time.Time{
		0: {}, -1: {}, integer(moment.Unix()): moment, integer(moment.UnixMilli()): moment,
	} {
		if got := n.time(); !got.Equal(want) || got.IsZero() != want.IsZero() {
			t.Errorf("%d is %s, want %s", n, got, want)
		}
	}
}
