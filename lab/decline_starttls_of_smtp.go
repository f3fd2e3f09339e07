package lab

var declineStartTLSOfSMTP = Fault{
	Name:  "decline-starttls-of-smtp",
	Title: "a mail server has no STARTTLS when it is asked for",
	Want:  plainSeen,
	Start: askedFor("smtp", smtpOff),
}
