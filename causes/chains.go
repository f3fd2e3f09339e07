package causes

import (
	"slices"
	"strings"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/pkix"
	"github.com/parley-tls/parley/wire"
)

// gap is what a chain that leads to no trust anchor lacks.
type gap uint8

const (
	gapUnknown         gap = iota
	gapSelfSigned          // nothing: the leaf vouches for itself
	gapDistrusted          // trust that was taken away
	gapStale               // the anchor has another key
	gapStore               // a public root in the store
	gapIssuer              // an intermediate, which is known from elsewhere
	gapIssuerOrRoot        // an intermediate, for all that is known of the issuer
	gapRootOrIssuer        // an intermediate, or the root of a private CA: nothing is known of the issuer
	gapPrivateRoot         // the root of a CA that nobody here knows, which is at hand
	gapUnknownRoot         // the same, which is not at hand
	gapOrder               // the order that the client takes
	gapNotRoot             // that the anchor is a root, for a client that demands one
	gapTrustedNotTaken     // that a trusted leaf is a CA, for a client that demands one
)

// missing is a chain without a path: what it lacks, and from where that is known.
type missing struct {
	Objection
	gap
	used   []*pkix.Certificate // of gapIssuer: what completes it
	sign   string              // of gapIssuerOrRoot: why the issuer should be an intermediate
	from   string              // of gapIssuer: where that was had
	store  string              // of gapStore: which one has the root
	anchor string              // of gapStore and gapIssuer: the root; of gapPrivateRoot: the CA
}

// gaps are what the chains lack that lead some client in question nowhere.
func (v *View) gaps(of ...gap) []missing {
	var out []missing
	for _, o := range v.Objections(true, pkix.NoPath) {
		if m := v.missing(o); slices.Contains(of, m.gap) {
			out = append(out, m)
		}
	}
	for _, k := range []struct {
		pkix.Kind
		gap
	}{{pkix.WrongOrder, gapOrder}, {pkix.PartialPath, gapNotRoot}, {pkix.TrustedLeaf, gapTrustedNotTaken}} {
		if slices.Contains(of, k.gap) {
			for _, o := range v.Objections(false, k.Kind) {
				out = append(out, missing{Objection: o, gap: k.gap})
			}
		}
	}
	return out
}

func (v *View) missing(o Objection) missing {
	m := missing{Objection: o}
	if _, taken := o.Verdict.Has(pkix.Distrusted); taken {
		m.gap = gapDistrusted
		return m
	}
	switch o.Why {
	case pkix.SelfSignedLeaf:
		m.gap = gapSelfSigned
		return m
	case pkix.StaleCA:
		m.gap = gapStale
		return m
	}
	second, store, has := v.SecondOpinion()
	if has && second.Path != nil {
		m.gap, m.store, m.anchor = gapStore, store, second.Path[len(second.Path)-1].Certificate.Subject.Short()
		return m
	}
	if o.Why == pkix.RootUntrusted {
		m.gap, m.anchor = gapPrivateRoot, o.Certificate.Subject.Short()
		return m
	}
	return v.withKnown(m)
}

// withKnown tries the certificates that are known and were not sent.
func (v *View) withKnown(m missing) missing {
	sent, staple, _ := certificates(v.E, v.E.Attempts[m.Attempt])
	q := v.question(sent, staple)
	for _, known := range []struct {
		ders [][]byte
		from string
	}{{ders: v.elsewhere(sent), from: "another answer of this name has it"}, {ders: issuersOf(v.E), from: "it was fetched from where the certificate says"}} {
		q.Extra = append(q.Extra, known.ders...)
		for _, second := range []bool{false, true} {
			q.Roots = poolsOf(v.E.Trust, second)
			if got := pkix.Verify(q); len(known.ders) > 0 && got.Path != nil {
				m.gap, m.from, m.anchor = gapIssuer, known.from, got.Path[len(got.Path)-1].Certificate.Subject.Short()
				for _, s := range got.Path {
					if s.Sent < 0 && s.Pool == "" {
						m.used = append(m.used, s.Certificate)
					}
				}
				return m
			}
		}
	}
	q.Roots = poolsOf(v.E.Trust, false)
	if got := pkix.Verify(q); len(q.Extra) > 0 {
		if p, no := got.Has(pkix.NoPath); no && p.Why == pkix.RootUntrusted {
			m.gap, m.anchor = gapPrivateRoot, p.Certificate.Subject.Short()
			return m
		}
	}
	m.gap = gapUnknownRoot
	if m.Sent == 0 {
		m.gap, m.sign = gapRootOrIssuer, v.belowAnother(m)
		if m.sign != "" {
			m.gap = gapIssuerOrRoot
		}
	}
	return m
}

// belowAnother says what speaks for it that the issuer of a leaf that came alone
// is an intermediate, and no root: public CAs issue below intermediates only, and
// private ones seldom publish their certificates. Empty: nothing does.
func (v *View) belowAnother(m missing) string {
	switch issuer := m.Certificate.Issuer; {
	case m.Certificate.SCTs:
		return "The certificate has timestamps of logs, as those of public CAs have, which issue below intermediates."
	case len(m.URLs) > 0:
		return "The certificate says where its issuer is to be had."
	case issuer.O != "":
		for _, second := range []bool{false, true} {
			for _, pool := range poolsOf(v.E.Trust, second) {
				for _, root := range pool.Certificates() {
					if strings.EqualFold(root.Subject.O, issuer.O) {
						return pool.Name + " has a root of the same organisation, " + root.Subject.Short() + "."
					}
				}
			}
		}
	}
	for _, store := range v.E.Trust {
		if store.Given() {
			return store.Name + " was given for this server, and what it has did not issue the leaf itself."
		}
	}
	return ""
}

// elsewhere are the certificates that came in other answers and not in this one:
// an address of a farm may send what another leaves out.
func (v *View) elsewhere(sent [][]byte) [][]byte {
	const most = 32
	var out [][]byte
	has := func(list [][]byte, der []byte) bool {
		return slices.ContainsFunc(list, func(b []byte) bool { return string(b) == string(der) })
	}
	for _, r := range v.E.Replies {
		for _, ev := range r.Events {
			m, ok := ev.Item.Message.(*wire.Certificate)
			if !ok || ev.From != parley.ServerSide {
				continue
			}
			for _, der := range m.Raw {
				if len(out) < most && !has(sent, der) && !has(out, der) {
					out = append(out, der)
				}
			}
		}
	}
	return out
}

// issuersOf are the certificates that were fetched.
func issuersOf(e *parley.Evidence) [][]byte {
	var out [][]byte
	for _, i := range e.Issuers {
		if len(i.DER) > 0 {
			out = append(out, i.DER)
		}
	}
	return out
}

// lacking makes one finding of the gaps of one cause.
func (v *View) lacking(id parley.CauseID, side parley.Side, ms []missing, say func(m missing) string) []parley.Finding {
	os := make([]Objection, len(ms))
	for i, m := range ms {
		os[i] = m.Objection
	}
	i := 0
	return v.objected(id, side, os, func(Objection) string {
		i++
		return say(ms[i-1])
	})
}
