package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/parley-tls/parley/causes"
	"github.com/parley-tls/parley/internal/golden"
	"github.com/parley-tls/parley/knowledge/clients"
	"github.com/parley-tls/parley/lab"
)

// documents are the texts of the repository, by name.
func documents(t *testing.T) map[string]string {
	t.Helper()
	texts := map[string]string{}
	err := filepath.WalkDir("../..", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || d.Name() == ".git" || d.Name() == ".bin"):
			return fs.SkipDir
		case strings.HasSuffix(name, ".md"):
			b, err := os.ReadFile(name)
			texts[filepath.ToSlash(name)] = string(b)
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

var (
	typed  = regexp.MustCompile(`(?m)^    (?:\$ )?(?:go run \./cmd/)?(parley [a-z-].*)$`)
	inline = regexp.MustCompile("`(?:go run \\./cmd/)?(parley [a-z-][^`]*)`")
	// meant are words that stand for what the reader has.
	meant  = strings.NewReplacer("FAULT", "answer-http", "CAUSE", "sni.missing", "CASE", "case.json")
	behind = regexp.MustCompile(`(  | #| \||  *>|  *&$).*`)
)

// typedIn lists the commands of a document: lines of code blocks, and spans.
func typedIn(text string) []string {
	var out []string
	for _, m := range append(typed.FindAllStringSubmatch(text, -1), inline.FindAllStringSubmatch(text, -1)...) {
		out = append(out, strings.TrimSpace(behind.ReplaceAllString(meant.Replace(m[1]), "")))
	}
	return out
}

func TestEveryCommandOfTheDocumentsParses(t *testing.T) {
	t.Parallel()
	seen := 0
	for name, text := range documents(t) {
		t.Run(strings.TrimPrefix(name, "../../"), func(t *testing.T) {
			for _, line := range typedIn(text) {
				seen++
				parses(t, line)
			}
		})
	}
	if seen < 20 {
		t.Errorf("%d commands, want 20 and more", seen)
	}
	got := strings.Join(typedIn("parley is a name\n    $ parley tour > out\n    parley check a   for b\nsee `parley lab x`\n"), "|")
	if want := "parley tour|parley check a|parley lab x"; got != want {
		t.Errorf("typedIn: got %q, want %q", got, want)
	}
}

var opening = regexp.MustCompile("(?s)^# parley\n.*?\n    \\$ (parley [^\n]*)\n\n(.*?\n)\n\\S")

// TestTheREADMEOpensWithWhatParleySays runs the first command of the README
// against the fault of the lab that it is about.
func TestTheREADMEOpensWithWhatParleySays(t *testing.T) {
	t.Parallel()
	m := opening.FindStringSubmatch(documents(t)["../../README.md"])
	if m == nil {
		t.Fatal("README.md does not open with a command and its answer")
	}
	f, err := lab.Get("require-1.2-of-java")
	if err != nil {
		t.Fatal(err)
	}
	target, err := f.Start(t.Context(), shared)
	if err != nil {
		t.Fatal(err)
	}
	h := newHere()
	connect := " --connect " + target.Address
	if exit := h.say(t.Context(), append(shellWords(m[1])[1:], strings.Fields(connect)...)...); exit != exitProblem {
		t.Fatalf("%s: exit %d, %s", m[1], exit, h.err.String())
	}
	// Of the lab the screen says the address; the README shows a target that
	// resolves.
	got := steady(strings.ReplaceAll(h.out.String(), connect, ""))
	want := steady(strings.ReplaceAll("\n"+m[2], "\n    ", "\n"))[1:]
	if got != want {
		t.Errorf("README.md is stale. parley says:\n%s\nthe README:\n%s", got, want)
	}
}

// TestTheREADMEListsWhatIsThere compares the lists of the README with the
// program: -update writes them.
func TestTheREADMEListsWhatIsThere(t *testing.T) {
	t.Parallel()
	text := documents(t)["../../README.md"]
	var table strings.Builder
	fmt.Fprintf(&table, "| cause | what is wrong | at best |\n| --- | --- | --- |\n")
	for _, c := range causes.All() {
		fmt.Fprintf(&table, "| [%s](docs/causes/%[1]s.md) | %s | %s |\n", c.ID, c.Title, c.Best)
	}
	text = between(t, text, "causes", table.String())
	var ids []string
	for _, id := range clients.IDs() {
		ids = append(ids, "`"+id+"`")
	}
	text = between(t, text, "clients", wrap(strings.Join(ids, " "), 100))
	golden.AssertString(t, "../../README.md", text)
}

// between puts a list in the place of the one between two comments of a document.
func between(t *testing.T, text, what, list string) string {
	t.Helper()
	begin, end := "<!-- "+what+": written by a test -->\n", "<!-- end -->\n"
	head, rest, ok := strings.Cut(text, begin)
	_, tail, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatalf("README.md has no list of %s", what)
	}
	return head + begin + list + end + tail
}

// wrap breaks a text into lines of at most so many bytes.
func wrap(text string, width int) string {
	var b strings.Builder
	n := 0
	for _, w := range strings.Fields(text) {
		switch {
		case n > 0 && n+1+len(w) > width:
			b.WriteString("\n")
			n = 0
		case n > 0:
			b.WriteString(" ")
			n++
		}
		b.WriteString(w)
		n += len(w)
	}
	return b.String() + "\n"
}

// TestTheREADMEStatesEveryExitStatus compares its table with the constants.
func TestTheREADMEStatesEveryExitStatus(t *testing.T) {
	t.Parallel()
	text := documents(t)["../../README.md"]
	for _, exit := range []int{exitFine, exitProblem, exitUsage, exitUnknown, exitFailed, exitInterrupted} {
		if !strings.Contains(text, fmt.Sprintf("\n| %d | ", exit)) {
			t.Errorf("README.md lacks exit status %d", exit)
		}
	}
}
