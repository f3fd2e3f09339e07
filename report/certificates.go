package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/pkix"
)

// certificate is a leaf that was seen, and the stores that have a root to which a
// path leads from it.
type certificate struct {
	*pkix.Certificate
	trusted, not []string // names of stores, of Evidence.Trust
	days         int      // that are left
}

// certificate reads a chain that was seen; false: nothing of it was.
func (c *Check) certificate(ch parley.Chain) (certificate, bool) {
	if len(ch.Raw) == 0 || c.Evidence == nil {
		return certificate{}, false
	}
	leaf, err := pkix.Read(ch.Raw[0])
	if err != nil {
		return certificate{}, false
	}
	out := certificate{Certificate: leaf, days: int(leaf.NotAfter.Sub(c.Evidence.Now) / (24 * time.Hour))}
	for _, s := range c.Evidence.Trust {
		v := pkix.Verify(pkix.Question{Sent: ch.Raw, Roots: []*pkix.Pool{pkix.PoolOf(s)}, Now: c.Evidence.Now})
		if v.Path != nil {
			out.trusted = append(out.trusted, s.Name)
		} else if s.Second {
			out.not = append(out.not, s.Name)
		}
	}
	return out, true
}

// text is a line of a screen.
func (c certificate) text() string {
	parts := []string{c.Subject.Short(), "issued by " + c.Issuer.Short()}
	switch {
	case c.NotAfter.IsZero():
	case c.days < 0:
		parts = append(parts, "ended on "+c.NotAfter.UTC().Format(time.DateOnly))
	default:
		parts = append(parts, fmt.Sprintf("%d days left", c.days))
	}
	if len(c.trusted) > 0 {
		parts = append(parts, "trusted by "+strings.Join(c.trusted, " and "))
		if len(c.not) > 0 {
			parts = append(parts, "not by "+strings.Join(c.not, " and "))
		}
	}
	return strings.Join(parts, ", ")
}

// certificates are the lines about what servers presented.
func (s *screen) certificates(most int) []string {
	var seen, out []string
	label := "leaf"
	for i := range s.c.Addresses {
		for _, ch := range s.c.Addresses[i].Server.Chains {
			c, ok := s.c.certificate(ch)
			if !ok || len(seen) == most {
				continue
			}
			if text := c.text(); !slices.Contains(seen, text) {
				seen = append(seen, text)
				out = append(out, s.labelled(label, text, "", 2)...)
				label = ""
			}
		}
	}
	return out
}

// fill adds to a certificate of the contract what was read of it.
func (c certificate) fill(doc *certificateJSON) {
	doc.Subject, doc.Issuer, doc.Signature = c.Subject.Text, c.Issuer.Text, c.Certificate.Signature.Name
	if names := c.Covers(); names != nil {
		doc.Names = names
	}
	if !c.NotBefore.IsZero() {
		doc.NotBefore, doc.NotAfter = c.NotBefore.UTC().Format(time.RFC3339), c.NotAfter.UTC().Format(time.RFC3339)
	}
	doc.TrustedBy = some(c.trusted)
}
