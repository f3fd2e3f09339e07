package lab

// answerLDAP sends the Notice of Disconnection with which a directory ends what
// is no LDAP message (RFC 4511, Section 4.4.1).
var answerLDAP = Fault{
	Name:  "answer-ldap",
	Title: "an LDAP directory answers in clear",
	Want:  plainSeen,
	Start: plainPeer{reply: always("\x30\x24\x02\x01\x00\x78\x1f\x0a\x01\x02\x04\x00\x04\x00" +
		"\x8a\x161.3.6.1.4.1.1466.20036")}.start,
}
