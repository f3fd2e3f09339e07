package check_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"io"
	"net"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/check"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/lab"
	"github.com/parley-tls/parley/probe"
)

// flight is the answer of a real server, from the recordings of package wire.
func flight(t testing.TB, name string) []byte {
	t.Helper()
	text, err := os.ReadFile("../wire/testdata/flights/" + name + ".flow")
	if err != nil {
		t.Fatal(err)
	}
	var digits strings.Builder
	for line := range strings.Lines(string(text)) {
		if !strings.HasPrefix(line, "#") {
			digits.WriteString(strings.TrimSpace(line))
		}
	}
	b, err := hex.DecodeString(digits.String())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// half answers the hello with bytes and a FIN, and hears the other side out.
func half(b []byte) func(net.Conn) {
	return func(c net.Conn) {
		c.Read(make([]byte, 4096))
		c.Write(b)
		c.(*net.TCPConn).CloseWrite()
		stay(c)
	}
}

// until calls send until the other side has gone.
func until(send func() error) {
	for send() == nil {
	}
}

// drip sends b a byte at a time, for ever.
func drip(b []byte) func(net.Conn) {
	return func(c net.Conn) {
		readHello(c)
		ctx, cancel := context.WithCancel(context.Background())
		go func() { stay(c); cancel() }()
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for i := 0; ctx.Err() == nil; i++ {
			c.Write(b[i%len(b) : i%len(b)+1])
			select {
			case <-tick.C:
			case <-ctx.Done():
			}
		}
	}
}

// hostile runs a check against a peer and holds it to its bounds: it ends
// before its time is over, keeps little, leaves nothing behind, and does not
// call the peer fine.
func hostile(t *testing.T, peer func(net.Conn)) string {
	t.Helper()
	o := asking(serve(t, peer).String())
	o.SNI = "shop.parley.test"
	return told(withinBounds(t, o))
}

func withinBounds(t *testing.T, o check.Options) *check.Answer {
	t.Helper()
	before := runtime.NumGoroutine()
	o.Timeout = time.Minute
	a, err := check.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if a.Result.Verdict == parley.VerdictOK {
		t.Errorf("the peer is called fine\n%s", trail(a))
	}
	if a.Connections > check.Connections || a.Elapsed >= o.Timeout {
		t.Errorf("%d connections in %v", a.Connections, a.Elapsed)
	}
	for _, r := range a.Evidence.Replies {
		kept := len(r.Plain) + len(r.Banner) + len(r.Detail)
		for _, e := range r.Events {
			kept += len(e.Item.Raw)
		}
		if kept > 2*probe.DefaultMaxBytes {
			t.Errorf("%d bytes of a reply are kept", kept)
		}
		if r.End == parley.EndInterrupted || r.End == parley.EndLocal {
			t.Errorf("an attempt ended as %v: %s", r.End, r.Detail)
		}
	}
	deadline := time.Now().Add(10 * time.Second)
	for runtime.NumGoroutine() > before && time.Now().Before(deadline) {
		runtime.Gosched()
	}
	if after := runtime.NumGoroutine(); after > before {
		t.Errorf("%d goroutines before, %d after", before, after)
	}
	return a
}

// TestAHostilePeerUnderKeysIsBornWithinBounds is the same for faults of the lab
// that show once the handshake is encrypted. What the program takes for them is in
// cmd/parley: TestACheckTakesLittleMemory.
//
// It does not run beside other tests: it counts goroutines.
func TestAHostilePeerUnderKeysIsBornWithinBounds(t *testing.T) {
	for _, name := range []string{"alter-finished", "alter-finished-in-1.2", "flood-key-updates", "flood-session-tickets"} {
		t.Run(name, func(t *testing.T) {
			f, err := lab.Get(name)
			if err != nil {
				t.Fatal(err)
			}
			a := withinBounds(t, atFault(t, name))
			if a.Exit() != f.Want.Exit || f.Want.Cause != "" && (len(a.Result.Findings) != 1 || a.Result.Findings[0].Cause != f.Want.Cause) {
				t.Errorf("got %s, want %+v\n%s", told(a), f.Want, trail(a))
			}
		})
	}
}

// It does not run beside other tests: it counts goroutines.
func TestAHostilePeerIsBornWithinBounds(t *testing.T) {
	whole := flight(t, "gnutls-3.7-tls12-ecdhe-rsa")
	junk := bytes.Repeat([]byte{0xc5, 0x5c, 0x00, 0xff}, 4<<10)
	hello := bytes.Clone(whole[:5+int(whole[3])<<8+int(whole[4])])
	copy(hello[5+4+2+24:], "unmarked") // a recorded flight may bear the mark of a downgrade
	for _, tc := range []struct {
		name string
		peer func(net.Conn)
		want string
	}{
		{"drips a flight", drip(record(iana.ContentHandshake, make([]byte, 1<<14)...)), "exit 3 hello: no answer: the first flight was not complete after 450ms"},
		{"floods without a record", func(c net.Conn) {
			readHello(c)
			until(func() error { _, err := c.Write(junk); return err })
		}, "plaintext.tls-to-plain-port exit 1"},
		{"floods with empty records", func(c net.Conn) {
			readHello(c)
			b := repeat(record(iana.ContentHandshake), 1<<12)
			until(func() error { _, err := c.Write(b); return err })
		}, "exit 3 hello: answered with more than the limit: more than 262144 bytes"},
		{"warns without end", func(c net.Conn) {
			readHello(c)
			b := repeat(record(iana.ContentAlert, 1, 112), 1<<12)
			until(func() error { _, err := c.Write(b); return err })
		}, "exit 3 hello: answered with more than the limit: more than 64 records or messages"},
		{"announces a certificate of 16 MiB", func(c net.Conn) {
			readHello(c)
			c.Write(append(bytes.Clone(hello), record(iana.ContentHandshake, 11, 0xff, 0xff, 0xff)...))
			b := record(iana.ContentHandshake, junk[:1<<14]...)
			until(func() error { _, err := c.Write(b); return err })
		}, "exit 3 parameters: answered with more than the limit"},
		{"sends junk after its ServerHello", say(append(bytes.Clone(hello), junk...)), "server.protocol-violation exit 1"},
		{"speaks before the hello, without end", func(c net.Conn) {
			until(func() error { _, err := io.WriteString(c, strings.Repeat("A", 1<<14)); return err })
		}, "plaintext.tls-to-plain-port exit 1"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := hostile(t, tc.peer); !strings.HasPrefix(got, tc.want) {
				t.Errorf("got  %s\nwant %s", got, tc.want)
			}
		})
	}
}

