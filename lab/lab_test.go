package lab

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// shared is the Lab of most tests: its certificates are made once.
var shared = New()

func TestMain(m *testing.M) {
	code := m.Run()
	shared.Close()
	if left := labGoroutines(); code == 0 && left != "" {
		fmt.Fprintf(os.Stderr, "goroutines are left after Close:\n%s", left)
		code = 1
	}
	os.Exit(code)
}

// labGoroutines are the stacks of goroutines in functions of this package, but
// the one that asks. Those that are about to return get a moment to do so.
func labGoroutines() string {
	var left string
	for until := time.Now().Add(5 * time.Second); time.Now().Before(until); runtime.Gosched() {
		b := make([]byte, 1<<20)
		b = b[:runtime.Stack(b, true)]
		left = ""
		for i, stack := range strings.Split(string(b), "\n\n") {
			if i > 0 && strings.Contains(stack, "parley/lab.") && !strings.Contains(stack, "testing.tRunner") && !strings.Contains(stack, "lab.TestMain") {
				left += stack + "\n\n"
			}
		}
		if left == "" {
			return ""
		}
	}
	return left
}

// start starts the fault of that name in the shared Lab.
func start(t *testing.T, name string) Target {
	t.Helper()
	f, err := Get(name)
	if err != nil {
		t.Fatal(err)
	}
	target, err := f.Start(t.Context(), shared)
	if err != nil {
		t.Fatal(err)
	}
	return target
}

// answer is everything a peer said, and how it ended.
type answer struct {
	items  []wire.Item
	banner string // what is not TLS
	end    string // "fin", "rst", or "open" when the test had what it wanted
}

// ask sends first and reads until the peer ends, or has said a first flight.
func ask(t *testing.T, address string, first []byte) answer {
	t.Helper()
	c, err := net.Dial("tcp", address)
	if errors.Is(err, syscall.ECONNRESET) {
		return answer{end: "rst"} // it came before connect returned
	}
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	return converse(t, c, first)
}

func converse(t *testing.T, c net.Conn, first []byte) answer {
	t.Helper()
	c.SetDeadline(time.Now().Add(10 * time.Second))
	if _, err := c.Write(first); err != nil {
		t.Fatal(err)
	}
	var a answer
	d := wire.NewDecoder(wire.FromServer)
	b := make([]byte, 64<<10)
	for {
		n, err := c.Read(b)
		d.Write(b[:n])
		for {
			it, ok := d.Next()
			if !ok {
				break
			}
			a.items = append(a.items, it)
		}
		a.banner = string(d.Banner())
		switch {
		case errors.Is(err, syscall.ECONNRESET):
			a.end = "rst"
			return a
		case errors.Is(err, os.ErrDeadlineExceeded):
			t.Fatalf("the peer neither answers nor ends; so far %v", a)
		case err != nil:
			a.end = "fin"
			return a
		case a.flight() || a.retries() || a.malformed():
			a.end = "open"
			return a
		}
	}
}

// flight says whether a whole first flight is there.
func (a answer) flight() bool {
	for _, it := range a.items {
		if it.Kind == wire.KindHandshake && it.Type == iana.TypeServerHelloDone || it.Kind == wire.KindApplicationData {
			return true
		}
	}
	return false
}

// alert is the description of the alert; false if there is none.
func (a answer) alert() (iana.Alert, bool) {
	for _, it := range a.items {
		if it.Kind == wire.KindAlert {
			return it.Alert.Description, true
		}
	}
	return 0, false
}

// String is the answer in short: "flight 1.2", "alert 70", "fin", "rst".
func (a answer) String() string {
	if d, ok := a.alert(); ok {
		return fmt.Sprintf("alert %d", d)
	}
	if a.malformed() {
		return "malformed"
	}
	if h := a.hello(); h == nil && a.retries() {
		return "retry"
	} else if h != nil && a.flight() {
		return fmt.Sprintf("flight %v", h.Version())
	}
	if a.banner != "" {
		return fmt.Sprintf("%q", a.banner)
	}
	return a.end
}

// malformed says whether something makes no sense or was cut off.
func (a answer) malformed() bool {
	return slices.ContainsFunc(a.items, func(it wire.Item) bool {
		return it.Kind == wire.KindMalformed || it.Kind == wire.KindTruncated
	})
}

// retries says whether a HelloRetryRequest is there.
func (a answer) retries() bool {
	for _, it := range a.items {
		if h, ok := it.Message.(*wire.ServerHello); ok && h.IsHelloRetryRequest() {
			return true
		}
	}
	return false
}

func (a answer) hello() *wire.ServerHello {
	for _, it := range a.items {
		if h, ok := it.Message.(*wire.ServerHello); ok && !h.IsHelloRetryRequest() {
			return h
		}
	}
	return nil
}

// Offers of the tests. today is what current clients offer, without ML-KEM.
var (
	offerToday = Offer{
		Legacy: iana.TLS12, Versions: []iana.Version{iana.TLS13, iana.TLS12},
		Suites: append([]iana.Suite{iana.TLS_AES_128_GCM_SHA256, iana.TLS_AES_256_GCM_SHA384}, suites12...),
		Groups: groupsECDHE, Schemes: schemesSHA2,
	}
	offerOld = Offer{Legacy: iana.TLS10, Groups: groupsECDHE, Suites: []iana.Suite{
		iana.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, iana.TLS_DHE_RSA_WITH_AES_128_CBC_SHA, iana.TLS_RSA_WITH_AES_128_CBC_SHA,
	}}
)

func TestAllFaultsStartTogetherAndEnd(t *testing.T) {
	l := New()
	for _, f := range All() {
		if _, err := f.Start(t.Context(), l); err != nil {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
	l.Close()
}

func TestStartFailsAfterClose(t *testing.T) {
	t.Parallel()
	l := New()
	l.Close()
	for _, f := range All() {
		if _, err := f.Start(t.Context(), l); err == nil {
			t.Errorf("%s starts in a closed Lab", f.Name)
		}
	}
}

func TestAFaultEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	l := New()
	defer l.Close()
	target, err := neverAnswer.Start(ctx, l)
	if err != nil {
		t.Fatal(err)
	}
	c, err := net.Dial("tcp", target.Address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Write(offerToday.Record()); err != nil {
		t.Fatal(err)
	}
	cancel()
	c.SetReadDeadline(time.Now().Add(10 * time.Second))
	if _, err := c.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("the connection outlives the context: %v", err)
	}
}

func TestTwentyConnectionsAtOnceAreAnswered(t *testing.T) {
	t.Parallel()
	target := start(t, "accept-only-1.0")
	var conns []net.Conn
	for range 20 {
		c, err := net.Dial("tcp", target.Address)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		conns = append(conns, c)
	}
	for i, c := range conns {
		if got := converse(t, c, offerToday.Record()).String(); got != "alert 70" {
			t.Errorf("connection %d: %s, want alert 70", i, got)
		}
	}
}

func TestHellosAreTheSameEachTimeAndParseBack(t *testing.T) {
	t.Parallel()
	for i, o := range []Offer{Offer12, Offer12Only, OfferFallback, OfferAES128, OfferRSA, OfferWithoutSchemes, OfferSHA256} {
		if !bytes.Equal(o.Record(), o.Record()) {
			t.Errorf("offer %d differs from itself", i)
		}
		h, raw, err := readHello(bytes.NewReader(o.Record()))
		if err != nil || h == nil || !bytes.Equal(raw, o.Record()) {
			t.Errorf("offer %d does not read back: %v", i, err)
		}
	}
}
