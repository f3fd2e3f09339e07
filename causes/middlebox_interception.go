package causes

import (
	"bytes"
	"fmt"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/knowledge/middleboxes"
	"github.com/parley-tls/parley/pkix"
)

var middleboxInterception = &Cause{
	ID:    "middlebox.interception",
	Title: "a product on the path ends TLS with certificates of its own",
	Meaning: "Something between client and server - a firewall, a proxy, an antivirus program on the same machine - ends the connection, speaks TLS of " +
		"its own to the server, and shows the client a certificate that it made for the name. Clients that have its CA go through and do not notice; " +
		"programs with a store of their own, such as Java, Python, Node.js and containers, do not have it and stop.",
	Phase: parley.PhaseVerification,
	Best:  parley.Proved,
	Mistaken: []Mistake{
		{For: "chain.untrusted-private-ca", Test: "the issuer is another one on another way to the server, or issues for any name"},
		{For: "chain.truststore-missing", Test: "the root is no public one"},
		{For: "chain.self-signed", Test: "the certificate is another one on another way to the server, or under another name"},
		{For: "edge.answers-instead", Test: "who answers in the server's place has no certificate that clients trust"},
	},
	Asks: func(v *View) []parley.Ask { return v.resigned().asks },
	Find: func(v *View) []parley.Finding {
		r := v.resigned()
		if r.certainty == parley.NotCertain {
			return nil
		}
		f := v.objection("middlebox.interception", parley.PathSide, r.objection, r.because...)
		f.Certainty, f.Pair, f.NotExcluded = r.certainty, r.pair, r.not
		f.Intents = interceptionFixes(r.product, v.Identity(), r.ca)
		return []parley.Finding{f}
	},
	Explains:    []parley.CauseID{"chain.self-signed", "chain.untrusted-private-ca", "chain.incomplete", "chain.truststore-missing"},
	Fixes:       interceptionFixes(middleboxes.Product{}, "", ""),
	WillNotHelp: []string{"a new certificate on the server", "trusting the leaf: each one is made anew", "turning verification off: it cannot tell this product from an attacker"},
	References:  []string{"RFC 8446, Section 9.3", "RFC 5280, Section 6.1"},
	Cases: []Case{
		{
			Name: "through the proxy another CA issues for the name than directly", Fires: parley.Proved, Side: parley.PathSide,
			Transcript: `
client openssl-3.0
now 2026-11-22
certificate root  ca
certificate leaf  by=root names=shop.example
certificate box   ca cn="Office Proxy CA"
certificate made  by=box names=shop.example
trust system root
server 192.0.2.7:443 shop.example via=http://proxy.example:3128

base until=finished x2
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
< Certificate  cert=made encrypted
< Finished  encrypted
stopped

base - proxy until=finished x2
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
< Certificate  cert=leaf encrypted
< Finished  encrypted
stopped
`,
		},
		{
			Name: "a name that no server has gets a certificate as well", Fires: parley.Proved, Side: parley.PathSide,
			Transcript: `
client openssl-3.0
now 2026-11-22
certificate root  ca
certificate box   ca cn="Office Firewall CA"
certificate made  by=box names=shop.example
certificate more  by=box names=nowhere.invalid
trust system root
server 192.0.2.7:443 shop.example

base until=finished x2
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
< Certificate  cert=made encrypted
< Finished  encrypted
stopped

base = server_name nowhere.invalid until=finished x2
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
< Certificate  cert=more encrypted
< Finished  encrypted
stopped
`,
		},
		{
			Name: "the issuer is that of a known product", Fires: parley.Seen, Side: parley.PathSide,
			Transcript: `
client openssl-3.0
now 2026-11-22
certificate root  ca
certificate box   ca cn="ESET SSL Filter CA"
certificate made  by=box names=shop.example
trust system root
server 192.0.2.7:443 shop.example

base until=finished
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
< Certificate  cert=made encrypted
< Finished  encrypted
stopped
`,
		},
		{
			Name: "the client trusts the CA of the product",
			Transcript: `
client openssl-3.0
now 2026-11-22
certificate box   ca cn="ESET SSL Filter CA"
certificate made  by=box names=shop.example
trust system box
server 192.0.2.7:443 shop.example

base until=finished x3
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
< Certificate  cert=made encrypted
< Finished  encrypted
stopped
`,
		},
		{
			Name: "the proxy passes on what the server sends", Instead: "chain.self-signed",
			Transcript: `
client openssl-3.0
now 2026-11-22
certificate root  ca
certificate leaf  cn=shop.example names=shop.example
trust system root
server 192.0.2.7:443 shop.example via=http://proxy.example:3128

base until=finished
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
< Certificate  cert=leaf encrypted
< Finished  encrypted
stopped

base - proxy until=finished
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
< Certificate  cert=leaf encrypted
< Finished  encrypted
stopped
`,
		},
	},
}

