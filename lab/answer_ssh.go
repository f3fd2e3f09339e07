package lab

var answerSSH = Fault{
	Name:  "answer-ssh",
	Title: "an SSH server answers in clear",
	Want:  plainSeen,
	Start: plainPeer{
		greeting: "SSH-2.0-OpenSSH_9.2p1\r\n",
		reply:    always("Invalid SSH identification string.\r\n"),
	}.start,
}
