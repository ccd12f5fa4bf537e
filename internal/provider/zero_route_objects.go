package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/objectvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
)

// The objects within a route (pomerium-zero.md 4.1).

var (
	healthCheckTypes  = []string{"http", "tcp", "grpc"}
	codecClientTypes  = []string{"http1", "http2"}
	oauth2AuthStyles  = []string{"OAUTH2_AUTH_STYLE_UNSPECIFIED", "OAUTH2_AUTH_STYLE_IN_PARAMS", "OAUTH2_AUTH_STYLE_IN_HEADER"}
	redirectResponses = []int64{301, 302, 303, 307, 308}
)

// maxUint32 is the most that the contract's unsigned numbers hold.
const maxUint32 = 1<<32 - 1

func routeRedirect() schema.Attribute {
	return object("Answer with a redirect. Exactly one of `to`, `redirect` and `response` is set.", map[string]schema.Attribute{
		"https_redirect":  optionalFlag("Redirect to https. It goes before `scheme_redirect`."),
		"scheme_redirect": text("Scheme to redirect to."),
		"host_redirect":   text("Host to redirect to."),
		"port_redirect":   number("Port to redirect to.", int64validator.Between(1, 65535)),
		"path_redirect":   text("Path to redirect to. It goes before `prefix_rewrite`."),
		"prefix_rewrite":  text("What takes the place of the matched prefix."),
		"response_code":   number("Status of the answer: 301, 302, 303, 307 or 308. The service's default is 301.", int64validator.OneOf(redirectResponses...)),
		"strip_query":     optionalFlag("Leave the query out."),
	})
}

func routeResponse() schema.Attribute {
	return object("Answer directly, with a maintenance page for example. Exactly one of `to`, `redirect` and `response` is set.", map[string]schema.Attribute{
		"status": required(number("HTTP status of the answer.", int64validator.Between(100, 599))),
		"body":   schema.StringAttribute{MarkdownDescription: "Body of the answer; may be empty.", Required: true},
	})
}

func routeHealthCheck() schema.Attribute {
	needed := func(attribute schema.StringAttribute) schema.StringAttribute {
		attribute.Optional, attribute.Required = false, true
		return attribute
	}
	threshold := func(description string) schema.Int64Attribute {
		return required(number(description, int64validator.Between(0, maxUint32)))
	}
	check := object("How to find out whether an upstream is healthy.", map[string]schema.Attribute{
		"type":                needed(choice("Kind of the check.", healthCheckTypes)),
		"interval":            needed(duration("Time between two checks.")),
		"timeout":             needed(duration("How long a check may take.")),
		"healthy_threshold":   threshold("Checks in a row that make an upstream healthy."),
		"unhealthy_threshold": threshold("Failed checks in a row that make an upstream unhealthy."),
		"path":                text("For `http`, which requires it: path to ask for.", notEmpty),
		"host":                text("For `http`: Host header to send."),
		"codec_client_type":   choice("For `http`: version of HTTP. The service's default is `http1`.", codecClientTypes),
		"expected_statuses": schema.ListNestedAttribute{
			MarkdownDescription: "For `http`: statuses of a healthy upstream. Without it only 200 is.", Optional: true,
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"start": required(number("First status of the range.", int64validator.Between(100, 600))),
				"end":   required(number("End of the range, presumably the first status that is not in it.", int64validator.Between(100, 600))),
			}},
		},
		"send": text("For `tcp`: what to send, in hexadecimal.", isHex),
		"receive": schema.ListAttribute{
			MarkdownDescription: "For `tcp`: what must come back, in hexadecimal, block by block.", ElementType: types.StringType, Optional: true,
			Validators: []validator.List{listvalidator.ValueStringsAre(isHex)},
		},
		"authority":    text("For `grpc`: the authority header to send."),
		"service_name": text("For `grpc`: name of the service to ask about."),
	})
	check.Validators = append(check.Validators, healthCheckKind{})
	return check
}

// healthCheckKind refuses members of another kind, and an http check without a path.
type healthCheckKind struct{}

