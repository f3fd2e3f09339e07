package scan

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"sync"
	"syscall"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/probe"
	"github.com/parley-tls/parley/wire"
)

// maxFlight bounds what is read of one connection, in bytes, and maxItems how
// many records and messages.
const (
	maxFlight = 256 << 10
	maxItems  = 64
)

// leanDialer opens connections without what a probe does not need of them.
var leanDialer = net.Dialer{FallbackDelay: -1, KeepAlive: -1}

// line is the connection of a worker, its buffers, and its share of chance.
type line struct {
	mu     sync.Mutex
	conn   stream
	cut    bool // the scan has ended
	random randoms
	out    []byte
	in     [4 << 10]byte
}

// stream is a connection as far as a probe uses it.
type stream interface {
	io.ReadWriteCloser
	SetDeadline(time.Time) error
}

// interrupt ends what the worker waits for on the wire.
func (l *line) interrupt() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut = true
	if l.conn != nil {
		l.conn.SetDeadline(time.Unix(1, 0))
	}
}

// hold makes a connection known to interrupt, and bounds its time.
func (l *line) hold(c stream, until time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.conn = c
	if l.cut {
		until = time.Unix(1, 0)
	}
	c.SetDeadline(until)
}

// drop closes the connection, by a reset: both sides are done with it at once,
// and no port of this machine waits.
func (l *line) drop() {
	l.mu.Lock()
	c := l.conn
	l.conn = nil
	l.mu.Unlock()
	if t, ok := c.(interface{ SetLinger(int) error }); ok {
		t.SetLinger(0)
	}
	c.Close()
}

// hello1 sends the hello to one address and takes note of the answer.
func (w *worker) hello1(rec *Record, a *Asked) {
	t := rec.read
	if !w.pace.wait(w.ctx) {
		rec.broken.Store(true)
		return
	}
	var r parley.Reply
	if t.StartTLS != "" || t.Transport != parley.TransportTCP {
		r = w.probed(t, a.at)
	} else {
		r = w.ask(a.at, t.Name)
	}
	if r.End == parley.EndInterrupted {
		rec.broken.Store(true)
		return
	}
	w.causes.judge(rec, a, &r)
}

// probed asks with an upgrade before the hello, or over UDP, which is the
// prober's matter.
func (w *worker) probed(t parley.Target, at netip.AddrPort) parley.Reply {
	p := &probe.Prober{Dialer: w.o.Dialer, ConnectTimeout: w.o.Patience, Silence: w.o.Patience, Abrupt: true}
	s := parley.Scope{Addr: at, Name: t.Name, Transport: t.Transport}
	var before []parley.Step
	if t.StartTLS != "" {
		before = []parley.Step{{Kind: parley.StepStartTLS, Text: t.StartTLS}}
	}
	return p.Do(w.ctx, w.hello.attempt(s, before))
}

// ask opens a connection, sends the hello, and reads the server's first flight
// as far as it is in clear.
func (w *worker) ask(at netip.AddrPort, name string) parley.Reply {
	c, err := w.connect(at)
	if err != nil {
		return probe.NotConnected(w.ctx, err)
	}
	t := w.hello.template(name)
	w.line.out = t.write(w.line.out, name, &w.line.random)
	var r parley.Reply
	if _, err = c.Write(w.line.out); err != nil {
		w.ended(&r, err)
	} else {
		w.read(c, &r)
	}
	w.line.drop()
	return r
}

// dial opens a connection by way of a Dialer.
func (w *worker) dial(at netip.AddrPort) (stream, error) {
	ctx, cancel := context.WithTimeout(w.ctx, w.o.Patience)
	defer cancel()
	d := w.o.Dialer
	if d == nil {
		d = &leanDialer
	}
	c, err := d.DialContext(ctx, "tcp", at.String())
	if err != nil {
		return nil, err
	}
	w.line.hold(c, time.Now().Add(w.o.Patience))
	return c, nil
}

