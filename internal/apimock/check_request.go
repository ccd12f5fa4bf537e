package apimock

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
)

// checkRequest holds a request against its operation: kin-openapi first, then
// what it lets pass: unknown or repeated query parameters, members that no
// schema names, a body where none belongs, a wrong content type. body is the
// decoded body with future members in place (json.Number for numbers); for a form it is nil.
func checkRequest(op *operation, r *http.Request, path map[string]string, raw []byte, future []string) (body any, err error) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, fmt.Errorf("query: %w", err)
	}
	if err := checkQueryNames(op, query); err != nil {
		return nil, err
	}
	contentType, schema, err := checkContentType(op, r, raw)
	if err != nil {
		return nil, err
	}
	checked := raw
	if contentType == "application/json" {
		if body, err = decodeJSON(raw); err != nil {
			return nil, fmt.Errorf("body: %w", err)
		}
		checked = encodeJSON(withoutMembers(body, future))
	}
	if err := validateRequest(op, r, path, checked); err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(query)) {
		p := op.parameters.GetByInAndName(openapi3.ParameterInQuery, name)
		if p.Content == nil {
			continue
		}
		value, err := decodeJSON([]byte(query.Get(name)))
		if err == nil {
			err = closedWorld{}.check(p.Content["application/json"].Schema, value, "")
		}
		if err != nil {
			return nil, fmt.Errorf("query parameter %s: %w", name, err)
		}
	}
	if schema == nil {
		return nil, nil
	}
	if contentType != "application/json" {
		return nil, checkForm(schema.Value, raw)
	}
	world := closedWorld{refuseDeprecated: op.service == serviceZDX, sealed: op.service == serviceZDX}
	if err := world.check(schema, withoutMembers(body, future), ""); err != nil {
		return nil, fmt.Errorf("body: %w", err)
	}
	return body, nil
}

func checkQueryNames(op *operation, query url.Values) error {
	for _, name := range slices.Sorted(maps.Keys(query)) {
		p := op.parameters.GetByInAndName(openapi3.ParameterInQuery, name)
		if p == nil {
			return fmt.Errorf("query parameter %s: the contract has no such parameter", name)
		}
		repeatable := p.Schema != nil && p.Schema.Value.Type.Is("array") && (p.Explode == nil || *p.Explode)
		if len(query[name]) > 1 && !repeatable {
			return fmt.Errorf("query parameter %s: given %d times", name, len(query[name]))
		}
	}
	return nil
}

// checkContentType returns the body's media type and schema, both empty for an
// operation without a body.
func checkContentType(op *operation, r *http.Request, raw []byte) (string, *openapi3.SchemaRef, error) {
	if op.operation.RequestBody == nil {
		if len(raw) > 0 {
			return "", nil, fmt.Errorf("body: %s takes none", op.method)
		}
		return "", nil, nil
	}
	sent := r.Header.Get("Content-Type")
	contentType, _, err := mime.ParseMediaType(sent)
	schema := op.requestSchema(contentType)
	if err != nil || schema == nil {
		return "", nil, fmt.Errorf("header Content-Type: %q is not what the contract takes", sent)
	}
	return contentType, schema, nil
}

func validateRequest(op *operation, r *http.Request, path map[string]string, raw []byte) error {
	copied := r.Clone(r.Context())
	copied.Body, copied.ContentLength = io.NopCloser(bytes.NewReader(raw)), int64(len(raw))
	options := &openapi3filter.Options{
		AuthenticationFunc:  openapi3filter.NoopAuthenticationFunc, // tokens are checked elsewhere
		SkipSettingDefaults: true,
	}
	err := openapi3filter.ValidateRequest(r.Context(), &openapi3filter.RequestValidationInput{
		Request:    copied,
		PathParams: path,
		Route:      &routers.Route{Spec: op.spec, Path: op.template, PathItem: op.item, Method: op.method, Operation: op.operation},
		Options:    options,
	})
	if err == nil {
		return nil
	}
	where := "body"
	var failed *openapi3filter.RequestError
	if errors.As(err, &failed) && failed.Parameter != nil {
		where = failed.Parameter.In + " parameter " + failed.Parameter.Name
	}
	return fmt.Errorf("%s: %s", where, schemaProblem(err))
}

// schemaProblem words a failure of kin-openapi as place and reason, without the
// value, which may be a secret.
func schemaProblem(err error) string {
	var deepest *openapi3.SchemaError
	for inner := err; errors.As(inner, &deepest); inner = deepest.Origin {
		if deepest.Origin == nil {
			break
		}
		var next *openapi3.SchemaError
		if !errors.As(deepest.Origin, &next) {
			break
		}
	}
	if deepest == nil {
		return err.Error()
	}
	return "/" + strings.Join(deepest.JSONPointer(), "/") + ": " + deepest.Reason
}

// checkForm refuses what kin-openapi lets pass in a form: unknown and repeated fields.
func checkForm(schema *openapi3.Schema, raw []byte) error {
	form, err := url.ParseQuery(string(raw))
	if err != nil {
		return fmt.Errorf("body: %w", err)
	}
	for _, name := range slices.Sorted(maps.Keys(form)) {
		if schema.Properties[name] == nil {
			return fmt.Errorf("body: the contract has no field %s", name)
		}
		if len(form[name]) > 1 {
			return fmt.Errorf("body: field %s is given %d times", name, len(form[name]))
		}
	}
	return nil
}

// decodeJSON reads exactly one JSON value and keeps numbers exact.
func decodeJSON(raw []byte) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, fmt.Errorf("no JSON: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one JSON value")
	}
	return value, nil
}

// encodeJSON writes what decodeJSON read; such values can't fail.
func encodeJSON(value any) []byte {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic("apimock: " + err.Error())
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// withoutMembers leaves top-level members out of an object.
func withoutMembers(value any, names []string) any {
	object, ok := value.(map[string]any)
	if !ok || len(names) == 0 {
		return value
	}
	kept := map[string]any{}
	for name, member := range object {
		if !slices.Contains(names, name) {
			kept[name] = member
		}
	}
	return kept
}
