package provider

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
)

// labFault is one way for a request to go wrong. Those that lose an answer exist twice for requests that change
// something: the work was not done, or it was.
type labFault struct {
	name   string
	writes bool // concerns requests only that change something
	// everywhere sends the refusal for all objects of the kind, whichever the method.
	everywhere bool
	// oneObject binds the fault to the object, where the request names one.
	oneObject bool
	refused   bool // by wire
	limited   bool // 429
	// causes are what an error may say of it; one of them is in it.
	causes []string
	fault  apimock.Fault
	arm    func(l *lab, f *apimock.Fault, credential string) // completes the fault
}

// saying is what the service says of its own accord. It repeats a credential, as services do that quote what they got.
const saying = "the lab says no"

func quotes(_ *lab, f *apimock.Fault, credential string) {
	body, err := json.Marshal(map[string]string{"message": saying + " to " + credential})
	if err != nil {
		panic(err)
	}
	f.Body = string(body)
}

func statusFault(status int, name string) labFault {
	return labFault{name: name, causes: []string{strconv.Itoa(status)}, fault: apimock.Fault{Status: status}, arm: quotes}
}

// allFaults are the faults of the matrix, in the order of the table.
func allFaults() []labFault {
	var all []labFault
	add := func(f labFault) { all = append(all, f) }
	add(statusFault(http.StatusUnauthorized, "401"))
	one, every := statusFault(http.StatusForbidden, "403 for one object"), statusFault(http.StatusForbidden, "403 for all objects")
	one.oneObject, every.everywhere = true, true
	add(one)
	add(every)
	for _, status := range []int{http.StatusNotFound, http.StatusConflict, http.StatusGone, http.StatusUnprocessableEntity} {
		add(statusFault(status, strconv.Itoa(status)))
	}
	for _, after := range []struct {
		name string
		text func(l *lab) string
	}{
		{"in seconds", func(*lab) string { return "2" }},
		{"as a date", func(l *lab) string { return l.Now().Add(3 * time.Second).Format(http.TimeFormat) }},
		{"absurd", func(*lab) string { return "31536000" }},
		{"absent", nil},
	} {
		limit := statusFault(http.StatusTooManyRequests, "429, Retry-After "+after.name)
		limit.limited = true
		limit.arm = func(l *lab, f *apimock.Fault, credential string) {
			quotes(l, f, credential)
			if after.text != nil {
				f.Header = http.Header{"Retry-After": {after.text(l)}}
			}
		}
		add(limit)
	}
	for _, status := range []int{http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout} {
		before, after := statusFault(status, strconv.Itoa(status)), statusFault(status, fmt.Sprintf("%d after the work", status))
		after.writes, after.fault.AnswerAfterWork = true, true
		add(before)
		add(after)
	}
	add(labFault{name: "connection refused", refused: true, causes: []string{"connection refused"}})
	add(labFault{name: "connection dropped", causes: []string{"EOF"}, fault: apimock.Fault{Drop: apimock.DropBefore}})
	add(labFault{name: "connection dropped after the work", writes: true, causes: []string{"EOF"}, fault: apimock.Fault{Drop: apimock.DropAfter}})
	add(labFault{name: "answer cut in the middle", causes: []string{"broke off"}, fault: apimock.Fault{CutBody: true}})
	add(labFault{name: "no answer in time", causes: []string{"no answer in time"}, fault: apimock.Fault{Hang: true}})
	add(labFault{
		name: "no answer in time after the work", writes: true, causes: []string{"no answer in time"}, fault: apimock.Fault{Hang: true, AnswerAfterWork: true},
	})
	return append(all, badAnswers()...)
}

// badAnswers are answers that came and are none.
func badAnswers() []labFault {
	page := "<!DOCTYPE html><html><body><h1>Sign in to the network</h1></body></html>"
	useless := []string{"answer", "did not say which"}
	var all []labFault
	for _, canned := range []labFault{
		{name: "a web page", fault: apimock.Fault{Status: http.StatusOK, Body: page, ContentType: "text/html"}},
		{name: "an empty body", fault: apimock.Fault{Status: http.StatusOK, Body: " "}},
		{name: "null", fault: apimock.Fault{Status: http.StatusOK, Body: "null"}},
		{name: "20 MB", fault: apimock.Fault{Status: http.StatusOK, Body: " ", Header: http.Header{hugeHeader: {"told"}}}},
		{name: "a redirect to another host", fault: apimock.Fault{RedirectTo: "https://elsewhere.test/take"}},
	} {
		canned.causes = useless
		if canned.fault.RedirectTo != "" {
			all = append(all, canned) // who redirects has not passed the request on
			continue
		}
		after := canned
		after.name, after.writes, after.fault.AnswerAfterWork = canned.name+" after the work", true, true
		all = append(all, canned, after)
	}
	for name, edit := range map[string]func(any) any{
		"wrong types": wrongTypes, "unknown members": unknownMembers, "missing members": missingMembers,
	} {
		all = append(all, labFault{name: name, causes: useless, fault: apimock.Fault{Edit: func(body []byte) []byte {
			var answer any
			decoder := json.NewDecoder(bytes.NewReader(body))
			decoder.UseNumber() // IDs are beyond what a float holds
			if decoder.Decode(&answer) != nil {
				return body // there is none
			}
			edited, err := json.Marshal(edit(answer))
			if err != nil {
				panic(err)
			}
			return edited
		}}})
	}
	slices.SortStableFunc(all, func(a, b labFault) int {
		return slices.Index(answerOrder, a.plain()) - slices.Index(answerOrder, b.plain())
	})
	return all
}

var answerOrder = []string{
	"a web page", "an empty body", "null", "wrong types", "missing members", "unknown members", "20 MB", "a redirect to another host",
}

const afterTheWork = " after the work"

// plain is the name without what tells when it happens.
func (f labFault) plain() string {
	if f.writes {
		return f.name[:len(f.name)-len(afterTheWork)]
	}
	return f.name
}

// wrongTypes turns each value into one of another type.
func wrongTypes(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for name, member := range value {
			switch member.(type) {
			case string, nil:
				value[name] = map[string]any{"unexpected": true}
			case map[string]any:
				value[name] = "unexpected"
			default:
				value[name] = map[string]any{}
			}
		}
		return value
	case []any:
		for i := range value {
			value[i] = "unexpected"
		}
		return value
	}
	return map[string]any{}
}

// futureMember is one that no contract knows.
const futureMember = "addedInTheFuture"

// unknownMembers adds one member to each object.
func unknownMembers(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for name, member := range value {
			if name != "ppl" { // a user's own text
				value[name] = unknownMembers(member)
			}
		}
		if len(value) > 0 && value["setRequestHeaders"] == nil {
			value[futureMember] = map[string]any{"a": []any{1, "b", nil}}
		}
	case []any:
		for i := range value {
			value[i] = unknownMembers(value[i])
		}
	}
	return value
}

// missingMembers leaves objects without members.
func missingMembers(value any) any {
	if list, ok := value.([]any); ok {
		for i := range list {
			list[i] = missingMembers(list[i])
		}
		return list
	}
	return map[string]any{}
}
