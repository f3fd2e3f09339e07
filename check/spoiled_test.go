package check_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/netip"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/knowledge/clients"
	"github.com/parley-tls/parley/probe"
)

// The ways to spoil what a server says at a byte.
const (
	closes  = iota // a FIN in its place
	resets         // a RST
	flipped        // a bit of it is wrong
)

// at lets n bytes of the server pass, and spoils what comes then.
func at(n, way int) func(*net.TCPConn, io.Reader) {
	return func(c *net.TCPConn, server io.Reader) {
		if got, _ := io.CopyN(c, server, int64(n)); got < int64(n) {
			c.CloseWrite()
			return
		}
		switch way {
		case closes:
			c.CloseWrite()
		case resets:
			c.SetLinger(0)
			c.Close()
		case flipped:
			one := make([]byte, 1)
			if _, err := io.ReadFull(server, one); err == nil {
				one[0] ^= 0x10
				c.Write(one)
			}
			io.Copy(c, server)
			c.CloseWrite()
		}
	}
}

// TestAHandshakeSpoiledAtAnyByteIsNotThrough cuts off, resets and falsifies
// what a good server says, byte after byte, up to the last that the handshake
// needs.
//
// It does not run beside other tests: it counts goroutines.
func TestAHandshakeSpoiledAtAnyByteIsNotThrough(t *testing.T) {
	step := 37
	if os.Getenv("CI") == "true" {
		step = 5
	}
	chrome, err := clients.Get("chrome")
	if err != nil {
		t.Fatal(err)
	}
	for _, server := range []string{"serve-1.2", "serve-today"} {
		t.Run(server, func(t *testing.T) {
			to := good(t, server)
			attempt := func(addr netip.AddrPort) parley.Attempt {
				a := parley.BaseOf(chrome, parley.Scope{Addr: addr, Name: "shop.parley.test"})
				a.Until = parley.StopFinished
				return a.Identify()
			}
			var said bytes.Buffer
			addr, stop := serving(t, behind(to, func(c *net.TCPConn, server io.Reader) {
				io.Copy(io.MultiWriter(c, &said), server)
				c.CloseWrite()
			}))
			a := attempt(addr)
			r := patient().Do(t.Context(), a)
			stop()
			if !r.AnswerTo(a).Completes() {
				t.Fatalf("unspoiled: %v %s", r.End, r.Detail)
			}
			starts := recordStarts(said.Bytes())
			last := starts[len(starts)-1] // the close_notify, without which it is through
			ways := []int{closes, resets, flipped}
			p := &probe.Prober{Dialer: &loopbackOnly{}, Silence: time.Second}
			inEveryCase(t, len(ways)*((last+step-1)/step), func(i int) {
				way, n := ways[i%len(ways)], i/len(ways)*step
				addr, stop := serving(t, behind(to, at(n, way)))
				defer stop()
				a := attempt(addr)
				r := p.Do(context.Background(), a)
				// The second byte of a record's version means nothing in clear.
				minor := way == flipped && slices.Contains(starts, n-2) && said.Bytes()[n-2] != byte(iana.ContentApplicationData)
				if r.AnswerTo(a).Completes() && !minor {
					t.Errorf("way %d, byte %d of %d: through", way, n, last)
				}
				switch r.End {
				case parley.EndLocal, parley.EndInterrupted, parley.EndUnknown:
					t.Errorf("way %d, byte %d of %d: %v %s", way, n, last, r.End, r.Detail)
				}
			})
		})
	}
}

// recordStarts is where in b each record begins.
func recordStarts(b []byte) (out []int) {
	for n := 0; n+5 <= len(b); n += 5 + int(b[n+3])<<8 + int(b[n+4]) {
		out = append(out, n)
	}
	return out
}
