package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// A policy document is made here, offline: it needs no credentials and no service, and its result is text of the
// policy language like any other.

var _ datasource.DataSourceWithValidateConfig = (*zeroPolicyDocumentDataSource)(nil)

type zeroPolicyDocumentDataSource struct{}

type policyDocumentModel struct {
	SourceDocuments types.List   `tfsdk:"source_documents"`
	Allow           types.List   `tfsdk:"allow"`
	Deny            types.List   `tfsdk:"deny"`
	JSON            types.String `tfsdk:"json"`
}

func newZeroPolicyDocumentDataSource() datasource.DataSource { return &zeroPolicyDocumentDataSource{} }

func (d *zeroPolicyDocumentDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_zero_policy_document"
}

// documentGroups are the lists of criteria of a rule, in the order in which they are written.
var documentGroups = []struct{ name, about string }{
	{"and", "The rule applies if all of these hold."},
	{"or", "The rule applies if any of these holds."},
	{"not", "The rule applies if none of these holds."},
	{"nor", "The rule applies if at least one of these does not hold."},
}

func (d *zeroPolicyDocumentDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	groups := map[string]schema.Attribute{}
	for _, group := range documentGroups {
		groups[group.name] = groupSchema(group.about)
	}
	rules := func(about string) schema.Attribute {
		return schema.ListNestedAttribute{
			MarkdownDescription: about + " The groups of one rule are joined by OR as well: each of them alone is enough.",
			Optional:            true, NestedObject: schema.NestedAttributeObject{Attributes: groups},
		}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Builds a policy in the [Pomerium Policy Language](https://www.pomerium.com/docs/internals/ppl) from typed rules, " +
			"checks it, and merges it with other policies. It works offline and needs no credentials. `json` goes into `ppl` of " +
			"`pomerium_zero_policy`; going from a policy written by hand to one that means the same is no difference there.",
		Attributes: map[string]schema.Attribute{
			"source_documents": schema.ListAttribute{
				MarkdownDescription: "Policies as YAML or JSON, such as `json` of other documents or `file(\"staff.yaml\")`. Their rules come first, " +
					"in the order of the list; nothing of them is replaced.",
				Optional: true, ElementType: types.StringType,
			},
			"allow": rules("Who may pass: whoever meets at least one of these rules and no rule of `deny`."),
			"deny":  rules("Who may not pass, whatever `allow` says: whoever meets at least one of these rules."),
			"json":  computedText("The policy as compact JSON, a list of rules. Without any rule it is `[]`, which lets nobody in."),
		},
	}
}

// ValidateConfig tells all that is wrong or doubtful. The CLI calls it once more when all values are known.
func (d *zeroPolicyDocumentDataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	var config policyDocumentModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if !resp.Diagnostics.HasError() {
		_, problems := config.document()
		resp.Diagnostics.Append(problems...)
	}
}

func (d *zeroPolicyDocumentDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config policyDocumentModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	text, problems := config.document()
	resp.Diagnostics.Append(problems.Errors()...) // the warnings were told by ValidateConfig
	config.JSON = types.StringValue(text)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.State.Set(ctx, config)...)
	}
}
