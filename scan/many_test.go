package scan

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/internal/peers"
	"github.com/parley-tls/parley/survey"
	"github.com/parley-tls/parley/target"
	"github.com/parley-tls/parley/wire"
)

// kept keeps the records of a scan by target.
type kept struct {
	of    map[string]*Record
	stop  context.CancelFunc // called at the first record, if it is set
	fails error
}

func (k *kept) Take(r *Record) error {
	if k.of == nil {
		k.of = map[string]*Record{}
	}
	if k.of[r.Target] != nil {
		return fmt.Errorf("%s was taken twice", r.Target)
	}
	k.of[r.Target] = r
	if k.stop != nil {
		k.stop()
	}
	return k.fails
}

// listen answers every connection on loopback with answer.
func listen(t *testing.T, answer func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			wg.Go(func() {
				defer c.Close()
				answer(c)
			})
		}
	})
	t.Cleanup(func() { l.Close(); wg.Wait() })
	return l.Addr().String()
}

// says answers a hello with bytes.
func says(b string) func(net.Conn) {
	return func(c net.Conn) {
		io.ReadAtLeast(c, make([]byte, 4096), 5)
		io.WriteString(c, b)
	}
}

func TestManyAreToldApartByOneHelloEach(t *testing.T) {
	t.Parallel()
	modern := peers.Start(t, peers.Go, peers.Config{Versions: []iana.Version{iana.TLS12, iana.TLS13}}).Addr.String()
	old := peers.Start(t, peers.Go, peers.Config{Versions: []iana.Version{iana.TLS10}}).Addr.String()
	clear := listen(t, says("HTTP/1.1 400 Bad Request\r\n\r\n"))
	refuses := listen(t, says("\x15\x03\x01\x00\x02\x02\x28"))
	closes := listen(t, says(""))
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := closed.Addr().String()
	closed.Close()
	list := strings.Join([]string{modern, old, clear, refuses, closes, nobody, "gone.example"}, "\n")
	for name, dialer := range map[string]interface {
		DialContext(context.Context, string, string) (net.Conn, error)
	}{"by the system's calls": nil, "by a dialer": &onlyLoopback{}} {
		k := &kept{}
		o := ManyOptions{Now: time.Now(), Lookup: func(_ context.Context, name string) parley.Lookup {
			return parley.Lookup{Name: name, End: parley.EndNameNotFound, Detail: "no such host"}
		}}
		if dialer != nil {
			o.Dialer = dialer
		}
		if err := RunMany(t.Context(), NewLines(strings.NewReader(list)), k, o); err != nil {
			t.Fatal(err)
		}
		for target, want := range map[string]struct {
			verdict     parley.Verdict
			end         parley.EndKind
			version     string
			cause       parley.CauseID
			certificate bool
		}{
			modern:         {verdict: parley.VerdictOK, end: parley.EndStopped, version: "1.3"},
			old:            {verdict: parley.VerdictOK, end: parley.EndStopped, version: "1.0", certificate: true},
			clear:          {verdict: parley.VerdictProblem, end: parley.EndPlaintext, cause: "plaintext.tls-to-plain-port"},
			refuses:        {verdict: parley.VerdictUnknown, end: parley.EndAlert},
			closes:         {verdict: parley.VerdictUnknown, end: parley.EndFIN},
			nobody:         {verdict: parley.VerdictUnknown, end: parley.EndConnectRefused, cause: "network.refused"},
			"gone.example": {verdict: parley.VerdictUnknown, end: parley.EndNameNotFound, cause: "network.name-not-found"},
		} {
			r := k.of[target]
			if r == nil {
				t.Errorf("%s: nothing of %s", name, target)
				continue
			}
			a := r.Addresses[0]
			if r.Verdict != want.verdict || a.End != want.end || a.Version != want.version || (a.Leaf != nil) != want.certificate {
				t.Errorf("%s: %s: %v, %v, version %q, certificate %v; want %+v", name, target, r.Verdict, a.End, a.Version, a.Leaf, want)
			}
			if got := slices.ContainsFunc(r.Causes, func(c Told) bool { return c.ID == want.cause }); want.cause != "" && !got || want.cause == "" && len(r.Causes) > 0 {
				t.Errorf("%s: %s: causes %+v, want %q", name, target, r.Causes, want.cause)
			}
		}
	}
}