func interceptionFixes(p middleboxes.Product, host, ca string) []parley.Intent {
	inspection, itsCA := "the inspection", "the product's CA"
	if p.Name != "" {
		inspection, itsCA = "the inspection by "+p.Name, "the CA of "+p.Name
	}
	if ca != "" {
		itsCA += ", " + ca + ","
	}
	if host == "" {
		host = "this host"
	}
	trust := parley.Intent{
		Side: parley.ClientSide, Grade: parley.Best, Kind: parley.TrustCertificate, Plain: "add " + itsCA + " to the store that this program reads",
		Price: "it can then read and change what this program says to any server",
	}
	pass := parley.Intent{
		Side: parley.PathSide, Grade: parley.Best, Kind: parley.PassUnopened, Text: host, Plain: "exempt " + host + " from " + inspection,
	}
	switch p.Kind {
	case middleboxes.Antivirus:
		pass.Plain = "exempt " + host + " from the scan of encrypted connections by " + p.Name + ", on the client's machine"
	case middleboxes.Debugger:
		pass.Plain = "end " + p.Name + ", or take it out of the proxy settings"
	}
	return []parley.Intent{pass, trust}
}

// resigning is what is known of a product that makes certificates.
type resigning struct {
	objection Objection
	ca        string // whose certificates they are
	product   middleboxes.Product
	certainty parley.Certainty
	pair      *parley.Pair
	because   []string
	not       []parley.CauseID
	asks      []parley.Ask
}

// resigned looks whether certificates that a client does not trust were made on
// the way.
func (v *View) resigned() resigning {
	var r resigning
	objections := v.Objections(true, pkix.NoPath)
	if len(objections) == 0 {
		return r
	}
	r.objection = objections[0]
	base := v.E.Attempts[r.objection.Attempt]
	made, ok := v.first(base)
	if !ok || v.public(made) {
		return r // a root that the client lacks is public: nobody made this
	}
	r.ca = made.leaf().Issuer.Short()
	if v.differential(&r, base, made) {
		return r
	}
	p, known := productOf(made.Chain)
	switch {
	case known && p.Kind == middleboxes.Own:
		return r
	case r.objection.Why != pkix.SelfSignedLeaf:
		v.anyName(&r, base, made)
	}
	if known && r.certainty < parley.Seen {
		r.product, r.certainty, r.not = p, parley.Seen, nil
		held := "knowledge of " + middleboxes.Date
		if !p.Sourced() {
			held += ", from reports alone"
		}
		r.because = []string{fmt.Sprintf("The certificate is issued by %s, as %s does (%s).", made.leaf().Issuer.Short(), p.Name, held)}
	} else if known {
		r.product = p
		r.because = append(r.because, "The issuer is that of "+p.Name+".")
	}
	if r.certainty == parley.NotCertain {
		v.fresh(&r, made)
	}
	return r
}

