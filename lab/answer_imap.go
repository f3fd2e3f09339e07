package lab

var answerIMAP = Fault{
	Name:  "answer-imap",
	Title: "an IMAP server answers in clear and has no STARTTLS",
	Want:  plainSeen,
	Start: plainPeer{
		greeting: "* OK [CAPABILITY IMAP4rev1 LITERAL+ ID AUTH=PLAIN] Dovecot ready.\r\n",
		reply: func(in []byte) (string, bool) {
			tag := rawWord(in, 0)
			switch word(in, 1) {
			case "CAPABILITY":
				return "* CAPABILITY IMAP4rev1 LITERAL+ ID AUTH=PLAIN\r\n" + tag + " OK Done.\r\n", true
			case "LOGOUT":
				return "* BYE Logging out\r\n" + tag + " OK Logout completed.\r\n", false
			case "":
				return "* BAD Invalid characters in atom\r\n", true
			}
			return tag + " BAD Error in IMAP command received by server.\r\n", true
		},
	}.start,
}
