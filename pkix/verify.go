package pkix

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/parley-tls/parley"
)

// Verify judges a chain as a client with q.Rules does. It finds every path to a
// trust anchor within bounds, and tells the problems of the best one, or of the
// one that the client goes.
func Verify(q Question) Verdict {
	v := Verdict{}
	var problems []Problem
	for i, der := range q.Sent[:min(len(q.Sent), maxSent)] {
		c, err := Read(der)
		if err != nil {
			problems = append(problems, Problem{Kind: Malformed, Sent: i, Role: leafAt(i), Value: err.Error(), Stops: parley.Yes})
		}
		v.Sent = append(v.Sent, c)
	}
	switch {
	case len(v.Sent) == 0:
		problems = append(problems, Problem{Kind: NoCertificate, Sent: -1, Stops: parley.Yes})
	case v.Sent[0] != nil:
		problems = append(problems, q.judgePaths(&v)...)
	}
	v.finish(q.Rules, problems)
	return v
}

// Completes says whether with these certificates at hand a path leads to a
// trust anchor where without them none does, and which of them it takes.
func Completes(q Question, extra [][]byte) (used []*Certificate, ok bool) {
	if without := Verify(q); without.Path != nil {
		return nil, false
	}
	q.Extra = append(slices.Clone(q.Extra), extra...)
	with := Verify(q)
	for _, s := range with.Path {
		if s.Sent < 0 && s.Pool == "" {
			used = append(used, s.Certificate)
		}
	}
	return used, with.Path != nil
}

func leafAt(i int) Role {
	if i == 0 {
		return Leaf
	}
	return RoleUnknown
}

// judgePaths chooses the path that is judged, and returns the problems of it and
// of how it was sent.
func (q *Question) judgePaths(v *Verdict) []Problem {
	var extra []*Certificate
	for _, der := range q.Extra[:min(len(q.Extra), maxSent)] {
		if c, err := Read(der); err == nil {
			extra = append(extra, c)
		}
	}
	leaf := v.Sent[0]
	b := newBuilder(q.Roots, v.Sent, extra)
	b.walk(leaf)
	var problems []Problem
	if len(b.paths) == 0 {
		path := b.lead(leaf)
		why := q.noPath(b, path)
		problems = append(q.judge(b, path), why)
		if r := removalOf(why.Certificate.Issuer); r != nil {
			why.Kind, why.Why, why.Value, why.Want = Distrusted, WhyUnknown, r.name, r.by(nil)
			problems = append(problems, why)
		}
		problems = append(problems, q.judgeLeaf(leaf)...)
		return append(problems, v.judgeSent(q.Rules, path)...)
	}
	judged := make([][]Problem, len(b.paths))
	order := make([]int, len(b.paths))
	for i, p := range b.paths {
		judged[i] = q.judge(b, p)
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return compare(judged[i], judged[j], len(b.paths[i])-len(b.paths[j])) })
	best := order[0]
	problems = judged[best]
	if went, rule := q.goes(b, leaf); went != best {
		if expired, ok := firstExpired(judged[went]); ok && !expires(judged[best]) {
			note := expired
			note.Kind, note.Stops, note.Avoidable = ExpiredRootPath, same(rule), parley.Yes
			if rule == parley.Yes {
				best, problems = went, judged[went]
				for i := range problems {
					if problems[i].Kind == Expired {
						problems[i].Avoidable = parley.Yes
					}
				}
			}
			problems = append(problems, note)
		}
	}
	v.Path = b.paths[best]
	for _, i := range order {
		if i != best {
			v.Others = append(v.Others, b.paths[i])
		}
	}
	problems = append(problems, q.judgeLeaf(leaf)...)
	return append(problems, v.judgeSent(q.Rules, v.Path)...)
}

// firstExpired returns the first expired certificate of a path above its leaf.
func firstExpired(problems []Problem) (Problem, bool) {
	for _, p := range problems {
		if p.Kind == Expired && p.Role != Leaf && p.Stops != parley.No {
			return p, true
		}
	}
	return Problem{}, false
}

func expires(problems []Problem) bool {
	_, ok := firstExpired(problems)
	return ok
}

// goes returns the path that a client goes which does not try them all, and the
// rule that says whether this one is such a client.
func (q *Question) goes(b *builder, leaf *Certificate) (path int, rule parley.Truth) {
	if q.Rules.FirstIssuer == parley.Yes {
		if i := b.greedy(leaf); i >= 0 {
			return i, parley.Yes
		}
	}
	return 0, q.Rules.SentFirst
}