func TestAnAddressIsNeverAskedByMoreThanFourAtOnce(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	open, peak, total := 0, 0, 0
	at := listen(t, func(c net.Conn) {
		io.ReadAtLeast(c, make([]byte, 4096), 5)
		mu.Lock()
		open++
		total++
		peak = max(peak, open)
		mu.Unlock()
		mu.Lock()
		open--
		mu.Unlock()
		io.WriteString(c, "\x15\x03\x01\x00\x02\x02\x28")
	})
	port := netip.MustParseAddrPort(at).Port()
	var list strings.Builder
	for i := range 200 {
		fmt.Fprintf(&list, "h%d.example:%d\n", i, port)
	}
	k := &kept{}
	err := RunMany(t.Context(), NewLines(strings.NewReader(list.String())), k, ManyOptions{Now: time.Now(), Lookup: func(_ context.Context, name string) parley.Lookup {
		return parley.Lookup{Name: name, Addrs: []netip.Addr{netip.MustParseAddr("127.0.0.1")}}
	}})
	if err != nil || len(k.of) != 200 || total != 200 || peak > DefaultPerAddress {
		t.Errorf("%v: %d records, %d connections, %d at once; want 200, 200, at most %d", err, len(k.of), total, peak, DefaultPerAddress)
	}
}

func TestARateIsKept(t *testing.T) {
	t.Parallel()
	at := listen(t, says("\x15\x03\x01\x00\x02\x02\x28"))
	port := netip.MustParseAddrPort(at).Port()
	list := fmt.Sprintf("a.example:%d\nb.example:%d\nc.example:%d\n", port, port, port)
	for name, o := range map[string]ManyOptions{"to one address": {Rate: 50}, "in all": {RateAll: 50}} {
		o.Now = time.Now()
		o.Lookup = func(_ context.Context, name string) parley.Lookup {
			return parley.Lookup{Name: name, Addrs: []netip.Addr{netip.MustParseAddr("127.0.0.1")}}
		}
		k, began := &kept{}, time.Now()
		if err := RunMany(t.Context(), NewLines(strings.NewReader(list)), k, o); err != nil || len(k.of) != 3 {
			t.Errorf("%s: %v, %d records", name, err, len(k.of))
		}
		if took := time.Since(began); took < 40*time.Millisecond {
			t.Errorf("%s: three connections took %v, want two pauses of 20 ms", name, took)
		}
	}
}

func TestAScanThatEndsKeepsWhatIsKnownAndAsksNothingMore(t *testing.T) {
	t.Parallel()
	answers := listen(t, says("\x15\x03\x01\x00\x02\x02\x28"))
	silent := listen(t, func(c net.Conn) { io.Copy(io.Discard, c) })
	ctx, cancel := context.WithCancel(t.Context())
	k := &kept{stop: cancel}
	err := RunMany(ctx, NewLines(strings.NewReader(silent+"\n"+answers+"\n")), k, ManyOptions{Now: time.Now(), Patience: time.Hour})
	if err != nil || len(k.of) != 1 || k.of[answers] == nil {
		t.Errorf("%v: %v; want %s alone", err, k.of, answers)
	}
}

func TestASinkThatFailsEndsTheScan(t *testing.T) {
	t.Parallel()
	full := errors.New("the disk is full")
	at := listen(t, says("\x15\x03\x01\x00\x02\x02\x28"))
	if err := RunMany(t.Context(), NewLines(strings.NewReader(at)), &kept{fails: full}, ManyOptions{Now: time.Now()}); !errors.Is(err, full) {
		t.Errorf("got %v, want %v", err, full)
	}
}

func TestMoreCanBeAskedOfEachThanOneHello(t *testing.T) {
	t.Parallel()
	at := peers.Start(t, peers.Go, peers.Config{Versions: []iana.Version{iana.TLS12, iana.TLS13}}).Addr.String()
	k := &kept{}
	err := RunMany(t.Context(), NewLines(strings.NewReader(at)), k, ManyOptions{Now: time.Now(), Depth: survey.DepthVersions, Dialer: &onlyLoopback{}})
	if err != nil || k.of[at] == nil {
		t.Fatalf("%v: %v", err, k.of)
	}
	terms := k.of[at].Addresses[0].Terms
	if terms["1.2"].Accepted != parley.Yes || terms["1.3"].Accepted != parley.Yes || terms["1.0"].Accepted != parley.No {
		t.Errorf("terms %+v", terms)
	}
}

