package apimock

import (
	"slices"
	"time"
)

// Off turns a rate of [Switches] off.
const Off = -1

// Switches holds everything that nobody knows about the services, and what the
// sources disagree on. The zero value stands for the defaults: a status, size
// or duration of 0 and an empty text mean "the default named in the comment".
type Switches struct {
	// UnsetAs says how Pomerium Zero prints optional members that are unset
	// (pomerium-zero.md 4.3). Default UnsetAbsent.
	UnsetAs UnsetAs
	// EmptyAs says what becomes of an optional list or map that is sent empty.
	// Default EmptyKept.
	EmptyAs EmptyAs
	// TakenNameStatus answers a name that is taken: 409 (default) or 400.
	TakenNameStatus int
	// InUseStatus answers the deletion of a policy or key pair in use: 409 (default) or 400.
	InUseStatus int
	// DeletedStatus answers any call for an object that is deleted or belongs
	// to another organization: 403 (default) or 404 (pomerium-zero.md 3, Errors).
	DeletedStatus int
	// PassIdentityHeadersFalse prints false for an unset passIdentityHeaders.
	PassIdentityHeadersFalse bool
	// CanonicalDurations prints durations as Go does: 300s becomes 5m0s.
	CanonicalDurations bool
	// SortPolicyIDs answers policyIds in another order than they were sent: reversed.
	SortPolicyIDs bool
	// HealthCheckCodecFilled prints codecClientType http1 for an HTTP health
	// check that was sent without.
	HealthCheckCodecFilled bool
	// PPLRewritten answers policies in the core library's canonical form: an
	// array with one rule for each action (ppl.md 1).
	PPLRewritten bool
	// SecretsOnRead says what reads show of secret members. Default SecretsClear.
	SecretsOnRead SecretsOnRead
	// OrganizationAsInGuide leaves quotas, readOnly and logoURL out of
	// organizations, as the vendor's guide does and the contract forbids.
	OrganizationAsInGuide bool
	// EnforcedStaysInNamespace keeps an enforced policy to routes of its own
	// namespace; by default it reaches the namespaces below as well.
	EnforcedStaysInNamespace bool
	// FutureMembers names top-level members of Pomerium Zero objects that the
	// contract does not know yet: accepted, kept and answered like known ones.
	FutureMembers []string
	// DefaultPageSize is a list's page without limit. Default 50.
	DefaultPageSize int
	// MaxPageSize cuts larger limits down without a word. Default 100.
	MaxPageSize int
	// IgnoreOffset answers every page with the first.
	IgnoreOffset bool
	// EnforceQuotas refuses what exceeds the published limits of a personal or
	// professional organization (pomerium-zero.md 6).
	EnforceQuotas bool
	// QuotaStatus answers what exceeds them: 403 (default) or 400; not known.
	QuotaStatus int
	// ProxyLogLevelNull prints null for an unset proxyLogLevel of settings, which
	// the contract forbids and writes refuse (pomerium-zero.md 6).
	ProxyLogLevelNull bool
	// ApplyDelay is how long a changeset is applying. 0 = it is applied at once.
	ApplyDelay time.Duration
	// ApplyFails lets changesets fail with this message. "" = they don't.
	ApplyFails string
	// AppliedAs is the status of a changeset after applyChangeset: the contract
	// has both. Default AppliedAsApplied.
	AppliedAs AppliedAs
	// ApplyRefusedStatus answers applyChangeset for a changeset that is not
	// pending: 409 (default) or 400; not known.
	ApplyRefusedStatus int
	// OpaqueIDTokens prints ID tokens that tell a client nothing; by default they
	// are shaped like a JWT whose claims sub and user_id are the user's ID.
	OpaqueIDTokens bool
	// KeyKeptOnPut keeps the key of a key pair that is replaced without one; by
	// default a PUT unsets it, as with every member. Not known.
	KeyKeptOnPut bool
	// CertificateDelay is how long a custom domain waits for its certificate.
	// 0 = it has it at once.
	CertificateDelay time.Duration
	// CertificateError is the lastError of custom domains, which get no
	// certificate then. "" = they get one. It stays until retryCustomDomain.
	CertificateError string
	// TokenLifetime of the tokens of both services. Default one hour.
	TokenLifetime time.Duration

	// RawSecretRefused and HashedSecretRefused refuse (401) one form of the ZDX
	// key secret (zdx.md 3.1).
	RawSecretRefused, HashedSecretRefused bool
	// OneAPIOnly is a tenant that moved to OneAPI: everything with a key is 403.
	OneAPIOnly bool
	// GrantRefusedStatus answers a refused OneAPI grant: 400 (default) or 401.
	GrantRefusedStatus int
	// ExpiresInText prints OneAPI's expires_in as text.
	ExpiresInText bool
	// TraceIDText prints the identifiers in traces as text, not as numbers.
	TraceIDText bool
	// TraceIDZero answers a start with trace_id 0; the list has the true one.
	TraceIDZero bool
	// StartStatusCode is 200 (default) or 201.
	StartStatusCode int
	// FirstStatus is the status in the start answer, whatever a GET says a
	// moment later. Default FirstStarted.
	FirstStatus FirstStatus
	// StartDelay is how long a GET says not_started. 0 = none.
	StartDelay time.Duration
	// AbortDelay is from abort_initiated to aborted. Default two minutes.
	AbortDelay time.Duration
	// ExpireAfter is how long a trace waits for a device that is offline.
	// Default ten minutes.
	ExpireAfter time.Duration
	// ExpectedTimeMinutes prints expected_time_minutes for expected_time.
	ExpectedTimeMinutes bool
	// LengthEcho names the session's length in trace_details. Default LengthEchoPlain.
	LengthEcho LengthEcho
	// DetailsEcho says whether traces repeat the request. Default DetailsFull.
	DetailsEcho DetailsEcho
	// ListAsObject prints a list of one trace as a bare object.
	ListAsObject bool
	// StopStatusCode is 200 (default), 202 or 204; the last two have no body.
	StopStatusCode int
	// StopKeepsTrace lets a stopped trace live on as aborted; by default it is
	// removed with its data.
	StopKeepsTrace bool
	// DeleteEndedStatus answers DELETE on a trace that has ended: 200 (default,
	// the data is removed), or a refusal with 400, 404 or 409.
	DeleteEndedStatus int
	// BusyStatus answers a start beyond a limit: 429 (default) or 409.
	BusyStatus int
	// StatusSpelling of traces. Default SpellingSnake.
	StatusSpelling StatusSpelling
	// MaxActiveTraces over all devices. Default 15.
	MaxActiveTraces int
	// PageEndEmptyText ends a ZDX list with next_offset "" instead of null.
	PageEndEmptyText bool
	// RatePerSecond is ZDX's limit, tokens included. Default 5; Off = none.
	RatePerSecond int
	// RatePerMinute likewise. Default 30; Off = none.
	RatePerMinute int
	// RateHeaders says what ZDX tells about its limits. Default RateHeadersNone.
	RateHeaders RateHeaders

	// IDsText prints the identifiers of look-ups, analyses and snapshots as
	// text: numbers in captured output, text in the Go SDK (zdx.md 6).
	IDsText bool
	// ReportOfOneAsObject prints a report with one element as a bare object
	// where the contract has either: the vendor's examples show objects, the
	// Go SDK reads arrays (zdx.md 4.4).
	ReportOfOneAsObject bool
	// CloudPathAsObject prints a sample's cloudpath as one object, as the
	// vendor's older example does (zdx.md 4.4); a sample for each leg then.
	CloudPathAsObject bool
	// HealthInstancesNamedMetric names a health instance in metric, as the Go
	// SDK reads it, instead of name, as in the vendor's example (zdx.md 4.4).
	HealthInstancesNamedMetric bool
	// EventsAsInstances prints an event sample's list as instances, as the Go
	// SDK reads it, instead of events (zdx.md 4.4).
	EventsAsInstances bool
	// NoDataStatus answers the reports of a trace without data: 200 (default,
	// an empty list) or 404; undocumented (zdx.md 4.4).
	NoDataStatus int
	// NoDataNull prints null where a report is an empty list, which the
	// contract forbids; undocumented (zdx.md 4.4).
	NoDataNull bool
	// DeviceAppAsApp answers GET devices/{d}/apps/{a} with id, name and score,
	// as the Go SDK reads it, instead of the score's trend (zdx.md 6).
	DeviceAppAsApp bool
	// SoftwarePathPlural serves inventory/softwares/{key}, as the vendor's pages
	// print it, and not inventory/software/{key} (zdx.md 11, row 21).
	SoftwarePathPlural bool
	// InstallTypeLong prints software_install_type, which the Python SDK reads,
	// for sw_install_type (zdx.md 11, row 24).
	InstallTypeLong bool
	// GroupsAsObject prints the groups of an alert's location as one object, as
	// the Python SDK reads them; the Go SDK reads a list (contract, Alert).
	GroupsAsObject bool
	// CoordinatesText prints geo_lat and geo_long as text, as the vendor's older
	// example does; the Go SDK reads numbers (contract, Coordinate).
	CoordinatesText bool
	// DeviceFilterIgnored leaves mac_address and private_ipv4 without effect:
	// the Python SDK alone knows them (zdx.md 6).
	DeviceFilterIgnored bool
	// LimitRefused answers a limit above 10 with 400; the maximum is
	// unpublished (zdx.md 6, Pagination). By default MaxPageSize cuts it down.
	LimitRefused bool
	// AnalysisTakes is how long a score analysis runs. Default two minutes.
	AnalysisTakes time.Duration
	// AnalysisGone removes an analysis that is stopped; by default it lives on
	// as aborted. Undocumented (zdx.md 6).
	AnalysisGone bool
	// AnalysisDeleteEndedStatus answers DELETE on an analysis that has ended:
	// 200 (default, it is removed) or 404. Undocumented (zdx.md 6).
	AnalysisDeleteEndedStatus int
}

