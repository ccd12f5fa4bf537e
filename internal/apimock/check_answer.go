package apimock

import (
	"fmt"

	"github.com/getkin/kin-openapi/openapi3"
)

// checkAnswer holds an answer against the contract: the status must be listed
// (every operation has a default, which would swallow a stray 2xx), the body
// must fit, members included.
func checkAnswer(op *operation, r reply, future []string) error {
	if r.status < 300 && op.operation.Responses.Status(r.status) == nil {
		return fmt.Errorf("%s answers %d, which the contract does not list", op.id, r.status)
	}
	schema := op.answerSchema(r.status)
	if (schema == nil) != (r.body == nil) {
		return fmt.Errorf("%s answers %d with body %t, contract %t", op.id, r.status, r.body != nil, schema != nil)
	}
	if schema == nil {
		return nil
	}
	body, err := decodeJSON(encodeJSON(r.body))
	if err != nil {
		return err
	}
	body = withoutFuture(body, future)
	if err := schema.Value.VisitJSON(body, openapi3.VisitAsResponse()); err != nil {
		return fmt.Errorf("%s answers %d with a body at fault: %s", op.id, r.status, schemaProblem(err))
	}
	if err := (closedWorld{}).check(schema, body, ""); err != nil {
		return fmt.Errorf("%s answers %d with a body at fault: %w", op.id, r.status, err)
	}
	return nil
}

// withoutFuture drops future members from an object or from each of a list.
func withoutFuture(body any, future []string) any {
	list, ok := body.([]any)
	if !ok {
		return withoutMembers(body, future)
	}
	kept := make([]any, len(list))
	for i, item := range list {
		kept[i] = withoutMembers(item, future)
	}
	return kept
}
