package provider

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
)

// importIn imports an object and reads it, as a CLI does.
func (p *protocol) importIn(ctx context.Context, name, id string) (resourceState, []*tfprotov6.Diagnostic) {
	p.t.Helper()
	none := p.none(name)
	answer, err := p.server.ImportResourceState(ctx, &tfprotov6.ImportResourceStateRequest{TypeName: name, ID: id})
	if err != nil {
		p.t.Fatal(err)
	}
	if hasError(answer.Diagnostics) {
		return none, answer.Diagnostics
	}
	imported := answer.ImportedResources[0]
	refreshed, problems := p.refreshIn(ctx, resourceState{name, none.schema, imported.State, imported.Private, imported.Identity})
	if hasError(problems) {
		return none, problems
	}
	return refreshed, problems
}

// An import that is cut off says so, and succeeds when it is tried again.
func TestInterruptedImport(t *testing.T) {
	t.Parallel()
	for name, object := range interruptedObjects() {
		if object.importID == nil {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, moment := range cutMoments {
				at := 1
				for object.interruptImport(t, at, moment) {
					at++
				}
				if at < 3 {
					t.Errorf("only %d requests were cut off", at-1)
				}
			}
		})
	}
}

func (o interruptedObject) interruptImport(t *testing.T, at int, moment cutMoment) (reached bool) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		mock := apimock.New(unpaced())
		l := &lab{Server: mock, url: fmt.Sprintf("https://lab-%d.test", virtualHosts.Add(1))}
		whole := l.protocol(t, knobs{transport: apimock.Direct{Server: mock}}, nil)
		whole.mustChange(whole.none(o.typeName), o.arguments(l))
		id := o.importID(l)

		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		cut := &interruption{direct: apimock.Direct{Server: mock}, at: at, moment: moment, cancel: cancel}
		imported, problems := l.protocol(t, knobs{transport: cut}, nil).importIn(ctx, o.typeName, id)
		synctest.Wait()
		reached = cut.reached()
		if (whole.state(imported) == nil) != hasError(problems) {
			t.Errorf("request %d, %s: imported %v with %s", at, moment, whole.state(imported), listed(problems))
		}
		if again, problems := whole.importIn(t.Context(), o.typeName, id); len(problems) > 0 || whole.state(again)["id"] == nil {
			t.Errorf("request %d, %s: the next import fails: %s", at, moment, listed(problems))
		}
	})
	return reached
}
