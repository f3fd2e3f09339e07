package causes

import (
	"fmt"
	"slices"
	"time"

	"github.com/parley-tls/parley"
)

// What stands between client and server is found by what it does to hellos
// that differ in shape alone, and located by who sends what ends them. A reset
// by itself names nobody.

const (
	// oneSegment is the size of message from which on a hello does not fit
	// into one segment everywhere, and over which boxes made before
	// ML-KEM fail.
	oneSegment = 1200
	// smallHello is the size that a large hello is brought to: less than a
	// segment, more than the lengths that other boxes fail on (RFC 7685).
	smallHello = 1000
	// smallSegments is the size of segments that a large hello is cut into.
	smallSegments = 600
)

// large says that the base is larger than a segment for its post-quantum key
// shares, without which it is not.
func (v *View) large() bool {
	h := v.Base.Hello
	return h != nil && v.Base.SSL2 == nil && len(h.Message()) > oneSegment && len(parley.PostQuantum(h)) > 0
}

// smaller is the base without the post-quantum groups; sameSize is that padded
// to the size it had; inPieces is the base in small segments.
var smaller = parley.Change{Axis: parley.AxisSize, Op: parley.Replace, Values: []uint16{smallHello}}

func (v *View) sameSize() parley.Change {
	c := parley.Change{Axis: parley.AxisGroup, Op: parley.Remove, Padded: true}
	for _, g := range parley.PostQuantum(v.Base.Hello) {
		c.Values = append(c.Values, uint16(g))
	}
	return c
}

var inPieces = parley.Change{Axis: parley.AxisSegments, Op: parley.Replace, Values: []uint16{smallSegments}}

// nameInTwo cuts the base into two segments in the middle of its server name.
func (v *View) nameInTwo() (parley.Change, bool) {
	n, has := v.Name()
	if !has || v.Base.SSL2 != nil {
		return parley.Change{}, false
	}
	const recordHeader = 5
	at := slices.Index(windows(v.Base.Hello.Message(), len(n)), n)
	if at < 0 {
		return parley.Change{}, false
	}
	cut := recordHeader + at + len(n)/2
	return parley.Change{Axis: parley.AxisSegments, Op: parley.Replace, Values: []uint16{uint16(cut), 0}}, true
}

// windows are the texts of n bytes in b, from left to right.
func windows(b []byte, n int) []string {
	var out []string
	for i := 0; i+n <= len(b); i++ {
		out = append(out, string(b[i:i+n]))
	}
	return out
}

// answersTLS says that some hello under the base's name was answered in TLS.
func (v *View) answersTLS() bool {
	want, _ := v.Name()
	return slices.ContainsFunc(v.E.Replies, func(r parley.Reply) bool {
		a, ok := v.E.Attempts[r.Attempt]
		if !ok || a.Scope.Addr != v.Scope.Addr || a.Scope.Via != v.Scope.Via || len(r.Events) == 0 {
			return false
		}
		if a.Hello == nil {
			return true
		}
		n, _ := a.Hello.ServerName()
		return n == want || n == v.Scope.Name
	})
}

// endedIn says that the base ended in one of the ways before anything of TLS.
func (v *View) endedIn(ends ...parley.EndKind) bool {
	trickled := v.Answer.End == parley.EndSilence && v.Reply().First > 0
	return v.Refused() && slices.Contains(ends, v.Answer.End) && v.Answer.Choice.Version == 0 && !trickled
}

// completes says that the base completes with a change, as far as tried.
func (v *View) completes(c parley.Change) bool {
	ans, tried := v.Variant(c)
	return tried && ans.Completes()
}

// once asks for a variant of the base, once, beside the proof. A variant like
// it was answered already, so that silence shows sooner.
func (v *View) once(c parley.Change, for_ ...parley.CauseID) parley.Ask {
	a := v.Base.With(c)
	a.Patience = min(max(400*time.Millisecond, 10*v.quickest()), parley.Brief)
	return parley.Ask{Attempt: a, Times: 1, Separates: for_, Proof: true}
}

// Patience is how long an answer to the base with a change set is waited for.
// Of a hello's shape, where other hellos were answered, silence shows soon.
func (v *View) Patience(set []parley.Change) time.Duration {
	if len(set) != 1 || !set[0].Padded && shapes[set[0].Axis] == 0 {
		return parley.Brief
	}
	var slowest time.Duration
	for _, r := range v.E.Replies {
		if a := v.E.Attempts[r.Attempt]; a.Scope == v.Scope {
			slowest = max(slowest, r.First)
		}
	}
	if slowest == 0 {
		return parley.Brief
	}
	return min(max(400*time.Millisecond, 10*slowest), parley.Brief)
}

// quickest is the time to the first byte of the variant that the search found.
func (v *View) quickest() time.Duration {
	for _, r := range v.E.RepliesTo(v.proofID()) {
		return r.First
	}
	return parley.Brief
}

// ttlOfPeer and ttlOfEnd are the attempts that tell who sent a reset.
var ttlOfPeer = parley.Change{Axis: parley.AxisTTL, Op: parley.Add}

func (v *View) ttlOfEnd(peer int) parley.Attempt {
	return v.Base.With(parley.Change{Axis: parley.AxisTTL, Op: parley.Replace, Values: []uint16{uint16(peer)}})
}

