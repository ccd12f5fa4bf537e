package provider

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// This file draws and checks clusters, service accounts, key pairs, custom domains, invitations and API users.

// specialOfObjects draws their members as special does.
var specialOfObjects = map[string]func(d *drawer) any{
	"cluster.manual_override_ip_address": func(d *drawer) any {
		return oneAmong(d.chance, "203.0.113.7", "198.51.100.1", "2001:db8::7", "2001:DB8:0:0::7", "::ffff:203.0.113.7")
	},

	"service_account.description": func(d *drawer) any { return d.word() },
	"service_account.user_id":     func(d *drawer) any { return d.word() },
	"service_account.expires_at":  func(d *drawer) any { return d.instant() },

	"key_pair.certificate": func(d *drawer) any { return d.certificate(d.IntN(len(somePairs))) },
	"key_pair.key":         func(*drawer) any { return "" }, // fitted

	"custom_domain.domain_name": func(d *drawer) any {
		return oneAmong(d.chance, "apps", "a.b.c", "xn--bcher-kva", "0-0", strings.Repeat("a", 63), fmt.Sprint("n", d.IntN(1000))) + ".example.com"
	},
	"custom_domain.wait_for_certificate": func(d *drawer) any { return oneAmong(d.chance, "0s", "1ms", "90s", "1m30s", "0h10m", "2h") },

	"invitation.email": func(d *drawer) any {
		return oneAmong(d.chance, "ana", "Ana.Li+tag", "o'neil", "üni", "x_"+fmt.Sprint(d.IntN(1000))) + "@" +
			oneAmong(d.chance, "acme.test", "Mail.Example.com", "bücher.example")
	},
	"invitation.role": role, "api_user.role": role,
}

// role is one of those that can be given: an organization has one owner.
func role(d *drawer) any { return oneAmong(d.chance, "admin", "member", "auditor") }

// instant is a time to come, in several spellings and time zones.
func (c chance) instant() spelled {
	at := time.Date(2030+c.IntN(60), time.Month(1+c.IntN(12)), 1+c.IntN(28), c.IntN(24), c.IntN(60), c.IntN(60), 0, time.UTC)
	ways := spelled{at.Format(time.RFC3339), at.Format("2006-01-02T15:04:05") + "+00:00", at.Format("2006-01-02T15:04:05.000") + "Z"}
	for _, hours := range []float64{1, -8, 5.75, 14} {
		ways = append(ways, at.In(time.FixedZone("", int(hours*3600))).Format(time.RFC3339))
	}
	c.Shuffle(len(ways), func(i, k int) { ways[i], ways[k] = ways[k], ways[i] })
	return ways
}

var somePairs = []func() pair{firstPair, secondPair}

// certificate is one that was made once, with what may stand around PEM.
func (c chance) certificate(number int) spelled {
	text := somePairs[number]().certificate
	ways := spelled{text, strings.TrimSpace(text), text + "\n\n", "subject=CN = acme.test\n" + text, strings.ReplaceAll(text, "\n", "\r\n")}
	c.Shuffle(len(ways), func(i, k int) { ways[i], ways[k] = ways[k], ways[i] })
	return ways
}

// pairOf is the pair with this certificate; -1 for none.
func pairOf(certificate any) int {
	ways, _ := certificate.(spelled)
	return slices.IndexFunc(somePairs, func(made func() pair) bool { return len(ways) > 0 && samePEM(ways[0], made().certificate) })
}

// fitted make members fit each other.
var fitted = map[string]func(d *drawer, values map[string]any){
	"key_pair": func(d *drawer, values map[string]any) {
		if values["key"] != nil {
			number := pairOf(values["certificate"])
			if number < 0 {
				number = d.IntN(len(somePairs))
			}
			values["key"] = somePairs[number]().key
		}
	},
	"settings": fitIdentityProvider,
}

// fitKeptKey lets the second certificate be that of the key that stays because no other is given.
func fitKeptKey(first, second map[string]any) {
	keyIn := func(arguments map[string]any) any {
		if secret := arguments["key_wo"]; secret != nil {
			return secret
		}
		return arguments["key"]
	}
	if key := keyIn(first); key != nil && keyIn(second) == nil && second["certificate"] != nil {
		place := slices.IndexFunc(somePairs, func(made func() pair) bool { return made().key == key })
		second["certificate"] = spelled{somePairs[place]().certificate}
	}
}

// inPlace is the second configuration as far as the first can be changed into it without another object.
func (l *life) inPlace() map[string]any {
	if l.kind.changeable == nil {
		return l.second
	}
	second := maps.Clone(l.first)
	for _, name := range l.kind.changeable {
		delete(second, name)
		if value, set := l.second[name]; set {
			second[name] = value
		}
	}
	return second
}

// replaced makes the second configuration of what cannot be changed, as the CLI does: the object ends, and another one is
// made.
func (l *life) replaced(object resourceState, arguments map[string]any) resourceState {
	l.step = "replacement"
	isAnother := false
	for member := range l.kind.contract.Properties {
		name := mirrorOf(l.kind.typeName).attribute(member)
		isAnother = isAnother || jsonOf(l.first[name]) != jsonOf(arguments[name])
	}
	plan := l.plan(object, arguments)
	if plan.replace != isAnother {
		l.fail("it would be replaced: %t, want %t", plan.replace, isAnother)
	}
	before := l.id(object)
	if isAnother {
		if gone := l.apply(l.plan(object, nil)); l.p.state(gone) != nil || l.stored(object) != nil {
			l.fail("the first is still there")
		}
		object = l.p.none(l.kind.typeName)
	}
	object = l.put("replacement", object, arguments)
	if (l.id(object) != before) != isAnother {
		l.fail("it has the ID %s, the first %s", l.id(object), before)
	}
	l.holds(object, arguments)
	return l.settled("after the replacement", object, arguments)
}

// stored is what the service holds of the object; nil if it is gone.
func (l *life) stored(object resourceState) map[string]any {
	if l.kind.held != "apiUsers" {
		return l.lab.Object(l.kind.held, l.id(object))
	}
	for _, user := range l.lab.Objects(l.kind.held) {
		if user["id"] != l.id(object) {
			continue
		}
		sent := l.lab.Sent(http.MethodPost, apiUserCase.post())
		stored := map[string]any{}
		if err := json.Unmarshal(sent[len(sent)-1].Body, &stored); err != nil { // which alone tells the role
			l.t.Fatal(err)
		}
		stored["name"] = user["displayName"]
		return stored
	}
	return nil
}

// unsaid is what the service holds of a member that is not configured, if anything.
func (l *life) unsaid(member, name string) any {
	switch l.kind.name + "." + name {
	case "api_user.role":
		return "member"
	case "cluster.flavor":
		return filledIn[name]
	case "key_pair.key":
		return l.kept[member] // a key stays
	}
	return nil
}

// counts says how many objects of each kind there are.
func (l *life) counts() string {
	var list []string
	for _, kind := range randomKinds {
		if kind.held != "" {
			list = append(list, fmt.Sprint(len(l.lab.Objects(kind.held)), " ", kind.held))
		}
	}
	return strings.Join(list, ", ")
}
