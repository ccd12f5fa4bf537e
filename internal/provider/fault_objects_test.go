package provider

import (
	"net/http"
	"slices"
)

// objectCases are the kinds that share the tests of all kinds.
func objectCases() []objectCase {
	return []objectCase{clusterCase, serviceAccountCase, keyPairCase, customDomainCase, invitationCase, apiUserCase}
}

// labsOwn are what the lab has of a kind before anything is made.
func labsOwn(l *lab, id string) bool { return id == l.ClusterNamespaceID || id == l.APIUserID }

// objectOperations are the requests that all further kinds send.
func objectOperations() (all []faultOperation) {
	for _, c := range objectCases() {
		read := c.one()
		if c.drift == nil && c.kind != "clusters" { // of which none can be read alone
			read = c.template()
		}
		for _, o := range []faultOperation{
			{name: "create", method: http.MethodPost, path: c.post(), first: nothing, then: c.minimal},
			{name: "read", method: http.MethodGet, path: read, first: c.minimal, then: c.minimal},
			{name: "update", method: c.change, path: c.one(), first: c.minimal, then: c.full},
			{name: "delete", method: http.MethodDelete, path: c.one(), first: c.minimal, then: nothing},
		} {
			if o.then == nil {
				continue
			}
			o.service, o.object, o.typ, o.id = zeroService, c.noun(), c.typeName, "id"
			o.names = called(c.noun(), "the-id")
			o.others = []string{c.template(), c.one()}
			o.held = func(l *lab, wanted bool) []string {
				return slices.DeleteFunc(heldOf(c.kind)(l, wanted), func(id string) bool { return labsOwn(l, id) })
			}
			all = append(all, o)
		}
	}
	settings := func(idle string) func(*lab) map[string]any {
		return func(l *lab) map[string]any { return settingsOf(l, map[string]any{"timeout_idle": idle}) }
	}
	for _, o := range []faultOperation{
		{name: "take over", method: http.MethodPatch, path: settingsPath, first: nothing, then: settings("7m")},
		{name: "read", method: http.MethodGet, path: settingsPath, first: settings("7m"), then: settings("7m")},
		{name: "update", method: http.MethodPatch, path: settingsPath, first: settings("7m"), then: settings("8m")},
	} {
		o.service, o.object, o.typ, o.id, o.names = zeroService, "cluster settings", settingsType, "id", called("cluster settings", "the-id")
		o.held = func(l *lab, _ bool) []string { return []string{l.ClusterNamespaceID} }
		all = append(all, o)
	}
	return all
}
