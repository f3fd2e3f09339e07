package scan

import (
	"net/netip"
	"slices"
	"sync/atomic"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/knowledge/weaknesses"
	"github.com/parley-tls/parley/pkix"
)

// Record is what a target of a scan of many came to: one line of JSON.
type Record struct {
	Schema string `json:"schema"`
	Tool   string `json:"tool_version,omitempty"`
	Exit   int    `json:"exit"`
	Target string `json:"target"`
	// Addresses are in the order of the resolver; at most 16 are asked.
	Addresses []Asked `json:"addresses"`
	// NotAsked counts the addresses beyond those.
	NotAsked int `json:"not_asked,omitempty"`
	// Verdict: ok if every address answered the hello with what it selected, or
	// had its terms learned; what is not asked at this depth, such as what a
	// client makes of the certificate, it does not judge.
	Verdict parley.Verdict `json:"verdict"`
	Causes  []Told         `json:"causes"`
	// Policies are what its terms were held against, over all addresses.
	Policies []Held `json:"policies,omitempty"`

	read   parley.Target
	left   atomic.Int32
	broken atomic.Bool
}

// Asked is what one address of a target said.
type Asked struct {
	Address string         `json:"address"`
	Verdict parley.Verdict `json:"verdict"`
	End     parley.EndKind `json:"end"`
	Detail  string         `json:"detail,omitempty"`
	Alert   string         `json:"alert,omitempty"`
	Plain   string         `json:"plaintext,omitempty"` // the protocol that answers in place of TLS
	Version string         `json:"version,omitempty"`
	Suite   string         `json:"suite,omitempty"`
	Group   string         `json:"group,omitempty"`
	ALPN    string         `json:"alpn,omitempty"` // in 1.3 it comes encrypted
	DHBits  int            `json:"dh_bits,omitempty"`
	Retry   bool           `json:"hello_retry,omitempty"`
	AsksFor parley.Truth   `json:"client_certificate,omitempty"`
	Leaf    *Leaf          `json:"certificate,omitempty"` // where it comes in clear: up to 1.2
	// Chain is what is said of the certificates; of a scan that enumerates.
	Chain  *Chain          `json:"chain,omitempty"`
	Terms  map[string]Term `json:"terms,omitempty"` // of a scan that enumerates
	Causes []Told          `json:"causes,omitempty"`
	// Weak is what its terms show to be weak, the worst first; Open what of that
	// could not be told. Both are of a scan that enumerates, as Cut is.
	Weak []Weak `json:"findings,omitempty"`
	Open []Weak `json:"findings_unknown,omitempty"`
	Cut  Cut    `json:"cut,omitempty"`
	// Beside is what is plain to see in the answer, that clients may refuse, and that
	// the verdict does not hang on.
	Beside []string `json:"beside,omitempty"`

	at netip.AddrPort
}

// Term is what an address accepts of one version.
type Term struct {
	Accepted parley.Truth `json:"accepted"`
	Suites   []string     `json:"suites,omitempty"`
	Complete parley.Truth `json:"suites_complete"`
	Groups   []string     `json:"groups,omitempty"`
}

// Leaf is the server's own certificate.
type Leaf struct {
	Subject string   `json:"subject"`
	Issuer  string   `json:"issuer"`
	Names   []string `json:"names,omitempty"`
	From    string   `json:"not_before,omitempty"`
	To      string   `json:"not_after,omitempty"`
	Key     string   `json:"key,omitempty"`
	Bits    int      `json:"bits,omitempty"`
	SHA256  string   `json:"sha256"`
	Sent    int      `json:"chain"` // certificates that came
	Fault   string   `json:"unreadable,omitempty"`
}

// Told is a cause as a line names it.
type Told struct {
	ID        parley.CauseID   `json:"id"`
	Title     string           `json:"title"`
	Certainty parley.Certainty `json:"certainty"`
	Side      parley.Side      `json:"side"`
}

// LineSchema is the name of the contract of a Record.
const LineSchema = "parley.scan-line/1"

// addresses sets what is to be asked from what the resolver found.
func (r *Record) addresses(found parley.Lookup, port uint16, family int) {
	for _, a := range found.Addrs {
		switch {
		case family == 4 && !a.Is4(), family == 6 && !a.Is6():
		case len(r.Addresses) == maxAddresses:
			r.NotAsked++
		default:
			at := netip.AddrPortFrom(a, port)
			r.Addresses = append(r.Addresses, Asked{Address: at.String(), at: at})
		}
	}
}

// unasked says why a target was not asked at all.
func (r *Record) unasked(err error) {
	r.Addresses = []Asked{{End: parley.EndLocal, Detail: err.Error(), Verdict: parley.VerdictUnknown}}
}

