package certificates

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/pkix"
)

// Given is what is known of one chain.
type Given struct {
	Sent [][]byte // DER, as sent, the leaf first
	Name string   // what was asked for: a DNS name, an address; empty: nothing is compared
	Port uint16   // for the records of the DNS
	Now  time.Time
	// Stores are the programmes to judge by, and what was named for this target. Fetched are certificates that the
	// server did not send, from where others say that they are.
	Stores  []parley.Store
	Fetched []parley.Issuer
	// Staple is the OCSP response that came; nil: none. StapleAsked: one was asked for.
	Staple      []byte
	StapleAsked parley.Truth
	// Timestamps is the list that came in the handshake; nil: none. TimestampsAsked:
	// it was asked for.
	Timestamps      []byte
	TimestampsAsked parley.Truth
	// Answers are what places that the certificates name said of revocation; nil:
	// they were not asked.
	Answers []Answer
	DNS     *DNS // nil: not asked
	From    []parley.Source
}

// Report is what is to be said of a chain.
type Report struct {
	Now  time.Time
	Sent []*pkix.Certificate // nil where one could not be read
	// Complete: with what was sent alone a path leads to a root of a programme, or
	// to a self-signed one that was sent.
	Complete parley.Truth
	// Ordered: each certificate that was sent issued the one before it.
	Ordered parley.Truth
	// Missing is the issuer that was not sent; empty: none, or it is the root.
	// MissingAt is where it is said to be.
	Missing   string
	MissingAt []string
	// Fetched are those that were fetched and stand in the path.
	Fetched []*pkix.Certificate
	// Path is the one judged, its root last if it is known.
	Path     []*pkix.Certificate
	Problems []pkix.Problem
	Stores   []Trusted
	CT       Transparency
	// Revocation is what the staple, and what was fetched, say.
	Revocation []Status
	Lints      []Lint
	DNS        *DNS
	From       []parley.Source
}

// Trusted says whether a path leads to a root of a programme.
type Trusted struct {
	Store  parley.Store // without its roots
	Builds parley.Truth
	Root   string // where it ends
	Why    string // of no and unknown
}

// General are the rules that the clients of today share, and the documents.
var General = parley.Verification{
	When: parley.InHandshake, Names: parley.Yes, CommonName: parley.No, CommonNameBesideSAN: parley.No, AddressInCommonName: parley.No,
	PartialWildcards: parley.No, InnerWildcards: parley.No, TopWildcards: parley.No, SHA1: parley.No, MD5: parley.No, LeafRSABits: 2048,
	CARSABits: 2048, ECDSA: parley.Yes, PartialChain: parley.No, TrustedLeaf: parley.No, SentFirst: parley.No, FirstIssuer: parley.No,
	ExpiredRoot: parley.No, Reorders: parley.Yes, MustStaple: parley.Yes, UnknownCritical: parley.No, KeyUsage: parley.Yes, SigningUsage: parley.Yes,
	CAExtKeyUsage: parley.Yes, CALeaf: parley.No, AnyExtKeyUsage: parley.No, NegativeSerial: parley.No, TwiceExtension: parley.No,
	LaxEncoding: parley.No, Programme: parley.AsGiven,
}

// Judge says what is to be said of a chain.
func Judge(g Given) Report {
	r := Report{Now: g.Now, From: g.From}
	staple, stapled := readStaple(g.Staple)
	stores := narrow(g)
	q := pkix.Question{
		Sent: g.Sent, Name: g.Name, Now: g.Now, Rules: General, Purpose: pkix.ForServer,
		Staple: truth(stapled), Roots: pools(stores),
	}
	if !stapled && g.StapleAsked != parley.Yes {
		q.Staple = parley.Unknown
	}
	alone := pkix.Verify(q)
	r.Sent = alone.Sent
	for _, i := range g.Fetched {
		if i.DER != nil {
			q.Extra = append(q.Extra, i.DER)
		}
	}
	v := alone
	if q.Extra != nil {
		v = pkix.Verify(q)
	}
	for _, s := range v.Path {
		r.Path = append(r.Path, s.Certificate)
	}
	if r.Path == nil {
		r.Path = lead(v.Sent, q.Extra)
	}
	for _, c := range r.Path {
		had := func(ders [][]byte) bool {
			return slices.ContainsFunc(ders, func(der []byte) bool { return bytes.Equal(der, c.Raw) })
		}
		if had(q.Extra) && !had(g.Sent) {
			r.Fetched = append(r.Fetched, c)
		}
	}
	r.judgeSent(alone)
	for _, p := range v.Problems {
		if p.Kind != pkix.NoPath || p.Why != pkix.IssuerMissing && p.Why != pkix.RootUntrusted && p.Why != pkix.SelfSignedLeaf {
			r.Problems = append(r.Problems, p)
		}
	}
	for i, s := range stores {
		r.Stores = append(r.Stores, r.judgeStore(q, g.Stores[i], s, v))
	}
	r.judgeTimestamps(g, staple)
	r.judgeRevocation(g, staple)
	if r.Public() && r.Leaf() != nil {
		r.Lints = OfPath(r.Path)
	}
	r.DNS = g.DNS.judged(r.Path)
	return r
}

