package ppl

import (
	"encoding/base64"
	"net/netip"
	"regexp"
	"slices"
	"strings"
)

// The operators of the matchers (ppl.md 2).
var (
	textOperators        = []string{"is", "not", "contains", "starts_with", "ends_with", "in", "not_in"}
	listOperators        = []string{"has", "is", "exclude"}
	certificateOperators = []string{"fingerprint", "spki_hash", "san_dns", "san_email", "san_uri"}
	deviceOperators      = []string{"is", "approved", "type"}
)

// unused is for criteria that do not read their data.
func unused(r report, data *node) {
	if data.kind == kindBool && !data.truth {
		r.warn(data.pos, "this value is not read, so false does not switch the criterion off; remove the criterion, or write true")
	}
}

// eachOperator calls check for every member with a known name and warns of
// the others. It reports false if the data is no object.
func eachOperator(r report, data *node, known []string, check func(report, member)) bool {
	if data.kind != kindObject {
		return false
	}
	for _, m := range data.members {
		if !slices.Contains(known, m.name) {
			r.in(m.name).warn(m.pos, "there is no %q here%s; known are %s",
				m.name, didYouMean(m.name, known), strings.Join(known, ", "))
			continue
		}
		check(r.in(m.name), m)
	}
	return true
}

// isText warns unless the value is text.
func isText(r report, value *node) {
	if value.kind == kindText {
		return
	}
	remedy := "write text instead"
	if value.kind == kindNumber || value.kind == kindBool {
		remedy = "put it in quotes"
	}
	r.warn(value.pos, "this is compared with text and is %s, which never matches; %s", value.kind, remedy)
}

// textMatcher judges the data of criteria about one text: an object of
// operators, or a bare text, which means is.
func textMatcher(r report, data *node) {
	switch {
	case data.kind == kindList:
		r.warn(data.pos, "a list never matches; write in: [...] to match any of its items")
		return
	case data.kind == kindObject && len(data.members) == 0:
		r.warn(data.pos, "without an operator this matches everything; name a value, or one of %s",
			strings.Join(textOperators, ", "))
		return
	}
	isObject := eachOperator(r, data, textOperators, func(r report, m member) {
		if m.name != "in" && m.name != "not_in" {
			isText(r, m.value)
			return
		}
		if m.value.kind != kindList {
			r.warn(m.value.pos, "%s needs a list, not %s; put the value into [ ]", m.name, m.value.kind)
			return
		}
		for i, item := range m.value.items {
			isText(r.item(i), item)
		}
	})
	if !isObject {
		isText(r, data)
	}
}

// listMatcher judges the data of criteria about a list: an object of
// operators, or a bare value, which means has. A claim may hold any value.
func listMatcher(r report, data *node) {
	each := func(r report, value *node) {
		if value.kind == kindList || value.kind == kindObject {
			r.warn(value.pos, "one value must stand here, not %s; make each value a criterion of its own", value.kind)
		}
	}
	if !eachOperator(r, data, listOperators, func(r report, m member) { each(r, m.value) }) {
		each(r, data)
	}
}

// groupMatcher is listMatcher for group IDs, which are text.
func groupMatcher(r report, data *node) {
	if !eachOperator(r, data, listOperators, func(r report, m member) { isText(r, m.value) }) {
		isText(r, data)
	}
}

// claimName judges data that names a claim.
func claimName(r report, data *node) {
	if data.kind != kindText {
		r.warn(data.pos, "the name of a claim must stand here as text, not %s", data.kind)
	}
}

// eachText calls check for a text or for each text of a list.
func eachText(r report, data *node, what string, check func(report, *node)) {
	for i, item := range data.list() {
		at := r
		if data.kind == kindList {
			at = r.item(i)
		}
		if item.kind != kindText {
			at.warn(item.pos, "%s must stand here as text or as a list of text, not %s", what, item.kind)
			continue
		}
		check(at, item)
	}
}

// addresses judges source_ip, which has no operators.
func addresses(r report, data *node) {
	eachText(r, data, "an IP address or a CIDR range", func(r report, item *node) {
		address, err := netip.ParseAddr(item.text)
		if err == nil && address.Zone() == "" {
			return
		}
		if _, err := netip.ParsePrefix(item.text); err != nil {
			r.warn(item.pos, "%q is neither an IP address nor a CIDR range; write it like 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32", item.text)
		}
	})
}

// fingerprint is a SHA-256 value in either of the two accepted spellings.
var fingerprint = regexp.MustCompile(`^([0-9a-f]{64}|[0-9A-F]{2}(:[0-9A-F]{2}){31})$`)

// spkiSize is the bytes of a SHA-256 value.
const spkiSize = 32

// certificate judges client_certificate.
func certificate(r report, data *node) {
	isObject := eachOperator(r, data, certificateOperators, func(r report, m member) {
		switch m.name {
		case "fingerprint":
			eachText(r, m.value, "a SHA-256 fingerprint", func(r report, item *node) {
				if !fingerprint.MatchString(item.text) {
					r.warn(item.pos, "%q is no SHA-256 fingerprint; write 64 lower-case hexadecimal digits, "+
						"or 32 upper-case pairs with colons between them", item.text)
				}
			})
		case "spki_hash":
			eachText(r, m.value, "a hash", func(r report, item *node) {
				hash, err := base64.StdEncoding.DecodeString(item.text)
				if err != nil || len(hash) != spkiSize {
					r.warn(item.pos, "%q is not the base64 form of a SHA-256 hash, which is 44 characters long and ends in =", item.text)
				}
			})
		default:
			textMatcher(r, m.value)
		}
	})
	if !isObject {
		r.warn(data.pos, "client_certificate needs an object with %s, not %s", strings.Join(certificateOperators, ", "), data.kind)
	}
}

// device judges device. Types other than any and enclave_only are not refused.
func device(r report, data *node) {
	isObject := eachOperator(r, data, deviceOperators, func(r report, m member) {
		want := kindText
		if m.name == "approved" {
			want = kindBool
		}
		if m.value.kind != want {
			r.warn(m.value.pos, "%s of a device must be %s, not %s", m.name, want, m.value.kind)
		}
	})
	if !isObject {
		r.warn(data.pos, "device needs an object with %s, not %s", strings.Join(deviceOperators, ", "), data.kind)
	}
}
