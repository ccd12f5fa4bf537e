package apimock

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// filter is the query parameter of that name (pomerium-zero.md 3, Lists).
type filter struct {
	Items []filterItem `json:"items"`
	Logic string       `json:"logicOperator"`
	Quick []string     `json:"quickFilterValues"`
	// QuickLogic joins the quick values; both operators are "and" if unset.
	QuickLogic string `json:"quickFilterLogicOperator"`
}

type filterItem struct {
	Field    string `json:"field"`
	Operator string `json:"operator"`
	Value    any    `json:"value"`
}

func parseFilter(sent string) (filter, error) {
	var f filter
	if sent == "" {
		return f, nil
	}
	return f, json.Unmarshal([]byte(sent), &f)
}

// matches asks the items and the quick values, which are looked for in the name.
func (f filter) matches(field func(string) any) (bool, error) {
	var verdicts []bool
	for _, item := range f.Items {
		ok, err := item.matches(field(item.Field))
		if err != nil {
			return false, err
		}
		verdicts = append(verdicts, ok)
	}
	var quick []bool
	for _, value := range f.Quick {
		quick = append(quick, strings.Contains(fold(field("name")), fold(value)))
	}
	return joined(verdicts, f.Logic) && joined(quick, f.QuickLogic), nil
}

func joined(verdicts []bool, logic string) bool {
	if logic == "or" && len(verdicts) > 0 {
		return slices.Contains(verdicts, true)
	}
	return !slices.Contains(verdicts, false)
}

// fold writes a value for a comparison without case: data grids compare so, and
// a client that wants an exact name has to look again (pomerium-zero.md 3).
func fold(value any) string { return strings.ToLower(fmt.Sprint(value)) }

// matches refuses operators that make no sense for the kind of field.
func (i filterItem) matches(value any) (bool, error) {
	if at, ok := value.(time.Time); ok {
		return i.matchesTime(at)
	}
	if i.Operator == "isAnyOf" {
		list, ok := i.Value.([]any)
		if !ok {
			return false, fmt.Errorf("isAnyOf needs a list")
		}
		return slices.ContainsFunc(list, func(other any) bool { return fold(other) == fold(value) }), nil
	}
	have, want := fold(value), fold(i.Value)
	if _, ok := value.(bool); ok {
		switch i.Operator {
		case "is", "equals", "=":
			return have == want, nil
		case "not", "doesNotEqual", "!=":
			return have != want, nil
		}
		return false, i.unfit()
	}
	switch i.Operator {
	case "contains":
		return strings.Contains(have, want), nil
	case "doesNotContain":
		return !strings.Contains(have, want), nil
	case "equals", "is", "=":
		return have == want, nil
	case "doesNotEqual", "not", "!=":
		return have != want, nil
	case "startsWith":
		return strings.HasPrefix(have, want), nil
	case "endsWith":
		return strings.HasSuffix(have, want), nil
	case "isEmpty":
		return have == "", nil
	case "isNotEmpty":
		return have != "", nil
	}
	return false, i.unfit()
}

func (i filterItem) matchesTime(have time.Time) (bool, error) {
	want, err := time.Parse(time.RFC3339, fmt.Sprint(i.Value))
	if err != nil {
		return false, err
	}
	order := have.Compare(want)
	switch i.Operator {
	case "is", "=":
		return order == 0, nil
	case "not", "!=":
		return order != 0, nil
	case "after", ">":
		return order > 0, nil
	case "onOrAfter", ">=":
		return order >= 0, nil
	case "before", "<":
		return order < 0, nil
	case "onOrBefore", "<=":
		return order <= 0, nil
	}
	return false, i.unfit()
}

func (i filterItem) unfit() error {
	return fmt.Errorf("operator %s does not suit field %s", i.Operator, i.Field)
}
