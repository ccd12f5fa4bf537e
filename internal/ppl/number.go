package ppl

import (
	"math/big"
	"regexp"
	"strings"
)

// maxNumber bounds the characters of a number. No criterion needs more than a
// dozen; the bound keeps exact arithmetic cheap.
const maxNumber = 256

// maxZeros is how many zeros a whole number in canonical form ends with at
// most; beyond it a power of ten is written instead.
const maxZeros = 20

var (
	jsonNumber  = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$`)
	yamlDecimal = regexp.MustCompile(`^([-+]?)(?:([0-9]+)(?:\.([0-9]*))?|\.([0-9]+))([eE][-+]?[0-9]+)?$`)
	yamlOctal   = regexp.MustCompile(`^0o([0-7]+)$`)
	yamlHex     = regexp.MustCompile(`^0x([0-9a-fA-F]+)$`)
	yamlNoValue = regexp.MustCompile(`^([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$`)

	// oldYAMLNumber finds text that YAML 1.1 takes for another number than
	// YAML 1.2 does, or for a number at all.
	oldYAMLNumber = regexp.MustCompile(`^[-+]?(0[0-9_]+|0b[01_]+|[0-9][0-9_]*_[0-9_]*(\.[0-9_]*)?|0x[0-9a-fA-F_]*_[0-9a-fA-F_]*)$`)
)

// jsonFromYAML writes a number of YAML 1.2 (core schema) as JSON of exactly the
// same value, and as it stands if it is JSON already. It reports false for
// text that is no number.
func jsonFromYAML(plain string) (string, bool) {
	if jsonNumber.MatchString(plain) {
		return plain, true
	}
	if m := yamlOctal.FindStringSubmatch(plain); m != nil {
		return decimal(m[1], 8), true
	}
	if m := yamlHex.FindStringSubmatch(plain); m != nil {
		return decimal(m[1], 16), true
	}
	m := yamlDecimal.FindStringSubmatch(plain)
	if m == nil {
		return "", false
	}
	sign, whole, fraction, exponent := strings.TrimPrefix(m[1], "+"), strings.TrimLeft(m[2], "0"), m[3]+m[4], m[5]
	if whole == "" {
		whole = "0"
	}
	if fraction != "" {
		fraction = "." + fraction
	}
	return sign + whole + fraction + exponent, true
}

func decimal(digits string, base int) string {
	value, _ := new(big.Int).SetString(digits, base)
	return value.String()
}

// canonicalNumber gives every spelling of one value the same text: a
// plain whole number if it is one, else digits without zeros at either end and
// a power of ten. Exact for any number.
func canonicalNumber(literal string) string {
	sign, digits := "", literal
	if strings.HasPrefix(digits, "-") {
		sign, digits = "-", digits[1:]
	}
	power := new(big.Int)
	if i := strings.IndexAny(digits, "eE"); i >= 0 {
		power.SetString(strings.TrimPrefix(digits[i+1:], "+"), 10)
		digits = digits[:i]
	}
	whole, fraction, _ := strings.Cut(digits, ".")
	digits = strings.TrimLeft(whole+fraction, "0")
	if digits == "" {
		return "0" // also -0, which is the same value
	}
	short := strings.TrimRight(digits, "0")
	shift := int64(len(digits) - len(short) - len(fraction))
	power.Add(power, big.NewInt(shift))
	if power.Sign() >= 0 && power.Cmp(big.NewInt(maxZeros)) <= 0 {
		return sign + short + strings.Repeat("0", int(power.Int64()))
	}
	return sign + short + "e" + power.String()
}
