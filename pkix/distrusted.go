package pkix

import (
	"strings"
	"time"

	"github.com/parley-tls/parley"
)

// removal is a CA whose roots programmes no longer trust, for what it did.
type removal struct {
	name string
	// roots are its names: each field that is set must be equal.
	roots []Name
	rules []distrust
}

// distrust is what one programme did. What came before after stays trusted,
// until it ends; zero: nothing does.
type distrust struct {
	programme string    // "Chrome", "Mozilla", "Apple", "Java"
	after     time.Time // the last moment that is still good
	// logged: the earliest signed certificate timestamp counts (RFC 6962, Section
	// 3.2), where else notBefore does.
	logged bool
	from   parley.Source
}

// removalOf returns the CA that a root's name belongs to; nil: none that was
// removed.
func removalOf(root Name) *removal {
	fits := func(want, is string) bool { return want == "" || want == is }
	for i, r := range removed {
		for _, n := range r.roots {
			if fits(n.O, root.O) && fits(n.OU, root.OU) && fits(n.CN, root.CN) {
				return &removed[i]
			}
		}
	}
	return nil
}

// hits says whether a programme's rule is against this leaf.
func (d distrust) hits(leaf *Certificate) parley.Truth {
	at := leaf.NotBefore
	if d.logged {
		at = leaf.Logged
	}
	switch {
	case d.after.IsZero():
		return parley.Yes
	case at.IsZero(): // not readable, or timestamps may come in the handshake
		return parley.Unknown
	case at.After(d.after):
		return parley.Yes
	}
	return parley.No
}

// text is the programme, and of when what it no longer trusts is.
func (d distrust) text() string {
	switch {
	case d.after.IsZero():
		return d.programme
	case d.logged:
		return d.programme + " (logged after " + d.after.Format(time.DateOnly) + ")"
	}
	return d.programme + " (issued after " + d.after.Format(time.DateOnly) + ")"
}

// by lists the programmes whose rules are, or may be, against a leaf; with a nil
// leaf all of them. Empty: none is.
func (r *removal) by(leaf *Certificate) string {
	var list []string
	for _, d := range r.rules {
		if leaf == nil || d.hits(leaf) != parley.No {
			list = append(list, d.text())
		}
	}
	return strings.Join(list, ", ")
}

// stops says whether a client that goes by this programme stops at the leaf.
func (r *removal) stops(programme string, leaf *Certificate) parley.Truth {
	switch programme {
	case "":
		return parley.Unknown
	case parley.AsGiven:
		return parley.No
	}
	for _, d := range r.rules {
		if d.programme == programme {
			return d.hits(leaf)
		}
	}
	return parley.No
}

// judgeDistrust asks whether the programmes of browsers and systems still trust
// a trust anchor for this leaf.
func (q *Question) judgeDistrust(l link, leaf *Certificate) {
	r := removalOf(l.Subject)
	if r == nil {
		return
	}
	by := r.by(leaf)
	if by == "" {
		return
	}
	stops := r.stops(q.Rules.Programme, leaf)
	if stops == parley.Yes && strings.HasPrefix(l.step.Pool, "--") {
		stops = parley.Unknown // who trusts a root himself may have it trusted all the same
	}
	l.add(Problem{Kind: Distrusted, Value: r.name, Want: by, Pool: l.step.Pool, Stops: stops})
}