// healthCheckMembers are the members that belong to a kind.
var healthCheckMembers = map[string][]string{
	"http": {"path", "host", "codec_client_type", "expected_statuses"}, "tcp": {"send", "receive"}, "grpc": {"authority", "service_name"},
}

func (healthCheckKind) Description(context.Context) string { return "members fit the type" }

func (v healthCheckKind) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (healthCheckKind) ValidateObject(_ context.Context, req validator.ObjectRequest, resp *validator.ObjectResponse) {
	kind, ok := req.ConfigValue.Attributes()["type"].(basetypes.StringValue)
	if !ok || kind.IsNull() || kind.IsUnknown() {
		return
	}
	for owner, names := range healthCheckMembers {
		for _, name := range names {
			if value := req.ConfigValue.Attributes()[name]; owner != kind.ValueString() && !value.IsNull() && !value.IsUnknown() {
				resp.Diagnostics.AddAttributeError(req.Path.AtName(name), "Member of another kind of health check",
					name+" belongs to a check of type "+owner+", and this one is of type "+kind.ValueString()+".")
			}
		}
	}
	if kind.ValueString() == "http" && req.ConfigValue.Attributes()["path"].IsNull() {
		resp.Diagnostics.AddAttributeError(req.Path.AtName("path"), "HTTP health check without a path", "Set path, to /healthz for example.")
	}
}

func routeCircuitBreakerThresholds() schema.Attribute {
	limit := func(description string) schema.Int64Attribute {
		return number(description+" Unset follows the cluster's settings.", int64validator.Between(0, maxUint32))
	}
	return object("Limits that protect the upstream.", map[string]schema.Attribute{
		"max_connections":      limit("Most connections."),
		"max_pending_requests": limit("Most requests that wait."),
		"max_requests":         limit("Most requests at a time."),
		"max_retries":          limit("Most retries at a time."),
		"max_connection_pools": limit("Most connection pools."),
	})
}

func routeMCP() schema.Attribute {
	secrets := map[string]schema.Attribute{
		"client_id": neededText("Client ID at the authorization server."),
		"oauth2_endpoint": object("Where to sign in.", map[string]schema.Attribute{
			"auth_url":   text("Address of the authorization call.", isURL),
			"token_url":  text("Address of the token call.", isURL),
			"auth_style": choice("How the client's credentials are sent.", oauth2AuthStyles),
		}),
		"scopes":                   texts("Scopes to ask for."),
		"authorization_url_params": textMap("Further parameters of the authorization call.", notEmpty),
	}
	addSecret(secrets, "client_secret", "Client secret at the authorization server.", true)
	server := object("The route leads to an MCP server.", map[string]schema.Attribute{
		"path":                     text("Path of the server. The service's default is `/`."),
		"max_request_bytes":        number("Largest request in bytes. The service's default is 4096.", int64validator.Between(0, maxUint32)),
		"authorization_server_url": text("Address of the authorization server, https.", isURL),
		"upstream_oauth2":          object("How Pomerium signs in to the upstream.", secrets),
	})
	// It is enough that one of the two looks at the other.
	server.Validators = []validator.Object{objectvalidator.ExactlyOneOf(path.MatchRelative().AtParent().AtName("client"))}
	return object("Marks a route of the Model Context Protocol. Exactly one of `server` and `client` is set; `client = {}` is enough.",
		map[string]schema.Attribute{
			"server": server,
			"client": object("The route is for MCP clients. It has no arguments: write `{}`.", map[string]schema.Attribute{}),
		})
}

func routeRewriteResponseHeaders() schema.Attribute {
	needed := func(description string) schema.StringAttribute {
		return schema.StringAttribute{MarkdownDescription: description, Required: true}
	}
	matcher := object("Which values to rewrite.", map[string]schema.Attribute{"prefix": needed("Beginning of the value that is replaced.")})
	matcher.Optional, matcher.Required = false, true
	return schema.ListNestedAttribute{
		MarkdownDescription: "Rewrites of response headers, such as `Location` of an upstream that does not know its address.", Optional: true,
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"header": needed("Name of the header."), "value": needed("What takes the place of the prefix."), "matcher": matcher,
		}},
	}
}
