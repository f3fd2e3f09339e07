package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/certificates"
	"github.com/parley-tls/parley/knowledge/weaknesses"
)

// severityCols is the width of a severity and the space behind it.
const severityCols = 8

// weak are the lines of what is weak at an endpoint, the worst first: few of them,
// and all with their reasons where more is wanted.
func (v *scanScreen) weak(e *Endpoint, most int) (out []string) {
	label, found := "weak", 0
	var left []*weaknesses.Finding
	for i := range e.Findings {
		f := &e.Findings[i]
		if !f.Found() {
			continue
		}
		if found++; !v.o.Verbose && (f.Severity == weaknesses.Info || found > most) {
			left = append(left, f)
			continue
		}
		out = append(out, v.finding(label, f, most)...)
		label = ""
	}
	if text := rest(left, len(left) == found); text != "" {
		out = append(out, v.listed(label, text, 3)...)
	}
	unasked, open := v.s.openNames(e.Findings)
	switch {
	case len(e.Findings) > 0 && found+len(unasked)+len(open) == 0:
		return v.labelled("weak", fmt.Sprintf("none of the %d weaknesses that a handshake shows", len(e.Findings)), "", 1)
	case v.o.Verbose:
		return append(out, v.unknown(e)...)
	}
	if len(open) > 0 {
		out = append(out, v.labelled("unknown", short(open)+": -v says why", "", 2)...)
	}
	if len(unasked) > 0 {
		out = append(out, v.labelled("unasked", short(unasked)+": --depth full", "", 2)...)
	}
	return out
}

// word is what a screen or a page begins with: the verdict, where what stands below it
// bears that out. An exit status of 0 says that the terms were learned, or that what was
// demanded of them is met, and not that they are good.
func (s *Scan) word() string {
	word := verdictWord(s.verdict())
	if s.verdict() != parley.VerdictOK {
		return word
	}
	demanded := s.FailOn != weaknesses.SeverityUnknown || len(s.Policies) > 0
	for i := range s.Endpoints {
		switch found := s.Endpoints[i].word(s.Depth); {
		case len(s.Endpoints[i].CertificateFaults()) > 0:
			return "problem"
		case found != "ok" && demanded:
			word = "met" // and what nobody asked the verdict to hang on is not
		case slices.Index(scanWords, found) > slices.Index(scanWords, word):
			word = found
		}
	}
	return word
}

// scanWords are the words for what was learned and not judged, the worst last.
var scanWords = []string{"ok", "part", "weak", "problem"}

// word is what the lines about an endpoint come to, where nothing is demanded of it.
func (e *Endpoint) word(depth string) string {
	problem := slices.ContainsFunc(e.Certificates, func(r certificates.Report) bool { return len(problemTexts(&r, false)) > 0 })
	weak := slices.ContainsFunc(e.Findings, func(f weaknesses.Finding) bool { return f.Found() && f.Severity >= weaknesses.Low })
	open := slices.ContainsFunc(e.Findings, func(f weaknesses.Finding) bool { return f.Is == parley.Unknown && (depth == "full" || !f.Unasked) })
	switch {
	case problem || len(e.CertificateFaults()) > 0:
		return "problem"
	case weak:
		return "weak"
	case depth == "versions" || open || e.Cut != "" || !e.Learned: // what hangs on suites was not asked, or not told
		return "part"
	}
	return "ok"
}

// rest names what there is no room for, by severity; of info it counts.
func rest(left []*weaknesses.Finding, all bool) string {
	of := map[weaknesses.Severity][]string{}
	for _, f := range left {
		of[f.Severity] = append(of[f.Severity], f.Name)
	}
	var out []string
	for _, s := range []weaknesses.Severity{weaknesses.High, weaknesses.Medium, weaknesses.Low} {
		if len(of[s]) > 0 {
			out = append(out, s.String()+": "+strings.Join(of[s], ", "))
		}
	}
	info := fmt.Sprintf("%d of severity info: %s", len(of[weaknesses.Info]), shows(len(of[weaknesses.Info])))
	switch {
	case len(left) == 0:
		return ""
	case all && len(out) == 0:
		return "nothing but " + info
	case len(out) == 0:
		return "and " + info
	case len(of[weaknesses.Info]) == 0:
		return "and (-v) " + strings.Join(out, "; ")
	}
	return "and (-v) " + strings.Join(out, "; ") + "; info: " + strconv.Itoa(len(of[weaknesses.Info]))
}

// short names the first of a long list, and counts the others.
func short(list []string) string {
	if len(list) > 3 {
		return fmt.Sprintf("%s and %d more", strings.Join(list[:2], ", "), len(list)-2)
	}
	return strings.Join(list, ", ")
}

// openNames are the weaknesses of which it is not known whether they are there: those
// that a deeper scan looks for, and those that it could not tell.
func (s *Scan) openNames(list []weaknesses.Finding) (unasked, open []string) {
	for i := range list {
		switch f := &list[i]; {
		case f.Is != parley.Unknown:
		case s.Depth != "full" && (f.Unasked || s.Depth == "versions"):
			unasked = append(unasked, f.Name)
		default:
			open = append(open, f.Name)
		}
	}
	return unasked, open
}

// graded writes a text behind a label and a severity.
func (v *scanScreen) graded(label string, s weaknesses.Severity, text string, most int) []string {
	return v.atMost(columns(2, fmt.Sprintf("%-*s%-*s", labelCols, label, severityCols, s), v.clean(text), "", v.cols-marginCols), most)
}