// settle sets the verdict of the whole: a problem anywhere is one, and what
// could not be told of one address keeps the whole from being ok.
func (r *Record) settle() {
	r.Schema = LineSchema
	if len(r.Addresses) > 0 {
		r.Verdict = parley.VerdictOK
	}
	for i := range r.Addresses {
		a := &r.Addresses[i]
		switch {
		case a.Verdict == parley.VerdictProblem:
			r.Verdict = parley.VerdictProblem
		case a.Verdict != parley.VerdictOK && r.Verdict == parley.VerdictOK:
			r.Verdict = parley.VerdictUnknown
		}
		for _, c := range a.Causes {
			if !slices.ContainsFunc(r.Causes, func(d Told) bool { return d.ID == c.ID }) {
				r.Causes = append(r.Causes, c)
			}
		}
	}
	for _, h := range r.Policies {
		switch {
		case h.Met == parley.No:
			r.Verdict = parley.VerdictProblem
		case h.Met != parley.Yes && r.Verdict == parley.VerdictOK:
			r.Verdict = parley.VerdictUnknown
		}
	}
	if r.Causes == nil {
		r.Causes = []Told{}
	}
	if r.Addresses == nil {
		r.Addresses = []Asked{}
	}
	switch r.Verdict {
	case parley.VerdictOK:
	case parley.VerdictProblem:
		r.Exit = 1
	default:
		r.Exit = 3
	}
}

// terms takes over what an enumeration learned, and holds it against what is
// demanded.
func (r *Record) terms(res *Result, o *ManyOptions) {
	if o.Judge != nil {
		r.Policies = o.Judge(res)
	}
	for i := range res.Endpoints {
		e := &res.Endpoints[i]
		at := e.Server.Scope.Addr
		a := Asked{Address: at.String(), at: at, End: e.Answer.End, Detail: e.Detail, Verdict: parley.VerdictUnknown}
		if e.Answer.End == parley.EndAlert {
			a.Alert = e.Answer.Alert.String()
		}
		if e.Learned() {
			a.Verdict, a.End = parley.VerdictOK, parley.EndStopped
		}
		a.Terms = map[string]Term{}
		for _, v := range e.Server.Scope.Transport.Versions() {
			c, known := e.Server.Accepts[v]
			if !known {
				continue
			}
			t := Term{Accepted: c.Accepted.Is, Complete: c.Suites.Complete}
			for _, s := range c.Suites.Yes() {
				t.Suites = append(t.Suites, s.String())
			}
			for _, g := range c.Groups.Yes() {
				t.Groups = append(t.Groups, g.String())
			}
			a.Terms[v.String()] = t
			if c.Accepted.Is == parley.Yes {
				a.Version = v.String()
			}
		}
		if len(e.Server.Chains) > 0 {
			if chain := e.Server.Chains[0].Raw; len(chain) > 0 {
				a.Leaf = readLeaf(chain)
			}
		}
		if a.Chain = e.chain(); a.Chain != nil && len(a.Chain.Faults) > 0 && o.FailOn != weaknesses.SeverityUnknown {
			a.Verdict = parley.VerdictProblem
		}
		a.judge(e, o)
		a.beside(o.Now)
		r.Addresses = append(r.Addresses, a)
	}
	if l := res.Evidence.Lookup; len(r.Addresses) == 0 {
		r.Addresses = []Asked{{End: l.End, Detail: l.Detail, Verdict: parley.VerdictUnknown}}
	}
}

// readLeaf reads the first certificate of a chain.
func readLeaf(chain [][]byte) *Leaf {
	der := chain[0]
	l := &Leaf{SHA256: sum(der), Sent: len(chain)}
	c, err := pkix.Read(der)
	if err != nil {
		l.Fault = err.Error()
		return l
	}
	l.Subject, l.Issuer = c.Subject.Short(), c.Issuer.Short()
	if c.Names != nil {
		l.Names = c.Names.DNS[:min(len(c.Names.DNS), 20)]
	}
	if !c.NotBefore.IsZero() {
		l.From = c.NotBefore.Format("2006-01-02T15:04:05Z")
	}
	if !c.NotAfter.IsZero() {
		l.To = c.NotAfter.Format("2006-01-02T15:04:05Z")
	}
	l.Key, l.Bits = c.Key.Type.String(), c.Key.Bits
	return l
}

// answered sets what a reply to the hello says.
func (a *Asked) answered(r *parley.Reply, ans parley.Answer) {
	a.End, a.Detail = r.End, r.Detail
	if r.End == parley.EndAlert {
		a.Alert = r.Alert.Description.String()
	}
	if c := ans.Choice; c.Version != 0 || c.Retry {
		a.Version, a.Suite, a.ALPN, a.DHBits, a.Retry = c.Version.String(), c.Suite.String(), c.ALPN, c.DHBits, c.Retry
		if c.Group != iana.Group(0) {
			a.Group = c.Group.String()
		}
	}
	if r.End == parley.EndPlaintext {
		a.Plain, _ = parley.IdentifyPlain(r.Plain)
	}
}
