package lab

import (
	"bytes"

	"github.com/parley-tls/parley/iana"
)

// alterFinished proves another handshake than the one that took place, as a
// peer would that changed what was said on its way (RFC 8446, Section 4.4.4).
var alterFinished = Fault{
	Name:  "alter-finished",
	Title: "the Finished of 1.3 proves another handshake",
	Want:  violation,
	Start: func() starter {
		t := ecdhe13
		t.Says = withAnotherFinished
		return scripted(t)
	}(),
}

// withAnotherFinished changes the last bit of the verify_data.
func withAnotherFinished(m []byte) (iana.ContentType, []byte) {
	if len(m) > 0 && iana.HandshakeType(m[0]) == iana.TypeFinished {
		m = bytes.Clone(m)
		m[len(m)-1] ^= 1
	}
	return iana.ContentHandshake, m
}
