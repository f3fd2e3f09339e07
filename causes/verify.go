package causes

import (
	"slices"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/pkix"
	"github.com/parley-tls/parley/wire"
)

// Verified is what one client makes of the certificates that it was sent.
type Verified struct {
	Client  *parley.Client
	Attempt parley.AttemptID // in whose answer they came
	Verdict pkix.Verdict
	// Known says whether the client's rules of verification are known. Where they
	// are not, those that every verifying client has are applied.
	Known bool
}

// Objection is a problem of the server's certificates, and whom it stops.
type Objection struct {
	pkix.Problem
	Verdict *pkix.Verdict
	Attempt parley.AttemptID
	// Members are the clients of the panel that it stops; empty with a named client.
	Members []parley.ClientID
}

// Identity is the name that the server's certificate is compared with: the one
// asked for, or the target's host where none is.
func (v *View) Identity() string {
	if n := v.E.Target.Name; n != "" {
		return n
	}
	return v.E.Target.Host
}

// Verify is what each client in question makes of the certificates that it was
// sent in this scope: those whose hello was accepted, and whose certificates
// could be read. It is empty where no roots are known to judge by.
func (v *View) Verify() []Verified {
	if v.verified == nil {
		v.verified = []Verified{}
		pools := poolsOf(v.E.Trust, false)
		if len(pools) == 0 {
			return nil // nothing to judge by
		}
		for _, id := range v.E.Order {
			a := v.E.Attempts[id]
			c := v.clientOf(a)
			if a.Role != parley.RoleBase || a.Scope != v.Scope || c == nil {
				continue
			}
			if sent, staple, ok := certificates(v.E, a); ok {
				v.verified = append(v.verified, v.verify(c, a, sent, staple, pools))
			}
		}
	}
	return v.verified
}

// clientOf is the client whose hello a base is.
func (v *View) clientOf(a parley.Attempt) *parley.Client {
	if v.E.Client != nil {
		return v.E.Client
	}
	i := slices.IndexFunc(v.E.Panel, func(c *parley.Client) bool { return string(c.ID) == a.Name })
	if i < 0 {
		return nil
	}
	return v.E.Panel[i]
}

func (v *View) verify(c *parley.Client, a parley.Attempt, sent [][]byte, staple parley.Truth, pools []*pkix.Pool) Verified {
	out := Verified{Client: c, Attempt: a.ID, Known: c.Verifies != nil}
	q := v.question(sent, staple)
	q.Roots = pools
	if out.Known {
		q.Rules = *c.Verifies
	}
	if out.fetches() {
		q.Extra = issuersOf(v.E)
	}
	out.Verdict = pkix.Verify(q)
	return out
}

// fetches says that the client gets a missing issuer itself.
func (c Verified) fetches() bool { return c.Known && c.Client.Verifies.FetchesIssuers == parley.Yes }

// mayFetch says of a problem that the client may mend it itself: it was not tried
// whether the issuer is where the certificate says.
func (c Verified) mayFetch(p pkix.Problem, tried bool) bool {
	return c.fetches() && !tried && p.Kind == pkix.NoPath && p.Why == pkix.IssuerMissing && len(p.URLs) > 0
}

func (v *View) question(sent [][]byte, staple parley.Truth) pkix.Question {
	q := pkix.Question{Sent: sent, Name: v.Identity(), Now: v.E.Now, Staple: staple, Purpose: pkix.ForServer}
	for _, s := range v.E.Trust {
		if s.Public() {
			q.Public = append(q.Public, s)
		}
	}
	return q
}

// SecondOpinion is what the sets of roots that do not judge would make of the
// certificates that the first of v.Verify was about; false: there are none.
func (v *View) SecondOpinion() (pkix.Verdict, string, bool) {
	all := v.Verify()
	pools := poolsOf(v.E.Trust, true)
	if len(all) == 0 || len(pools) == 0 {
		return pkix.Verdict{}, "", false
	}
	sent, staple, _ := certificates(v.E, v.E.Attempts[all[0].Attempt])
	q := v.question(sent, staple)
	q.Roots = pools
	if all[0].Known {
		q.Rules = *all[0].Client.Verifies
	}
	for _, s := range v.E.Trust {
		if s.Second {
			return pkix.Verify(q), s.Name, true
		}
	}
	return pkix.Verdict{}, "", false
}

// poolsOf are the sets of roots that judge, or those that do not.
func poolsOf(trust []parley.Store, second bool) []*pkix.Pool {
	var out []*pkix.Pool
	for _, s := range trust {
		if s.Second == second {
			out = append(out, pkix.PoolOf(s))
		}
	}
	return out
}

