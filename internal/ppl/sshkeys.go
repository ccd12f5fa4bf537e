package ppl

import (
	"encoding/base64"
	"encoding/binary"
	"strings"
)

// sshKeyFields says for each type of SSH key how many fields follow the name
// of the type inside the key.
var sshKeyFields = map[string]int{
	"ssh-rsa":                            2,
	"ssh-dss":                            4,
	"ssh-ed25519":                        1,
	"ecdsa-sha2-nistp256":                2,
	"ecdsa-sha2-nistp384":                2,
	"ecdsa-sha2-nistp521":                2,
	"sk-ssh-ed25519@openssh.com":         2,
	"sk-ecdsa-sha2-nistp256@openssh.com": 3,
}

// sshCertificate is how the type of a key ends that is a certificate. Of those
// only the type is checked, for their fields are of many kinds.
const sshCertificate = "-cert-v01@openssh.com"

// sshKeys judges ssh_publickey and ssh_ca: authorized_keys lines.
func sshKeys(r report, data *node) {
	eachText(r, data, "a public key", func(r report, item *node) {
		for line := range strings.Lines(item.text) {
			if isSSHKey(line) {
				return
			}
		}
		r.warn(item.pos, `this is no SSH public key; write it as in authorized_keys: "ssh-ed25519 AAAA… comment"`)
	})
}

// isSSHKey says whether the line is options (or none), a type and a key of
// that type. The numbers inside the key are not checked.
func isSSHKey(line string) bool {
	line = strings.TrimSpace(line)
	if isTypeAndKey(line) {
		return true
	}
	quoted := false
	for i, c := range line {
		switch {
		case c == '"' && (i == 0 || line[i-1] != '\\'):
			quoted = !quoted
		case (c == ' ' || c == '\t') && !quoted:
			return isTypeAndKey(line[i:])
		}
	}
	return false
}

func isTypeAndKey(s string) bool {
	parts := strings.Fields(s)
	if len(parts) < 2 {
		return false
	}
	kind := parts[0]
	base, isCertificate := strings.CutSuffix(kind, sshCertificate)
	if isCertificate && strings.HasPrefix(base, "sk-") {
		base += "@openssh.com"
	}
	fields, known := sshKeyFields[base]
	if !known {
		return false
	}
	key, err := base64.StdEncoding.DecodeString(parts[1])
	if err != nil {
		return false
	}
	name, rest, ok := cutField(key)
	if !ok || string(name) != kind {
		return false
	}
	if isCertificate {
		return true
	}
	for i := range fields {
		var field []byte
		if field, rest, ok = cutField(rest); !ok || len(field) == 0 {
			return false
		}
		if i == 0 && strings.Contains(kind, "ed25519") && len(field) != ed25519Size {
			return false
		}
	}
	return len(rest) == 0
}

// ed25519Size is the bytes of an Ed25519 public key.
const ed25519Size = 32

// cutField takes the first field, which begins with its length in four bytes.
func cutField(key []byte) (field, rest []byte, ok bool) {
	if len(key) < 4 {
		return nil, nil, false
	}
	size := uint64(binary.BigEndian.Uint32(key))
	key = key[4:]
	if size > uint64(len(key)) {
		return nil, nil, false
	}
	return key[:size], key[size:], true
}
