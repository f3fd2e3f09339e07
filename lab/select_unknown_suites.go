package lab

import (
	"net"
	"slices"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

var selectUnknownSuites = Fault{
	Name:  "select-unknown-suites",
	Title: "the server selects a suite that stands in no registry",
	Start: behindBox(when(func(s sight) bool { return slices.ContainsFunc(s.Suites, newSuite) }, selects(func(h *wire.ClientHello, s *wire.ServerHello) {
		s.Suite = h.Suites[slices.IndexFunc(h.Suites, newSuite)]
	}))),
}

// newSuite says that a suite is neither registered nor reserved.
func newSuite(s iana.Suite) bool { return strangeSuite(s) && !iana.IsGREASE(uint16(s)) }

// selects ends with a ServerHello of 1.2 that change has changed.
func selects(change func(*wire.ClientHello, *wire.ServerHello)) ending {
	return func(c *net.TCPConn, h *wire.ClientHello) {
		s := &wire.ServerHello{LegacyVersion: iana.TLS12, Suite: iana.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, SessionID: h.SessionID, OmitExtensions: true}
		copy(s.Random[:], random(32))
		change(h, s)
		c.Write(wire.AppendRecords(nil, iana.ContentHandshake, iana.TLS12, s.Message()))
		hangUp(c, h)
	}
}
