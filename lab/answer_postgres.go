package lab

import "bytes"

// sslRequest asks a PostgreSQL server for TLS.
var sslRequest = []byte{0, 0, 0, 8, 4, 210, 22, 47}

// postgresOff is a PostgreSQL server with ssl=off. It hangs up on a bare hello,
// which it reads as a packet of impossible length, so that only the request for
// TLS gets a word out of it.
var postgresOff = plainPeer{reply: func(in []byte) (string, bool) {
	switch {
	case bytes.Equal(in, sslRequest):
		return "N", true
	case len(in) > 8 && in[0] == 0 && in[4] == 0 && in[5] == 3: // a startup packet of protocol 3
		return "R\x00\x00\x00\x08\x00\x00\x00\x03", true // wants the password in clear
	}
	return "", false
}}

var answerPostgres = Fault{
	Name:  "answer-postgres",
	Title: "a PostgreSQL server without TLS gets a hello",
	Want:  plainSeen,
	Start: postgresOff.start,
}
