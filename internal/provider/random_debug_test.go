package provider

import "testing"

func TestRandomDebug(t *testing.T) {
	onSockets(t, unpaced(), func(t *testing.T, l *lab, p *protocol) {
		o := p.mustChange(p.none(settingsType), settingsOf(l, map[string]any{"access_log_fields": []string{}}))
		t.Log(p.state(o)["access_log_fields"] == nil, l.Object("settings", l.ClusterNamespaceID))
		f, pr := p.importIn(t.Context(), settingsType, l.ClusterNamespaceID)
		t.Log(p.state(f), listed(pr))
	})
}
