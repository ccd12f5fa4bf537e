package httpapi

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/hostile"
)

// scripted answers each request in the same way, without a socket and whatever HTTP allows.
type scripted struct {
	status int
	header http.Header
	body   []byte
}

func (s scripted) RoundTrip(request *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: s.status, Header: s.header, Body: io.NopCloser(bytes.NewReader(s.body)), Request: request}, nil
}

const (
	fuzzSecret = "hunter2/hunter2+\"x\"<y>"
	fuzzPEM    = "-----BEGIN KEY-----\nQUJDREVG\n-----END KEY-----\n"
)

// planted puts secrets where a fuzzer wrote one of six signs, in the spellings in which they come back.
var planted = strings.NewReplacer(
	"\x01", fuzzSecret,
	"\x02", fuzzSecret[:7]+"\x1b\u200b"+fuzzSecret[7:],
	"\x03", inJSON(fuzzSecret, true),
	"\x04", base64.StdEncoding.EncodeToString([]byte(fuzzSecret)),
	"\x05", fuzzPEM,
	"\x06", strings.ReplaceAll(inJSON(fuzzSecret, false), "/", `\/`),
)

// checkError fails for an error that a terminal must not be shown, that is endless, or that tells a secret.
func checkError(t *testing.T, err error) {
	t.Helper()
	text := err.Error()
	if !utf8.ValidString(text) {
		t.Errorf("no UTF-8: %q", text)
	}
	for _, r := range text {
		if !unicode.IsPrint(r) || r == unicode.ReplacementChar {
			t.Fatalf("%U in %q", r, text)
		}
	}
	if count := utf8.RuneCountInString(text); count > 4*maxMessage {
		t.Errorf("%d runes", count)
	}
	checkSecrets(t, text)
}

func checkSecrets(t *testing.T, text string) {
	t.Helper()
	for _, secret := range []string{
		fuzzSecret, inJSON(fuzzSecret, true), inJSON(fuzzSecret, false), base64.StdEncoding.EncodeToString([]byte(fuzzSecret)),
		fuzzPEM, OneLine(fuzzPEM), inJSON(fuzzPEM, true),
	} {
		if strings.Contains(text, secret) {
			t.Errorf("a secret in %q", text)
		}
	}
}

// FuzzAnswer looks for answers that stop the client, and for errors and log lines that tell a secret, break a
// terminal, or have no end.
func FuzzAnswer(f *testing.F) {
	for _, status := range []int{200, 302, 401, 418, 429, 500} {
		f.Add(status, "1", "Mon, 02 Jan 2006 15:04:05 GMT", "id", []byte(`{"message":"x"}`))
	}
	for _, value := range append(hostile.Values(), hostile.Name, hostile.Raw) {
		f.Add(418, value, value, value, []byte(value))
		f.Add(400, value, value, value, []byte(`{"message":`+value+`,"error":`+value+`,"token":`+value+`}`))
		f.Add(200, value, value, value, []byte(`{"id":`+value+`}`))
	}
	for _, sign := range hostile.Signs() {
		f.Add(500, "", "", "", []byte(sign))
		f.Add(200, "", "", "", []byte(`{"id":`+sign+`,"rest":{"x":"`+sign+`"}}`))
	}
	for _, sign := range []string{"\x01", "\x02", "\x03", "\x04", "\x05", "\x06"} {
		f.Add(401, "", "", sign, []byte(`{"message":"`+sign+`"}`))
		f.Add(401, sign, sign, "", []byte(`["`+sign+`",{"`+sign+`":"`+sign+`"}]`))
		f.Add(401, "", "", "", []byte(sign+" "+sign))
	}
	for _, text := range []string{"1e9", "-1", "Inf", "NaN", "1e300s", "0x10", "9999999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT"} {
		f.Add(503, text, text, "", []byte(nil))
	}
	f.Fuzz(func(t *testing.T, status int, retryAfter, date, requestID string, body []byte) {
		if status < 100 || status > 599 {
			status = http.StatusOK
		}
		header := http.Header{"Retry-After": {retryAfter}, "Date": {date}, "X-Response-Id": {planted.Replace(requestID)}}
		redactor := &Redactor{}
		redactor.Add(fuzzSecret, fuzzPEM)
		var log bytes.Buffer
		client := New(Config{
			Service: "Test", BaseURL: "https://service.test", Redactor: redactor, Retry: Retry{Attempts: 1},
			Logger:    slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: LevelTrace})),
			Transport: scripted{status, header, hostile.Grow([]byte(planted.Replace(string(body))))},
		})
		var answer struct {
			ID    string         `json:"id"`
			Token string         `json:"token"`
			Count int64          `json:"count"`
			Rest  map[string]any `json:"rest"`
		}
		err := client.Do(t.Context(), Request{Method: "GET", Path: "/a/{id}", Values: []string{"person"}}, &answer)
		if err != nil {
			checkError(t, err)
		}
		for _, line := range strings.Split(log.String(), "\n") {
			var entry map[string]any
			if json.Unmarshal([]byte(line), &entry) == nil {
				checkSecrets(t, fmt.Sprint(entry))
				logged := answer
				received, _ := entry["received"].(string)
				if json.Unmarshal([]byte(received), &logged) == nil && answer.Token != "" && logged.Token != mask {
					t.Errorf("the token is logged in %s", received)
				}
			}
		}
		now := time.Now()
		if asked := RetryAfter(header, now); asked < 0 {
			t.Errorf("a wait of %s", asked)
		}
		if wait, again := DefaultRetry.next(1, true, &Error{Status: 503, RetryAfter: RetryAfter(header, now)}); wait < 0 ||
			again && wait > 2*DefaultRetry.MaxAsked {
			t.Errorf("a wait of %s", wait)
		}
		if skew := client.ServerTime().Sub(now); date == "" && skew > time.Minute {
			t.Errorf("the clock is %s ahead", skew)
		}
	})
}
