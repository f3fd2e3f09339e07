package main

import (
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/causes"
	"github.com/parley-tls/parley/explain"
	"github.com/parley-tls/parley/knowledge/errors"
	"github.com/parley-tls/parley/knowledge/weaknesses"
	"github.com/parley-tls/parley/report"
)

// explainFlags are the flags of parley explain.
type explainFlags struct {
	output
	list    bool
	product string
	at      string
	// check are the flags for the check of --at.
	check checkFlags
}

// forAt are the names of the flags that need --at.
var forAt = []string{"as", "sni", "connect", "starttls", "alpn", "ca"}

const explainExample = `  parley explain 'SSL alert number 70'         what an error text means
  parley explain -                             a log on standard input
  parley explain -- -9836                      a number
  parley explain 'alert 40' --at shop.example  and settle it by a check
  parley explain 70                            the page of an alert
  parley explain version.client-too-old        the page of a cause
  parley explain case.json                     a case that check -o saved`

func (a *app) explainCommand() *cobra.Command {
	var f explainFlags
	cmd := &cobra.Command{
		Use:     "explain TEXT|FILE|ALERT|CAUSE-ID|CASE.json|-",
		Short:   "what an error text, a log, an alert or a cause means",
		Example: explainExample,
		Long: `Reads an error text, wherever it is from: one line, a stack trace, a log, a
number, bytes in hexadecimal. Says what it says, who refused, which causes
remain, and which check tells them apart. Without an argument, or with -, it
reads standard input. Nothing leaves this machine, unless --at names a host.
Exit status: 0 recognised, 2 unreadable, 3 unknown text; with --at as of check.`,
		ValidArgsFunction: completeCauses,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := notEmpty(cmd.Flags()); err != nil {
				return err
			}
			if err := f.read(); err != nil {
				return err
			}
			return a.explain(cmd, args, &f)
		},
	}
	fs := cmd.Flags()
	fs.SortFlags = false
	fs.BoolVar(&f.list, "list", false, "list the causes and alerts that have a page")
	fs.StringVar(&f.product, "product", "", "the `name` of what printed the text")
	fs.StringVar(&f.at, "at", "", "check `HOST` as well, and settle it")
	fs.StringVar(&f.check.as, "as", "", "for --at: the client that fails, an `id` or hello:FILE")
	fs.StringVar(&f.check.sni, "sni", "", "for --at: the server `name` to ask for")
	fs.StringVar(&f.check.connect, "connect", "", "for --at: connect to `ADDR[:PORT]`")
	fs.StringVar(&f.check.startTLS, "starttls", "", "for --at: upgrade by `PROTO` first")
	fs.StringSliceVar(&f.check.alpn, "alpn", nil, "for --at: application `protocols` to offer")
	fs.StringArrayVar(&f.check.ca, "ca", nil, "for --at: trust the certificates of `FILE` too")
	fs.DurationVar(&f.check.timeout, "timeout", 6*time.Second, "for the check of --at")
	f.formatFlags(fs)
	f.screenFlags(fs)
	must(cmd.RegisterFlagCompletionFunc("as", completeClients))
	must(cmd.RegisterFlagCompletionFunc("starttls", cobra.FixedCompletions(startTLS, cobra.ShellCompDirectiveNoFileComp)))
	return cmd
}

// explain finds out what its words are, and explains it.
func (a *app) explain(cmd *cobra.Command, args []string, f *explainFlags) error {
	for _, name := range forAt {
		if cmd.Flags().Changed(name) && f.at == "" {
			return wrong("parley explain TEXT --at HOST", "--%s is for the check of --at", name)
		}
	}
	switch {
	case f.list:
		return a.listPages(args)
	case len(args) == 0 || len(args) == 1 && args[0] == "-":
		if a.dry {
			if len(args) == 0 {
				return missing()
			}
			return nil
		}
		return a.explainReader(cmd, a.stdin, f, len(args) == 0)
	case len(args) > 1:
		return a.explainString(cmd, strings.Join(args, " "), f)
	}
	word := args[0]
	id := parley.CauseID(word)
	if strings.HasSuffix(word, ".json") {
		return a.replay(word, &f.output)
	}
	if causes.Known(id) {
		return a.causePage(words(id), f)
	}
	if w, ok := weaknesses.Get(word); ok {
		return a.causePage(weaknessWords(w), f)
	}
	if n, ok := alertOf(word); ok && f.at == "" {
		return a.alertPage(n, f)
	}
	if info, err := os.Stat(word); err == nil && !a.dry {
		if info.IsDir() {
			return wrong("a file, or the text itself", "%s is a directory", word)
		}
		file, err := os.Open(word)
		if err != nil {
			return wrong("", "read the text: %w", err)
		}
		defer file.Close()
		return a.explainReader(cmd, file, f, false)
	}
	return a.explainString(cmd, word, f)
}

