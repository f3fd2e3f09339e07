package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/parley-tls/parley/causes"
	"github.com/parley-tls/parley/knowledge/errors"
	"github.com/parley-tls/parley/lab"
	"github.com/parley-tls/parley/report"
)

var command = regexp.MustCompile(`(?m)(?:^|[: ])(parley [a-z].*)$`)

// commandsIn lists the commands of parley that a text suggests. On a screen
// they end the line, or two spaces stand before what explains them.
func commandsIn(text string) []string {
	var out []string
	for _, m := range command.FindAllStringSubmatch(text, -1) {
		if strings.HasPrefix(m[0], " ") && strings.Contains(m[1], "[flags]") {
			continue // the line of a help that says how it is used
		}
		line, _, _ := strings.Cut(m[1], "  ")
		out = append(out, strings.TrimSpace(line))
	}
	return out
}

// shellWords splits a command line as a shell does, as far as parley quotes.
func shellWords(line string) []string {
	var words []string
	var w strings.Builder
	quoted, open := false, false
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '\'':
			quoted, open = !quoted, true
		case c == '\\' && !quoted && strings.HasPrefix(line[i+1:], "\n"):
			i++
		case c == '\\' && !quoted && i+1 < len(line):
			i++
			w.WriteByte(line[i])
		case c == ' ' && !quoted:
			if open {
				words = append(words, w.String())
			}
			w.Reset()
			open = false
		default:
			w.WriteByte(c)
			open = true
		}
	}
	if open {
		words = append(words, w.String())
	}
	return words
}

// parses fails t if parley does not take a command line. Nothing is run.
func parses(t *testing.T, line string) {
	t.Helper()
	h := newHere()
	h.dry = true
	words := shellWords(line)
	if exit := h.say(t.Context(), words[1:]...); exit != exitFine {
		t.Errorf("%s: exit %d, %s", line, exit, h.err.String())
	}
}

func TestWhatIsNoCommandIsSeenAsNone(t *testing.T) {
	t.Parallel()
	for _, line := range []string{
		"parley chek shop.example", "parley check", "parley check a b", "parley check shop.example --as java77",
		"parley check shop.example --insecure", "parley explain no.such-cause", "parley lab no-such-fault", "parley tour x",
	} {
		h := newHere()
		h.dry = true
		if exit := h.say(t.Context(), shellWords(line)[1:]...); exit == exitFine {
			t.Errorf("%s is taken for a command", line)
		}
	}
	got := strings.Join(commandsIn("verify: parley check 'a b'\n  parley tour   all\nparley: hint: similar: x\nan answer of parley\n"), "|")
	if want := "parley check 'a b'|parley tour"; got != want {
		t.Errorf("commandsIn: got %q, want %q", got, want)
	}
	if got, want := strings.Join(shellWords(`parley check 'a b' 'it'\''s'`), "|"), `parley|check|a b|it's`; got != want {
		t.Errorf("shellWords: got %q, want %q", got, want)
	}
}

func TestEveryCommandOfAnAnswerParses(t *testing.T) {
	t.Parallel()
	eachFault(t, func(t *testing.T, s *stop) {
		var b bytes.Buffer
		// With one fact a line no command is broken.
		if err := report.Human(&b, s.doc, report.Options{Plain: true}); err != nil {
			t.Fatal(err)
		}
		lines := commandsIn(b.String())
		if len(lines) == 0 && s.doc.Exit == exitProblem {
			t.Errorf("a problem, and nothing to verify it with:\n%s", b.String())
		}
		for _, line := range lines {
			parses(t, line)
		}
	})
}

func TestEveryCommandOfAPageParses(t *testing.T) {
	t.Parallel()
	for _, c := range causes.All() {
		h := newHere()
		if exit := h.say(context.Background(), "explain", string(c.ID)); exit != exitFine {
			t.Errorf("explain %s: exit %d, %s", c.ID, exit, h.err.String())
		}
		for _, line := range commandsIn(h.out.String()) {
			parses(t, line)
		}
		for _, in := range c.Fixes {
			for _, line := range commandsIn(in.Plain) {
				parses(t, line)
			}
		}
	}
}

func TestEveryCauseAndEveryAlertHasAPageWhoseCommandsParse(t *testing.T) {
	t.Parallel()
	var pages []string
	for _, id := range causes.Vocabulary() {
		pages = append(pages, string(id))
	}
	for _, a := range errors.Alerts {
		pages = append(pages, strconv.Itoa(a.Number), "alert "+a.Name)
	}
	for _, page := range pages {
		for _, form := range []string{"--plain", "--json", "--color=never"} {
			h := newHere()
			if exit := h.say(t.Context(), "explain", page, form); exit != exitFine {
				t.Errorf("explain %s %s: exit %d, %s", page, form, exit, h.err.String())
			}
			if form == "--json" {
				continue
			}
			for _, line := range commandsIn(h.out.String()) {
				parses(t, line)
			}
			for line := range strings.Lines(h.out.String()) {
				if form != "--plain" && utf8.RuneCountInString(strings.TrimRight(line, "\n")) > 80 {
					t.Errorf("explain %s: %q is wider than 80 columns", page, line)
				}
			}
		}
	}
}

func TestEveryCommandThatTheCatalogueSuggestsParses(t *testing.T) {
	t.Parallel()
	for _, id := range causes.Vocabulary() {
		w, ok := errors.WordsOf(id)
		if !ok || w.Test == "" || w.Title == "" || len(w.Title) > 60 {
			t.Errorf("%s: the catalogue says %+v", id, w)
			continue
		}
		parses(t, w.Test)
	}
}

func TestEveryCommandOfHelpAndErrorsParses(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/script/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	seen := 0
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range txtar.Parse(b).Files {
			for _, line := range commandsIn(strings.ReplaceAll(string(f.Data), "PORT", "1000")) {
				seen++
				parses(t, line)
			}
		}
	}
	if seen < 20 {
		t.Errorf("%d commands, want 20 and more", seen)
	}
}

func TestTheCommandThatALabSuggestsParses(t *testing.T) {
	t.Parallel()
	for _, f := range lab.All() {
		target, err := f.Start(t.Context(), shared)
		if err != nil {
			t.Fatal(err)
		}
		flags, address := faultFlags(f, target)
		parses(t, flags.question(address))
		parses(t, "parley lab "+f.Name)
		parses(t, "parley tour "+f.Name)
	}
}
