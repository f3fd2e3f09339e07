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
// Where the key of the server is known, the schemes that it can sign by are asked for
// side by side. Else the list is a chain: everything is offered, what was selected is
// taken out, and the rest is offered again until it is refused.
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
		x.schemes(v, &col, s.Chains)
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
func (x *Parameters) schemes(v iana.Version, col *parley.Column, chains []parley.Chain) {
	suites := suitesWith(col, func(i iana.SuiteInfo) bool {
		return (i.Kx == iana.KxECDHE || i.Kx == iana.KxDHE) && i.Auth != iana.AuthAnon
	})
	if v == iana.TLS13 {
		suites = suitesWith(col, func(i iana.SuiteInfo) bool { return i.Kx == iana.KxTLS13 })
	}
	if len(suites) == 0 {
		return
	}
	l := &schemeList{x: x, v: v, suites: suites}
	all := parley.AllSchemes(v)
	usual := slices.DeleteFunc(slices.Clone(all), func(s iana.Scheme) bool { return !slices.Contains(usualSchemes, s) || !fits(chains, s, v) })
	if x.plan.Pace == PaceGentle || len(usual) < 3 {
		l.eitherWay(all)
		return
	}
	l.sideBySide(all, usual)
}

// usualSchemes are those that most servers have for a key of theirs.
var usualSchemes = []iana.Scheme{
	0x0403, 0x0503, 0x0603, 0x0303, 0x0203, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0301, 0x0201, 0x0809, 0x080a, 0x080b,
}

// fits says whether one of the certificates that were seen has a key that can sign by
// the scheme: in 1.3 one that names a group is bound to it (RFC 8446, Section 4.2.3).
func fits(chains []parley.Chain, s iana.Scheme, v iana.Version) bool {
	i, _ := s.Info()
	return slices.ContainsFunc(chains, func(c parley.Chain) bool {
		return c.Key != 0 && c.Key == i.Key && (v < iana.TLS13 || i.Group == 0 || i.Group == c.Group)
	})
}

// schemeList is the enumeration of the schemes of one version.
type schemeList struct {
	x      *Parameters
	v      iana.Version
	suites []iana.Suite
	due    int
	heard  map[iana.Scheme]bool
}

// offer offers some schemes, and then has the one that was selected; 0: none was.
func (l *schemeList) offer(list []iana.Scheme, then func(iana.Scheme)) {
	a := l.x.part(l.v, parley.AxisScheme, l.suites)
	a.Hello.SetSchemes(list)
	a.Hello.SetCertSchemes(parley.AllSchemes(iana.TLS12)) // what signed the certificates is another question
	if l.v == iana.TLS13 {
		a.Until = parley.StopFinished
	}
	l.x.ask(a.Identify(), func(r parley.Reply, _ parley.Answer) {
		if s := r.SchemeOf(l.v); slices.Contains(list, s) {
			then(s)
			return
		}
		then(0)
	})
}

// eitherWay offers all in either order, which shows whose order decides, before the
// rest is a chain.
func (l *schemeList) eitherWay(all []iana.Scheme) {
	l.offer(all, func(first iana.Scheme) {
		if first == 0 {
			return
		}
		l.offer(reversed(slices.Clone(all)), func(last iana.Scheme) { l.chain(remove(remove(all, first), last)) })
	})
}

// chain takes out what was selected until the rest is refused.
func (l *schemeList) chain(list []iana.Scheme) {
	if len(list) > 0 {
		l.offer(list, func(s iana.Scheme) {
			if s != 0 {
				l.chain(remove(list, s))
			}
		})
	}
}

// sideBySide asks in one round for those that the server's key can sign by, each alone,
// and for all in either order: that shows whose order decides, and mostly the
// first and the last of them. The others are a chain, which no server goes far in.
func (l *schemeList) sideBySide(all, usual []iana.Scheme) {
	l.heard = map[iana.Scheme]bool{}
	first, last := usual[0], usual[len(usual)-1]
	one := func(s iana.Scheme) {
		l.due++
		l.offer([]iana.Scheme{s}, func(iana.Scheme) { l.heard[s] = true; l.after(first, last) })
	}
	for _, list := range [][]iana.Scheme{all, reversed(slices.Clone(all))} {
		l.due++
		l.offer(list, func(s iana.Scheme) { l.heard[s] = true; l.after(first, last) })
	}
	for _, s := range usual[1 : len(usual)-1] {
		one(s)
	}
	l.chain(slices.DeleteFunc(slices.Clone(all), func(s iana.Scheme) bool { return slices.Contains(usual, s) }))
}

// after asks for the first and the last where nothing was heard of them.
func (l *schemeList) after(ends ...iana.Scheme) {
	if l.due--; l.due > 0 {
		return
	}
	for _, s := range ends {
		if !l.heard[s] {
			l.offer([]iana.Scheme{s}, func(iana.Scheme) {})
		}
	}
}

func remove[T comparable](list []T, v T) []T {
	return slices.DeleteFunc(slices.Clone(list), func(x T) bool { return x == v })
}
