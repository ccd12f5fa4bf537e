package ppl_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/ppl"
)

// sshKey builds an authorized_keys line from the fields inside the key.
func sshKey(kind string, fields ...string) string {
	var key []byte
	for _, field := range fields {
		key = append(key, 0, 0, 0, byte(len(field)))
		key = append(key, field...)
	}
	return kind + " " + base64.StdEncoding.EncodeToString(key)
}

// TestCriteria gives each criterion good data, for which want is empty, and
// bad data, of which one warning must speak.
func TestCriteria(t *testing.T) {
	t.Parallel()
	const nistp256 = "ecdsa-sha2-nistp256"
	upper := strings.TrimSuffix(strings.Repeat("0A:", 32), ":")
	for _, c := range []struct{ criterion, want string }{
		{`"emial": "x"`, `"emial" is not known (did you mean "email"?)`},
		{`"Email": "x"`, `(did you mean "email"?)`},
		{`"claims/x": "x"`, `(did you mean "claim"?)`},
		{`"or": [{"accept": true}]`, "or cannot stand inside a group"},
		{`"deny": {}`, "deny cannot stand inside a group"},
		{`"something_entirely_different": 1`, `"something_entirely_different" is not known; known are accept, `},
		{`"` + strings.Repeat("x", 100) + `": 1`, `is not known; known are`},
		{`"": 1`, `"" is not known; known are`},

		{`"accept": null`, ""},
		{`"authenticated_user": {"x": 1}`, ""},
		{`"authenticated_user": false`, "false does not switch the criterion off"},
		{`"invalid_client_certificate": true`, "it is meant for deny"},
		{`"mcp_tool": "run"`, "use it under deny"},
		{`"record": 7`, "Pomerium Enterprise"},

		{`"email": {"is": "x", "not": "y", "contains": "z", "starts_with": "a", "ends_with": "b"}`, ""},
		{`"email": {"not_in": ["x"]}`, ""},
		{`"email": {"not_in": "x"}`, "not_in needs a list, not text"},
		{`"email": {"in": ["x", 7]}`, "a number"},
		{`"email": {"is": true}`, "put it in quotes"},
		{`"email": {"has": "x"}`, `there is no "has" here (did you mean "is"?)`},
		{`"domain": {"end_with": "x"}`, `(did you mean "ends_with"?)`},

		{`"claim/a": {"has": 1, "is": true, "exclude": null}`, ""},
		{`"claim/a/b.c/d.e": 1`, ""},
		{`"claim/a/b.c/d.e/f": 1`, "6 steps"},
		{`"claim": "x"`, "without the name of a claim"},
		{`"claim/": "x"`, "without the name of a claim"},
		{`"claim/a": ["x"]`, "one value must stand here, not a list"},
		{`"claim/a": {"is": {"x": 1}}`, "one value must stand here, not an object"},
		{`"claim/a": {"not": "x"}`, `there is no "not" here`},

		{`"source_ip": "2001:db8::/32"`, ""},
		{`"source_ip": ["192.0.2.1", "::ffff:192.0.2.1"]`, ""},
		{`"source_ip": "192.0.2.0/33"`, "neither an IP address nor a CIDR range"},
		{`"source_ip": "fe80::1%eth0"`, "neither an IP address nor a CIDR range"},
		{`"source_ip": ["192.0.2.1", 7]`, "not a number"},

		{`"client_certificate": "x"`, "client_certificate needs an object"},
		{`"client_certificate": {"fingerprint": "` + strings.Repeat("0a", 32) + `"}`, ""},
		{`"client_certificate": {"fingerprint": ["` + upper + `"]}`, ""},
		{`"client_certificate": {"fingerprint": "` + strings.Repeat("0A", 32) + `"}`, "is no SHA-256 fingerprint"},
		{`"client_certificate": {"fingerprint": "` + strings.ToLower(upper) + `"}`, "is no SHA-256 fingerprint"},
		{`"client_certificate": {"fingerprint": {"is": "x"}}`, "a SHA-256 fingerprint must stand here"},
		{`"client_certificate": {"spki_hash": "` + spki + `"}`, ""},
		{`"client_certificate": {"spki_hash": ["!"]}`, "base64 form"},
		{`"client_certificate": {"san_email": "x", "san_uri": {"in": ["x"]}}`, ""},
		{`"client_certificate": {"san_dns": {"in": "x"}}`, "in needs a list"},
		{`"client_certificate": {"san_ip": "x"}`, `there is no "san_ip" here (did you mean "san_dns"?)`},

		{`"device": {"is": "x", "approved": false, "type": "enclave_only"}`, ""},
		{`"device": {"approved": "yes"}`, "must be true or false, not text"},
		{`"device": {"id": "x"}`, `there is no "id" here (did you mean "is"?)`},

		{`"ssh_username_matches_claim": ["x"]`, "the name of a claim must stand here"},
		{`"ssh_publickey": ["` + ed25519Key + ` ana", "` + ed25519Key + `"]`, ""},
		{`"ssh_publickey": "# a comment\n\n` + ed25519Key + `\n"`, ""},
		{`"ssh_ca": "cert-authority,command=\"a \\\"b\\\" c\" ` + ed25519Key + `"`, ""},
		{`"ssh_ca": "` + sshKey("ssh-rsa", "ssh-rsa", "e", "n") + `"`, ""},
		{`"ssh_ca": "` + sshKey("ssh-rsa", "ssh-rsa", "e", "n", "x") + `"`, "no SSH public key"},
		{`"ssh_ca": "` + sshKey("ssh-rsa", "ssh-rsa", "e") + `"`, "no SSH public key"},
		{`"ssh_ca": "` + sshKey("ssh-rsa", nistp256, "a", "b") + `"`, "no SSH public key"},
		{`"ssh_ca": "` + sshKey(nistp256, nistp256, "a", "b") + `"`, ""},
		{`"ssh_ca": "` + sshKey("ssh-ed25519", "ssh-ed25519", "short") + `"`, "no SSH public key"},
		{`"ssh_ca": "` + sshKey("sk-ssh-ed25519-cert-v01@openssh.com", "sk-ssh-ed25519-cert-v01@openssh.com", "x") + `"`, ""},
		{`"ssh_ca": "` + sshKey("ssh-other", "ssh-other", "x") + `"`, "no SSH public key"},
		{`"ssh_ca": "ssh-rsa AAAA"`, "no SSH public key"},
		{`"ssh_ca": "ssh-rsa !!!!"`, "no SSH public key"},
		{`"ssh_ca": "ssh-rsa //////8="`, "no SSH public key"},
		{`"ssh_ca": "a b"`, "no SSH public key"},
		{`"ssh_ca": ""`, "no SSH public key"},
		{`"ssh_ca": true`, "a public key must stand here"},

		{`"date": {"after": "2031-04-01"}`, ""},
		{`"date": {"before": "2031-04-01T08:00:00.5+02:00", "after": "2031-04-01T08:00Z"}`, ""},
		{`"date": {"before": "01.04.2031"}`, "ISO 8601"},
		{`"date": {"before": 2031}`, "ISO 8601"},
		{`"date": {}`, "date needs an object with after"},
		{`"date": {"until": "2031-04-01"}`, `there is no "until" here`},

		{`"day_of_week": "*"`, ""},
		{`"day_of_week": "Mon, tuesday,WED"`, ""},
		{`"day_of_week": "friday-mon"`, ""},
		{`"day_of_week": "mon-fri-sun"`, "day_of_week must be"},
		{`"day_of_week": "mon,"`, "day_of_week must be"},
		{`"day_of_week": ["mon"]`, "day_of_week must be"},

		{`"time_of_day": {"timezone": "UTC", "after": "3:04 PM", "before": "3:04PM"}`, ""},
		{`"time_of_day": {"timezone": "America/New_York", "after": "3 PM", "before": "3PM"}`, ""},
		{`"time_of_day": {"timezone": "UTC", "after": "15:04", "before": "15:04:05.25"}`, ""},
		{`"time_of_day": {"timezone": "UTC", "after": "25:00"}`, "must be a time of day"},
		{`"time_of_day": {"timezone": "UTC", "after": 9}`, "must be a time of day"},
		{`"time_of_day": {"timezone": "Lisbon", "after": "9 AM"}`, "IANA name"},
		{`"time_of_day": {"timezone": "Local", "after": "9 AM"}`, "IANA name"},
		{`"time_of_day": {"timezone": "", "after": "9 AM"}`, "IANA name"},
		{`"time_of_day": {"timezone": 1, "after": "9 AM"}`, "IANA name"},
		{`"time_of_day": {"timezone": "UTC"}`, "needs after, before or both"},
		{`"time_of_day": "9 AM"`, "time_of_day needs an object"},
	} {
		t.Run(c.criterion, func(t *testing.T) {
			t.Parallel()
			_, problems := ppl.Parse(`{"allow":{"or":[{` + c.criterion + `}]}}`)
			var want []string
			if c.want != "" {
				want = []string{c.want}
			}
			expect(t, "error", problems.Errors(), nil)
			expect(t, "warning", problems.Warnings(), want)
		})
	}
}

func TestCriteriaThatBelongUnderDenyAreFineThere(t *testing.T) {
	t.Parallel()
	_, problems := ppl.Parse(`{"deny":{"or":[{"mcp_tool":"run"},{"invalid_client_certificate":true}]}}`)
	if len(problems) > 0 {
		t.Error(problems)
	}
}

func TestNumbersThatOldYAMLReadsOtherwise(t *testing.T) {
	t.Parallel()
	for written, want := range map[string]string{
		"010":   "010 is the number 10 here",
		"-0_1":  "-0_1 is text here",
		"1_000": "1_000 is text here",
		"0b11":  "0b11 is text here",
		"0x1_0": "0x1_0 is text here",
		"1_0.5": "1_0.5 is text here",
		"'010'": "",
		"0.10":  "",
		"10":    "",
		"0":     "",
		"0x10":  "",
		"a_1":   "",
	} {
		t.Run(written, func(t *testing.T) {
			t.Parallel()
			_, problems := ppl.Parse("allow:\n  or:\n    - claim/x:\n        has: " + written + "\n")
			var wants []string
			if want != "" {
				wants = []string{want}
			}
			expect(t, "error", problems.Errors(), nil)
			expect(t, "warning", problems.Warnings(), wants)
		})
	}
}
