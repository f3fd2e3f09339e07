package parley

import (
	"slices"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// overDTLS says whether two sides meet over DTLS.
func overDTLS(c Client, s Server) bool {
	return s.Scope.Transport == TransportDTLS || len(c.Hellos) > 0 && TransportOf(c.Hellos[0].Message) == TransportDTLS
}

// negotiateDTLS is Negotiate over DTLS: what two sides agree upon there they agree
// upon in the versions of TLS that those of DTLS follow (RFC 6347, Section 4.1;
// RFC 9147, Section 5). Both sides' terms are put in these, and what comes out in those.
func negotiateDTLS(c Client, s Server) Outcome {
	over := inTLS(&s)
	over.Scope.Transport = TransportTCP
	c.Offers, c.Completes = inTLSVersions(c.Offers), inTLSVersions(c.Completes)
	hellos := slices.Clone(c.Hellos)
	for i := range hellos {
		hellos[i].Message = helloInTLS(hellos[i].Message)
	}
	c.Hellos = hellos
	if len(hellos) > 0 && hellos[0].Message != nil {
		c.Offers = OffersOf(hellos[0].Message)
	}
	out := Negotiate(c, over)
	out.Version = inDTLS(out.Version)
	for i := range out.Blocks {
		out.Blocks[i].Version = inDTLS(out.Blocks[i].Version)
	}
	for i := range out.Missing {
		out.Missing[i].Version = inDTLS(out.Missing[i].Version)
	}
	for _, set := range out.Unblock {
		for i, m := range set {
			if m.Axis == AxisVersion {
				values := slices.Clone(m.Values)
				for k := range values {
					values[k] = uint16(inDTLS(iana.Version(values[k])))
				}
				set[i].Values = values
			}
		}
	}
	return out
}

// inTLS is s.InTLS with what the server was seen to select.
func inTLS(s *Server) Server {
	t := *s
	if s.Scope.Transport == TransportDTLS {
		t = *s.InTLS()
	}
	t.Good = slices.Clone(s.Good)
	for i := range t.Good {
		t.Good[i].Version = t.Good[i].Version.TLS()
	}
	return t
}

// helloInTLS is the hello of TLS that offers what a hello of DTLS does.
func helloInTLS(h *wire.ClientHello) *wire.ClientHello {
	if TransportOf(h) != TransportDTLS {
		return h
	}
	c := h.Clone()
	c.LegacyVersion = h.LegacyVersion.TLS()
	if vs := h.SupportedVersions(); vs != nil {
		for i := range vs {
			vs[i] = vs[i].TLS()
		}
		c.SetSupportedVersions(vs)
	}
	c.Suites = slices.DeleteFunc(c.Suites, func(s iana.Suite) bool {
		i, known := s.Info()
		return known && !i.SCSV && !slices.ContainsFunc(TransportDTLS.Versions(), s.UsableAt)
	})
	return c
}

func inTLSVersions[T any](m map[iana.Version]T) map[iana.Version]T {
	if m == nil {
		return nil
	}
	out := make(map[iana.Version]T, len(m))
	for v, x := range m {
		out[v.TLS()] = x
	}
	return out
}

// inDTLS is the version of DTLS that follows one of TLS; what none follows stays.
func inDTLS(v iana.Version) iana.Version {
	if w := TransportDTLS.Version(v); w != 0 {
		return w
	}
	return v
}
