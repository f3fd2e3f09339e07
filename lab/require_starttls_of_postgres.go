package lab

import "bytes"

// requireStartTLSOfPostgres hangs up on a bare hello, as PostgreSQL before 17
// does: it has no greeting by which to know it.
var requireStartTLSOfPostgres = Fault{
	Name:  "require-starttls-of-postgres",
	Title: "a PostgreSQL server starts TLS after SSLRequest only",
	Want:  startTLSRequired,
	Start: plainPeer{
		reply: always(""),
		upgrade: func(in []byte) string {
			if !bytes.Equal(in, sslRequest) {
				return ""
			}
			return "S"
		},
	}.startUpgradable,
}
