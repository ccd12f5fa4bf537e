package httpapi

import (
	"compress/gzip"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

// A service that speaks HTTP/2 is spoken to that way over one connection, and its answers come compressed.
func TestDefaultTransport(t *testing.T) {
	t.Parallel()
	for _, version := range []int{1, 2} {
		t.Run(fmt.Sprint("HTTP/", version), func(t *testing.T) {
			t.Parallel()
			var mu sync.Mutex
			connections := map[string]bool{}
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				mu.Lock()
				connections[r.RemoteAddr] = true
				mu.Unlock()
				if r.ProtoMajor != version || r.Header.Get("Accept-Encoding") != "gzip" {
					t.Errorf("%s with Accept-Encoding %q came", r.Proto, r.Header.Get("Accept-Encoding"))
				}
				w.Header().Set("Content-Encoding", "gzip")
				compressed := gzip.NewWriter(w)
				_, err := compressed.Write([]byte(`{"name":"compressed"}`))
				if err != nil || compressed.Close() != nil {
					t.Error("the answer could not be written", err)
				}
			}))
			server.EnableHTTP2 = version == 2
			server.StartTLS()
			t.Cleanup(server.Close)
			transport := DefaultTransport().(*http.Transport)                                               //nolint:errcheck // its only type
			transport.TLSClientConfig = server.Client().Transport.(*http.Transport).TLSClientConfig.Clone() //nolint:errcheck // its documented type
			transport.TLSClientConfig.NextProtos = map[int][]string{1: nil, 2: {"h2", "http/1.1"}}[version]
			client := New(Config{Service: "Test", BaseURL: server.URL, Transport: transport})
			for range 20 {
				var got struct{ Name string }
				if err := client.Do(t.Context(), Request{Method: http.MethodGet, Path: "/a"}, &got); err != nil || got.Name != "compressed" {
					t.Fatalf("%+v, %v", got, err)
				}
			}
			if len(connections) != 1 {
				t.Errorf("%d connections were opened for requests one after the other", len(connections))
			}
		})
	}
}
