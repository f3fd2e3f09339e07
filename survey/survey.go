// Package survey decides what to ask a server to learn its terms, to the depth
// that a check needs: which versions it accepts, a first view of suites and
// groups, its certificate, whether it asks for one. Running the attempts and
// folding the replies is done elsewhere.
package survey

import (
	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

// Question is what a survey of one scope starts from.
type Question struct {
	Scope  parley.Scope
	Client *parley.Client   // nil: Panel stands for today's clients
	Panel  []*parley.Client // the member most like the others first
	// Prologue runs before every hello: the upgrade that the user or the URL asked for.
	Prologue []parley.Step
	ALPN     []string // in place of the client's own; nil: as the client has it
	// Cert is what the client presents where it is asked; nil: it has none.
	Cert *parley.ClientCert
	// Resume: it is asked whether the server resumes a session.
	Resume bool
	// OwnName keeps the name that a hello read from a file asks for.
	OwnName bool
}

// First are the attempts of the first wave: the hello in question and the
// references that tell the commonest faults apart, as many as may be open at
// once. With a panel its first two members go first.
func First(q Question) []parley.Ask {
	var asks []parley.Ask
	for _, a := range q.bases() {
		if len(asks) < 2 {
			asks = append(asks, ask(a, len(asks) > 0))
		}
	}
	versions := []iana.Version{iana.TLS12, iana.TLS10}
	if q.Client != nil {
		versions = []iana.Version{iana.TLS12, iana.TLS10, iana.TLS13}
	}
	if q.Scope.Transport != parley.TransportTCP {
		versions = q.Scope.Transport.Versions()
	}
	for _, v := range versions {
		asks = append(asks, ask(q.whole(v), true))
	}
	return asks
}

// Next are the attempts that would still widen the terms known of a scope:
// the rest of the panel, versions that nothing has been learned about. Beyond
// a peer that answers nothing with TLS there is nothing to widen.
func Next(q Question, e *parley.Evidence) []parley.Ask {
	server := e.Fold(q.Scope)
	if !answersTLS(e, q.Scope) {
		return nil
	}
	var asks []parley.Ask
	add := func(a parley.Attempt) {
		_, not := e.NotRun[a.ID]
		if !not && len(e.RepliesTo(a.ID)) == 0 {
			asks = append(asks, ask(a, true))
		}
	}
	for _, a := range q.bases() {
		add(a)
	}
	if q.Scope.Transport == parley.TransportTCP { // of others the first wave asks for every version
		for _, v := range []iana.Version{iana.TLS13, iana.TLS11} {
			if server.Column(v).Accepted.Is == parley.Unknown {
				add(q.whole(v))
			}
		}
		if len(server.Versions(parley.Yes)) == 0 {
			add(q.whole(iana.SSL3))
		}
	}
	if a, ok := q.resumes(e); ok {
		add(a)
	}
	return asks
}

// resumes is the attempt to resume a session of the first hello that was given
// a ticket to do it with, or up to 1.2 a session ID.
func (q Question) resumes(e *parley.Evidence) (parley.Attempt, bool) {
	if q.Resume {
		for _, a := range q.bases() {
			for _, r := range e.RepliesTo(a.ID) {
				if r.Ticket(a) != nil || r.Session(a) != nil {
					return a.With(parley.ResumeSession), true
				}
			}
		}
	}
	return parley.Attempt{}, false
}

// answersTLS says whether anything that came back in a scope was TLS.
func answersTLS(e *parley.Evidence, s parley.Scope) bool {
	for _, r := range e.Replies {
		a := e.Attempts[r.Attempt]
		if a.Scope == s && len(r.Events) > 0 {
			return true
		}
	}
	return false
}

func ask(a parley.Attempt, short bool) parley.Ask {
	if short {
		a.Patience = parley.Brief
	}
	return parley.Ask{Attempt: a, Times: 1}
}

func (q Question) whole(v iana.Version) parley.Attempt {
	a := parley.Whole(q.Scope, v)
	if q.Scope.Transport == parley.TransportQUIC && q.ALPN != nil {
		a = parley.QUICWhole(q.Scope, iana.QUIC1, q.ALPN...)
	}
	a.Prologue = q.Prologue
	return a.Identify()
}

// bases are the hellos in question: of the client, or of each panel member.
func (q Question) bases() []parley.Attempt {
	clients := q.Panel
	if q.Client != nil {
		clients = []*parley.Client{q.Client}
	}
	var out []parley.Attempt
	for _, c := range clients {
		if len(c.Hellos) > 0 {
			out = append(out, q.base(c))
		}
	}
	return out
}

// base is the hello that a client would send here, as the question has it.
func (q Question) base(c *parley.Client) parley.Attempt {
	a := parley.BaseOf(c, q.Scope)
	a.Prologue = q.Prologue
	if q.OwnName && a.Hello != nil {
		a.Hello = c.Hellos[0].Message.Clone()
		if q.Scope.Transport == parley.TransportQUIC {
			a.Hello = parley.AsQUIC(a.Hello, "h3")
		}
	}
	if q.ALPN != nil && a.Hello != nil {
		a.Hello.SetALPN(q.ALPN)
	}
	a.Until, a.Cert = parley.StopFinished, q.Cert
	if q.Scope.Transport == parley.TransportDTLS {
		a.Until, a.Cert = parley.StopFlight, nil // there are no keys for what follows
	}
	return a.Identify()
}
