package probe

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/netip"
	"syscall"
	"testing"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// drip writes b a byte at a time, each once the peer had time to read it.
func drip(c net.Conn, b []byte) {
	for i := range b {
		if _, err := c.Write(b[i : i+1]); err != nil {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func message(t iana.HandshakeType, body ...byte) []byte { return wire.AppendMessage(nil, t, body) }

func record(typ iana.ContentType, payload ...byte) []byte {
	return wire.AppendRecord(nil, wire.Record{Type: typ, Version: iana.TLS12, Payload: payload})
}

// hello12 is a ServerHello of 1.2 that answers modern and classic.
func hello12() []byte {
	h := &wire.ServerHello{
		LegacyVersion: iana.TLS12, Suite: iana.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, OmitExtensions: true,
	}
	return record(iana.ContentHandshake, h.Message()...)
}

func TestEachEndIsToldApart(t *testing.T) {
	reset := func(c *net.TCPConn) { c.SetLinger(0); c.Close() }
	for _, tc := range []struct {
		name   string
		server func(*net.TCPConn)
		want   string
		plain  string
	}{
		{name: "FIN before anything", server: func(c *net.TCPConn) { readHello(c) }, want: "fin"},
		{name: "RST before anything", server: func(c *net.TCPConn) { readHello(c); reset(c) }, want: "rst"},
		{name: "RST with the hello unread", server: reset, want: "rst"},
		{name: "silence", server: untilClosed, want: "silence"},
		{name: "a fatal alert", server: answer(iana.ContentAlert, 2, 70), want: "alert fatal protocol_version(70)"},
		{name: "a warning, then silence", server: answer(iana.ContentAlert, 1, 112), want: "silence"},
		{name: "an alert level that does not exist", server: answer(iana.ContentAlert, 3, 40), want: "malformed: Alert: level: expected 1 or 2, got 3"},
		{name: "close_notify, then FIN", server: func(c *net.TCPConn) {
			readHello(c)
			c.Write(record(iana.ContentAlert, 1, 0))
		}, want: "fin"},
		{name: "an alert, then RST", server: func(c *net.TCPConn) {
			c.Read(make([]byte, 1))
			c.Write(record(iana.ContentAlert, 2, 80))
			reset(c)
		}, want: "alert fatal internal_error(80)"},
		{name: "an alert with the hello unread", server: func(c *net.TCPConn) {
			c.Read(make([]byte, 1))
			c.Write(record(iana.ContentAlert, 2, 80))
		}, want: "alert fatal internal_error(80)"},
		{name: "an alert after the ServerHello", server: func(c *net.TCPConn) {
			readHello(c)
			c.Write(append(hello12(), record(iana.ContentAlert, 2, 40)...))
		}, want: "alert fatal handshake_failure(40)"},
		{name: "FIN after the ServerHello", server: func(c *net.TCPConn) { readHello(c); c.Write(hello12()) }, want: "fin"},
		{name: "RST after the ServerHello", server: func(c *net.TCPConn) {
			readHello(c)
			c.Write(hello12())
			reset(c)
		}, want: "rst"},
		{name: "FIN inside a record", server: func(c *net.TCPConn) { readHello(c); c.Write(hello12()[:20]) }, want: "fin"},
		{name: "plaintext", server: func(c *net.TCPConn) {
			readHello(c)
			c.Write([]byte("HTTP/1.1 400 Bad Request\r\n\r\n"))
		}, want: "plaintext", plain: "HTTP/1.1 400 Bad Request\r\n\r\n"},
		{name: "a banner in two pieces", server: func(c *net.TCPConn) {
			c.Write([]byte("SSH-2.0-"))
			time.Sleep(20 * time.Millisecond)
			c.Write([]byte("OpenSSH_9.2p1\r\n"))
			untilClosed(c)
		}, want: "plaintext", plain: "SSH-2.0-OpenSSH_9.2p1\r\n"},
		{name: "one byte of a banner", server: func(c *net.TCPConn) { c.Write([]byte("H")); untilClosed(c) }, want: "plaintext", plain: "H"},
		{name: "drip", server: func(c *net.TCPConn) { readHello(c); drip(c, record(iana.ContentHandshake, make([]byte, 200)...)) },
			want: "silence: the first flight was not complete after 900ms"},
		{name: "flood of warnings", server: func(c *net.TCPConn) {
			readHello(c)
			c.Write(bytes.Repeat(record(iana.ContentAlert, 1, 112), 10_000))
			untilClosed(c)
		}, want: "limit: more than 64 records or messages"},
		{name: "flood of empty records", server: func(c *net.TCPConn) {
			readHello(c)
			c.Write(bytes.Repeat(record(iana.ContentHandshake), 100_000))
			untilClosed(c)
		}, want: "limit: more than 262144 bytes"},
		{name: "a message of 16 MiB announced", server: func(c *net.TCPConn) {
			readHello(c)
			c.Write(append(hello12(), record(iana.ContentHandshake, 11, 0xff, 0xff, 0xff, 0)...))
			untilClosed(c)
		}, want: "limit: handshake: length at byte 1: expected at most 262144 bytes, got 16777215 bytes"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			r := prober().Do(t.Context(), attempt(serve(t, tc.server), modern("probe.example")))
			if got := summary(r); got != tc.want {
				t.Errorf("got  %s\nwant %s\n%s", got, tc.want, items(r))
			}
			if string(r.Plain) != tc.plain {
				t.Errorf("plain: got %q, want %q", r.Plain, tc.plain)
			}
		})
	}
}

// resetting is a connection whose reset the write learns of: the read then sees
// only that it is closed.
type resetting struct {
	net.Conn
	alert []byte
}

func (r *resetting) Write([]byte) (int, error) { return 0, syscall.ECONNRESET }

func (r *resetting) Read(b []byte) (int, error) {
	n := copy(b, r.alert)
	r.alert = r.alert[n:]
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

func (r *resetting) DialContext(context.Context, string, string) (net.Conn, error) {
	ours, _ := net.Pipe()
	r.Conn = ours
	return r, nil
}

func TestAfterAResetMetByAWriteTheAlertBeforeItIsRead(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		alert []byte
		want  string
	}{
		{want: "rst"},
		{alert: record(iana.ContentAlert, 2, 80), want: "alert fatal internal_error(80)"},
	} {
		p := &Prober{Dialer: &resetting{alert: tc.alert}}
		if got := summary(p.Do(t.Context(), attempt(netip.MustParseAddrPort("127.0.0.1:1"), modern("probe.example")))); got != tc.want {
			t.Errorf("got %s, want %s", got, tc.want)
		}
	}
}

func TestAWarningIsAnEvent(t *testing.T) {
	t.Parallel()
	r := prober().Do(t.Context(), attempt(serve(t, answer(iana.ContentAlert, 1, 112)), modern("probe.example")))
	if len(r.Events) != 1 || r.Events[0].Item.Alert.Description != iana.AlertUnrecognizedName {
		t.Errorf("events: got\n%s, want one unrecognized_name", items(r))
	}
}

func TestAClosedPortIsRefused(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().(*net.TCPAddr).AddrPort()
	l.Close()
	r := prober().Do(t.Context(), attempt(addr, modern("probe.example")))
	if got, want := summary(r), "refused"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestCancellingEndsAnAttemptAtOnce(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	addr := serve(t, func(c *net.TCPConn) {
		readHello(c)
		cancel()
		untilClosed(c)
	})
	p := prober()
	p.Silence = time.Minute
	began := time.Now()
	r := p.Do(ctx, attempt(addr, modern("probe.example")))
	if r.End != parley.EndInterrupted || time.Since(began) > 10*time.Second {
		t.Errorf("got %s after %v", summary(r), time.Since(began))
	}
	if r := p.Do(ctx, attempt(addr, modern("probe.example"))); r.End != parley.EndInterrupted {
		t.Errorf("with a context that has ended: got %s", summary(r))
	}
}

func TestAtMostMaxOpenConnectionsAtOnce(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	arrived := make(chan struct{}, 10)
	addr := serve(t, func(c *net.TCPConn) {
		arrived <- struct{}{}
		<-release
	})
	p := prober()
	p.Silence = 5 * time.Second
	p.MaxOpen = 3
	replies := make(chan parley.Reply, 10)
	for range 10 {
		go func() { replies <- p.Do(t.Context(), attempt(addr, modern("probe.example"))) }()
	}
	for range 3 {
		<-arrived
	}
	close(release)
	others := map[int]int{}
	for range 10 {
		others[(<-replies).Others]++
	}
	total, peak := p.Connections(addr)
	if total != 10 || peak != 3 {
		t.Errorf("connections: got %d in all, %d at once, want 10 and 3", total, peak)
	}
	if others[0] == 0 || others[2] == 0 || others[3] != 0 {
		t.Errorf("others: got %v", others)
	}
}

func TestSilenceFollowsTheRoundTripOnceAControlAnswered(t *testing.T) {
	t.Parallel()
	addr := netip.MustParseAddrPort("127.0.0.1:1")
	for _, tc := range []struct{ rtt, want time.Duration }{
		{rtt: time.Millisecond, want: time.Second},
		{rtt: 200 * time.Millisecond, want: 1600 * time.Millisecond},
		{rtt: time.Second, want: 3 * time.Second},
	} {
		p := &Prober{}
		p.Answered(addr, tc.rtt)
		if got := p.gate(addr.String()).silence; got != tc.want {
			t.Errorf("round trip %v: got %v, want %v", tc.rtt, got, tc.want)
		}
	}
}

func TestSilenceUnderWayEndsSoonerOnceAControlAnswered(t *testing.T) {
	t.Parallel()
	arrived := make(chan struct{}, 1)
	addr := serve(t, func(c *net.TCPConn) {
		readHello(c)
		arrived <- struct{}{}
		untilClosed(c)
	})
	p := &Prober{Dialer: guard{}, Silence: time.Minute}
	reply := make(chan parley.Reply, 1)
	go func() { reply <- p.Do(t.Context(), attempt(addr, modern("probe.example"))) }()
	<-arrived
	p.Answered(addr, time.Millisecond)
	if r := <-reply; summary(r) != "silence" || r.Took > 10*time.Second {
		t.Errorf("got %s after %v, want silence long before a minute is over", summary(r), r.Took)
	}
}
