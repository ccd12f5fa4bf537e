package apimock

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// applyPatch applies a JSON Patch (RFC 6902) that fits the contract. As the RFC
// demands, remove, replace, move, copy and test fail on a missing member.
func applyPatch(document any, operations []any) (any, error) {
	for n, each := range operations {
		op := as[map[string]any](each)
		var err error
		if document, err = applyOne(document, op); err != nil {
			return nil, fmt.Errorf("patch operation %d (%v %v): %w", n, op["op"], op["path"], err)
		}
	}
	return document, nil
}

func applyOne(document any, op map[string]any) (any, error) {
	path, err := pointer(text(op, "path"))
	if err != nil {
		return nil, err
	}
	value, hasValue := op["value"]
	kind := text(op, "op")
	switch kind {
	case "add", "replace", "test":
		if !hasValue {
			return nil, fmt.Errorf("needs a value")
		}
	case "copy", "move":
		from, err := pointer(text(op, "from"))
		if err != nil {
			return nil, fmt.Errorf("from: %w", err)
		}
		if value, err = lookUp(document, from); err != nil {
			return nil, fmt.Errorf("from: %w", err)
		}
		value = clone(value)
		if kind == "move" {
			if document, err = edit(document, from, "remove", nil); err != nil {
				return nil, err
			}
		}
		kind = "add"
	}
	if kind == "test" {
		have, err := lookUp(document, path)
		if err == nil && !reflect.DeepEqual(have, value) {
			err = fmt.Errorf("the value is another")
		}
		return document, err
	}
	return edit(document, path, kind, value)
}

// pointer splits a JSON Pointer (RFC 6901).
func pointer(p string) ([]string, error) {
	if p == "" {
		return nil, nil
	}
	if p[0] != '/' {
		return nil, fmt.Errorf("%q is no JSON pointer", p)
	}
	tokens := strings.Split(p[1:], "/")
	for i, t := range tokens {
		tokens[i] = strings.NewReplacer("~1", "/", "~0", "~").Replace(t)
	}
	return tokens, nil
}

func lookUp(document any, path []string) (any, error) {
	for _, token := range path {
		switch at := document.(type) {
		case map[string]any:
			value, ok := at[token]
			if !ok {
				return nil, fmt.Errorf("no member %q", token)
			}
			document = value
		case []any:
			i, err := index(token, len(at)-1)
			if err != nil {
				return nil, err
			}
			document = at[i]
		default:
			return nil, fmt.Errorf("nothing below %q", token)
		}
	}
	return document, nil
}

// edit adds, replaces or removes what the path names and returns the document.
func edit(document any, path []string, kind string, value any) (any, error) {
	if len(path) == 0 {
		if kind == "remove" {
			return nil, fmt.Errorf("the whole document can't be removed")
		}
		return value, nil
	}
	token, last := path[0], len(path) == 1
	switch at := document.(type) {
	case map[string]any:
		if _, ok := at[token]; !ok && (!last || kind != "add") {
			return nil, fmt.Errorf("no member %q", token)
		}
		if last && kind == "remove" {
			delete(at, token)
			return at, nil
		}
		changed, err := edit(at[token], path[1:], kind, value)
		if err == nil {
			at[token] = changed
		}
		return at, err
	case []any:
		return editList(at, token, path[1:], kind, value)
	}
	return nil, fmt.Errorf("nothing below %q", token)
}

func editList(list []any, token string, rest []string, kind string, value any) (any, error) {
	last := len(rest) == 0
	if last && kind == "add" {
		i := len(list)
		if token != "-" {
			var err error
			if i, err = index(token, len(list)); err != nil {
				return nil, err
			}
		}
		return append(list[:i:i], append([]any{value}, list[i:]...)...), nil
	}
	i, err := index(token, len(list)-1)
	if err != nil {
		return nil, err
	}
	if last && kind == "remove" {
		return append(list[:i:i], list[i+1:]...), nil
	}
	list[i], err = edit(list[i], rest, kind, value)
	return list, err
}

func index(token string, highest int) (int, error) {
	i, err := strconv.Atoi(token)
	if err != nil || i < 0 || i > highest || strconv.Itoa(i) != token {
		return 0, fmt.Errorf("no element %q", token)
	}
	return i, nil
}
