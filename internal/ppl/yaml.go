package ppl

import (
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// readYAML reads one YAML 1.2 document. The tokens are judged first, because
// the parser accepts more than YAML does, and recurses without a bound.
func readYAML(source string) (root *node, problem *Problem) {
	defer func() {
		// The YAML package is known to panic on odd text.
		if cause := recover(); cause != nil {
			root, problem = nil, fault(Position{1, 1}, "this cannot be read as YAML (%v)", cause)
		}
	}()
	if len(source) > maxYAML {
		return nil, fault(Position{1, 1}, "the policy is %d bytes of YAML and may have %d at most; "+
			"split it into several policies", len(source), maxYAML)
	}
	source = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(source)
	tokens := tokenize(source)
	if problem := judgeTokens(tokens, source); problem != nil {
		return nil, problem
	}
	// Duplicate keys are refused here as they are for JSON, in node.add.
	file, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		// The error's own text draws a picture of the source, at great cost.
		var detail yaml.Error
		if !errors.As(err, &detail) {
			return nil, fault(Position{1, 1}, "this is not valid YAML: %s", err)
		}
		return nil, notYAML(detail.GetToken(), detail.GetMessage())
	}
	for _, document := range file.Docs {
		if document.Body != nil {
			return fromYAML(document.Body, 1)
		}
	}
	return nil, fault(Position{1, 1}, "the policy is empty; write a rule, or {} for a policy that lets nobody in")
}

// tokenize sees to it that the text ends with a line break, without which the
// scanner drops spaces and more at the very end. A block whose last line is
// the last of the text does not get that line break.
func tokenize(source string) token.Tokens {
	lastLine := source[strings.LastIndexByte(source, '\n')+1:]
	if lastLine == "" {
		return lexer.Tokenize(source)
	}
	tokens := lexer.Tokenize(source + "\n")
	if len(tokens) > 0 && strings.TrimSpace(lastLine) != "" {
		last := tokens[len(tokens)-1]
		last.Value = strings.TrimSuffix(last.Value, "\n")
	}
	return tokens
}

// placeOf is where a token begins. The scanner gives the content of a block
// the column 0.
func placeOf(tk *token.Token) Position {
	if tk == nil || tk.Position == nil {
		return Position{1, 1}
	}
	return Position{max(tk.Position.Line, 1), max(tk.Position.Column, 1)}
}

// notYAML wraps what the YAML package says, which is terse.
func notYAML(tk *token.Token, message string) *Problem {
	return fault(placeOf(tk), "this is not valid YAML (%s); check indentation, brackets and quotes near this place", message)
}

// fromYAML turns the parser's tree into ours.
func fromYAML(tree ast.Node, depth int) (*node, *Problem) {
	n := &node{pos: placeOf(tree.GetToken())}
	switch tree := tree.(type) {
	case *ast.MappingNode:
		return n, n.addYAML(tree.Values, depth)
	case *ast.MappingValueNode:
		return n, n.addYAML([]*ast.MappingValueNode{tree}, depth)
	case *ast.SequenceNode:
		n.kind = kindList
		if depth > maxDepth {
			return nil, tooDeep(n.pos)
		}
		for _, value := range tree.Values {
			item, problem := fromYAML(value, depth+1)
			if problem == nil && !tree.IsFlowStyle {
				problem = indented(n.pos, item, 1)
			}
			if problem != nil {
				return nil, problem
			}
			n.items = append(n.items, item)
		}
		return n, nil
	case *ast.LiteralNode:
		n.kind, n.text = kindText, tree.Value.Value
		return n, nil
	case *ast.StringNode:
		if isQuoted(tree.Token) {
			n.kind, n.text = kindText, tree.Value
			return n, nil
		}
		return n, n.setPlain(tree.Value)
	case *ast.NullNode:
		return n, nil
	case *ast.BoolNode, *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		return n, n.setPlain(tree.GetToken().Value)
	}
	return nil, fault(n.pos, "this kind of YAML value (%s) may not stand in a policy", tree.Type())
}

func (n *node) addYAML(values []*ast.MappingValueNode, depth int) *Problem {
	n.kind = kindObject
	if depth > maxDepth {
		return tooDeep(n.pos)
	}
	seen := map[string]Position{}
	for i, value := range values {
		key, problem := fromYAML(value.Key, depth)
		if problem != nil {
			return problem
		}
		if i == 0 && !value.IsFlowStyle {
			n.pos = key.pos // the parser says where the colon is
		}
		if key.kind != kindText {
			return fault(key.pos, "this key is %s and must be text; put it in quotes", key.kind)
		}
		m := member{name: key.text, pos: key.pos}
		if m.value, problem = fromYAML(value.Value, depth+1); problem != nil {
			return problem
		}
		if !value.IsFlowStyle {
			by := 1
			if m.value.kind == kindList {
				by = 0 // the dashes of a list may stand right under its key
			}
			problem = indented(m.pos, m.value, by)
		}
		if problem == nil {
			problem = n.add(m, seen)
		}
		if problem != nil {
			return problem
		}
	}
	return nil
}

// indented refuses a value that does not stand to the right of the key or dash
// it belongs to. The parser takes it, and then it may be another one's.
func indented(parent Position, value *node, by int) *Problem {
	if value.kind == kindNull || value.pos.Column >= parent.Column+by {
		return nil
	}
	return fault(value.pos, "this is not valid YAML: the value of what stands at %s must be indented more than that", parent)
}

// setPlain gives the node the value of a scalar without quotes, by the core
// schema of YAML 1.2: a date and yes and no are text, numbers stay exact.
func (n *node) setPlain(plain string) *Problem {
	switch plain {
	case "", "~", "null", "Null", "NULL":
		n.kind = kindNull
		return nil
	case "true", "True", "TRUE", "false", "False", "FALSE":
		n.kind, n.truth = kindBool, strings.EqualFold(plain, "true")
		return nil
	}
	if yamlNoValue.MatchString(plain) {
		return fault(n.pos, "%s has no form in JSON; if it is meant as text, put it in quotes", plain)
	}
	n.kind, n.text = kindText, plain
	if literal, ok := jsonFromYAML(plain); ok {
		if len(plain) > maxNumber {
			return fault(n.pos, "this is too long for a number; if it is meant as text, put it in quotes")
		}
		n.kind, n.text = kindNumber, literal
	}
	if oldYAMLNumber.MatchString(plain) {
		n.trap = fmt.Sprintf("%s is %s here, and may be another value for readers of older YAML; "+
			"put it in quotes if it is text, else write the number in plain digits", plain, n.describe())
	}
	return nil
}

// describe is the kind, and of numbers the value: "the number 8".
func (n *node) describe() string {
	if n.kind == kindNumber {
		return "the number " + n.text
	}
	return n.kind.String()
}
