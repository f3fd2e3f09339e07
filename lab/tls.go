package lab

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// gate looks at a hello before crypto/tls gets it; nil lets it pass.
type gate func(h *wire.ClientHello) ending

// tlsTarget starts a server of crypto/tls and returns it as a target.
func (l *Lab) tlsTarget(ctx context.Context, config func(*identities) *tls.Config, gates ...gate) (Target, error) {
	ids, err := l.identities()
	if err != nil {
		return Target{}, err
	}
	addr, err := l.serve(ctx, serveTLS(config(ids), gates...))
	if err != nil {
		return Target{}, err
	}
	return Target{Address: addr.String(), CA: ids.rootPEM}, nil
}

// serveTLS serves with crypto/tls what the gates let pass.
func serveTLS(cfg *tls.Config, gates ...gate) handler {
	return func(ctx context.Context, c *net.TCPConn) {
		h, raw, err := readHello(c)
		if err != nil {
			return
		}
		for _, g := range gates {
			if h == nil {
				break
			}
			if end := g(h); end != nil {
				end(c, h)
				return
			}
		}
		answerTLS(ctx, c, cfg, raw)
	}
}

// answerTLS lets crypto/tls answer what was read, and what follows.
func answerTLS(ctx context.Context, c *net.TCPConn, cfg *tls.Config, raw []byte) {
	answerThrough(ctx, c, cfg, raw)
	hangUp(c, nil)
}

// answerThrough is answerTLS over what carries the bytes; it leaves it open.
func answerThrough(ctx context.Context, c net.Conn, cfg *tls.Config, raw []byte) {
	conn := tls.Server(&replay{Conn: c, first: io.MultiReader(bytes.NewReader(raw), c)}, cfg)
	if conn.HandshakeContext(ctx) == nil {
		sayOK(conn)
		conn.CloseWrite()
	}
}

// sayOK answers an HTTP request, so that a browser shows that it is through.
// Anything else is read to its end.
func sayOK(c io.ReadWriter) {
	b := make([]byte, 4096)
	// A client of 1.0 may send the first byte in a record of its own.
	n, _ := io.ReadAtLeast(c, b, len("GET "))
	if bytes.HasPrefix(b[:n], []byte("GET ")) || bytes.HasPrefix(b[:n], []byte("HEAD ")) {
		fmt.Fprint(c, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 3\r\n\r\nok\n")
		return
	}
	if n > 0 {
		io.Copy(io.Discard, c)
	}
}

// replay is a connection of which some bytes were read already.
type replay struct {
	net.Conn
	first io.Reader
}

func (r *replay) Read(b []byte) (int, error) { return r.first.Read(b) }

// readHello reads records until a ClientHello is complete. If what came is no
// ClientHello of TLS, it returns what it read of it and no hello.
func readHello(r io.Reader) (h *wire.ClientHello, raw []byte, err error) {
	var message []byte
	for {
		at := len(raw)
		raw = append(raw, 0, 0, 0, 0, 0)
		if n, err := io.ReadFull(r, raw[at:]); err != nil {
			if n > 0 {
				return nil, raw[:at+n], nil
			}
			return nil, raw[:at], err
		}
		if iana.ContentType(raw[at]) != iana.ContentHandshake || raw[at+1] != 3 {
			return nil, raw, nil
		}
		payload := make([]byte, int(raw[at+3])<<8|int(raw[at+4]))
		if _, err := io.ReadFull(r, payload); err != nil {
			return nil, raw, err
		}
		raw = append(raw, payload...)
		message = append(message, payload...)
		if len(message) < 4 {
			continue
		}
		size := int(message[1])<<16 | int(message[2])<<8 | int(message[3])
		if iana.HandshakeType(message[0]) != iana.TypeClientHello || size > wire.DefaultLimit {
			return nil, raw, nil
		}
		if len(message) >= 4+size {
			h, err := wire.ParseClientHello(message[4 : 4+size])
			if err != nil {
				return nil, raw, nil
			}
			return h, raw, nil
		}
	}
}
