//go:build unix

package clitest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
)

// Process is a CLI that runs, with the providers that it starts, in a process group of its own. It may be used from
// several goroutines. Windows knows neither signals nor groups, so there is none there.
type Process struct {
	command *exec.Cmd
	output  *heardOutput
	ended   chan struct{}
}

// Start runs the CLI as Run does and does not wait for it. Whoever starts it calls End.
func (c *CLI) Start(ctx context.Context, dir string, env []string, args ...string) (*Process, error) {
	reader, writer, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	p := &Process{command: c.command(ctx, dir, env, args), output: newHeardOutput(), ended: make(chan struct{})}
	p.command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	p.command.Stdout, p.command.Stderr = writer, writer
	err = p.command.Start()
	_ = writer.Close()
	if err != nil {
		_ = reader.Close()
		return nil, err
	}
	go p.output.hear(reader)
	go func() {
		_ = p.command.Wait() // the exit code tells
		close(p.ended)
	}()
	return p, nil
}

// Interrupt is Ctrl-C: the whole group gets the signal.
func (p *Process) Interrupt() error { return syscall.Kill(-p.command.Process.Pid, syscall.SIGINT) }

// Kill kills the CLI alone, as the system does that runs out of memory.
func (p *Process) Kill() error { return p.command.Process.Kill() }

// SignalProviders sends a signal to the providers that the CLI has started and that still run. It is an error if there
// are none.
func (p *Process) SignalProviders(signal syscall.Signal) error {
	providers, err := p.Providers()
	if err == nil && len(providers) == 0 {
		err = errors.New("no provider runs")
	}
	for _, provider := range providers {
		err = errors.Join(err, syscall.Kill(provider, signal))
	}
	return err
}

// Providers are the IDs of the group's providers that run.
func (p *Process) Providers() ([]int, error) {
	table, err := exec.Command("ps", "-A", "-o", "pid=,pgid=,stat=,comm=").Output() //nolint:noctx // it ends at once
	if err != nil {
		return nil, err
	}
	var providers []int
	for line := range strings.Lines(string(table)) {
		var pid, group int
		var state, name string
		if _, err := fmt.Sscan(line, &pid, &group, &state, &name); err != nil {
			continue
		}
		if group == p.command.Process.Pid && !strings.HasPrefix(state, "Z") && strings.Contains(name, "terraform-provi") {
			providers = append(providers, pid)
		}
	}
	return providers, nil
}

// Said returns true as soon as the CLI has printed the text, and false when it has ended without.
func (p *Process) Said(text string) bool { return p.output.waitFor(text) }

// Ended is closed when the CLI itself has ended.
func (p *Process) Ended() <-chan struct{} { return p.ended }

// End waits for the CLI's end, ends what is left of its group, and returns what the CLI left. The exit code of one that
// a signal ended is -1.
func (p *Process) End() Result {
	<-p.ended
	_ = syscall.Kill(-p.command.Process.Pid, syscall.SIGKILL) // an error is an empty group
	<-p.output.over
	p.output.mu.Lock()
	defer p.output.mu.Unlock()
	return Result{Code: p.command.ProcessState.ExitCode(), Output: p.output.text.String()}
}

// heardOutput is output that can be waited for.
type heardOutput struct {
	over chan struct{}
	mu   sync.Mutex
	news *sync.Cond
	text strings.Builder
	end  bool
}

func newHeardOutput() *heardOutput {
	o := &heardOutput{over: make(chan struct{})}
	o.news = sync.NewCond(&o.mu)
	return o
}

func (o *heardOutput) Write(more []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	defer o.news.Broadcast()
	return o.text.Write(more)
}

func (o *heardOutput) hear(reader *os.File) {
	_, _ = io.Copy(o, reader)
	_ = reader.Close()
	o.mu.Lock()
	defer o.mu.Unlock()
	o.end = true
	o.news.Broadcast()
	close(o.over)
}

func (o *heardOutput) waitFor(text string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	for !strings.Contains(o.text.String(), text) {
		if o.end {
			return false
		}
		o.news.Wait()
	}
	return true
}