// Leaf is the first certificate that was sent; nil: it could not be read, or
// none was.
func (r *Report) Leaf() *pkix.Certificate {
	if len(r.Sent) == 0 {
		return nil
	}
	return r.Sent[0]
}

// Faults are what keeps clients from going on with a chain, whichever roots they
// have: a path that is not valid, or that was revoked.
func (r *Report) Faults() (out []string) {
	for _, p := range r.Problems {
		if p.Stops == parley.Yes {
			out = append(out, Words(p))
		}
	}
	for _, s := range r.Revocation {
		if s.Is == pkix.Revoked {
			out = append(out, s.About+" was revoked")
		}
	}
	return out
}

// Public says that a path leads to a root of some programme.
func (r *Report) Public() bool {
	return slices.ContainsFunc(r.Stores, func(t Trusted) bool { return t.Builds == parley.Yes && !t.Store.Given() })
}

// Known says that a path leads to a root of some store, be it a programme's or one
// that was named for the target.
func (r *Report) Known() bool {
	return slices.ContainsFunc(r.Stores, func(t Trusted) bool { return t.Builds == parley.Yes })
}

// Issuer is that of the leaf, as far as it is known; nil: it is not.
func (r *Report) Issuer() *pkix.Certificate {
	if len(r.Path) < 2 {
		return nil
	}
	return r.Path[1]
}

// narrow leaves of each store the roots that the certificates may lead to: those
// that hold the name of an issuer. A programme has 150, and reading them all
// takes longer than a scan.
func narrow(g Given) []parley.Store {
	var wanted [][]byte
	have := map[string]bool{}
	add := func(der []byte) {
		c, err := pkix.Read(der)
		if err != nil {
			return
		}
		have[string(c.Raw)] = true
		if name := c.Issuer.Short(); !slices.ContainsFunc(wanted, func(w []byte) bool { return string(w) == name }) {
			wanted = append(wanted, []byte(name))
		}
	}
	for _, der := range g.Sent[:min(len(g.Sent), 16)] {
		add(der)
	}
	for _, i := range g.Fetched {
		add(i.DER)
	}
	out := make([]parley.Store, len(g.Stores))
	for i, s := range g.Stores {
		out[i] = s
		out[i].Roots = nil
		for _, der := range s.Roots {
			if have[string(der)] || slices.ContainsFunc(wanted, func(w []byte) bool { return bytes.Contains(der, w) }) {
				out[i].Roots = append(out[i].Roots, der)
			}
		}
	}
	return out
}

func pools(stores []parley.Store) (out []*pkix.Pool) {
	for _, s := range stores {
		out = append(out, pkix.NewPool(s.Name, s.Roots...))
	}
	return out
}

// lead follows the issuers from the leaf as far as they are at hand.
func lead(sent []*pkix.Certificate, extra [][]byte) []*pkix.Certificate {
	if len(sent) == 0 || sent[0] == nil {
		return nil
	}
	all := slices.Clone(sent)
	for _, der := range extra {
		if c, err := pkix.Read(der); err == nil {
			all = append(all, c)
		}
	}
	path := sent[:1:1]
	for len(path) < 16 {
		last := path[len(path)-1]
		i := slices.IndexFunc(all, func(c *pkix.Certificate) bool {
			return c != nil && !slices.Contains(path, c) && c.Subject.Equal(last.Issuer) && last.SignedBy(c) == parley.Yes
		})
		if i < 0 || last.SelfIssued() && last.SignedBy(last) == parley.Yes {
			break
		}
		path = append(path, all[i])
	}
	return path
}

