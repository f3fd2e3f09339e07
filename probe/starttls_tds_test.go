package probe

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"net"
	"net/netip"
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/internal/peers"
	"github.com/parley-tls/parley/wire"
)

// sqlServer is the twin of a SQL Server, with packets of one size.
func sqlServer(t *testing.T, packet int) netip.AddrPort {
	t.Helper()
	c := &tls.Config{MaxVersion: tls.VersionTLS12, Certificates: []tls.Certificate{certificate()}}
	return serve(t, func(conn *net.TCPConn) {
		if err := peers.ServeTDS(conn, c, packet); err != nil {
			t.Error(err)
		}
	})
}

func TestTLSInsideTDSGoesThroughInPacketsOfAnySize(t *testing.T) {
	for _, packet := range []int{1, 7, 500, 4088} {
		for _, split := range []parley.Split{{}, {Segments: []int{100}}} {
			t.Run(fmt.Sprint(packet, split.Segments), func(t *testing.T) {
				t.Parallel()
				addr := sqlServer(t, packet)
				a := startTLS(addr, "mssql")
				a.Split = split
				a = wholly(a, parley.StopFinished, nil)
				r := prober().Do(t.Context(), a)
				if r.End != parley.EndStopped || r.AnswerTo(a).Choice.Version != iana.TLS12 {
					t.Errorf("got %s\n%s", summary(r), items(r))
				}
				if name, words := parley.IdentifyPlain(r.Banner); name != "SQL Server" || words != "version 15.0.2000" {
					t.Errorf("banner: got %q, %q", name, words)
				}
			})
		}
	}
}

func TestWhatFollowsAHandshakeInsideTDSStandsAlone(t *testing.T) {
	t.Parallel()
	addr := sqlServer(t, 4088)
	r := prober().Do(t.Context(), wholly(startTLS(addr, "mssql"), parley.StopReply, nil))
	said := r.Events[len(r.Events)-1].Item
	if got, want := string(said.Raw), fmt.Sprintf("heard %q", request); said.Kind != wire.KindApplicationData || got != want {
		t.Errorf("got %q of %s, want %q\n%s", got, summary(r), want, items(r))
	}
}

func TestAServerThatAnswersTLSInsideTDSWithoutPacketsIsHeard(t *testing.T) {
	t.Parallel()
	addr := serve(t, func(c *net.TCPConn) {
		play(c, tdsAsks, tdsAnswer+"\x01")
		c.Read(make([]byte, 4096))
		c.Write(record(iana.ContentAlert, 2, 70))
	})
	r := prober().Do(t.Context(), startTLS(addr, "mssql"))
	if got, want := summary(r), "alert fatal protocol_version(70)"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func FuzzTDSStream(f *testing.F) {
	f.Add([]byte("\x12\x01\x00\x0a\x00\x00\x01\x00ab\x15\x03\x03"), 3)
	f.Add([]byte("\x12\x01\x00\x07\x00\x00\x01\x00"), 1)
	f.Add(tdsPackets(bytes.Repeat([]byte("x"), 5000)), 1000)
	f.Fuzz(func(t *testing.T, b []byte, at int) {
		whole := (&tdsStream{}).unwrap(b)
		if len(whole) > len(b) {
			t.Fatalf("%d bytes out of %d", len(whole), len(b))
		}
		s := &tdsStream{}
		at = min(max(at, 0), len(b))
		if parts := append(s.unwrap(b[:at]), s.unwrap(b[at:])...); !bytes.Equal(parts, whole) {
			t.Errorf("cut at %d it is another stream: %x, want %x", at, parts, whole)
		}
		if again := (&tdsStream{}).unwrap(tdsPackets(b)); !bytes.Equal(again, b) {
			t.Errorf("wrapped and unwrapped it is %x, want %x", again, b)
		}
	})
}
