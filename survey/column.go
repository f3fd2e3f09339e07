package survey

import (
	"slices"
	"strings"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// column is what an enumeration knows of one version.
type column struct {
	e        *Enumeration
	v        iana.Version
	all      []iana.Suite
	base     *wire.ClientHello
	most     int // the longest list that was served; 0: none was
	refused  int // the shortest list that was refused, while it is not clear why; 0: none
	accepted []iana.Suite
	picks    []parley.Pick[iana.Suite]
	runs     int // chains under way
	fresh    int // of them those of which nothing was heard yet
	begun    int // chains in all, and dry those whose first answer was no
	dry      int
	rounds   int  // of pairs that were asked for the order
	pairs    int  // under way
	favoured bool // what clients without AES in hardware prefer was asked for
	closing  bool // what is left was asked for once more
	filled   bool // what the full depth adds was asked for
	trouble  bool // the first hello got no answer
	padded   bool // hellos are padded, for those of 256 to 511 bytes got none
}

// sizes are how many suites a first hello offers if longer lists are refused
// for no reason given: some servers fail on more than 128 suites, some on
// hellos of more than 255 or 511 bytes.
var sizes = []int{120, 24}

// hello is the whole hello of the version with other suites.
func (c *column) hello(suites []iana.Suite) *wire.ClientHello {
	h := *c.base
	h.Suites = slices.Clone(suites)
	if c.v.Before(iana.TLS13) {
		h.Suites = append(h.Suites, iana.SCSVRenegotiation)
	}
	return &h
}

// withoutFFDHE leaves the finite-field groups out of a hello for a version below
// 1.3: a server with a prime of its own takes them for a demand, and selects no
// suite with DHE (RFC 7919, Section 4).
func withoutFFDHE(h *wire.ClientHello) {
	if !h.OmitExtensions {
		h.SetGroups(slices.DeleteFunc(h.Groups(), func(g iana.Group) bool {
			i, _ := g.Info()
			return i.Kind == iana.GroupFFDHE
		}))
	}
}

// part is the attempt that offers some of the version's suites.
func (c *column) part(name string, suites []iana.Suite) parley.Attempt {
	return parley.Attempt{
		Role: parley.RoleReference, Name: name + " of " + c.v.String(), Scope: c.e.plan.Scope, Prologue: c.e.plan.Prologue,
		Hello: c.hello(suites), RecordVersion: parley.FirstRecord(c.v), Part: parley.Part{Version: c.v, Axis: parley.AxisSuite}, QUIC: c.e.plan.QUIC,
	}.Identify()
}

// first offers the version, with all suites or, to a server that may fail on a
// long list, with fewer.
func (c *column) first(suites []iana.Suite) {
	a := c.part("most", suites)
	switch len(suites) {
	case len(c.all):
		a.Name, a.Whole, a.Part = "all of "+c.v.String(), c.v, parley.Part{}
	case sizes[0]:
		a.Name, a.Whole, a.Part = "all of "+c.v.String()+" that clients offer", c.v, parley.Part{}
	}
	c.e.ask(&query{attempt: a, then: func(ans parley.Answer) {
		c.e.firsts--
		c.trouble = isTrouble(ans)
		switch got := ans.Choice.Version; {
		case got == c.v && ans.Accepted():
			c.most, c.refused = len(suites), 0
			c.served(a.Hello.Suites, ans.Choice.Suite)
		case got != 0 || ans.End == parley.EndAlert && ans.Alert == iana.AlertProtocolVersion:
			c.refused = 0 // by name
		default:
			c.refused = len(suites)
		}
		if c.e.firsts == 0 {
			c.e.settle()
		}
	}})
}

// settle looks, once all versions were answered, whether those refused without
// a reason were so for the length of the list.
func (e *Enumeration) settle() {
	served := 0
	for _, c := range e.columns {
		served = max(served, c.most)
	}
	for _, v := range e.plan.Scope.Transport.Versions() {
		c := e.columns[v]
		if c == nil || c.refused == 0 || e.pad(c) || served >= c.refused || !e.speaks && served == 0 {
			continue
		}
		for _, n := range sizes {
			if n < c.refused {
				e.firsts++
				c.first(popular(c.v, n))
				break
			}
		}
	}
}

// pad offers a version once more in longer hellos, if those of 256 to 511 bytes
// got no answer, as some balancers give none (RFC 7685, Section 1), and if no newer
// version got one.
func (e *Enumeration) pad(c *column) bool {
	n := len(c.hello(c.all).Message())
	if c.padded || !c.trouble || n < 256 || n > 511 || c.accepts(func(v iana.Version) bool { return v > c.v }) {
		return false
	}
	c.padded = true
	c.base.SetExtension(iana.ExtPadding, make([]byte, 320))
	e.firsts++
	c.first(c.all)
	return true
}

// popular are the suites that most servers have.
func popular(v iana.Version, n int) []iana.Suite {
	list := parley.WholeSuites(v)
	return list[:min(n, len(list))]
}

// served begins the enumeration of the suites.
func (c *column) served(offered []iana.Suite, selected iana.Suite) {
	c.pick(offered, selected)
	if c.e.plan.Depth < DepthSuites {
		return
	}
	rest := without(c.all, selected)
	longest := 100
	if c.e.limit == 1 && c.most == len(c.all) {
		longest = len(c.all)
	}
	longest = min(longest, c.most)
	if c.e.limit > 1 {
		c.inReverse(offered)
		for _, run := range parted(rest, c.e.chains(c.v), longest) {
			c.chain(run)
		}
		return
	}
	runs := parted(rest, 1, longest)
	// What was selected stands last now: if it is selected again, the server's
	// order decides, and if not, the next one is known.
	c.runs++
	c.fresh++
	c.ask(append(reversed(slices.Clone(runs[0])), selected), true)
	for _, run := range runs[1:] {
		c.chain(run)
	}
}

// chains is how many chains a version begins with.
func (e *Enumeration) chains(v iana.Version) int {
	most := e.limit / 2
	if e.plan.Depth == DepthFull {
		most = e.limit / 4 // the rest of the depth keeps the connections busy
	}
	if v.TLS() == iana.TLS13 {
		return min(3, most)
	}
	return most
}

// inReverse offers the same list from its end: a server whose own order decides
// selects the same once more.
func (c *column) inReverse(offered []iana.Suite) {
	list := slices.DeleteFunc(slices.Clone(offered), func(s iana.Suite) bool { return s == iana.SCSVRenegotiation })
	slices.Reverse(list)
	c.runs++
	a := c.part("all in reverse", list)
	c.e.ask(&query{attempt: a, then: func(ans parley.Answer) {
		if ans.Choice.Version == c.v && ans.Accepted() {
			c.pick(list, ans.Choice.Suite)
		}
		c.runs--
		c.after()
	}})
}

func (c *column) pick(offered []iana.Suite, selected iana.Suite) {
	c.picks = append(c.picks, parley.Pick[iana.Suite]{Offered: offered, Selected: selected})
	if !slices.Contains(c.accepted, selected) {
		c.accepted = append(c.accepted, selected)
	}
}

// chain begins to ask for suites until what is left is refused.
func (c *column) chain(suites []iana.Suite) {
	c.runs++
	c.fresh++
	c.begun++
	c.link(suites, true)
}

// link asks for what is left of a chain, if anything is.
func (c *column) link(suites []iana.Suite, first bool) {
	suites = slices.DeleteFunc(suites, func(s iana.Suite) bool { return slices.Contains(c.accepted, s) })
	if len(suites) > 0 {
		c.offer(suites, first)
		return
	}
	if first {
		c.fresh--
	}
	c.runs--
	c.after()
}

// offer asks for suites of a chain, from the end of the guess: what is selected
// then is what the server's order has first.
func (c *column) offer(suites []iana.Suite, first bool) { c.ask(reversed(suites), first) }

// ask asks for suites of a chain as they stand.
func (c *column) ask(suites []iana.Suite, first bool) {
	c.e.ask(&query{attempt: c.part("some", suites), then: func(ans parley.Answer) {
		if first {
			c.fresh--
		}
		switch got := ans.Choice; {
		case got.Version == c.v && ans.Accepted():
			c.pick(suites, got.Suite)
			c.onward(reversed(without(suites, got.Suite)))
		case got.Version != 0 && (got.Version.Before(c.v) || ans.SaysNo()):
			c.onward(reversed(without(suites, got.Suite))) // under a lower version only, or given up again
		default:
			if first {
				c.dry++
			}
			c.runs--
			c.after()
		}
		if c.fresh == 0 && c.e.limit > 1 && c.e.idle() > 2 && len(c.accepted) <= few && 2*c.dry >= c.begun {
			c.close() // what chains still find is taken out of it as well
		}
	}})
}

// few suites are all that most servers accept: once every chain was answered, and half
// of them with no, no more is expected to be found.
const few = 12

// onward goes on with what is left of a chain, in two if there are connections
// to spare.
func (c *column) onward(rest []iana.Suite) {
	spare := c.e.idle() > 1 && (c.e.plan.Depth < DepthFull || len(c.accepted) > few)
	if spare && len(rest) > 1 && !c.closing {
		halves := parted(rest, 2, len(rest))
		c.runs += len(halves) - 1
		for _, h := range halves {
			c.link(h, false)
		}
		return
	}
	c.link(rest, false)
}

// after looks, when all chains of the version are through, whether all that is
// left is refused once more, and what of the order is open.
func (c *column) after() {
	if c.runs > 0 || c.pairs > 0 {
		return
	}
	c.close()
	c.order()
	if c.runs == 0 {
		c.full()
	}
}

// close asks for all that is left once more, in a row with the answers that
// refused it: servers that take turns behind one address answer one of the two
// otherwise. With few connections to make, one version stands for all.
func (c *column) close() {
	if c.closing {
		return
	}
	c.closing = true
	var rest []iana.Suite
	for _, s := range c.all {
		if !slices.Contains(c.accepted, s) {
			rest = append(rest, s)
		}
	}
	if len(rest) == 0 || len(rest) > c.most || c.e.limit == 1 && c.e.closed {
		return
	}
	c.e.closed = true
	c.chain(rest)
	if c.e.limit > 1 {
		c.chain(slices.Clone(rest))
	}
}

// rounds is how often what is open of an order is asked for.
const rounds = 12

// order asks for neighbours that were never offered together and, once it is
// clear that the guess was wrong, for pairs from the middle of what is open.
func (c *column) order() {
	if c.rounds == rounds {
		return
	}
	r := parley.Rank(c.accepted, c.picks, byGuess)
	var pairs [][2]iana.Suite
	switch {
	case len(c.accepted) < 2 || r.Decides == parley.No || r.Decides == parley.Mixed:
		return
	case r.Decides == parley.Unknown: // no two were ever offered in either order
		a, b := r.Order[0], r.Order[1]
		pairs = [][2]iana.Suite{{a, b}, {b, a}}
	case c.rounds == 0:
		pairs = r.Open
	default:
		pairs = r.Doubts()
	}
	if len(pairs) == 0 && r.Decides == parley.Yes {
		pairs = c.favours(r.Order)
	}
	if len(pairs) == 0 {
		return
	}
	c.rounds++
	for _, p := range pairs {
		list := []iana.Suite{p[1], p[0]}
		c.pairs++
		c.e.ask(&query{attempt: c.part("two", list), then: func(ans parley.Answer) {
			c.pairs--
			if ans.Choice.Version == c.v && ans.Accepted() {
				c.pick(list, ans.Choice.Suite)
			} else {
				c.rounds = rounds // what was accepted is refused now
			}
			if c.pairs == 0 {
				c.after()
			}
		}})
	}
}

// favours pairs the first suite of a server's order with one of ChaCha20, which is
// offered first: some servers let a client have it that prefers it, and no other.
func (c *column) favours(order []iana.Suite) [][2]iana.Suite {
	i := slices.IndexFunc(order, func(s iana.Suite) bool {
		i, _ := s.Info()
		return strings.HasPrefix(i.Cipher, "CHACHA20")
	})
	if c.favoured || i < 1 {
		return nil
	}
	c.favoured = true
	return [][2]iana.Suite{{order[0], order[i]}}
}

// without returns the suites but one.
func without(suites []iana.Suite, s iana.Suite) []iana.Suite {
	out := make([]iana.Suite, 0, len(suites))
	for _, x := range suites {
		if x != s {
			out = append(out, x)
		}
	}
	return out
}

// reversed turns a list of its own around.
func reversed[T any](suites []T) []T {
	slices.Reverse(suites)
	return suites
}
