package main

import (
	"strings"
	"testing"
)

func TestTheJSONOfAScanThatIsJudgedKeepsTheContract(t *testing.T) {
	t.Parallel()
	schema := compile(t, "scan")
	for _, tt := range []struct {
		fault string
		args  []string
		exit  int
		want  string
	}{
		{"serve-today", []string{"--depth", "full"}, exitFine, `"findings_unknown": []`},
		{"accept-only-1.0", []string{"--fail-on", "medium"}, exitProblem, `"weakness.no-current-version"`},
		{"accept-only-ssl3", []string{"--policy", "pci", "--policy", "modern"}, exitProblem, `"name": "pci-dss-4.0.1"`},
		{"send-expired-certificate", []string{"--fail-on", "high"}, exitProblem, `"the leaf ended on`},
		{"send-expired-certificate", nil, exitFine, `"the leaf ended on`},
		{"serve-dhe", []string{"--depth", "versions", "--fail-on", "high"}, exitUnknown, `"verdict": "unknown"`},
	} {
		h := newHere()
		at := begin(t, tt.fault).Address
		if exit := h.say(t.Context(), append([]string{"scan", at, "--json"}, tt.args...)...); exit != tt.exit {
			t.Errorf("%s: exit %d, want %d: %s", tt.fault, exit, tt.exit, h.err.String())
		}
		validate(t, schema, h.out.Bytes())
		if !strings.Contains(h.out.String(), tt.want) {
			t.Errorf("%s: no %s in\n%s", tt.fault, tt.want, h.out.String())
		}
	}
}

// Every format that people read begins with the word of the screen, and says which
// condition failed.
func TestEveryFormatSaysWhatTheScreenSays(t *testing.T) {
	t.Parallel()
	at := begin(t, "accept-only-ssl3").Address
	for _, tt := range []struct{ args, want string }{
		{"", "weak"}, {"--format md", "## weak: "}, {"--format html", `<h1 class="weak">weak: `}, {"--plain", "verdict: ok\n"}, {"--json", `"verdict": "ok"`},
		{"--fail-on high", "--fail-on high: not met, "}, {"--fail-on high --format md", "--fail-on high: not met, "},
		{"--fail-on high --plain", "fail-on: high: not met, "}, {"--fail-on high --json", `"--fail-on high: not met, `},
	} {
		h := newHere()
		h.say(t.Context(), append([]string{"scan", at}, strings.Fields(tt.args)...)...)
		if !strings.Contains(h.out.String(), tt.want) {
			t.Errorf("%q: no %q in\n%s", tt.args, tt.want, h.out.String())
		}
	}
}

// What clients refuse of a certificate is a row of the other formats too.
func TestACertificateThatClientsRefuseIsARow(t *testing.T) {
	t.Parallel()
	at := begin(t, "send-expired-certificate").Address
	h := newHere()
	if exit := h.say(t.Context(), "scan", at, "--format", "csv", "--fail-on", "high"); exit != exitProblem {
		t.Errorf("exit %d", exit)
	}
	if want := "certificate.fault"; !strings.Contains(h.out.String(), want) {
		t.Errorf("no %s in\n%s", want, h.out.String())
	}
}

// TestTheCommandThatAsksAgainIsWhatWasAsked holds the line that SARIF and the others
// name against the flags.
func TestTheCommandThatAsksAgainIsWhatWasAsked(t *testing.T) {
	t.Parallel()
	at := begin(t, "serve-today").Address
	h := newHere()
	h.say(t.Context(), "scan", at, "--format", "md", "--policy", "pci", "--policy", "modern", "--fail-on", "high", "--gentle", "--timeout", "30s")
	want := "    parley scan " + at + " --policy pci --policy modern --fail-on high --gentle --timeout 30s\n"
	if !strings.Contains(strings.ReplaceAll(h.out.String(), `\`, ""), want) {
		t.Errorf("no %q in\n%s", want, h.out.String())
	}
}