// judgeSent says what is odd about how the chain was sent.
func (r *Report) judgeSent(alone pkix.Verdict) {
	if r.Leaf() == nil {
		return
	}
	r.Ordered = truth(!slices.ContainsFunc(alone.Problems, func(p pkix.Problem) bool { return p.Kind == pkix.WrongOrder }))
	if alone.Path == nil {
		r.Ordered = ordered(r.Sent)
	}
	no, missing := alone.Has(pkix.NoPath)
	switch {
	case alone.Path != nil:
		r.Complete = parley.Yes
	case missing && no.Why == pkix.IssuerMissing && len(r.Fetched) > 0:
		r.Missing, r.MissingAt = no.Issuer, no.URLs
		r.Complete = truth(r.Fetched[0].SelfIssued())
	case missing && no.Why == pkix.IssuerMissing:
		r.Missing, r.MissingAt = no.Issuer, no.URLs
		if no.Role == pkix.Leaf && len(no.URLs) > 0 {
			r.Complete = parley.No // no public CA issues by its root
		} // else the issuer may be a root that no programme has
	case missing:
		r.Complete = parley.Yes
	}
}

// ordered says whether those that were sent follow one another.
func ordered(sent []*pkix.Certificate) parley.Truth {
	for i, c := range sent[1:] {
		if c == nil || sent[i] == nil {
			return parley.Unknown
		}
		if !c.Subject.Equal(sent[i].Issuer) {
			return parley.No
		}
	}
	return parley.Yes
}

// staleAfter is the age at which a list no longer says what a programme lacks.
const staleAfter = 365 * 24 * time.Hour

// judgeStore says whether a path leads to a root of one programme.
func (r *Report) judgeStore(q pkix.Question, whole, narrowed parley.Store, all pkix.Verdict) Trusted {
	t := Trusted{Store: whole}
	t.Store.Roots = nil
	q.Roots = []*pkix.Pool{pkix.NewPool(narrowed.Name, narrowed.Roots...)}
	q.Rules.Programme = programmeOf(whole.Name)
	v := pkix.Verify(q)
	if v.Path == nil {
		t.Builds, t.Why = r.noRoot(q, whole, all)
		return t
	}
	t.Builds, t.Root = parley.Yes, v.Path[len(v.Path)-1].Certificate.Subject.Short()
	for _, p := range v.Problems {
		if p.Kind != pkix.Distrusted && (p.Role == pkix.Leaf || p.Role == pkix.RoleUnknown) {
			continue // it is said of the leaf, and the same everywhere
		}
		switch {
		case p.Stops == parley.Yes:
			t.Builds, t.Why = parley.No, Words(p)
			return t
		case p.Stops == parley.Unknown && t.Builds == parley.Yes:
			t.Builds, t.Why = parley.Unknown, Words(p)
		}
	}
	return t
}

// programmeOf is the name of a store among the rules about CAs that programmes
// removed.
func programmeOf(store string) string {
	switch store {
	case "Chrome", "Mozilla", "Apple", "Java":
		return store
	}
	return parley.AsGiven // whose rules are not known
}

// noRoot says why no path leads to a root of a programme.
func (r *Report) noRoot(q pkix.Question, s parley.Store, all pkix.Verdict) (parley.Truth, string) {
	if len(r.Path) == 0 {
		return parley.Unknown, "the certificate cannot be read"
	}
	date, err := time.Parse(time.DateOnly, s.Date)
	old := err == nil && q.Now.Sub(date) > staleAfter
	top := r.Path[len(r.Path)-1]
	if l := lacked(s, top); l != "" {
		return parley.Unknown, l + " is in its list, and the certificate is not at hand"
	}
	switch {
	case all.Path == nil && r.Complete == parley.No && len(r.Fetched) == 0:
		return parley.No, "the issuer was not sent: " + top.Issuer.Short()
	case all.Path == nil && !top.SelfIssued():
		return parley.No, "no root is called " + top.Issuer.Short()
	case all.Path == nil && len(r.Path) == 1:
		return parley.No, "the certificate is its own issuer"
	case old:
		return parley.Unknown, fmt.Sprintf("%s is not in its list of %s, and there are newer ones", top.Subject.Short(), s.Date)
	}
	return parley.No, top.Subject.Short() + " is not in it"
}

// lacked is the name of a root that ends the path, or issued what ends it, where
// the list has it and its certificate is not at hand; empty: there is none.
func lacked(s parley.Store, top *pkix.Certificate) string {
	digest := Digest(top)
	for _, l := range s.Lacks {
		if strings.HasPrefix(digest, l.Digest) || !top.SelfIssued() && l.Name == top.Issuer.Short() {
			return l.Name
		}
	}
	return ""
}

// Digest is the SHA-256 of a certificate, in hexadecimal.
func Digest(c *pkix.Certificate) string {
	h := sha256.Sum256(c.Raw)
	return hex.EncodeToString(h[:])
}

func truth(is bool) parley.Truth {
	if is {
		return parley.Yes
	}
	return parley.No
}
