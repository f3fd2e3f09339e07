package report

import (
	"cmp"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/transcript"
)

// facts collects "key: value" lines in ASCII.
type facts struct{ strings.Builder }

// add writes a fact; an empty one is left out.
func (f *facts) add(key, value string) {
	if value = strings.TrimSpace(clean(value, false)); value != "" {
		f.WriteString(key + ": " + value + "\n")
	}
}

// plain writes one fact a line, in an order and with keys that do not change.
func plain(w io.Writer, c *Check, o Options) error {
	var f facts
	f.add("verdict", c.Verdict.String())
	f.add("exit", strconv.Itoa(c.Exit))
	s := screen{c: c, o: o}
	f.add("target", s.target())
	if c.Client != nil {
		f.add("client", string(c.Client.ID))
		if c.ClientIs != parley.NotCertain {
			f.add("client-is", strings.TrimSpace(c.ClientIs.String()+" "+c.ClientEvidence))
		}
	}
	if c.Layer != parley.PhaseUnknown {
		f.add("layer", s.layer())
	}
	for _, finding := range c.Findings {
		plainFinding(&f, c, finding)
	}
	for _, t := range c.WouldTell {
		f.add("would-tell", t)
	}
	for i := range c.Addresses {
		plainAddress(&f, &c.Addresses[i])
	}
	f.add("selects", s.selected())
	f.add("connects", members(c.Connects))
	if c.Verdict == parley.VerdictProblem {
		f.add("verify", c.Verify())
	}
	for _, n := range c.Notes {
		f.add("note", n)
	}
	f.add("connections", strconv.Itoa(c.Connections))
	f.add("elapsed-ms", strconv.FormatInt(c.Elapsed.Milliseconds(), 10))
	if o.Wire && c.Evidence != nil {
		for l := range strings.Lines(transcript.FromEvidence(c.Evidence).String()) {
			f.add("wire", l)
		}
	}
	_, err := io.WriteString(w, f.String())
	return err
}

func plainFinding(f *facts, c *Check, finding parley.Finding) {
	f.add("cause", string(finding.Cause))
	f.add("title", c.title(finding))
	f.add("certainty", finding.Certainty.String())
	f.add("side", finding.Side.String())
	f.add("phase", finding.Phase.String())
	for _, s := range finding.Scopes {
		f.add("at", scopeText(s))
	}
	f.add("stops", members(finding.Members))
	if a, r, ok := c.shown(finding); ok {
		for _, l := range append(transcript.Sent(a, r), transcript.Came(r)...) {
			f.add("transcript", strings.TrimSpace(l.String()+"  "+after(l.After)))
		}
	}
	if p := finding.Pair; p != nil {
		unchanged, changed := c.pairRuns(p)
		f.add("changed", changes(p.Changed)+"; "+changed)
		f.add("unchanged", unchanged)
	}
	f.add("client-terms", c.clientTerms(axisOf(finding)))
	for _, r := range finding.Because {
		f.add("because", r.Text)
	}
	f.add("not-excluded", causeList(finding.NotExcluded))
	for _, t := range finding.WouldTell {
		f.add("would-tell", t)
	}
	for _, s := range finding.Symptoms {
		f.add("symptom", string(s.Cause)+" "+cmp.Or(s.Title, c.Causes[s.Cause].Title))
	}
	for _, fix := range c.Fixes(finding) {
		f.add("fix", fmt.Sprintf("%s %s %s", sideWord(fix.Side), fix.Grade, fix.Text))
		f.add("price", fix.Price)
	}
	for _, h := range c.willNotHelp(finding) {
		f.add("will-not-help", h)
	}
}

func scopeText(s parley.Scope) string {
	parts := []string{s.Addr.String(), s.Name}
	if s.Via != "" {
		parts = append(parts, "via "+s.Via)
	}
	return strings.Join(strings.Fields(strings.Join(parts, " ")), " ")
}

func plainAddress(f *facts, a *Address) {
	parts := []string{a.Scope.Addr.String(), a.Verdict.String()}
	if t := serverTerms(&a.Server); t != "" {
		parts = append(parts, t)
	}
	if a.Scope.Via != "" {
		parts = append(parts, "via "+a.Scope.Via)
	}
	f.add("address", strings.Join(parts, "; "))
	for _, by := range a.AnsweredBy {
		f.add("answered-by", by)
	}
	if a.Note != "" {
		f.add("address-note", a.Note)
	}
}

// milliseconds is a duration as JSON has it, to a tenth.
func milliseconds(d time.Duration) float64 {
	return float64(d.Round(100*time.Microsecond)) / float64(time.Millisecond)
}
