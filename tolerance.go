package parley

import (
	"slices"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// OddityID names one way in which a hello can be odd: "grease-suite".
type OddityID string

// The ids that attempts carry which are not odd: what the odd ones differ from.
const (
	Usual   OddityID = "usual"
	Usual12 OddityID = "usual-1.2"
)

// Refusal says what a refusal of an odd hello is worth.
type Refusal uint8

// The refusals.
const (
	RefusalUnknown Refusal = iota
	RefusalWrong           // the server is to go on
	RefusalAllowed         // it may refuse
	RefusalDue             // it is to refuse
)

// Oddity is one way in which a hello can be odd, and still one that servers have
// to understand. The hello is the usual one but for Changes.
type Oddity struct {
	ID OddityID
	// Title is the hello, as in "refuses " + Title.
	Title string
	RFC   string // the clause that says what a server is to do with it
	Who   string // who sends such hellos; empty: nobody is known to
	// With names others that are asked in the same hello at first: who takes that
	// takes each of them.
	With string
	// To12 says that the usual hello is the one that offers 1.2 at most, without
	// supported_versions.
	To12    bool
	Refusal Refusal
	// Changes make the usual hello odd. Without any, the other result says why it
	// cannot be made so.
	Changes func(usual Attempt) ([]Change, string)
}

// Treatment is what a server does with an odd hello.
type Treatment uint8

// The treatments. Violates: it goes on in a way that TLS does not have, as with a
// value that it cannot know.
const (
	TreatmentUnknown Treatment = iota
	Tolerates
	Refuses
	Violates
)

var treatmentNames = []string{"unknown", "tolerates", "refuses", "violates"}

// String returns the word of the JSON contract.
func (t Treatment) String() string { return name(treatmentNames, int(t)) }

// MarshalText writes the word of the JSON contract.
func (t Treatment) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (t *Treatment) UnmarshalText(b []byte) error { return unname(treatmentNames, b, t, "treatment") }

// Tolerance is what was learned of one oddity.
type Tolerance struct {
	*Oddity
	Outcome Treatment
	// Answer is that to the odd hello where the outcome is Refuses or Violates.
	Answer Answer
	// Why says what is violated, or why nothing is known.
	Why string
	// Refusal is what a refusal of this server's hello is worth.
	Refusal Refusal
	From    []Source
}

// Asked says whether the server was asked.
func (t *Tolerance) Asked() bool { return len(t.From) > 0 }

// Fault says whether the server does what it must not.
func (t *Tolerance) Fault() bool {
	return t.Outcome == Violates || t.Outcome == Refuses && t.Refusal == RefusalWrong
}

// MakeOdd returns the attempt with a hello that is odd in all the ways given, or why
// there is none. Its size stays what it was where padding has room for it.
func (a Attempt) MakeOdd(how ...*Oddity) (Attempt, string) {
	var changes []Change
	var ids []OddityID
	for _, o := range how {
		c, why := o.Changes(a)
		if why != "" {
			return Attempt{}, why
		}
		changes, ids = append(changes, c...), append(ids, o.ID)
	}
	size := len(a.Hello.Message())
	v := a.With(changes...)
	needs := unpadded(v)
	switch {
	case len(v.Hello.Message()) == size, slices.ContainsFunc(changes, func(c Change) bool { return c.Axis == AxisSize }):
	case needs+5 <= size: // a header of 4 bytes, and no empty extension at the end
		for i := range changes {
			changes[i].Padded = true
		}
		v = a.With(changes...)
	default:
		v = a.With(append(changes, sized(plainSize(needs)))...)
	}
	v.Odd, v.Patience = ids, a.Patience
	return v, ""
}

// unpadded is the size of the attempt's hello without padding.
func unpadded(a Attempt) int {
	h := a.Hello.Clone()
	h.RemoveExtension(iana.ExtPadding)
	return len(h.Message())
}

// plainSize is a size of which no server is known to fail, and that has room for
// n bytes and padding: above 511, and 48 over a multiple of 256.
func plainSize(n int) int { return max(512, (n+5-48+255)/256*256) + 48 }

func sized(n int) Change {
	return Change{Axis: AxisSize, Op: Replace, Values: []uint16{uint16(n)}}
}

// UsualHello is the hello that odd ones differ from: one as clients send it, of
// what the server accepts, padded to a size that nothing is wrong with. Up to
// most is offered; nil: the server accepts no version from 1.0 to that one.
func (s *Server) UsualHello(most iana.Version, protocols []string) *Attempt {
	var vs []iana.Version
	for _, v := range slices.Backward(AllVersions) {
		if is := s.Column(v).Accepted.Is; (is == Yes || is == Mixed) && v >= iana.TLS10 && v <= most {
			vs = append(vs, v)
		}
	}
	if len(vs) == 0 {
		return nil
	}
	best, old := vs[0], vs[0]
	if best == iana.TLS13 && len(vs) > 1 {
		old = vs[1]
	}
	h := WholeHello(old, s.Scope.Name)
	h.LegacyVersion = min(best, iana.TLS12)
	h.SetExtension(iana.ExtExtendedMasterSecret, nil)
	if best >= iana.TLS12 {
		h.SetSchemes(slices.Clone(TodaySchemes))
	}
	h.Suites = nil
	h.SetGroups(s.usualGroups(vs))
	if best == iana.TLS13 {
		h.Suites = append(h.Suites, firstOf(s.Column(best).Suites.Yes(), 5)...)
		h.SessionID = make([]byte, 32)
		offers := []iana.Version{iana.TLS13}
		if old < best {
			offers = append(offers, old)
		}
		h.SetSupportedVersions(offers)
		h.SetExtension(iana.ExtPSKKeyExchangeModes, []byte{1, 1})
		h.SetKeyShares([]wire.KeyShare{blankShare(shareable(s.usualGroups(vs[:1])))})
	}
	if old < iana.TLS13 {
		h.Suites = append(h.Suites, firstOf(s.Column(old).Suites.Yes(), 6)...)
		h.Suites = append(h.Suites, iana.SCSVRenegotiation)
	}
	if protocols != nil {
		h.SetALPN(protocols)
	}
	a := &Attempt{Role: RoleBase, Name: "usual", Scope: s.Scope, Hello: h, RecordVersion: iana.TLS10, Odd: []OddityID{Usual}, Patience: Brief}
	pad(h, plainSize(len(h.Message())))
	if most < iana.TLS13 {
		a.Name, a.Odd = "usual of "+best.String(), []OddityID{Usual12}
	}
	return a
}

func firstOf[T any](list []T, n int) []T { return slices.Clone(list[:min(n, len(list))]) }

// usualGroups are groups that the server accepts under the versions, and those
// of today where that is not known.
func (s *Server) usualGroups(vs []iana.Version) []iana.Group {
	out := []iana.Group{}
	add := func(list []iana.Group) {
		for _, g := range list {
			if i, ok := g.Info(); ok && i.Kind == iana.GroupECDHE && !slices.Contains(out, g) && len(out) < 6 {
				out = append(out, g)
			}
		}
	}
	for _, v := range vs {
		add(s.Column(v).Groups.Yes())
	}
	add(TodayGroups)
	return out
}

// adds is a change that offers values more.
func adds(axis Axis, values ...uint16) func(Attempt) ([]Change, string) {
	return func(Attempt) ([]Change, string) { return []Change{{Axis: axis, Op: Add, Values: values}}, "" }
}

func replaces(axis Axis, values ...uint16) func(Attempt) ([]Change, string) {
	return func(Attempt) ([]Change, string) { return []Change{{Axis: axis, Op: Replace, Values: values}}, "" }
}

// to13 is a change for hellos that offer 1.3 alone.
func to13(change func(Attempt) ([]Change, string)) func(Attempt) ([]Change, string) {
	return func(a Attempt) ([]Change, string) {
		if !a.Hello.Offers(iana.TLS13) {
			return nil, "the server does not accept 1.3"
		}
		return change(a)
	}
}

// length pads to the first of the sizes that has room for the hello, and for a
// padding extension with content.
func length(sizes ...int) func(Attempt) ([]Change, string) {
	return func(a Attempt) ([]Change, string) {
		for _, n := range sizes {
			if unpadded(a)+5 <= n {
				return []Change{sized(n)}, ""
			}
		}
		return nil, "the hello cannot be made that short"
	}
}

// named changes the name that is asked for.
func named(change func(string) string) func(Attempt) ([]Change, string) {
	return func(a Attempt) ([]Change, string) {
		n, ok := a.Hello.ServerName()
		if !ok {
			return nil, "the target has no name"
		}
		return []Change{{Axis: AxisServerName, Op: Replace, Text: change(n)}}, ""
	}
}

// protocol adds an application protocol; where none is known that the server
// has, beside the usual ones.
func protocol(p string) func(Attempt) ([]Change, string) {
	return func(a Attempt) ([]Change, string) {
		out := []Change{{Axis: AxisALPN, Op: Add, Text: p}}
		if len(a.Hello.ALPN()) == 0 {
			out = append(out, Change{Axis: AxisALPN, Op: Add, Text: "h2"}, Change{Axis: AxisALPN, Op: Add, Text: "http/1.1"})
		}
		return out, ""
	}
}
