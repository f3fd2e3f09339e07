package explain

import (
	"cmp"
	"fmt"
	"math"
	"path"
	"slices"
	"strings"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/knowledge/errors"
)

// A cause's score is the logarithm of its share among those who have such a text,
// scale for each factor of e, and what a hint adds is weight of evidence. The
// first of many guesses begins near 100.
const scale = 40

// standing is the share of each guess of a meaning, by place, before any report
// was counted.
var standing = [...]float64{0.37, 0.23, 0.16, 0.115, 0.09}

// trust is how many reports the order of the guesses is worth. With fewer the
// few reports of most meanings would outweigh what is known of them; folds over
// the reports, and reports that came later, were ranked best by about this.
const trust = 40

// few reports are too few to be told of.
const few = 5

// enough is what a cause must come to for being named.
const enough = 25

// reach is how far behind the first a cause may be.
const reach = 80

// begin returns the causes that a meaning leaves, with the shares that guesses and
// reports give them.
func begin(guesses []errors.Guess, reports *errors.Reported) []Cause {
	var out []Cause
	total := reports.Total()
	for i, g := range guesses {
		n := reports.Of(g.Cause)
		p := (trust*standing[min(i, len(standing)-1)] + float64(n)) / float64(trust+total)
		why := g.Why
		if n >= 2 && total >= few {
			why += fmt.Sprintf(" (%d of %d public reports)", n, total)
		}
		out = append(out, Cause{ID: g.Cause, Side: sideOf(g), Why: why, Certainty: parley.Inferred, score: int(100 + scale*math.Log(p/standing[0]))})
	}
	return out
}

// rank orders the causes that the failure leaves, with what else stands in the
// text.
func rank(t *Text, first *event, events []*event, role errors.Role) []Cause {
	m := first.meaning
	guesses, whose := m.Left(role)
	general := whose == errors.RoleUnknown
	out := begin(guesses, m.Reported(whose))
	if m.Decides && general && len(out) > 0 {
		out[0].Certainty = parley.Seen
	}
	if len(out) > 0 || m.Tells > errors.TellsNothing {
		out = hinted(t, m, out)
	}
	out = t.shown(m, out)
	// Other messages of the text speak for a cause that they leave open too.
	for _, e := range events {
		if e == first || e.meaning == m || e.tells < errors.TellsHow {
			continue
		}
		for i := range out {
			if slices.ContainsFunc(e.meaning.Guesses, func(g errors.Guess) bool { return g.Cause == out[i].ID }) && out[i].Certainty != parley.Seen {
				out[i].score += 5
			}
		}
	}
	out = noise(events, role, out)
	slices.SortStableFunc(out, func(a, b Cause) int { return cmp.Compare(b.score, a.score) })
	if len(out) > 0 && out[0].Certainty != parley.Seen {
		for i := range out {
			out[i].Certainty = parley.Inferred // something else stands before it
		}
	}
	least := enough
	if len(out) > 0 {
		least = max(least, out[0].score-reach)
	}
	out = slices.DeleteFunc(out, func(c Cause) bool { return c.score < least })
	return out[:min(len(out), Most)]
}

// perConnection are words of lines of which a server writes one a connection.
var perConnection = []string{"tls handshake error from", "while ssl handshaking, client", "connection from", "from client", "rip="}

// noise adds that nobody is waiting, where a server's connections failed in
// several ways: one client fails in one, a probe tries them all.
func noise(events []*event, role errors.Role, out []Cause) []Cause {
	if role != errors.RoleServer {
		return out
	}
	kinds, lines := map[string]bool{}, map[string]bool{}
	for _, e := range events {
		line := e.found.normal
		if e.tells >= errors.TellsHow && !lines[line] && slices.ContainsFunc(perConnection, func(w string) bool { return strings.Contains(line, w) }) {
			kinds[e.meaning.ID], lines[line] = true, true
		}
	}
	if len(kinds) < 2 {
		return out
	}
	for i := range out {
		out[i].Certainty = parley.Inferred
	}
	at := slices.IndexFunc(out, func(c Cause) bool { return c.ID == "noise.scanner" })
	if at < 0 {
		out = append(out, Cause{ID: "noise.scanner", Side: sideOf(errors.Guess{Cause: "noise.scanner"}), Certainty: parley.Inferred})
		at = len(out) - 1
	}
	out[at].score = max(out[at].score, 60) + 25*len(kinds)
	out[at].Why = "connections fail in several ways, as those of probes do"
	return out
}

// hinted applies what else stands in the text.
func hinted(t *Text, m *errors.Meaning, out []Cause) []Cause {
	done := map[*errors.Hint]bool{}
	for i := range t.Found {
		f := &t.Found[i]
		if f.Rule == nil || f.Rule.Kind != errors.KindHint || f.Rule.And {
			continue
		}
		h := f.Rule.Hint
		if done[h] || !speaksTo(h, m.ID) || h.And != "" && !t.hasAnd(h) {
			continue
		}
		done[h] = true
		at := slices.IndexFunc(out, func(c Cause) bool { return c.ID == h.Cause })
		if at < 0 {
			out = append(out, Cause{ID: h.Cause, Side: sideOf(errors.Guess{Cause: h.Cause, Side: h.Side}), Certainty: parley.Inferred})
			at = len(out) - 1
		}
		out[at].score += h.Weight
		if h.Weight > 0 {
			out[at].Why = h.Why
		}
		if h.Seen {
			for j := range out {
				out[j].Certainty = parley.Inferred
			}
			out[at].Certainty = parley.Seen
			out[at].score += 100
		}
	}
	return out
}

func (t *Text) hasAnd(h *errors.Hint) bool {
	return slices.ContainsFunc(t.Found, func(f Found) bool { return f.Rule != nil && f.Rule.And && f.Rule.Hint == h })
}

// speaksTo says whether a hint is for a meaning.
func speaksTo(h *errors.Hint, id string) bool {
	return slices.ContainsFunc(h.For, func(f string) bool {
		ok, _ := path.Match(f, id)
		return ok
	})
}

func sideOf(g errors.Guess) parley.Side {
	if g.Side != parley.SideUnknown {
		return g.Side
	}
	w, _ := errors.WordsOf(g.Cause)
	return w.Side
}

// tests are the commands that tell the causes apart: at most two.
func tests(causes []Cause, host, text string, p *errors.Protocol) []Test {
	if host == "" {
		host = "HOST"
	}
	var out []Test
	for _, c := range causes {
		w, ok := errors.WordsOf(c.ID)
		if !ok {
			continue
		}
		command := fit(w.Test, host, text, p)
		i := slices.IndexFunc(out, func(t Test) bool { return t.Command == command })
		if i < 0 {
			out = append(out, Test{Command: command})
			i = len(out) - 1
		}
		out[i].Separates = append(out[i].Separates, c.ID)
	}
	if len(out) == 0 {
		out = []Test{{Command: fit("parley check HOST", host, text, p), Separates: []parley.CauseID{}}} // any cause
	}
	slices.SortStableFunc(out, func(a, b Test) int { return cmp.Compare(len(b.Separates), len(a.Separates)) })
	return out[:min(len(out), 2)]
}
