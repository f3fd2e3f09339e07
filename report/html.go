package report

import (
	"html/template"
	"io"
	"sync"

	"github.com/parley-tls/parley"
)

// HTML writes one page that needs nothing else: no script, no font, no network.
func HTML(w io.Writer, l *Ledger) error {
	l = l.cleaned()
	return ledgerPage().Execute(w, struct {
		*Ledger
		Head, Sum string
		Sorted    []Row
		Fixes     []string
	}{l, l.word(), l.sum(), l.sorted(), l.fixes()})
}

// verdictWord is the word that a screen begins with.
func verdictWord(v parley.Verdict) string {
	switch v {
	case parley.VerdictOK:
		return "ok"
	case parley.VerdictProblem:
		return "problem"
	}
	return "unknown"
}

var ledgerPage = sync.OnceValue(func() *template.Template { return template.Must(template.New("page").Funcs(pageWords).Parse(pageText)) })

var pageWords = template.FuncMap{
	"class": func(r Row) string {
		switch {
		case r.State == StatePass:
			return "met"
		case r.State == StateFail && (r.Severity == "high" || r.Severity == "medium"):
			return "not"
		case r.Advice:
			return "advice"
		case r.State == StateFail:
			return "not"
		}
		return "open"
	},
	"state": func(r Row) string { return r.word() },
}

const pageText = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{{.Head}}: parley {{.Command}} {{.Target}}</title>
<style>
:root { color-scheme: light dark; --line: #8884; --not: #b3261e; --open: #8a6100; --met: #1b6e3a; }
@media (prefers-color-scheme: dark) { :root { --not: #ff8a80; --open: #f2c14e; --met: #7bd88f; } }
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; }
h1 { font-size: 1.4rem; margin: 0; }
table { border-collapse: collapse; width: 100%; margin: 1.5rem 0; }
th, td { border-bottom: 1px solid var(--line); padding: .45rem .6rem; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th { font-weight: 600; }
td:first-child { white-space: nowrap; font-weight: 600; }
.not td:first-child, h1.problem { color: var(--not); }
.open td:first-child, .advice td:first-child, h1.unknown, h1.weak, h1.part { color: var(--open); }
.met td:first-child, h1.ok, h1.met { color: var(--met); }
code { font: .9em ui-monospace, monospace; }
.scroll { overflow-x: auto; }
footer { color: #888; font-size: .9rem; }
</style>
</head>
<body>
<h1 class="{{.Head}}">{{.Head}}: {{.Target}}</h1>
<p>{{if .Title}}Held against {{.Title}}. {{end}}{{.Sum}}.</p>
<div class="scroll">
<table>
<thead><tr><th scope="col">state</th><th scope="col">demand</th><th scope="col">found</th><th scope="col">clause</th><th scope="col">where</th></tr></thead>
<tbody>
{{- range .Sorted}}
<tr class="{{class .}}"><td>{{state .}}</td><td>{{.Title}}</td><td>{{.Why}}</td><td>{{.Set}}{{if .Clause}}, {{.Clause}}{{end}}</td><td>{{.Address}}</td></tr>
{{- end}}
</tbody>
</table>
</div>
{{- if .Fixes}}
<h2>What to change</h2>
<ul>
{{- range .Fixes}}
<li><code>{{.}}</code></li>
{{- end}}
</ul>
{{- end}}
{{- range .Notes}}
<p>{{.}}</p>
{{- end}}
<footer>{{if .Again}}<p>To ask again: <code>{{.Again}}</code></p>{{end}}<p>parley {{.Tool}}</p></footer>
</body>
</html>
`
