package parley

import (
	"cmp"
	"slices"

	"github.com/parley-tls/parley/iana"
)

// AllSuites are all suites that v can negotiate, whoever would want them, in
// ascending order: what an enumeration asks for.
func AllSuites(v iana.Version) []iana.Suite { return allSuites(v) }

var allSuites = perVersion(func(v iana.Version) []iana.Suite {
	return slices.DeleteFunc(iana.Suites(), func(s iana.Suite) bool { return !s.UsableAt(v) })
})

// Pick is what a peer selected of what it was offered.
type Pick[T Code] struct {
	Offered  []T
	Selected T
}

// Ranking is what selections say of a server's order.
type Ranking[T Code] struct {
	// Decides says whose order decided: Yes the server's, No the client's, Mixed
	// now one, now the other.
	Decides Truth
	// Order is the server's, as far as it is known: where the first of two
	// neighbours was never selected behind the other, they stand in Open.
	Order []T
	Open  [][2]T
	m     *matrix[T]
}

// Rank puts accepted values in the order in which a server selects them. What
// the selections leave open stands as less has it.
func Rank[T Code](accepted []T, picks []Pick[T], less func(a, b T) int) Ranking[T] {
	m := newMatrix(accepted)
	for _, p := range picks {
		m.add(p)
	}
	r := Ranking[T]{Decides: m.decides(), m: m}
	r.Order = m.order(less)
	if r.Order == nil {
		if r.Decides != No {
			r.Decides = Mixed
		}
		r.Order = slices.Clone(accepted)
	}
	for i := 1; i < len(r.Order); i++ {
		a, b := r.Order[i-1], r.Order[i]
		if !m.proved(a, b) {
			r.Open = append(r.Open, [2]T{a, b})
		}
	}
	return r
}

// Doubts returns for each value one that it cannot be compared with, from the
// middle of all those: the pairs that tell most of an order that is far from
// what it was thought to be. Where all can be compared it returns Open.
func (r *Ranking[T]) Doubts() [][2]T {
	n := len(r.Order)
	above := make([][]bool, n) // in the places of Order, by way of others too
	for i := range above {
		above[i] = make([]bool, n)
		for j := i + 1; j < n; j++ {
			above[i][j] = r.m.before(r.Order[i], r.Order[j])
		}
	}
	for i := n - 1; i >= 0; i-- {
		for j := i + 1; j < n; j++ {
			for k := j + 1; above[i][j] && k < n; k++ {
				above[i][k] = above[i][k] || above[j][k]
			}
		}
	}
	var out [][2]T
	asked := map[[2]int]bool{}
	for i := range n {
		var open []int
		for j := range n {
			if i != j && !above[min(i, j)][max(i, j)] {
				open = append(open, j)
			}
		}
		if len(open) == 0 {
			continue
		}
		j := open[len(open)/2]
		if p := [2]int{min(i, j), max(i, j)}; !asked[p] {
			asked[p] = true
			out = append(out, [2]T{r.Order[p[0]], r.Order[p[1]]})
		}
	}
	if len(out) == 0 {
		return r.Open
	}
	return out
}

// matrix says for each pair of values which was selected though the other was
// offered: in keeping with the offer's order, and against it.
type matrix[T Code] struct {
	values []T
	at     map[T]int
	with   [][]bool // [i][j]: i was selected, and offered before j
	over   [][]bool // [i][j]: i was selected, and offered behind j
}

func newMatrix[T Code](values []T) *matrix[T] {
	m := &matrix[T]{values: values, at: make(map[T]int, len(values))}
	for i, v := range values {
		m.at[v] = i
		m.with = append(m.with, make([]bool, len(values)))
		m.over = append(m.over, make([]bool, len(values)))
	}
	return m
}

func (m *matrix[T]) add(p Pick[T]) {
	i, ok := m.at[p.Selected]
	if !ok {
		return
	}
	passed := false
	for _, o := range p.Offered {
		j, known := m.at[o]
		switch {
		case o == p.Selected:
			passed = true
		case known && passed:
			m.with[i][j] = true
		case known:
			m.over[i][j] = true
		}
	}
}

// before says that a was selected though b was offered.
func (m *matrix[T]) before(a, b T) bool {
	i, j := m.at[a], m.at[b]
	return m.with[i][j] || m.over[i][j]
}

// proved says that a was selected though b was offered before it: else the
// client's order may have decided.
func (m *matrix[T]) proved(a, b T) bool { return m.over[m.at[a]][m.at[b]] }

// decides looks at the pairs of which one was selected against the offer's
// order, and at those of which either was, as the offer had them.
func (m *matrix[T]) decides() Truth {
	server, client := false, false
	for i := range m.values {
		for j := range m.values {
			server = server || m.over[i][j]
			client = client || m.with[i][j] && m.with[j][i]
		}
	}
	switch {
	case server && client:
		return Mixed
	case server:
		return Yes
	case client:
		return No
	}
	return Unknown
}