func missing() error {
	return wrong("parley explain 'SSL alert number 70', or a text on standard input", "the text to explain is missing")
}

// alertOf reads the number or the name of an alert: "70", "alert 40",
// "handshake_failure".
func alertOf(word string) (int, bool) {
	w := strings.ToLower(strings.TrimSpace(word))
	for _, p := range []string{"fatal", "alert", "number"} {
		w = strings.TrimSpace(strings.TrimPrefix(w, p))
	}
	n, err := strconv.Atoi(w)
	i := slices.IndexFunc(errors.Alerts, func(a errors.AlertName) bool {
		return err == nil && a.Number == n || strings.EqualFold(a.Name, strings.ReplaceAll(w, " ", "_"))
	})
	if i < 0 {
		return 0, false
	}
	return errors.Alerts[i].Number, true
}

// explainReader explains what can be read from r.
func (a *app) explainReader(cmd *cobra.Command, r io.Reader, f *explainFlags, maybe bool) error {
	text, err := explain.Read(r)
	if err != nil {
		return wrong("", "read the text: %w", err)
	}
	if text.Size == 0 && maybe {
		return missing()
	}
	return a.explainRead(cmd, text, f)
}

func (a *app) explainString(cmd *cobra.Command, s string, f *explainFlags) error {
	if n, err := strconv.Atoi(strings.TrimSpace(s)); err == nil && n > 0 && n <= 101 {
		s = fmt.Sprintf("curl: (%d)", n) // the exit status of curl
	}
	text := explain.ReadString(s)
	if ids := causeIDs(); idShape.MatchString(s) && !explain.Explain(text, explain.Options{}).Known {
		if ns := similar(s, ids); len(ns) > 0 {
			return wrong("similar: "+strings.Join(ns, ", "), "no cause %q is known", s)
		}
		family, _, _ := strings.Cut(s, ".")
		if ns := slices.DeleteFunc(ids, func(id string) bool { return !strings.HasPrefix(id, family+".") }); len(ns) > 0 {
			return wrong("of that family: "+strings.Join(ns, ", "), "no cause %q is known", s)
		}
	}
	if a.dry && !explain.Explain(text, explain.Options{}).Known {
		return unknownText(text, explain.Explain(text, explain.Options{}))
	}
	return a.explainRead(cmd, text, f)
}

// explainRead answers.
func (a *app) explainRead(cmd *cobra.Command, text *explain.Text, f *explainFlags) error {
	if a.dry {
		return nil
	}
	ans := explain.Explain(text, explain.Options{Product: f.product, Host: f.at})
	if f.at != "" {
		return a.settle(cmd.Context(), text, ans, f)
	}
	doc := textDocument(ans)
	if !ans.Known && !f.json {
		return unknownText(text, ans)
	}
	a.exit = doc.Exit
	if f.json {
		return report.ExplainTextJSON(a.stdout, doc)
	}
	return report.ExplainText(a.stdout, doc, a.screen(&f.output))
}

func textDocument(ans *explain.Answer) *report.Text {
	doc := &report.Text{Tool: version().Version, Answer: ans, Causes: map[parley.CauseID]report.Cause{}, Exit: exitFine}
	if !ans.Known {
		doc.Exit = exitUnknown
	}
	for _, c := range ans.Causes {
		doc.Causes[c.ID] = words(c.ID)
	}
	if ans.Fix != "" {
		w := doc.Causes[ans.Causes[0].ID]
		w.Intents = []parley.Intent{{Side: parley.ClientSide, Grade: parley.Best, Kind: w.Intents[0].Kind, Plain: ans.Fix}}
		doc.Causes[w.ID] = w
	}
	return doc
}

