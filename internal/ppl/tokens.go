package ppl

import (
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/token"
)

// refused are the parts of YAML that a policy may not use, and what to write
// instead. All of them let a value stand somewhere else than where it is read.
var refused = map[token.Type]string{
	token.AnchorType:     "& begins an anchor, which a policy may not use; write the value out, or put text that begins with & in quotes",
	token.AliasType:      `* begins an alias, which a policy may not use; write the value out, or put text that begins with * in quotes: "*"`,
	token.TagType:        "! begins a tag, which a policy may not use; put text that begins with ! in quotes",
	token.MergeKeyType:   "<< merges another object, which a policy may not use; write the members out",
	token.MappingKeyType: "? begins a key on a line of its own, which a policy may not use; write key: value",
	token.DirectiveType:  "% begins a directive, which a policy may not use; remove the line, or put text that begins with % in quotes",
}

// tokenJudge walks the tokens of a YAML text in front of the parser.
type tokenJudge struct {
	source   string
	starts   []int        // where in the source each line begins
	previous *token.Token // the last one that is no comment
	content  bool         // something other than comments came before
	headed   bool         // --- came before
	ended    bool         // ... came before
	flow     int          // brackets open
	entries  int          // dashes in a row
	line     int          // of the last token that is no comment
}

// judgeTokens refuses what a policy may not use, what the parser would let
// pass although it is no YAML, and nesting that it could not survive.
func judgeTokens(tokens token.Tokens, source string) *Problem {
	judge := tokenJudge{source: source, starts: []int{0}, previous: &token.Token{}}
	for offset, c := range source {
		if c == '\n' {
			judge.starts = append(judge.starts, offset+1)
		}
	}
	for i, tk := range tokens {
		if tk.Type == token.CommentType {
			continue
		}
		var next *token.Token
		if i+1 < len(tokens) {
			next = tokens[i+1]
		}
		if problem := judge.token(tk, next); problem != nil {
			return problem
		}
		judge.previous, judge.line = tk, placeOf(tk).Line
	}
	return nil
}

func (j *tokenJudge) token(tk, next *token.Token) *Problem {
	place := placeOf(tk)
	message, ok := refused[tk.Type]
	if tk.Type == token.StringType && tk.Value == "?" {
		message, ok = refused[token.MappingKeyType], true // the scanner wants a space after it
	}
	if ok {
		return fault(place, "%s", message)
	}
	if problem := j.tab(tk); problem != nil {
		return problem
	}
	if problem := j.document(tk); problem != nil {
		return problem
	}
	entries := 0
	switch tk.Type {
	case token.InvalidType:
		return notYAML(tk, tk.Error)
	case token.MappingStartType, token.SequenceStartType:
		j.flow++
	case token.MappingEndType, token.SequenceEndType:
		j.flow--
	case token.SequenceEntryType:
		entries = j.entries + 1
	default:
		if message := j.scalar(tk, next); message != "" {
			return fault(place, "this is not valid YAML: %s", message)
		}
	}
	j.entries = entries
	if j.flow > maxDepth || j.entries > maxDepth {
		return tooDeep(place)
	}
	return nil
}

// scalar says what is wrong with text, or with a comma or colon beside it.
func (j *tokenJudge) scalar(tk, next *token.Token) string {
	switch tk.Type {
	case token.CollectEntryType:
		switch j.previous.Type {
		case token.MappingStartType, token.SequenceStartType, token.CollectEntryType:
			return "nothing stands before this comma; remove it"
		}
	case token.MappingValueType:
		if isPlain(j.previous) && touches(tk, next) {
			return "a space must follow the colon after a key without quotes; " +
				"if the colon is part of a text, put the text in quotes"
		}
	case token.DoubleQuoteType:
		if !strings.Contains(j.source, `\`) {
			return ""
		}
		if escape := badEscape(j.from(placeOf(tk))); escape != "" {
			return escape + " stands for no character; write \\\\ for a backslash itself, or use single quotes"
		}
	case token.StringType:
		switch {
		case j.inBlock(tk):
			return ""
		case strings.Contains(strings.TrimSpace(tk.Origin), "\t"):
			return "a tab inside a text without quotes, where it would be lost; put the text in quotes"
		case strings.Contains(tk.Value, " #"):
			return "a comment inside a text without quotes; put the text in quotes, or the comment on a line of its own"
		case strings.Contains(tk.Value+" ", ": "):
			return "a colon and a space inside a text without quotes; put the text in quotes, " +
				"or a comma or a new line between two members"
		case strings.IndexAny(tk.Value, ",[]{}") == 0, j.flow > 0 && strings.ContainsAny(tk.Value, ",[]{}"):
			return "a bracket or comma inside a text without quotes; put the text in quotes"
		}
	}
	return ""
}

// document sees to it that there is one document and nothing after it.
func (j *tokenJudge) document(tk *token.Token) *Problem {
	second := j.ended
	switch tk.Type {
	case token.DocumentHeaderType:
		second = second || j.content || j.headed
		j.headed = true
	case token.DocumentEndType:
		j.ended = true
	default:
		j.content = true
	}
	if second {
		return fault(placeOf(tk), "a policy is one YAML document, and a second one begins here; "+
			"remove it, or make all rules items of one list")
	}
	return nil
}

// from is the source from the place on, or "" if there is no such place.
func (j *tokenJudge) from(place Position) string {
	if place.Line > len(j.starts) {
		return ""
	}
	rest := j.source[j.starts[place.Line-1]:]
	for range place.Column - 1 {
		_, size := utf8.DecodeRuneInString(rest)
		rest = rest[size:]
	}
	return rest
}

// tab refuses a tab before the first token of a line. Between brackets,
// indentation means nothing.
func (j *tokenJudge) tab(tk *token.Token) *Problem {
	place := placeOf(tk)
	if j.flow > 0 || j.inBlock(tk) || place.Line == j.line && tk.Type != token.InvalidType {
		return nil
	}
	line := j.from(Position{place.Line, 1})
	indent := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
	tab := strings.IndexByte(indent, '\t')
	if tab < 0 {
		return nil
	}
	return fault(Position{place.Line, tab + 1}, "a tab stands here; YAML is indented with spaces only")
}

// inBlock says whether the token is the content of | or >, which may be anything.
func (j *tokenJudge) inBlock(tk *token.Token) bool {
	return tk.Type == token.StringType && (j.previous.Type == token.LiteralType || j.previous.Type == token.FoldedType)
}

func isQuoted(tk *token.Token) bool {
	return tk.Type == token.SingleQuoteType || tk.Type == token.DoubleQuoteType
}

// isPlain says whether the token is a scalar without quotes.
func isPlain(tk *token.Token) bool {
	return tk.CharacterType == token.CharacterTypeMiscellaneous && !isQuoted(tk)
}

// touches says whether next follows the one-character token without a space.
func touches(tk, next *token.Token) bool {
	return next != nil && tk.Position.Line == next.Position.Line && tk.Position.Column+1 == next.Position.Column
}
