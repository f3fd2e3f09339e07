package main

import (
	"os"

	"github.com/parley-tls/parley/casefile"
	"github.com/parley-tls/parley/check"
	"github.com/parley-tls/parley/diagnose"
	"github.com/parley-tls/parley/report"
)

// save writes the evidence of a check to a file.
func (a *app) save(file string, doc *report.Check) error {
	data, err := casefile.Encode(caseOf(doc))
	if err != nil {
		return &failure{exit: exitFailed, err: err}
	}
	if err := os.WriteFile(file, data, 0o600); err != nil { // names and addresses of a network are in it
		return wrong("", "save the case: %w", err)
	}
	return nil
}

// replay diagnoses a saved case.
func (a *app) replay(file string, o *output) error {
	if a.dry {
		return nil
	}
	data, err := readFile(file, casefile.MaxSize)
	if err != nil {
		return wrong("to save one: parley check HOST -o case.json", "read the case: %w", err)
	}
	c, err := casefile.Decode(data)
	if err != nil {
		return wrong("to save one: parley check HOST -o case.json", "read %s: %w", file, err)
	}
	doc := a.document(answerOf(c), c.Question)
	a.exit = doc.Exit
	return a.write(doc, o)
}

func caseOf(doc *report.Check) *casefile.Case {
	return &casefile.Case{
		Tool: doc.Tool, Question: doc.Question, Connections: doc.Connections, Elapsed: doc.Elapsed, Evidence: doc.Evidence,
	}
}

// answerOf diagnoses a case.
func answerOf(c *casefile.Case) *check.Answer {
	return &check.Answer{
		Evidence: c.Evidence, Result: diagnose.Step(c.Evidence), Connections: c.Connections, Elapsed: c.Elapsed,
	}
}
