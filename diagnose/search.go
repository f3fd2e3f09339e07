package diagnose

import (
	"slices"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/causes"
)

// search looks for the smallest change set that flips the answer to the base,
// among those that the terms known suggest (Negotiate) and those that causes
// propose. It reads what was tried; what is missing it asks for: each
// candidate once, and of one that flips, the repeats that make a proof.
func search(v *causes.View) (causes.Proof, []parley.Ask) {
	if !v.Asked() || v.Completes() {
		return causes.Proof{}, nil
	}
	sets := candidates(v)
	if len(sets) == 0 {
		return causes.Proof{State: causes.ProofRefuted}, nil
	}
	var asks []parley.Ask
	var best []parley.Change
	for _, set := range sets {
		switch ans, tried := v.Variant(set...); {
		case !tried:
			a := v.Base.With(set...)
			if len(v.E.RepliesTo(a.ID)) > 0 {
				continue // this machine could not try it
			}
			a.Patience = v.Patience(set)
			asks = append(asks, parley.Ask{Attempt: a, Times: 1})
		case flips(v, set, ans) && (best == nil || len(set) < len(best) || len(set) == len(best) && left(set) < left(best)):
			best = set
		}
	}
	limit := explore
	if v.AllEnd(parley.EndRST) {
		limit-- // room for the attempts that tell who sent the reset
	}
	switch {
	case best != nil && (left(best) <= 1 || len(asks) == 0):
		return confirm(v, best)
	case len(asks) == 0:
		return causes.Proof{State: causes.ProofRefuted}, nil
	}
	return causes.Proof{State: causes.ProofPending}, asks[:min(len(asks), limit)]
}

// left counts the extensions that a set leaves out: of several that flip the
// answer together, one is the one.
func left(set []parley.Change) (n int) {
	for _, c := range set {
		if c.Axis == parley.AxisExtension && c.Op == parley.Remove {
			n += len(c.Values)
		}
	}
	return n
}

// flips says that an answer to a variant is another than the base's. A hello
// that is refused has to be gone through with. One that was accepted, and whose
// handshake ended after that, flips by another word: what differs is then the
// client's certificate, and a server has several ways of saying no to one. A pre-shared
// key that fits none is refused anyway: by another alert where the server looks for keys.
func flips(v *causes.View, set []parley.Change, ans parley.Answer) bool {
	if !v.RefusedLater() {
		return ans.Completes() || v.ShowsKeys(set, ans)
	}
	switch ans.End {
	case parley.EndStopped, parley.EndAlert, parley.EndFIN, parley.EndRST:
		return ans.Accepted() && ans.Differs(v.Answer)
	}
	return false
}

// explore is how many candidates are tried side by side: as many as may be
// open at once.
const explore = 4

// candidates lists the change sets worth trying, likeliest first. Of a set with
// a version in it, the version alone comes first, and of one with a group, the
// rest without it: what the server was seen to choose need not be the only
// thing it takes. A set that was tried and
// completes stays one, whatever the evidence suggests since.
func candidates(v *causes.View) [][]parley.Change {
	var sets [][]parley.Change
	add := func(set []parley.Change) {
		set = v.Sendable(set)
		id := v.Base.With(set...).ID
		known := slices.ContainsFunc(sets, func(s []parley.Change) bool { return v.Base.With(s...).ID == id })
		if len(set) > 0 && id != v.Base.ID && !known && v.Carries(set) {
			sets = append(sets, set)
		}
	}
	for _, id := range v.E.Order {
		a := v.E.Attempts[id]
		if ans, tried := v.To(a); a.Role == parley.RoleVariant && a.Base == v.Base.ID && tried && a.Until != parley.StopReply && flips(v, a.Changed, ans) {
			add(a.Changed)
		}
	}
	for _, set := range v.Sets {
		for _, c := range set {
			switch {
			case len(set) > 1 && c.Axis == parley.AxisVersion:
				add([]parley.Change{c})
			case len(set) > 1 && c.Axis == parley.AxisGroup:
				add(slices.DeleteFunc(slices.Clone(set), func(x parley.Change) bool { return x.Axis == parley.AxisGroup }))
			}
		}
		add(set)
	}
	if v.Base.SSL2 != nil {
		add([]parley.Change{parley.InTLSRecord})
	}
	for _, c := range causes.All() {
		if c.Tries != nil {
			for _, set := range c.Tries(v) {
				add(set)
			}
		}
	}
	v.Rank(sets)
	if v.SharesVersion() {
		// A newer version may get around what is missing; it is not what is missing.
		if other := slices.DeleteFunc(slices.Clone(sets), addsVersion); len(other) > 0 {
			return other
		}
	}
	return sets
}

func addsVersion(set []parley.Change) bool {
	return slices.ContainsFunc(set, func(c parley.Change) bool { return c.Axis == parley.AxisVersion && c.Op == parley.Add })
}

// confirm turns a set that flipped once into a proof: base and variant twice
// each, and for a larger set each variant that lacks one member.
func confirm(v *causes.View, set []parley.Change) (causes.Proof, []parley.Ask) {
	variant := v.Base.With(set...)
	pair := &parley.Pair{Changed: set, Fails: v.Base.ID, Works: variant.ID}
	attempts := []parley.Attempt{v.Base, variant}
	if len(set) > 1 {
		for i := range set {
			less := slices.Delete(slices.Clone(set), i, i+1)
			w := v.Base.With(less...)
			if ans, tried := v.To(w); tried && flips(v, less, ans) {
				return confirm(v, less)
			}
			attempts = append(attempts, w)
			pair.Without = append(pair.Without, w.ID)
		}
	}
	// Each once before any twice: a member that can be spared shows at once.
	times := 2
	for _, a := range attempts {
		if _, all := count(v, a); all == 0 {
			times = 1
		}
	}
	var asks []parley.Ask
	steady := true
	for i, a := range attempts {
		as, all := count(v, a)
		want := times
		if i == 0 && times == 2 && last(v, a.ID, variant.ID) == variant.ID {
			if _, runs := count(v, variant); runs < 2 {
				want = max(times, all+1) // base and variant take turns
			}
		}
		if all < want {
			asks = append(asks, parley.Ask{Attempt: a, Times: want, Proof: true})
		}
		steady = steady && as == all
		switch i {
		case 0:
			pair.FailsAs = [2]int{as, all}
		case 1:
			pair.WorksAs = [2]int{as, all}
		}
	}
	p := causes.Proof{State: causes.ProofOnce, Set: set, Pair: pair}
	switch {
	case !steady || v.Wavers():
		p.State, asks = causes.ProofUnsteady, nil
	case len(asks) == 0:
		p.State = causes.ProofProved
	}
	return p, asks
}

// last is the attempt of two that was run last.
func last(v *causes.View, a, b parley.AttemptID) parley.AttemptID {
	for _, r := range slices.Backward(v.E.Replies) {
		if r.Attempt == a || r.Attempt == b {
			return r.Attempt
		}
	}
	return ""
}

// count says how many of the replies to a came out as the first one, which is
// the one that a proof speaks of, and how many there are. How a hello is
// refused may vary; that it is, may not.
func count(v *causes.View, a parley.Attempt) (as, all int) {
	first, _ := v.To(a)
	for _, r := range v.E.RepliesTo(a.ID) {
		if r.End == parley.EndInterrupted || r.End == parley.EndLocal {
			continue
		}
		all++
		ans := r.AnswerTo(a)
		same := ans.Completes() == first.Completes()
		if v.RefusedLater() || a.KeepsSharedKey() {
			same = !ans.Differs(first)
		}
		if same {
			as++
		}
	}
	return as, all
}
