package apimock

import (
	"net/http"
	"net/http/httptest"
)

// Direct carries requests to a mock without sockets, so that tests can run on
// virtual time (testing/synctest).
type Direct struct{ Server *Server }

// RoundTrip lets the mock answer.
func (d Direct) RoundTrip(request *http.Request) (*http.Response, error) {
	received := request.Clone(request.Context())
	received.RequestURI = request.URL.RequestURI()
	answer := NewRecorder()
	d.Server.ServeHTTP(answer, received)
	return answer.Result(), nil
}

// Recorder takes an answer down, and lets the empty body of a 204 be written,
// as servers do.
type Recorder struct{ *httptest.ResponseRecorder }

// NewRecorder returns a recorder of one answer.
func NewRecorder() Recorder { return Recorder{httptest.NewRecorder()} }

// Write takes a part of the body down.
func (r Recorder) Write(body []byte) (int, error) {
	if len(body) == 0 {
		return 0, nil
	}
	return r.ResponseRecorder.Write(body)
}
