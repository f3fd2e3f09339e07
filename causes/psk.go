package causes

import (
	"slices"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

// What is known of external pre-shared keys in 1.3 without having one: who looks for
// keys refuses one that fits none in a way of its own, and the key of a client is
// looked at in the hello that it was bound to.

// mayWantKeyOf13 says that 1.3 may be on and that nothing of it is accepted.
func (v *View) mayWantKeyOf13() bool {
	h := v.Hello()
	if !v.RefusedBy(iana.AlertHandshakeFailure, iana.AlertInternalError) || !v.refusesAllWithAlert() || h == nil || !h.Offers(iana.TLS13) || parley.SharedKey(h) {
		return false
	}
	ans, asked := v.Whole(iana.TLS13)
	return asked && ans.Refused() && ans.End == parley.EndAlert && certificateAlert(ans.Alert)
}

// ShowsKeys says that the answer to a pre-shared key which fits none speaks of keys, and
// the one to the base does not.
func (v *View) ShowsKeys(set []parley.Change, ans parley.Answer) bool {
	return len(set) == 1 && v.Base.With(set...).KeepsSharedKey() && ans.AboutSharedKey() && !v.Answer.AboutSharedKey()
}

// keyShown says that what flips the answer is such a key.
func (v *View) keyShown() bool {
	return len(v.Proof.Set) == 1 && v.Base.With(v.Proof.Set...).KeepsSharedKey()
}

// ownKey is what became of the pre-shared key of the client's own hello.
type ownKey struct {
	variant parley.Attempt
	answer  parley.Answer // the first to the hello as it was recorded
	asked   bool
	steady  bool // all of the answers are equal
	runs    int
	asks    []parley.Ask
}

// ownKey asks for the hello as it was recorded where it offers a key of its own: twice
// where it is refused for that, and the base in turn. A hello that had to be changed
// for this target carries a binder that fits nothing.
func (v *View) ownKey() ownKey {
	o := ownKey{variant: v.Base.With(parley.AsRecorded), steady: true}
	if v.Client == nil || len(v.Client.Hellos) == 0 || !v.Asked() || v.Answer.End != parley.EndStopped && !v.Refused() {
		return ownKey{}
	}
	own := v.Client.Hellos[0]
	if own.Composed || own.Message == nil || v.Base.SSL2 != nil || !parley.SharedKey(v.Hello()) || !slices.Equal(own.Message.Body(), v.Hello().Body()) {
		return ownKey{}
	}
	last := v.Base.ID
	for _, r := range v.E.Replies {
		switch {
		case r.End == parley.EndLocal || r.End == parley.EndInterrupted:
		case r.Attempt == v.Base.ID:
			last = r.Attempt
		case r.Attempt == o.variant.ID:
			ans := r.AnswerTo(o.variant)
			if o.runs++; o.runs == 1 {
				o.answer = ans
			}
			o.steady = o.steady && !ans.Differs(o.answer)
			last = r.Attempt
		}
	}
	o.asked = o.runs > 0
	switch {
	case o.runs == 0:
		o.asks = []parley.Ask{{Attempt: o.variant, Times: 1, Separates: []parley.CauseID{"psk.mismatch"}}}
	case !o.answer.AboutSharedKey() || !o.steady:
	case o.runs < 2:
		o.asks = []parley.Ask{{Attempt: v.Base, Times: len(v.Replies) + 1, Proof: true}, {Attempt: o.variant, Times: 2, Proof: true}}
	case last == o.variant.ID:
		o.asks = []parley.Ask{{Attempt: v.Base, Times: len(v.Replies) + 1, Proof: true}}
	}
	return o
}

// HasKey says that the server took the pre-shared key of the client's own hello, for
// which it has to know the key (RFC 8446, Section 4.2.11.2).
func (v *View) HasKey() bool {
	o := v.ownKey()
	if !o.asked || !o.answer.Accepted() {
		return false
	}
	return slices.ContainsFunc(v.E.RepliesTo(o.variant.ID), func(r parley.Reply) bool { return r.Resumed() == parley.Yes })
}

// ownKeyRefused is the finding that the client's own key is not the server's. Where
// the same hello without it goes through, or is refused otherwise, the alert is about
// the key; where both are refused alike, the server passed over the identity.
func (v *View) ownKeyRefused() (parley.Finding, bool) {
	o := v.ownKey()
	if !o.asked || o.answer.Choice.Retry || o.answer.Accepted() {
		return parley.Finding{}, false
	}
	f := v.Finding("psk.mismatch", parley.SideUnknown, parley.PhaseParameters, parley.Inferred)
	f.Shows = o.variant.ID
	switch {
	case o.answer.AboutSharedKey() && o.answer.Differs(v.Answer):
		f.Certainty = parley.Seen
		if o.steady && o.runs >= 2 && len(o.asks) == 0 && v.steadyBase() {
			f.Certainty = parley.Proved
			f.Pair = &parley.Pair{Changed: o.variant.Changed, Fails: o.variant.ID, Works: v.Base.ID, FailsAs: [2]int{o.runs, o.runs}, WorksAs: [2]int{len(v.Replies), len(v.Replies)}}
		}
		otherwise := "is refused otherwise"
		if v.Completes() {
			otherwise = "goes through"
		}
		return asReasons(f, "The client's hello as it was recorded, with its pre-shared key, is refused by "+o.answer.Alert.String()+"; the same without the key "+otherwise+".",
			"The identity or the key is not the one that the server has. Which side is right is not on the wire."), true
	case v.Refused() && v.refusesAllWithAlert() && o.answer.Refused() && !o.answer.Differs(v.Answer):
		f.NotExcluded = []parley.CauseID{"server.no-usable-certificate"}
		return asReasons(f, "The client's hello as it was recorded, with its pre-shared key, is refused as everything is that needs a certificate: the server does not know the identity, or has no keys at all.", v.sent()), true
	}
	return parley.Finding{}, false
}

// steadyBase says that all answers to the base are alike.
func (v *View) steadyBase() bool {
	return !slices.ContainsFunc(v.Replies, func(r parley.Reply) bool {
		ans := r.AnswerTo(v.Base)
		return ans.Differs(v.Answer) || ans.Completes() != v.Completes()
	})
}
