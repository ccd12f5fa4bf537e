package apimock

import (
	"fmt"
	"slices"
	"time"
)

// withDefaults writes each default where the value stands for it.
func (w Switches) withDefaults() Switches {
	setDefault(&w.UnsetAs, UnsetAbsent)
	setDefault(&w.EmptyAs, EmptyKept)
	setDefault(&w.TakenNameStatus, 409)
	setDefault(&w.InUseStatus, 409)
	setDefault(&w.DeletedStatus, 403)
	setDefault(&w.SecretsOnRead, SecretsClear)
	setDefault(&w.QuotaStatus, 403)
	setDefault(&w.AppliedAs, AppliedAsApplied)
	setDefault(&w.ApplyRefusedStatus, 409)
	setDefault(&w.DefaultPageSize, 50)
	setDefault(&w.MaxPageSize, 100)
	setDefault(&w.TokenLifetime, time.Hour)
	setDefault(&w.GrantRefusedStatus, 400)
	setDefault(&w.StartStatusCode, 200)
	setDefault(&w.FirstStatus, FirstStarted)
	setDefault(&w.AbortDelay, 2*time.Minute)
	setDefault(&w.ExpireAfter, 10*time.Minute)
	setDefault(&w.LengthEcho, LengthEchoPlain)
	setDefault(&w.DetailsEcho, DetailsFull)
	setDefault(&w.StopStatusCode, 200)
	setDefault(&w.DeleteEndedStatus, 200)
	setDefault(&w.BusyStatus, 429)
	setDefault(&w.StatusSpelling, SpellingSnake)
	setDefault(&w.MaxActiveTraces, 15)
	setDefault(&w.RatePerSecond, 5)
	setDefault(&w.RatePerMinute, 30)
	setDefault(&w.RateHeaders, RateHeadersNone)
	setDefault(&w.NoDataStatus, 200)
	setDefault(&w.AnalysisTakes, 2*time.Minute)
	setDefault(&w.AnalysisDeleteEndedStatus, 200)
	return w
}

func setDefault[T comparable](value *T, standard T) {
	var zero T
	if *value == zero {
		*value = standard
	}
}

// check refuses positions that do not exist, so that a slip in a test does not
// silently test the default.
func (w Switches) check() error {
	for _, err := range []error{
		oneOf("UnsetAs", w.UnsetAs, UnsetAbsent, UnsetEmpty, UnsetNull),
		oneOf("EmptyAs", w.EmptyAs, EmptyKept, EmptyUnset),
		oneOf("TakenNameStatus", w.TakenNameStatus, 409, 400),
		oneOf("InUseStatus", w.InUseStatus, 409, 400),
		oneOf("DeletedStatus", w.DeletedStatus, 403, 404),
		oneOf("SecretsOnRead", w.SecretsOnRead, SecretsClear, SecretsMasked, SecretsOmitted),
		oneOf("QuotaStatus", w.QuotaStatus, 403, 400),
		oneOf("AppliedAs", w.AppliedAs, AppliedAsApplied, AppliedAsCurrent),
		oneOf("ApplyRefusedStatus", w.ApplyRefusedStatus, 409, 400),
		oneOf("GrantRefusedStatus", w.GrantRefusedStatus, 400, 401),
		oneOf("StartStatusCode", w.StartStatusCode, 200, 201),
		oneOf("FirstStatus", w.FirstStatus, FirstStarted, FirstNotStarted),
		oneOf("LengthEcho", w.LengthEcho, LengthEchoPlain, LengthEchoMinutes, LengthEchoNone),
		oneOf("DetailsEcho", w.DetailsEcho, DetailsFull, DetailsNone),
		oneOf("StopStatusCode", w.StopStatusCode, 200, 202, 204),
		oneOf("DeleteEndedStatus", w.DeleteEndedStatus, 200, 400, 404, 409),
		oneOf("BusyStatus", w.BusyStatus, 429, 409),
		oneOf("StatusSpelling", w.StatusSpelling, SpellingSnake, SpellingTitle),
		oneOf("RateHeaders", w.RateHeaders, RateHeadersNone, RateHeadersEpoch, RateHeadersSeconds,
			RateHeadersPerSecond, RateHeadersRetryAfter, RateHeadersRetryAfterDate),
		oneOf("NoDataStatus", w.NoDataStatus, 200, 404),
		oneOf("AnalysisDeleteEndedStatus", w.AnalysisDeleteEndedStatus, 200, 404),
	} {
		if err != nil {
			return err
		}
	}
	for name, size := range map[string]int{
		"DefaultPageSize": w.DefaultPageSize, "MaxPageSize": w.MaxPageSize, "MaxActiveTraces": w.MaxActiveTraces,
	} {
		if size < 1 {
			return fmt.Errorf("switch %s: %d is not positive", name, size)
		}
	}
	return nil
}

