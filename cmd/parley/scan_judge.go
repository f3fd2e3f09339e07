package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/knowledge/policies"
	"github.com/parley-tls/parley/knowledge/weaknesses"
	"github.com/parley-tls/parley/report"
	"github.com/parley-tls/parley/scan"
	"github.com/parley-tls/parley/survey"
	"github.com/parley-tls/parley/verify"
)

// judgeFlags say what makes a scan fail.
type judgeFlags struct {
	failOn   string
	names    []string
	severity weaknesses.Severity
	policies []*policies.Policy
}

func (j *judgeFlags) add(fs *pflag.FlagSet) {
	fs.StringVar(&j.failOn, "fail-on", "", "exit 1 where something is weak to this `severity` or more, or clients refuse the certificate: "+strings.Join(weaknesses.Severities, ", "))
	fs.StringArrayVar(&j.names, "policy", nil, "hold the terms against a policy too: a `NAME` of verify --list, or a file")
}

// read looks whether the values can be meant.
func (j *judgeFlags) read(dry bool) error {
	j.policies, j.severity = nil, weaknesses.SeverityUnknown
	if j.failOn != "" {
		if j.severity = weaknesses.ParseSeverity(j.failOn); j.severity == weaknesses.SeverityUnknown {
			return wrong("--fail-on "+strings.Join(weaknesses.Severities, ", --fail-on "), "unknown severity %q", j.failOn)
		}
	}
	for _, name := range j.names {
		p, err := readPolicy(name, dry)
		if err != nil {
			return err
		}
		j.policies = append(j.policies, p)
	}
	return nil
}

// depth is what has to be learned for what is demanded; DepthUnknown: nothing is.
func (j *judgeFlags) depth() survey.Depth {
	switch {
	case j.severity != weaknesses.SeverityUnknown:
		return survey.DepthFull
	case len(j.policies) > 0:
		return verify.DepthFor(j.policies...)
	}
	return survey.DepthUnknown
}

// held is what became of the policies at a target of many.
func (j *judgeFlags) held(res *scan.Result) (out []scan.Held) {
	terms := verify.TermsOf(res)
	for _, p := range j.policies {
		judged := verify.Judge(p, terms)
		h := scan.Held{Policy: p.Name, Met: judged.Met}
		for _, d := range judged.Demands {
			switch {
			case d.Demand.Advice || d.Met == parley.Yes:
			case d.Met == parley.No:
				h.Not = append(h.Not, d.Demand.ID)
			default:
				h.Open = append(h.Open, d.Demand.ID)
			}
		}
		out = append(out, h)
	}
	return out
}

// judge sets what the policies come to, and the exit status: 1 where a finding is
// at or above --fail-on or a policy is not met, 3 where that could not be told.
func (j *judgeFlags) judge(doc *report.Scan, res *scan.Result) {
	doc.FailOn = j.severity
	var intents []parley.Intent
	for i := range doc.Endpoints {
		for k := range doc.Endpoints[i].Findings {
			if f := &doc.Endpoints[i].Findings[k]; f.Found() {
				intents = append(intents, f.Fix)
			}
		}
	}
	doc.Software = settings(intents, res.Evidence.Target.Transport)
	verdict := weakness(doc)
	terms := verify.TermsOf(res)
	for _, p := range j.policies {
		judged := verify.Judge(p, terms)
		held := report.Held{Policy: p, Met: judged.Met}
		for i := range judged.Demands {
			held.Demands = append(held.Demands, heldDemand(&judged.Demands[i]))
		}
		doc.Policies = append(doc.Policies, held)
		verdict = lesser(verdict, judged.Met)
	}
	if text := followed(doc.Target); text != "" && len(j.policies) > 0 {
		doc.Notes = append(doc.Notes, text)
	}
	switch {
	case verdict == parley.No:
		doc.Exit = exitProblem
	case verdict == parley.Unknown && doc.Exit == 0:
		doc.Exit = exitUnknown
	}
}

// weakness says whether every endpoint is free of what --fail-on names, and takes
// note of what keeps that from being told.
func weakness(doc *report.Scan) parley.Truth {
	if doc.FailOn == weaknesses.SeverityUnknown {
		return parley.Yes
	}
	verdict := parley.Yes
	var open []string
	for i := range doc.Endpoints {
		e := &doc.Endpoints[i]
		if !e.Learned {
			verdict = lesser(verdict, parley.Unknown)
		}
		if len(e.CertificateFaults()) > 0 { // as bad as the worst
			verdict = parley.No
		}
		for k := range e.Findings {
			f := &e.Findings[k]
			switch {
			case f.Severity < doc.FailOn:
			case f.Found():
				verdict = parley.No
			case f.Is == parley.Unknown:
				verdict = lesser(verdict, parley.Unknown)
				if text := f.Name + ": " + f.Why; !slices.Contains(open, text) {
					open = append(open, text)
				}
			}
		}
	}
	if len(doc.Endpoints) == 0 {
		verdict = parley.Unknown
	}
	if verdict == parley.Unknown && len(open) > 0 {
		text := fmt.Sprintf("--fail-on %s could not be told, for %s", doc.FailOn, open[0])
		if len(open) > 1 {
			text += fmt.Sprintf(", and %d more", len(open)-1)
		}
		doc.Notes = append(doc.Notes, text)
	}
	return verdict
}

// lesser joins two answers to whether something is met.
func lesser(a, b parley.Truth) parley.Truth {
	switch {
	case a == parley.No || b == parley.No:
		return parley.No
	case a == parley.Yes && b == parley.Yes:
		return parley.Yes
	}
	return parley.Unknown
}

// cutNotes say where a scan ended before all was asked, and what is open there.
func cutNotes(res *scan.Result) (out []string) {
	for i := range res.Endpoints {
		e := &res.Endpoints[i]
		why := map[scan.Cut]string{
			scan.CutTime:        "--timeout was over",
			scan.CutConnections: fmt.Sprintf("%d connections were made", scan.DefaultMost),
			scan.CutInterrupted: "it was interrupted",
		}[e.Cut]
		if why == "" {
			continue
		}
		text := e.Server.Scope.Addr.String() + ": " + why + " before all was asked"
		if open := e.Incomplete(res.Depth); open != "" {
			text += ": " + open
		}
		out = append(out, text)
	}
	return out
}

// again is the command line that asks the same once more.
func (f *scanFlags) again(target string) string {
	words := []string{"parley", "scan"}
	if target != "" {
		words = append(words, target)
	}
	f.flags.Visit(func(p *pflag.Flag) {
		switch {
		case slices.Contains([]string{"format", "json", "plain", "color", "verbose", "proxy", "output", "resume"}, p.Name):
		case p.Value.Type() == "bool":
			words = append(words, "--"+p.Name)
		case p.Value.Type() == "stringArray":
			for _, v := range p.Value.(pflag.SliceValue).GetSlice() {
				words = append(words, "--"+p.Name, v)
			}
		default:
			words = append(words, "--"+p.Name, p.Value.String())
		}
	})
	return commandLine(words)
}