func TestAListIsReadAsPeopleWriteIt(t *testing.T) {
	t.Parallel()
	text := "\xef\xbb\xbf# ours\r\nshop.example\r\n\r\n SHOP.example:443 # again\nshop.example:8443\nsmtp://mail.example\n" +
		"a..b\n192.0.2.0/30:8443\n10.0.0.0/8\n" + strings.Repeat("x", 3*maxLine) + "\n[2001:db8::7]:8443"
	var got, wrong []string
	l := NewLines(strings.NewReader(text))
	l.Bad = func(n int, _ error) { wrong = append(wrong, fmt.Sprint(n)) }
	for {
		r, err := l.Next(t.Context())
		if err != nil {
			break
		}
		got = append(got, fmt.Sprintf("%s|%s:%d %s", r.Text, r.Host, r.Port, r.StartTLS))
	}
	want := []string{
		"shop.example|shop.example:443 ", "shop.example:8443|shop.example:8443 ", "smtp://mail.example|mail.example:25 smtp",
		"192.0.2.0:8443|192.0.2.0:8443 ", "192.0.2.1:8443|192.0.2.1:8443 ", "192.0.2.2:8443|192.0.2.2:8443 ", "192.0.2.3:8443|192.0.2.3:8443 ",
		"[2001:db8::7]:8443|2001:db8::7:8443 ",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if !slices.Equal(wrong, []string{"7", "9", "10"}) || l.Again != 1 || l.Taken != len(want) {
		t.Errorf("wrong lines %v, %d again, %d taken", wrong, l.Again, l.Taken)
	}
}

func TestWhatDiffersInWhatIsAskedIsAnotherTarget(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		list        []string
		taken       int
		description string
	}{
		{[]string{"shop.example", "quic://shop.example", "dtls://shop.example:443", "https://shop.example:443/"}, 3, "transports differ, and a scheme alone does not"},
		{[]string{"dtls://shop.example:443", "shop.example", "quic://shop.example", "QUIC://SHOP.example:443"}, 3, "in whatever order"},
		{[]string{"mail.example:25", "smtp://mail.example", "tls://mail.example:25"}, 3, "the port suggests an upgrade, the scheme says it, or that there is none"},
		{[]string{"tls://shop.example:8443", "shop.example:8443"}, 1, "no port, no suggestion"},
		{[]string{"shop.example:443", "shop.example:8443"}, 2, "ports differ"},
	} {
		l := NewLines(strings.NewReader(strings.Join(tt.list, "\n")))
		for {
			if _, err := l.Next(t.Context()); err != nil {
				break
			}
		}
		if l.Taken != tt.taken || l.Again != len(tt.list)-tt.taken || l.Wrong != 0 {
			t.Errorf("%q: %d taken, %d again, %d wrong, want %d taken: %s", tt.list, l.Taken, l.Again, l.Wrong, tt.taken, tt.description)
		}
	}
}

func TestAKeyInPlaceOfAListIsNeitherAskedNorRepeated(t *testing.T) {
	t.Parallel()
	secret := "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj"
	text := "-----BEGIN PRIVATE KEY-----\n" + secret + "\nabc/def\n-----END PRIVATE KEY-----\n" + secret + "\nroot:hunter2@db.example\nshop.example\n"
	var told []string
	l := NewLines(strings.NewReader(text))
	l.Bad = func(n int, err error) { told = append(told, fmt.Sprintf("%d %v", n, err)) }
	var got []string
	for {
		r, err := l.Next(t.Context())
		if err != nil {
			break
		}
		got = append(got, r.Text)
	}
	if !slices.Equal(got, []string{"shop.example"}) || l.Wrong != 6 || len(told) != 3 {
		t.Errorf("asks %q, %d wrong, told %q", got, l.Wrong, told)
	}
	for _, s := range []string{secret[:10], "abc", "hunter2"} {
		if strings.Contains(strings.Join(told, "\n"), s) {
			t.Errorf("%q is repeated: %q", s, told)
		}
	}
}

func TestAnAddressOfTheOtherFamilyIsToldSo(t *testing.T) {
	t.Parallel()
	for _, depth := range []survey.Depth{survey.DepthUnknown, survey.DepthVersions} {
		k := &kept{}
		if err := RunMany(t.Context(), NewLines(strings.NewReader("::1")), k, ManyOptions{Now: time.Now(), Depth: depth, Family: 4}); err != nil {
			t.Fatal(err)
		}
		r := k.of["::1"]
		if r == nil || r.Exit != 3 || len(r.Causes) != 0 || !strings.HasPrefix(r.Addresses[0].Words(), "not asked: ::1 is not an IPv4 address") {
			t.Errorf("depth %v: %+v", depth, r)
		}
	}
}

