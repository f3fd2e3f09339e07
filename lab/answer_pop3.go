package lab

var answerPOP3 = Fault{
	Name:  "answer-pop3",
	Title: "a POP3 server answers in clear and has no STLS",
	Want:  plainSeen,
	Start: plainPeer{
		greeting: "+OK Dovecot ready.\r\n",
		reply: func(in []byte) (string, bool) {
			switch verb(in) {
			case "CAPA":
				return "+OK\r\nCAPA\r\nTOP\r\nUIDL\r\nUSER\r\n.\r\n", true
			case "QUIT":
				return "+OK Logging out\r\n", false
			}
			return "-ERR Unknown command.\r\n", true
		},
	}.start,
}
