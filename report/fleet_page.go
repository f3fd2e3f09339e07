package report

import (
	"bufio"
	"fmt"
	"html/template"
	"strings"

	"github.com/parley-tls/parley/knowledge/weaknesses"
)

// fleetSections are the headings of a page, by what its groups are about.
var fleetSections = []struct {
	kind  fleetKind
	title string
}{
	{fleetCause, "What stops clients"},
	{fleetPolicy, "Policies"},
	{fleetWeak, "What is weak"},
	{fleetExpiry, "Certificates that end"},
	{fleetOpen, "What could not be told"},
	{fleetAnswer, "What the endpoints accept"},
}

// section is a heading with its groups.
type section struct {
	Title  string
	Groups []fleetEntry
}

// fleetEntry is a group as a page shows it.
type fleetEntry struct {
	*fleetGroup
	Share   string // of all targets: "62 %"
	Targets []string
	More    int // targets that are not named
}

func (p *fleetPage) sections() (out []section) {
	all := p.sorted()
	for _, s := range fleetSections {
		sec := section{Title: s.title}
		for _, g := range all {
			if g.Kind == s.kind {
				sec.Groups = append(sec.Groups, fleetEntry{
					fleetGroup: g, Targets: p.names(g), More: g.Count - len(g.members), Share: perCent(g.Count, len(p.targets)),
				})
			}
		}
		if sec.Groups != nil {
			out = append(out, sec)
		}
	}
	return out
}

// perCent is a part of a whole, in per cent.
func perCent(n, of int) string {
	switch {
	case of == 0 || n == 0:
		return "0 %"
	case n == of:
		return "all"
	case n*200 < of:
		return "< 1 %"
	case (of-n)*200 < of:
		return "> 99 %"
	}
	return fmt.Sprintf("%.0f %%", 100*float64(n)/float64(of))
}

// head is the first line: how many answered.
func (p *fleetPage) head() string {
	noun := "targets"
	if len(p.targets) == 1 {
		noun = "target"
	}
	return fmt.Sprintf("%d %s: %d answered, %d with a problem, %d could not be told", len(p.targets), noun, p.verdicts[0], p.verdicts[1], p.verdicts[2])
}

// Word is what a group is called in the first column.
func (e fleetEntry) Word() string {
	switch {
	case e.Open:
		return "unknown"
	case e.Severity != "":
		return e.Severity
	case e.Kind == fleetAnswer, e.Kind == fleetExpiry:
		return "note"
	case e.Kind == fleetPolicy:
		return "not met"
	}
	return "problem"
}

// fleetNamed is how many targets a table of Markdown names of one group.
const fleetNamed = 5

// fleetMarkdown writes a table for each section. Of a large group it names some.
func fleetMarkdown(w *bufio.Writer, p *fleetPage, e *FleetEnd) error {
	fmt.Fprintf(w, "## %s\n", p.head())
	for _, s := range p.sections() {
		fmt.Fprintf(w, "\n### %s\n\n| | targets | what | such as |\n| --- | --- | --- | --- |\n", s.Title)
		for _, g := range s.Groups {
			named := g.Targets[:min(len(g.Targets), fleetNamed)]
			text := strings.Join(named, ", ")
			if n := g.Count - len(named); n > 0 {
				text += fmt.Sprintf(" and %d more", n)
			}
			what := md(g.Title)
			if g.Rule != "" {
				what += " (" + md(g.Rule) + ")"
			}
			if g.Fix != "" {
				what += "<br>fix: " + md(g.Fix)
			}
			fmt.Fprintf(w, "| %s | %d, %s | %s | %s |\n", g.Word(), g.Count, md(g.Share), what, md(text))
		}
	}
	for _, n := range p.notes(e) {
		fmt.Fprintf(w, "\nnote: %s\n", md(n))
	}
	if e.Again != "" {
		fmt.Fprintf(w, "\n    %s\n", clean(e.Again, true))
	}
	return nil
}

func (p *fleetPage) notes(e *FleetEnd) (out []string) {
	for _, n := range e.Notes {
		out = append(out, clean(n, true))
	}
	if p.beyond > 0 {
		out = append(out, fmt.Sprintf("there were more than %d kinds: %d entries stand in no group", maxFleetGroups, p.beyond))
	}
	return out
}

