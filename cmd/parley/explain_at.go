package main

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/check"
	"github.com/parley-tls/parley/explain"
	"github.com/parley-tls/parley/knowledge/errors"
	"github.com/parley-tls/parley/report"
)

// settle checks the host of --at, and says which of the causes that the text
// leaves open it is.
func (a *app) settle(ctx context.Context, text *explain.Text, ans *explain.Answer, f *explainFlags) error {
	c := f.check
	if c.as == "" && ans.Role != errors.RoleServer {
		// A text that names the client's version is of that client.
		c.as = string(errors.ClientIn(text.Head + "\n" + f.product))
	}
	c.output, c.proxy, c.local = f.output, "env", local()
	o, err := a.options(f.at, &c)
	if err != nil {
		return err
	}
	p := a.progress("asking " + o.Target)
	found, err := check.Run(ctx, *o)
	p.end()
	if err != nil {
		return wrong("parley check --help", "%w", err)
	}
	doc := a.document(found, c.question(o.Target))
	if ctx.Err() != nil {
		doc.Exit = exitInterrupted
	}
	a.exit = doc.Exit
	settled := settledBy(ans, doc)
	if f.json {
		text := textDocument(settled)
		text.Exit, text.SettledBy = doc.Exit, doc.Question
		return report.ExplainTextJSON(a.stdout, text)
	}
	if _, err := io.WriteString(a.stdout, fold(verdictOf(ans, doc), a.width(a.stdout), 0)+"\n\n"); err != nil {
		return err
	}
	return report.Human(a.stdout, doc, a.screen(&f.output))
}

// verdictOf says in a sentence what the check makes of the text.
func verdictOf(ans *explain.Answer, doc *report.Check) string {
	switch {
	case doc.Verdict == parley.VerdictOK:
		return "The text fits no failure of that host now: the check completes. The message is of another client, time or place."
	case len(doc.Findings) == 0:
		return "The check cannot tell either."
	case !ans.Known:
		return "Nothing of the text is in the catalogue; this is what the check finds."
	}
	first := doc.Findings[0]
	if slices.ContainsFunc(ans.Causes, func(c explain.Cause) bool { return c.ID == first.Cause }) {
		return fmt.Sprintf("Of the causes that the text leaves open, it is %s: %s.", first.Cause, first.Certainty)
	}
	return fmt.Sprintf("The check finds %s, which the text does not suggest: it may be of another failure.", first.Cause)
}

// settledBy is the answer to a text after a check: what was found stands first.
func settledBy(ans *explain.Answer, doc *report.Check) *explain.Answer {
	out := *ans
	out.Known = true
	var causes []explain.Cause
	for _, f := range doc.Findings {
		c := explain.Cause{ID: f.Cause, Certainty: f.Certainty, Side: f.Side, Why: "the check of --at found it"}
		causes = append(causes, c)
	}
	if len(causes) > 0 {
		out.Causes = causes[:min(len(causes), explain.Most)]
		out.Tests = nil
	}
	return &out
}
