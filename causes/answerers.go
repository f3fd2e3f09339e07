package causes

import (
	"slices"
	"strings"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/knowledge/middleboxes"
	"github.com/parley-tls/parley/pkix"
	"github.com/parley-tls/parley/wire"
)

// Who answers is told by certificates: of the same name asked for another way,
// at another address, or under another name at the same address. None of them
// tells by itself; what differs between two does.

// shown is a chain that a server sent in answer to an attempt, read.
type shown struct {
	Attempt parley.Attempt
	Reply   parley.Reply
	Chain   []*pkix.Certificate
}

// shownIn are the chains that came in answer to an attempt, one a reply. A reply
// without one that can be read is left out.
func (v *View) shownIn(a parley.Attempt) []shown {
	var out []shown
	for _, r := range v.E.RepliesTo(a.ID) {
		var sent [][]byte
		for _, ev := range r.Events {
			if m, ok := ev.Item.Message.(*wire.Certificate); ok && ev.From == parley.ServerSide {
				sent = m.Raw
			}
		}
		if len(sent) == 0 || !r.AnswerTo(a).Accepted() {
			continue
		}
		s := shown{Attempt: a, Reply: r}
		for _, der := range sent {
			if c, err := pkix.Read(der); err == nil {
				s.Chain = append(s.Chain, c)
			} else if len(s.Chain) == 0 {
				break // the leaf cannot be read
			}
		}
		if len(s.Chain) > 0 {
			out = append(out, s)
		}
	}
	return out
}

// first is the first chain in answer to an attempt.
func (v *View) first(a parley.Attempt) (shown, bool) {
	all := v.shownIn(a)
	if len(all) == 0 {
		return shown{}, false
	}
	return all[0], true
}

func (s shown) leaf() *pkix.Certificate { return s.Chain[0] }

// raw is the chain as it was sent.
func (s shown) raw() [][]byte {
	var out [][]byte
	for _, c := range s.Chain {
		out = append(out, c.Raw)
	}
	return out
}

// dnsNames are the names of a leaf.
func dnsNames(c *pkix.Certificate) []string {
	if c.Names == nil {
		return nil
	}
	return c.Names.DNS
}

// through is an attempt with changes that goes as far as it does itself: to the
// certificate, which comes encrypted in 1.3.
func through(a parley.Attempt, changes ...parley.Change) parley.Attempt {
	w := a.With(changes...)
	w.Until, w.Cert = a.Until, a.Cert
	return w.Identify()
}

// accepts says whether a client takes a chain, by the roots that judge.
func (v *View) accepts(c *parley.Client, s shown) bool {
	pools := poolsOf(v.E.Trust, false)
	if len(pools) == 0 {
		return false
	}
	q := v.question(s.raw(), parley.Unknown)
	q.Roots = pools
	if c != nil && c.Verifies != nil {
		q.Rules = *c.Verifies
	}
	verdict := pkix.Verify(q)
	return verdict.Path != nil && verdict.Accepts != parley.No
}

// public says whether a chain ends in a root of the second opinion.
func (v *View) public(s shown) bool {
	pools := poolsOf(v.E.Trust, true)
	if len(pools) == 0 {
		return false
	}
	q := v.question(s.raw(), parley.Unknown)
	q.Roots = pools
	return pkix.Verify(q).Path != nil
}

// productOf is the product that a chain's issuers give away.
func productOf(chain []*pkix.Certificate) (middleboxes.Product, bool) {
	for i, c := range chain {
		names := []pkix.Name{c.Issuer}
		if i > 0 {
			names = append(names, c.Subject)
		}
		for _, n := range names {
			if p, ok := middleboxes.Find(middleboxes.Name{CN: n.CN, O: n.O, OU: n.OU}); ok {
				return p, true
			}
		}
	}
	return middleboxes.Product{}, false
}

// way says in words which way a scope goes.
func way(s parley.Scope) string {
	if s.Via == "" {
		return "directly"
	}
	return "through the proxy " + s.Via
}

// asksDirectly says that the direct way is among those that were asked for.
func (v *View) asksDirectly() bool {
	return len(v.E.Target.Proxies) == 0 || slices.Contains(v.E.Target.Proxies, "")
}

// nonsense is a name that no server has a certificate for (RFC 6761, Section 6.4).
const nonsense = "nowhere.invalid"

// isFor says that a certificate names exactly this name, and not by a wildcard.
func isFor(c *pkix.Certificate, name string) bool {
	return slices.ContainsFunc(dnsNames(c), func(n string) bool { return strings.EqualFold(n, name) }) ||
		c.Names == nil && strings.EqualFold(c.Subject.CN, name)
}