// finding writes one that was seen: what it is about and what was seen, and with
// Verbose what it takes, what is not known of it, and where it stands.
func (v *scanScreen) finding(label string, f *weaknesses.Finding, most int) []string {
	if !v.o.Verbose {
		return whole(f.Name+": "+f.Brief, 2, func(text string) []string { return v.graded(label, f.Severity, text, 999) }, v.atMost)
	}
	out := v.graded(label, f.Severity, f.Title+" ("+f.ID+")", 3)
	detail := func(word, text string) {
		if text != "" {
			out = append(out, v.atMost(columns(2, spaces(labelCols+severityCols)+fmt.Sprintf("%-*s", severityCols, word), v.clean(text), "", v.cols-marginCols), 99)...)
		}
	}
	detail("seen", together(f.Seen))
	detail("", f.Also)
	detail("needs", f.Needs)
	detail("unseen", f.Unseen)
	detail("fix", f.Fix.Plain)
	for _, fix := range v.directives(f) {
		detail("", fix.Software+": "+fix.text())
	}
	detail("see", references(f.Weakness))
	return out
}

// mostDirectives is how many kinds of software say a fix on a screen.
const mostDirectives = 3

// directives are how the usual kinds of software carry out the fix of a finding. What
// several findings have in common is told with the first.
func (v *scanScreen) directives(f *weaknesses.Finding) (out []Fix) {
	if v.said[f.Fix.Kind] || f.Fix.Kind == parley.IntentUnknown {
		return nil
	}
	if v.said == nil {
		v.said = map[parley.IntentKind]bool{}
	}
	v.said[f.Fix.Kind] = true
	for _, fix := range Resolve([]parley.Intent{f.Fix}, v.s.Software) {
		if fix.Software == "" || slices.ContainsFunc(out, func(o Fix) bool { return o.Software == fix.Software }) {
			continue
		}
		if out = append(out, fix); len(out) == mostDirectives {
			break
		}
	}
	return out
}

// together says of values that are under the same versions so once.
func together(seen []string) string {
	var order []string
	of := map[string][]string{}
	for _, s := range seen {
		what, versions, _ := strings.Cut(s, " under ")
		if of[versions] == nil {
			order = append(order, versions)
		}
		of[versions] = append(of[versions], what)
	}
	var out []string
	for _, versions := range order {
		text := strings.Join(of[versions], ", ")
		if versions != "" {
			text += " under " + versions
		}
		out = append(out, text)
	}
	return strings.Join(out, "; ")
}

func references(w *weaknesses.Weakness) string {
	var out []string
	for _, r := range w.References {
		out = append(out, r.Text+" ("+r.Date+")")
	}
	return strings.Join(out, "; ")
}

// unknown says of each weakness that stays open, why.
func (v *scanScreen) unknown(e *Endpoint) (out []string) {
	label := "unknown"
	for i := range e.Findings {
		if f := &e.Findings[i]; f.Is == parley.Unknown {
			out = append(out, v.graded(label, f.Severity, f.Name+": "+f.Why, 4)...)
			label = ""
		}
	}
	return out
}

// weakFacts are the same, a line each.
func weakFacts(f *facts, list []weaknesses.Finding) {
	for i := range list {
		w := &list[i]
		switch {
		case w.Found():
			f.add("weak", w.Severity.String()+" "+w.ID+" "+w.Why)
		case w.Is == parley.Unknown:
			f.add("weak-unknown", w.Severity.String()+" "+w.ID+" "+w.Why)
		}
	}
}

// The types below are the contract of findings.
type (
	findingsJSON struct {
		Findings []findingJSON     `json:"findings"`
		Unknown  []findingOpenJSON `json:"findings_unknown"`
		Excluded []string          `json:"findings_excluded"`
	}
	findingJSON struct {
		ID         string                 `json:"id"`
		Severity   weaknesses.Severity    `json:"severity"`
		Title      string                 `json:"title"`
		Is         parley.Truth           `json:"is"`
		Why        string                 `json:"why"`
		Seen       []string               `json:"seen"`
		Needs      string                 `json:"needs"`
		Unseen     string                 `json:"unseen"`
		Fix        string                 `json:"fix"`
		Fixes      []fixJSON              `json:"fixes"`
		References []weaknesses.Reference `json:"references"`
		From       []string               `json:"from"`
	}
	findingOpenJSON struct {
		ID       string              `json:"id"`
		Severity weaknesses.Severity `json:"severity"`
		Title    string              `json:"title"`
		Why      string              `json:"why"`
	}
)

// findingsDocument is what became of every weakness; software says how each server
// carries out the fixes.
func findingsDocument(list []weaknesses.Finding, software []Software) findingsJSON {
	doc := findingsJSON{Findings: []findingJSON{}, Unknown: []findingOpenJSON{}, Excluded: []string{}}
	for i := range list {
		f := &list[i]
		switch {
		case f.Is == parley.No:
			doc.Excluded = append(doc.Excluded, f.ID)
		case f.Is == parley.Unknown:
			doc.Unknown = append(doc.Unknown, findingOpenJSON{ID: f.ID, Severity: f.Severity, Title: f.Title, Why: f.Why})
		default:
			one := findingJSON{
				ID: f.ID, Severity: f.Severity, Title: f.Title, Is: f.Is, Why: f.Why, Seen: some(f.Seen), Needs: f.Needs, Unseen: f.Unseen,
				Fix: f.Fix.Plain, Fixes: []fixJSON{}, References: some(f.References), From: sources(f.From),
			}
			for _, fix := range Resolve([]parley.Intent{f.Fix}, software) {
				one.Fixes = append(one.Fixes, fixDocument(fix))
			}
			doc.Findings = append(doc.Findings, one)
		}
	}
	return doc
}
