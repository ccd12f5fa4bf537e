package httpapi_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"html"
	"net/url"
	"strings"
	"testing"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
)

func TestRedactorByValue(t *testing.T) {
	t.Parallel()
	const (
		plain  = "s3cr3t/with+signs&<marks>\"?"
		pem    = "-----BEGIN KEY-----\nQUJDREVG\n-----END KEY-----\n"
		longer = "prefix-and-more"
	)
	quoted, _ := json.Marshal(plain)
	cases := map[string]struct{ text, want string }{
		"plain":               {"it is " + plain + "!", "it is [redacted]!"},
		"twice":               {plain + " " + plain, "[redacted] [redacted]"},
		"base64":              {base64.StdEncoding.EncodeToString([]byte(plain)), "[redacted]"},
		"base64, raw":         {base64.RawStdEncoding.EncodeToString([]byte(plain)) + ".", "[redacted]."},
		"base64, URL":         {base64.URLEncoding.EncodeToString([]byte(plain)), "[redacted]"},
		"base64, URL, raw":    {base64.RawURLEncoding.EncodeToString([]byte(plain)), "[redacted]"},
		"base64, after one":   {base64.StdEncoding.EncodeToString([]byte(":" + plain + ":")), "On[redacted]zo="},
		"base64, after two":   {base64.StdEncoding.EncodeToString([]byte("u:" + plain + ":")), "dTp[redacted]86"},
		"base64, after three": {base64.URLEncoding.EncodeToString([]byte("us:" + plain)), "dXM6[redacted]"},
		"hex":                 {"0x" + hex.EncodeToString([]byte(plain)), "0x[redacted]"},
		"hex, upper case":     {strings.ToUpper(hex.EncodeToString([]byte(plain))), "[redacted]"},
		"query, lower case":   {strings.ToLower(url.QueryEscape(plain)) + ".", "[redacted]."},
		"HTML":                {"<b>" + html.EscapeString(plain) + "</b>", "<b>[redacted]</b>"},
		"base64 of a file":    {base64.StdEncoding.EncodeToString([]byte(strings.TrimSpace(pem))), "[redacted]"},
		"query":               {"?a=" + url.QueryEscape(plain) + "&b=1", "?a=[redacted]&b=1"},
		"path":                {"/" + url.PathEscape(plain) + "/b", "/[redacted]/b"},
		"JSON":                {`{"a":` + string(quoted) + `}`, `{"a":"[redacted]"}`},
		"JSON, marks kept":    {`"` + strings.ReplaceAll(plain, `"`, `\"`) + `"`, `"[redacted]"`},
		"lines":               {"key " + pem + "end", "key [redacted]end"},
		"lines on one line":   {"key " + strings.TrimSpace(strings.ReplaceAll(pem, "\n", " ")) + " end", "key [redacted] end"},
		"lines in JSON":       {`"` + strings.ReplaceAll(pem, "\n", `\n`) + `"`, `"[redacted]"`},
		"the longer of two":   {longer + ".", "[redacted]."},
		"the shorter":         {"prefix-and.", "[redacted]-and."},
		"one in another":      {"x-" + "prefix" + "-and-more", "x-[redacted]"},
		"overlapping":         {"abcdefghijkl", "ab[redacted]kl"},
		"itself overlapped":   {"xyxyxyx.", "[redacted]."},
		"a part only":         {"s3cr3t/with", "s3cr3t/with"},
		"too short to hide":   {"abc", "abc"},
		"none":                {"nothing to see", "nothing to see"},
		"empty":               {"", ""},
	}
	inner, _ := json.Marshal(string(quoted) + pem)
	cases["JSON in JSON"] = struct{ text, want string }{string(inner), `"\"[redacted]\"[redacted]"`}
	redactor := &httpapi.Redactor{}
	redactor.Add("prefix", plain)
	redactor.Add(pem, longer, "cdefgh", "fghij", "abc", "", "xyxyx")
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := redactor.Text(test.text); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestRedactorThatKnowsNothing(t *testing.T) {
	t.Parallel()
	var redactor httpapi.Redactor
	if got := redactor.Text("text"); got != "text" {
		t.Errorf("got %q", got)
	}
}

func TestRedactorByMember(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ body, want string }{
		"empty":         {"", ""},
		"form":          {"client_secret=s3cr3t&grant_type=x", "(not JSON)"},
		"page":          {"<html>s3cr3t", "(not JSON)"},
		"cut":           {`{"token":"s3cr`, "(not JSON)"},
		"member":        {`{"key_id":"k","key_secret":"s3cr3t"}`, `{"key_id":"k","key_secret":"[redacted]"}`},
		"nested":        {`[{"a":{"refreshToken":"s3cr3t"}}]`, `[{"a":{"refreshToken":"[redacted]"}}]`},
		"map":           {`{"setRequestHeaders":{"X-Key":"s3cr3t"}}`, `{"setRequestHeaders":"[redacted]"}`},
		"list":          {`{"token":["s3cr3t",1]}`, `{"token":"[redacted]"}`},
		"number":        {`{"clientSecret":12345}`, `{"clientSecret":"[redacted]"}`},
		"large numbers": {`{"trace_id":9007199254740993}`, `{"trace_id":9007199254740993}`},
		"by value":      {`{"note":"a planted<value>"}`, `{"note":"a [redacted]"}`},
		"as a name":     {`{"planted<value>":1}`, `{"[redacted]":1}`},
		"text":          {`"planted<value>"`, `"[redacted]"`},
		"null":          {`null`, `null`},
	}
	redactor := &httpapi.Redactor{}
	redactor.Add("planted<value>")
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := redactor.Body([]byte(test.body)); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
	for _, member := range []string{
		"refreshToken", "idToken", "token", "key", "clientSecret", "identityProviderClientSecret", "kubernetesServiceAccountToken",
		"setRequestHeaders", "cookieSecret", "sharedSecret", "key_secret", "access_token", "client_secret", "client_assertion",
	} {
		if got := redactor.Body([]byte(`{"` + member + `":"s3cr3t"}`)); strings.Contains(got, "s3cr3t") {
			t.Errorf("got %s", got)
		}
	}
}
