package pomeriumzero

import "reflect"

// Reconcile returns the fresh properties in the spelling of the prior ones. Null, absent, "", false and
// empty collections of an optional member are one state to the service (pomerium-zero.md 4.3), so where
// both are empty the prior spelling stays. A secret that is known stays too: what comes back may be masked.
//
// Where an empty list means "none" and differs from unset, a fresh one counts, unless the service prints
// what is unset as empty.
func Reconcile[P Properties](fresh, prior P) P {
	result, before := reflect.ValueOf(&fresh).Elem(), reflect.ValueOf(prior)
	printsEmpty := printsUnsetAsEmpty(fresh)
	for i, member := range membersOf[P]() {
		value, known := result.Field(i), before.Field(i)
		switch {
		case member.secret && !isUnset(known):
			value.Set(known)
		case member.emptyCounts && !printsEmpty && !value.IsNil() && known.IsNil():
			// the service has none, the prior properties have no opinion
		case member.optional && isUnset(value) && isUnset(known):
			value.Set(known)
		case value.Kind() == reflect.Slice && !member.optional && value.IsNil():
			value.Set(reflect.MakeSlice(value.Type(), 0, 0))
		}
	}
	return fresh
}

// printsUnsetAsEmpty tells whether an answer holds an optional text, list or map that is empty: nothing
// would keep the service from leaving it out.
func printsUnsetAsEmpty[P Properties](answer P) bool {
	value := reflect.ValueOf(answer)
	for i, member := range membersOf[P]() {
		field := value.Field(i)
		if !member.optional || member.emptyCounts || field.Kind() == reflect.Pointer && field.Type().Elem().Kind() != reflect.String {
			continue
		}
		if !field.IsNil() && isUnset(field) {
			return true
		}
	}
	return false
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
