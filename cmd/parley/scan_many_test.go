package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/parley-tls/parley/scan"
)

// refuser answers every hello with alert 40, once hold is closed; nil: at once.
type refuser struct {
	at    string
	asked chan struct{} // gets one for each connection
	mu    sync.Mutex
	count int
}

func refuse(t *testing.T, hold chan struct{}) *refuser {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &refuser{at: l.Addr().String(), asked: make(chan struct{}, 100)}
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			r.mu.Lock()
			r.count++
			r.mu.Unlock()
			r.asked <- struct{}{}
			wg.Go(func() {
				defer c.Close()
				io.ReadAtLeast(c, make([]byte, 4096), 5)
				if hold != nil {
					<-hold
				}
				io.WriteString(c, "\x15\x03\x01\x00\x02\x02\x28")
			})
		}
	})
	t.Cleanup(func() { l.Close(); wg.Wait() })
	return r
}

func (r *refuser) connections() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.count
}

// listOf writes a list of targets into a file.
func listOf(t *testing.T, lines ...string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "list")
	if err := os.WriteFile(name, []byte(strings.Join(lines, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestAScanThatWasKilledGoesOnWithoutAskingTwice(t *testing.T) {
	t.Parallel()
	hold := make(chan struct{})
	release := sync.OnceFunc(func() { close(hold) })
	defer release()
	var all []*refuser
	var lines []string
	for i := range 9 { // three that hold leave one of the four places at the address
		r := refuse(t, map[bool]chan struct{}{true: hold}[i >= 6])
		all, lines = append(all, r), append(lines, r.at)
	}
	list, journal := listOf(t, lines...), filepath.Join(t.TempDir(), "journal")
	start := func() (*exec.Cmd, *bufio.Scanner) {
		c := exec.Command("parley", "scan", "-f", list, "--resume", journal, "--patience", "10m")
		c.Stderr = os.Stderr
		out, err := c.StdoutPipe()
		if err == nil {
			err = c.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		return c, bufio.NewScanner(out)
	}
	c, out := start()
	for range 6 {
		if !out.Scan() {
			t.Fatal("the first six are not told while the others are silent")
		}
	}
	for _, r := range all {
		<-r.asked
	}
	c.Process.Kill()
	c.Wait()
	release()
	torn, err := os.OpenFile(journal, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(torn, `{"target":"127.0`)
	torn.Close()
	for range 2 { // the second time there is nothing left to ask
		c, out = start()
		var got []string
		for out.Scan() {
			var r scan.Record
			if err := json.Unmarshal(out.Bytes(), &r); err != nil {
				t.Fatal(err)
			}
			got = append(got, r.Target)
		}
		c.Wait()
		slices.Sort(got)
		if want := slices.Sorted(slices.Values(lines)); !slices.Equal(got, want) {
			t.Errorf("lines of %v, want %v", got, want)
		}
		if exit := c.ProcessState.ExitCode(); exit != exitUnknown {
			t.Errorf("exit %d, want %d", exit, exitUnknown)
		}
	}
	for i, r := range all {
		want := 1
		if i >= 6 {
			want = 2 // it had not answered by the time of the kill
		}
		if n := r.connections(); n != want {
			t.Errorf("target %d was asked %d times, want %d", i, n, want)
		}
	}
}

func TestALineOfAScanOfManyIsValid(t *testing.T) {
	t.Parallel()
	schema := compile(t, "scan-line")
	var lines []string
	for _, name := range []string{"serve-today", "accept-only-1.0", "answer-http", "serve-1.2"} {
		lines = append(lines, begin(t, name).Address)
	}
	lines = append(lines, "127.0.0.1:1", refuse(t, nil).at)
	for name, more := range map[string][]string{"a hello": nil, "all": {"--depth", "versions"}, "a client": {"--as", "java7"},
		"what is weak": {"--fail-on", "low", "--policy", "modern", "--timeout", "60s"}} {
		h := newHere()
		h.say(t.Context(), append([]string{"scan", "-f", listOf(t, lines...)}, more...)...)
		got := strings.Split(strings.TrimSpace(h.out.String()), "\n")
		if len(got) != len(lines) {
			t.Errorf("%s: %d lines for %d targets: %s", name, len(got), len(lines), h.err.String())
		}
		for _, line := range got {
			validate(t, schema, []byte(line))
		}
	}
	h := newHere()
	schema2 := func(line string) error {
		var v any
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			return err
		}
		return schema.Validate(v)
	}
	h.say(t.Context(), "scan", "-f", listOf(t, lines[0]))
	for from, to := range map[string]string{`"verdict":"ok"`: `"verdict":"fine"`, `"exit":0`: `"exit":9`, `parley.scan-line/1`: `parley.scan/1`} {
		if line := strings.ReplaceAll(h.out.String(), from, to); schema2(line) == nil {
			t.Errorf("a line with %s is taken for valid: %s", to, line)
		}
	}
}

func TestWhatIsLikeIsToldTogetherOnOneScreen(t *testing.T) {
	t.Parallel()
	h := newHere()
	h.columns = func(w io.Writer) int { return 80 }
	var lines []string
	plain := begin(t, "answer-http").Address
	_, port, _ := strings.Cut(plain, ":")
	for i := range 3 {
		lines = append(lines, fmt.Sprintf("127.0.0.1:%s", port), refuse(t, nil).at, fmt.Sprintf("127.0.0.%d:1", i+1), "a..b")
	}
	file := filepath.Join(t.TempDir(), "lines")
	if exit := h.say(t.Context(), "scan", "-f", listOf(t, lines...), "-o", file); exit != exitProblem {
		t.Errorf("exit %d, want %d: %s", exit, exitProblem, h.err.String())
	}
	screen := h.out.String()
	for _, want := range []string{
		"7 targets in ", "0 answered, 1 with a problem, 6 could not be told", "2 came again and were asked once, 3 were no targets",
		"3 share this cause: ", "network.refused, seen: ", "3 not told why: the endpoint refuses with alert handshake_failure", "To prove one: parley check " + plain,
	} {
		if !strings.Contains(screen, want) {
			t.Errorf("the screen lacks %q:\n%s", want, screen)
		}
	}
	for _, line := range strings.Split(screen, "\n") {
		if len(line) > 80 {
			t.Errorf("longer than 80 columns: %s", line)
		}
	}
	if !strings.Contains(h.err.String(), "parley: line 4: ") {
		t.Errorf("stderr does not name line 4:\n%s", h.err.String())
	}
	if text, err := os.ReadFile(file); err != nil || strings.Count(string(text), "\n") != 7 {
		t.Errorf("%v, in the file\n%s", err, text)
	}
}

func TestTheScreenOfManyKindsStaysShort(t *testing.T) {
	t.Parallel()
	var s scan.Summary
	for _, verdict := range []string{"problem", "unknown", "ok"} {
		for i := range 100 {
			var r scan.Record
			text := fmt.Sprintf(`{"target":"%s%d.example","verdict":%q,"addresses":[{"verdict":%q,"end":"alert","version":"%d"}],"causes":[{"id":"a.b%d","title":"what it is","side":"server","certainty":"seen"}]}`,
				strings.Repeat("long", 20), i, verdict, verdict, i, i)
			if verdict != "problem" {
				text = text[:strings.Index(text, `,"causes"`)] + "}"
				text = strings.Replace(text, `"end":"alert"`, fmt.Sprintf(`"alert":"a%d"`, i), 1)
			}
			if err := json.Unmarshal([]byte(text), &r); err != nil {
				t.Fatal(err)
			}
			s.Add(&r)
		}
	}
	screen := manyScreen(&s, manyEnd{before: 1, wrong: 1, again: 1, cut: true, total: 900, journal: "j"}, 80)
	if n := strings.Count(screen, "\n"); n > 40 {
		t.Errorf("%d lines:\n%s", n, screen)
	}
	if !strings.Contains(screen, "300 targets known, 600 not asked; the same command goes on") || !strings.Contains(screen, "and 92 kinds more") {
		t.Errorf("got\n%s", screen)
	}
}

func TestTheScreenOfWhatIsWeakInManyStaysShort(t *testing.T) {
	t.Parallel()
	var s scan.Summary
	for i := range 60 {
		verdict := []string{"problem", "unknown", "ok"}[i%3]
		text := fmt.Sprintf(`{"target":"h%d.example","verdict":%q,"addresses":[{"verdict":%q,"alert":"a%d","version":"v%d","findings":[{"id":"weakness.w%d","severity":"high","title":"%s"}]}],
			"causes":[],"policies":[{"policy":"p%d","met":"no"}]}`, i, verdict, verdict, i, i, i, strings.Repeat("long ", 20), i)
		var r scan.Record
		if err := json.Unmarshal([]byte(text), &r); err != nil {
			t.Fatal(err)
		}
		s.Add(&r)
	}
	screen := manyScreen(&s, manyEnd{before: 1, wrong: 1, again: 1, cut: true, total: 900, journal: "j"}, 80)
	if n := strings.Count(screen, "\n"); n > 40 {
		t.Errorf("%d lines:\n%s", n, screen)
	}
	for _, want := range []string{"and 54 kinds of weakness more", "policy p0: 0 met, 1 not met, 0 unknown", "high    1: long"} {
		if !strings.Contains(screen, want) {
			t.Errorf("no %q in\n%s", want, screen)
		}
	}
}

func TestAnInterruptedScanOfManySaysWhatWasNotAsked(t *testing.T) {
	t.Parallel()
	hold := make(chan struct{})
	defer close(hold)
	fast, slow := refuse(t, nil), refuse(t, hold)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	h := newHere()
	h.stdin = strings.NewReader(fast.at + "\n" + slow.at + "\n")
	h.stdout = &onWrite{do: func() { <-slow.asked; cancel() }, to: &h.out}
	if exit := h.say(ctx, "scan", "-f", "-", "--patience", "10m"); exit != exitInterrupted {
		t.Errorf("exit %d, want %d", exit, exitInterrupted)
	}
	if got := h.err.String(); !strings.Contains(got, "interrupted: 1 target known, the rest of the list not asked") || strings.Count(h.out.String(), "\n") != 1 {
		t.Errorf("got %s\nand lines %s", got, h.out.String())
	}
}

// onWrite does something at the first write.
type onWrite struct {
	once sync.Once
	do   func()
	to   io.Writer
}

func (w *onWrite) Write(p []byte) (int, error) {
	w.once.Do(w.do)
	return w.to.Write(p)
}

func TestAListOfGarbageIsWrongUsage(t *testing.T) {
	t.Parallel()
	for name, lines := range map[string][]string{"garbage": {"a..b", "\x00\x01", "http://x"}, "nothing": {"# none", ""}} {
		h := newHere()
		if exit := h.say(t.Context(), "scan", "-f", listOf(t, lines...)); exit != exitUsage {
			t.Errorf("%s: exit %d, want %d", name, exit, exitUsage)
		}
	}
	for _, args := range [][]string{
		{"-f", "-", "shop.example"}, {"-f", "-", "--sni", "a.example"}, {"shop.example", "--resume", "j"}, {"-f", "-", "--depth", "all"},
		{"-f", "-", "--as", "nobody"}, {"-f", "-", "--at-once", "0"}, {"-f", "-", "--rate-all", "-1"}, {"-f", "/nowhere/list"}, {"-f", "-", "--as", "java7", "--depth", "full"},
		{"-f", "-", "--as", "java7", "--fail-on", "low"}, {"-f", "-", "--fail-on", "severe"}, {"-f", "-", "--policy", "nonesuch"}, {"-f", "-", "--format", "sarif"},
	} {
		h := newHere()
		if exit := h.say(t.Context(), append([]string{"scan"}, args...)...); exit != exitUsage {
			t.Errorf("%v: exit %d, want %d: %s", args, exit, exitUsage, h.err.String())
		}
	}
}

func TestTheScreenOfManyNamesWhoIsBehindEachKind(t *testing.T) {
	t.Parallel()
	var s scan.Summary
	add := func(target, verdict, more string) {
		var r scan.Record
		if err := json.Unmarshal([]byte(fmt.Sprintf(`{"target":%q,"verdict":%q,"addresses":[{"verdict":%q,%s}],"causes":[]}`, target, verdict, verdict, more)), &r); err != nil {
			t.Fatal(err)
		}
		s.Add(&r)
	}
	for i := range 7 {
		add(fmt.Sprintf("h%d.example", i), "ok", `"version":"1.3"`)
	}
	add("old.example", "ok", `"version":"1.0","beside":["a version is selected that RFCs forbid"]`)
	for i := range 9 {
		add(fmt.Sprintf("u%d.example", i), "unknown", fmt.Sprintf(`"end":"alert","alert":"a%d"`, i))
	}
	add("mail.example", "unknown", `"end":"prologue-refused","detail":"the server answers 502 to STARTTLS and to what came before it, at length"`)
	screen := manyScreen(&s, manyEnd{total: 18}, 80)
	for _, want := range []string{
		"18 targets in 0s: 8 answered, 0 with a problem, 10 could not be told\nof the 8 that answered 1 is weak, or shows what clients may refuse\n",
		"  7: the endpoint selects 1.3: h0.example  h1.example  h2.example  and 4 more\n", "  1: the endpoint selects 1.0: old.example\n",
		"  shown   1: a version is selected that RFCs forbid: old.example\n", " with the upgrade: the ...\n",
	} {
		if !strings.Contains(screen, want) {
			t.Errorf("no %q in\n%s", want, screen)
		}
	}
	if strings.Contains(screen, " 1 kinds") || strings.Count(screen, "\n") > manyLines {
		t.Errorf("got\n%s", screen)
	}
	for i := range 40 {
		add(fmt.Sprintf("o%d.example", i), "ok", fmt.Sprintf(`"version":"v%d"`, i))
		if screen := manyScreen(&s, manyEnd{}, 80); strings.Contains(screen, " 1 kinds") || strings.Count(screen, "\n") > manyLines {
			t.Errorf("with %d kinds more:\n%s", i+1, screen)
		}
	}
}
