package lab

import "github.com/parley-tls/parley/iana"

var refuseUnknownSessions = Fault{
	Name:  "refuse-unknown-sessions",
	Title: "the server refuses to start anew for a session it lost",
	Start: behindBox(when(func(s sight) bool { return len(s.SessionID) > 0 && !s.Offers(iana.TLS13) }, refuse(iana.AlertIllegalParameter))),
}
