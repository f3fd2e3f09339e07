package target

import (
	"context"
	"fmt"
	"strings"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/probe"
)

// Guess finds out which upgrade comes before the hello where a person named
// neither a scheme nor a protocol: that which the port is in use for, if the
// server goes along with it, for which it is asked once. The guess stands in
// t.StartTLS then, and what it rests on in t.Guess.
func (q *Question) Guess(ctx context.Context, p *probe.Prober, t *parley.Target, s parley.Scope) {
	u, ok := parley.UpgradeOnPort(t.Port)
	if !ok || q.named() {
		return
	}
	a := parley.Whole(s, iana.TLS12)
	a.Prologue = []parley.Step{{Kind: parley.StepStartTLS, Text: u.Name}}
	r := p.Do(ctx, a.Identify())
	if r.End == parley.EndPrologue || r.Took == 0 { // the hello was not sent
		return
	}
	t.StartTLS, t.Guess = u.Name, fmt.Sprintf("port %d is in use for %s", t.Port, u.Title)
}

// GuessSpoken does the same from what a server said in clear to a hello.
func (q *Question) GuessSpoken(t *parley.Target, replies []parley.Reply) {
	if q.named() || t.StartTLS != "" {
		return
	}
	for _, r := range replies {
		if r.End != parley.EndPlaintext {
			continue
		}
		name, words := parley.IdentifyPlain(r.Plain)
		if u, ok := parley.UpgradeSpoken(name, t.Port); ok {
			t.StartTLS, t.Guess = u.Name, name+" answers: "+words
			return
		}
	}
}

// named says that the person said how TLS begins.
func (q *Question) named() bool { return q.StartTLS != "" || strings.Contains(q.Text, "://") }

// Guessed says what a guess rests on, and how to say otherwise; nothing if there
// was none.
func Guessed(t parley.Target) string {
	u, ok := parley.UpgradeNamed(t.StartTLS)
	if t.Guess == "" || !ok {
		return ""
	}
	return fmt.Sprintf("%s, so %s came first; for TLS from the first byte: tls://%s", t.Guess, u.Asks, t.Text)
}
