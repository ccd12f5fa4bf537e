package provider

import (
	"fmt"
	"math"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// This file draws and checks a cluster's settings: they are taken over and left, and only what is configured of them is
// managed.

var (
	anAddress = func(d *drawer) any {
		return oneAmong(d.chance, ":443", "0.0.0.0:8443", "[::]:80", "localhost:http", ":"+fmt.Sprint(1+d.IntN(65535)))
	}
	anAddressOrNone = func(d *drawer) any {
		if d.with(0.2) {
			return ""
		}
		return anAddress(d)
	}
	aLogLevel = func(d *drawer) any {
		return oneAmong(d.chance, "trace", "debug", "info", "warn", "error", "fatal", "disabled")
	}
	aWord   = func(d *drawer) any { return d.word() }
	aWebURL = func(d *drawer) any { return d.webURL() }
	aCount  = func(d *drawer) any { return d.between(0, math.MaxInt32) }
	// What a masked secret looks like is no secret to draw: it would seem to be there already.
	aSecret = func(d *drawer) any { return fmt.Sprint("secret ", d.IntN(1000), d.word()) }
)

// specialOfSettings draws the members of settings as special does.
var specialOfSettings = map[string]func(d *drawer) any{
	"settings.address": anAddress, "settings.http_redirect_addr": anAddressOrNone, "settings.metrics_address": anAddressOrNone,
	"settings.ssh_address": anAddressOrNone,

	"settings.log_level": aLogLevel, "settings.proxy_log_level": aLogLevel, "settings.otel_log_level": aLogLevel,
	"settings.cookie_name": aWord, "settings.cookie_same_site": func(d *drawer) any { return oneAmong(d.chance, "strict", "lax", "none") },

	"settings.authenticate_service_url":         func(d *drawer) any { return "https://" + d.host() + oneAmong(d.chance, "", "/", "/ö") },
	"settings.identity_provider_url":            func(d *drawer) any { return "https://" + d.host() },
	"settings.identity_provider_client_id":      aWord,
	"settings.identity_provider_request_params": func(d *drawer) any { return d.table(d.word) },

	"settings.cookie_secret": aSecret, "settings.databroker_storage_connection": aSecret, "settings.identity_provider_client_secret": aSecret,
	"settings.ssh_user_ca_key": aSecret,
	"settings.ssh_host_keys": func(d *drawer) any {
		return several(d.chance, 5, func() string { return fmt.Sprint("host key ", d.IntN(1000)) })
	},

	"settings.set_response_headers": func(d *drawer) any { return d.table(d.header) },
	"settings.jwt_claims_headers":   func(d *drawer) any { return d.table(d.header) },

	"settings.certificate_authority_key_pair_id": keyPairID, "settings.downstream_mtls_ca_key_pair_id": keyPairID,

	"settings.otel_traces_exporter":    func(d *drawer) any { return oneAmong(d.chance, "none", "otlp", "zipkin") },
	"settings.otel_traces_sampler_arg": func(d *drawer) any { return oneAmong(d.chance, 0, 1, 0.1, 0.5, 0.3333, 0.0001) },

	"settings.otel_attribute_value_length_limit": aCount, "settings.otel_bsp_max_export_batch_size": aCount,
	"settings.otel_exporter_otlp_endpoint": aWebURL, "settings.otel_exporter_otlp_traces_endpoint": aWebURL,
	"settings.otel_exporter_otlp_protocol": aWord, "settings.otel_exporter_otlp_traces_protocol": aWord,
}

// fitIdentityProvider gives an identity provider what it needs beside it, and leaves that out without one. A provider that
// is checked needs an address, some of them at least.
func fitIdentityProvider(d *drawer, values map[string]any) {
	need := func(names ...string) {
		for _, name := range names {
			if values[name] == nil {
				values[name] = specialOfSettings["settings."+name](d)
			}
		}
	}
	if values["identity_provider"] == nil {
		delete(values, "identity_provider_client_id")
		delete(values, "identity_provider_client_secret")
		return
	}
	need("identity_provider_client_id", "identity_provider_client_secret", "authenticate_service_url")
	if values["check_identity_provider"] == true {
		need("identity_provider_url")
	}
}

// liveSettings takes settings over, changes them and leaves them, with and without settings that somebody has left before.
func (l *life) liveSettings() {
	l.must("validation of the first", l.validate(l.first))
	l.must("validation of the second", l.validate(l.second))
	none := l.p.none(l.kind.typeName)
	if l.with(0.5) {
		l.leave(l.putSettings("earlier create", none, nil, l.second))
	}
	object := l.putSettings("create", none, nil, l.first)
	if l.with(0.5) {
		l.step = "another spelling"
		l.isEmpty(object, l.plan(object, l.respelled(l.first)))
	}
	if imported := l.importedSettings(object, l.first); l.with(0.5) {
		object = imported
	}
	l.leave(l.putSettings("change", object, l.first, l.second))
}

// putSettings plans and applies a configuration in the place of an earlier one.
func (l *life) putSettings(step string, object resourceState, was, arguments map[string]any) resourceState {
	before := l.lab.Object(l.kind.held, l.lab.ClusterNamespaceID)
	object = l.put(step, object, arguments)
	l.step = step
	if l.id(object) != l.lab.ClusterNamespaceID {
		l.fail("the ID is %s", l.id(object))
	}
	l.holdsSettings(before, was, arguments)
	return l.settled("after the "+step, object, arguments)
}

// holdsSettings wants what is configured to be there, what was configured and is not any more to be gone unless the service
// requires it, and all else to be as it was.
func (l *life) holdsSettings(before, was, arguments map[string]any) {
	stored := l.lab.Object(l.kind.held, l.lab.ClusterNamespaceID)
	for member, ref := range l.kind.contract.Properties {
		name := mirrorOf(l.kind.typeName).attribute(member)
		place := slices.IndexFunc(l.kind.attributes, func(a *tfprotov6.SchemaAttribute) bool { return a.Name == name })
		got, there := stored[member]
		want, isSet := given(arguments, name)
		_, wasSet := given(was, name)
		switch {
		case isSet || wasSet && !slices.Contains(l.kind.contract.Required, member):
			l.holdsMember("/"+member, ref, l.kind.attributes[place], want, got, there)
		case jsonOf(got) != jsonOf(before[member]):
			l.fail("%s is not managed and became %s, was %s", member, jsonOf(got), jsonOf(before[member]))
		}
	}
}

// given is what is configured of a member that may be a secret.
func given(arguments map[string]any, name string) (value any, isSet bool) {
	if secret := arguments[name+"_wo"]; secret != nil {
		return secret, true
	}
	value = arguments[name]
	return value, value != nil
}

// leave destroys: the settings stay as they are.
func (l *life) leave(object resourceState) {
	l.step = "destroy"
	before := jsonOf(l.lab.Object(l.kind.held, l.lab.ClusterNamespaceID))
	if gone := l.apply(l.plan(object, nil)); l.p.state(gone) != nil {
		l.fail("it is still in the state")
	}
	if now := jsonOf(l.lab.Object(l.kind.held, l.lab.ClusterNamespaceID)); now != before {
		l.fail("the settings became %s, were %s", now, before)
	}
}

// importedSettings imports the settings. That manages nothing yet: what is configured is planned, and to apply it changes
// nothing.
func (l *life) importedSettings(object resourceState, arguments map[string]any) resourceState {
	l.step = "import"
	request := &tfprotov6.ImportResourceStateRequest{TypeName: object.name, ID: l.id(object)}
	if l.with(0.5) {
		request.ID, request.Identity = "", object.identity
	}
	fresh := l.refresh(l.takeOver(request))
	plan := l.plan(fresh, arguments)
	all := l.differs(fresh, plan.state)
	for _, c := range all {
		if plan.replace || !c.before.IsNull() && c.after.IsKnown() {
			l.fail("the plan changes %s", c)
		}
	}
	l.step = "apply after an import"
	before := l.lab.Object(l.kind.held, l.lab.ClusterNamespaceID)
	if len(all) > 0 {
		fresh = l.apply(plan)
	}
	l.holdsSettings(before, nil, arguments)
	l.isEmpty(fresh, l.plan(fresh, arguments))
	return fresh
}
