package probe

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/parley-tls/parley"
)

// keep is how much of plaintext and banners a reply holds, in bytes.
const keep = 512

// rest is how long the rest of a banner may take once its first bytes are there.
const rest = 200 * time.Millisecond

// link is the connection of one attempt. Reads are bounded in time and bytes,
// and every way in which they fail is an end.
type link struct {
	ctx     context.Context
	conn    net.Conn
	unhook  func() bool
	silence time.Duration
	max     int
	left    int    // bytes the peer may still send
	in      []byte // read and not consumed
	reset   bool   // a write met the reset; the next read would not show it again
	last    error  // of the last read that failed
	buf     *[4096]byte
	// wrap and unwrap are how TLS stands in the packets of another protocol; nil:
	// it stands alone.
	wrap, unwrap func([]byte) []byte

	mu    sync.Mutex    // guards what follows, and the order of read deadlines
	bound time.Duration // of the silence, once the peer answered elsewhere; 0: none
	since time.Time     // when the read under way began; zero: none is
	due   time.Time     // its deadline
}

// buffers are those into which links read: a scan has hundreds, one after the other.
var buffers = sync.Pool{New: func() any { return new([4096]byte) }}

func newLink(ctx context.Context, conn net.Conn, silence time.Duration, limit int) *link {
	l := &link{ctx: ctx, conn: conn, silence: silence, max: limit, left: limit, buf: buffers.Get().(*[4096]byte)}
	// A deadline in the past wakes a read or write that is under way.
	l.unhook = context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })
	return l
}

// fill reads once, until the silence or the deadline, whichever is first. A
// zero deadline is none.
func (l *link) fill(deadline time.Time) *end {
	if l.left <= 0 {
		return &end{kind: parley.EndLimit, detail: fmt.Sprintf("more than %d bytes", l.max)}
	}
	l.await(deadline)
	if l.ctx.Err() != nil { // the hook may have run before the line above
		return &end{kind: parley.EndInterrupted}
	}
	n, err := l.conn.Read(l.buf[:min(len(l.buf), l.left)])
	l.mu.Lock()
	l.since = time.Time{}
	l.mu.Unlock()
	came := l.buf[:n]
	if l.unwrap != nil {
		came = l.unwrap(came)
	}
	l.in = append(l.in, came...)
	l.left -= n
	if n > 0 {
		return nil
	}
	if err == nil {
		err = io.ErrNoProgress
	}
	return l.failed(err)
}

// await sets the deadline of the next read.
func (l *link) await(deadline time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	silence := l.silence
	if l.bound > 0 {
		silence = min(silence, l.bound)
	}
	l.since = time.Now()
	l.due = l.since.Add(silence)
	if !deadline.IsZero() && deadline.Before(l.due) {
		l.due = deadline
	}
	l.conn.SetReadDeadline(l.due)
}

// hasten bounds the silence, also of a read under way.
func (l *link) hasten(silence time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.bound = silence
	if sooner := l.since.Add(silence); !l.since.IsZero() && sooner.Before(l.due) {
		l.due = sooner
		l.conn.SetReadDeadline(sooner)
	}
	if l.ctx.Err() != nil { // the hook may have run before the line above
		l.conn.SetReadDeadline(time.Unix(1, 0))
	}
}

// failed says which end a failed read is.
func (l *link) failed(err error) *end {
	l.last = err
	var timeout net.Error
	switch {
	case l.ctx.Err() != nil:
		return &end{kind: parley.EndInterrupted}
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, syscall.ETIMEDOUT):
		return &end{kind: parley.EndSilence}
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, syscall.ECONNABORTED):
		return &end{kind: parley.EndRST}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		if l.reset {
			return &end{kind: parley.EndRST}
		}
		return &end{kind: parley.EndFIN}
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return &end{kind: parley.EndUnreachable, detail: err.Error()}
	case errors.As(err, &timeout) && timeout.Timeout():
		return &end{kind: parley.EndSilence}
	}
	return &end{kind: parley.EndLocal, detail: "read: " + err.Error()}
}

// write sends b. A peer that has closed is no failure here: what it said before
// it closed waits to be read.
func (l *link) write(b []byte) *end {
	l.conn.SetWriteDeadline(time.Now().Add(l.silence))
	if l.ctx.Err() != nil {
		return &end{kind: parley.EndInterrupted}
	}
	_, err := l.conn.Write(b)
	switch {
	case err == nil:
		return nil
	case l.ctx.Err() != nil:
		return &end{kind: parley.EndInterrupted}
	case errors.Is(err, syscall.ECONNRESET):
		l.reset = true
	}
	return nil
}

// take returns what was read and forgets it.
func (l *link) take() []byte {
	b := l.in
	l.in = nil
	return b
}

// until consumes up to and including mark, which must come within limit bytes.
// Without it, it returns what there is and why no more came.
func (l *link) until(mark []byte, limit int, deadline time.Time) ([]byte, *end) {
	for {
		if i := bytes.Index(l.in, mark); i >= 0 {
			i += len(mark)
			b := l.in[:i:i]
			l.in = l.in[i:]
			return b, nil
		}
		if len(l.in) > limit {
			return l.take(), &end{kind: parley.EndLimit, detail: fmt.Sprintf("more than %d bytes", limit)}
		}
		if e := l.fill(deadline); e != nil {
			return l.take(), e
		}
	}
}

// exactly consumes n bytes.
func (l *link) exactly(n int, deadline time.Time) ([]byte, *end) {
	for len(l.in) < n {
		if e := l.fill(deadline); e != nil {
			return l.take(), e
		}
	}
	b := l.in[:n:n]
	l.in = l.in[n:]
	return b, nil
}

// banner reads on after first bytes that are not TLS, until a line is whole.
func (l *link) banner(b []byte) []byte {
	deadline := time.Now().Add(rest)
	for len(b) < keep && !bytes.ContainsRune(b, '\n') {
		if l.fill(deadline) != nil {
			break
		}
		b = append(b, l.take()...)
	}
	return b[:min(len(b), keep)]
}

// drain sends FIN and reads what was under way, so that the close is none with
// unread data, which a kernel turns into a reset.
func (l *link) drain(rtt time.Duration) {
	if half, ok := l.conn.(interface{ CloseWrite() error }); ok {
		half.CloseWrite()
	}
	deadline := time.Now().Add(min(max(3*rtt/2, 10*time.Millisecond), 150*time.Millisecond))
	for l.fill(deadline) == nil {
		l.in = l.in[:0]
	}
}

func (l *link) close() {
	l.unhook()
	l.conn.Close()
	buffers.Put(l.buf)
	l.buf = nil
}
