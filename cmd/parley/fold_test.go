package main

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/parley-tls/parley/lab"
)

// noWider fails t for every line of a text that has more than 80 columns.
func noWider(t *testing.T, what, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > 80 {
			t.Errorf("%s: %d columns, want at most 80: %s", what, n, line)
		}
	}
}

func TestNothingThatCommandsSayForPeopleIsWiderThan80Columns(t *testing.T) {
	t.Parallel()
	for _, line := range []string{
		"", "--help", "check --help", "scan --help", "verify --help", "explain --help", "lab --help", "tour --help", "version --help", "completion --help",
		"completion bash --help", "completion zsh --help", "completion fish --help", "completion powershell --help",
		"version", "lab", "verify --list", "explain --list",
		"check", "check a b", "chek shop.example", "check foo://bar", "scan foo://bar", "verify foo://bar", "check x --starttls foo", "scan x --starttls foo",
		"check x --as nonesuch", "check x --as jav7", "check x --format foo", "scan x --format foo", "scan x --depth foo", "scan x --fail-on foo",
		"scan x --gentle --fast", "verify x --policy intermediat", "verify x --min 1.4", "verify x --min 1.3 --max 1.2", "tour answer", "lab answer",
		"explain version.none", "explain the_quick_brown_fox_jumps_over_the_lazy_dog_and_runs_away_for_ever", "check x --proxy gopher://x",
		"check x --timeout soon", "check x --proxy=", "check x --key-of-nothing", "explain x --sni y", "scan -f a b",
	} {
		h := newHere()
		h.say(t.Context(), shellWords(line)...)
		text := h.out.String() + h.err.String()
		if text == "" {
			t.Errorf("parley %s says nothing", line)
		}
		noWider(t, "parley "+line, text)
	}
}

func TestTheAttemptsOfACheckAreNoWiderThan80Columns(t *testing.T) {
	t.Parallel()
	f, err := lab.Get("require-1.2-of-java")
	if err != nil {
		t.Fatal(err)
	}
	target, err := f.Start(t.Context(), shared)
	if err != nil {
		t.Fatal(err)
	}
	h := newHere()
	h.say(t.Context(), "check", target.Address, "--as", "java7", "--wire")
	if !strings.Contains(h.out.String(), "< ServerHello") {
		t.Fatalf("no attempt is shown:\n%s", h.out.String())
	}
	noWider(t, "check --wire", h.out.String())
}

func TestTextIsFoldedBetweenWords(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		n, indent  int
		text, want string
	}{
		{n: 10, text: "short", want: "short"},
		{n: 10, text: "one two three four", want: "one two\nthree four"},
		{n: 10, indent: 2, text: "one two three four", want: "one two\n  three\n  four"},
		{n: 10, indent: 2, text: "a-word-too-long b", want: "a-word-too-long\n  b"},
		{n: 10, indent: 3, text: "id    two three", want: "id    two\n   three"},
		{n: 10, indent: 3, text: "id two     three", want: "id two\n   three"},
		{n: 10, text: "one two three\n\nfour\n", want: "one two\nthree\n\nfour\n"},
		{n: 8, text: "één twée drie", want: "één twée\ndrie"},
	} {
		if got := fold(tt.text, tt.n, tt.indent); got != tt.want {
			t.Errorf("fold(%q, %d, %d): got %q, want %q", tt.text, tt.n, tt.indent, got, tt.want)
		}
	}
	long := "parley: hint: what stands in the way is the question of: parley check smtp://a.mail.server.example:587 --as java7"
	if got, want := foldMessage(long, 80), strings.Replace(long, "of: ", "of:\n  ", 1); got != want {
		t.Errorf("a command is broken: got %q, want %q", got, want)
	}
}

func TestACommandThatIsFoldedIsStillTheSameForAShell(t *testing.T) {
	t.Parallel()
	for _, line := range []string{
		"parley check a", "parley check shop.example --as java7 --ca /tmp/parley-lab-4029865090/ca.pem --client-cert me.pem --client-key 'my -key.pem'",
		`parley check shop.example --as 'hello:it'\''s --here/and -there.bin' --ca /tmp/parley-lab-4029865090/ca.pem --no-sni -4`,
	} {
		got := foldCommand(line, 60, 4)
		noWider(t, line, got)
		for part := range strings.SplitSeq(got, "\n") {
			if utf8.RuneCountInString(part) > 60 && strings.Count(part, " -") > 1 {
				t.Errorf("more than 60 columns: %s", part)
			}
		}
		if got, want := strings.Join(shellWords(got), "|"), strings.Join(shellWords(line), "|"); got != want {
			t.Errorf("a shell reads %q, want %q", got, want)
		}
	}
}