// differential compares what comes this way with what comes another way, and
// says whether that settled the matter. Which server a proxy comes to is its own
// choice: what is trusted directly and not through it is its doing, and what is
// trusted through it alone need not be.
func (v *View) differential(r *resigning, base parley.Attempt, made shown) (settled bool) {
	if v.Scope.Via == "" {
		return v.otherWays(r, base, made)
	}
	if !v.asksDirectly() || !v.Scope.Addr.IsValid() {
		return false
	}
	direct := through(base, parley.Change{Axis: parley.AxisProxy, Op: parley.Remove})
	ask := parley.Ask{Attempt: direct, Times: 1, Separates: []parley.CauseID{"middlebox.interception", "chain.untrusted-private-ca"}}
	ask.Attempt.Patience = parley.Brief
	origin, ok := v.first(direct)
	switch {
	case v.E.NotRun[direct.ID] != "":
		return false
	case len(v.E.RepliesTo(direct.ID)) == 0:
		r.asks = []parley.Ask{ask}
		_, known := productOf(made.Chain)
		return !known // what the issuer says stands meanwhile
	case !ok:
		return false
	case bytes.Equal(origin.leaf().Raw, made.leaf().Raw) || origin.leaf().Issuer.Equal(made.leaf().Issuer):
		return true // the proxy passes on what the server sends
	}
	r.product, _ = productOf(made.Chain)
	r.because = []string{fmt.Sprintf("%s the certificate for %s is issued by %s, and directly by %s.",
		sentenceStart(way(v.Scope)), v.Identity(), made.leaf().Issuer.Short(), origin.leaf().Issuer.Short())}
	if r.product.Name != "" {
		r.because = append(r.because, "The issuer is that of "+r.product.Name+".")
	}
	if !v.accepts(v.clientOf(base), origin) && !v.public(origin) {
		r.certainty, r.not = parley.Inferred, []parley.CauseID{"chain.untrusted-private-ca"}
		r.because = append(r.because, "Neither is trusted.")
		return true
	}
	r.certainty = parley.Seen
	v.twice(r, base, direct, func(s shown) bool { return s.leaf().Issuer.Equal(origin.leaf().Issuer) })
	return true
}

// otherWays compares what comes directly with what comes through a proxy, where
// both were asked.
func (v *View) otherWays(r *resigning, base parley.Attempt, made shown) bool {
	for _, id := range v.E.Order {
		a := v.E.Attempts[id]
		if a.Role != parley.RoleBase || a.Name != base.Name || a.Scope.Addr != v.Scope.Addr || a.Scope.Via == "" {
			continue
		}
		s, ok := v.first(a)
		if !ok || s.leaf().Issuer.Equal(made.leaf().Issuer) || !v.public(s) {
			continue
		}
		r.certainty, r.not = parley.Inferred, []parley.CauseID{"chain.untrusted-private-ca"}
		r.because = []string{fmt.Sprintf("Directly the certificate for %s is issued by %s, and %s by %s, a public CA.",
			v.Identity(), made.leaf().Issuer.Short(), way(a.Scope), s.leaf().Issuer.Short())}
	}
	return false
}

// anyName asks for a name that no server has: who has a certificate for it from
// the same issuer makes one for every name.
func (v *View) anyName(r *resigning, base parley.Attempt, made shown) {
	if n, _ := base.Hello.ServerName(); n == "" || made.leaf().SCTs || len(made.leaf().IssuerURLs) > 0 {
		return // what is signed for one connection names no log and no place to fetch its issuer
	}
	other := through(base, setName(nonsense))
	if len(v.E.RepliesTo(other.ID)) == 0 {
		other.Patience = parley.Brief
		r.asks = append(r.asks, parley.Ask{Attempt: other, Times: 1, Separates: []parley.CauseID{"middlebox.interception", "chain.untrusted-private-ca"}})
		return
	}
	s, ok := v.first(other)
	if !ok || !isFor(s.leaf(), nonsense) || !s.leaf().Issuer.Equal(made.leaf().Issuer) {
		return
	}
	r.certainty = parley.Seen
	r.because = []string{fmt.Sprintf("%s issues for %s, and for %s, which is the name of no server, when that is asked for: the certificates are made on the spot.",
		made.leaf().Issuer.Short(), v.Identity(), nonsense)}
	v.twice(r, base, other, func(s shown) bool { return isFor(s.leaf(), nonsense) })
}

