package parley

import (
	"slices"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// AllGroups are all groups that can agree on a key under v: below 1.3 those of
// ECDHE suites.
func AllGroups(v iana.Version) []iana.Group {
	return slices.DeleteFunc(iana.Groups(), func(g iana.Group) bool {
		i, ok := g.Info()
		switch {
		case !ok || i.Kind == iana.GroupArbitrary:
			return true
		case v.Before(iana.TLS13):
			return i.Kind != iana.GroupECDHE || i.TLS13 && g >= 0x1f // those of 1.3 alone
		}
		return !i.TLS13
	})
}

// groups keeps what an attempt of an enumeration says of the groups that it
// offers.
func (f *folder) groups(a Attempt, ans Answer) {
	v := a.Part.Version
	if v == 0 || a.Part.Axis != AxisGroup || a.Hello == nil {
		return
	}
	t := f.groupsOf[v]
	if t == nil {
		t = &tally[iana.Group]{no: map[iana.Group]Source{}}
		if f.groupsOf == nil {
			f.groupsOf = map[iana.Version]*tally[iana.Group]{}
		}
		f.groupsOf[v] = t
	}
	t.parts++
	switch from := (Source{Attempt: a.ID}); {
	case ans.Choice.Version == v && ans.Accepted():
		t.picks = append(t.picks, Pick[iana.Group]{Offered: a.Hello.Groups(), Selected: ans.Choice.Group})
	case ans.SaysNo() && ans.Choice.Version == 0:
		for _, g := range a.Hello.Groups() {
			t.no[g] = from
		}
	}
}

// features learns what a ServerHello up to 1.2 answers of what was offered, and
// what of it comes in the flight.
func (f *folder) features(a Attempt, r Reply, v iana.Version, from Source) {
	sh, s := r.ServerHello(), &f.server
	if sh == nil || !v.Before(iana.TLS13) || v == iana.SSL2 || a.Hello == nil {
		return
	}
	for _, x := range a.Hello.Extensions {
		switch x.Type {
		case iana.ExtEncryptThenMAC:
			if i, _ := sh.Suite.Info(); !i.CBC {
				continue // it is answered for those suites alone (RFC 7366, Section 3)
			}
		case iana.ExtSupportedGroups, iana.ExtSignatureAlgorithms, iana.ExtSupportedVersions, iana.ExtKeyShare, iana.ExtPSKKeyExchangeModes, iana.ExtPadding:
			continue // no ServerHello up to 1.2 has them
		}
		if s.Extensions == nil {
			s.Extensions = map[iana.ExtensionType]Fact{}
		}
		_, has := sh.Extension(x.Type)
		s.Extensions[x.Type] = learn(s.Extensions[x.Type], truth(has), from, "the ServerHello lacks it")
	}
	if len(a.Hello.Compression) > 1 {
		s.Compression = learn(s.Compression, truth(sh.Compression != 0), from, "it selects no compression")
	}
	if _, asks := a.Hello.Extension(iana.ExtStatusRequest); asks {
		has := slices.ContainsFunc(r.Events, func(e Event) bool { _, is := e.Item.Message.(*wire.CertificateStatus); return is })
		s.Staples = learn(s.Staples, truth(has), from, "no CertificateStatus came")
	}
	if _, ticket := a.Hello.Extension(iana.ExtSessionTicket); !ticket {
		s.Sessions = learn(s.Sessions, truth(len(sh.SessionID) > 0), from, "the ServerHello has no session ID")
	}
	if p, ok := sh.ALPN(); ok && a.Part.Axis == AxisExtension && !slices.Contains(s.ALPN.Protocols, p) {
		s.ALPN.Protocols = append(s.ALPN.Protocols, p)
	}
}

// fallback learns whether the server refuses a hello that says it is a second,
// lesser one.
func (f *folder) fallback(a Attempt, ans Answer) {
	if a.Part.Axis != AxisFallback {
		return
	}
	switch from := (Source{Attempt: a.ID}); {
	case ans.End == EndAlert && ans.Alert == iana.AlertInappropriateFallback:
		f.server.Fallback = learn(f.server.Fallback, Yes, from, "")
	case ans.Accepted():
		f.server.Fallback = learn(f.server.Fallback, No, from, "it goes on with a lower version in spite of it")
	}
}
