package check

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/diagnose"
)

// runner runs asks against one scope and keeps the evidence. It counts its
// connections: those of the budget that are left go to the proof.
type runner struct {
	o       *Options
	e       *parley.Evidence
	used    int
	rounds  int           // how often it waited
	proofs  bool          // the attempts of a proof were run
	slowest time.Duration // time to the first byte, of all replies so far
}

// first makes the first wave. Its first attempt has the most patience; when
// all the others were silent, what to say to a silent peer is tried while the
// first still waits.
func (r *runner) first(ctx context.Context, asks []parley.Ask) {
	patient := asks[0].Attempt
	if oneByOne(patient) {
		for _, a := range asks {
			r.wave(ctx, []parley.Ask{a})
		}
		r.patiently(ctx)
		return
	}
	reply := make(chan parley.Reply, 1)
	go func() { reply <- r.o.attempt(ctx, patient) }()
	r.used++
	r.e.Add(patient)
	r.wave(ctx, asks[1:])
	var first parley.Reply
	select {
	case first = <-reply:
	case <-time.After(r.hesitation()):
		if !slices.ContainsFunc(r.e.Replies, func(x parley.Reply) bool { return x.End != parley.EndSilence }) {
			silent := *r.e
			silent.Replies = append(slices.Clone(r.e.Replies), parley.Reply{Attempt: patient.ID, End: parley.EndSilence})
			r.wave(ctx, r.affordable(diagnose.Step(&silent).Asks))
		}
		first = <-reply
	}
	r.answered(patient, first)
	if r.o.Progress != nil {
		r.o.Progress(first)
	}
	r.e.Replies = append([]parley.Reply{first}, r.e.Replies...)
	r.patiently(ctx)
}

// oneByOne says that attempts are made one after the other: many a server of DTLS does
// one handshake at a time, and takes what comes beside it for a part of that.
func oneByOne(a parley.Attempt) bool { return a.Scope.Transport == parley.TransportDTLS }

// hesitation is how long the first attempt is still waited for when all others
// of its wave were silent, before the peer is taken for a silent one: a slow
// one is not to be asked a dozen things that do not concern it.
func (r *runner) hesitation() time.Duration {
	if slices.ContainsFunc(r.e.Replies, func(x parley.Reply) bool { return x.End != parley.EndSilence }) {
		return 0
	}
	return 600 * time.Millisecond
}

// patiently asks again what was silent for a short while only, now that the
// peer turned out to be slow.
func (r *runner) patiently(ctx context.Context) {
	var again []parley.Ask
	kept := slices.Clone(r.e.Replies[:0])
	for _, rep := range r.e.Replies {
		a := r.e.Attempts[rep.Attempt]
		switch {
		case rep.End != parley.EndSilence || !r.tooBrief(a):
			kept = append(kept, rep)
		case a.Role != parley.RoleVariant && a.Hello != nil:
			again = append(again, parley.Ask{Attempt: a})
		}
	}
	if len(again) == 0 || len(again) > Connections-r.used-proofReserve {
		return
	}
	r.e.Replies = kept
	for i, rep := range r.together(ctx, again) {
		r.keep(again[i].Attempt, rep)
	}
}

// tooBrief says that an attempt is given less time than the peer takes.
func (r *runner) tooBrief(a parley.Attempt) bool { return a.Patience > 0 && 2*r.slowest > a.Patience }

// affordable keeps the asks that the budget allows, most telling first as they
// come, and says of the others that they were not run.
func (r *runner) affordable(asks []parley.Ask) []parley.Ask {
	var out []parley.Ask
	left := Connections - r.used
	for _, a := range asks {
		if _, not := r.e.NotRun[a.Attempt.ID]; not {
			continue
		}
		need := max(a.Times, 1) - len(r.e.RepliesTo(a.Attempt.ID))
		if need <= 0 {
			continue
		}
		limit := left
		if !a.Proof {
			limit -= r.reserve()
		}
		if need > limit {
			r.e.Add(a.Attempt)
			r.e.NotRun[a.Attempt.ID] = "the budget of connections is used up"
			continue
		}
		left -= need
		out = append(out, a)
	}
	return out
}

// waits says whether hellos are met by silence here, so that each wave costs
// the time that it takes to see that nothing comes.
func (r *runner) waits() bool {
	return slices.ContainsFunc(r.e.Replies, func(x parley.Reply) bool { return x.End == parley.EndSilence })
}

// alongside adds the rest of the panel to a wave, which would make one of its
// own. The attempts of a proof stay alone.
func alongside(asks, more []parley.Ask) []parley.Ask {
	if len(asks) == 0 || slices.ContainsFunc(asks, func(a parley.Ask) bool { return a.Proof }) {
		return asks
	}
	for _, a := range more {
		if a.Attempt.Role == parley.RoleBase && !slices.ContainsFunc(asks, func(x parley.Ask) bool { return x.Attempt.ID == a.Attempt.ID }) {
			asks = append(asks, a)
		}
	}
	return asks
}

