package provider

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/pomeriumzero"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/zdx"
)

// addError reports a failed call: what failed and on which object, what the service said, and what to do,
// at the attribute that can mend it.
func addError(diags *diag.Diagnostics, action string, err error) {
	summary := "Could not " + action
	var (
		organization *pomeriumzero.OrganizationError
		taken        *pomeriumzero.NameTakenError
		lost         *pomeriumzero.LostError
		busy         *zdx.DeviceBusyError
		signIn       *pomeriumzero.SignInError
	)
	detail := sentence(err.Error())
	switch {
	case errors.As(err, &organization):
		addOrganizationError(diags, summary, organization)
	case errors.As(err, &taken):
		id := taken.OrganizationID + "/" + taken.ID
		if taken.Cluster != "" {
			id = taken.OrganizationID + "/" + taken.Cluster + "/" + taken.ID
		}
		diags.AddAttributeError(path.Root(taken.Attribute), summary, fmt.Sprintf("%s\n\nChoose another name, or take that %s over with "+
			"an import block or a command. If a run was stopped before it could write the state, that %s may be its own.%s",
			detail, taken.Noun, taken.Noun, importAdvice("pomerium_zero_"+typeName(taken.Noun), id)))
	case errors.As(err, &lost):
		diags.AddError(summary, fmt.Sprintf("%s\n\nRun apply again. If it says that the name is taken, import that %s.", detail, lost.Noun))
	case errors.As(err, &busy):
		diags.AddAttributeError(path.Root("device_id"), summary, detail+
			"\n\nWait for its end, stop it in the ZDX portal, or take it over with an import block or a command. If a run was stopped before it could "+
			"write the state, that trace may be its own."+importAdvice("zdx_deeptrace", busy.DeviceID+"/"+busy.TraceID))
	case errors.As(err, &signIn):
		diags.AddError(summary, detail+"\n\n"+signInAdvice(err))
	default:
		diags.AddError(summary, joinAdvice(detail, advice(err)))
	}
}

// importAdvice is how an object is imported, to be copied: the CLI leaves indented lines as they are. NAME is what the
// configuration calls it, which the CLI prints beside the error.
func importAdvice(typeName, id string) string {
	lines := "to = %s.NAME\n      id = %q"
	if strings.HasPrefix(typeName, "zdx_") {
		lines = "provider = pomerium\n      to       = %s.NAME\n      id       = %q"
	}
	return fmt.Sprintf("\n\n    import {\n      "+lines+"\n    }\n\n    terraform import %s.NAME %s\n", typeName, id, typeName, id)
}

func addOrganizationError(diags *diag.Diagnostics, summary string, err *pomeriumzero.OrganizationError) {
	detail := sentence(err.Error())
	switch {
	case err.Configured:
		diags.AddError(summary, detail+"\n\npomerium_zero.organization_id in the provider block (or "+envZeroOrganization+
			") guards against the wrong account. Correct it, or use a token of that organization.")
	case err.Wanted == "":
		diags.AddAttributeError(path.Root("organization_id"), summary, detail+"\n\nChoose one: set pomerium_zero.organization_id in the "+
			"provider block, the environment variable "+envZeroOrganization+", or organization_id here.")
	default:
		diags.AddAttributeError(path.Root("organization_id"), summary, detail+"\n\nUse one of these IDs, or a token that sees the organization.")
	}
}

func signInAdvice(err error) string {
	if httpapi.IsUnauthorized(err) || httpapi.IsInvalid(err) || httpapi.IsForbidden(err) {
		return "Check pomerium_zero.api_user_token in the provider block (or " + envZeroToken + "). It must be the token of an API user, " +
			"which the Zero console shows once under API Tokens; cluster tokens and service account tokens are something else."
	}
	return joinAdvice("Check pomerium_zero.url and the network.", advice(err))
}

// advice says what to do about a status. It is empty where the service's own words must do.
func advice(err error) string {
	var failure *httpapi.Error
	switch {
	case httpapi.IsUnauthorized(err):
		return "The credentials were refused. Check them in the provider block or the environment."
	case errors.Is(err, pomeriumzero.ErrGone):
		return "It was deleted by someone else in the meantime. Run plan again to make it anew."
	case errors.Is(err, httpapi.ErrContradicted):
		return "The service contradicts itself, or something between it and this machine answers in its place. Nothing was removed from the state: " +
			"run it again later."
	case httpapi.IsForbidden(err):
		return "The credentials lack the role for this, or the object is not theirs to see: check their role. Nothing was removed from the state."
	case httpapi.IsNotFound(err):
		return "What this belongs to does not exist for these credentials: check the IDs that it names."
	case httpapi.IsConflict(err) && errors.As(err, &failure) && failure.Service == "ZDX":
		return "The state of the object does not allow it. Run plan again to see how it stands."
	case httpapi.IsConflict(err):
		return "Something else uses the object, or it was changed at the same time: run plan again to see how it stands. Terraform deletes a policy before it updates the routes " +
			"that stop using it; with lifecycle { create_before_destroy = true } in the policy, applied beforehand, it detaches first."
	case httpapi.IsRateLimited(err):
		return "The service is limiting requests. Wait a little and run it again."
	case httpapi.IsInvalid(err):
		return "The service does not take what was sent: change what its words name."
	case errors.As(err, &failure) && failure.Status < 300 && failure.Status > 0:
		return "What answered may not be the service: check the url and what lies between, such as a proxy, and run it again."
	case errors.As(err, &failure) && (failure.Status == 0 || failure.Status >= 500):
		return "The service could not be reached or had a fault of its own. Run it again later; what was done so far is in the state."
	}
	return ""
}

// notedError is an error with a further sentence.
type notedError struct {
	error
	note string
}

func (e notedError) Error() string { return e.error.Error() + ". " + e.note }

func (e notedError) Unwrap() error { return e.error }

func joinAdvice(detail, advice string) string {
	if advice == "" {
		return detail
	}
	return detail + "\n\n" + advice
}

// sentence makes a sentence of an error's text, on one line, as it may repeat names and words of a service.
func sentence(text string) string {
	text = httpapi.OneLine(text)
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:] + "."
}
