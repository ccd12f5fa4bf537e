package apimock

import (
	"net/url"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock/contract"
)

// The two services as the journal names them.
const (
	serviceZero = "pomerium_zero"
	serviceZDX  = "zdx"
)

// operation is one method of one path of a contract.
type operation struct {
	service, method, template, id string

	segments   []string
	spec       *openapi3.T
	item       *openapi3.PathItem
	operation  *openapi3.Operation
	parameters openapi3.Parameters // of the path and of the operation
}

// open tells whether the operation needs no bearer token.
func (o *operation) open() bool {
	return o.operation.Security != nil && len(*o.operation.Security) == 0
}

// operations are all operations of both services. Parsing takes long enough to
// matter to hundreds of mocks, so it happens once for the process; the
// documents are only read afterwards.
var operations = sync.OnceValue(func() map[string][]*operation {
	return map[string][]*operation{
		serviceZero: parse(serviceZero, contract.PomeriumZero()),
		serviceZDX:  parse(serviceZDX, contract.ZDX()),
	}
})

func parse(service string, document []byte) []*operation {
	spec, err := openapi3.NewLoader().LoadFromData(document)
	if err != nil {
		panic("apimock: the contract of " + service + " does not load: " + err.Error())
	}
	// A schema without a type stands for any value, null included (OpenAPI
	// 3.0.3, Schema Object); kin-openapi refuses null unless told.
	for _, schema := range spec.Components.Schemas {
		for _, member := range schema.Value.Properties {
			if isFree(member.Value) {
				member.Value.Nullable = true
			}
		}
	}
	var all []*operation
	for template, item := range spec.Paths.Map() {
		for method, op := range item.Operations() {
			all = append(all, &operation{
				service: service, method: method, template: template, id: op.OperationID,
				segments: strings.Split(template, "/"),
				spec:     spec, item: item, operation: op,
				parameters: append(append(openapi3.Parameters{}, item.Parameters...), op.Parameters...),
			})
		}
	}
	return all
}

// match finds the operation for an escaped path below the service's base, and
// the path's parameters. known tells whether the path exists with any method.
func match(service, method, path string) (found *operation, parameters map[string]string, known bool) {
	segments := strings.Split(path, "/")
	literals := -1
	for _, op := range operations()[service] {
		values, n, ok := op.fits(segments)
		if !ok {
			continue
		}
		known = true
		// A literal segment beats a parameter: changesets/compare is no changeset.
		if op.method == method && n > literals {
			found, parameters, literals = op, values, n
		}
	}
	return found, parameters, known
}

func (o *operation) fits(segments []string) (values map[string]string, literals int, ok bool) {
	if len(segments) != len(o.segments) {
		return nil, 0, false
	}
	values = map[string]string{}
	for i, want := range o.segments {
		if !strings.HasPrefix(want, "{") {
			if segments[i] != want {
				return nil, 0, false
			}
			literals++
			continue
		}
		value, err := url.PathUnescape(segments[i])
		if err != nil || value == "" {
			return nil, 0, false
		}
		values[strings.Trim(want, "{}")] = value
	}
	return values, literals, true
}

// requestSchema is the schema of the body with this content type, or nil.
func (o *operation) requestSchema(contentType string) *openapi3.SchemaRef {
	if o.operation.RequestBody == nil {
		return nil
	}
	if media := o.operation.RequestBody.Value.Content[contentType]; media != nil {
		return media.Schema
	}
	return nil
}

// answerSchema is the schema of the JSON body answered with this status, or nil.
func (o *operation) answerSchema(status int) *openapi3.SchemaRef {
	response := o.operation.Responses.Status(status)
	if response == nil {
		response = o.operation.Responses.Default()
	}
	if response == nil || response.Value.Content["application/json"] == nil {
		return nil
	}
	return response.Value.Content["application/json"].Schema
}
