package scan

import (
	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/knowledge/policies"
	"github.com/parley-tls/parley/knowledge/primes"
	"github.com/parley-tls/parley/knowledge/weaknesses"
	"github.com/parley-tls/parley/pkix"
)

// Weaknesses hold what was learned at an endpoint against all that a handshake can
// show to be weak. Nil where nothing was learned.
func (e *Endpoint) Weaknesses() []weaknesses.Finding {
	if !e.Learned() {
		return nil
	}
	return weaknesses.Find(&e.Server, weaknesses.Beside{Leaves: leavesOf(&e.Server), Prime: func(p []byte) string {
		k, _ := primes.Find(p)
		return k.Name
	}})
}

// leavesOf are the server's own certificates.
func leavesOf(s *parley.Server) (out []weaknesses.Leaf) {
	for _, c := range CertificatesOf(s) {
		if !c.Issuer {
			out = append(out, weaknesses.Leaf{
				Name: c.Name, Key: c.Key, Bits: c.Bits, Group: c.Group, Digest: c.Digest, SelfIssued: c.Anchor, Broken: c.Broken, From: c.From,
			})
		}
	}
	return out
}

// CertificatesOf are the certificates that a server sent, as far as policies speak
// of them. One that cannot be read is there all the same, with nothing known of it.
func CertificatesOf(s *parley.Server) []policies.Certificate {
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
	if !out.Issuer {
		out.Broken = c.Key.Broken()
	}
	out.Signature = c.Signature.Name
	out.Anchor = c.SelfIssued()
	if c.Signature.Digest != pkix.DigestUnknown {
		out.Digest = c.Signature.Digest.String()
	}
	if !c.NotBefore.IsZero() && c.NotAfter.After(c.NotBefore) {
		// The last second belongs to it (RFC 5280, Section 4.1.2.5).
		out.Days = (c.NotAfter.Sub(c.NotBefore).Seconds() + 1) / (24 * 60 * 60)
	}
}