func TestAJournalDropsItsTornLineAndNothingElse(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "journal")
	read := func() (got []string, err error) {
		j, err := OpenJournal(name, "depth suites", func(r *Record, _ []byte) error { got = append(got, r.Target); return nil })
		if err != nil {
			return nil, err
		}
		return got, j.Close()
	}
	j, err := OpenJournal(name, "depth suites", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{`{"target":"a.example"}`, `{"target":"b.example"}`} {
		if err := j.Append([]byte(line)); err != nil {
			t.Fatal(err)
		}
	}
	j.Close()
	whole, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	head := strings.Index(string(whole), "\n") + 1
	for n := range len(whole) + 1 {
		if err := os.WriteFile(name, whole[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		want := max(strings.Count(string(whole[:n]), "\n")-1, 0)
		got, err := read()
		if err != nil || len(got) != want {
			t.Fatalf("of the first %d bytes %v was read, %v; want %d records", n, got, err, want)
		}
		if left, err := os.ReadFile(name); err != nil || n < head && string(left) != string(whole[:head]) || n >= head && !strings.HasSuffix(string(left), "\n") {
			t.Fatalf("of the first %d bytes %q is left", n, left)
		}
	}
	if _, err := OpenJournal(name, "depth versions", nil); err == nil || !strings.Contains(err.Error(), "another question") {
		t.Errorf("another question: %v", err)
	}
	if err := os.WriteFile(name, []byte("mine\nand mine\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := read(); err == nil {
		t.Error("another file was taken for a journal")
	}
	if left, err := os.ReadFile(name); err != nil || string(left) != "mine\nand mine\n" {
		t.Errorf("another file was changed: %q, %v", left, err)
	}
}

func TestTheHelloOfATemplateIsThatOfTheClient(t *testing.T) {
	t.Parallel()
	h, err := newHellos(nil)
	if err != nil {
		t.Fatal(err)
	}
	var random randoms
	for _, name := range []string{"", "a", "shop.example", strings.Repeat("a.", 120) + "example"} {
		first, second := h.template(name).write(nil, name, &random), h.template(name).write(nil, name, &random)
		if string(first) == string(second) {
			t.Errorf("%q: two connections send the same hello", name)
		}
		a := h.attempt(parley.Scope{Name: name}, nil)
		for _, b := range [][]byte{first, second} {
			got := read(t, b)
			if sent, _ := got.ServerName(); sent != name {
				t.Errorf("the name is %q, want %q", sent, name)
			}
			if string(got.Normalize().Body()) != string(a.Hello.Normalize().Body()) {
				t.Errorf("%q: the bytes are not those of the attempt", name)
			}
		}
	}
}

func TestLikeResultsMakeOneGroup(t *testing.T) {
	t.Parallel()
	var s Summary
	plain := Told{ID: "plaintext.tls-to-plain-port", Title: "no TLS", Side: parley.ServerSide, Certainty: parley.Seen}
	for i := range 5 {
		r := &Record{Target: fmt.Sprintf("h%d.example", i), Addresses: []Asked{{Verdict: parley.VerdictProblem, Causes: []Told{plain}}}}
		if i == 0 {
			r.Addresses[0] = Asked{Verdict: parley.VerdictOK, Version: "1.3"}
		}
		r.settle()
		s.Add(r)
	}
	g := s.Groups()
	if len(g) != 2 || g[0].Count != 4 || g[0].Cause.ID != plain.ID || len(g[0].Examples) != 3 || g[1].Answer != "selects 1.3" || s.Exit() != 1 {
		t.Errorf("groups %+v, exit %d", g, s.Exit())
	}
}

func FuzzLines(f *testing.F) {
	f.Add("shop.example\n# no\n192.0.2.0/30\n")
	f.Add("[::1]:1\r\n\xef\xbb\xbf\n::/0\n1.2.3.4/33:0")
	f.Fuzz(func(t *testing.T, text string) {
		l := NewLines(strings.NewReader(text))
		for range 1000 {
			r, err := l.Next(t.Context())
			if err != nil {
				return
			}
			if _, err := target.Read(r.Text); err != nil {
				t.Errorf("%q is handed out and cannot be read: %v", r.Text, err)
			}
		}
	})
}

// read reads the ClientHello in the record b.
func read(t *testing.T, b []byte) *wire.ClientHello {
	t.Helper()
	d := wire.NewDecoder(wire.FromClient)
	d.Write(b)
	it, _ := d.Next()
	h, ok := it.Message.(*wire.ClientHello)
	if !ok {
		t.Fatalf("no hello: %v %v", it.Kind, it.Err)
	}
	return h
}

func TestADeeperAnswerNamesTheCausesThatOneHelloNames(t *testing.T) {
	t.Parallel()
	clear := listen(t, says("HTTP/1.1 400 Bad Request\r\n\r\n"))
	smtp := "smtp://" + listen(t, func(c net.Conn) {
		io.WriteString(c, "220 mail ESMTP\r\n")
		in := bufio.NewReader(c)
		for {
			line, err := in.ReadString('\n')
			switch {
			case err != nil:
				return
			case strings.HasPrefix(line, "EHLO"):
				io.WriteString(c, "250 mail\r\n")
			default:
				io.WriteString(c, "502 no\r\n")
			}
		}
	})
	refuses := listen(t, says("\x15\x03\x01\x00\x02\x02\x28"))
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := closed.Addr().String()
	closed.Close()
	of := map[survey.Depth]map[string]*Record{}
	for _, depth := range []survey.Depth{survey.DepthUnknown, survey.DepthVersions} {
		k := &kept{}
		if err := RunMany(t.Context(), NewLines(strings.NewReader(strings.Join([]string{clear, smtp, refuses, nobody}, "\n"))), k, ManyOptions{Now: time.Now(), Depth: depth, Rate: 1000}); err != nil {
			t.Fatal(err)
		}
		of[depth] = k.of
	}
	for target, want := range map[string]int{clear: 1, smtp: 1, refuses: 0, nobody: 1} {
		one, deep := of[survey.DepthUnknown][target], of[survey.DepthVersions][target]
		if one == nil || deep == nil || len(one.Causes) < want || !slices.Equal(one.Causes, deep.Causes) || one.Verdict != deep.Verdict || one.Exit != deep.Exit || one.Addresses[0].End != deep.Addresses[0].End {
			t.Errorf("%s: one hello: %+v; deeper: %+v", target, one, deep)
		}
	}
	hello, err := newHellos(nil)
	if err != nil {
		t.Fatal(err)
	}
	w := &worker{many: &many{causes: &diagnoses{hello: hello, o: &ManyOptions{}}}}
	rec := &Record{Target: "gone.example", read: parley.Target{Text: "gone.example", Host: "gone.example", Port: 443}}
	w.diagnose(rec, &Result{Evidence: &parley.Evidence{Lookup: parley.Lookup{Name: "gone.example", End: parley.EndNameNotFound, Detail: "no such host"}}})
	if rec.settle(); len(rec.Causes) != 1 || rec.Causes[0].ID != "network.name-not-found" {
		t.Errorf("a name that is not there: %+v", rec)
	}
}

func TestWhatIsPlainToSeeInAnAnswerIsCountedBesideIt(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	const past, future = "2025-01-01T00:00:00Z", "2027-01-01T00:00:00Z"
	var s Summary
	for i, tt := range []struct {
		a    Asked
		want []string
	}{
		{Asked{Verdict: parley.VerdictOK, Version: "1.3"}, nil},
		{Asked{Verdict: parley.VerdictOK, Version: "1.2", Leaf: &Leaf{From: past, To: future, Key: "RSA", Bits: 2048}}, nil},
		{Asked{Verdict: parley.VerdictOK, Version: "1.2", Leaf: &Leaf{To: past}}, []string{besideEnded}},
		{Asked{Verdict: parley.VerdictOK, Version: "1.2", Leaf: &Leaf{From: future}}, []string{besideEarly}},
		{Asked{Verdict: parley.VerdictOK, Version: "1.2", Leaf: &Leaf{To: past}, Chain: &Chain{Faults: []string{"the leaf ended"}, Complete: parley.No}}, []string{besideRefused, besideMissing}},
		{Asked{Verdict: parley.VerdictOK, Version: "1.0", Leaf: &Leaf{To: past, Key: "RSA", Bits: 1024}}, []string{besideVersion, besideEnded, besideShort}},
		{Asked{Verdict: parley.VerdictOK, Version: "DTLS1.0"}, []string{besideVersion}},
		{Asked{Verdict: parley.VerdictUnknown, Version: "1.0", Leaf: &Leaf{To: past}}, nil},
	} {
		if tt.a.beside(now); !slices.Equal(tt.a.Beside, tt.want) {
			t.Errorf("%+v: %q, want %q", tt.a, tt.a.Beside, tt.want)
		}
		r := &Record{Target: fmt.Sprintf("h%d.example", i), Addresses: []Asked{tt.a}}
		r.settle()
		s.Add(r)
	}
	if g := s.Beside(); s.OK != 7 || s.Flagged != 5 || s.Exit() != 3 || len(g) != 6 || g[0].Count != 2 {
		t.Errorf("%d answered, %d flagged, %+v", s.OK, s.Flagged, g)
	}
}
