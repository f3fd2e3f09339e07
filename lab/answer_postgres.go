package lab

import (
	"bytes"
	"context"
)

// sslRequest asks a PostgreSQL server for TLS.
var sslRequest = []byte{0, 0, 0, 8, 4, 210, 22, 47}

// answerPostgres stands for a PostgreSQL server with ssl=off. It hangs up on a
// bare hello, which it reads as a packet of impossible length, so that only the
// request for TLS gets a word out of it.
var answerPostgres = Fault{
	Name:  "answer-postgres",
	Title: "a PostgreSQL server has TLS switched off",
	Want:  plainSeen,
	Start: askedFor("postgres", plainPeer{reply: func(in []byte) (string, bool) {
		switch {
		case bytes.Equal(in, sslRequest):
			return "N", true
		case len(in) > 8 && in[0] == 0 && in[4] == 0 && in[5] == 3: // a startup packet of protocol 3
			return "R\x00\x00\x00\x08\x00\x00\x00\x03", true // wants the password in clear
		}
		return "", false
	}}),
}

// askedFor is the Start of a peer that the client asks to start TLS by the means
// of its own protocol.
func askedFor(protocol string, p plainPeer) func(context.Context, *Lab) (Target, error) {
	return func(ctx context.Context, l *Lab) (Target, error) {
		t, err := p.start(ctx, l)
		t.StartTLS = protocol
		return t, err
	}
}
