package main

import (
	"cmp"
	"slices"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/causes"
	"github.com/parley-tls/parley/check"
	"github.com/parley-tls/parley/diagnose"
	"github.com/parley-tls/parley/knowledge/errors"
	"github.com/parley-tls/parley/knowledge/servers"
	"github.com/parley-tls/parley/lab"
	"github.com/parley-tls/parley/report"
	"github.com/parley-tls/parley/target"
)

// document makes the answer of a check fit for a report.
func (a *app) document(ans *check.Answer, question string) *report.Check {
	e, res := ans.Evidence, ans.Result
	doc := &report.Check{
		Tool: version().Version, Target: e.Target, Question: question, Client: e.Client,
		Verdict: res.Verdict, Exit: exitOf(res.Verdict),
		Connections: ans.Connections, Elapsed: ans.Elapsed.Round(time.Millisecond),
		Findings: res.Findings, Causes: map[parley.CauseID]report.Cause{}, Evidence: e,
		Addresses: addresses(e, res), Connects: connects(e, res),
	}
	if c := e.Client; c != nil && len(c.Hellos) > 0 {
		doc.ClientIs = parley.Seen
		if c.Hellos[0].Composed {
			doc.ClientIs = parley.Inferred
		}
		doc.ClientEvidence = evidenceOf(c.Hellos[0])
	}
	for _, f := range res.Findings {
		doc.Causes[f.Cause] = words(f.Cause)
		for _, s := range f.Symptoms {
			doc.Causes[s.Cause] = words(s.Cause)
		}
	}
	if res.Verdict == parley.VerdictUnknown {
		doc.Layer, doc.Why = ans.Layer()
	}
	for _, s := range res.PassedOver {
		doc.Notes = append(doc.Notes, "nothing listens at "+s.Scope.Addr.String()+": clients fall back from it to the other address")
	}
	var views []*causes.View
	for _, s := range res.Scopes {
		if s.View == nil {
			continue
		}
		views = append(views, s.View)
		if text := s.View.Opened(); text != "" {
			doc.Notes = append(doc.Notes, text)
		}
	}
	if text := causes.Compared(views); text != "" {
		doc.Notes = append(doc.Notes, text)
	}
	if text := target.Guessed(e.Target); text != "" {
		doc.Notes = append(doc.Notes, text)
	}
	if e.Local.NoIPv6 && slices.ContainsFunc(e.Lookup.Addrs, isGlobal6) {
		doc.Notes = append(doc.Notes, "this machine has no route for IPv6: that side of the target was not judged")
	}
	return doc
}

func evidenceOf(h parley.Hello) string {
	for _, s := range h.From {
		if s.Document != "" {
			return s.Document
		}
	}
	return ""
}

// addresses has one entry for each scope that was asked.
func addresses(e *parley.Evidence, res diagnose.Result) []report.Address {
	var out []report.Address
	for _, s := range res.Scopes {
		a := report.Address{Scope: s.Scope, Verdict: s.Verdict}
		if s.View != nil {
			a.Server = s.View.Server
			a.Server.Accepts = e.Terms(s.Scope).Accepts // a cause may read more into a refusal than it says
			a.Note = s.View.Answer.Words()
		}
		for _, r := range e.Replies {
			if e.Attempts[r.Attempt].Scope != s.Scope || len(r.Plain) == 0 {
				continue
			}
			if name, _ := parley.IdentifyPlain(r.Plain); name != "" && !slices.Contains(a.AnsweredBy, name) {
				a.AnsweredBy = append(a.AnsweredBy, name)
			}
		}
		out = append(out, a)
	}
	return out
}

// connects are the members of the panel that went through everywhere.
func connects(e *parley.Evidence, res diagnose.Result) []parley.ClientID {
	if e.Client != nil {
		return nil
	}
	through := map[parley.ClientID]bool{}
	failed := map[parley.ClientID]bool{}
	for _, f := range res.Findings {
		for _, id := range f.Members {
			failed[id] = true
		}
	}
	for _, r := range e.Replies {
		at := e.Attempts[r.Attempt]
		if at.Role != parley.RoleBase || slices.ContainsFunc(res.PassedOver, func(s diagnose.ScopeResult) bool { return s.Scope == at.Scope }) {
			continue
		}
		id := parley.ClientID(at.Name)
		if r.AnswerTo(at).Completes() {
			through[id] = true
		} else {
			failed[id] = true
		}
	}
	var out []parley.ClientID
	for _, c := range e.Panel {
		if through[c.ID] && !failed[c.ID] {
			out = append(out, c.ID)
		}
	}
	return out
}

// words are those of a cause, as its page has them.
func words(id parley.CauseID) report.Cause {
	c, err := causes.Get(id)
	if err != nil {
		w, _ := errors.WordsOf(id)
		p, _ := errors.PageOf(id)
		return report.Cause{
			ID: id, Title: cmp.Or(w.Title, string(id)), Meaning: cmp.Or(p.Meaning, w.Says), Printed: printed(id),
			Intents: p.Fixes, WillNotHelp: p.WillNotHelp, References: p.References,
		}
	}
	out := report.Cause{
		ID: c.ID, Title: c.Title, Meaning: c.Meaning, Best: c.Best, Phase: c.Phase, Intents: c.Fixes,
		Software: expressed(c.Fixes), WillNotHelp: c.WillNotHelp, References: c.References, Printed: printed(id),
	}
	for _, m := range c.Mistaken {
		out.Told = append(out.Told, report.Told{From: m.For, By: m.Test})
	}
	for _, cs := range c.Cases {
		if cs.Fires != parley.NotCertain && !slices.Contains(out.Sides, cs.Side) {
			out.Sides = append(out.Sides, cs.Side)
		}
	}
	for _, f := range lab.All() {
		if f.Want.Cause == id && out.Fault == "" {
			out.Fault = f.Name
		}
	}
	return out
}

// printed are messages by which people look for a cause.
func printed(id parley.CauseID) []string {
	var out []string
	for _, p := range errors.PrintedFor(id, 6) {
		out = append(out, p.Stack+": "+p.Text)
	}
	return out
}

// expressed lists the server software that has a way for one of the intents.
func expressed(intents []parley.Intent) []report.Software {
	var out []report.Software
	for _, in := range intents {
		if in.Side != parley.ServerSide {
			continue
		}
		for _, k := range servers.Knobs(in.Kind) {
			at := slices.IndexFunc(out, func(s report.Software) bool { return s.Name == k.Software })
			if at < 0 {
				out = append(out, report.Software{Name: k.Software, Side: parley.ServerSide})
				at = len(out) - 1
			}
			if !slices.ContainsFunc(out[at].Knobs, func(o parley.Knob) bool { return o == k.Knob }) {
				out[at].Knobs = append(out[at].Knobs, k.Knob)
			}
		}
	}
	return out
}
