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
	if err := writeOwn(file, data); err != nil {
		return wrong("", "save the case: %w", err)
	}
	return nil
}

// writeOwn writes a file that its owner alone may read, for names and addresses
// of a network are in it; one that was there before as well.
func writeOwn(file string, data []byte) error {
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.Mode().IsRegular() && info.Mode().Perm() != 0o600 {
		if err := f.Chmod(0o600); err != nil {
			return err
		}
	}
	if _, err := f.Write(data); err != nil {
		return err
	}
	return f.Close()
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
