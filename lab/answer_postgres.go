package lab

import (
	"bytes"
	"context"

	"github.com/parley-tls/parley"
)

// sslRequest asks a PostgreSQL server for TLS.
var sslRequest = []byte{0, 0, 0, 8, 4, 210, 22, 47}

// answerPostgres stands for a PostgreSQL server with ssl=off. It hangs up on a
// bare hello, which it reads as a packet of impossible length, so that only the
// request for TLS gets words out of it. Who asks for TLS by the protocol's own
// means is right to expect it: the side is the server.
var answerPostgres = Fault{
	Name:  "answer-postgres",
	Title: "a PostgreSQL server has TLS switched off",
	Want:  Want{Cause: "plaintext.tls-to-plain-port", Side: parley.ServerSide, Certainty: parley.Seen, Exit: 1},
	Start: func(ctx context.Context, l *Lab) (Target, error) {
		t, err := plainPeer{reply: func(in []byte) (string, bool) {
			switch {
			case bytes.Equal(in, sslRequest):
				return "N", true
			case len(in) > 8 && in[0] == 0 && in[4] == 0 && in[5] == 3: // a startup packet of protocol 3
				return "R\x00\x00\x00\x08\x00\x00\x00\x03", true // wants the password in clear
			}
			return "", false
		}}.start(ctx, l)
		t.StartTLS = "postgres"
		return t, err
	},
}
