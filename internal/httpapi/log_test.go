package httpapi

import (
	"bytes"
	"log/slog"
	"net/http"
	"strings"
	"testing"
)

// TestLog reads what each level tells, and looks for secrets in all of it.
func TestLog(t *testing.T) {
	t.Parallel()
	const note = "tea for two"
	cases := map[string]struct {
		level slog.Level
		want  []string
		not   []string
	}{
		"trace": {LevelTrace, []string{"msg=request", "status=200", "msg=bodies", note, "answered-text", "waiting before the next attempt", "status=503"}, nil},
		"debug": {slog.LevelDebug, []string{"msg=request", "method=POST", "path=/a/{id}", "bytes=", "took="}, []string{"msg=bodies", note, "answered-text"}},
		"info":  {slog.LevelInfo, []string{"waiting before the next attempt", "status=503"}, []string{"msg=request", note}},
		"warn":  {slog.LevelWarn, nil, []string{"msg="}},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, func(w http.ResponseWriter, _ *http.Request, n int) {
				if n == 1 {
					w.WriteHeader(http.StatusServiceUnavailable)
				}
				_, _ = w.Write([]byte(`{"refreshToken":"planted-1","echo":"planted-token planted-3","say":"answered-text"}`))
			})
			var log bytes.Buffer
			redactor := &Redactor{}
			redactor.Add("planted-token", "planted-3")
			client, _ := s.client(t, Config{
				Tokens: token("planted-token"), Redactor: redactor,
				Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: test.level})),
			})
			request := Request{
				Method: "POST", Path: "/a/{id}", Values: []string{"planted-person"}, Repeatable: true,
				Body: map[string]string{"key_secret": "planted-2", "note": note},
			}
			if err := client.Do(t.Context(), request, nil); err != nil {
				t.Fatal(err)
			}
			for _, want := range test.want {
				if !strings.Contains(log.String(), want) {
					t.Errorf("the log lacks %q", want)
				}
			}
			for _, not := range append(test.not, "planted") {
				if strings.Contains(log.String(), not) {
					t.Errorf("the log holds %q", not)
				}
			}
			if t.Failed() {
				t.Log(log.String())
			}
		})
	}
}

func TestLogWithoutAnswer(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, _ *http.Request, _ int) { drop(w) })
	var log bytes.Buffer
	client, _ := s.client(t, Config{Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: LevelTrace}))})
	if err := client.Do(t.Context(), Request{Method: "POST", Path: "/a"}, nil); err == nil {
		t.Fatal("no error")
	}
	if text := log.String(); !strings.Contains(text, "msg=request method=POST path=/a") || strings.Contains(text, "status=") {
		t.Errorf("the log holds %s", text)
	}
}
