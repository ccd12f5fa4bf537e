package provider

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/ppl"
)

// documentBuilder puts the rules of a document together and collects what is wrong with them. What is unknown is left
// out: the text is complete only if everything is known, but the problems are sure in any case.
type documentBuilder struct {
	rules    []json.RawMessage
	problems diag.Diagnostics
}

// jsonObject is written with its members sorted. That is never a difference: their order means nothing in a policy.
type jsonObject = map[string]any

// document is the policy as it is sent, and all that can be said about it by now.
func (m policyDocumentModel) document() (string, diag.Diagnostics) {
	b := documentBuilder{rules: []json.RawMessage{}}
	for i, source := range m.SourceDocuments.Elements() {
		b.addSource(path.Root("source_documents").AtListIndex(i), source)
	}
	b.addRules("allow", m.Allow)
	b.addRules("deny", m.Deny)
	if b.problems.HasError() {
		return "", b.problems
	}
	document, problems := parseJSON(b.rules)
	for _, problem := range problems.Errors() { // too long a text: everything else was judged before, part by part
		addPolicyProblem(&b.problems, path.Empty(), problem.Severity, problem.Message)
	}
	return string(document.JSON()), b.problems
}

// parseJSON reads a policy that was put together here; its own writer escapes no more than it must.
func parseJSON(policy any) (ppl.Document, ppl.Problems) {
	text, err := json.Marshal(policy)
	if err != nil {
		return ppl.Document{}, ppl.Problems{{Message: err.Error()}}
	}
	return ppl.Parse(string(text))
}

// addSource takes the rules of a policy that was written elsewhere, as they are.
func (b *documentBuilder) addSource(at path.Path, source attr.Value) {
	text, ok := source.(types.String)
	if !ok || text.IsUnknown() {
		return
	}
	document, problems := ppl.Parse(text.ValueString())
	for _, problem := range problems {
		addPolicyProblem(&b.problems, at, problem.Severity, problem.String())
	}
	var rules []json.RawMessage
	if written := document.JSON(); json.Unmarshal(written, &rules) != nil {
		rules = []json.RawMessage{written} // a rule without a list around it
	}
	b.rules = append(b.rules, rules...)
}

// addRules writes the rules of one action, without groups and rules that are empty.
func (b *documentBuilder) addRules(action string, rules types.List) {
	for i, rule := range rules.Elements() {
		at := path.Root(action).AtListIndex(i)
		if rule.IsNull() {
			b.problems.AddAttributeError(at, "Rule without a value", "Null is no rule. Remove it from the list.")
		}
		body, shape := jsonObject{}, jsonObject{}
		for _, group := range documentGroups {
			list := elements(members(rule)[group.name])
			if len(list) == 0 {
				continue
			}
			criteria := []any{}
			for j, criterion := range list {
				if data, ok := b.criterion(at.AtName(group.name).AtListIndex(j), action, criterion); ok {
					criteria = append(criteria, data)
				}
			}
			body[group.name] = criteria
			shape[group.name] = []any{jsonObject{"accept": true}}
		}
		// That groups are joined by OR is true whatever they hold, so it is told of the shape alone.
		_, problems := parseJSON(jsonObject{action: shape})
		for _, problem := range problems {
			group := strings.TrimPrefix(problem.Path, action+".")
			addPolicyProblem(&b.problems, at.AtName(group), problem.Severity, problem.Message)
		}
		if text, err := json.Marshal(jsonObject{action: body}); err == nil && len(body) > 0 {
			b.rules = append(b.rules, text)
		}
	}
}

// criterion writes one criterion. It is false if that is at fault or not wholly known.
func (b *documentBuilder) criterion(at path.Path, action string, element attr.Value) (jsonObject, bool) {
	name, value, ok := b.only(at, element)
	if !ok {
		return nil, false
	}
	at = at.AtName(name)
	data, known := jsonValue(value)
	if b.comparesNothing(at, value) || !known {
		return nil, false
	}
	if object, ok := data.(jsonObject); ok {
		if object[labelPath] == "" || object[labelZone] == "" {
			return nil, false // refused by the attribute itself
		}
		if claim, ok := object[labelPath].(string); ok { // {"claim":{"path":"groups"}} is claim/groups
			name += "/" + claim
			delete(object, labelPath)
		}
	}
	criterion := jsonObject{name: data}
	_, problems := parseJSON(jsonObject{action: jsonObject{"and": []any{criterion}}})
	for _, problem := range problems {
		rest := strings.TrimPrefix(problem.Path, action+".and[0]")
		rest = strings.TrimPrefix(strings.TrimPrefix(rest, "."+name), "["+strconv.Quote(name)+"]")
		addPolicyProblem(&b.problems, descend(at, rest), problem.Severity, problem.Message)
	}
	return criterion, true
}

