package provider

import (
	"fmt"
	"maps"
	"math"
	"os"
	"reflect"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
)

// The run is told by the environment: RANDOM_SEED (1 unless set; "fresh" draws one), RANDOM_COUNT (how many
// configurations), RANDOM_FOR (for how long instead, such as 10m) and RANDOM_ONLY (the number of one configuration).
const (
	envRandomSeed  = "RANDOM_SEED"
	envRandomCount = "RANDOM_COUNT"
	envRandomFor   = "RANDOM_FOR"
	envRandomOnly  = "RANDOM_ONLY"
)

// fewRandom is how many configurations a run of all tests draws.
const fewRandom = 250

// Configurations that are drawn from the contract are applied, planned (empty), imported (empty), changed in place into
// others, planned (empty) and destroyed, with the service's unknowns in any position.
func TestRandom(t *testing.T) {
	t.Parallel()
	run := newRandomRun(t)
	workers := 1
	if run.count > fewRandom {
		workers = runtime.GOMAXPROCS(0)
	}
	t.Logf("seed %d", run.seed)
	t.Cleanup(func() { run.tell(t) }) // when the workers have ended
	for worker := range workers {
		t.Run(fmt.Sprint("worker ", worker), func(t *testing.T) {
			t.Parallel()
			for number, more := run.next(); more && !t.Failed(); number, more = run.next() {
				run.live(t, number)
			}
		})
	}
}

// tell tells what was run, and wants each position of a switch to have been met.
func (r *randomRun) tell(t *testing.T) {
	if t.Failed() {
		return
	}
	for name := range r.kinds {
		if r.each[name] == 0 && r.ran >= fewRandom {
			t.Errorf("there was no %s", name)
		}
	}
	for _, position := range apimock.Positions() {
		if r.turned[position.Name] == 0 && r.ran >= fewRandom {
			t.Errorf("the switch %q was never turned", position.Name)
		}
	}
	t.Logf("%d configurations %v in %.0f s without a difference, seed %d; in %d of them an import could not know how nothing was spelled",
		r.ran, r.each, time.Since(r.began).Seconds(), r.seed, r.spellings)
}

// randomRun is one run of many configurations.
type randomRun struct {
	seed  uint64
	count int
	until time.Duration // 0 for as many as count says
	only  *uint64
	kinds map[string]kindOfCase
	began time.Time

	mu        sync.Mutex
	number    uint64
	failed    bool
	ran       int
	spellings int
	turned    map[string]int // by the name of the switch's position
	each      map[string]int // by kind
}

// next is the number of the next configuration, if there is one.
func (r *randomRun) next() (number uint64, more bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	number = r.number
	r.number++
	if r.only != nil {
		return *r.only, number == 0
	}
	return number, !r.failed && number < uint64(r.count) && (r.until == 0 || time.Since(r.began) < r.until)
}

// live runs one configuration; of one that fails, it tells what is needed to see it again.
func (r *randomRun) live(t *testing.T, number uint64) {
	c := newRandomCase(r.seed, number, r.kinds)
	result := c.live(t)
	r.mu.Lock()
	r.ran++
	r.each[c.kind.name]++
	if result.spelling {
		r.spellings++
	}
	for _, position := range c.positions {
		r.turned[position.Name]++
	}
	if r.ran%500 == 0 {
		t.Logf("%d configurations in %.0f s", r.ran, time.Since(r.began).Seconds())
	}
	r.failed = r.failed || result.failure != "" || t.Failed()
	r.mu.Unlock()
	if result.failure != "" || t.Failed() {
		t.Errorf("configuration %d of seed %d (again with %s=%d %s=%d go test ./internal/provider -run '^TestRandom$')\n%s",
			number, r.seed, envRandomSeed, r.seed, envRandomOnly, number, c.shrunk(t, result))
	}
}

func newRandomRun(t *testing.T) *randomRun {
	t.Helper()
	run := &randomRun{seed: 1, count: fewRandom, kinds: drawnKinds(t), began: time.Now(), turned: map[string]int{}, each: map[string]int{}}
	read := func(name string, set func(string) error) {
		if text := os.Getenv(name); text != "" {
			if err := set(text); err != nil {
				t.Fatalf("%s: %s", name, err)
			}
		}
	}
	read(envRandomSeed, func(text string) (err error) {
		if text == "fresh" {
			run.seed = uint64(time.Now().UnixNano()) % 1e9
			return nil
		}
		run.seed, err = strconv.ParseUint(text, 10, 64)
		return err
	})
	read(envRandomCount, func(text string) (err error) { run.count, err = strconv.Atoi(text); return err })
	read(envRandomFor, func(text string) (err error) {
		run.count = math.MaxInt
		run.until, err = time.ParseDuration(text)
		return err
	})
	read(envRandomOnly, func(text string) error {
		number, err := strconv.ParseUint(text, 10, 64)
		run.only = &number
		return err
	})
	return run
}

// shares says how often a kind is drawn: a default run has a dozen of those that are there once.
var shares = []string{
	"route", "policy", "route", "settings", "cluster", "route", "trace", "route", "key_pair", "policy",
	"route", "service_account", "route", "settings", "custom_domain", "route", "invitation", "policy", "route", "api_user",
}