// run makes the attempts: those of a proof one after the other, interleaved,
// with nothing else open; the others side by side.
func (r *runner) run(ctx context.Context, asks []parley.Ask) {
	var side, proof []parley.Ask
	for _, a := range asks {
		if a.Proof {
			proof = append(proof, a)
		} else {
			side = append(side, a)
		}
	}
	r.wave(ctx, side)
	r.twice(ctx, proof)
	for more := true; more && ctx.Err() == nil; {
		more = false
		for _, a := range proof {
			if len(r.e.RepliesTo(a.Attempt.ID)) < a.Times && ctx.Err() == nil {
				r.keep(a.Attempt, r.do(ctx, a.Attempt))
				more = true
			}
		}
	}
}

// reserve is what is kept for the proof: nothing, once one was run.
func (r *runner) reserve() int {
	if r.proofs {
		return 0
	}
	return proofReserve
}

// ofSender is how many attempts tell who sent a reset.
const ofSender = 4

// twice runs the base of a proof once more than it takes, directly before it
// runs again: servers behind one address that take turns answer two runs in a
// row differently, and could otherwise keep step with base and variant.
func (r *runner) twice(ctx context.Context, proof []parley.Ask) {
	need := 0
	for _, a := range proof {
		need += a.Times - len(r.e.RepliesTo(a.Attempt.ID))
	}
	if need == 0 || proof[0].Attempt.Role != parley.RoleBase || r.used+need >= Connections || ctx.Err() != nil {
		return
	}
	for _, rep := range r.e.RepliesTo(proof[0].Attempt.ID) {
		if rep.End == parley.EndSilence {
			return // another silence to wait for costs more than it tells
		}
		if rep.End == parley.EndRST && r.used+need+ofSender >= Connections {
			r.proofs = true
			return
		}
	}
	r.proofs = true
	proof[0].Times++
	r.keep(proof[0].Attempt, r.do(ctx, proof[0].Attempt))
}

// inARow asks twice more, in a row, what one client's hello was gone through
// with once: of servers that take turns one of the two would answer otherwise.
// A panel is several hellos, and asks often enough.
func (r *runner) inARow(ctx context.Context, res diagnose.Result) {
	if r.o.Client == nil || res.Verdict != parley.VerdictOK {
		return
	}
	for range 2 {
		base := r.e.Attempts[r.e.Order[0]]
		if r.used < Connections && ctx.Err() == nil {
			r.keep(base, r.do(ctx, base))
		}
	}
}

// wave makes attempts side by side. If the peer turns out to be slow to
// answer, what was silent for a short while only is asked again with patience.
func (r *runner) wave(ctx context.Context, asks []parley.Ask) {
	waited := make([]bool, len(asks)) // for a short while only
	for i, a := range asks {
		waited[i] = a.Attempt.Patience > 0 && !r.tooBrief(a.Attempt)
	}
	replies := r.together(ctx, asks)
	var again []parley.Ask
	for i, rep := range replies {
		if rep.End == parley.EndSilence && waited[i] && r.tooBrief(asks[i].Attempt) && Connections-r.used > r.reserve() {
			again = append(again, asks[i])
			continue
		}
		r.keep(asks[i].Attempt, rep)
	}
	for i, rep := range r.together(ctx, again) {
		r.keep(again[i].Attempt, rep)
	}
}

func (r *runner) together(ctx context.Context, asks []parley.Ask) []parley.Reply {
	if len(asks) == 0 {
		return nil
	}
	r.rounds++
	replies := make([]parley.Reply, len(asks))
	var wg sync.WaitGroup
	for i, a := range asks {
		if r.tooBrief(a.Attempt) {
			a.Attempt.Patience = 0
		}
		if oneByOne(a.Attempt) {
			replies[i] = r.o.attempt(ctx, a.Attempt)
			continue
		}
		wg.Go(func() { replies[i] = r.o.attempt(ctx, a.Attempt) })
	}
	wg.Wait()
	r.used += len(asks)
	if r.o.Progress != nil {
		for _, rep := range replies {
			r.o.Progress(rep)
		}
	}
	for i, rep := range replies {
		r.answered(asks[i].Attempt, rep)
	}
	return replies
}

func (r *runner) do(ctx context.Context, a parley.Attempt) parley.Reply {
	return r.together(ctx, []parley.Ask{{Attempt: a}})[0]
}

// answered lets the prober know how fast the peer is, once it said anything.
func (r *runner) answered(a parley.Attempt, rep parley.Reply) {
	r.slowest = max(r.slowest, rep.First)
	if rep.First > 0 && a.Scope.Via == "" {
		r.o.Prober.Answered(a.Scope.Addr, max(rep.Connect, r.slowest))
	}
}

func (r *runner) keep(a parley.Attempt, rep parley.Reply) {
	r.e.Add(a)
	r.e.Replies = append(r.e.Replies, rep)
}