// only is the one criterion of an element of a group.
func (b *documentBuilder) only(at path.Path, element attr.Value) (name string, value attr.Value, ok bool) {
	var given []string
	sure := !element.IsUnknown()
	for _, c := range documentCriteria {
		switch value := members(element)[c.name]; {
		case value == nil || value.IsNull():
		case value.IsUnknown():
			sure = false // it may turn out to be null
		default:
			given = append(given, c.name)
		}
	}
	const exactlyOne = "Each element of the list holds exactly one criterion, such as { email = { is = \"ana@example.com\" } }. "
	switch {
	case len(given) > 1:
		b.problems.AddAttributeError(at.AtName(given[1]), "Several criteria in one element",
			exactlyOne+"This one has "+strings.Join(given, ", ")+"; make each of them an element of the list.")
	case len(given) == 0 && sure:
		b.problems.AddAttributeError(at, "No criterion", exactlyOne+"This one has none.")
	case len(given) == 1 && sure:
		return given[0], members(element)[given[0]], true
	}
	return "", nil, false
}

// comparesNothing refuses what would match everything, though it looks as if it did not: a flag that is false, for the
// language does not read its value, and a matcher without any operator.
func (b *documentBuilder) comparesNothing(at path.Path, value attr.Value) bool {
	if flag, ok := value.(types.Bool); ok && flag.Equal(types.BoolValue(false)) {
		b.problems.AddAttributeError(at, "A criterion cannot be switched off",
			"The language does not read this value, so false would mean the same as true. Write true, or leave the criterion out.")
		return true
	}
	object, ok := value.(types.Object)
	if !ok || object.IsUnknown() || object.IsNull() {
		return false
	}
	operands := slices.DeleteFunc(slices.Sorted(maps.Keys(object.Attributes())), isLabel)
	given, refused := false, false
	for _, name := range operands {
		operand := object.Attributes()[name]
		given = given || !operand.IsNull()
		if _, nested := operand.(types.Object); nested {
			refused = b.comparesNothing(at.AtName(name), operand) || refused
		}
	}
	if !given {
		b.problems.AddAttributeError(at, "Nothing to compare with", "Without any of "+strings.Join(operands, ", ")+
			" this would say nothing about who may pass. Write at least one of them.")
	}
	return !given || refused
}

// addPolicyProblem reports what the policy language says: faults of grammar are errors, doubts about criteria are
// warnings, because the service knows criteria that are not public (ppl.md 3).
func addPolicyProblem(diags *diag.Diagnostics, at path.Path, severity ppl.Severity, text string) {
	if severity == ppl.Error {
		diags.AddAttributeError(at, "Policy cannot be read", text)
		return
	}
	diags.AddAttributeWarning(at, "Policy may not do what it says", text)
}

var pathStep = regexp.MustCompile(`\.([a-z_]+)|\[([0-9]+)\]`)

// descend follows what is left of a problem's path, such as ".in[1]", below the attribute of a criterion.
func descend(at path.Path, rest string) path.Path {
	for _, step := range pathStep.FindAllStringSubmatch(rest, -1) {
		if index, err := strconv.Atoi(step[2]); err == nil {
			at = at.AtListIndex(index)
		} else {
			at = at.AtName(step[1])
		}
	}
	return at
}

// jsonValue is the value without members that are null. It is false if anything in it is unknown.
func jsonValue(value attr.Value) (data any, known bool) {
	known = !value.IsUnknown()
	switch value := value.(type) {
	case types.String:
		if !value.IsNull() {
			data = value.ValueString()
		}
	case types.Bool:
		data = value.ValueBool()
	case types.List:
		list := []any{}
		for _, element := range value.Elements() {
			item, ok := jsonValue(element)
			list, known = append(list, item), known && ok
		}
		data = list
	case types.Object:
		object := jsonObject{}
		for name, member := range value.Attributes() {
			if !member.IsNull() {
				item, ok := jsonValue(member)
				object[name], known = item, known && ok
			}
		}
		data = object
	}
	return data, known
}

// elements is what a list holds, and nothing for null and unknown ones.
func elements(value attr.Value) []attr.Value {
	list, _ := value.(types.List)
	return list.Elements()
}

// members is what an object holds, and nothing for null and unknown ones.
func members(value attr.Value) map[string]attr.Value {
	object, _ := value.(types.Object)
	return object.Attributes()
}
