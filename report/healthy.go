package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/parley-tls/parley"
)

// noFinding is the screen of a healthy target, and of one that nothing was
// learned of.
func (s *screen) noFinding(l limits) []string {
	out := s.heading("")
	switch s.c.Verdict {
	case parley.VerdictOK:
		out = append(out, s.healthy(l)...)
	default:
		out = append(out, "what stands in the way cannot be told from here", "")
		if s.c.Layer != parley.PhaseUnknown || s.c.Why != "" {
			out = append(out, s.labelled("layer", s.layer(), "", l.because)...)
		}
		out = append(out, s.telling(parley.Finding{}, l, true)...)
		out = append(out, s.also(l)...)
	}
	if s.o.Verbose {
		out = append(append(out, ""), s.addresses()...)
	}
	return append(out, s.footer()...)
}

func (s *screen) healthy(l limits) []string {
	title := "today's clients connect"
	if s.c.Client != nil {
		title = s.clean(string(s.c.Client.ID)) + " connects"
	}
	out := append([]string{title}, "")
	groups := s.groups(parley.AxisUnknown)
	label := "server"
	for i, g := range groups {
		if i < 2*l.terms {
			out = append(out, s.labelled(label, g.text, g.where(len(s.c.Addresses), len(groups)), l.terms+1)...)
		}
		label = ""
	}
	if good := s.selected(); good != "" {
		out = append(out, s.labelled("selects", good, "", 3)...)
	}
	if text := s.resumed(); text != "" {
		out = append(out, s.labelled("resumes", text, "", 2)...)
	}
	out = append(out, s.certificates(l.terms)...)
	if len(s.c.Connects) > 0 {
		out = append(out, s.labelled("clients", members(s.c.Connects), "", l.terms+1)...)
	}
	return append(out, s.also(l)...)
}

// resumed says what came of the tickets, or session IDs, that were offered; "" if none
// was.
func (s *screen) resumed() string {
	if s.c.Evidence == nil {
		return ""
	}
	taken, offered, by := 0, 0, "ticket"
	for _, r := range s.c.Evidence.Replies {
		a := s.c.Evidence.Attempts[r.Attempt]
		if !a.Resume {
			continue
		}
		base := s.c.Evidence.Attempts[a.Base]
		if slices.ContainsFunc(s.c.Evidence.RepliesTo(a.Base), func(r parley.Reply) bool { return r.Ticket(base) == nil && r.Session(base) != nil }) {
			by = "session ID"
		}
		switch r.Resumed() {
		case parley.Yes:
			taken++
			offered++
		case parley.No:
			offered++
		}
	}
	switch {
	case offered == 0:
		return ""
	case taken == offered:
		return "a session with the " + by + " that the server gave"
	case taken == 0:
		return "nothing: a full handshake follows on the server's own " + by
	}
	return fmt.Sprintf("%d of %d %ss that the server gave; the others led to a full handshake", taken, offered, by)
}

// selected is the best combination that was seen to complete.
func (s *screen) selected() string {
	var best parley.Choice
	for _, a := range s.c.Addresses {
		for _, g := range a.Server.Good {
			if best.Version.Before(g.Version) {
				best = g.Choice
			}
		}
	}
	if best.Version == 0 {
		return ""
	}
	parts := []string{best.Version.String(), best.Suite.String()}
	if best.Group != 0 {
		parts = append(parts, best.Group.String())
	}
	if best.ALPN != "" {
		parts = append(parts, best.ALPN)
	}
	return strings.Join(parts, ", ")
}

// addresses are the lines of each address, with Verbose.
func (s *screen) addresses() []string {
	var out []string
	label := "address"
	for i := range s.c.Addresses {
		a := &s.c.Addresses[i]
		parts := []string{a.Scope.Addr.String(), a.Verdict.String()}
		if t := serverTerms(&a.Server); t != "" {
			parts = append(parts, t)
		}
		if t := authTerms(a.Server.Auth); t != "" {
			parts = append(parts, t)
		} else if a.Server.Auth.Requested.Is == parley.No {
			parts = append(parts, "client certificate not asked")
		}
		if len(a.AnsweredBy) > 0 {
			parts = append(parts, "answered by "+strings.Join(a.AnsweredBy, ", "))
		}
		if a.Scope.Via != "" {
			parts = append(parts, "via "+a.Scope.Via)
		}
		if a.Note != "" {
			parts = append(parts, a.Note)
		}
		out = append(out, s.labelled(label, strings.Join(parts, "; "), "", 99)...)
		label = ""
	}
	return out
}

func (s *screen) footer() []string {
	if s.c.Connections == 0 && s.c.Elapsed == 0 {
		return nil
	}
	return append([]string{""}, s.labelled("took", s.cost(), "", 1)...)
}

func (s *screen) cost() string {
	unit := " connections, "
	if s.c.Connections == 1 {
		unit = " connection, "
	}
	return strconv.Itoa(s.c.Connections) + unit + seconds(s.c.Elapsed)
}

// seconds says how long something took: "1.4 s", and below a tenth of one "23 ms".
func seconds(d time.Duration) string {
	if d < 100*time.Millisecond {
		return fmt.Sprintf("%d ms", max(d.Milliseconds(), 1))
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}
