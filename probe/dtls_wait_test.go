package probe

import (
	"testing"
	"time"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// refusesBySilence asks every hello for its cookie, and answers the one that has it with
// a flight, or with nothing where it lacks the suite 002f; before that it loses as many
// datagrams as lost says.
func refusesBySilence(lost int) datagramPeer {
	return func(_ int, _ []*wire.ClientHello, raw []byte) [][]byte {
		h, _ := wire.ParseClientHello(raw[min(25, len(raw)):]) // behind the headers of record and fragment
		switch {
		case raw[0] != byte(iana.ContentHandshake) || h == nil:
			return nil // an alert
		case len(h.Cookie) == 0:
			return verifying("biscuit")
		case !h.HasSuite(0x002f):
			return nil
		}
		if lost--; lost >= 0 && h.HasSuite(0x0035) {
			return nil
		}
		return inPieces(1, flightOver12())
	}
}

// TestSilenceToACookieIsWaitedForAsLongAsFlightsTake: a server that asks for its cookie
// is there, and how long it takes is known once two of its flights came.
func TestSilenceToACookieIsWaitedForAsLongAsFlightsTake(t *testing.T) {
	t.Parallel()
	addr, got := serveUDP(t, refusesBySilence(0))
	p := prober()
	p.Silence = 3 * time.Second
	refused := over12(addr)
	refused.Hello.Suites = []iana.Suite{0xc02f}
	refused = refused.Identify()
	first := p.Do(t.Context(), refused)
	for range flightsKnown {
		if r := p.Do(t.Context(), over12(addr)); r.ServerHello() == nil {
			t.Fatalf("no flight came: %s", summary(r))
		}
	}
	before := len(got())
	second := p.Do(t.Context(), refused)
	if summary(first) != summary(second) || first.Took < 900*time.Millisecond {
		t.Errorf("%s after %v, then %s", summary(first), first.Took, summary(second))
	}
	if second.Took >= first.Took*3/4 || second.Took < flightLeast {
		t.Errorf("silence was borne for %v, then, with the time of flights known, for %v", first.Took, second.Took)
	}
	if sent := len(got()) - before; sent < 3 { // without and with the cookie, and once more
		t.Errorf("%d datagrams were sent in that time: a loss would be taken for silence", sent)
	}
}

// TestALostFlightIsAskedForWithinTheShorterWait: the two first hellos with a cookie get
// lost.
func TestALostFlightIsAskedForWithinTheShorterWait(t *testing.T) {
	t.Parallel()
	addr, _ := serveUDP(t, refusesBySilence(2))
	p := prober()
	for range flightsKnown {
		if r := p.Do(t.Context(), over12(addr)); r.ServerHello() == nil {
			t.Fatalf("no flight came: %s", summary(r))
		}
	}
	lossy := over12(addr)
	lossy.Hello.Suites = []iana.Suite{0x0035, 0x002f}
	if r := p.Do(t.Context(), lossy.Identify()); r.ServerHello() == nil {
		t.Errorf("two losses are taken for silence: %s after %v", summary(r), r.Took)
	}
}
