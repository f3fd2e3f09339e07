package probe

import (
	"io"
	"slices"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// patience is how long the answer to a second hello may take at least.
const patience = 500 * time.Millisecond

// again asks for another handshake on the connection, up to 1.2: with the same
// offer, in no session, and with the proof of the first one where the server
// understands it (RFC 5746, Section 3.5).
func (o *outgoing) again() *end {
	h := o.hello.Clone()
	if _, err := io.ReadFull(o.p.rand(), h.Random[:]); err != nil {
		return &end{kind: parley.EndLocal, detail: "make the second hello: " + err.Error()}
	}
	h.SessionID = nil
	if _, ok := h.Extension(iana.ExtSessionTicket); ok {
		h.SetExtension(iana.ExtSessionTicket, nil)
	}
	h.Suites = slices.DeleteFunc(h.Suites, func(s iana.Suite) bool { return s == iana.SCSVRenegotiation || s == iana.SCSVFallback })
	h.RemoveExtension(iana.ExtALPN) // it stays what it is; NSS refuses a second one
	h.RemoveExtension(iana.ExtRenegotiationInfo)
	if _, secure := o.server.Extension(iana.ExtRenegotiationInfo); secure {
		h.SetExtension(iana.ExtRenegotiationInfo, append([]byte{byte(len(o.proof))}, o.proof...))
	}
	o.message(iana.TypeClientHello, h.Body(), h)
	e := o.send()
	o.hurry(max(patience, 3*o.sent.Sub(o.origin)))
	return e
}

// answered handles what comes after a second hello.
func (f *follow) answered(it wire.Item) *end {
	switch it.Type {
	case iana.TypeHelloRequest: // it may have been on its way
		return nil
	case iana.TypeServerHello:
		return &end{kind: parley.EndStopped}
	}
	return malformed("message: expected an answer to a second ClientHello, got %v", it.Type)
}
