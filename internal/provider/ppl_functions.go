package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/ppl"
)

// Functions of the policy language. They work offline and need no credentials.

var _ provider.ProviderWithFunctions = (*pomeriumProvider)(nil)

func (p *pomeriumProvider) Functions(context.Context) []func() function.Function {
	list := []func() function.Function{func() function.Function { return pplNormalize{} }}
	for _, f := range allowFunctions {
		list = append(list, func() function.Function { return f })
	}
	return list
}

// pplNormalize gives all texts that mean the same policy one form.
type pplNormalize struct{}

func (pplNormalize) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "ppl_normalize"
}

func (pplNormalize) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Brings a policy into its canonical form.",
		MarkdownDescription: "Brings a policy in the [Pomerium Policy Language](https://www.pomerium.com/docs/internals/ppl) into its " +
			"canonical form, compact JSON. Two texts have the same form if they mean the same: it is always a list of rules with one action " +
			"each, without empty groups and rules, with sorted members. The order of rules and criteria stays, and so do shorthands such as " +
			"`email: ana@example.com`. A text that breaks the grammar is an error that names line and column.\n\n" +
			"`pomerium_zero_policy` does not need it: texts that mean the same are no difference there.",
		Parameters: []function.Parameter{
			function.StringParameter{Name: "text", MarkdownDescription: "The policy as YAML or JSON."},
		},
		Return: function.StringReturn{},
	}
}

func (pplNormalize) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var text string
	if resp.Error = req.Arguments.Get(ctx, &text); resp.Error != nil {
		return
	}
	document, problems := ppl.Parse(text)
	setPolicy(ctx, resp, document.Canonical(), problems)
}

// setPolicy answers with the policy, or with all faults of the first argument.
func setPolicy(ctx context.Context, resp *function.RunResponse, policy []byte, problems ppl.Problems) {
	var faults []string
	for _, fault := range problems.Errors() {
		faults = append(faults, fault.String())
	}
	if len(faults) > 0 {
		resp.Error = function.NewArgumentFuncError(0, "The policy cannot be read.\n"+strings.Join(faults, "\n"))
		return
	}
	resp.Error = resp.Result.Set(ctx, string(policy))
}

// allowFunction writes the policy that most policies are: whoever has one of these values may pass.
type allowFunction struct {
	name, summary, parameter, about string
	criterion                       func(value string) jsonObject
	check                           func(value string) error
}

var allowFunctions = []allowFunction{
	{
		name: "ppl_allow_emails", parameter: "emails", summary: "A policy that lets users in by their mail addresses.",
		about:     "Mail addresses of those who may pass. Without any, nobody may.",
		criterion: func(email string) jsonObject { return jsonObject{"email": jsonObject{"is": email}} },
		check: func(email string) error {
			if name, domain, _ := strings.Cut(email, "@"); name == "" || domain == "" {
				return fmt.Errorf("%q is not a mail address; write one such as ana@example.com, or use ppl_allow_domains", email)
			}
			return nil
		},
	},
	{
		name: "ppl_allow_domains", parameter: "domains", summary: "A policy that lets users in by the domains of their mail addresses.",
		about:     "Domains of the mail addresses of those who may pass, such as `example.com`. Without any, nobody may.",
		criterion: func(domain string) jsonObject { return jsonObject{"domain": jsonObject{"is": domain}} },
		check: func(domain string) error {
			if domain == "" || strings.Contains(domain, "@") {
				return fmt.Errorf("%q is not a domain; write one such as example.com, or use ppl_allow_emails", domain)
			}
			return nil
		},
	},
	{
		name: "ppl_allow_groups", parameter: "groups", summary: "A policy that lets users in by their groups.",
		about:     "Groups of those who may pass, as the identity provider tells them in the claim `groups`. Without any, nobody may.",
		criterion: func(group string) jsonObject { return jsonObject{"claim/groups": jsonObject{"has": group}} },
		check: func(group string) error {
			if group == "" {
				return fmt.Errorf("a group has a name or an ID, and this one is empty")
			}
			return nil
		},
	},
}

func (f allowFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = f.name
}

func (f allowFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: f.summary,
		MarkdownDescription: f.summary + " Each of the values is enough. The result is JSON for `ppl` of `pomerium_zero_policy`; the data source " +
			"`pomerium_zero_policy_document` writes every other kind of policy, and takes this one among its `source_documents`.",
		Parameters: []function.Parameter{
			function.ListParameter{Name: f.parameter, MarkdownDescription: f.about, ElementType: types.StringType},
		},
		Return: function.StringReturn{},
	}
}

func (f allowFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var values []types.String
	if resp.Error = req.Arguments.Get(ctx, &values); resp.Error != nil {
		return
	}
	criteria := []any{}
	for i, value := range values {
		if err := f.check(value.ValueString()); err != nil {
			resp.Error = function.NewArgumentFuncError(0, fmt.Sprintf("%s[%d]: %s", f.parameter, i, err))
			return
		}
		criteria = append(criteria, f.criterion(value.ValueString()))
	}
	document, problems := parseJSON(jsonObject{"allow": jsonObject{"or": criteria}})
	setPolicy(ctx, resp, document.JSON(), problems)
}
