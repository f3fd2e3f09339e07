package survey

import (
	"slices"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

// Parameters learns what a server does under the suites that an enumeration
// found: the signature schemes that it uses, and with them its certificates, one
// for each kind of key. It is asked and answered as an Enumeration is.
//
// Each list is a chain: everything is offered, what was selected is taken out,
// and the rest is offered again until it is refused.
type Parameters struct{ questions }

// LearnParameters starts with the terms that an enumeration came to.
func LearnParameters(p Plan, s *parley.Server) *Parameters {
	x := &Parameters{newQuestions(p)}
	for _, v := range slices.Backward(p.Scope.Transport.Versions()) {
		col := s.Column(v)
		if v.Before(iana.TLS12) || v == iana.DTLS13 { // nothing is negotiated, or there are no keys to see it with
			continue
		}
		if is := col.Accepted.Is; is != parley.Yes && is != parley.Mixed {
			continue
		}
		x.schemes(v, &col)
	}
	return x
}

// suitesWith are the accepted suites of a column that want holds for.
func suitesWith(col *parley.Column, want func(iana.SuiteInfo) bool) []iana.Suite {
	return slices.DeleteFunc(col.Suites.Yes(), func(s iana.Suite) bool {
		i, ok := s.Info()
		return !ok || !want(i)
	})
}

// schemes asks for the signature schemes of a version. In 1.3 the signature comes
// encrypted: the handshake is followed to its end, under suites that parley has.
func (x *Parameters) schemes(v iana.Version, col *parley.Column) {
	suites := suitesWith(col, func(i iana.SuiteInfo) bool {
		return (i.Kx == iana.KxECDHE || i.Kx == iana.KxDHE) && i.Auth != iana.AuthAnon
	})
	if v == iana.TLS13 {
		suites = suitesWith(col, func(i iana.SuiteInfo) bool { return i.Kx == iana.KxTLS13 })
	}
	if len(suites) == 0 {
		return
	}
	all := parley.AllSchemes(v)
	var link func(rest []iana.Scheme)
	link = func(rest []iana.Scheme) {
		if len(rest) == 0 {
			return
		}
		a := x.part(v, parley.AxisScheme, suites)
		a.Hello.SetSchemes(rest)
		a.Hello.SetCertSchemes(parley.AllSchemes(iana.TLS12)) // what signed the certificates is another question
		if v == iana.TLS13 {
			a.Until = parley.StopFinished
		}
		x.ask(a.Identify(), func(r parley.Reply, _ parley.Answer) {
			if s := r.SchemeOf(v); s != 0 && slices.Contains(rest, s) {
				link(remove(rest, s))
			}
		})
	}
	link(all)
}

func remove[T comparable](list []T, v T) []T {
	return slices.DeleteFunc(slices.Clone(list), func(x T) bool { return x == v })
}
