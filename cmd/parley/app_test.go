package main

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/check"
	"github.com/parley-tls/parley/lab"
	"github.com/parley-tls/parley/probe"
	"github.com/parley-tls/parley/target"
	"github.com/parley-tls/parley/trust"
)

// begin starts a fault for as long as the test runs.
func begin(t *testing.T, name string) lab.Target {
	t.Helper()
	f, err := lab.Get(name)
	if err != nil {
		t.Fatal(err)
	}
	target, err := f.Start(t.Context(), shared)
	if err != nil {
		t.Fatal(err)
	}
	return target
}

// interrupter interrupts when the fifth connection is opened.
type interrupter struct {
	probe.Dialer
	interrupt context.CancelFunc
	dialled   atomic.Int32
}

func (d *interrupter) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	if d.dialled.Add(1) == 5 {
		d.interrupt()
	}
	return d.Dialer.DialContext(ctx, network, address)
}

func TestAnInterruptedCheckSaysWhatIsKnownByThen(t *testing.T) {
	t.Parallel()
	target := begin(t, "accept-only-1.0")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	h := newHere()
	h.dialer = &interrupter{Dialer: loopbackDialer{}, interrupt: cancel}
	if exit := h.say(ctx, "check", target.Address); exit != exitInterrupted {
		t.Errorf("exit %d, want %d", exit, exitInterrupted)
	}
	if out := h.out.String(); !strings.Contains(out, target.Address) || !strings.Contains(out, "interrupted: this is what was known by then") {
		t.Errorf("got\n%s\nwant the answer so far, and that it was interrupted", out)
	}
}

func TestADocumentIsValidWhateverHappened(t *testing.T) {
	t.Parallel()
	schema := compile(t, "check")
	slow, target := begin(t, "never-answer").Address, begin(t, "serve-today")
	fine := target.Address
	for name, tt := range map[string]struct {
		args      []string
		interrupt int32 // at this connection; 0: not
		exit      int
	}{
		"interrupted before an answer": {args: []string{slow}, interrupt: 1, exit: exitInterrupted},
		"interrupted in the midst":     {args: []string{fine}, interrupt: 5, exit: exitInterrupted},
		"no time":                      {args: []string{slow, "--timeout", "1ns"}, exit: exitUnknown},
		"no such port":                 {args: []string{"127.0.0.1:1"}, exit: exitUnknown},
		"an address without a host":    {args: []string{"[::1%nowhere]:1"}, exit: exitUnknown},
		"a proxy that is not there":    {args: []string{fine, "--proxy", "socks5://127.0.0.1:1"}, exit: exitUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			h := newHere()
			h.dialer, h.roots = loopbackDialer{}, trusting(target)
			if tt.interrupt > 0 {
				d := &interrupter{Dialer: loopbackDialer{}, interrupt: cancel}
				d.dialled.Store(5 - tt.interrupt)
				h.dialer = d
			}
			if exit := h.say(ctx, append([]string{"check", "--json"}, tt.args...)...); exit != tt.exit {
				t.Errorf("exit %d, want %d: %s", exit, tt.exit, h.err.String())
			}
			validate(t, schema, h.out.Bytes())
		})
	}
}

// trusting is a machine whose store has the root of a target.
func trusting(t lab.Target) func() (parley.Store, error) {
	return func() (parley.Store, error) {
		roots, err := trust.Certificates([]byte(t.CA))
		return parley.Store{Name: "system", Roots: roots}, err
	}
}

