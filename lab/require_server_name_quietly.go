package lab

import "github.com/parley-tls/parley/iana"

// requireServerNameQuietly says no more than that there is no common ground, as
// servers do whose default host has no certificate.
var requireServerNameQuietly = Fault{
	Name:  "require-server-name-quietly",
	Title: "a hello without server_name gets handshake_failure",
	Want:  needsName,
	Start: nameless(iana.AlertHandshakeFailure),
}
