package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/parley-tls/parley/lab"
)

const folder = "../../../docs/causes"

func TestThePagesOfCausesAreUpToDate(t *testing.T) {
	t.Parallel()
	pages := Pages()
	for name, want := range pages {
		if got, err := os.ReadFile(filepath.Join(folder, name)); err != nil || string(got) != want {
			t.Errorf("docs/causes/%s is stale: run go generate ./causes", name)
		}
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if _, ok := pages[filepath.Base(f)]; !ok {
			t.Errorf("docs/causes/%s is of no cause: run go generate ./causes", filepath.Base(f))
		}
	}
}

func TestEveryLinkAndCommandOfAPageLeadsSomewhere(t *testing.T) {
	t.Parallel()
	pages := Pages()
	page := regexp.MustCompile(`\]\(([^)#]*\.md)\)`)
	tour := regexp.MustCompile("`parley tour ([a-z0-9.-]+)`")
	links, commands := 0, 0
	for name, text := range pages {
		for _, m := range page.FindAllStringSubmatch(text, -1) {
			links++
			if _, ok := pages[m[1]]; !ok {
				t.Errorf("%s leads to %s, which is not there", name, m[1])
			}
		}
		for _, m := range tour.FindAllStringSubmatch(text, -1) {
			commands++
			if _, err := lab.Get(m[1]); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		fromText := strings.Contains(text, "a check does not look for it yet")
		if name != "README.md" && !fromText && (!strings.Contains(text, "```\n") || !strings.Contains(text, "`parley tour ")) {
			t.Errorf("%s has no transcript, or no command", name)
		}
	}
	if links < 100 || commands < 50 {
		t.Errorf("saw %d links and %d commands", links, commands)
	}
}
