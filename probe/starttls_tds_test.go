package probe

import (
	"bytes"
	"crypto/tls"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/netip"
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// sqlServer is a server of TDS up to its TLS, written from [MS-TDS], Sections
// 2.2.3.1 and 2.2.6.5: no SQL Server runs where these tests do.
func sqlServer(t *testing.T, c *tls.Config, packet int) netip.AddrPort {
	t.Helper()
	c.Certificates = []tls.Certificate{certificate()}
	return serve(t, func(conn *net.TCPConn) {
		if err := play(conn, tdsAsks, tdsAnswer+"\x01"); err != nil {
			t.Error(err)
			return
		}
		inside := &tdsConn{Conn: conn, packet: packet, wrapped: true}
		s := tls.Server(inside, c)
		if s.Handshake() != nil {
			return
		}
		inside.wrapped = false
		request := make([]byte, 64)
		if n, _ := s.Read(request); n > 0 {
			fmt.Fprintf(s, "heard %q", request[:n])
		}
		io.Copy(io.Discard, s)
	})
}

// tdsConn has each write in packets of one size, and reads packets, while
// wrapped.
type tdsConn struct {
	net.Conn
	packet  int
	wrapped bool
	in      []byte
}

func (c *tdsConn) Write(b []byte) (int, error) {
	if !c.wrapped {
		return c.Conn.Write(b)
	}
	for rest := b; len(rest) > 0; {
		n := min(len(rest), c.packet)
		head := []byte{tdsPrelogin, 0, 0, 0, 0, 0, 0, 0}
		if n == len(rest) {
			head[1] = 1
		}
		binary.BigEndian.PutUint16(head[2:], uint16(n+8))
		if _, err := c.Conn.Write(append(head, rest[:n]...)); err != nil {
			return 0, err
		}
		rest = rest[n:]
	}
	return len(b), nil
}

func (c *tdsConn) Read(b []byte) (int, error) {
	if !c.wrapped && len(c.in) == 0 {
		return c.Conn.Read(b)
	}
	for len(c.in) == 0 {
		head := make([]byte, 8)
		if _, err := io.ReadFull(c.Conn, head); err != nil {
			return 0, err
		}
		n := int(binary.BigEndian.Uint16(head[2:])) - 8
		if head[0] != tdsPrelogin || n < 0 || n > 4088 {
			return 0, fmt.Errorf("no packet of a handshake: %x", head)
		}
		c.in = make([]byte, n)
		if _, err := io.ReadFull(c.Conn, c.in); err != nil {
			return 0, err
		}
	}
	n := copy(b, c.in)
	c.in = c.in[n:]
	return n, nil
}

func TestTLSInsideTDSGoesThroughInPacketsOfAnySize(t *testing.T) {
	for _, packet := range []int{1, 7, 500, 4088} {
		for _, split := range []parley.Split{{}, {Segments: []int{100}}} {
			t.Run(fmt.Sprint(packet, split.Segments), func(t *testing.T) {
				t.Parallel()
				addr := sqlServer(t, &tls.Config{MaxVersion: tls.VersionTLS12}, packet)
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
	addr := sqlServer(t, &tls.Config{MaxVersion: tls.VersionTLS12}, 4088)
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
		(&tdsConn{Conn: c, wrapped: true}).Read(make([]byte, 4096))
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
