// Package apimock is Pomerium Zero and ZDX as one http.Handler with state, in
// memory. It is stricter than the services: every request is checked against
// the OpenAPI documents of package contract, members they do not name are
// refused, and so are unknown references, taken names and impossible
// combinations. Every answer is checked too; an answer that breaks the contract
// is a bug of the mock and is kept for [Server.ContractViolations].
//
// Of Pomerium Zero everything but billing, onboarding, notifications, metrics,
// logs and the caller's own account is served; what is not answers 501.
//
// What nobody knows about the services is a switch ([Switches]); [Positions]
// lists every position but the defaults, so that a test can run in all of them.
//
// Paths, below whatever address serves the handler:
//
//	/api/v0/…            Pomerium Zero
//	/v1/…                ZDX, signed in with an API key
//	/zdx/v1/…            ZDX, signed in with OneAPI
//	/oauth2/v1/token     OneAPI's token server
//
// What ZDX measures follows from the mock's clock and from identifiers: two reads
// at the same moment show the same, and a test can tell the values beforehand.
//
// A [Server] belongs to one test: New is cheap (the documents are parsed once
// for the process), and hundreds may run side by side.
package apimock
