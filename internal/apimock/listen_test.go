package apimock

import (
	"net/http"
	"testing"
)

func TestListen(t *testing.T) {
	t.Parallel()
	address, closeAll, err := Listen(t.Context(), http.NotFoundHandler())
	if err != nil {
		t.Fatal(err)
	}
	get := func() (int, error) {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			return 0, err
		}
		return answer.StatusCode, answer.Body.Close()
	}
	if status, err := get(); status != http.StatusNotFound || err != nil {
		t.Errorf("while it listens: %d, %v", status, err)
	}
	if err := closeAll(); err != nil {
		t.Error(err)
	}
	if status, err := get(); err == nil {
		t.Errorf("after it has closed: %d", status)
	}
}