func TestALoopbackAddressThatRefusesIsANote(t *testing.T) {
	t.Parallel()
	target := begin(t, "serve-today")
	at := netip.MustParseAddrPort(target.Address)
	h := newHere()
	h.dialer, h.roots = loopbackDialer{}, trusting(target)
	o, err := h.options(at.String(), &checkFlags{output: output{format: "human", color: "auto"}, proxy: "none", timeout: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	o.Addrs = []netip.Addr{netip.MustParseAddr("127.0.0.3"), at.Addr()}
	ans, err := check.Run(t.Context(), *o)
	if err != nil {
		t.Fatal(err)
	}
	doc := h.document(ans, "")
	if want := "nothing listens at 127.0.0.3:" + strconv.Itoa(int(at.Port())) + ": clients fall back from it to the other address"; doc.Exit != exitFine || len(doc.Notes) != 1 || doc.Notes[0] != want {
		t.Errorf("exit %d, notes %q; want 0 and %q", doc.Exit, doc.Notes, want)
	}
	if len(doc.Connects) != len(o.Panel) {
		t.Errorf("%v connect, want the %d of the panel", doc.Connects, len(o.Panel))
	}
}

func TestAnInterruptedTourEndsWithTheTable(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	h := newHere()
	if exit := h.say(ctx, "tour", "answer-http"); exit != exitInterrupted {
		t.Errorf("exit %d, want %d", exit, exitInterrupted)
	}
	if out := h.out.String(); !strings.Contains(out, "0 faults") {
		t.Errorf("got\n%s\nwant a table without faults", out)
	}
}

func TestAPanicIsAnErrorOfParleyAndSaysWhereToReportIt(t *testing.T) {
	t.Parallel()
	h := newHere()
	h.getenv = func(string) string { panic("no environment") }
	if exit := h.say(t.Context(), "check", "127.0.0.1:1"); exit != exitFailed {
		t.Errorf("exit %d, want %d", exit, exitFailed)
	}
	got := h.err.String()
	if !strings.HasPrefix(got, "parley: error: no environment\n") || !strings.HasSuffix(got, "report it at "+issues+"\n") {
		t.Errorf("got\n%s", got)
	}
}

// absent is a dialer whose connections cannot be used: to read from one panics.
type absent struct{}

func (absent) DialContext(context.Context, string, string) (net.Conn, error) {
	return nil, (*net.OpError)(nil)
}

func TestAPanicInTheMidstOfACheckIsAnErrorOfParleyToo(t *testing.T) {
	t.Parallel()
	h := newHere()
	h.dialer = absent{}
	if exit := h.say(t.Context(), "check", "127.0.0.1:1"); exit != exitFailed {
		t.Errorf("exit %d, want %d", exit, exitFailed)
	}
}

// broken is an output that takes nothing.
type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestAnAnswerThatCannotBeWrittenIsAFailure(t *testing.T) {
	t.Parallel()
	target := begin(t, "answer-http")
	h := newHere()
	h.stdout = broken{}
	if exit := h.say(t.Context(), "check", target.Address); exit != exitFailed {
		t.Errorf("exit %d, want %d", exit, exitFailed)
	}
	if got, want := h.err.String(), "parley: error: write the answer: "; !strings.HasPrefix(got, want) {
		t.Errorf("got %q, want it to begin with %q", got, want)
	}
	if strings.Contains(h.err.String(), issues) {
		t.Errorf("a full disk is taken for a bug: %s", h.err.String())
	}
}

func TestAFaultOfTheLabRunsUntilInterruptedAndItsCheckFindsIt(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r, w := io.Pipe()
	h := newHere()
	h.stdout = w
	ended := make(chan int)
	go func() {
		ended <- h.say(ctx, "lab", "accept-only-1.3") // whose client is a file
		w.Close()
	}()
	try := ""
	for lines := bufio.NewScanner(r); try == "" && lines.Scan(); {
		if line, ok := strings.CutPrefix(lines.Text(), "  try      "); ok {
			for try = line; strings.HasSuffix(try, "\\") && lines.Scan(); {
				try += "\n" + lines.Text()
			}
		}
	}
	go io.Copy(io.Discard, r)
	second := newHere()
	if exit := second.say(t.Context(), shellWords(try)[1:]...); exit != exitProblem {
		t.Errorf("%s: exit %d, want %d: %s", try, exit, exitProblem, second.err.String())
	}
	if out := second.out.String(); !strings.Contains(out, "version.server-tls13-only") {
		t.Errorf("%s: got\n%s", try, out)
	}
	cancel()
	if exit := <-ended; exit != exitInterrupted {
		t.Errorf("exit %d, want %d", exit, exitInterrupted)
	}
}

func TestColourFollowsTheFlagThenTheEnvironmentThenTheTerminal(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		flags    output
		env      map[string]string
		terminal bool
		want     bool
	}{
		{name: "a pipe", flags: output{color: "auto"}},
		{name: "a terminal", flags: output{color: "auto"}, terminal: true, want: true},
		{name: "a dumb terminal", flags: output{color: "auto"}, terminal: true, env: map[string]string{"TERM": "dumb"}},
		{name: "NO_COLOR", flags: output{color: "auto"}, terminal: true, env: map[string]string{"NO_COLOR": "1"}},
		{name: "NO_COLOR that is empty", flags: output{color: "auto"}, terminal: true, env: map[string]string{"NO_COLOR": ""}, want: true},
		{name: "CLICOLOR_FORCE", flags: output{color: "auto"}, env: map[string]string{"CLICOLOR_FORCE": "1"}, want: true},
		{name: "CLICOLOR_FORCE that is 0", flags: output{color: "auto"}, env: map[string]string{"CLICOLOR_FORCE": "0"}},
		{name: "both", flags: output{color: "auto"}, env: map[string]string{"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}},
		{name: "always", flags: output{color: "always"}, env: map[string]string{"NO_COLOR": "1"}, want: true},
		{name: "never", flags: output{color: "never"}, terminal: true},
		{name: "plain", flags: output{color: "always", plain: true}, terminal: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := newHere()
			h.env = tt.env
			if tt.terminal {
				h.columns = func(io.Writer) int { return 120 }
			}
			if got := h.screen(&tt.flags).Color; got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestAScreenIsAsWideAsTheTerminalAndNoWiderThan80(t *testing.T) {
	t.Parallel()
	for columns, want := range map[int]int{0: 80, 60: 60, 80: 80, 200: 80} {
		h := newHere()
		h.columns = func(io.Writer) int { return columns }
		if got := h.screen(&output{color: "auto"}).Width; got != want {
			t.Errorf("%d columns: width %d, want %d", columns, got, want)
		}
	}
}

func TestProxiesComeFromTheFlagOrTheEnvironment(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, flag, target string
		env                map[string]string
		want               string // the ways, joined by spaces; "" is directly only
	}{
		{name: "nothing set", flag: "env", target: "shop.example"},
		{name: "HTTPS_PROXY", flag: "env", target: "shop.example", env: map[string]string{"HTTPS_PROXY": "http://p.example:3128"}, want: " http://p.example:3128"},
		{name: "in lower case", flag: "env", target: "shop.example", env: map[string]string{"https_proxy": "http://p.example:3128"}, want: " http://p.example:3128"},
		{name: "ALL_PROXY", flag: "env", target: "shop.example", env: map[string]string{"ALL_PROXY": "socks5://p.example"}, want: " socks5://p.example"},
		{name: "without a scheme", flag: "env", target: "shop.example", env: map[string]string{"HTTPS_PROXY": "p.example:3128"}, want: " http://p.example:3128"},
		{name: "NO_PROXY", flag: "env", target: "shop.example", env: map[string]string{"HTTPS_PROXY": "http://p.example:3128", "NO_PROXY": ".example"}},
		{name: "NO_PROXY of another port", flag: "env", target: "shop.example:8443", env: map[string]string{"HTTPS_PROXY": "http://p.example:3128", "no_proxy": "shop.example:443"}, want: " http://p.example:3128"},
		{name: "loopback", flag: "env", target: "127.0.0.1:8443", env: map[string]string{"HTTPS_PROXY": "http://p.example:3128"}},
		{name: "none", flag: "none", target: "shop.example", env: map[string]string{"HTTPS_PROXY": "http://p.example:3128"}},
		{name: "the flag first", flag: "https://q.example", target: "127.0.0.1:8443", env: map[string]string{"HTTPS_PROXY": "http://p.example:3128"}, want: " https://q.example"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := newHere()
			h.env = tt.env
			read, err := target.Read(tt.target)
			if err != nil {
				t.Fatal(err)
			}
			ways, err := h.proxies(tt.flag, read)
			if got := strings.Join(ways, " "); err != nil || got != tt.want {
				t.Errorf("got %q, %v, want %q", got, err, tt.want)
			}
		})
	}
}

func TestTheQuestionIsAskedAgainWithTheSameFlags(t *testing.T) {
	t.Parallel()
	f := checkFlags{
		as: "hello:my hello.bin", sni: "a.example", connect: "[2001:db8::7]:8443", compare: true, v6: true, alpn: []string{"h2", "http/1.1"},
		startTLS: "smtp", proxy: "none",
	}
	want := "parley check shop.example --as 'hello:my hello.bin' --sni a.example --connect '[2001:db8::7]:8443' --compare -6 --alpn h2,http/1.1 --starttls smtp --proxy none"
	if got := f.question("shop.example"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestAMissingRouteForIPv6IsANoteWhereANameHasSuchAnAddress(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{"2001:db8::7": true, "192.0.2.7": false, "::1": false, "fd00::1": false, "fe80::1": false} {
		e := &parley.Evidence{
			Local: parley.Local{NoIPv6: true}, Lookup: parley.Lookup{Addrs: []netip.Addr{netip.MustParseAddr(address)}},
		}
		doc := newHere().document(&check.Answer{Evidence: e}, "")
		if got := len(doc.Notes) > 0; got != want {
			t.Errorf("%s: notes %q, want one: %v", address, doc.Notes, want)
		}
	}
}

func TestNothingOutsideThisMachineIsDialledOnATour(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"192.0.2.7:443", "shop.example:443", "[2001:db8::7]:443"} {
		if c, err := (loopbackDialer{}).DialContext(t.Context(), "tcp", address); err == nil {
			c.Close()
			t.Errorf("%s was dialled", address)
		}
	}
}

var escapes = regexp.MustCompile(`\x1b\[[0-9;]*m`)

// The terminal is what stands behind stdout, whatever watches what is written.
func TestACommandKnowsTheTerminalThatItWritesTo(t *testing.T) {
	t.Parallel()
	h := newHere()
	h.columns = func(w io.Writer) int {
		if w == io.Writer(&h.out) {
			return 60
		}
		return 0
	}
	h.say(t.Context(), "explain", "sni.missing")
	if !strings.Contains(h.out.String(), "\x1b[") {
		t.Errorf("no colour on a terminal: %q", h.out.String())
	}
	for line := range strings.Lines(h.out.String()) {
		if n := utf8.RuneCountInString(escapes.ReplaceAllString(strings.TrimSuffix(line, "\n"), "")); n > 60 {
			t.Errorf("%d columns on a terminal of 60: %q", n, line)
		}
	}
}

func TestProgressIsShownOnATerminalAndClearedBehindIt(t *testing.T) {
	t.Parallel()
	h := newHere()
	if p := h.progress("asking"); p != nil {
		t.Error("progress without a terminal")
	}
	h.columns = func(io.Writer) int { return 80 }
	p := h.progress("asking")
	p.say("asking: 1 answer")
	if got := h.err.String(); got != "" {
		t.Errorf("at once: %q, want nothing", got)
	}
	p.write(true) // as the timer does
	p.say("asking: 2 answers")
	p.note(&h.err, "line %d\n", 7)
	p.end()
	p.say("asking: 3 answers")
	p.note(&h.err, "line %d\n", 8)
	if got, want := h.err.String(), "\r\x1b[Kasking: 1 answer\r\x1b[Kasking: 2 answers\r\x1b[Kline 7\nasking: 2 answers\r\x1b[Kline 8\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestNearNamesAreThoseThatWereMeant(t *testing.T) {
	t.Parallel()
	names := []string{"answer-ftp", "answer-http", "serve-today"}
	for typed, want := range map[string]string{"answer-htp": "answer-ftp answer-http", "today": "serve-today", "zz": ""} {
		if got := strings.Join(similar(typed, names), " "); got != want {
			t.Errorf("%s: got %q, want %q", typed, got, want)
		}
	}
}
