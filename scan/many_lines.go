package scan

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/target"
)

// maxLine bounds a line of a list, in bytes, and maxNetwork how many addresses
// one line may stand for.
const (
	maxLine    = 4096
	maxNetwork = 1 << 16
)

// Lines is the Source that reads a list: a target a line, as target.Read takes
// it, or a network such as 192.0.2.0/28 or 192.0.2.0/28:8443, all of whose
// addresses are meant. What follows # is a comment. A target that comes again is
// passed over.
type Lines struct {
	// Bad is told of every line that is no target, by its number from 1. The
	// scan goes on behind it. Nil: nobody is.
	Bad func(number int, err error)
	// Wrong counts those lines, Taken the targets that were handed out, Again what
	// came more than once.
	Wrong, Taken, Again int

	in     *bufio.Reader
	number int
	first  bool
	seen   map[[16]byte]struct{}
	net    netip.Prefix // the network that is being handed out
	next   netip.Addr
	port   string
	pem    bool // within a PEM block
}

// NewLines reads a list.
func NewLines(r io.Reader) *Lines {
	return &Lines{in: bufio.NewReaderSize(r, maxLine), seen: map[[16]byte]struct{}{}}
}

// Skip says of a target that it was asked already. It reports whether it could
// be read, and was new.
func (l *Lines) Skip(text string) bool {
	t, err := readTarget(text)
	return err == nil && l.fresh(t)
}

// fresh takes note of a target; false if it was there before. Targets are the
// same if the same would be asked of them: where no scheme is named, the port may
// suggest an upgrade, and some schemes bring a protocol for ALPN.
func (l *Lines) fresh(t parley.Target) bool {
	bare := !strings.Contains(t.Text, "://")
	if _, guessed := parley.UpgradeOnPort(t.Port); !guessed {
		bare = true
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %d %v %q %q %q %t", strings.ToLower(t.Host), t.Port, t.Transport, t.StartTLS, strings.ToLower(t.Name), target.Protocol(t), bare))
	key := [16]byte(sum[:16])
	if _, again := l.seen[key]; again {
		return false
	}
	l.seen[key] = struct{}{}
	return true
}

// Next returns the next target of the list.
func (l *Lines) Next(ctx context.Context) (parley.Target, error) {
	for ctx.Err() == nil {
		text, err := l.text()
		if err != nil {
			return parley.Target{}, err
		}
		if text == "" {
			continue
		}
		t, err := readTarget(text)
		if err != nil {
			l.wrong(err)
			continue
		}
		if !l.fresh(t) {
			l.Again++
			continue
		}
		l.Taken++
		return t, nil
	}
	return parley.Target{}, ctx.Err()
}

// maxBare is how long a line without dot, colon and scheme may be: beyond it stands
// no name, but perhaps a secret, which is neither looked up nor repeated.
const maxBare = 40

// readTarget reads a target, and the server name that goes with it.
func readTarget(text string) (parley.Target, error) {
	if len(text) > maxBare && !strings.ContainsAny(text, ".:") {
		return parley.Target{}, fmt.Errorf("%d bytes without a dot or a colon are no target; they are not repeated here", len(text))
	}
	t, err := target.Read(text)
	if _, e := netip.ParseAddr(t.Host); err == nil && e != nil {
		t.Name = t.Host
	}
	return t, err
}

// inPEM says of a line that it belongs to a PEM block, such as a key; it is told
// where one begins.
func (l *Lines) inPEM(text string) bool {
	begins := strings.HasPrefix(text, "-----")
	switch {
	case l.pem && begins:
		l.pem = strings.HasPrefix(text, "-----BEGIN")
		l.Wrong++
	case l.pem:
		l.Wrong++
	case begins:
		l.pem = strings.HasPrefix(text, "-----BEGIN")
		l.wrong(errors.New("PEM is no list of targets: nothing of it is asked or repeated"))
	default:
		return false
	}
	return true
}

func (l *Lines) wrong(err error) {
	l.Wrong++
	if l.Bad != nil {
		l.Bad(l.number, err)
	}
}

// text returns the next line without comment and space, or the next address of
// a network; empty: there is nothing on the line.
func (l *Lines) text() (string, error) {
	if l.net.IsValid() {
		at := l.next
		l.next = at.Next()
		if !l.net.Contains(l.next) {
			l.net = netip.Prefix{}
		}
		if l.port == "" {
			return at.String(), nil
		}
		return net.JoinHostPort(at.String(), l.port), nil
	}
	b, err := l.line()
	if err != nil {
		return "", err
	}
	if !l.first {
		l.first = true
		b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	}
	text := strings.TrimSpace(string(b))
	if l.inPEM(text) {
		return "", nil
	}
	if strings.HasPrefix(text, "#") {
		return "", nil
	}
	for _, mark := range []string{" #", "\t#"} {
		text, _, _ = strings.Cut(text, mark)
	}
	text = strings.TrimSpace(text)
	if n, port, ok := network(text); ok {
		if size := n.Addr().BitLen() - n.Bits(); size > 16 {
			l.wrong(fmt.Errorf("%q stands for more than %d addresses", text, maxNetwork))
			return "", nil
		}
		l.net, l.next, l.port = n.Masked(), n.Masked().Addr(), port
		return "", nil
	}
	return text, nil
}

// network reads a network, with or without a port.
func network(text string) (netip.Prefix, string, bool) {
	if n, err := netip.ParsePrefix(text); err == nil {
		return n, "", true
	}
	at := strings.LastIndexByte(text, ':')
	if at < 0 || !strings.Contains(text[:at], "/") {
		return netip.Prefix{}, "", false
	}
	n, err := netip.ParsePrefix(text[:at])
	return n, text[at+1:], err == nil
}

// line reads one line of any length; of one that is too long nothing is kept.
func (l *Lines) line() ([]byte, error) {
	l.number++
	b, err := l.in.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		for errors.Is(err, bufio.ErrBufferFull) {
			_, err = l.in.ReadSlice('\n')
		}
		if err == nil || errors.Is(err, io.EOF) {
			l.wrong(fmt.Errorf("more than %d bytes are no target", maxLine))
			return nil, nil
		}
	}
	if errors.Is(err, io.EOF) && len(b) > 0 {
		return b, nil
	}
	return b, err
}
