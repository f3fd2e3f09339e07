package main

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/parley-tls/parley/explain"
	"github.com/parley-tls/parley/lab"
)

// need skips a test where clients are missing, but in CI.
func need(t *testing.T, names ...string) {
	t.Helper()
	for _, n := range names {
		switch {
		case slices.ContainsFunc(found(clients), func(c client) bool { return c.Name == n }):
		case os.Getenv("CI") == "true":
			t.Fatalf("%s is not installed; run internal/peers/install.sh", n)
		default:
			t.Skipf("SKIPPED: %s is not installed; run internal/peers/install.sh", n)
		}
	}
}

// TestClientsMeetFaultsAndTheirMessagesAreRead runs real clients.
func TestClientsMeetFaultsAndTheirMessagesAreRead(t *testing.T) {
	t.Parallel()
	names := []string{"curl", "openssl", "gnutls-cli"}
	need(t, names...)
	faults := []string{"answer-http", "omit-intermediate", "reset-every-hello"}
	want := map[string]string{
		"answer-http":       "plaintext.tls-to-plain-port",
		"omit-intermediate": "chain.incomplete",
		"reset-every-hello": "middlebox.reset",
	}
	for _, n := range names {
		for _, f := range faults {
			t.Run(n+" "+f, func(t *testing.T) {
				t.Parallel()
				var rows, notes bytes.Buffer
				if err := record(t.Context(), n, f, 1, &rows, &notes); err != nil {
					t.Fatal(err)
				}
				var r Row
				if err := json.Unmarshal(rows.Bytes(), &r); err != nil {
					t.Fatalf("%q: %v", rows.String(), err)
				}
				if r.Client != n || r.Fault != f || r.Exit == 0 || !strings.ContainsAny(r.Version, "0123456789") {
					t.Errorf("recorded %+v", r)
				}
				if strings.Contains(notes.String(), "not read: ") {
					t.Errorf("%s", notes.String())
				}
				a := explain.Explain(explain.ReadString(r.Message), explain.Options{})
				if !slices.ContainsFunc(a.Causes, func(c explain.Cause) bool { return string(c.ID) == want[f] }) {
					t.Errorf("%q is read as %q with %v, without %s", r.Message, a.Meaning, a.Causes, want[f])
				}
			})
		}
	}
}

func TestAMessageThatIsNotReadIsSaid(t *testing.T) {
	t.Parallel()
	f, err := lab.Get("answer-http")
	if err != nil {
		t.Fatal(err)
	}
	var tally Tally
	if !tally.Read(Row{Exit: 1, Message: "the moon is in the wrong phase"}, f) {
		t.Error("a message of nothing is taken for read")
	}
	if tally.Read(Row{Exit: 1, Message: "wrong version number"}, f) || tally.Read(Row{Exit: 0, Message: "fine"}, f) || tally.Read(Row{Exit: 1}, f) {
		t.Error("what is read, went well, or says nothing is not to be added")
	}
	if want := (Tally{Failed: 3, Silent: 1, Unread: 1, Listed: 1, Known: 2}); tally != want {
		t.Errorf("counted %+v, want %+v", tally, want)
	}
}

// TestEveryClientIsALineThatCanRun holds what the table must have.
func TestEveryClientIsALineThatCanRun(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, c := range clients {
		if seen[c.Name] {
			t.Errorf("%s is there twice", c.Name)
		}
		seen[c.Name] = true
		all := c.Command + c.Script
		if !strings.Contains(all, "$ADDR") && !strings.Contains(all, "$HERE") || c.Version == "" {
			t.Errorf("%s does not say where to connect, or how its version is asked", c.Name)
		}
		if !strings.Contains(all, "$CA") {
			t.Errorf("%s is not told what to trust", c.Name)
		}
		if (c.File == "") != (c.Content == "") {
			t.Errorf("%s has a file without content, or content without a file", c.Name)
		}
	}
}
