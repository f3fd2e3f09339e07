package lab

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"slices"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

var refuseSecondHello = Fault{
	Name:  "refuse-second-hello",
	Title: "the server asks for another hello, and resets it",
	Want:  unfit("tolerance.retry"),
	As:    "go",
	Start: retryAndReset,
}

// retryAndReset is the Start of a server with one group, of which clients send
// no share at first, that resets what follows its HelloRetryRequest.
func retryAndReset(ctx context.Context, l *Lab) (Target, error) {
	ids, err := l.identities()
	if err != nil {
		return Target{}, err
	}
	cfg := onlyGroup(tls.CurveP384)(ids)
	cfg.MinVersion = tls.VersionTLS13
	addr, err := l.serve(ctx, func(ctx context.Context, c *net.TCPConn) {
		h, raw, err := readHello(c)
		if err != nil || h == nil {
			return
		}
		shares := h.KeyShares()
		if slices.ContainsFunc(shares, func(k wire.KeyShare) bool { return k.Group == iana.GroupSecp384r1 }) || !h.Offers(iana.TLS13) {
			answerTLS(ctx, c, cfg, raw)
			return
		}
		answerThrough(ctx, &oneAnswer{TCPConn: c}, cfg, raw)
		reset(c, nil)
	})
	if err != nil {
		return Target{}, err
	}
	return Target{Address: addr.String(), CA: ids.rootPEM, SNI: Name}, nil
}

// oneAnswer waits for what follows the first answer, and does not pass it on.
type oneAnswer struct {
	*net.TCPConn
	said bool
}

func (x *oneAnswer) Write(b []byte) (int, error) {
	x.said = true
	return x.TCPConn.Write(b)
}

func (x *oneAnswer) Read(b []byte) (int, error) {
	n, err := x.TCPConn.Read(b)
	if x.said && err == nil {
		return 0, io.EOF
	}
	return n, err
}