// read reads items until the flight is complete or the connection ends.
func (w *worker) read(c stream, r *parley.Reply) {
	dec := wire.NewDecoder(wire.FromServer)
	for total := 0; ; {
		n, err := c.Read(w.line.in[:])
		total += n
		dec.Write(w.line.in[:n])
		for it, ok := dec.Next(); ok; it, ok = dec.Next() {
			if take(r, it) {
				return
			}
		}
		switch {
		case err != nil:
			w.over(dec, r, err)
			return
		case total > maxFlight:
			r.End, r.Detail = parley.EndLimit, "more than 256 KiB"
			return
		}
	}
}

// over takes what the end of the stream left incomplete.
func (w *worker) over(dec *wire.Decoder, r *parley.Reply, err error) {
	w.ended(r, err)
	if r.End == parley.EndInterrupted {
		return
	}
	for it, ok := dec.Close(); ok; it, ok = dec.Close() {
		if it.Kind == wire.KindNotTLS {
			r.End, r.Plain = parley.EndPlaintext, it.Raw[:min(len(it.Raw), 512)]
			return
		}
		record(r, it)
	}
}

// ended says how a connection ended.
func (w *worker) ended(r *parley.Reply, err error) {
	var timeout net.Error
	switch {
	case w.ctx.Err() != nil:
		r.End = parley.EndInterrupted
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		r.End = parley.EndFIN
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		r.End = parley.EndRST
	case errors.As(err, &timeout) && timeout.Timeout():
		r.End = parley.EndSilence
	default:
		r.End, r.Detail = parley.EndLocal, err.Error()
	}
}

func record(r *parley.Reply, it wire.Item) {
	r.Events = append(r.Events, parley.Event{From: parley.ServerSide, Item: it})
}

// take adds an item to a reply, and says whether it was the last that is wanted.
func take(r *parley.Reply, it wire.Item) bool {
	if it.Kind == wire.KindNotTLS {
		r.End, r.Plain = parley.EndPlaintext, it.Raw[:min(len(it.Raw), 512)]
		return true
	}
	record(r, it)
	if len(r.Events) > maxItems {
		r.End, r.Detail = parley.EndLimit, "more than 64 records or messages"
		return true
	}
	switch it.Kind {
	case wire.KindAlert:
		if it.Alert.Level == iana.AlertFatal && it.Alert.Description != iana.AlertCloseNotify {
			r.End, r.Alert = parley.EndAlert, it.Alert
			return true
		}
	case wire.KindHandshake:
		return message(r, it)
	case wire.KindApplicationData:
		// In 1.3 this is the rest of the flight; without a ServerHello it answers nothing.
		r.End = parley.EndStopped
		if r.ServerHello() == nil {
			r.End, r.Detail = parley.EndMalformed, "record: expected a ServerHello, got application data"
		}
		return true
	case wire.KindMalformed:
		r.End, r.Detail = parley.EndMalformed, it.Err.Error()
		return true
	case wire.KindTooLarge:
		r.End, r.Detail = parley.EndLimit, it.Err.Error()
		return true
	case wire.KindChangeCipherSpec:
	default:
		r.End, r.Detail = parley.EndMalformed, "record: expected a ServerHello, got "+it.Kind.String()
		return true
	}
	return false
}

// message says whether a handshake message ends what is wanted.
func message(r *parley.Reply, it wire.Item) bool {
	switch m := it.Message.(type) {
	case *wire.ServerHello:
		// Whether more is to come of 1.3 is known to the server: what follows is
		// encrypted, and a HelloRetryRequest says what it selects.
		if m.IsHelloRetryRequest() {
			r.End = parley.EndStopped
			return true
		}
	case *wire.ServerHelloDone:
		r.End = parley.EndStopped
		return true
	}
	if r.ServerHello() == nil && it.Type != iana.TypeHelloRequest {
		r.End, r.Detail = parley.EndMalformed, "message: expected a ServerHello, got "+it.Type.String()
		return true
	}
	return false
}
