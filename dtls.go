package parley

import (
	"slices"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// OverDTLS returns the hello that a client would send over DTLS where it sends h
// over TCP: with the versions of DTLS that follow those it offers, without suites
// that do not go over datagrams and without a session ID, which DTLS does not need
// (RFC 6347, Section 4.2; RFC 9147, Section 5.3). Nil: it offers no such version.
func OverDTLS(h *wire.ClientHello) *wire.ClientHello {
	var vs []iana.Version
	for _, v := range slices.Backward(TransportDTLS.Versions()) {
		if h.Offers(v.TLS()) {
			vs = append(vs, v)
		}
	}
	if len(vs) == 0 {
		return nil
	}
	c := h.Clone()
	c.LegacyVersion, c.SessionID = legacyOf(vs[0]), nil
	if vs[0] == iana.DTLS13 {
		c.SetSupportedVersions(vs)
	} else {
		c.SetSupportedVersions(nil)
	}
	c.Suites = slices.DeleteFunc(c.Suites, func(s iana.Suite) bool {
		i, known := s.Info()
		return known && !i.SCSV && !slices.ContainsFunc(vs, s.UsableAt)
	})
	return c
}

// InTLS returns the terms of a server of DTLS as if its versions were those of TLS
// that they follow: what a policy says of these is demanded of it as well (RFC 9325,
// Section 3.1.2). A version that none of DTLS follows is refused.
// Terms over another transport are returned as they are.
func (s *Server) InTLS() *Server {
	if s.Scope.Transport != TransportDTLS {
		return s
	}
	t := *s
	t.Accepts = map[iana.Version]Column{}
	for _, v := range AllVersions {
		t.Accepts[v] = Column{Accepted: Fact{Is: No, Why: "no version of DTLS follows it"}}
	}
	for _, v := range TransportDTLS.Versions() {
		t.Accepts[v.TLS()] = s.Accepts[v]
	}
	return &t
}