// senderAsks ask who sent the reset that answers the base.
func (v *View) senderAsks(for_ ...parley.CauseID) []parley.Ask {
	unwatched := v.overUDP() || v.Scope.Via != "" || len(v.Base.Prologue) > 0 || v.Base.Hello == nil || v.Base.SSL2 != nil ||
		v.E.Local.OS != "" && v.E.Local.OS != "linux"
	if unwatched || !v.endedIn(parley.EndRST) || v.sooner() {
		return nil
	}
	peer, tried := v.peerTTL()
	switch {
	case !tried:
		return []parley.Ask{{Attempt: v.Base.With(ttlOfPeer), Times: 1, Separates: for_, Proof: true}}
	case peer == 0:
		return nil
	}
	return []parley.Ask{{Attempt: v.ttlOfEnd(peer), Times: 2, Separates: for_, Proof: true}}
}

func (v *View) peerTTL() (ttl int, tried bool) {
	for _, r := range v.E.RepliesTo(v.Base.With(ttlOfPeer).ID) {
		tried = true
		if r.TTL.Peer > 0 {
			ttl = r.TTL.Peer
		}
	}
	return ttl, tried
}

// sender is what is known of who sent the reset: another than who answered the
// SYN, the same as far as the TTL tells, and how that is known.
func (v *View) sender() (other, same bool, why string) {
	if !v.endedIn(parley.EndRST) {
		return false, false, ""
	}
	if v.sooner() {
		return true, false, fmt.Sprintf("The reset came after %v, where the path alone takes %v to the server and back: something nearer sent it.",
			round(v.slowestEnd()), round(v.roundTrip()))
	}
	peer, _ := v.peerTTL()
	if peer == 0 {
		return false, false, ""
	}
	orders := map[parley.TTLOrder]int{}
	for _, r := range v.E.RepliesTo(v.ttlOfEnd(peer).ID) {
		o := r.TTL.End
		if r.End != parley.EndRST || o == parley.TTLLower && v.slowestEnd() > 100*time.Millisecond+v.roundTrip() {
			o = parley.TTLUnknown // a late reset is not one that was dropped before
		}
		orders[o]++
	}
	for _, o := range []parley.TTLOrder{parley.TTLHigher, parley.TTLLower} {
		if orders[o] >= 2 && len(orders) == 1 {
			return true, false, fmt.Sprintf("The server's segments arrive with a TTL of %d, and the reset with a %s one: another sent it.", peer, o)
		}
	}
	if orders[parley.TTLSame] >= 2 && len(orders) == 1 {
		return false, true, fmt.Sprintf("The reset has the TTL of the server's segments, %d, and came no sooner than it could: nothing tells who sent it.", peer)
	}
	return false, false, ""
}

// sooner says that the resets came sooner than the server could send one: one
// within a quarter of the time that TCP took to connect, where that is long
// enough to be measured, and, as this machine can be busy when one comes, each
// within half of it.
func (v *View) sooner() bool {
	rtt := v.roundTrip()
	quick := slices.ContainsFunc(v.Replies, func(r parley.Reply) bool { return r.End == parley.EndRST && r.Took < rtt/4 })
	return rtt >= 4*time.Millisecond && len(v.Replies) >= 2 && quick && v.slowestEnd() < rtt/2
}

// roundTrip is the shortest time in which a connection of this scope came about.
func (v *View) roundTrip() (rtt time.Duration) {
	for _, r := range v.E.Replies {
		a, ok := v.E.Attempts[r.Attempt]
		if ok && a.Scope == v.Scope && r.Connect > 0 && (rtt == 0 || r.Connect < rtt) {
			rtt = r.Connect
		}
	}
	return rtt
}

// slowestEnd is the longest time that a reset of the base took.
func (v *View) slowestEnd() (d time.Duration) {
	for _, r := range v.Replies {
		if r.End == parley.EndRST {
			d = max(d, r.Took)
		}
	}
	return d
}

func round(d time.Duration) time.Duration {
	if d < 10*time.Millisecond {
		return d.Round(100 * time.Microsecond)
	}
	return d.Round(time.Millisecond)
}

// onPath rates a finding about what stands on the path, of which a change set
// flips the answer: proved when the cut into segments alone does, which no
// server sees, or when the reset has another sender; else nobody knows whether
// it is the server that does it.
func (v *View) onPath(f parley.Finding) parley.Finding {
	other, _, why := v.sender()
	bySegments := len(v.Proof.Set) == 1 && v.Proof.Set[0].Axis == parley.AxisSegments
	if v.Proof.State == ProofProved {
		f.Pair = v.Proof.Pair
	}
	f.Certainty, f.Side = parley.Inferred, parley.SideUnknown
	switch {
	case bySegments:
		f.Side = parley.PathSide
		f = asReasons(f, "The same bytes in other segments complete; a server does not see how TCP cuts them.")
	case other:
		f.Side = parley.PathSide
	}
	if f.Side == parley.PathSide && v.Proof.State == ProofProved {
		f.Certainty = parley.Proved
	}
	if f.Side == parley.SideUnknown && why == "" {
		why = "Nothing tells whether the server does it or something before it."
	}
	return asReasons(f, why)
}

// flipped says that the search found what flips the answer.
func (v *View) flipped() bool { return v.Proof.State == ProofProved || v.Proof.State == ProofOnce }

// flippedBy says that what flips the answer is one change on an axis.
func (v *View) flippedBy(axis parley.Axis) (parley.Change, bool) {
	if !v.flipped() || len(v.Proof.Set) != 1 || v.Proof.Set[0].Axis != axis {
		return parley.Change{}, false
	}
	return v.Proof.Set[0], true
}
