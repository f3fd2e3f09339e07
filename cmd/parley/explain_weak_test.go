package main

import (
	"strings"
	"testing"

	"github.com/parley-tls/parley/knowledge/weaknesses"
)

func TestEveryWeaknessHasAPage(t *testing.T) {
	t.Parallel()
	schema := compile(t, "explain")
	for _, w := range weaknesses.All() {
		for _, args := range [][]string{{}, {"--plain"}, {"--json"}} {
			h := newHere()
			if exit := h.say(t.Context(), append([]string{"explain", w.ID}, args...)...); exit != 0 {
				t.Fatalf("%s %v: exit %d: %s", w.ID, args, exit, h.err.String())
			}
			got := h.out.String()
			if len(args) > 0 && args[0] == "--json" {
				validate(t, schema, h.out.Bytes())
			}
			if !strings.Contains(got, w.ID) || !strings.Contains(got, w.References[0].Text) {
				t.Errorf("%s %v:\n%s", w.ID, args, got)
			}
		}
	}
	h := newHere()
	h.say(t.Context(), "explain", "--list")
	if !strings.Contains(h.out.String(), "\nweakness.sweet32 ") {
		t.Errorf("not listed:\n%s", h.out.String())
	}
}
