package provider

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/gather"
)

// refreshAll reads objects as a CLI does, ten at a time, and returns what came.
func (p *protocol) refreshAll(objects []resourceState) (after []resourceState, told []*tfprotov6.Diagnostic) {
	p.t.Helper()
	after = make([]resourceState, len(objects))
	var mu sync.Mutex
	var workers sync.WaitGroup
	numbers := make(chan int)
	for range 10 {
		workers.Go(func() {
			for number := range numbers {
				object, problems := p.refresh(objects[number])
				mu.Lock()
				after[number], told = object, append(told, problems...)
				mu.Unlock()
			}
		})
	}
	for number := range objects {
		numbers <- number
	}
	close(numbers)
	workers.Wait()
	return after, told
}

// held are the states of routes that the service holds.
func (p *protocol) held(lab *lab, count int) []resourceState {
	p.t.Helper()
	var objects []resourceState
	for number := range count {
		id := lab.CreateObject("routes", lab.OrganizationID, map[string]any{
			"name": fmt.Sprint("route ", number), "namespaceId": lab.ClusterNamespaceID,
			"from": fmt.Sprintf("https://r%d.example.com", number), "to": []any{"http://r:80"},
		})
		o := p.none("pomerium_zero_route")
		state := map[string]any{
			"id": id, "organization_id": lab.OrganizationID, "namespace_id": lab.ClusterNamespaceID, "name": fmt.Sprint("route ", number),
			"from": fmt.Sprintf("https://r%d.example.com", number), "to": []string{"http://r:80"}, "policy_ids": []string{},
		}
		for _, attribute := range o.schema.Block.Attributes {
			if attribute.Type != nil && attribute.Type.Is(tftypes.Bool) && attribute.Computed {
				state[attribute.Name] = false
			}
		}
		o.state = p.dynamic(o.schema, state)
		objects = append(objects, o)
	}
	return objects
}

// A refresh of many routes sends a request for each hundred of them, and each route is its own.
func TestManyRoutes(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		routes, gone int
		mode         gather.Mode
		switches     apimock.Switches
		fault        apimock.Fault
		most         int // requests, those of signing in included
	}{
		"two":                     {routes: 2, most: 2 + 2},
		"ten":                     {routes: 10, most: 3 + 2},
		"five hundred":            {routes: 500, most: 17},
		"five hundred, alone":     {routes: 500, mode: gather.None, most: 502},
		"small pages":             {routes: 100, switches: apimock.Switches{MaxPageSize: 20}, most: 17},
		"the offset is ignored":   {routes: 150, switches: apimock.Switches{IgnoreOffset: true}, most: 75},
		"a hundred of them gone":  {routes: 200, gone: 100, most: 25 + 2*100},
		"no list, only single":    {routes: 60, fault: apimock.Fault{Template: "/organizations/{organizationId}/routes", Status: http.StatusForbidden}, most: 64},
		"lists that fail a while": {routes: 60, fault: apimock.Fault{Template: "/organizations/{organizationId}/routes", Status: http.StatusBadGateway, Times: 2}, most: 10},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onVirtualTime(t, test.switches, func(t *testing.T, lab *lab, _ *protocol) {
				p := lab.protocol(t, knobs{transport: apimock.Direct{Server: lab.Server}, gather: test.mode}, nil)
				objects := p.held(lab, test.routes)
				for _, o := range objects[:test.gone] {
					lab.RemoveObject("routes", fmt.Sprint(p.state(o)["id"]))
				}
				lab.AddFault(apimock.Fault{Delay: 100 * time.Millisecond, Template: "/organizations/{organizationId}/routes/{routeId}"})
				if test.fault.Status != 0 {
					lab.AddFault(test.fault)
				}
				lab.ResetJournal()
				after, told := p.refreshAll(objects)
				if len(told) > 0 {
					t.Fatal(listed(told))
				}
				for number, o := range after {
					before, now := p.state(objects[number]), p.state(o)
					if (now == nil) != (number < test.gone) || now != nil && (now["id"] != before["id"] || now["name"] != before["name"]) {
						t.Fatalf("route %d, %v, is read as %v", number, before, now)
					}
				}
				sent := len(lab.Journal())
				t.Logf("%d requests", sent)
				if sent > test.most {
					t.Errorf("%d requests were sent, want no more than %d", sent, test.most)
				}
			})
		})
	}
}

// What Terraform writes it also sees, whatever was gathered before.
func TestGatheredReadsSeeWrites(t *testing.T) {
	t.Parallel()
	onVirtualTime(t, apimock.Switches{}, func(t *testing.T, lab *lab, p *protocol) {
		objects, told := p.refreshAll(p.held(lab, 30))
		if len(told) > 0 {
			t.Fatal(listed(told))
		}
		arguments := map[string]any{
			"name": "route 7", "namespace_id": lab.ClusterNamespaceID, "from": "https://r7.example.com", "to": []string{"http://r:80"}, "description": "new",
		}
		p.mustChange(objects[7], arguments)
		after, _ := p.refreshAll(objects)
		if got := p.state(after[7])["description"]; got != "new" {
			t.Errorf("after the update %v is read", got)
		}
		if after := p.mustChange(objects[8], nil); p.state(after) != nil {
			t.Error("the route was not deleted")
		}
		after, _ = p.refreshAll(objects)
		if p.state(after[8]) != nil || p.state(after[9]) == nil {
			t.Error("the deleted route is read, or another is not")
		}
	})
}