// certificates are those that came in answer to a base that was accepted, and
// whether an OCSP response was stapled to them.
func certificates(e *parley.Evidence, a parley.Attempt) (sent [][]byte, staple parley.Truth, ok bool) {
	for _, r := range e.RepliesTo(a.ID) {
		if !r.AnswerTo(a).Accepted() {
			continue
		}
		for _, ev := range r.Events {
			switch m := ev.Item.Message.(type) {
			case *wire.Certificate:
				if ev.From == parley.ServerSide {
					sent, staple = m.Raw, stapled(a.Hello, m)
				}
			case *wire.CertificateStatus:
				staple = parley.Yes
			}
		}
		if len(sent) > 0 {
			return sent, staple, true
		}
	}
	return nil, parley.Unknown, false
}

// stapled says whether an OCSP response came with a Certificate: unknown where
// the hello did not ask for one. Up to 1.2 it is a message of its own.
func stapled(h *wire.ClientHello, m *wire.Certificate) parley.Truth {
	if h == nil {
		return parley.Unknown
	}
	if _, asks := h.Extension(iana.ExtStatusRequest); !asks {
		return parley.Unknown
	}
	for _, extensions := range m.Extensions[:min(1, len(m.Extensions))] {
		if slices.ContainsFunc(extensions, func(e wire.Extension) bool { return e.Type == iana.ExtStatusRequest }) {
			return parley.Yes
		}
	}
	return parley.No
}

// Objections are the problems of these kinds that stop a client in question,
// and whom. A problem of which the rules of a client say nothing counts where
// every verifying client stops at it, which sure says of a kind.
func (v *View) Objections(sure bool, kinds ...pkix.Kind) []Objection {
	var out []Objection
	for _, c := range v.Verify() {
		if c.Known && c.Client.Verifies.When == parley.NeverVerifies {
			continue
		}
		for _, p := range c.Verdict.Problems {
			if !slices.Contains(kinds, p.Kind) || p.Stops == parley.No || p.Stops == parley.Unknown && !sure {
				continue
			}
			if c.mayFetch(p, len(v.E.Issuers) > 0) {
				continue
			}
			i := slices.IndexFunc(out, func(o Objection) bool {
				return o.Kind == p.Kind && o.Why == p.Why && o.Role == p.Role && o.Sent == p.Sent && o.Value == p.Value
			})
			if i < 0 {
				i = len(out)
				out = append(out, Objection{Problem: p, Verdict: &c.Verdict, Attempt: c.Attempt})
			}
			if v.Panel {
				out[i].Members = append(out[i].Members, c.Client.ID)
			}
		}
	}
	return out
}

// objection starts the finding that an objection makes of cause id.
func (v *View) objection(id parley.CauseID, side parley.Side, o Objection, because ...string) parley.Finding {
	f := v.Finding(id, side, parley.PhaseVerification, parley.Seen, because...)
	for i := range f.Because {
		f.Because[i].From = []parley.Source{{Attempt: o.Attempt}}
	}
	f.Shows, f.Members = o.Attempt, o.Members
	return f
}

// Unverified says why a client in question that goes through could not be shown
// to take the server's certificates: nothing encrypted could be read, or it has
// something against them that no cause names. Empty: none is in that doubt, or no
// roots are known to judge by.
func (v *View) Unverified() string {
	if len(poolsOf(v.E.Trust, false)) == 0 {
		return ""
	}
	for _, id := range v.E.Order {
		a := v.E.Attempts[id]
		c := v.clientOf(a)
		if a.Role != parley.RoleBase || a.Scope != v.Scope || c == nil || c.Verifies != nil && c.Verifies.When == parley.NeverVerifies {
			continue
		}
		if _, _, seen := certificates(v.E, a); seen {
			if why := v.undecided(id); why != "" {
				return why
			}
			continue
		}
		for _, r := range v.E.RepliesTo(id) {
			if r.Unfollowed != "" && r.AnswerTo(a).Completes() {
				return r.Unfollowed
			}
		}
	}
	return ""
}

// Unfinished says why it is not known whether a server goes through with a handshake
// whose hello it accepted: it asks for a certificate of the client, and what it says
// to one that has none comes under keys, which parley does not have over DTLS.
// Empty: that is known.
func (v *View) Unfinished() string {
	if v.Scope.Transport != parley.TransportDTLS || !v.Completes() || v.Answer.AsksClient != parley.Yes {
		return ""
	}
	return "the server asks for a certificate of the client, and parley does not see over DTLS what it says to a client without one"
}

// undecided says what a client stops at, or may mend itself, of the certificates
// that it was sent.
func (v *View) undecided(id parley.AttemptID) string {
	for _, c := range v.Verify() {
		if c.Attempt != id || c.Verdict.Accepts != parley.No {
			continue
		}
		for _, p := range c.Verdict.Problems {
			switch {
			case p.Stops != parley.Yes:
			case c.mayFetch(p, len(v.E.Issuers) > 0):
				return c.Client.Name + " fetches an issuer that is not sent; --aia tries it"
			default:
				return c.Client.Name + " stops at the certificates: " + p.Kind.String()
			}
		}
	}
	return ""
}
