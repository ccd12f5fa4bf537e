//go:build unix

package provider

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/clitest"
)

// tenObjects is what is applied while it is interrupted.
const tenObjects = `
resource "pomerium_zero_policy" "p" {
  count        = 5
  name         = "policy ${count.index}"
  namespace_id = "<namespace>"
  ppl          = "allow:\n  and:\n    - authenticated_user: true\n"
}
resource "pomerium_zero_route" "r" {
  count        = 4
  name         = "route ${count.index}"
  namespace_id = "<namespace>"
  from         = "https://app${count.index}.example.com"
  to           = ["http://app:80"]
  policy_ids   = [pomerium_zero_policy.p[count.index].id]
}
resource "zdx_deeptrace" "t" {
  provider     = pomerium
  device_id    = "<device>"
  session_name = "after deploy"
}
`

const (
	interruptOnce  = "interrupt"
	interruptTwice = "interrupt twice"
	killCLI        = "kill the CLI"
	killProvider   = "kill the provider"
	crashProvider  = "crash the provider" // with a dump of its stacks
)

var killings = []string{interruptOnce, interruptTwice, killCLI, killProvider}

// killing ends a CLI when so many requests have come to a moment. They are held there and never answered.
type killing struct {
	how    string
	held   func(apimock.Moment) bool
	number int64
}

// creates are the moments of creates with these paths: on their arrival, and then nothing is made, or when all is done
// but the answer.
func creates(done bool, templates ...string) func(apimock.Moment) bool {
	return func(m apimock.Moment) bool {
		return m.Method == http.MethodPost && slices.Contains(templates, m.Template) && m.Done == done
	}
}

// killed is a folder with ten objects to apply.
type killed struct {
	*cliCase
	dir string
	env []string
}

// apply applies until it is killed, and tells whether it was.
func (k killed) apply(killing killing) (result clitest.Result, struck bool) {
	k.Helper()
	var process *clitest.Process
	var held atomic.Int64
	ready, over := make(chan struct{}), make(chan struct{})
	isOver := func() bool {
		select {
		case <-over:
			return true
		default:
			return false
		}
	}
	k.lab.SetHook(func(m apimock.Moment) bool {
		<-ready
		switch {
		case isOver() && killing.how == interruptTwice: // no answer to what the provider asks before the second one
		case isOver() || !killing.held(m):
			return true
		case held.Add(1) == killing.number:
			close(over)
			if err := killing.strike(process); err != nil {
				k.Errorf("%s: %v", killing.how, err)
				return false
			}
		}
		<-m.Context.Done()
		return false
	})
	process, err := k.cli.Start(k.Context(), k.dir, k.env, "apply", "-auto-approve")
	if err != nil {
		k.Fatal(err)
	}
	close(ready)
	result = process.End()
	k.lab.SetHook(nil)
	return result, isOver()
}

func (k killing) strike(process *clitest.Process) error {
	switch k.how {
	case killCLI:
		return process.Kill()
	case killProvider:
		return process.SignalProviders(syscall.SIGKILL)
	case crashProvider:
		return process.SignalProviders(syscall.SIGQUIT)
	}
	if err := process.Interrupt(); err != nil {
		return err
	}
	if !process.Said("Interrupt received") {
		return fmt.Errorf("the CLI did not hear it")
	}
	if k.how == interruptTwice {
		return process.Interrupt()
	}
	return nil
}

var (
	importBlockInError   = regexp.MustCompile(`(?ms)^ +import \{$.*?^ +\}$`)
	importCommandInError = regexp.MustCompile(`(?m)^ +terraform import (\S+)\.NAME (\S+)$`)
)

// recover applies again, follows the advice of errors to the letter, and expects ten objects and an empty plan.
func (k killed) recover(byCommand bool) (imports int) {
	k.Helper()
	for round := 1; ; round++ {
		again, problems := k.applyJSON()
		if again.Code == 0 {
			break
		}
		if round == 3 || len(problems) == 0 {
			k.Fatalf("the next apply fails:\n%s", again.Output)
		}
		blocks := ""
		for _, problem := range problems {
			block, command := importBlockInError.FindString(problem.Detail), importCommandInError.FindStringSubmatch(problem.Detail)
			typeName, _, _ := strings.Cut(problem.Address, ".")
			if block == "" || command == nil || command[1] != typeName {
				k.Fatalf("the next apply fails at %s and names no import command: %s\n%s", problem.Address, problem.Summary, problem.Detail)
			}
			imports++
			if byCommand && imports == 1 { // one of either kind: a command for each would take long
				k.want(k.runIn(k.env, k.dir, "import", problem.Address, command[2]), 0)
				continue
			}
			blocks += strings.Replace(block, typeName+".NAME", problem.Address, 1) + "\n"
		}
		k.write(filepath.Join(k.dir, fmt.Sprintf("imports%d.tf", round)), blocks)
	}
	if plan := k.runIn(k.env, k.dir, "plan", "-detailed-exitcode"); plan.Code != 0 {
		k.Errorf("the plan is not empty:\n%s", plan.Output)
	}
	k.wantTen()
	return imports
}

