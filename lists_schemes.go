package parley

import (
	"cmp"
	"slices"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// AllSchemes are the signature schemes that v can negotiate, those first that
// most have: what an enumeration asks for.
func AllSchemes(v iana.Version) []iana.Scheme {
	var out []iana.Scheme
	for _, s := range append(slices.Clone(wholeSchemes), iana.Schemes()...) {
		if i, ok := s.Info(); ok && (v.Before(iana.TLS13) || i.TLS13) && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// SchemeOf is the signature scheme that a server signed with under v; 0: it did
// not, or it could not be read.
func (r Reply) SchemeOf(v iana.Version) iana.Scheme {
	c := choiceOf(r.Events)
	if c.Version != v || c.Scheme != 0 {
		return c.Scheme
	}
	for _, e := range r.Events {
		if m, ok := e.Item.Message.(*wire.CertificateVerify); ok && e.From == ServerSide && m.HasScheme {
			return m.Scheme
		}
	}
	return 0
}

// schemes keeps what an attempt of an enumeration says of the signature schemes
// that it offers.
func (f *folder) schemes(a Attempt, r Reply, ans Answer) {
	v := a.Part.Version
	if v == 0 || a.Part.Axis != AxisScheme || a.Hello == nil {
		return
	}
	t := f.schemesOf[v]
	if t == nil {
		t = &tally[iana.Scheme]{no: map[iana.Scheme]Source{}}
		if f.schemesOf == nil {
			f.schemesOf = map[iana.Version]*tally[iana.Scheme]{}
		}
		f.schemesOf[v] = t
	}
	t.parts++
	from, offered := Source{Attempt: a.ID}, a.Hello.Schemes()
	switch s := r.SchemeOf(v); {
	case s != 0 && slices.Contains(offered, s):
		t.picks = append(t.picks, Pick[iana.Scheme]{Offered: offered, Selected: s})
		if v == iana.TLS13 { // elsewhere it is part of the choice that was learnt
			col := f.server.Accepts[v]
			col.Schemes.Learn(s, Yes, from)
			f.server.Accepts[v] = col
		}
	case ans.SaysNo():
		for _, id := range offered {
			t.no[id] = from
		}
	}
}

// schemeLists completes the lists of schemes that were enumerated.
func (f *folder) schemeLists() {
	for v, t := range f.schemesOf {
		col, all := f.server.Accepts[v], AllSchemes(v)
		col.SchemeOrder = t.complete(&col.Schemes, all, func(a, b iana.Scheme) int { return cmp.Compare(slices.Index(all, a), slices.Index(all, b)) })
		f.server.Accepts[v] = col
	}
}