// twice makes what was seen once a proof: base and variant twice each, in turn.
func (v *View) twice(r *resigning, base, variant parley.Attempt, flips func(shown) bool) {
	count := func(a parley.Attempt, flipped bool) [2]int {
		var n [2]int
		for _, s := range v.shownIn(a) {
			if flips(s) == flipped {
				n[0]++
			}
		}
		n[1] = len(v.E.RepliesTo(a.ID))
		if n[1] < 2 {
			r.asks = append(r.asks, parley.Ask{Attempt: a, Times: 2, Proof: true})
		}
		return n
	}
	pair := &parley.Pair{Changed: variant.Changed, Fails: base.ID, Works: variant.ID}
	pair.FailsAs, pair.WorksAs = count(base, false), count(variant, true)
	if pair.FailsAs[0] < pair.FailsAs[1] || pair.WorksAs[0] < pair.WorksAs[1] {
		r.asks = nil
		return // it wavers: no proof
	}
	if len(r.asks) == 0 {
		r.certainty, r.pair = parley.Proved, pair
	}
}

// fresh recognises a certificate that was made for this very connection: of a CA
// that is older, for longer than services in a mesh get one, minutes ago.
func (v *View) fresh(r *resigning, made shown) {
	leaf, now := made.leaf(), v.E.Now
	age := now.Sub(leaf.NotBefore)
	switch {
	case now.IsZero() || leaf.NotBefore.IsZero() || age < -5*time.Minute || age > 10*time.Minute:
	case leaf.SCTs || len(leaf.IssuerURLs) > 0 || len(made.Chain) > 2 || r.objection.Why == pkix.SelfSignedLeaf:
	case leaf.NotAfter.Sub(leaf.NotBefore) < 72*time.Hour:
	case len(made.Chain) < 2 || now.Sub(made.Chain[1].NotBefore) < 24*time.Hour:
	default:
		r.certainty, r.not = parley.Inferred, []parley.CauseID{"chain.untrusted-private-ca"}
		r.because = []string{fmt.Sprintf("The certificate is valid from minutes ago, and its issuer %s is older and is in no store.", leaf.Issuer.Short())}
	}
}

func sentenceStart(s string) string {
	if s == "" {
		return s
	}
	return string(s[0]&^0x20) + s[1:]
}

// Opened says of a scope that a client in question trusts who answers there, and
// that this is a product on the path: nothing is wrong, and worth knowing. Empty:
// nothing shows it.
func (v *View) Opened() string {
	for _, c := range v.Verify() {
		if c.Verdict.Path == nil || c.Verdict.Accepts == parley.No {
			continue
		}
		base := v.E.Attempts[c.Attempt]
		made, ok := v.first(base)
		if !ok || v.public(made) {
			return ""
		}
		where := "at " + v.Scope.Addr.String()
		if v.Scope.Via != "" {
			where = way(v.Scope)
		}
		by := made.leaf().Issuer.Short()
		if p, known := productOf(made.Chain); known && p.Kind != middleboxes.Own {
			return fmt.Sprintf("%s answers %s, with a certificate by %s that the client trusts", p.Name, where, by)
		}
		if s, ok := v.directly(base); ok && v.Scope.Via != "" && !s.leaf().Issuer.Equal(made.leaf().Issuer) && v.public(s) {
			return fmt.Sprintf("%s the certificate is issued by %s, which the client trusts, and directly by %s: the proxy opens the connection", where, by, s.leaf().Issuer.Short())
		}
		return ""
	}
	return ""
}

// directly is what the same hello is shown without the proxy.
func (v *View) directly(base parley.Attempt) (shown, bool) {
	return v.first(through(base, parley.Change{Axis: parley.AxisProxy, Op: parley.Remove}))
}
