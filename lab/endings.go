package lab

import (
	"io"
	"net"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// ending is how a peer ends a connection once it has read the hello, which h
// is, or nil if what came is no hello of TLS.
type ending func(c *net.TCPConn, h *wire.ClientHello)

// refuse ends with a fatal alert.
func refuse(a iana.Alert) ending {
	return func(c *net.TCPConn, h *wire.ClientHello) {
		c.Write(alertRecord(h, a))
		hangUp(c, h)
	}
}

// alertRecord is a fatal alert in a record of the highest version that both
// record layers have, as OpenSSL sends before a version is selected.
func alertRecord(h *wire.ClientHello, a iana.Alert) []byte {
	v := iana.TLS12
	if h != nil {
		v = min(max(h.LegacyVersion, iana.SSL3), v)
	}
	payload := wire.Alert{Level: iana.AlertFatal, Description: a}.Append(nil)
	return wire.AppendRecord(nil, wire.Record{Type: iana.ContentAlert, Version: v, Payload: payload})
}

// hangUp ends with a FIN. It reads on: closing with bytes unread is a reset,
// and that would overtake what was sent before.
func hangUp(c *net.TCPConn, _ *wire.ClientHello) {
	c.CloseWrite()
	io.Copy(io.Discard, c)
}

// reset ends with a RST.
func reset(c *net.TCPConn, _ *wire.ClientHello) {
	c.SetLinger(0)
	c.Close()
}

// stayQuiet reads, says nothing and ends when the client does.
func stayQuiet(c *net.TCPConn, _ *wire.ClientHello) { io.Copy(io.Discard, c) }
