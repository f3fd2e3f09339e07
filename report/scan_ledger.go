package report

import (
	"slices"
	"strings"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/knowledge/weaknesses"
)

// Ledger is the answer of a scan as rows: the terms as notes, then what is weak,
// then the demands of policies. The verdict hangs on findings from FailOn on, and
// on policies.
func (s *Scan) Ledger() *Ledger {
	l := &Ledger{
		Tool: s.Tool, Command: "scan", Target: (&screen{c: &Check{Target: s.Target}}).target(), Verdict: s.verdict(), Word: s.word(), Exit: s.Exit,
		Elapsed: s.Elapsed, Again: s.Again, Notes: s.told(),
	}
	var titles []string
	for i := range s.Policies {
		titles = append(titles, s.Policies[i].name())
	}
	l.Title = strings.Join(titles, ", ")
	for i := range s.Endpoints {
		l.Rows = append(l.Rows, s.termRows(&s.Endpoints[i])...)
	}
	for i := range s.Endpoints {
		for j := range s.Endpoints[i].Findings {
			l.Rows = append(l.Rows, s.findingRow(&s.Endpoints[i], &s.Endpoints[i].Findings[j]))
		}
		for _, text := range s.Endpoints[i].CertificateFaults() {
			l.Rows = append(l.Rows, Row{
				Set: "certificates", Rule: "certificate.fault", Title: "a certificate that clients refuse", State: StateFail, Severity: weaknesses.High.String(),
				Advice: s.FailOn == weaknesses.SeverityUnknown, Address: s.Endpoints[i].place(), Why: text,
			})
		}
	}
	for i := range s.Policies {
		l.Rows = append(l.Rows, s.Policies[i].rows()...)
	}
	return l
}

// place is where an endpoint is, for a row.
func (e *Endpoint) place() string {
	at := e.Server.Scope.Addr.String()
	if via := e.Server.Scope.Via; via != "" {
		at += " through " + via
	}
	return at
}

// termRows say what is accepted: a row each version, and one each fact.
func (s *Scan) termRows(e *Endpoint) (out []Row) {
	note := func(rule, why string) {
		out = append(out, Row{Set: "terms", Rule: strings.ReplaceAll(strings.ToLower(rule), " ", "-"), Title: rule, State: StateInfo, Address: e.place(), Why: why})
	}
	if !e.Learned {
		return []Row{{Set: "terms", Rule: "versions", Title: "versions", State: StateUnknown, Advice: s.FailOn == weaknesses.SeverityUnknown, Address: e.place(), Why: e.Note}}
	}
	for _, v := range e.Server.Scope.Transport.Versions() {
		col := e.Server.Accepts[v]
		switch col.Accepted.Is {
		case parley.Unknown:
			note(v.String(), notKnown(col.Accepted.Why))
		case parley.No:
			note(v.String(), refusal(col.Accepted.Why))
		default:
			text := "accepted"
			if col.Accepted.Is == parley.Mixed {
				text += " at times"
			}
			for _, list := range suiteLists(&e.Server) {
				if list.has(v) {
					text += ", " + list.heading() + ": " + strings.Join(list.names, ", ")
				}
			}
			note(v.String(), text)
		}
	}
	label := ""
	for _, f := range fullFacts(&e.Server) {
		if f[0] != "" {
			label = f[0]
		}
		note(label, f[1])
	}
	c := Check{Evidence: s.Evidence}
	for _, ch := range e.Server.Chains {
		if read, ok := c.certificate(ch); ok {
			note("certificate", keyWords(ch)+": "+read.text())
		}
	}
	return out
}

// has says whether a list is that of a version.
func (l suiteList) has(v iana.Version) bool {
	return slices.Contains(strings.Fields(l.versions), v.String())
}

// findingRow is what became of one weakness at one endpoint.
func (s *Scan) findingRow(e *Endpoint, f *weaknesses.Finding) Row {
	row := Row{
		Set: "weaknesses", Rule: f.ID, Title: f.Name, Clause: f.References[0].Text, Source: references(f.Weakness), Severity: f.Severity.String(),
		Advice: s.FailOn == weaknesses.SeverityUnknown || f.Severity < s.FailOn, Address: e.place(), Why: f.Why,
	}
	switch {
	case f.Found():
		row.State, row.Fix = StateFail, f.Fix.Plain
	case f.Is == parley.No:
		row.State = StatePass
	}
	return row
}
