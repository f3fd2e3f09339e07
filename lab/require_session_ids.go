package lab

import "github.com/parley-tls/parley/iana"

var requireSessionIds = Fault{
	Name:  "require-session-ids",
	Title: "the server of 1.3 refuses hellos without a session ID",
	Start: behindBox(when(func(s sight) bool { return len(s.SessionID) == 0 && s.Offers(iana.TLS13) }, refuse(iana.AlertIllegalParameter))),
}
