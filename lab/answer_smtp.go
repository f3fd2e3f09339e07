package lab

// smtpOff is a mail server that has no STARTTLS.
var smtpOff = plainPeer{
	greeting: "220 mail.parley.test ESMTP Postfix\r\n",
	reply: func(in []byte) (string, bool) {
		switch verb(in) {
		case "EHLO":
			return "250-mail.parley.test\r\n250-PIPELINING\r\n250 8BITMIME\r\n", true
		case "HELO":
			return "250 mail.parley.test\r\n", true
		case "QUIT":
			return "221 2.0.0 Bye\r\n", false
		case "GET", "HEAD", "CONNECT":
			return "221 2.7.0 Error: I can break rules, too. Goodbye.\r\n", false
		}
		return "502 5.5.2 Error: command not recognized\r\n", true
	},
}

var answerSMTP = Fault{
	Name:  "answer-smtp",
	Title: "a mail server answers in clear and has no STARTTLS",
	Want:  plainSeen,
	Start: smtpOff.start,
}
