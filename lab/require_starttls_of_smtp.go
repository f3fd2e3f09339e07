package lab

import "github.com/parley-tls/parley"

// startTLSRequired is the diagnosis of a server that starts TLS when it is asked to.
var startTLSRequired = Want{Cause: "plaintext.starttls-required", Side: parley.ClientSide, Certainty: parley.Proved, Exit: 1}

var requireStartTLSOfSMTP = Fault{
	Name:  "require-starttls-of-smtp",
	Title: "a mail server starts TLS after STARTTLS only",
	Want:  startTLSRequired,
	Start: plainPeer{
		greeting: "220 mail.parley.test ESMTP Postfix\r\n",
		reply: func(in []byte) (string, bool) {
			switch verb(in) {
			case "EHLO":
				return "250-mail.parley.test\r\n250-PIPELINING\r\n250-STARTTLS\r\n250 8BITMIME\r\n", true
			case "QUIT":
				return "221 2.0.0 Bye\r\n", false
			}
			return "502 5.5.2 Error: command not recognized\r\n", true
		},
		upgrade: func(in []byte) string {
			if verb(in) != "STARTTLS" {
				return ""
			}
			return "220 2.0.0 Ready to start TLS\r\n"
		},
	}.startUpgradable,
}