// fleetHTML writes one page that needs nothing else: groups of like results first,
// each of which opens to the targets in it.
func fleetHTML(w *bufio.Writer, p *fleetPage, e *FleetEnd) error {
	day := ""
	if !e.Day.IsZero() {
		day = e.Day.UTC().Format("2006-01-02 15:04 UTC")
	}
	return fleetTemplate.Execute(w, struct {
		Head, Day, Again, Tool string
		Fine, Problems, Open   int
		Sections               []section
		Notes                  []string
	}{p.head(), day, clean(e.Again, true), e.Tool, p.verdicts[0], p.verdicts[1], p.verdicts[2], p.sections(), p.notes(e)})
}

var fleetTemplate = template.Must(template.New("fleet").Funcs(template.FuncMap{
	"class": func(e fleetEntry) string {
		switch {
		case e.Open, e.Kind == fleetExpiry:
			return "open"
		case e.Kind == fleetAnswer:
			return "met"
		case e.Severity != "" && weaknesses.ParseSeverity(e.Severity) < weaknesses.Medium:
			return "open"
		}
		return "not"
	},
}).Parse(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>parley scan: {{.Head}}</title>
<style>
:root { color-scheme: light dark; --line: #8884; --not: #b3261e; --open: #8a6100; --met: #1b6e3a; }
@media (prefers-color-scheme: dark) { :root { --not: #ff8a80; --open: #f2c14e; --met: #7bd88f; } }
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; }
h1 { font-size: 1.4rem; margin: 0; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
.bar { display: flex; height: .8rem; margin: 1rem 0; border-radius: .4rem; overflow: hidden; background: var(--line); }
.bar i { flex-basis: 0; }
i.met { background: var(--met); } i.not { background: var(--not); } i.open { background: var(--open); }
details { border-bottom: 1px solid var(--line); padding: .45rem 0; }
summary { cursor: pointer; display: grid; grid-template-columns: 5rem 7.5rem 1fr; gap: .6rem; overflow-wrap: anywhere; }
summary b { font-weight: 600; }
.not b { color: var(--not); } .open b { color: var(--open); } .met b { color: var(--met); }
p.fix { margin: .4rem 0 0 13.7rem; }
ul { columns: 18rem; margin: .5rem 0; font: .85em/1.6 ui-monospace, monospace; overflow-wrap: anywhere; }
footer, .dim { color: #888; font-size: .9rem; }
code { font: .9em ui-monospace, monospace; }
@media (max-width: 40rem) { summary { grid-template-columns: 4.5rem 1fr; } p.fix { margin-left: 0; } }
</style>
</head>
<body>
<h1>{{.Head}}</h1>
<div class="bar" role="img" aria-label="{{.Head}}"><i class="not" style="flex-grow:{{.Problems}}"></i><i class="open" style="flex-grow:{{.Open}}"></i><i class="met" style="flex-grow:{{.Fine}}"></i></div>
{{- range .Sections}}
<h2>{{.Title}}</h2>
{{- range .Groups}}
<details class="{{class .}}"><summary><b>{{.Word}}</b><span>{{.Count}}, {{.Share}}</span><span>{{.Title}}{{if .Rule}} <span class="dim">{{.Rule}}{{if .Clause}}, {{.Clause}}{{end}}</span>{{end}}</span></summary>
{{- if .Fix}}
<p class="fix">fix: <code>{{.Fix}}</code></p>
{{- end}}
<ul>
{{- range .Targets}}
<li>{{.}}</li>
{{- end}}
</ul>
{{- if .More}}
<p class="dim">and {{.More}} more</p>
{{- end}}
</details>
{{- end}}
{{- end}}
{{- range .Notes}}
<p>{{.}}</p>
{{- end}}
<footer>{{if .Again}}<p>To ask again: <code>{{.Again}}</code></p>{{end}}<p>parley {{.Tool}}{{if .Day}}, {{.Day}}{{end}}</p></footer>
</body>
</html>
`))
