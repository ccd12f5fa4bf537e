package main

import (
	"bytes"
	"context"
	"io"
	"math"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// TestServesWhatItPrints signs in with the printed variables, reads the journal
// and stops the process's work.
func TestServesWhatItPrints(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	reader, writer := io.Pipe()
	stopped := make(chan error, 1)
	go func() {
		stopped <- run(ctx, "127.0.0.1:0", 60, writer)
		_ = writer.Close()
	}()
	// run writes once, so one read has it all.
	buffer := make([]byte, 64<<10)
	n, err := reader.Read(buffer)
	if err != nil {
		t.Fatal(err)
	}
	printed := string(buffer[:n])
	value := func(variable string) string {
		found := regexp.MustCompile(variable + `=(\S+)`).FindStringSubmatch(printed)
		if found == nil {
			t.Fatalf("no %s in %s", variable, printed)
		}
		return found[1]
	}
	body := `{"refreshToken":"` + value("POMERIUM_ZERO_API_USER_TOKEN") + `"}`
	if status, answer := post(t, value("POMERIUM_ZERO_URL")+"/token", body); status != 200 {
		t.Errorf("Pomerium Zero: %d %s", status, answer)
	}
	body = `{"key_id":"` + value("ZDX_API_KEY_ID") + `","key_secret":"` + value("ZDX_API_SECRET") + `"}`
	if status, answer := post(t, value("ZDX_URL")+"/oauth/token", body); status != 200 {
		t.Errorf("ZDX: %d %s", status, answer)
	}
	address := strings.TrimSuffix(value("POMERIUM_ZERO_URL"), "/api/v0")
	if status, answer := post(t, address+"/_mock/clock", `{"advance":"1h"}`); status != 200 {
		t.Errorf("control: %d %s", status, answer)
	}
	if status, answer := post(t, address+"/_mock/clock", `{"speed":1}`); status != 200 {
		t.Errorf("control: %d %s", status, answer)
	}
	stop()
	if err := <-stopped; err != nil {
		t.Errorf("ended with %v", err)
	}
}

func post(t *testing.T, url, body string) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(answer)
}

func TestImpossibleSpeed(t *testing.T) {
	t.Parallel()
	for _, speed := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		var out bytes.Buffer
		if err := run(t.Context(), "127.0.0.1:0", speed, &out); err == nil || out.Len() > 0 {
			t.Errorf("%v: %v, printed %q", speed, err, out.String())
		}
	}
}

func TestAddressInUse(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := run(t.Context(), "no address", 1, &out); err == nil || out.Len() > 0 {
		t.Errorf("%v, printed %q", err, out.String())
	}
}
