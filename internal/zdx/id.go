package zdx

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
)

// ID names an object of ZDX: decimal digits, "" for unset. Sources disagree whether it is a number or
// text on the wire, so both are read; written it is a number (zdx.md 11, rows 1 and 10). It is exact at
// any size: IDs beyond 2^53 are on record, which a float would corrupt (zdx.md 6).
type ID string

// UnmarshalJSON reads a number or text; null means unset.
func (id *ID) UnmarshalJSON(data []byte) error {
	text := string(bytes.TrimSpace(data))
	switch {
	case text == "null":
		*id = ""
		return nil
	case strings.HasPrefix(text, `"`):
		var decoded string
		if err := json.Unmarshal(data, &decoded); err != nil {
			return err
		}
		*id = ID(decoded)
		return nil
	case !decimal(strings.TrimPrefix(text, "-")):
		return errors.New("an ID is neither text nor a whole number")
	}
	*id = ID(text)
	return nil
}

// MarshalJSON writes a number; unset is null. Text that is not decimal is an error.
func (id ID) MarshalJSON() ([]byte, error) {
	if id == "" {
		return []byte("null"), nil
	}
	if !decimal(string(id)) {
		return nil, fmt.Errorf("%q is no ID: it must be decimal digits", string(id))
	}
	digits := strings.TrimLeft(string(id), "0") // JSON knows no leading zeros
	if digits == "" {
		digits = "0"
	}
	return []byte(digits), nil
}

// usable tells whether the ID names something. 0 stands in documents where an ID would be, and names
// nothing (zdx.md 4.2); nor does what a terminal must not be shown, where a CLI shows IDs as they are.
func (id ID) usable() bool {
	return strings.Trim(string(id), "0") != "" && httpapi.Label(string(id)) == string(id)
}

func decimal(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}

// integer is a count or a time of the service. Text that is a number counts as one, and what is no
// number as 0: none of these members is worth failing a read for.
type integer int64

// UnmarshalJSON never fails.
func (n *integer) UnmarshalJSON(data []byte) error {
	text := strings.Trim(string(data), `" `)
	*n = 0
	if whole, err := strconv.ParseInt(text, 10, 64); err == nil {
		*n = integer(whole)
	} else if broken, err := strconv.ParseFloat(text, 64); err == nil && broken > 0 && broken < 1<<62 {
		*n = integer(broken)
	}
	return nil
}

// time reads epoch seconds; 0 is not yet. One page of the service's documents counts in milliseconds
// (zdx.md 6), which no time of ours in seconds can be mistaken for.
func (n integer) time() time.Time {
	const milliseconds = 100_000_000_000    // the year 5138 in seconds, 1973 in milliseconds
	const writable = 253_402_300_800 * 1000 // the year 10000 in milliseconds: RFC 3339 has four digits
	switch {
	case n <= 0 || n >= writable:
		return time.Time{}
	case n >= milliseconds:
		return time.UnixMilli(int64(n)).UTC()
	}
	return time.Unix(int64(n), 0).UTC()
}
