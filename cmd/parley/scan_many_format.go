package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/knowledge/weaknesses"
	"github.com/parley-tls/parley/report"
	"github.com/parley-tls/parley/scan"
)

// fleetRows makes of the records of a scan of many what formats are written from.
type fleetRows struct {
	failOn weaknesses.Severity
	now    time.Time
}

// of is one target as rows: what it answers, what stops clients, what is weak,
// policies, and when its certificate ends.
func (f *fleetRows) of(r *scan.Record) *report.Ledger {
	l := &report.Ledger{Tool: r.Tool, Command: "scan", Target: r.Target, Verdict: r.Verdict, Exit: r.Exit}
	for i := range r.Addresses {
		a := &r.Addresses[i]
		f.answers(l, a)
		for _, c := range a.Causes {
			row := report.Row{
				Set: "causes", Rule: string(c.ID), Title: c.Title, State: report.StateFail, Address: a.Address,
				Why: fmt.Sprintf("%v, on the side of the %v", c.Certainty, c.Side), Fix: commandLine([]string{"parley", "check", r.Target}),
			}
			if a.Verdict != parley.VerdictProblem {
				row.State = report.StateUnknown
			}
			l.Rows = append(l.Rows, row)
		}
		l.Rows = append(l.Rows, f.chain(a)...)
		for _, w := range a.Weak {
			l.Rows = append(l.Rows, f.weak(a, w, report.StateFail))
		}
		for _, w := range a.Open {
			l.Rows = append(l.Rows, f.weak(a, w, report.StateUnknown))
		}
	}
	for _, h := range r.Policies {
		row := report.Row{Set: h.Policy, Rule: "policy", Title: "whether the policy is met", State: report.StateUnknown, Why: strings.Join(append(h.Not, h.Open...), ", ")}
		switch h.Met {
		case parley.Yes:
			row.State, row.Title = report.StatePass, "the policy is met"
		case parley.No:
			row.State, row.Title = report.StateFail, "the policy is not met"
		}
		l.Rows = append(l.Rows, row)
	}
	return l
}

// answers are the rows of what an address answered.
func (f *fleetRows) answers(l *report.Ledger, a *scan.Asked) {
	row := report.Row{Set: "answers", Rule: "answer", Title: "what the endpoint answers", State: report.StateInfo, Address: a.Address, Why: a.Words()}
	switch {
	case len(a.Causes) > 0:
		row.Rule = "end" // what it means is told with the cause
	case a.Verdict != parley.VerdictOK && a.Terms == nil:
		row.State = report.StateUnknown
	}
	l.Rows = append(l.Rows, row)
	if a.Suite != "" {
		l.Rows = append(l.Rows, report.Row{Set: "answers", Rule: "suite", Title: "the suite that is selected", State: report.StateInfo, Address: a.Address, Why: a.Suite})
	}
	c := a.Leaf
	if c == nil || c.To == "" {
		return
	}
	l.Rows = append(l.Rows, report.Row{
		Set: "answers", Rule: "certificate", Title: "the certificate", State: report.StateInfo, Address: a.Address,
		Why: fmt.Sprintf("%s of %s, %s, until %s", c.Subject, c.Issuer, strings.TrimSpace(fmt.Sprintf("%s %d", c.Key, c.Bits)), c.To),
	})
	end, err := time.Parse(time.RFC3339, c.To)
	if err != nil {
		return
	}
	const day = 24 * time.Hour
	title := ""
	switch left := end.Sub(f.now); {
	case left < 0:
		title = "the certificate has ended"
	case left < 7*day:
		title = "the certificate ends within 7 days"
	case left < 30*day:
		title = "the certificate ends within 30 days"
	default:
		return
	}
	l.Rows = append(l.Rows, report.Row{Set: "certificates", Rule: "certificate.ends", Title: title, State: report.StateInfo, Address: a.Address, Why: c.Subject + " on " + c.To})
}

// chain are the rows of what is said of certificates.
func (f *fleetRows) chain(a *scan.Asked) (out []report.Row) {
	if a.Chain == nil {
		return nil
	}
	row := func(rule, title, why string, severity weaknesses.Severity, advice bool) {
		out = append(out, report.Row{
			Set: "certificates", Rule: rule, Title: title, State: report.StateFail, Severity: severity.String(), Address: a.Address, Why: why, Advice: advice,
		})
	}
	for _, text := range a.Chain.Faults {
		row("certificate.fault", "a certificate that clients refuse", text, weaknesses.High, f.failOn == weaknesses.SeverityUnknown)
	}
	// The verdict does not hang on the rest: a CA of one's own is in no programme.
	if a.Chain.Complete == parley.No {
		row("certificate.incomplete", "the chain lacks an intermediate", "not sent: "+a.Chain.Missing, weaknesses.Medium, true)
	}
	if n := a.Chain.Distrusted; len(n) > 0 {
		row("certificate.not-trusted", "a root program does not trust the chain", "not by "+strings.Join(n, ", "), weaknesses.Low, true)
	}
	for _, text := range a.Chain.Requirements {
		row("certificate.requirement", "a requirement of public CAs is not met", text, weaknesses.Info, true)
	}
	return out
}

func (f *fleetRows) weak(a *scan.Asked, w scan.Weak, state report.State) report.Row {
	row := report.Row{
		Set: "weaknesses", Rule: w.ID, Title: w.Title, State: state, Severity: w.Severity.String(), Address: a.Address, Why: w.Why,
		Advice: f.failOn == weaknesses.SeverityUnknown || w.Severity < f.failOn,
	}
	if known, ok := weaknesses.Get(w.ID); ok {
		row.Title, row.Clause = known.Title, known.References[0].Text
		if state == report.StateFail {
			row.Fix = known.Fix.Plain
		}
	}
	return row
}

// fleetEnd is what a format says of all targets.
func (a *app) fleetEnd(ctx context.Context, f *scanFlags, s *manySink, took time.Duration) *report.FleetEnd {
	e := &report.FleetEnd{Tool: s.tool, Again: f.again(""), Exit: s.sum.Exit(), Elapsed: took, Day: a.now()}
	if ctx.Err() != nil {
		end := manyEnd{journal: f.many.journal}
		e.Notes = append(e.Notes, end.cutWords(&s.sum))
	}
	return e
}