// order sorts the values so that each stands before those that it was selected
// over; nil if they go in circles.
func (m *matrix[T]) order(less func(a, b T) int) []T {
	n := len(m.values)
	left := slices.Clone(m.values)
	if less != nil {
		slices.SortStableFunc(left, less)
	}
	beaten := make([]int, n) // by how many of those left
	for i := range n {
		for j := range n {
			if m.with[j][i] || m.over[j][i] {
				beaten[i]++
			}
		}
	}
	var out []T
	for len(left) > 0 {
		k := slices.IndexFunc(left, func(v T) bool { return beaten[m.at[v]] == 0 })
		if k < 0 {
			return nil
		}
		first := m.at[left[k]]
		out = append(out, left[k])
		left = slices.Delete(left, k, k+1)
		for _, v := range left {
			if j := m.at[v]; m.with[first][j] || m.over[first][j] {
				beaten[j]--
			}
		}
	}
	return out
}

// tally is what an enumeration heard of one list.
type tally[T Code] struct {
	picks []Pick[T]
	no    map[T]Source // refused, or passed over for another version
	parts int          // attempts that offered a part
}

// enumerate keeps what an attempt of an enumeration says of the suites that it
// offers.
func (f *folder) enumerate(a Attempt, ans Answer) {
	v := a.Part.Version
	if v == 0 {
		v = a.Whole
	} else if a.Part.Axis != AxisSuite {
		return
	}
	if v == 0 || v == iana.SSL2 || a.Hello == nil {
		return
	}
	t := f.suites[v]
	if t == nil {
		t = &tally[iana.Suite]{no: map[iana.Suite]Source{}}
		if f.suites == nil {
			f.suites = map[iana.Version]*tally[iana.Suite]{}
		}
		f.suites[v] = t
	}
	from, c := Source{Attempt: a.ID}, ans.Choice
	if a.Part.Version != 0 {
		t.parts++
	}
	switch {
	case c.Version == v && ans.Accepted():
		t.picks = append(t.picks, Pick[iana.Suite]{Offered: a.Hello.Suites, Selected: c.Suite})
	case a.Part.Version == 0:
	case c.Version != 0 && (c.Version.Before(v) || ans.SaysNo()):
		t.no[c.Suite] = from // under a lower version only, or given up again
	case ans.SaysNo():
		for _, s := range a.Hello.Suites {
			t.no[s] = from
		}
	}
}

// SaysNo says that a peer answered a hello, and that the answer is a refusal: an
// alert that is not about trouble of the peer's own.
func (a Answer) SaysNo() bool {
	return a.End == EndAlert && !a.Accepted() && a.Alert != iana.AlertInternalError
}

// lists completes the lists of suites that were enumerated.
func (f *folder) lists() {
	for v, t := range f.suites {
		col := f.server.Accepts[v]
		if col.Accepted.Is == Yes || col.Accepted.Is == Mixed {
			col.ServerOrder = t.complete(&col.Suites, AllSuites(v), func(a, b iana.Suite) int {
				return cmp.Or(cmp.Compare(suiteRank(b), suiteRank(a)), cmp.Compare(a, b))
			})
			f.server.ServerOrder = f.server.ServerOrder.And(col.ServerOrder)
			f.server.Accepts[v] = col
		}
	}
	for v, t := range f.groupsOf {
		col := f.server.Accepts[v]
		col.GroupOrder = t.complete(&col.Groups, AllGroups(v), cmp.Compare[iana.Group])
		f.server.Accepts[v] = col
	}
	if ssl2 := f.server.Accepts[iana.SSL2]; ssl2.Accepted.Is == Yes {
		f.server.SSL2.Complete = Yes // the server lists them itself
	}
}

// complete brings a list into its order, or into that of less where it has none,
// and says how far it is known. It returns whose order decides.
func (t *tally[T]) complete(l *List[T], all []T, less func(a, b T) int) Truth {
	if t.parts == 0 {
		return Unknown
	}
	var accepted []T
	l.Complete = Yes
	for i := range l.Items {
		it := &l.Items[i]
		if from, no := t.no[it.ID]; no && it.Is == Yes {
			it.Is, it.From = Mixed, append(it.From, from)
			l.Complete = Mixed
		}
		accepted = append(accepted, it.ID)
	}
	for _, id := range all {
		if _, no := t.no[id]; !no && !slices.Contains(accepted, id) && l.Complete == Yes {
			l.Complete = Unknown
		}
	}
	r := Rank(accepted, t.picks, less)
	switch {
	case r.Decides == No && len(accepted) > 1:
		l.Order = No
	case r.Decides == Yes && len(r.Open) == 0 || len(accepted) == 1:
		l.Order = Yes
	}
	if r.Decides != Yes {
		slices.SortFunc(r.Order, less)
	}
	slices.SortStableFunc(l.Items, func(a, b Item[T]) int {
		return cmp.Compare(slices.Index(r.Order, a.ID), slices.Index(r.Order, b.ID))
	})
	if l.Complete != Yes {
		for _, id := range all {
			if from, no := t.no[id]; no && !slices.Contains(accepted, id) {
				l.Items = append(l.Items, Item[T]{ID: id, Fact: Fact{Is: No, From: []Source{from}, Why: "refused where others of the version are accepted"}})
			}
		}
	}
	return r.Decides
}
