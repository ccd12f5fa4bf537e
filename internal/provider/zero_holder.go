package provider

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/boolvalidator"
	datasourceschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/pomeriumzero"
)

// zeroHolder is what holds the objects of a kind, beside the organization: an argument of theirs names it.
type zeroHolder struct {
	noun  string // "namespace": the argument is namespace_id
	usual string // ", usually …"
	finds bool   // objects are found through it only, so it is a part of their identity
	// seen lists those that the API user sees.
	seen func(ctx context.Context, client *pomeriumzero.Client, organizationID string) ([]held, error)
}

// held is one of the holders that the API user sees.
type held struct{ id, described string }

var inNamespace = &zeroHolder{
	noun: "namespace", usual: ", usually a cluster's",
	seen: func(ctx context.Context, client *pomeriumzero.Client, organizationID string) (all []held, err error) {
		namespaces, err := client.Namespaces(ctx, organizationID)
		for _, n := range namespaces {
			all = append(all, held{n.ID, describeNamespace(n)})
		}
		return all, err
	},
}

var inCluster = &zeroHolder{
	noun: "cluster", finds: true,
	seen: func(ctx context.Context, client *pomeriumzero.Client, organizationID string) (all []held, err error) {
		clusters, err := client.Clusters(organizationID).List(ctx, pomeriumzero.ListOptions{})
		for _, c := range clusters {
			all = append(all, held{c.ID, fmt.Sprintf("%s (%s)", c.ID, c.Properties.Name)})
		}
		return all, err
	},
}

// attribute is the argument's name.
func (h *zeroHolder) attribute() string { return h.noun + "_id" }

// add puts the argument into a resource's schema.
func (h *zeroHolder) add(attributes map[string]schema.Attribute, noun string) {
	if h == nil {
		return
	}
	attributes[h.attribute()] = schema.StringAttribute{
		MarkdownDescription: "ID of the " + h.noun + " that holds the " + noun + h.usual + ". The service does not move objects, " +
			"so a change replaces the " + noun + ".",
		Required: true, Validators: []validator.String{notEmpty},
		PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
	}
}

// check refuses a holder that the API user does not see, unless the role may not list any: the service has the last
// word then.
func (h *zeroHolder) check(ctx context.Context, client *pomeriumzero.Client, organizationID, id string, diags *diag.Diagnostics) {
	all, err := h.seen(ctx, client, organizationID)
	if err == nil && !slices.ContainsFunc(all, func(one held) bool { return one.id == id }) {
		h.unknown(organizationID, id, all, diags)
	}
}

func (h *zeroHolder) unknown(organizationID, id string, all []held, diags *diag.Diagnostics) {
	diags.AddAttributeError(path.Root(h.attribute()), "Unknown "+h.noun, fmt.Sprintf(
		"Organization %s has no %s %q that these credentials see. It has: %s.",
		organizationID, h.noun, id, describeAll(all, func(one held) string { return one.described })))
}

// explain adds the error of an action, and says whether its holder exists at all: the service answers 403 for one that
// does not.
func (h *zeroHolder) explain(ctx context.Context, client *pomeriumzero.Client, organizationID, id, action string, err error, diags *diag.Diagnostics) {
	if h != nil && id != "" && (httpapi.IsForbidden(err) || httpapi.IsNotFound(err)) {
		h.check(ctx, client, organizationID, id, diags)
	}
	if !diags.HasError() {
		addError(diags, action, err)
	}
}

// typeName is the part of a type's name that a noun makes.
func typeName(noun string) string { return strings.ToLower(strings.ReplaceAll(noun, " ", "_")) }

// addScope puts the arguments that say where to look into a data source's schema.
func (h *zeroHolder) addScope(attributes map[string]datasourceschema.Attribute) {
	if h == nil {
		return
	}
	attributes[h.attribute()] = datasourceschema.StringAttribute{
		MarkdownDescription: h.aboutScope(), Optional: true, Validators: []validator.String{notEmpty},
	}
	if h.nests() {
		attributes["include_descendants"] = datasourceschema.BoolAttribute{
			MarkdownDescription: aboutScopeDescendants, Optional: true,
			Validators: []validator.Bool{boolvalidator.AlsoRequires(path.MatchRoot(h.attribute()))},
		}
	}
}
