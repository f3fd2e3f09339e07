package report

import (
	"cmp"
	"strings"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/pkix"
	"github.com/parley-tls/parley/transcript"
	"github.com/parley-tls/parley/wire"
)

// Fix is one way to end a cause, in the words of a software or, where none is
// known, of the cause.
type Fix struct {
	Side     parley.Side
	Grade    parley.Grade
	Intent   parley.IntentKind
	Software string // empty: not known
	Text     string // a setting or command of Software, else a sentence in the imperative
	Price    string
}

// Fixes resolves the intents of a finding into what the software in question
// says, best first. An intent that no software here expresses stays as the
// cause words it.
func (c *Check) Fixes(f parley.Finding) []Fix {
	return resolve(f.Intents, c.software())
}

func (c *Check) software() []Software {
	all := c.Software
	if c.Client != nil && len(c.Client.Knobs) > 0 {
		all = append([]Software{{Name: c.Client.Name, Side: parley.ClientSide, Knobs: c.Client.Knobs}}, all...)
	}
	return all
}

// Resolve says intents in the words of software, or in their own where none of it
// has a way, best first.
func Resolve(intents []parley.Intent, software []Software) []Fix { return resolve(intents, software) }

func resolve(intents []parley.Intent, software []Software) []Fix {
	var out []Fix
	for _, grade := range []parley.Grade{parley.Best, parley.Bridge, parley.Last, parley.GradeUnknown} {
		for _, in := range intents {
			for _, f := range resolveOne(in, software) {
				if f.Grade == grade {
					out = append(out, f)
				}
			}
		}
	}
	return out
}

// resolveOne lists the ways of one intent. A knob is never a better fix than
// the cause says the intent is.
func resolveOne(in parley.Intent, software []Software) []Fix {
	var out []Fix
	for _, s := range software {
		for _, k := range s.Knobs {
			if s.Side != in.Side || !k.Serves(in) {
				continue
			}
			price := in.Price
			if k.Price != "" {
				price = k.Price
			}
			out = append(out, Fix{
				Side: in.Side, Grade: max(k.Grade, in.Grade), Intent: in.Kind, Software: s.Name, Text: k.Text, Price: price,
			})
		}
	}
	if len(out) == 0 && in.Plain != "" {
		out = append(out, Fix{Side: in.Side, Grade: in.Grade, Intent: in.Kind, Text: in.Plain, Price: in.Price})
	}
	return out
}

// text is the fix with its price.
func (f Fix) text() string {
	if f.Price == "" {
		return f.Text
	}
	return f.Text + " (" + f.Price + ")"
}

// title is what a finding says is wrong, else its cause's title, the id where no
// words were handed in.
func (c *Check) title(f parley.Finding) string {
	return cmp.Or(f.Title, c.Causes[f.Cause].Title, string(f.Cause))
}

// willNotHelp are those of the finding, else of its cause.
func (c *Check) willNotHelp(f parley.Finding) []string {
	if len(f.WillNotHelp) > 0 {
		return f.WillNotHelp
	}
	return c.Causes[f.Cause].WillNotHelp
}

// Verify is the command that shows that a fix worked: the same question again.
func (c *Check) Verify() string {
	if c.Question != "" {
		return c.Question + c.upgraded()
	}
	t := c.Target
	parts := []string{"parley check", shellWord(t.Text)}
	if c.Client != nil && c.Client.ID != "" {
		parts = append(parts, "--as", shellWord(string(c.Client.ID)))
	}
	return strings.Join(parts, " ") + c.upgraded()
}

// upgraded is the flag with which the client is checked that was told to upgrade.
func (c *Check) upgraded() string {
	if len(c.Findings) == 0 || c.Target.StartTLS != "" {
		return ""
	}
	for _, in := range c.Findings[0].Intents {
		if in.Kind == parley.UseStartTLS && in.Text != "" {
			return " --starttls " + in.Text
		}
	}
	return ""
}

// shellWord quotes s where a shell would split or expand it.
func shellWord(s string) string {
	safe := s != ""
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte("-._/:@%+=,", c) >= 0:
		default:
			safe = false
		}
	}
	if safe {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// shown returns the attempt whose transcript the screen shows, and its latest
// answer; nothing if there is none.
func (c *Check) shown(f parley.Finding) (parley.Attempt, parley.Reply, bool) {
	if c.Evidence == nil {
		return parley.Attempt{}, parley.Reply{}, false
	}
	id := f.Shows
	if id == "" && f.Pair != nil {
		id = f.Pair.Fails
	}
	a, ok := c.Evidence.Attempts[id]
	if !ok {
		return parley.Attempt{}, parley.Reply{}, false
	}
	replies := c.Evidence.RepliesTo(id)
	if len(replies) == 0 {
		return a, parley.Reply{}, true
	}
	return a, replies[0], true
}

// words says in a clause how an attempt was answered.
func (c *Check) words(id parley.AttemptID) string {
	if c.Evidence == nil {
		return ""
	}
	a, ok := c.Evidence.Attempts[id]
	if !ok {
		return ""
	}
	replies := c.Evidence.RepliesTo(id)
	if len(replies) == 0 {
		return ""
	}
	return replies[0].AnswerTo(a).Words()
}

// pairRuns are what came of the two attempts of a pair, and how often: of the
// base, and of the variant. Mostly the base is what fails.
func (c *Check) pairRuns(p *parley.Pair) (unchanged, changed string) {
	fails, works := c.pairWords(p)
	unchanged, changed = runs(fails, p.FailsAs, p.Changed), runs(works, p.WorksAs, p.Changed)
	if c.Evidence != nil && c.Evidence.Attempts[p.Fails].Base == p.Works {
		return changed, unchanged
	}
	return unchanged, changed
}

// pairWords are what came of either attempt of a pair. Where both complete, it
// is the certificate that differs.
func (c *Check) pairWords(p *parley.Pair) (fails, works string) {
	fails, works = c.words(p.Fails), c.words(p.Works)
	if fails != works {
		return fails, works
	}
	a, b := c.leaf(p.Fails), c.leaf(p.Works)
	switch {
	case a == nil || b == nil:
	case !a.Issuer.Equal(b.Issuer):
		return "by " + a.Issuer.Short(), "by " + b.Issuer.Short()
	case !a.Subject.Equal(b.Subject):
		return "for " + a.Subject.Short(), "for " + b.Subject.Short()
	}
	return fails, works
}

// leaf is the first certificate that came in answer to an attempt; nil: none did,
// or it cannot be read.
func (c *Check) leaf(id parley.AttemptID) *pkix.Certificate {
	if c.Evidence == nil {
		return nil
	}
	for _, r := range c.Evidence.RepliesTo(id) {
		for _, ev := range r.Events {
			if m, ok := ev.Item.Message.(*wire.Certificate); ok && ev.From == parley.ServerSide && len(m.Raw) > 0 {
				leaf, _ := pkix.Read(m.Raw[0])
				return leaf
			}
		}
	}
	return nil
}

// changes writes a change set, and what the RFCs bring with it.
func changes(cs []parley.Change) string {
	text := transcript.Changes(cs)
	var brings []string
	for _, c := range cs {
		brings = append(brings, c.Brings...)
	}
	if len(brings) > 0 {
		text += " (with " + strings.Join(brings, ", ") + ")"
	}
	return text
}
