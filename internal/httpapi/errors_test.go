package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestMessages(t *testing.T) {
	t.Parallel()
	const secret = "hunter2-hunter2"
	long := strings.Repeat("ä", 2*maxMessage)
	cases := map[string]struct {
		body string
		want string // of the whole error, after "Test answered 418 to GET /a/{id}"
	}{
		"empty":             {"", ""},
		"spaces":            {" \n\t ", ""},
		"text":              {"out of tea", ": out of tea"},
		"error":             {`{"error":"out of tea"}`, ": out of tea"},
		"message first":     {`{"code":"E1","message":"out of tea","error":"Teapot"}`, ": out of tea"},
		"description first": {`{"error":"invalid_grant","error_description":"out of tea"}`, ": out of tea"},
		"code alone":        {`{"code":"E1","id":4}`, ": E1"},
		"errorMessage":      {`{"errorCode":7,"errorMessage":"out of tea"}`, ": out of tea"},
		"message of no use": {`{"message":"","reason":"out of tea"}`, ": out of tea"},
		"nested message":    {`{"message":{"a":1},"detail":"out of tea"}`, ": out of tea"},
		"JSON without text": {`{"errors": [{"at": "/name"}]}`, `: {"errors":[{"at":"/name"}]}`},
		"JSON array":        {`["out of tea"]`, `: ["out of tea"]`},
		"web page":          {"\n <!DOCTYPE html><title>502</title>", ": a web page instead of JSON: a proxy or a wrong url may be in the way"},
		"secret, escaped":   {`{"at":["\u0068unter2-hunter2"],"note":"<\/>"}`, `: {"at":["[redacted]"],"note":"</>"}`},
		"secret by member":  {`{"sent":{"Key_Secret":"never seen before"}}`, `: {"sent":{"Key_Secret":"[redacted]"}}`},
		"lines":             {"out\r\nof\n\n  tea", ": out of tea"},
		"terminal escapes":  {"\x1b[31mout\x1b]0;title\x07 of\u009b2J tea\x00", ": [31mout]0;title of2J tea"},
		"in JSON":           {`{"message":"out\u001b[2J of\u202e tea\u0000"}`, ": out[2J of tea"},
		"no UTF-8":          {"out \xff\xfeof tea", ": out of tea"},
		"long":              {long, ": " + strings.Repeat("ä", maxMessage) + "…"},
		"secret":            {`{"message":"` + secret + ` is out of tea"}`, ": [redacted] is out of tea"},
		"secret at the cut": {strings.Repeat("a", maxMessage-5) + secret, ": " + strings.Repeat("a", maxMessage-5) + "[reda…"},
		"secret in pieces":  {"hunter2\x00-hun\x1bter2", ": [redacted]"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, func(w http.ResponseWriter, _ *http.Request, _ int) {
				w.WriteHeader(http.StatusTeapot)
				_, _ = w.Write([]byte(test.body))
			})
			redactor := &Redactor{}
			redactor.Add(secret)
			client, _ := s.client(t, Config{Redactor: redactor})
			err := client.Do(t.Context(), Request{Method: "GET", Path: "/a/{id}", Values: []string{"name-of-a-person"}}, nil)
			if want := "Test answered 418 to GET /a/{id}" + test.want; err == nil || err.Error() != want {
				t.Errorf("got  %q\nwant %q", err, want)
			}
			if !utf8.ValidString(err.Error()) {
				t.Error("the text is no UTF-8")
			}
		})
	}
}

func TestRequestIDIsTold(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, _ *http.Request, _ int) {
		w.Header().Set("X-Response-Id", "abc\u009b-1\xff")
		w.WriteHeader(http.StatusConflict)
	})
	client, _ := s.client(t, Config{})
	err := client.Do(t.Context(), Request{Method: "GET", Path: "/a"}, nil)
	if want := "Test answered 409 to GET /a (request abc-1)"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %q", err, want)
	}
}

// TestTransportErrors looks at what is told when there was no answer: no address, no secret, the cause.
func TestTransportErrors(t *testing.T) {
	t.Parallel()
	redactor := &Redactor{}
	redactor.Add("hunter2-hunter2")
	cause := errors.New("dialing\x1b with hunter2-hunter2\nfailed")
	err := (&Error{Service: "Test", Method: "GET", Path: "/a/{id}"}).because(&url.Error{Op: "Get", URL: "https://test.test/a/person", Err: cause}, redactor)
	if want := "Test gave no answer to GET /a/{id}: dialing with [redacted] failed"; err.Error() != want {
		t.Errorf("got %q, want %q", err, want)
	}
	if !errors.Is(err, cause) {
		t.Error("the cause cannot be found any more")
	}
}

func TestKinds(t *testing.T) {
	t.Parallel()
	kinds := map[string]func(error) bool{
		"not found": IsNotFound, "forbidden": IsForbidden, "unauthorized": IsUnauthorized,
		"conflict": IsConflict, "rate limited": IsRateLimited, "invalid": IsInvalid, "ambiguous": Ambiguous,
	}
	cut := errors.New("cut")
	cases := map[string]struct {
		err  error
		want string
	}{
		"200, unusable":   {&Error{Status: 200, Sent: true, Err: cut}, "ambiguous"},
		"400":             {&Error{Status: 400, Sent: true}, "invalid"},
		"422":             {&Error{Status: 422, Sent: true}, "invalid"},
		"401":             {&Error{Status: 401, Sent: true}, "unauthorized"},
		"403":             {&Error{Status: 403, Sent: true}, "forbidden"},
		"404":             {&Error{Status: 404, Sent: true}, "not found"},
		"410":             {&Error{Status: 410, Sent: true}, "not found"},
		"409":             {&Error{Status: 409, Sent: true}, "conflict"},
		"429":             {&Error{Status: 429, Sent: true}, "rate limited"},
		"500":             {&Error{Status: 500, Sent: true}, "ambiguous"},
		"504, unsent":     {&Error{Status: 504}, ""},
		"no answer":       {&Error{Sent: true, Err: cut}, "ambiguous"},
		"never left":      {&Error{Err: cut}, ""},
		"302":             {&Error{Status: 302, Sent: true}, ""},
		"wrapped":         {fmt.Errorf("outer: %w", &Error{Status: 404}), "not found"},
		"another error":   {context.Canceled, ""},
		"no error at all": {nil, ""},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for kind, is := range kinds {
				if got, want := is(test.err), kind == test.want; got != want {
					t.Errorf("%s: %t", kind, got)
				}
			}
		})
	}
}
