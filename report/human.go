package report

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/transcript"
)

// Human writes the answer for a person: one screen, or with Plain one fact a line.
func Human(w io.Writer, c *Check, o Options) error {
	if o.Plain {
		return plain(w, c, o)
	}
	s := screen{c: c, o: o, cols: o.width()}
	lines := s.lines()
	if o.Wire && c.Evidence != nil {
		lines = append(lines, "")
		lines = append(lines, strings.Split(strings.TrimRight(transcript.Fold(transcript.FromEvidence(c.Evidence).String(), s.cols), "\n"), "\n")...)
	}
	return writeLines(w, lines, o.Color)
}

func writeLines(w io.Writer, lines []string, color bool) error {
	var b strings.Builder
	for _, l := range lines {
		if color {
			l = paint(l)
		}
		b.WriteString(l + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Where things stand on a line.
const (
	labelCols  = 9  // "server   "
	nameCols   = 16 // "> ClientHello   "
	sideCols   = 8  // "client  "
	marginCols = 3  // kept free at the right, but in the first line
)

// limits bound the parts of a screen, in lines or entries.
type limits struct {
	title, cast, terms, because, fixes, fixLines, help, tell, symptoms, also, notes int
	tight                                                                           bool // no blank lines
}

// levels go from a roomy screen to the least that still answers.
var levels = []limits{
	{title: 3, cast: 8, terms: 4, because: 8, fixes: 6, fixLines: 4, help: 5, tell: 3, symptoms: 3, also: 4, notes: 3},
	{title: 2, cast: 4, terms: 3, because: 6, fixes: 5, fixLines: 4, help: 4, tell: 2, symptoms: 2, also: 3, notes: 2},
	{title: 2, cast: 3, terms: 3, because: 5, fixes: 4, fixLines: 4, help: 3, tell: 2, symptoms: 1, also: 2, notes: 1},
	{title: 2, cast: 3, terms: 2, because: 4, fixes: 3, fixLines: 3, help: 2, tell: 1, symptoms: 1, also: 1, notes: 1},
	{title: 2, cast: 2, terms: 2, because: 3, fixes: 2, fixLines: 3, help: 2, tell: 1, symptoms: 0, also: 1, notes: 0},
	{title: 2, cast: 2, terms: 1, because: 3, fixes: 2, fixLines: 2, help: 1, tell: 1, symptoms: 0, also: 1, notes: 0},
	{title: 2, cast: 2, terms: 1, because: 2, fixes: 2, fixLines: 2, help: 1, tell: 1, symptoms: 0, also: 1, notes: 0, tight: true},
}

var everything = limits{
	title: 999, cast: 999, terms: 999, because: 999, fixes: 999, fixLines: 999, help: 999, tell: 999,
	symptoms: 999, also: 999, notes: 999,
}

type screen struct {
	c    *Check
	o    Options
	cols int
	head string // in place of the verdict's word; empty: that
}

func (s *screen) clean(text string) string { return clean(text, s.o.Unicode) }

// lines are those of the roomiest screen that is short enough.
func (s *screen) lines() []string {
	if s.o.Verbose {
		return s.build(everything)
	}
	var out []string
	for _, l := range levels {
		out = s.build(l)
		if l.tight {
			out = slices.DeleteFunc(out, func(line string) bool { return line == "" })
		}
		if len(out) <= maxLines {
			return out
		}
	}
	return append(out[:maxLines-1], "  ...      more is shown with -v")
}

func (s *screen) build(l limits) []string {
	if len(s.c.Findings) == 0 {
		return s.noFinding(l)
	}
	out := s.finding(s.c.Findings[0], l, true)
	if s.o.Verbose {
		for _, f := range s.c.Findings[1:] {
			out = append(out, "")
			out = append(out, s.finding(f, l, false)...)
		}
		out = append(out, "")
		out = append(out, s.addresses()...)
		out = append(out, s.notes(l)...)
		return append(out, s.footer()...)
	}
	return append(out, s.also(l)...)
}

// word is what a screen begins with.
func (s *screen) word() string { return cmp.Or(s.head, verdictWord(s.c.Verdict)) }

// heading names the verdict and the cause, and the target at the right.
func (s *screen) heading(id parley.CauseID) []string {
	target := s.clean(s.target())
	label := fmt.Sprintf("%-*s", labelCols, s.word())
	if id == "" {
		return columns(0, label, target, "", s.cols)
	}
	return columns(0, label, s.clean(string(id)), target, s.cols)
}

// target is the endpoint, with the server name where it is another.
func (s *screen) target() string {
	t := s.c.Target
	if t.Host == "" {
		return t.Text
	}
	host := t.Host
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	out := host + ":" + strconv.Itoa(int(t.Port))
	if t.Name != "" && t.Name != t.Host {
		out += " (" + t.Name + ")"
	}
	if t.Transport != parley.TransportTCP {
		out += " over " + strings.ToUpper(t.Transport.String())
	}
	return out
}

// labelled writes a part: its label and its text, with what stands at the right.
func (s *screen) labelled(label, text, right string, most int) []string {
	label = fmt.Sprintf("%-*s", labelCols, label)
	lines := columns(2, label, s.clean(text), s.clean(right), s.cols-marginCols)
	return s.atMost(lines, most)
}

// named writes a cause in a line: its id and its title.
func (s *screen) named(label string, f parley.Finding, doubt string) []string {
	id, title := f.Cause, cmp.Or(f.Title, s.c.Causes[f.Cause].Title)
	if title == "" || len(id) > 40 {
		return s.labelled(label, string(id), "", 1)
	}
	label = fmt.Sprintf("%-*s%s  ", labelCols, label, s.clean(string(id)))
	return s.atMost(columns(2, label, s.clean(title)+doubt, "", s.cols-marginCols), 2)
}

func (s *screen) atMost(lines []string, n int) []string {
	if len(lines) <= n {
		return lines
	}
	out := capLines(lines, n, s.cols-marginCols)
	return out
}

// finding writes one cause in full.
func (s *screen) finding(f parley.Finding, l limits, first bool) []string {
	out := s.heading(f.Cause)
	out = append(out, capLines(wrap(s.clean(s.c.title(f)), s.cols), l.title, s.cols)...)
	if cast := s.cast(f, l); len(cast) > 0 {
		out = append(append(out, ""), cast...)
	}
	if terms := s.terms(f, l); len(terms) > 0 {
		out = append(append(out, ""), terms...)
	}
	out = append(out, "")
	out = append(out, s.because(f, l)...)
	out = append(out, s.fixes(f, l)...)
	out = append(out, s.telling(f, l, first)...)
	for i, sym := range f.Symptoms {
		if i < l.symptoms {
			out = append(out, s.named("symptom", sym, "")...)
		}
	}
	if first && s.c.Verdict == parley.VerdictProblem {
		out = append(out, s.labelled("verify", s.c.Verify(), "", 2)...)
	}
	return out
}

// cast is the failing attempt, and the pair that proves the finding.
func (s *screen) cast(f parley.Finding, l limits) []string {
	var out []string
	a, r, ok := s.c.shown(f)
	if ok {
		for i, line := range transcript.Sent(a, r) {
			right := ""
			if line.Name == "ClientHello" {
				right = s.sender(a)
			}
			if i < 2 || s.o.Verbose {
				out = append(out, s.line(line, right)...)
			}
		}
		out = s.atMost(out, max(1, l.cast-1))
		came := transcript.Came(r)
		if f.Phase == parley.PhaseClientCertificate {
			came = slices.DeleteFunc(came, ofTheServer)
		}
		var lines []string
		for _, line := range mostTelling(came, l.cast, r.End) {
			right := after(line.After)
			if line.Arrow == ">" {
				right = "" // when we spoke tells nothing
			}
			lines = append(lines, s.line(line, right)...)
		}
		out = append(out, s.atMost(lines, l.cast)...)
	}
	if f.Pair != nil {
		out = append(out, s.pair(f.Pair, l)...)
	}
	return out
}

// ofTheServer are the lines of a flight that say who the server is, and not what
// it wants of the client.
func ofTheServer(l transcript.Line) bool {
	return l.Arrow == "<" && (l.Name == "Certificate" || l.Name == "ServerKeyExchange" || l.Name == "ServerHelloDone")
}

// sender says whose hello it is.
func (s *screen) sender(a parley.Attempt) string {
	switch {
	case a.Role == parley.RoleBase && s.c.Client != nil && s.c.Client.ID != "":
		return "as " + string(s.c.Client.ID)
	case a.Name != "" && a.Name != "base":
		if a.Role == parley.RoleBase {
			return "as " + a.Name
		}
		return a.Name
	}
	return ""
}

func after(d time.Duration) string {
	d = d.Round(100 * time.Microsecond)
	switch {
	case d <= 0:
		return ""
	case d < 10*time.Millisecond:
		return "after " + strconv.FormatFloat(float64(d)/float64(time.Millisecond), 'f', -1, 64) + " ms"
	}
	return fmt.Sprintf("after %d ms", d.Milliseconds())
}

func (s *screen) line(l transcript.Line, right string) []string {
	label := strings.TrimLeft(l.Arrow+" "+l.Name, " ")
	if width(label) > nameCols-2 {
		label += "  "
	}
	label = fmt.Sprintf("%-*s", nameCols, s.clean(label))
	return columns(2, label, s.clean(l.Text), s.clean(right), s.cols-marginCols)
}

// pair writes what the change set does, and what happens without.
func (s *screen) pair(p *parley.Pair, l limits) []string {
	row := func(label, text, right string) []string {
		label = fmt.Sprintf("%-*s", nameCols, label)
		return s.atMost(columns(2, label, s.clean(text), s.clean(right), s.cols-marginCols), max(2, l.cast/2))
	}
	var out []string
	unchanged, changed := s.c.pairRuns(p)
	label := "changed"
	for i := range p.Changed {
		right := ""
		if i == len(p.Changed)-1 {
			right = changed
		}
		out = append(out, row(label, s.change(p.Changed[i]), right)...)
		label = ""
	}
	out = s.atMost(out, l.cast)
	out = append(out, row("unchanged", "", unchanged)...)
	if n := len(p.Without); n > 1 {
		out = append(out, row("less any one", "of the "+strconv.Itoa(n), "as unchanged")...)
	}
	return out
}

// change writes a change, of a long list the first with the number of the others.
func (s *screen) change(c parley.Change) string {
	if n := len(c.Values) - 1; n > 2 && !s.o.Verbose {
		c.Values = c.Values[:1]
		return fmt.Sprintf("%s and %d more", changes([]parley.Change{c}), n)
	}
	return changes([]parley.Change{c})
}

// runs reads "completes, 2 of 2". Between two client certificates the number
// of the alert makes the difference.
func runs(words string, as [2]int, changed []parley.Change) string {
	if parts := strings.Fields(words); len(parts) == 3 && parts[0] == "alert" {
		words = "refused"
		if byNumber(changed) {
			words = "alert " + parts[1]
		}
	}
	if as[1] == 0 {
		return words
	}
	count := fmt.Sprintf("%d of %d", as[0], as[1])
	if words == "" {
		return count
	}
	return words + ", " + count
}

// byNumber says of a change that either way is refused, so that the number of the
// alert makes the difference: of a client certificate, or of a pre-shared key.
func byNumber(changed []parley.Change) bool {
	if len(changed) == 0 {
		return false
	}
	c := changed[0]
	return c.Axis == parley.AxisClientCertificate || c.Axis == parley.AxisSession && c.Text == parley.AsRecorded.Text ||
		c.Axis == parley.AxisExtension && slices.Contains(c.Values, uint16(iana.ExtPreSharedKey))
}

// terms are the lines of what either side offers and accepts.
func (s *screen) terms(f parley.Finding, l limits) []string {
	var out []string
	axis := axisOf(f)
	groups := s.groups(axis)
	for i, g := range groups {
		if i == l.terms && len(groups) > l.terms {
			break
		}
		label := "server"
		if i > 0 {
			label = ""
		}
		out = append(out, s.labelled(label, g.text, g.where(len(s.c.Addresses), len(groups)), l.terms+1)...)
	}
	if text := s.c.clientTerms(axis); text != "" {
		out = append(out, s.labelled("client", text, "", l.terms)...)
	}
	if len(f.Members) > 0 {
		out = append(out, s.labelled("stops", s.c.stops(f), "", l.terms)...)
	}
	return out
}

// group is addresses with equal terms.
type group struct {
	text  string
	addrs []string
}

func (g group) where(of, groups int) string {
	switch {
	case of < 2:
		return ""
	case slices.Equal(g.addrs, []string{direct, byProxy}):
		return "either way"
	case groups > 1 && len(g.addrs) == 1:
		return g.addrs[0]
	}
	return fmt.Sprintf("%d of %d addresses", len(g.addrs), of)
}

// How one address was asked, where a proxy was asked too.
const (
	direct  = "directly"
	byProxy = "by proxy"
)

// place is where a scope's terms hold: its address or, where one address was
// asked directly and by proxy, the way.
func (s *screen) place(sc parley.Scope) string {
	ways := false
	for _, a := range s.c.Addresses {
		if a.Scope.Addr != sc.Addr {
			return strings.TrimSpace(sc.Addr.String() + " " + map[bool]string{true: byProxy}[sc.Via != ""])
		}
		ways = ways || a.Scope.Via != ""
	}
	switch {
	case sc.Via != "":
		return byProxy
	case ways:
		return direct
	}
	return sc.Addr.String()
}

// groups puts addresses together whose terms read alike, the largest first.
func (s *screen) groups(axis parley.Axis) []group {
	var out []group
	for i := range s.c.Addresses {
		a := &s.c.Addresses[i]
		text := serverTerms(&a.Server)
		if more := axisTerms(&a.Server, axis); more != "" {
			text += "; " + more
		}
		if more := authTerms(a.Server.Auth); more != "" && text != "" {
			text += "; " + more
		}
		if text == "" && a.Note != "" {
			text = a.Note
		}
		if text == "" {
			continue
		}
		at := slices.IndexFunc(out, func(g group) bool { return g.text == text })
		if at < 0 {
			out = append(out, group{text: text})
			at = len(out) - 1
		}
		out[at].addrs = append(out[at].addrs, s.place(a.Scope))
	}
	slices.SortStableFunc(out, func(a, b group) int { return len(b.addrs) - len(a.addrs) })
	return out
}

// because says how the finding is known.
func (s *screen) because(f parley.Finding, l limits) []string {
	var out []string
	if s.c.Verdict == parley.VerdictUnknown && s.c.Layer != parley.PhaseUnknown {
		out = append(out, s.labelled("layer", s.layer(), "", l.because)...)
	}
	var reasons []string
	for _, r := range f.Because {
		reasons = append(reasons, r.Text)
	}
	var last []string
	if len(f.NotExcluded) > 0 {
		last = []string{"Not excluded: " + causeList(f.NotExcluded) + "."}
	}
	return append(out, most(reasons, func(some []string) []string {
		return s.labelled(f.Certainty.String(), sentences(slices.Concat(some, last)), "", math.MaxInt)
	}, func(lines []string) []string { return s.atMost(lines, l.because) })...)
}

// most writes as many of the parts as there is room for, each of them whole; of
// the first what fits.
func most(parts []string, write, fit func([]string) []string) []string {
	for n := len(parts); n > 1; n-- {
		some := parts[:n]
		if n < len(parts) {
			some = append(slices.Clone(some), "...")
		}
		if lines := write(some); len(fit(lines)) == len(lines) {
			return lines
		}
	}
	return fit(write(parts[:min(1, len(parts))]))
}

// sentences puts texts behind one another, each with its full stop.
func sentences(texts []string) string {
	var b strings.Builder
	for i, t := range texts {
		t = strings.TrimSpace(t)
		if t == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(t)
		if i < len(texts)-1 && !strings.ContainsRune(".!?:", rune(t[len(t)-1])) {
			b.WriteByte('.')
		}
	}
	return b.String()
}

func (s *screen) layer() string {
	text := s.c.Layer.String()
	if s.c.Why != "" {
		text += ": " + s.c.Why
	}
	return text
}

func causeList(ids []parley.CauseID) string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = string(id)
	}
	return strings.Join(out, ", ")
}

// fixes are the block of what mends it, and of what does not.
func (s *screen) fixes(f parley.Finding, l limits) []string {
	var out []string
	label := fmt.Sprintf("%-*s", labelCols, "fix")
	for i, fix := range s.c.Fixes(f) {
		if i >= l.fixes {
			break
		}
		grade := fix.Grade.String()
		if fix.Grade == parley.GradeUnknown {
			grade = ""
		}
		full := fmt.Sprintf("%s%-*s%-*s", label, sideCols, sideWord(fix.Side), sideCols, grade)
		lines := columns(2, full, s.clean(fix.text()), "", s.cols-marginCols)
		if len(lines) > l.fixLines && fix.Price != "" {
			// A setting or command is of use only whole; its price is on the page of the cause.
			lines = columns(2, full, s.clean(fix.Text), "", s.cols-marginCols)
		}
		if i > 0 && len(lines) > l.fixLines {
			continue
		}
		out = append(out, s.atMost(lines, max(l.fixLines, 3))...)
		label = spaces(labelCols)
	}
	if help := s.c.willNotHelp(f); len(help) > 0 {
		full := label + fmt.Sprintf("%-*s", 2*sideCols, "will not help")
		out = append(out, most(help, func(some []string) []string {
			return columns(2, full, s.clean(strings.Join(some, "; ")), "", s.cols-marginCols)
		}, func(lines []string) []string { return s.atMost(lines, l.help) })...)
	}
	return out
}

func sideWord(side parley.Side) string {
	if side == parley.SideUnknown {
		return "either"
	}
	return side.String()
}

// telling are the commands that would tell more.
func (s *screen) telling(f parley.Finding, l limits, first bool) []string {
	commands := f.WouldTell
	if first {
		for _, t := range s.c.WouldTell {
			if !slices.Contains(commands, t) {
				commands = append(slices.Clone(commands), t)
			}
		}
	}
	var out []string
	label := "to tell"
	for i, t := range commands {
		if i < l.tell {
			out = append(out, s.labelled(label, t, "", 2)...)
			label = ""
		}
	}
	return out
}

// also lists the findings behind the first, and notes.
func (s *screen) also(l limits) []string {
	var out []string
	rest := s.c.Findings[min(1, len(s.c.Findings)):]
	for i, f := range rest {
		if i == l.also && len(rest) > l.also || i == l.also-1 && len(rest) > l.also {
			out = append(out, s.labelled("also", fmt.Sprintf("%d more, shown with -v", len(rest)-i), "", 1)...)
			break
		}
		doubt := ""
		if f.Certainty == parley.Inferred {
			doubt = " (inferred)"
		}
		out = append(out, s.named("also", f, doubt)...)
	}
	return append(out, s.notes(l)...)
}

func (s *screen) notes(l limits) []string {
	var out []string
	for i, n := range s.c.Notes {
		if i < l.notes {
			out = append(out, s.labelled("note", n, "", 2)...)
		}
	}
	return out
}
