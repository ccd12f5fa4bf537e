package provider

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
)

// pair is a certificate of ours with its key, made once for the process.
type pair struct{ certificate, key string }

func newPair(name string, ends time.Time) pair {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name, Organization: []string{"Acme"}}, DNSNames: []string{name},
		NotBefore: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: ends, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		panic(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		panic(err)
	}
	return pair{
		string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})),
		string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})),
	}
}

var (
	firstPair  = sync.OnceValue(func() pair { return newPair("one.acme.test", time.Date(2099, 5, 1, 0, 0, 0, 0, time.UTC)) })
	secondPair = sync.OnceValue(func() pair { return newPair("two.acme.test", time.Date(2098, 5, 1, 0, 0, 0, 0, time.UTC)) })
)

var keyPairCase = objectCase{
	typeName: "pomerium_zero_key_pair", kind: "keyPairs", list: "/keyPairs", item: "/keyPairs/{keyPairId}",
	minimal: func(l *lab) map[string]any {
		return map[string]any{"name": "edge", "namespace_id": l.ClusterNamespaceID, "certificate": firstPair().certificate}
	},
	change: http.MethodPatch,
	full: func(l *lab) map[string]any {
		return map[string]any{
			"name": "edge-2", "namespace_id": l.ClusterNamespaceID, "certificate": secondPair().certificate, "originator_id": "terraform",
		}
	},
	replaced: func(l *lab) map[string]any { return map[string]any{"namespace_id": l.RootNamespaceID} },
	drift:    func(object map[string]any) { object["name"] = "changed in the console" }, drifted: "name",
	taken: "name", holder: "namespace_id",
}

func TestZeroKeyPair(t *testing.T) {
	t.Parallel()
	keyPairCase.test(t)
}

// A key goes in, in either way, and stands in no answer. It is sent again with a new version only, and stays when it is
// taken out of the configuration.
func TestZeroKeyPairKey(t *testing.T) {
	t.Parallel()
	onSockets(t, unpaced(), func(t *testing.T, l *lab, p *protocol) {
		held := func() any { return l.Objects("keyPairs")[0]["key"] }
		arguments := map[string]any{"namespace_id": l.ClusterNamespaceID, "certificate": firstPair().certificate, "key": firstPair().key}
		o := p.mustChange(p.none("pomerium_zero_key_pair"), arguments)
		if state := p.state(o); held() != firstPair().key || state["has_key"] != true || state["expires_at"] != "2099-05-01T00:00:00Z" {
			t.Errorf("the service holds %v, the state is %v", held(), state)
		}
		delete(arguments, "key")
		o = p.mustChange(o, arguments)
		if held() != firstPair().key {
			t.Errorf("the service holds %v", held())
		}
		arguments["certificate"], arguments["key_wo"], arguments["key_wo_version"] = secondPair().certificate, secondPair().key, 1
		o = p.mustChange(o, arguments)
		if state := p.state(o); held() != secondPair().key || state["key_wo"] != nil || state["expires_at"] != "2098-05-01T00:00:00Z" {
			t.Errorf("the service holds %v, the state is %v", held(), state)
		}
		fresh, problems := p.refresh(o)
		if len(problems) > 0 || p.changes(fresh, arguments) {
			t.Errorf("a write-only key is planned again: %s", listed(problems))
		}
	})
}

func TestZeroKeyPairRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change map[string]any
		says   []string
	}{
		"key of another":     {map[string]any{"key": secondPair().key}, []string{"not that of the certificate"}},
		"no key":             {map[string]any{"key": "secret"}, []string{"Not a private key"}},
		"no certificate":     {map[string]any{"certificate": strings.Repeat("x", 5000)}, []string{"Not a certificate", "BEGIN CERTIFICATE"}},
		"key as certificate": {map[string]any{"certificate": firstPair().key}, []string{"Not a certificate"}},
		"broken certificate": {map[string]any{"certificate": string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("x")}))}, []string{"cannot be read"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := &lab{Server: apimock.New(unpaced())}
			arguments := keyPairCase.minimal(l)
			for name, value := range test.change {
				arguments[name] = value
			}
			schemas, err := allSchemas()
			if err != nil {
				t.Fatal(err)
			}
			p := &protocol{t: t, schemas: schemas}
			answer, err := providerServer().ValidateResourceConfig(t.Context(), &tfprotov6.ValidateResourceConfigRequest{
				TypeName: keyPairCase.typeName, Config: p.dynamic(schemas.ResourceSchemas[keyPairCase.typeName], arguments),
			})
			if err != nil || !says(answer.Diagnostics, tfprotov6.DiagnosticSeverityError, test.says...) {
				t.Errorf("%v: %s", err, listed(answer.Diagnostics))
			}
			told := fmt.Sprint(listed(answer.Diagnostics))
			if len(told) > 1000 || strings.Contains(told, strings.Split(firstPair().key, "\n")[1]) || strings.Contains(told, strings.Split(secondPair().key, "\n")[1]) {
				t.Errorf("it is long or quotes a key: %s", told)
			}
		})
	}
}

// Line ends and text between the blocks are no difference.
func TestSamePEM(t *testing.T) {
	t.Parallel()
	certificate, other := firstPair().certificate, secondPair().certificate
	for name, test := range map[string]struct {
		a, b string
		same bool
	}{
		"itself": {certificate, certificate, true}, "another": {certificate, other, false}, "a chain": {certificate, certificate + other, false},
		"line ends": {certificate, strings.ReplaceAll(certificate, "\n", "\r\n"), true}, "text before": {"edge\n" + certificate, certificate + "\n", true},
	} {
		if samePEM(test.a, test.b) != test.same {
			t.Errorf("%s: same is %t", name, !test.same)
		}
	}
}
