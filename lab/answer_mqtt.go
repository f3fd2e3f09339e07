package lab

// answerMQTT reads 0x16 as a CONNECT of a version it does not know, and says
// so with a CONNACK.
var answerMQTT = Fault{
	Name:  "answer-mqtt",
	Title: "an MQTT broker answers in clear",
	Want:  plainSeen,
	Start: plainPeer{reply: func(in []byte) (string, bool) {
		switch {
		case in[0] == 0x10: // CONNECT
			return "\x20\x02\x00\x00", true // CONNACK, accepted
		case in[0]>>4 == 1:
			return "\x20\x02\x00\x01", false // CONNACK, unacceptable protocol version
		}
		return "", false
	}}.start,
}
