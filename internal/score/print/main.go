// Command print prints how well parley explain does:
//
//	go run ./internal/score/print              the tables
//	go run ./internal/score/print -v           and what it gets wrong, of the half that may be seen
//
// It reads the corpus that PARLEY_CORPUS names.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/internal/score"
)

func main() {
	verbose := flag.Bool("v", false, "what it gets wrong, of the half that may be seen")
	flag.Parse()
	if err := run(os.Getenv("PARLEY_CORPUS"), *verbose); err != nil {
		fmt.Fprintln(os.Stderr, "score: "+err.Error())
		os.Exit(1)
	}
}

func run(dir string, verbose bool) error {
	if err := reports(dir, verbose); err != nil {
		return err
	}
	return matrix(dir, verbose)
}

var halves = []struct {
	name string
	has  func(name string) bool
}{
	{"all", func(string) bool { return true }},
	{"seen while the catalogue was made", func(n string) bool { return !score.HeldOut(n) }},
	{"held out", score.HeldOut},
}

func reports(dir string, verbose bool) error {
	data, err := os.ReadFile(filepath.Join(dir, "errors.jsonl"))
	if err != nil {
		return err
	}
	rs, err := score.Lines[score.Report](data)
	if err != nil {
		return err
	}
	for _, withProduct := range []bool{false, true} {
		for _, h := range halves {
			tallies, graded := score.Reports(rs, withProduct, func(r *score.Report) bool { return h.has(r.ID) })
			fmt.Printf("reports, text alone: %t, %s\n           %s\n", !withProduct, h.name, score.TallyHead)
			for _, k := range []string{"label", "family", "no", "ambiguous", "all"} {
				fmt.Printf("%-10s %s\n", k, tallies[k])
			}
			fmt.Println()
			if verbose && !withProduct && strings.HasPrefix(h.name, "seen") {
				for _, g := range graded {
					mistakes(g)
				}
			}
		}
	}
	return nil
}

func mistakes(g score.Graded) {
	r := g.Report
	if g.At == 1 && !g.Wrong && (r.Decides != "label" || g.Answer.Causes[0].Certainty >= parley.Seen) {
		return
	}
	fmt.Printf("## %s %s at %d wrong %t (%s) | %s | %s %s\n", r.Cause, r.Decides, g.At, g.Wrong, r.Certainty, r.Product, g.Answer.Meaning, g.Answer.Role)
	for _, c := range g.Answer.Causes {
		fmt.Printf("     -> %s %s\n", c.ID, c.Certainty)
	}
	for _, l := range r.Text {
		fmt.Printf("   %.200s\n", l)
	}
}

func matrix(dir string, verbose bool) error {
	data, err := os.ReadFile(filepath.Join(dir, "error-matrix.jsonl"))
	if err != nil {
		return err
	}
	rows, err := score.Lines[score.Row](data)
	if err != nil {
		return err
	}
	if data, err = os.ReadFile(filepath.Join(dir, "error-matrix-causes.json")); err != nil {
		return err
	}
	causes, err := score.Causes(data)
	if err != nil {
		return err
	}
	for _, h := range halves {
		m := score.Matrices(rows, causes, func(r *score.Row) bool { return h.has(r.Client) })
		fmt.Printf("matrix, %s: %d rows, %.1f causes\n", h.name, m.Rows, float64(m.Length)/float64(max(1, m.Rows)))
		fmt.Printf("  true cause listed, text of at most 8 behaviours  %d of %d  %.1f%%\n", m.SharedListed, m.Shared, score.Share(m.SharedListed, m.Shared))
		fmt.Printf("  true cause first, text of one behaviour          %d of %d  %.1f%%\n", m.UniqueFirst, m.Unique, score.Share(m.UniqueFirst, m.Unique))
		fmt.Printf("  claimed and not true                             %d of %d  %.1f%%\n", m.Wrong, m.Rows, score.Share(m.Wrong, m.Rows))
		if verbose && strings.HasPrefix(h.name, "seen") {
			for _, x := range m.Missed {
				ids := ""
				for _, c := range x.Answer.Causes {
					ids += fmt.Sprintf(" %s(%s)", c.ID, c.Certainty)
				}
				fmt.Printf("## %s %s %s unique %t wrong %t: %s:%s\n     %.300q\n", x.Row.Client, x.Row.Version, x.Row.Failure, x.Unique, x.Wrong, x.Answer.Meaning, ids, x.Row.Message)
			}
		}
	}
	return nil
}
