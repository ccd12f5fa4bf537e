package pomeriumzero

import "reflect"

// Reconcile returns the fresh properties in the spelling of the prior ones. Null, absent, "", false and
// empty collections of an optional member are one state to the service (pomerium-zero.md 4.3), so where
// both are empty the prior spelling stays. A secret that is known stays too: what comes back may be masked;
// and one that is write-only is never taken.
//
// Where an empty list means "none" and differs from unset, a fresh one counts, unless the service prints
// what is unset as empty.
func Reconcile[P Properties](fresh, prior P) P {
	printsEmpty := printsUnsetAsEmpty(reflect.ValueOf(fresh))
	reconcile(reflect.ValueOf(&fresh).Elem(), reflect.ValueOf(prior), printsEmpty)
	return fresh
}

// Managed returns the fresh properties without those that the prior ones leave unset: they are not managed.
func Managed[P Properties](fresh, prior P) P {
	result, before := reflect.ValueOf(&fresh).Elem(), reflect.ValueOf(prior)
	for _, member := range membersOf(result.Type()) {
		if before.Field(member.index).IsZero() {
			result.Field(member.index).SetZero()
		}
	}
	return fresh
}

func reconcile(result, before reflect.Value, printsEmpty bool) {
	for _, member := range membersOf(result.Type()) {
		value, known := result.Field(member.index), before.Field(member.index)
		switch {
		case member.secret && (!isUnset(known) || isWriteOnly(before, member)):
			value.Set(known)
		case member.emptyCounts && !printsEmpty && !value.IsNil() && known.IsNil():
			// the service has none, the prior properties have no opinion
		case member.optional && (isUnset(value) || isFilled(value, member)) && isUnset(known):
			value.Set(known)
		case value.Kind() == reflect.Slice && !member.optional && value.IsNil():
			value.Set(reflect.MakeSlice(value.Type(), 0, 0))
		case member.object != nil:
			reconcileWithin(value, known, printsEmpty)
		}
	}
	for i := range result.NumField() { // what only Terraform knows
		if result.Type().Field(i).Tag.Get("json") == "-" && !before.Field(i).IsZero() {
			result.Field(i).Set(before.Field(i))
		}
	}
}

// reconcileWithin reconciles an object, or the objects of a list by their place.
func reconcileWithin(value, known reflect.Value, printsEmpty bool) {
	switch value.Kind() {
	case reflect.Struct:
		reconcile(value, known, printsEmpty)
	case reflect.Pointer:
		if value.IsNil() {
			return
		}
		before := reflect.Zero(value.Type().Elem())
		if !known.IsNil() {
			before = known.Elem()
		}
		reconcile(value.Elem(), before, printsEmpty)
	case reflect.Slice:
		for i := range value.Len() {
			before := reflect.Zero(value.Type().Elem())
			if i < known.Len() {
				before = known.Index(i)
			}
			reconcile(value.Index(i), before, printsEmpty)
		}
	}
}

// isWriteOnly tells whether a secret is given through its write-only twin, of which the version is known.
func isWriteOnly(object reflect.Value, secret member) bool {
	name := object.Type().Field(secret.index).Name
	version := object.FieldByName(name + "WOVersion")
	return version.IsValid() && !version.IsNil()
}

func isFilled(value reflect.Value, member member) bool {
	return member.filled != "" && !value.IsNil() && value.Elem().String() == member.filled
}

// printsUnsetAsEmpty tells whether an answer holds an optional text, list or map that is empty: nothing
// would keep the service from leaving it out.
func printsUnsetAsEmpty(answer reflect.Value) bool {
	for _, member := range membersOf(answer.Type()) {
		field := answer.Field(member.index)
		isText := field.Kind() == reflect.Pointer && field.Type().Elem().Kind() == reflect.String
		isCollection := (field.Kind() == reflect.Slice || field.Kind() == reflect.Map) && !member.emptyCounts
		if member.optional && (isText || isCollection) && !field.IsNil() && isUnset(field) {
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
