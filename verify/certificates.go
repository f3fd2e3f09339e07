package verify

import (
	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/knowledge/policies"
	"github.com/parley-tls/parley/pkix"
)

// certificatesOf reads the certificates of a server as far as policies speak of
// them. One that cannot be read is there all the same, with nothing known of it.
func certificatesOf(s *parley.Server) []policies.Certificate {
	var out []policies.Certificate
	for _, ch := range s.Chains {
		for i, raw := range ch.Raw {
			c, err := pkix.Read(raw)
			cert := policies.Certificate{Issuer: i > 0, From: ch.From}
			if err == nil {
				fill(&cert, c)
			}
			out = append(out, cert)
		}
	}
	return out
}

func fill(out *policies.Certificate, c *pkix.Certificate) {
	out.Name = c.Subject.Short()
	if c.Names != nil && len(c.Names.DNS) > 0 && !out.Issuer {
		out.Name = c.Names.DNS[0]
	}
	out.Key, out.Bits, out.Group = c.Key.Type, c.Key.Bits, c.Key.Group
	out.Signature = c.Signature.Name
	out.Anchor = out.Issuer && c.SelfIssued()
	if c.Signature.Digest != pkix.DigestUnknown {
		out.Digest = c.Signature.Digest.String()
	}
	if !c.NotBefore.IsZero() && c.NotAfter.After(c.NotBefore) {
		// The last second belongs to it (RFC 5280, Section 4.1.2.5).
		out.Days = (c.NotAfter.Sub(c.NotBefore).Seconds() + 1) / (24 * 60 * 60)
	}
}
