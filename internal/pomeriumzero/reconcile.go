package pomeriumzero

import "reflect"

// Reconcile returns the fresh properties in the spelling of the prior ones. Null, absent, "", false and
// empty collections of an optional member are one state to the service (pomerium-zero.md 4.3), so where
// both are empty the prior spelling stays. A secret that is known stays too: what comes back may be masked.
func Reconcile[P Properties](fresh, prior P) P {
	result, before := reflect.ValueOf(&fresh).Elem(), reflect.ValueOf(prior)
	for i, member := range membersOf[P]() {
		value, known := result.Field(i), before.Field(i)
		switch {
		case member.secret && !isUnset(known), member.optional && isUnset(value) && isUnset(known):
			value.Set(known)
		case value.Kind() == reflect.Slice && !member.optional && value.IsNil():
			value.Set(reflect.MakeSlice(value.Type(), 0, 0))
		}
	}
	return fresh
}

// isUnset tells whether an optional member holds nothing that the service would keep.
func isUnset(value reflect.Value) bool {
	switch value.Kind() {
	case reflect.Pointer:
		element := value.Elem()
		if !element.IsValid() {
			return true
		}
		// Zero is a number like any other: healthyPanicThreshold 0 turns panic mode off.
		return (element.Kind() == reflect.String || element.Kind() == reflect.Bool) && element.IsZero()
	case reflect.Slice, reflect.Map:
		return value.Len() == 0
	}
	return value.IsZero()
}
