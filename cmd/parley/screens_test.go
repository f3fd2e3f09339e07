package main

import (
	"bytes"
	"context"
	"encoding/json"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/parley-tls/parley/casefile"
	"github.com/parley-tls/parley/check"
	"github.com/parley-tls/parley/internal/golden"
	"github.com/parley-tls/parley/lab"
	"github.com/parley-tls/parley/report"
)

// visited are all faults of the lab, diagnosed once.
var visited = sync.OnceValue(func() []*stop {
	faults := lab.All()
	stops := make([]*stop, len(faults))
	next := make(chan int)
	var wg sync.WaitGroup
	for range tourWidth {
		wg.Go(func() {
			for i := range next {
				newHere().visit(context.Background(), shared, stops[i])
			}
		})
	}
	for i, f := range faults {
		stops[i] = &stop{fault: f, done: make(chan struct{})}
		next <- i
	}
	close(next)
	wg.Wait()
	return stops
})

// eachFault runs f for every fault of the lab.
func eachFault(t *testing.T, f func(t *testing.T, s *stop)) {
	t.Helper()
	for _, s := range visited() {
		t.Run(s.fault.Name, func(t *testing.T) {
			if s.err != nil {
				t.Fatal(s.err)
			}
			f(t, s)
		})
	}
}

func TestEveryFaultIsDiagnosedAsWhatItIsAndAsNothingElse(t *testing.T) {
	t.Parallel()
	eachFault(t, func(t *testing.T, s *stop) {
		if s.wrong != "" {
			t.Error(s.wrong)
		}
	})
}

func TestNoCheckOpensMoreConnectionsThanItMay(t *testing.T) {
	t.Parallel()
	eachFault(t, func(t *testing.T, s *stop) {
		ways := 0
		for i := range s.doc.Addresses {
			ways = max(ways, i+1)
		}
		if most := check.Connections * max(ways, 1); s.doc.Connections > most {
			t.Errorf("%d connections, want at most %d", s.doc.Connections, most)
		}
		if s.peak > 4 {
			t.Errorf("%d connections at once, want at most 4", s.peak)
		}
	})
}

func TestEveryFaultHasItsScreen(t *testing.T) {
	t.Parallel()
	eachFault(t, func(t *testing.T, s *stop) {
		var b bytes.Buffer
		if err := report.Human(&b, frozen(s.doc), report.Options{Width: 80, Unicode: true}); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
		if len(lines) > 25 {
			t.Errorf("%d lines, want at most 25", len(lines))
		}
		for _, l := range lines {
			if n := utf8.RuneCountInString(l); n > 80 {
				t.Errorf("%d columns, want at most 80: %s", n, l)
			}
		}
		screen := steady(b.String())
		if slices.Contains(turns, s.fault.Name) {
			screen = connections.ReplaceAllString(screen, "N connections")
		}
		golden.AssertString(t, filepath.Join("testdata/screens", s.fault.Name+".txt"), screen)
	})
}

// turns are the faults at which it depends on chance which of several hellos
// comes first, and how much is asked for that.
var turns = []string{"drip-bytes", "limit-connections", "remember-suspects", "take-turns"}

var connections = regexp.MustCompile(`\d+ connections`)

// frozen is a document in which everything took the same time, so that its
// lines break alike each time.
func frozen(c *report.Check) *report.Check {
	out, e := *c, *c.Evidence
	out.Evidence, out.Elapsed = &e, 300*time.Millisecond
	e.Replies = slices.Clone(e.Replies)
	for i := range e.Replies {
		r := &e.Replies[i]
		r.Took, r.Events = 12*time.Millisecond, slices.Clone(r.Events)
		for j := range r.Events {
			r.Events[j].After = 12 * time.Millisecond
		}
	}
	return &out
}

func TestTheDocumentOfEveryFaultKeepsItsContract(t *testing.T) {
	t.Parallel()
	schema := compile(t, "check")
	eachFault(t, func(t *testing.T, s *stop) {
		var b bytes.Buffer
		if err := report.JSON(&b, s.doc); err != nil {
			t.Fatal(err)
		}
		validate(t, schema, b.Bytes())
	})
}

func compile(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	schema, err := jsonschema.NewCompiler().Compile("../../docs/schema/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func validate(t *testing.T, schema *jsonschema.Schema, doc []byte) {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(doc))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(v); err != nil {
		t.Errorf("%v", err)
	}
}

func TestASavedCaseReplaysToTheSameAnswer(t *testing.T) {
	t.Parallel()
	eachFault(t, func(t *testing.T, s *stop) {
		data, err := casefile.Encode(caseOf(s.doc))
		if err != nil {
			t.Fatal(err)
		}
		c, err := casefile.Decode(data)
		if err != nil {
			t.Fatal(err)
		}
		again := newHere().document(answerOf(c), c.Question)
		if diff := cmp.Diff(documentOf(t, s.doc), documentOf(t, again)); diff != "" {
			t.Errorf("the replay differs (-check +replay):\n%s", diff)
		}
	})
}

func documentOf(t *testing.T, c *report.Check) any {
	t.Helper()
	var b bytes.Buffer
	if err := report.JSON(&b, c); err != nil {
		t.Fatal(err)
	}
	var v any
	if err := json.Unmarshal(b.Bytes(), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestTheTourSaysWhatDiffersFromTheFault(t *testing.T) {
	t.Parallel()
	for _, s := range visited() {
		if s.fault.Name != "answer-http" || s.err != nil {
			continue
		}
		w := s.fault.Want
		w.Cause = "plaintext.starttls-required"
		got, want := judge(w, s.doc), "want plaintext.starttls-required, "
		if !strings.HasPrefix(got, want) {
			t.Errorf("got %q, want it to begin with %q", got, want)
		}
	}
}

func TestTheDocumentsOfTourAndExplainKeepTheirContracts(t *testing.T) {
	t.Parallel()
	for name, args := range map[string][]string{
		"tour": {"tour", "answer-http", "serve-today", "--json"}, "explain": {"explain", "version.client-pinned", "--json"},
	} {
		h := newHere()
		if exit := h.say(t.Context(), args...); exit != exitFine {
			t.Errorf("%s: exit %d, %s", name, exit, h.err.String())
		}
		validate(t, compile(t, name), h.out.Bytes())
	}
}
