package main

import (
	"cmp"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/knowledge/weaknesses"
	"github.com/parley-tls/parley/report"
)

// weaknessWords are the words of a weakness, as a page has them.
func weaknessWords(w *weaknesses.Weakness) report.Cause {
	c := report.Cause{
		ID: parley.CauseID(w.ID), Title: w.Title, Best: parley.Seen, Sides: []parley.Side{parley.ServerSide},
		Meaning: "Severity " + cmp.Or(w.Grades, w.Severity.String()) + "; found by parley scan from what the server accepts; nothing is attacked.\n\n" +
			"It needs " + w.Needs + ".",
		Intents: []parley.Intent{w.Fix}, Software: expressed([]parley.Intent{w.Fix}),
	}
	if w.Unseen != "" {
		c.Meaning += "\n\nA handshake does not show " + w.Unseen + "."
	}
	for _, r := range w.References {
		c.References = append(c.References, r.Text+" ("+r.Date+")")
	}
	return c
}
