package provider

import (
	"fmt"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
)

var customDomainCase = objectCase{
	typeName: "pomerium_zero_custom_domain", kind: "customDomains", list: "/customDomains", item: "/customDomains/{customDomainId}",
	minimal: func(l *lab) map[string]any {
		return map[string]any{"cluster_id": l.ClusterNamespaceID, "domain_name": "apps.acme.test"}
	},
	replaced: func(*lab) map[string]any { return map[string]any{"domain_name": "more.acme.test"} },
	taken:    "domain_name", holder: "cluster_id", within: "<namespace>/",
}

func TestZeroCustomDomain(t *testing.T) {
	t.Parallel()
	customDomainCase.test(t)
}

// The certificate comes later: the state shows it when it is there, and with wait_for_certificate the apply waits.
func TestZeroCustomDomainCertificate(t *testing.T) {
	t.Parallel()
	onVirtualTime(t, apimock.Switches{CertificateDelay: 5 * time.Minute}, func(t *testing.T, l *lab, p *protocol) {
		arguments := customDomainCase.minimal(l)
		o := p.mustChange(p.none(customDomainCase.typeName), arguments)
		fqdn := fmt.Sprint(l.Object("clusters", l.ClusterNamespaceID)["domain"], ".pomerium.app")
		if state := p.state(o); state["key_pair_id"] != nil || state["cname_name"] != "*.apps.acme.test" || state["cname_target"] != fqdn {
			t.Errorf("the state is %v", state)
		}
		<-time.After(6 * time.Minute)
		fresh, problems := p.refresh(o)
		if state := p.state(fresh); len(problems) > 0 || state["key_pair_id"] == nil || state["expires_at"] == nil || p.changes(fresh, arguments) {
			t.Errorf("the state is %v: %s", state, listed(problems))
		}
		p.mustChange(fresh, nil)
		arguments["wait_for_certificate"] = "10m"
		o = p.mustChange(p.none(customDomainCase.typeName), arguments)
		if state := p.state(o); state["key_pair_id"] == nil {
			t.Errorf("it did not wait: %v", state)
		}
	})
}

// Whoever waits has the service try again, until the record is there.
func TestZeroCustomDomainRetries(t *testing.T) {
	t.Parallel()
	onVirtualTime(t, apimock.Switches{CertificateError: "no CNAME record"}, func(t *testing.T, l *lab, p *protocol) {
		time.AfterFunc(4*time.Minute, func() { l.SetSwitches(func(s *apimock.Switches) { s.CertificateError = "" }) })
		arguments := customDomainCase.minimal(l)
		arguments["wait_for_certificate"] = "10m"
		if state := p.state(p.mustChange(p.none(customDomainCase.typeName), arguments)); state["key_pair_id"] == nil || state["last_error"] != nil {
			t.Errorf("the state is %v", state)
		}
	})
}

func TestZeroCustomDomainWithoutCertificate(t *testing.T) {
	t.Parallel()
	onVirtualTime(t, apimock.Switches{CertificateError: "no CNAME record"}, func(t *testing.T, l *lab, p *protocol) {
		arguments := customDomainCase.minimal(l)
		arguments["wait_for_certificate"] = "3m"
		o, problems := p.change(p.none(customDomainCase.typeName), arguments)
		if !says(problems, tfprotov6.DiagnosticSeverityWarning, "No certificate yet", "3m", "no CNAME record", "*.apps.acme.test") || hasError(problems) {
			t.Errorf("told %s", listed(problems))
		}
		if state := p.state(o); state["last_error"] != "no CNAME record" {
			t.Errorf("the state is %v", state)
		}
		// It is changed without a request that changes anything.
		delete(arguments, "wait_for_certificate")
		l.ResetJournal()
		p.mustChange(o, arguments)
		for _, exchange := range l.Journal() {
			if exchange.Method != "GET" {
				t.Errorf("%s %s was sent", exchange.Method, exchange.Path)
			}
		}
	})
}
