package lab

// answerMySQL greets without the capability CLIENT_SSL (0x0800).
var answerMySQL = Fault{
	Name:  "answer-mysql",
	Title: "a MySQL server has TLS switched off",
	Want:  plainSeen,
	Start: plainPeer{
		greeting: mysqlPacket(0, "\x0a8.0.36\x00"+ // protocol 10, version
			"\x08\x00\x00\x00"+"abcdefgh\x00"+ // connection id, first part of the challenge
			"\xff\xf7"+"\xff\x02\x00"+"\xff\xc7"+ // capabilities, character set and status, capabilities
			"\x15\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"+"ijklmnopqrst\x00"+"mysql_native_password\x00"),
		reply: always(mysqlPacket(1, "\xff\x13\x04#08S01Bad handshake")),
	}.start,
}

// mysqlPacket frames payload, shorter than 256 bytes.
func mysqlPacket(sequence byte, payload string) string {
	return string([]byte{byte(len(payload)), 0, 0, sequence}) + payload
}