func oneOf[T comparable](name string, value T, positions ...T) error {
	if slices.Contains(positions, value) {
		return nil
	}
	return fmt.Errorf("switch %s: no position %v, choose from %v", name, value, positions)
}

// Position is one switch in one position other than its default.
type Position struct {
	Name string
	Set  func(*Switches)
}

// Positions lists every position of every switch but the defaults. Excepted are
// rates, sizes, durations and messages, which have no end of positions, and
// EnforceQuotas, which bounds what a test may make. The intended use is
//
//	for _, p := range apimock.Positions() {
//		t.Run(p.Name, func(t *testing.T) { … mock.SetSwitches(p.Set) … })
//	}
func Positions() []Position {
	return []Position{
		{"unset text, lists and maps printed empty", func(w *Switches) { w.UnsetAs = UnsetEmpty }},
		{"unset text printed as null", func(w *Switches) { w.UnsetAs = UnsetNull }},
		{"empty collections stored as unset", func(w *Switches) { w.EmptyAs = EmptyUnset }},
		{"empty collections unset and printed empty", func(w *Switches) { w.EmptyAs, w.UnsetAs = EmptyUnset, UnsetEmpty }},
		{"taken name is 400", func(w *Switches) { w.TakenNameStatus = 400 }},
		{"policy in use is 400", func(w *Switches) { w.InUseStatus = 400 }},
		{"deleted is 404", func(w *Switches) { w.DeletedStatus = 404 }},
		{"passIdentityHeaders false when unset", func(w *Switches) { w.PassIdentityHeadersFalse = true }},
		{"durations printed in Go form", func(w *Switches) { w.CanonicalDurations = true }},
		{"policyIds reordered", func(w *Switches) { w.SortPolicyIDs = true }},
		{"health check codec filled", func(w *Switches) { w.HealthCheckCodecFilled = true }},
		{"policies rewritten", func(w *Switches) { w.PPLRewritten = true }},
		{"secrets masked", func(w *Switches) { w.SecretsOnRead = SecretsMasked }},
		{"secrets omitted", func(w *Switches) { w.SecretsOnRead = SecretsOmitted }},
		{"organization as in the guide", func(w *Switches) { w.OrganizationAsInGuide = true }},
		{"enforced policies stay in their namespace", func(w *Switches) { w.EnforcedStaysInNamespace = true }},
		{"exceeded quota is 400", func(w *Switches) { w.QuotaStatus = 400 }},
		{"proxy log level null", func(w *Switches) { w.ProxyLogLevelNull = true }},
		{"applied changesets are current", func(w *Switches) { w.AppliedAs = AppliedAsCurrent }},
		{"changeset not pending is 400", func(w *Switches) { w.ApplyRefusedStatus = 400 }},
		{"ID tokens are opaque", func(w *Switches) { w.OpaqueIDTokens = true }},
		{"key kept on PUT", func(w *Switches) { w.KeyKeptOnPut = true }},
		{"offset ignored", func(w *Switches) { w.IgnoreOffset = true }},
		{"raw secret refused", func(w *Switches) { w.RawSecretRefused = true }},
		{"hashed secret refused", func(w *Switches) { w.HashedSecretRefused = true }},
		{"OneAPI only", func(w *Switches) { w.OneAPIOnly = true }},
		{"refused grant is 401", func(w *Switches) { w.GrantRefusedStatus = 401 }},
		{"expires_in is text", func(w *Switches) { w.ExpiresInText = true }},
		{"trace identifiers are text", func(w *Switches) { w.TraceIDText = true }},
		{"start answers trace_id 0", func(w *Switches) { w.TraceIDZero = true }},
		{"start is 201", func(w *Switches) { w.StartStatusCode = 201 }},
		{"first status not_started", func(w *Switches) { w.FirstStatus = FirstNotStarted }},
		{"expected_time_minutes", func(w *Switches) { w.ExpectedTimeMinutes = true }},
		{"length echoed in minutes", func(w *Switches) { w.LengthEcho = LengthEchoMinutes }},
		{"length not echoed", func(w *Switches) { w.LengthEcho = LengthEchoNone }},
		{"details not echoed", func(w *Switches) { w.DetailsEcho = DetailsNone }},
		{"list of one as object", func(w *Switches) { w.ListAsObject = true }},
		{"stop is 202", func(w *Switches) { w.StopStatusCode = 202 }},
		{"stop is 204", func(w *Switches) { w.StopStatusCode = 204 }},
		{"stopped trace is kept", func(w *Switches) { w.StopKeepsTrace = true }},
		{"delete of an ended trace is 400", func(w *Switches) { w.DeleteEndedStatus = 400 }},
		{"delete of an ended trace is 404", func(w *Switches) { w.DeleteEndedStatus = 404 }},
		{"delete of an ended trace is 409", func(w *Switches) { w.DeleteEndedStatus = 409 }},
		{"busy is 409", func(w *Switches) { w.BusyStatus = 409 }},
		{"statuses in title case", func(w *Switches) { w.StatusSpelling = SpellingTitle }},
		{"pages end with an empty text", func(w *Switches) { w.PageEndEmptyText = true }},
		{"rate headers, reset as epoch", func(w *Switches) { w.RateHeaders = RateHeadersEpoch }},
		{"rate headers, reset as seconds", func(w *Switches) { w.RateHeaders = RateHeadersSeconds }},
		{"rate headers by the second", func(w *Switches) { w.RateHeaders = RateHeadersPerSecond }},
		{"Retry-After in seconds", func(w *Switches) { w.RateHeaders = RateHeadersRetryAfter }},
		{"Retry-After as a date", func(w *Switches) { w.RateHeaders = RateHeadersRetryAfterDate }},
		{"identifiers are text", func(w *Switches) { w.IDsText = true }},
		{"report of one as object", func(w *Switches) { w.ReportOfOneAsObject = true }},
		{"cloud path as object", func(w *Switches) { w.CloudPathAsObject = true }},
		{"health instances named metric", func(w *Switches) { w.HealthInstancesNamedMetric = true }},
		{"events as instances", func(w *Switches) { w.EventsAsInstances = true }},
		{"no data is 404", func(w *Switches) { w.NoDataStatus = 404 }},
		{"no data is null", func(w *Switches) { w.NoDataNull = true }},
		{"device application as object", func(w *Switches) { w.DeviceAppAsApp = true }},
		{"software path is softwares", func(w *Switches) { w.SoftwarePathPlural = true }},
		{"software_install_type", func(w *Switches) { w.InstallTypeLong = true }},
		{"location groups as object", func(w *Switches) { w.GroupsAsObject = true }},
		{"coordinates are text", func(w *Switches) { w.CoordinatesText = true }},
		{"mac and ip filter ignored", func(w *Switches) { w.DeviceFilterIgnored = true }},
		{"limit refused", func(w *Switches) { w.LimitRefused = true }},
		{"stopped analysis is gone", func(w *Switches) { w.AnalysisGone = true }},
		{"delete of an ended analysis is 404", func(w *Switches) { w.AnalysisDeleteEndedStatus = 404 }},
	}
}
