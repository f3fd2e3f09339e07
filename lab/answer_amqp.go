package lab

// answerAMQP answers anything but its own protocol header with that header, as
// AMQP demands.
var answerAMQP = Fault{
	Name:  "answer-amqp",
	Title: "an AMQP broker answers in clear",
	Want:  plainSeen,
	Start: plainPeer{reply: always("AMQP\x00\x00\x09\x01")}.start,
}
