package lab

var requireStartTLSOfIMAP = Fault{
	Name:  "require-starttls-of-imap",
	Title: "an IMAP server starts TLS after STARTTLS only",
	Want:  startTLSRequired,
	Start: plainPeer{
		greeting: "* OK [CAPABILITY IMAP4rev1 LITERAL+ STARTTLS LOGINDISABLED] Dovecot ready.\r\n",
		reply: func(in []byte) (string, bool) {
			tag := rawWord(in, 0)
			switch word(in, 1) {
			case "CAPABILITY":
				return "* CAPABILITY IMAP4rev1 LITERAL+ STARTTLS LOGINDISABLED\r\n" + tag + " OK Done.\r\n", true
			case "LOGOUT":
				return "* BYE Logging out\r\n" + tag + " OK Logout completed.\r\n", false
			case "":
				return "* BAD Invalid characters in atom\r\n", true
			}
			return tag + " BAD Error in IMAP command received by server.\r\n", true
		},
		upgrade: func(in []byte) string {
			if word(in, 1) != "STARTTLS" {
				return ""
			}
			return rawWord(in, 0) + " OK Begin TLS negotiation now.\r\n"
		},
	}.startUpgradable,
}