type toldProblem struct{ Severity, Summary, Detail, Address string }

// applyJSON applies and returns the errors as the CLI tells machines.
func (k killed) applyJSON() (clitest.Result, []toldProblem) {
	k.Helper()
	result := k.runIn(k.env, k.dir, "apply", "-auto-approve", "-json", "-lock-timeout=30s")
	var problems []toldProblem
	for line := range strings.Lines(result.Output) {
		var told struct{ Diagnostic *toldProblem }
		if json.Unmarshal([]byte(line), &told) == nil && told.Diagnostic != nil && told.Diagnostic.Severity == "error" {
			problems = append(problems, *told.Diagnostic)
		}
	}
	return result, problems
}

// wantTen expects each object once.
func (k killed) wantTen() {
	k.Helper()
	names := map[string]int{}
	for _, kind := range []string{"policies", "routes"} {
		for _, object := range k.lab.Objects(kind) {
			names[fmt.Sprint(object["name"])]++
		}
	}
	for i := range 5 {
		if names[fmt.Sprintf("policy %d", i)] != 1 || i < 4 && names[fmt.Sprintf("route %d", i)] != 1 {
			k.Errorf("the service holds %v", names)
			break
		}
	}
	if traces := k.lab.Traces(k.lab.DeviceID); len(names) != 9 || len(traces) != 1 || runningTraces(k.T, k.lab) != 1 {
		k.Errorf("the service holds %v and the traces %v", names, traces)
	}
}

// killedCases are folders that share what init made, which takes as long as an apply.
type killedCases struct {
	first *cliCase
	dir   string
}

func newKilledCases(t *testing.T) killedCases {
	t.Helper()
	first := openCLI(t, newLab(t, unpaced()))
	dir := first.folder(declared)
	first.want(first.run(dir, "init"), 0)
	return killedCases{first, dir}
}

func (s killedCases) open(t *testing.T) killed {
	t.Helper()
	c := openCLI(t, newLab(t, unpaced()))
	k := killed{c, c.folder(declared + c.lab.providerBlock() + tenObjects), []string{"TF_DATA_DIR=" + filepath.Join(s.dir, ".terraform")}}
	lock, err := os.ReadFile(filepath.Join(s.dir, ".terraform.lock.hcl"))
	if err != nil {
		t.Fatal(err)
	}
	k.write(filepath.Join(k.dir, ".terraform.lock.hcl"), string(lock))
	return k
}

// A CLI or a provider that is killed while objects are made leaves neither an orphan nor a twin: what the state could
// not take is named by the next apply, with the way to import it. INTERRUPT=all kills at every single request.
func TestKilledApply(t *testing.T) {
	t.Parallel()
	cases := newKilledCases(t)
	const policies, routes = "/organizations/{organizationId}/policies", "/organizations/{organizationId}/routes"
	for _, how := range killings {
		for name, test := range map[string]killing{
			"policies and trace made": {how, creates(true, policies, tracesTemplate), 6},
			"routes made":             {how, creates(true, routes), 4},
			"routes asked for":        {how, creates(false, routes), 4},
		} {
			if name == "routes asked for" && how != killCLI {
				continue // alike for all
			}
			t.Run(how+", "+name, func(t *testing.T) {
				t.Parallel()
				k := cases.open(t)
				result, struck := k.apply(test)
				if !struck || result.Code == 0 {
					t.Fatalf("the apply was not interrupted and ended with %d:\n%s", result.Code, result.Output)
				}
				imports := k.recover(how == killProvider)
				if (how == killCLI || how == killProvider) != (imports > 0) && name != "routes asked for" && how != interruptTwice {
					t.Errorf("%d objects were imported", imports)
				}
				t.Logf("%s ended with %d, then %d imports", t.Name(), result.Code, imports)
			})
		}
	}
}

// Every request of the apply, on its arrival and after its work. A case takes the CLI some seconds.
func TestKilledApplyAtEveryRequest(t *testing.T) {
	t.Parallel()
	if os.Getenv("INTERRUPT") != "all" {
		t.Skip("runs with INTERRUPT=all")
	}
	cases := newKilledCases(t)
	for _, how := range killings {
		for _, done := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, work done %t", how, done), func(t *testing.T) {
				t.Parallel()
				tried, imports := 0, 0
				for struck := true; struck; tried++ {
					k := cases.open(t)
					number := tried + 1
					var result clitest.Result
					result, struck = k.apply(killing{how, func(m apimock.Moment) bool { return m.Number == number && m.Done == done }, 1})
					if !struck {
						k.want(result, 0)
					}
					imports += k.recover(false)
				}
				if tried < 15 {
					t.Errorf("only %d requests were tried", tried)
				}
				t.Logf("%s: %d requests, %d imports", t.Name(), tried-1, imports)
			})
		}
	}
}