// unknownText says of a text that nothing of it is known.
func unknownText(text *explain.Text, ans *explain.Answer) error {
	first, _, _ := strings.Cut(strings.TrimSpace(strings.ToValidUTF8(text.Head, "?")), "\n")
	if r := []rune(first); len(r) > 60 {
		first = string(r[:60]) + "…"
	}
	err := fmt.Errorf("cannot tell what %q means: nothing of it is in the catalogue", first)
	if ans.Foreign {
		return &failure{exit: exitUnknown, err: fmt.Errorf("%q is %s", first, ans.ReadAs), hint: "ssh -v shows where it ends; parley reads messages of TLS"}
	}
	if ans.Hint != "" {
		return &failure{exit: exitUnknown, err: fmt.Errorf("cannot explain: this is %s", ans.ReadAs), hint: ans.Hint}
	}
	if first == "" || text.Binary {
		err = fmt.Errorf("cannot tell: read as %s", ans.ReadAs)
	}
	return &failure{exit: exitUnknown, err: err, hint: "to check an endpoint: parley check HOST"}
}

// causePage writes the page of a cause, or of a weakness.
func (a *app) causePage(c report.Cause, f *explainFlags) error {
	if a.dry {
		return nil
	}
	if f.json {
		return report.ExplainJSON(a.stdout, version().Version, c)
	}
	return report.Explain(a.stdout, c, a.screen(&f.output))
}

// alertPage writes the page of an alert.
func (a *app) alertPage(n int, f *explainFlags) error {
	if a.dry {
		return nil
	}
	ans := explain.OfAlert(n)
	if f.json {
		return report.ExplainTextJSON(a.stdout, textDocument(ans))
	}
	if f.plain {
		return report.ExplainText(a.stdout, textDocument(ans), a.screen(&f.output))
	}
	i := slices.IndexFunc(errors.Alerts, func(x errors.AlertName) bool { return x.Number == n })
	p := &report.AlertPage{Name: errors.Alerts[i], Meaning: errors.OfAlert(n), Tests: ans.Tests}
	for _, s := range errors.Stacks() {
		for _, e := range s.Entries {
			if e.Means == p.Meaning.ID && e.Text != "" && !strings.Contains(e.Text, "<") && len(p.Texts) < 8 {
				p.Texts = append(p.Texts, s.Name+": "+e.Text)
			}
		}
	}
	var seen []parley.CauseID
	for _, g := range slices.Concat(p.Meaning.Guesses, p.Meaning.AsClient, p.Meaning.AsServer) {
		if !slices.Contains(seen, g.Cause) {
			seen = append(seen, g.Cause)
			p.Causes = append(p.Causes, words(g.Cause))
		}
	}
	return report.ExplainAlert(a.stdout, p, a.screen(&f.output))
}

// listPages lists what has a page.
func (a *app) listPages(args []string) error {
	if len(args) > 0 {
		return wrong("parley explain --list", "--list takes no text")
	}
	if a.dry {
		return nil
	}
	var b strings.Builder
	for _, id := range causes.Vocabulary() {
		fmt.Fprintf(&b, "%-34s %s\n", id, words(id).Title)
	}
	for _, w := range weaknesses.All() {
		fmt.Fprintf(&b, "%-34s %s\n", w.ID, w.Title)
	}
	for _, x := range errors.Alerts {
		fmt.Fprintf(&b, "%-34s %s\n", fmt.Sprintf("alert %d", x.Number), x.Name)
	}
	_, err := io.WriteString(a.stdout, fold(b.String(), a.width(a.stdout), 35))
	return err
}

func causeIDs() []string {
	var ids []string
	for _, id := range causes.Vocabulary() {
		ids = append(ids, string(id))
	}
	return ids
}

func completeCauses(_ *cobra.Command, _ []string, prefix string) ([]string, cobra.ShellCompDirective) {
	var out []string
	for _, id := range causes.Vocabulary() {
		if strings.HasPrefix(string(id), prefix) {
			out = append(out, string(id)+"\t"+words(id).Title)
		}
	}
	for _, w := range weaknesses.All() {
		if strings.HasPrefix(w.ID, prefix) {
			out = append(out, w.ID+"\t"+w.Title)
		}
	}
	return out, cobra.ShellCompDirectiveDefault // a file is a text as well
}

var idShape = regexp.MustCompile(`^[a-z0-9]+[.-][a-z0-9.-]+$`)