// UnsetAs is how unset optional members are printed.
type UnsetAs string

// EmptyAs is what becomes of empty lists and maps.
type EmptyAs string

// AppliedAs is the status of a changeset that was applied.
type AppliedAs string

// SecretsOnRead is what reads show of secrets.
type SecretsOnRead string

// FirstStatus is the status in the answer to a start.
type FirstStatus string

// LengthEcho is the name of a session's length in trace_details.
type LengthEcho string

// DetailsEcho is how much of the request a trace repeats.
type DetailsEcho string

// StatusSpelling is how trace statuses are written.
type StatusSpelling string

// RateHeaders is the family of headers that tells about limits.
type RateHeaders string

// The positions of the switches that are texts.
const (
	UnsetAbsent UnsetAs = "absent" // left out
	UnsetEmpty  UnsetAs = "empty"  // "", [] or {}
	UnsetNull   UnsetAs = "null"   // text members are null, which the contract forbids

	EmptyKept  EmptyAs = "kept"  // comes back empty
	EmptyUnset EmptyAs = "unset" // is stored as unset

	AppliedAsApplied AppliedAs = statusApplied
	AppliedAsCurrent AppliedAs = statusCurrent

	SecretsClear   SecretsOnRead = "clear"
	SecretsMasked  SecretsOnRead = "masked"  // eight asterisks
	SecretsOmitted SecretsOnRead = "omitted" // left out, or "" where the contract requires the member

	FirstStarted    FirstStatus = "started"
	FirstNotStarted FirstStatus = "not_started"

	LengthEchoPlain   LengthEcho = "session_length"
	LengthEchoMinutes LengthEcho = "session_length_minutes"
	LengthEchoNone    LengthEcho = "none"

	DetailsFull DetailsEcho = "full"
	DetailsNone DetailsEcho = "none"

	SpellingSnake StatusSpelling = "snake" // in_progress
	SpellingTitle StatusSpelling = "title" // In Progress

	RateHeadersNone           RateHeaders = "none"
	RateHeadersEpoch          RateHeaders = "ratelimit_epoch"     // RateLimit-*, reset as epoch seconds
	RateHeadersSeconds        RateHeaders = "ratelimit_seconds"   // RateLimit-*, reset as seconds to wait
	RateHeadersPerSecond      RateHeaders = "x_ratelimit_second"  // X-Ratelimit-*-Second
	RateHeadersRetryAfter     RateHeaders = "retry_after_seconds" // on 429 only
	RateHeadersRetryAfterDate RateHeaders = "retry_after_date"    // on 429 only
)

// SetSwitches lets edit change the switches; the next request obeys. It panics
// on a position that does not exist.
func (s *Server) SetSwitches(edit func(*Switches)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	next := s.switches
	next.FutureMembers = slices.Clone(next.FutureMembers)
	edit(&next)
	next = next.withDefaults()
	if err := next.check(); err != nil {
		panic("apimock: " + err.Error())
	}
	s.switches = next
}
