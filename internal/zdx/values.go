package zdx

import (
	"bytes"
	"encoding/json"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// The members of look-ups and reports are read leniently: sources disagree about types (zdx.md 11), and a member
// that looks different is no reason to hide all others. What did not come, or says nothing, is nil.

// Text is a text, or whatever else stands where one was expected: a number or a bool keeps its digits.
type Text string

// UnmarshalJSON reads any scalar; of a list or an object it keeps the JSON.
func (t *Text) UnmarshalJSON(data []byte) error {
	var plain string
	if err := json.Unmarshal(data, &plain); err != nil {
		plain = string(bytes.TrimSpace(data))
	}
	*t = Text(plain)
	return nil
}

// Number is a measured value. Its unit stands beside it, where the service tells one.
type Number float64

// UnmarshalJSON reads a number, or text that is one. Anything else says nothing, which is NaN until tidy makes nil of it:
// Terraform has numbers only.
func (n *Number) UnmarshalJSON(data []byte) error {
	value, err := strconv.ParseFloat(strings.Trim(string(data), `" `), 64)
	if err != nil || math.IsInf(value, 0) {
		value = math.NaN()
	}
	*n = Number(value)
	return nil
}

// Score is a ZDX Score, from 0 to 100. The service writes -1 for no data (zdx.md 6), which is nil here.
type Score float64

// UnmarshalJSON reads what Number reads.
func (s *Score) UnmarshalJSON(data []byte) error { return (*Number)(s).UnmarshalJSON(data) }

// Count is a whole number. What is no number counts as 0.
type Count = integer

// Time is a moment in RFC 3339 and UTC. The service counts epoch seconds, and 0 is "not yet" (zdx.md 4.3),
// which is nil here.
type Time string

// UnmarshalJSON reads epoch seconds or milliseconds.
func (t *Time) UnmarshalJSON(data []byte) error {
	var seconds integer
	if err := seconds.UnmarshalJSON(data); err != nil {
		return err
	}
	*t = TimeOf(seconds.time())
	return nil
}

// TimeOf writes a time; the zero time is "".
func TimeOf(t time.Time) Time {
	if t.IsZero() {
		return ""
	}
	return Time(t.UTC().Format(time.RFC3339))
}

// List is a list in each form that is on record: an array, null, or a single element without brackets
// (zdx.md 4.4).
type List[T any] []T

// UnmarshalJSON reads any of the three forms.
func (l *List[T]) UnmarshalJSON(data []byte) error {
	elements, err := readList[T](data)
	*l = elements
	return err
}

func readList[T any](data []byte) ([]T, error) {
	if bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")) {
		data = append(append([]byte("["), data...), ']')
	}
	var elements []T
	err := json.Unmarshal(data, &elements)
	return elements, err
}

// tidy makes nil of members that came and say nothing, drops elements that do, and makes empty lists of those that did
// not come, all the way down. value is a pointer.
func tidy(value any) { tidyValue(reflect.ValueOf(value).Elem()) }

func tidyValue(value reflect.Value) {
	switch value.Kind() {
	case reflect.Struct:
		for _, field := range value.Fields() {
			if field.CanSet() {
				tidyValue(field)
			}
		}
	case reflect.Slice:
		if value.IsNil() {
			value.Set(reflect.MakeSlice(value.Type(), 0, 0))
		}
		kept := value.Slice(0, 0)
		for i := range value.Len() {
			if element := value.Index(i); !saysNothing(element.Addr().Interface()) {
				tidyValue(element)
				kept = reflect.Append(kept, element)
			}
		}
		value.Set(kept)
	case reflect.Pointer:
		if value.IsNil() {
			return
		}
		if saysNothing(value.Interface()) {
			value.SetZero()
		} else {
			tidyValue(value.Elem())
		}
	}
}

// saysNothing tells whether a member that came is what the service writes for none.
func saysNothing(member any) bool {
	switch member := member.(type) {
	case *Time:
		return *member == ""
	case *Text:
		return *member == ""
	case *ID:
		return *member == ""
	case *Score:
		return !(*member >= 0) // or NaN
	case *Number:
		return math.IsNaN(float64(*member))
	}
	return false
}
