package diagnose

import (
	"slices"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/causes"
)

// pick chooses whose hello a scope is diagnosed with. With a named client it
// is that client's. Of a panel it is the member that fails and got furthest:
// one that objects to the server's parameters, else one that was refused on
// the wire, else one that objects to the version. members are all that fail.
func pick(e *parley.Evidence, s parley.Scope) (base parley.Attempt, client *parley.Client, members []parley.ClientID) {
	best := -1
	for _, id := range e.Order {
		a := e.Attempts[id]
		if a.Role != parley.RoleBase || a.Scope != s {
			continue
		}
		c := clientOf(e, a)
		rank := standing(e, a, c)
		if rank > 0 && e.Client == nil && c != nil {
			members = append(members, c.ID)
		}
		// Of those that are fine one may have been asked to resume its session.
		weight := 2 * rank
		if _, asked := e.Attempts[a.With(parley.ResumeSession).ID]; asked {
			weight++
		}
		if weight > best {
			best, base, client = weight, a, c
		}
	}
	return base, client, members
}

// standing ranks a base: 0 is fine, more is worth diagnosing rather.
func standing(e *parley.Evidence, a parley.Attempt, c *parley.Client) int {
	replies := e.RepliesTo(a.ID)
	if len(replies) == 0 {
		return -1
	}
	ans := replies[0].AnswerTo(a)
	switch r := causes.ClientRefuses(c, a, replies[0]); {
	case ans.End == parley.EndInterrupted || ans.End == parley.EndLocal:
		return 0
	case r == causes.RefusesVersion && !ans.Unoffered:
		return 1
	case r > causes.RefusesVersion:
		return 3
	case ans.Completes():
		return 0
	}
	return 2
}

// clientOf finds the client whose hello a base attempt is, by its name.
func clientOf(e *parley.Evidence, a parley.Attempt) *parley.Client {
	if e.Client != nil {
		return e.Client
	}
	i := slices.IndexFunc(e.Panel, func(c *parley.Client) bool { return string(c.ID) == a.Name })
	if i < 0 {
		return nil
	}
	return e.Panel[i]
}

// parted divides the members of a panel where the client of v goes by the server's prime:
// in those that were sent one, as it was, and those whose hello the server refused. They
// have another cause, which a longer prime would not mend.
func parted(e *parley.Evidence, v *causes.View, members []parley.ClientID) (objects, refused []parley.ClientID) {
	if r := v.ClientRefuses(); e.Client != nil || r != causes.RefusesSmallDH && r != causes.RefusesLargeDH {
		return members, nil
	}
	for _, id := range e.Order {
		a := e.Attempts[id]
		c := clientOf(e, a)
		if a.Role != parley.RoleBase || a.Scope != v.Scope || c == nil || !slices.Contains(members, c.ID) {
			continue
		}
		if ans, ok := v.To(a); ok && ans.Refused() {
			refused = append(refused, c.ID)
		} else {
			objects = append(objects, c.ID)
		}
	}
	return objects, refused
}

// lackingSuite is what stops the members that a server refuses while it goes through
// with others: that they have no suite in common with it, if that is what it is, and
// what is still to be asked to prove it.
func lackingSuite(e *parley.Evidence, s parley.Scope, refused []parley.ClientID) ([]parley.Finding, []parley.Ask) {
	for _, id := range e.Order {
		a := e.Attempts[id]
		c := clientOf(e, a)
		if a.Role != parley.RoleBase || a.Scope != s || c == nil || !slices.Contains(refused, c.ID) {
			continue
		}
		v := causes.NewView(e, a, c, true)
		proof, asks := search(v)
		v.Proof = proof
		cause, err := causes.Get("cipher.no-overlap")
		if err != nil {
			return nil, nil
		}
		found := cause.Find(v)
		for i := range found {
			found[i] = whole(cause, found[i])
			found[i].Members = refused
		}
		return found, asks
	}
	return nil, nil
}

// nameFinding is the finding when the name gave no address.
func nameFinding(e *parley.Evidence) (parley.Finding, bool) {
	if e.Lookup.End == parley.EndUnknown || len(e.Lookup.Addrs) > 0 {
		return parley.Finding{}, false
	}
	return causes.NameFinding(e), true
}
