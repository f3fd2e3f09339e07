package survey

import (
	"slices"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// Depth is how much of a server's terms an enumeration learns.
type Depth uint8

// The depths, each with what the one before it learns.
const (
	DepthUnknown Depth = iota
	DepthVersions
	DepthSuites
	DepthFull
)

// Depths are the words of the depths, as --depth takes them.
var Depths = []string{"versions", "suites", "full"}

// ParseDepth reads a word of Depths; DepthUnknown if it is none.
func ParseDepth(word string) Depth { return Depth(slices.Index(Depths, word) + 1) }

// String returns the word of the depth.
func (d Depth) String() string {
	if d == DepthUnknown || int(d) > len(Depths) {
		return "unknown"
	}
	return Depths[d-1]
}

// Pace is how many connections an enumeration has open at once.
type Pace uint8

// The paces. PaceGentle asks one thing after the other, and so with the fewest
// connections; PaceFast takes more at once for fewer round trips.
const (
	PaceUnknown Pace = iota
	PaceGentle
	PaceUsual
	PaceFast
)

// AtOnce is how many connections may be open at once.
func (p Pace) AtOnce() int {
	switch p {
	case PaceGentle:
		return 1
	case PaceFast:
		return 48
	}
	return 24
}

// Plan is what an enumeration of one scope is to learn.
type Plan struct {
	Scope    parley.Scope
	Prologue []parley.Step
	ALPN     []string         // what every hello offers; nil: nothing, or over QUIC what is known
	QUIC     iana.QUICVersion // in which is asked; 0: the first, or another transport
	Depth    Depth
	Pace     Pace
	// ECH is the configuration that the target publishes; nil: none is known.
	ECH *wire.ECHConfig
	// Most bounds the connections; 0: as many as it takes.
	Most int
}

// Enumeration learns the terms of a server: it says what to ask next, and takes
// the replies, until nothing is left to ask. It keeps only what it needs to go
// on; what the replies say of the server is Evidence.Fold's matter.
//
// Every version is offered whole, and alone. What an accepted version has left
// is dealt over chains: each asks for a run of suites, takes out the one that
// was selected, and asks again until the rest is refused. While connections
// are to spare, a chain that found something is cut in two. Only an answer
// that says no ends a chain well: a reset, a close or silence is repeated once,
// and leaves the list incomplete.
type Enumeration struct {
	plan    Plan
	limit   int // of connections at once
	open    int
	made    int
	queue   []*query
	pending map[parley.AttemptID][]*query
	columns map[iana.Version]*column
	firsts  int          // versions whose first answer is due
	speaks  bool         // some hello was answered in TLS
	reached bool         // some connection was opened
	closed  bool         // some version was asked for what is left of it once more
	over    bool         // interrupted
	keys    []iana.Group // of the EC keys that were shown
}

// query is one attempt that was asked for, and what to do with its answer.
type query struct {
	attempt parley.Attempt
	again   bool // it is the second time
	once    bool // trouble is an answer, too
	then    func(parley.Answer)
}

// Enumerate starts an enumeration.
func Enumerate(p Plan) *Enumeration {
	e := &Enumeration{
		plan: p, limit: p.Pace.AtOnce(), pending: map[parley.AttemptID][]*query{}, columns: map[iana.Version]*column{},
	}
	versions := []iana.Version{iana.TLS12, iana.TLS13, iana.TLS10, iana.TLS11, iana.SSL3}
	over := p.Scope.Transport != parley.TransportTCP
	if over {
		versions = p.Scope.Transport.Versions()
		slices.Reverse(versions)
	}
	for _, v := range versions {
		c := &column{e: e, v: v, all: guessed(v)}
		c.base = p.whole(v)
		if v.Before(iana.TLS13) {
			withoutFFDHE(c.base)
		}
		if p.ALPN != nil {
			c.base.SetALPN(p.ALPN)
		}
		e.columns[v] = c
		e.firsts++
		c.first(c.all)
	}
	if !over {
		e.ask(&query{attempt: e.ssl2(), once: true, then: func(parley.Answer) {}})
	}
	return e
}

// Next are the attempts to make now, beside those that are under way. Each is
// answered with Learn, and nothing is left to ask when none is under way and
// Next has none.
func (e *Enumeration) Next() []parley.Attempt {
	var out []parley.Attempt
	for len(e.queue) > 0 && e.open < e.limit && !e.over && (e.plan.Most == 0 || e.made < e.plan.Most) {
		q := e.queue[0]
		e.queue = e.queue[1:]
		e.pending[q.attempt.ID] = append(e.pending[q.attempt.ID], q)
		e.open++
		e.made++
		out = append(out, q.attempt)
	}
	return out
}

// Suited says that the suites of every accepted version are known, at the full
// depth: what that adds, and what their order is, may be under way.
func (e *Enumeration) Suited() bool {
	for _, c := range e.columns {
		if c.most > 0 && !c.filled {
			return false
		}
	}
	return e.firsts == 0
}

// Through says that nothing is left to ask, and nothing under way.
func (e *Enumeration) Through() bool { return e.Suited() && e.open == 0 && len(e.queue) == 0 }

// AtOnce is how many connections may be open at once now: fewer, once the
// server showed that it has trouble with many.
func (e *Enumeration) AtOnce() int { return e.limit }

// Learn takes the reply to one of the attempts.
func (e *Enumeration) Learn(r parley.Reply) {
	qs := e.pending[r.Attempt]
	if len(qs) == 0 {
		return
	}
	q := qs[0]
	e.pending[r.Attempt] = qs[1:]
	e.open--
	e.speaks = e.speaks || len(r.Events) > 0
	e.reached = e.reached || r.Connect > 0
	if g := r.LeafGroup(); g != 0 && !slices.Contains(e.keys, g) {
		e.keys = append(e.keys, g)
	}
	ans := r.AnswerTo(q.attempt)
	if ans.End == parley.EndInterrupted || ans.End == parley.EndLocal {
		e.over = e.over || ans.End == parley.EndInterrupted
		return
	}
	if isTrouble(ans) && !q.once {
		e.slower(ans)
		if !q.again && (e.reached || !ans.End.BeforeHello()) {
			q.again = true
			e.queue = append(e.queue, q)
			return
		}
	}
	q.then(ans)
}

// isTrouble says that the peer did not answer the hello: it may have been kept
// from it, and may answer the next time.
func isTrouble(a parley.Answer) bool {
	switch a.End {
	case parley.EndFIN, parley.EndRST, parley.EndSilence, parley.EndConnectTimeout, parley.EndConnectRefused, parley.EndUnreachable:
		return !a.Accepted()
	}
	return false
}

// slower opens fewer connections at once to a server that has trouble with
// many: one that serves them in turn looks silent, one that counts them closes.
func (e *Enumeration) slower(a parley.Answer) {
	least := 1
	if a.End == parley.EndFIN || a.End == parley.EndRST {
		least = min(4, e.limit) // this may be how it refuses
	}
	e.limit = max(least, e.limit/2)
}

func (e *Enumeration) ask(q *query) { e.queue = append(e.queue, q) }

// idle says how many more connections could be under way than there is to ask.
func (e *Enumeration) idle() int { return e.limit - e.open - len(e.queue) }

// ssl2 is the hello of SSL 2 with all its cipher kinds.
func (e *Enumeration) ssl2() parley.Attempt {
	return parley.Attempt{
		Role: parley.RoleReference, Name: "all of " + iana.SSL2.String(), Scope: e.plan.Scope, Prologue: e.plan.Prologue, Whole: iana.SSL2,
		SSL2: parley.WholeSSL2(), Patience: parley.Brief,
	}.Identify()
}
