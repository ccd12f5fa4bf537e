package httpapi

import (
	"strings"
	"testing"
)

func TestParseBaseURL(t *testing.T) {
	t.Parallel()
	const (
		none   = "it is not a URL"
		form   = "it must be an https URL"
		plain  = "neither credentials nor a query nor a fragment"
		secure = "it must be https"
	)
	cases := map[string]struct{ want, fault string }{
		"https://host.test/api/v0":   {want: "https://host.test/api/v0"},
		"https://host.test/api/v0//": {want: "https://host.test/api/v0"},
		"https://host.test":          {want: "https://host.test"},
		"https://host.test:8443/a":   {want: "https://host.test:8443/a"},
		"HTTPS://host.test/a%2Fb":    {want: "https://host.test/a%2Fb"},
		"http://localhost:80/v1":     {want: "http://localhost:80/v1"},
		"http://127.0.0.1/v1":        {want: "http://127.0.0.1/v1"},
		"http://127.3.2.1/v1":        {want: "http://127.3.2.1/v1"},
		"http://[::1]:80/v1":         {want: "http://[::1]:80/v1"},
		"http://host.test/v1":        {fault: secure},
		"http://10.0.0.1/v1":         {fault: secure},
		"http://localhost.test/v1":   {fault: secure},
		"http://127.0.0.1.test/v1":   {fault: secure},
		"":                           {fault: form},
		"host.test/v1":               {fault: form},
		"/v1":                        {fault: form},
		"//host.test/v1":             {fault: form},
		"ftp://host.test/v1":         {fault: form},
		"https:///v1":                {fault: form},
		"https://:443/v1":            {fault: form},
		"https:host.test":            {fault: form},
		"https://u:p@host.test/v1":   {fault: plain},
		"https://u@host.test/v1":     {fault: plain},
		"https://host.test/v1?a=1":   {fault: plain},
		"https://host.test/v1?":      {fault: plain},
		"https://host.test/v1#a":     {fault: plain},
		"https://host.test/\x00":     {fault: none},
		"https://host.test:port/":    {fault: none},
	}
	for text, test := range cases {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			got, err := ParseBaseURL(text)
			if got != test.want || (err == nil) != (test.fault == "") {
				t.Fatalf("got %q, %v", got, err)
			}
			if err != nil && (!strings.Contains(err.Error(), test.fault) || strings.Contains(err.Error(), "host.test")) {
				t.Errorf("got %q, want %q and no word of the address, which may hold a password", err, test.fault)
			}
		})
	}
}

func TestExpand(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		template string
		values   []string
		want     string // "" for an error
	}{
		"none":             {"/a", nil, "/a"},
		"one":              {"/a/{id}", []string{"x"}, "/a/x"},
		"two":              {"/a/{id}/b/{other}/c", []string{"x", "y"}, "/a/x/b/y/c"},
		"a slash":          {"/a/{id}", []string{"x/../y"}, "/a/x%2F..%2Fy"},
		"a query":          {"/a/{id}", []string{"x?y#z"}, "/a/x%3Fy%23z"},
		"a percent":        {"/a/{id}", []string{"%2e%2e"}, "/a/%252e%252e"},
		"a space":          {"/a/{id}", []string{"x y+z"}, "/a/x%20y+z"},
		"braces":           {"/a/{id}/{other}", []string{"{other}", "y"}, "/a/%7Bother%7D/y"},
		"not ASCII":        {"/a/{id}", []string{"ä"}, "/a/%C3%A4"},
		"dots in a name":   {"/a/{id}", []string{"..x"}, "/a/..x"},
		"empty":            {"/a/{id}", []string{""}, ""},
		"a dot":            {"/a/{id}", []string{"."}, ""},
		"two dots":         {"/a/{id}", []string{".."}, ""},
		"too few":          {"/a/{id}/{other}", []string{"x"}, ""},
		"too many":         {"/a/{id}", []string{"x", "y"}, ""},
		"none for a value": {"/a", []string{"x"}, ""},
		"not closed":       {"/a/{id", []string{"x"}, ""},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := expand(test.template, test.values)
			if got != test.want || (err != nil) != (test.want == "") {
				t.Errorf("got %q, %v, want %q", got, err, test.want)
			}
		})
	}
}
