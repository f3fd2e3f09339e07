package lab

import (
	"bytes"
	"context"
	"crypto/tls"
	"net"
	"strings"

	"github.com/parley-tls/parley"
)

// plainPeer is a server that speaks another protocol than TLS, as far as a
// client hears of it that came for TLS.
type plainPeer struct {
	greeting string // said before the client has spoken
	// reply answers what the client said in one write; more is false when the
	// peer hangs up after it.
	reply func(in []byte) (out string, more bool)
	// upgrade is what the peer says before it goes over to TLS, if in asks for
	// that; empty if it does not. A nil upgrade never goes over.
	upgrade func(in []byte) string
}

func (p plainPeer) serve(ctx context.Context, c *net.TCPConn) { p.converse(ctx, c, nil) }

func (p plainPeer) converse(ctx context.Context, c *net.TCPConn, cfg *tls.Config) {
	if p.greeting != "" {
		c.Write([]byte(p.greeting))
	}
	b := make([]byte, 16<<10)
	for {
		n, err := c.Read(b)
		if err != nil {
			return
		}
		if p.upgrade != nil {
			if out := p.upgrade(b[:n]); out != "" {
				c.Write([]byte(out))
				answerTLS(ctx, c, cfg, nil)
				return
			}
		}
		out, more := p.reply(b[:n])
		c.Write([]byte(out))
		if !more {
			hangUp(c, nil)
			return
		}
	}
}

// start starts the peer as the Start of a Fault.
func (p plainPeer) start(ctx context.Context, l *Lab) (Target, error) {
	addr, err := l.serve(ctx, p.serve)
	return Target{Address: addr.String()}, err
}

// startUpgradable starts a peer that can go over to TLS as the Start of a Fault.
func (p plainPeer) startUpgradable(ctx context.Context, l *Lab) (Target, error) {
	ids, err := l.identities()
	if err != nil {
		return Target{}, err
	}
	cfg := rsaConfig(ids)
	addr, err := l.serve(ctx, func(ctx context.Context, c *net.TCPConn) { p.converse(ctx, c, cfg) })
	return Target{Address: addr.String(), CA: ids.rootPEM}, err
}

// plainSeen is the diagnosis of a port that speaks in clear. The side is
// unknown: the lab's ports are not those on which anyone expects TLS.
var plainSeen = Want{Cause: "plaintext.tls-to-plain-port", Side: parley.SideUnknown, Certainty: parley.Seen, Exit: 1}

// always returns a reply that says out to anything, and hangs up.
func always(out string) func([]byte) (string, bool) {
	return func([]byte) (string, bool) { return out, false }
}

// isTLS says whether in begins as a handshake record does.
func isTLS(in []byte) bool { return len(in) > 1 && in[0] == 22 && in[1] == 3 }

// verb is the first word of a line, in upper case.
func verb(in []byte) string { return word(in, 0) }

// word is word i of a line, in upper case; empty if the line has no such word.
func word(in []byte, i int) string { return strings.ToUpper(rawWord(in, i)) }

// rawWord is word i of a line as it stands.
func rawWord(in []byte, i int) string {
	words := bytes.Fields(in)
	if len(words) <= i || isTLS(in) {
		return ""
	}
	return string(words[i])
}