// compare puts the path first that fewer problems stop, then the one with fewer
// of which it is not known, then the shorter one.
func compare(a, b []Problem, shorter int) int {
	count := func(ps []Problem, is parley.Truth) (n int) {
		for _, p := range ps {
			if p.Stops == is {
				n++
			}
		}
		return n
	}
	return cmp.Or(
		cmp.Compare(count(a, parley.Yes), count(b, parley.Yes)),
		cmp.Compare(count(a, parley.Unknown), count(b, parley.Unknown)),
		shorter,
	)
}

// noPath says why no path was found, looking at the end of what leads on.
func (q *Question) noPath(b *builder, path []Step) Problem {
	at := path[len(path)-1]
	top := at.Certificate
	p := Problem{
		Kind: NoPath, Stops: parley.Yes, Sent: at.Sent, Certificate: top, Role: roleOf(path, len(path)-1),
		Issuer: top.Issuer.Text, URLs: top.IssuerURLs,
	}
	selfSigned := top.SelfIssued() && b.signed(top, top) != parley.No
	if selfSigned && len(path) == 1 {
		p.Why, p.URLs = SelfSignedLeaf, nil // nobody else issued it, whatever else has its name
		return p
	}
	for _, pool := range b.roots {
		for _, root := range pool.Named(top.Issuer) {
			if !root.mayIssue() {
				continue
			}
			p.Why, p.Other, p.Pool = StaleCA, root, pool.Name
			if !sameKey(root, top) && top.AuthorityKeyID != nil && bytes.Equal(top.AuthorityKeyID, root.SubjectKeyID) {
				p.Kind, p.Why = BadSignature, WhyUnknown
				return p
			}
		}
	}
	switch {
	case p.Why == StaleCA:
	case !selfSigned:
		p.Why = IssuerMissing
		if forged := b.forger(top); forged != nil {
			p.Kind, p.Why, p.Other = BadSignature, WhyUnknown, forged
		}
	default:
		p.Why, p.Role, p.URLs = RootUntrusted, Root, nil
	}
	return p
}

// forger returns a sent certificate that by name and key identifier is the
// issuer of c, and whose key does not verify c.
func (b *builder) forger(c *Certificate) *Certificate {
	for _, issuer := range b.bySubj[c.Issuer.canonical] {
		if issuer != c && c.AuthorityKeyID != nil && bytes.Equal(c.AuthorityKeyID, issuer.SubjectKeyID) {
			return issuer
		}
	}
	return nil
}

func roleOf(path []Step, i int) Role {
	switch {
	case path[i].Pool != "":
		return Root
	case i == 0:
		return Leaf
	}
	return Intermediate
}

// judgeSent notes what is odd about the order of what was sent.
func (v *Verdict) judgeSent(rules parley.Verification, path []Step) []Problem {
	var problems []Problem
	in := map[int]bool{}
	last := -1
	for _, s := range path {
		if s.Sent < 0 {
			continue
		}
		in[s.Sent] = true
		if s.Sent < last {
			problems = append(problems, Problem{Kind: WrongOrder, Sent: s.Sent, Certificate: s.Certificate, Stops: unless(rules.Reorders)})
		}
		last = s.Sent
		if s.Pool != "" && s.Certificate.SelfIssued() && s.Sent > 0 {
			problems = append(problems, Problem{Kind: RootSent, Sent: s.Sent, Certificate: s.Certificate, Role: Root, Pool: s.Pool, Stops: parley.No})
		}
	}
	for i, c := range v.Sent {
		if !in[i] && c != nil {
			problems = append(problems, Problem{Kind: Superfluous, Sent: i, Certificate: c, Stops: parley.No})
		}
	}
	return problems
}

// finish sorts the problems and sums them up.
func (v *Verdict) finish(rules parley.Verification, problems []Problem) {
	slices.SortStableFunc(problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(uint(a.Sent), uint(b.Sent)))
	})
	v.Problems = problems
	v.Accepts = parley.Yes
	for i := range v.Problems {
		p := &v.Problems[i]
		if rules.When == parley.NeverVerifies {
			p.Stops = parley.No
		}
		switch {
		case p.Stops == parley.Yes:
			v.Accepts = parley.No
		case p.Stops != parley.No && v.Accepts == parley.Yes:
			v.Accepts = parley.Unknown
		}
	}
}

// unless answers "stops?" by a rule that says what a client takes.
func unless(takes parley.Truth) parley.Truth {
	switch takes {
	case parley.Yes:
		return parley.No
	case parley.No:
		return parley.Yes
	}
	return parley.Unknown
}

// same answers "stops?" by a rule that says what a client stops at.
func same(stops parley.Truth) parley.Truth {
	if stops == parley.Mixed {
		return parley.Unknown
	}
	return stops
}
