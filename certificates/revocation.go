package certificates

import (
	"fmt"
	"slices"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/pkix"
)

// Answer is what a place said that was asked about revocation.
type Answer struct {
	Kind  Kind
	URL   string
	About int    // the place in the path of the certificate that it is about
	Body  []byte // nil: nothing came
	Err   string // why nothing came
}

// Kind is how revocation is asked for.
type Kind uint8

// The zero Kind is unknown.
const (
	KindUnknown Kind = iota
	Staple
	ByOCSP
	ByCRL
)

var kindNames = []string{"unknown", "staple", "OCSP", "CRL"}

// String is the kind as a word.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return kindNames[0]
}

// MarshalText writes the word of the JSON contract.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// Status is what is said of one certificate's revocation.
type Status struct {
	Kind       Kind
	URL        string // empty: it came in the handshake
	About      string // whose certificate
	Is         pkix.State
	Why        string // of an unknown one
	RevokedAt  time.Time
	Reason     string
	ThisUpdate time.Time
	NextUpdate time.Time // zero: not said
	By         string    // who signed it; empty: nobody who may, or it is not known
}

// readStaple reads what was stapled; false: nothing was.
func readStaple(b []byte) (*pkix.OCSP, bool) {
	if len(b) == 0 {
		return nil, false
	}
	r, err := pkix.ReadOCSP(b)
	if err != nil {
		return nil, true
	}
	return r, true
}

func (r *Report) judgeRevocation(g Given, staple *pkix.OCSP) {
	if len(g.Staple) > 0 && r.Leaf() != nil {
		r.Revocation = append(r.Revocation, r.judgeOCSP(Status{Kind: Staple}, staple, 0, g.Now))
	}
	for _, a := range g.Answers {
		if a.About >= len(r.Path) {
			continue
		}
		s := Status{Kind: a.Kind, URL: a.URL}
		switch {
		case a.Body == nil:
			s.About, s.Why = r.Path[a.About].Subject.Short(), a.Err
		case a.Kind == ByOCSP:
			response, _ := readStaple(a.Body)
			s = r.judgeOCSP(s, response, a.About, g.Now)
		default:
			s = r.judgeCRL(s, a, g.Now)
		}
		r.Revocation = append(r.Revocation, s)
	}
}

// judgeOCSP says what a response is worth: nothing unless it is about the
// certificate, of now, and signed by who may.
func (r *Report) judgeOCSP(s Status, o *pkix.OCSP, at int, now time.Time) Status {
	c := r.Path[at]
	s.About = c.Subject.Short()
	if o == nil {
		s.Why = "it cannot be read"
		return s
	}
	if o.Refusal != "" {
		s.Why = "the responder answers " + o.Refusal
		return s
	}
	if at+1 >= len(r.Path) {
		s.Why = "the issuer is not at hand"
		return s
	}
	issuer := r.Path[at+1]
	a := o.About(c, issuer)
	if a == nil {
		s.Why = "it is about another certificate"
		return s
	}
	s.ThisUpdate, s.NextUpdate = a.ThisUpdate, a.NextUpdate
	signed, by := o.SignedFor(issuer, now)
	if by != nil {
		s.By = by.Subject.Short()
	}
	switch {
	case signed == parley.No:
		s.Why = "it is not signed by the issuer, nor by a responder of the issuer's"
	case signed == parley.Unknown:
		s.Why = "its signature cannot be checked"
	case a.State == pkix.Revoked: // however old: it does not become good again
		s.Is, s.RevokedAt, s.Reason = a.State, a.RevokedAt, a.Reason
	case current(a.ThisUpdate, a.NextUpdate, now) != "":
		s.Why = current(a.ThisUpdate, a.NextUpdate, now)
	case a.State == pkix.StateUnknown:
		s.Why = "the responder does not know it"
	default:
		s.Is = a.State
	}
	return s
}

// slack is how far clocks may differ.
const slack = 5 * time.Minute

// current says why an answer is not of now; empty: it is.
func current(from, until, now time.Time) string {
	switch {
	case from.After(now.Add(slack)):
		return "it is of the future, " + from.UTC().Format(time.RFC3339)
	case !until.IsZero() && until.Before(now.Add(-slack)):
		return "it ended on " + until.UTC().Format(time.RFC3339)
	}
	return ""
}

func (r *Report) judgeCRL(s Status, a Answer, now time.Time) Status {
	c := r.Path[a.About]
	s.About = c.Subject.Short()
	l, err := pkix.ReadCRL(a.Body)
	if err != nil {
		s.Why = "it cannot be read"
		return s
	}
	s.ThisUpdate, s.NextUpdate = l.ThisUpdate, l.NextUpdate
	if a.About+1 >= len(r.Path) {
		s.Why = "the issuer is not at hand"
		return s
	}
	issuer := r.Path[a.About+1]
	if signed := l.SignedBy(issuer); signed != parley.Yes || !l.Issuer.Equal(issuer.Subject) {
		s.Why = "it is not signed by the issuer"
		if signed == parley.Unknown {
			s.Why = "its signature cannot be checked"
		}
		return s
	}
	s.By = issuer.Subject.Short()
	entry, err := l.Find(c.Serial)
	switch {
	case err != nil:
		s.Why = "it cannot be read to its end"
	case entry != nil && entry.Reason != "removeFromCRL":
		s.Is, s.RevokedAt, s.Reason = pkix.Revoked, entry.At, entry.Reason
	case l.Partial != "":
		s.Why = l.Partial
	case l.OnlyCAs && !c.IsCA(), l.OnlyUsers && c.IsCA():
		s.Why = "it is for certificates of another kind"
	case l.Points != nil && !slices.ContainsFunc(l.Points, func(p string) bool { return slices.Contains(c.CRLs, p) }):
		s.Why = "it is for certificates that name another place"
	case current(l.ThisUpdate, l.NextUpdate, now) != "":
		s.Why = current(l.ThisUpdate, l.NextUpdate, now)
	default:
		s.Is = pkix.Good
	}
	return s
}

// text is a status in a few words.
func (s *Status) text() string {
	switch {
	case s.Is == pkix.Revoked && s.Reason != "":
		return fmt.Sprintf("revoked on %s (%s)", s.RevokedAt.UTC().Format(time.DateOnly), s.Reason)
	case s.Is == pkix.Revoked:
		return "revoked on " + s.RevokedAt.UTC().Format(time.DateOnly)
	case s.Is == pkix.Good && !s.NextUpdate.IsZero():
		return "good until " + s.NextUpdate.UTC().Format(time.DateOnly)
	case s.Is == pkix.Good:
		return "good"
	}
	return "unknown: " + s.Why
}

// String is a status in a few words.
func (s Status) String() string { return s.text() }
