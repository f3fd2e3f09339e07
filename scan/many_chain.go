package scan

import (
	"slices"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/certificates"
)

// Chain is what is said of the certificates of an address.
type Chain struct {
	// Complete: with what was sent alone a path leads to a root.
	Complete parley.Truth `json:"complete"`
	Missing  string       `json:"missing_issuer,omitempty"`
	// Trusted and Distrusted are the programmes whose roots a path leads to, or not.
	Trusted    []string `json:"trusted_by,omitempty"`
	Distrusted []string `json:"not_trusted_by,omitempty"`
	// Faults keep clients from going on, whichever roots they have.
	Faults []string `json:"faults,omitempty"`
	// Requirements of public CAs that are not met.
	Requirements []string `json:"requirements,omitempty"`
	Revocation   []string `json:"revocation,omitempty"`
	CAA          []string `json:"caa,omitempty"`
	TLSA         []string `json:"tlsa,omitempty"`
}

// chain says what is to be said of the chains of an endpoint.
func (e *Endpoint) chain() *Chain {
	if len(e.Certificates) == 0 {
		return nil
	}
	c := &Chain{Complete: e.Certificates[0].Complete, Missing: e.Certificates[0].Missing}
	add := func(to *[]string, text string) {
		if !slices.Contains(*to, text) {
			*to = append(*to, text)
		}
	}
	for i := range e.Certificates {
		r := &e.Certificates[i]
		if r.Complete != parley.Yes && c.Complete == parley.Yes {
			c.Complete, c.Missing = r.Complete, r.Missing
		}
		for _, s := range r.Stores {
			switch s.Builds {
			case parley.Yes:
				add(&c.Trusted, s.Store.Name)
			case parley.No:
				add(&c.Distrusted, s.Store.Name)
			}
		}
		for _, text := range r.Faults() {
			add(&c.Faults, text)
		}
		for _, l := range r.Lints {
			add(&c.Requirements, l.Clause+": "+l.Text)
		}
		for _, s := range r.Revocation {
			add(&c.Revocation, s.About+", "+s.Kind.String()+": "+s.String())
		}
		c.records(r.DNS)
	}
	// A programme that one chain of several leads to is told as the worse.
	c.Trusted = slices.DeleteFunc(c.Trusted, func(n string) bool { return slices.Contains(c.Distrusted, n) })
	return c
}

func (c *Chain) records(d *certificates.DNS) {
	if d == nil || c.CAA != nil || c.TLSA != nil {
		return
	}
	for _, r := range d.CAA.Records {
		c.CAA = append(c.CAA, r.String())
	}
	if d.CAA.Err != "" {
		c.CAA = append(c.CAA, "unknown: "+d.CAA.Err)
	}
	for _, r := range d.TLSA.Records {
		c.TLSA = append(c.TLSA, r.String())
	}
	if d.TLSA.Err != "" {
		c.TLSA = append(c.TLSA, "unknown: "+d.TLSA.Err)
	}
}