// newRandomCase draws the case with this number.
func newRandomCase(seed, number uint64, kinds map[string]kindOfCase) randomCase {
	d := newDrawer(seed, number, map[string]map[string]int{})
	kind := kinds[shares[number%uint64(len(shares))]]
	c := randomCase{kind: kind, first: d.arguments(kind), positions: d.positions(), paced: d.with(0.3), seed: d.Uint64()}
	d.fullness = oneAmong(d.chance, 0.05, 0.3, 0.6, 0.95)
	c.second = d.arguments(kind)
	if kind.name == "key_pair" {
		fitKeptKey(c.first, c.second)
	}
	return c
}

// positions draws some positions, at most one of each switch.
func (c chance) positions() []apimock.Position {
	all, turned, chosen := apimock.Positions(), map[string]bool{}, []apimock.Position{}
	c.Shuffle(len(all), func(i, k int) { all[i], all[k] = all[k], all[i] })
	for _, position := range all[:oneAmong(c, 0, 1, 3, 10, len(all))] {
		switches := switchesOf(position)
		if !slices.ContainsFunc(switches, func(name string) bool { return turned[name] }) {
			chosen = append(chosen, position)
		}
		for _, name := range switches {
			turned[name] = true
		}
	}
	return chosen
}

func switchesOf(position apimock.Position) []string {
	var switches apimock.Switches
	position.Set(&switches)
	var names []string
	for field, value := range reflect.ValueOf(switches).Fields() {
		if !value.IsZero() {
			names = append(names, field.Name)
		}
	}
	return names
}

// shrunk leaves out what the failure does not need, and tells the rest.
func (c randomCase) shrunk(t *testing.T, result outcome) string {
	t.Helper()
	whole := result.failure
	begin := whole[:min(len(whole), 60)]
	attempts := 0
	failsStill := func(smaller randomCase) bool {
		attempts++
		again := smaller.live(t)
		if attempts > 200 || again.failure == "" || !strings.HasPrefix(again.failure, begin) {
			return false
		}
		c, result = smaller, again
		return true
	}
	for smaller := !strings.HasPrefix(whole, "validation"); smaller && attempts < 200; {
		smaller = false
		for i := len(c.positions) - 1; i >= 0; i-- {
			next := c
			next.positions = slices.Delete(slices.Clone(c.positions), i, i+1)
			smaller = failsStill(next) || smaller
		}
		for _, path := range append(pathsIn("first", c.first), pathsIn("second", c.second)...) {
			next := c
			next.first, next.second = withoutPath("first", path, c.first), withoutPath("second", path, c.second)
			smaller = failsStill(next) || smaller
		}
	}
	var turned []string
	for _, position := range c.positions {
		turned = append(turned, position.Name)
	}
	return fmt.Sprintf("%s\n(at first: %s)\n\nswitches: %q, paced: %t\n\nfirst = %s\n\nsecond = %s\n\n%s", result.failure, whole, turned, c.paced,
		inHCL(c.first, ""), inHCL(c.second, ""), result.journal)
}

// pathsIn lists all members, the inner ones last.
func pathsIn(at string, value any) []string {
	var paths []string
	each := func(name string, inner any) {
		paths = append(append(paths, at+"\x00"+name), pathsIn(at+"\x00"+name, inner)...)
	}
	switch value := value.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(value)) {
			each(name, value[name])
		}
	case []any:
		for i := len(value) - 1; i >= 0; i-- {
			each(strconv.Itoa(i), value[i])
		}
	}
	return paths
}

// withoutPath is a copy of the arguments without what is at the path.
func withoutPath(at, path string, arguments map[string]any) map[string]any {
	smaller, _ := leftOut(at, path, arguments).(map[string]any)
	return smaller
}

func leftOut(at, path string, value any) any {
	switch value := value.(type) {
	case map[string]any:
		smaller := map[string]any{}
		for name, inner := range value {
			if at+"\x00"+name != path {
				smaller[name] = leftOut(at+"\x00"+name, path, inner)
			}
		}
		return smaller
	case []any:
		smaller := []any{}
		for i, inner := range value {
			if place := at + "\x00" + strconv.Itoa(i); place != path {
				smaller = append(smaller, leftOut(place, path, inner))
			}
		}
		return smaller
	}
	return value
}

// inHCL writes arguments roughly as HCL, for people to read.
func inHCL(value any, indent string) string {
	switch value := value.(type) {
	case map[string]any:
		var out strings.Builder
		for _, name := range slices.Sorted(maps.Keys(value)) {
			fmt.Fprintf(&out, "%s  %s = %s\n", indent, name, inHCL(value[name], indent+"  "))
		}
		return "{\n" + out.String() + indent + "}"
	case []any:
		var items []string
		for _, item := range value {
			items = append(items, inHCL(item, indent))
		}
		return "[" + strings.Join(items, ", ") + "]"
	case spelled:
		return strconv.Quote(value[0])
	case string:
		return strconv.Quote(value)
	}
	return fmt.Sprint(value)
}
