package parley

import (
	"slices"

	"github.com/parley-tls/parley/iana"
)

// Terms is Fold for those who conclude from what is refused: a version counts as
// refused only after an answer that says so, and stays unknown where the answers
// leave another reading. Fold takes whatever ends a hello that offers all of a
// version for a refusal, which a diagnosis then looks into.
//
// A reset or a close says no where it came twice, while another version is
// answered: many servers refuse so. Silence never does.
func (e *Evidence) Terms(s Scope) Server { return e.fold(s, true) }

// verdict is what became of a version's acceptance by refusals, and how much the
// answer behind it says: where several speak, the reason must not depend on which
// of them came first.
type verdict struct {
	is   Truth // No or Unknown
	rank int
	why  string
	from Source
}

// over says whether v stands in place of w.
func (v verdict) over(w verdict) bool {
	switch {
	case v.is != w.is:
		return v.is == No
	case v.rank != w.rank:
		return v.rank < w.rank
	case v.why != w.why:
		return v.why < w.why
	}
	return v.from.Attempt < w.from.Attempt
}

// rankOf orders answers by how much they say of the version: an alert that names
// it, another version selected, other alerts, the rest.
func rankOf(ans Answer) int {
	switch {
	case ans.End == EndAlert && ans.Alert == iana.AlertProtocolVersion:
		return 0
	case ans.Choice.Version != 0:
		return 1
	case ans.End == EndAlert && ans.OfTheName():
		return 2
	case ans.End == EndAlert:
		return 3
	}
	i := slices.Index([]EndKind{EndPlaintext, EndMalformed, EndLimit, EndVersions, EndFIN, EndRST, EndSilence}, ans.End)
	if i < 0 {
		i = 7
	}
	return 4 + i
}

// OfTheName says that an alert speaks of who was asked for, or of who asks, and so
// not of what was offered (RFC 6066, Section 3; RFC 8446, Section 6.2).
func (a Answer) OfTheName() bool {
	return a.End == EndAlert && (a.Alert == iana.AlertUnrecognizedName || a.Alert == iana.AlertAccessDenied)
}

// refused is what an answer to everything known of a version comes to.
func (f *folder) refused(a Attempt, ans Answer) verdict {
	what := "everything known of it was offered: "
	if a.Hello == nil {
		what = "every cipher kind of it was offered: "
	}
	v := verdict{is: No, rank: rankOf(ans), why: what + ans.Words(), from: Source{Attempt: a.ID}}
	if !f.strict {
		return v
	}
	switch {
	case f.wantsName(a, ans):
		v.why = "a host has to be named, which " + a.Whole.String() + " cannot do"
	case ans.OfTheName():
		v.is, v.why = Unknown, ans.Stands()
	case ans.End == EndSilence:
		v.is, v.why = Unknown, ans.Words()
	case !f.acceptsOther(a.Whole):
		v.is, v.why = Unknown, ans.Words()+", and no version is known to be accepted"
	case a.Whole.TLS() == iana.TLS13 && !f.certified():
		v.is, v.why = Unknown, ans.Words()+": it may want a pre-shared key"
	case ans.End == EndFIN || ans.End == EndRST:
		word := map[EndKind]string{EndFIN: "a close", EndRST: "a reset"}[ans.End]
		v.why = "refused by " + word
		if a.Hello != nil && f.cuts[a.ID] < 2 { // of SSL 2 one is enough: it is asked for once
			v.is, v.why = Unknown, word+", once"
		}
	}
	return v
}

// wantsName says that a hello of SSL 2 or 3, which have no way to name a host, is
// refused for that, where hellos of another version that do name it are accepted: no
// client that stops at SSL 3 gets through.
func (f *folder) wantsName(a Attempt, ans Answer) bool {
	if a.Whole != iana.SSL2 && a.Whole != iana.SSL3 || f.server.Scope.Name == "" || ans.End != EndAlert || ans.Alert != iana.AlertUnrecognizedName {
		return false
	}
	if a.Hello != nil {
		if _, named := a.Hello.ServerName(); named {
			return false
		}
	}
	return f.acceptsOther(a.Whole)
}

// acceptsOther says that a version other than v is accepted.
func (f *folder) acceptsOther(v iana.Version) bool {
	for w, col := range f.server.Accepts {
		if w != v && (col.Accepted.Is == Yes || col.Accepted.Is == Mixed) {
			return true
		}
	}
	return false
}

// certified says that the server has a certificate, as far as versions show it
// that do not encrypt it. One without refuses a hello of 1.3 that has no
// pre-shared key, whatever else it offers (RFC 8446, Section 4.1.1).
func (f *folder) certified() bool {
	if len(f.server.Chains) > 0 {
		return true
	}
	for v, col := range f.server.Accepts {
		if v == iana.SSL2 && col.Accepted.Is == Yes {
			return true // its ServerHello has one
		}
		for _, s := range col.Suites.Yes() {
			i, _ := s.Info()
			switch i.Auth {
			case iana.AuthRSA, iana.AuthDSS, iana.AuthECDSA, iana.AuthGOST, iana.AuthSM2, iana.AuthFortezza:
				return true
			}
			if i.Kx == iana.KxRSAPSK {
				return true
			}
		}
	}
	return false
}

// no learns that a version is refused, where nothing said yes; or, in the strict
// reading, why it stays unknown.
func (f *folder) no(version iana.Version, v verdict) {
	col := f.server.Accepts[version]
	if col.Accepted.Is == Yes || col.Accepted.Is == Mixed {
		return
	}
	if w, ok := f.verdicts[version]; ok && !v.over(w) {
		return
	}
	f.verdicts[version] = v
	col.Accepted = Fact{Is: v.is, From: []Source{v.from}, Why: v.why}
	f.server.Accepts[version] = col
}

// Stands says what stands in the way where an answer is all that came, in a
// clause: "the server refuses the name: alert 112 unrecognized_name".
func (a Answer) Stands() string {
	switch {
	case !a.OfTheName():
		return a.Words()
	case a.Alert == iana.AlertUnrecognizedName:
		return "the server refuses the name: " + a.Words()
	}
	return "the server denies access: " + a.Words()
}

// Telling returns of answers the one that says most of why nothing is accepted, and
// its index: what speaks of the name, then other alerts than those that speak of one
// version alone. Of equals it is the first.
func Telling(answers []Answer) int {
	best, least := -1, 0
	for i, a := range answers {
		n := rankOf(a)
		switch {
		case a.OfTheName():
			n = -1
		case n == 0:
			n = 3 // among the alerts: it may be about this version alone
		}
		if best < 0 || n < least {
			best, least = i, n
		}
	}
	return best
}