// TestAFlightCutOffAnywhereIsNeverFine half-closes after each byte of a real
// flight of 1.2, and of 1.3 up to its first encrypted record.
func TestAFlightCutOffAnywhereIsNeverFine(t *testing.T) {
	for _, name := range []string{"gnutls-3.7-tls12-ecdhe-rsa", "gnutls-3.7-tls13-hrr", "openssl-3.0-no-common-suite"} {
		b := flight(t, name)
		for _, n := range cuts(b) {
			if got := hostile(t, half(b[:n])); strings.Contains(got, "exit 0") {
				t.Errorf("%s, cut after %d of %d bytes: %s", name, n, len(b), got)
			}
		}
	}
}

// cuts are the lengths at which a flight is cut off: each one inside the
// headers of a record or message and beside its end, and few in between.
func cuts(b []byte) []int {
	var out []int
	last := -20
	for n := 0; n < len(b) && n < first13(b); n++ {
		if n < 16 || headed(b, n) || n-last >= 50 {
			out, last = append(out, n), n
		}
	}
	return out
}

// headed says whether a cut after n bytes is within nine bytes of the start of a record.
func headed(b []byte, n int) bool {
	for at := 0; at+5 <= len(b); at += 5 + int(b[at+3])<<8 + int(b[at+4]) {
		if n >= at-1 && n <= at+9 {
			return true
		}
	}
	return false
}

// first13 is how much of a flight comes before its first encrypted record, of
// which a probe wants no more than that it is there.
func first13(b []byte) int {
	for at := 0; at+5 <= len(b); at += 5 + int(b[at+3])<<8 + int(b[at+4]) {
		if iana.ContentType(b[at]) == iana.ContentApplicationData {
			return at
		}
	}
	return len(b)
}
