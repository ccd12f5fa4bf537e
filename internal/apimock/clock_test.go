package apimock

import (
	"math"
	"testing"
	"time"
)

func TestSpeed(t *testing.T) {
	t.Parallel()
	wall := time.Date(2026, 8, 20, 10, 0, 0, 0, time.UTC)
	mock := newAt(Switches{}, func() time.Time { return wall })
	at := func(want time.Duration) {
		t.Helper()
		if got := mock.Now().Sub(time.Date(2026, 8, 20, 10, 0, 0, 0, time.UTC)); got != want {
			t.Errorf("the clock is at %s, want %s", got, want)
		}
	}
	wall = wall.Add(time.Second)
	at(time.Second)
	mock.SetSpeed(60)
	at(time.Second) // no jump
	wall = wall.Add(2 * time.Second)
	at(time.Second + 2*time.Minute)
	mock.Advance(time.Hour)
	at(time.Hour + time.Second + 2*time.Minute)
	mock.SetSpeed(0.5)
	at(time.Hour + time.Second + 2*time.Minute)
	wall = wall.Add(2 * time.Second)
	at(time.Hour + 2*time.Second + 2*time.Minute)
	mock.SetSpeed(1)
	wall = wall.Add(time.Second)
	at(time.Hour + 3*time.Second + 2*time.Minute)
	for _, factor := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		mustPanic(t, func() { mock.SetSpeed(factor) })
	}
	at(time.Hour + 3*time.Second + 2*time.Minute)
}

// TestSpeedOfRates has a minute's limit for each second.
func TestSpeedOfRates(t *testing.T) {
	t.Parallel()
	l := newLab(t, func(w *Switches) { w.RatePerSecond, w.RatePerMinute = Off, 2 })
	wall := l.Now()
	l.wall = func() time.Time { return wall }
	l.SetSpeed(60)
	l.signInZDX()
	l.do("GET", "/v1/devices", nil).want(200)
	l.do("GET", "/v1/devices", nil).want(429)
	wall = wall.Add(time.Second)
	l.do("GET", "/v1/devices", nil).want(200)
}

func TestControlSpeed(t *testing.T) {
	t.Parallel()
	l, control := controlLab(t)
	wall := l.Now()
	l.wall = func() time.Time { return wall }
	control.do("POST", "/_mock/clock", `{"speed":60}`).want(200, "10:00:00")
	wall = wall.Add(time.Minute)
	control.do("GET", "/_mock/clock", nil).want(200, "11:00:00")
	control.do("POST", "/_mock/clock", `{"speed":1,"advance":"1h"}`).want(200, "12:00:00")
	for _, bad := range []string{`{"speed":0,"advance":"1h"}`, `{"speed":"fast"}`, `{"speed":2,"advance":"x"}`, `{}`} {
		control.do("POST", "/_mock/clock", bad).want(400)
	}
	wall = wall.Add(time.Minute)
	control.do("GET", "/_mock/clock", nil).want(200, "12:01:00")
}
