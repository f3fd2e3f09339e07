package lab

import (
	"context"
	"net"
	"strconv"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// sight is what a box on the path sees of a hello.
type sight struct {
	*wire.ClientHello
	bytes   int          // of the records
	records int          // how many it came in
	whole   bool         // it came in one segment
	record  iana.Version // of the first record
	first   int          // bytes in the first record
}

// box is what stands before a good server: it ends some connections, and lets
// the others through. nil lets through.
type box func(s sight) ending

// behindBox is the Start of a server as it should be, with a box before it.
func behindBox(b box) func(context.Context, *Lab) (Target, error) {
	return func(ctx context.Context, l *Lab) (Target, error) {
		ids, err := l.identities()
		if err != nil {
			return Target{}, err
		}
		cfg := rsaConfig(ids)
		addr, err := l.serve(ctx, func(ctx context.Context, c *net.TCPConn) {
			h, raw, err := readHello(c)
			if err != nil {
				return
			}
			if h != nil {
				if end := b(sight{ClientHello: h, bytes: len(raw), records: recordsIn(raw), whole: segmentsIn(c) <= 1,
					record: iana.Version(uint16(raw[1])<<8 | uint16(raw[2])), first: int(raw[3])<<8 | int(raw[4])}); end != nil {
					end(c, h)
					return
				}
			}
			answerTLS(ctx, c, cfg, raw)
		})
		if err != nil {
			return Target{}, err
		}
		return Target{Address: addr.String(), CA: ids.rootPEM, SNI: Name}, nil
	}
}

// greeted is behindBox for a client that begins with hello.
func greeted(b box, hello func() []byte) func(context.Context, *Lab) (Target, error) {
	return func(ctx context.Context, l *Lab) (Target, error) {
		t, err := behindBox(b)(ctx, l)
		t.Hello = hello()
		return t, err
	}
}

// boxedName is behindBox for a target with a name that the box knows.
func boxedName(b box) func(context.Context, *Lab) (Target, error) {
	return func(ctx context.Context, l *Lab) (Target, error) {
		t, err := behindBox(b)(ctx, l)
		t.SNI = filteredName
		return t, err
	}
}

// filteredName is a name that the lab's certificates cover and its boxes filter.
const filteredName = "games.parley.test"

// filtered says whether a hello asks for the name that boxes filter.
func (s sight) filtered() bool {
	n, _ := s.ServerName()
	return n == filteredName
}

func (s sight) has(e iana.ExtensionType) bool {
	_, ok := s.Extension(e)
	return ok
}

// recordsIn counts the records of raw.
func recordsIn(raw []byte) (n int) {
	for ; len(raw) >= 5; n++ {
		raw = raw[min(5+int(raw[3])<<8+int(raw[4]), len(raw)):]
	}
	return n
}

// large says whether a hello is larger than boxes expect, which were made
// before groups with ML-KEM.
func (s sight) large() bool { return s.bytes > 1200 }

// resetAs ends with a RST that has another TTL than the server's own segments,
// as one has that a box on the path makes.
func resetAs(ttl int) ending {
	return func(c *net.TCPConn, h *wire.ClientHello) {
		setTTL(c, ttl)
		reset(c, h)
	}
}

// boxTTL is the TTL of what the lab's boxes make; Linux sends 64.
const boxTTL = 128

// when ends the hellos of which is is true.
func when(is func(sight) bool, end ending) box {
	return func(s sight) ending {
		if is(s) {
			return end
		}
		return nil
	}
}

// answerPage ends with a page in clear text.
func answerPage(status, body string) ending {
	return func(c *net.TCPConn, h *wire.ClientHello) {
		c.Write([]byte("HTTP/1.1 " + status + "\r\nContent-Type: text/html\r\nContent-Length: " + strconv.Itoa(len(body)) +
			"\r\nConnection: close\r\n\r\n" + body))
		hangUp(c, h)
	}
}

// The diagnoses of boxes: located on the path, or found by what they do alone.
func located(id parley.CauseID) Want {
	return Want{Cause: id, Side: parley.PathSide, Certainty: parley.Proved, Exit: 1}
}

// unfit is the diagnosis of a server that fails on what it could pass over.
func unfit(id parley.CauseID) Want {
	return Want{Cause: id, Side: parley.ServerSide, Certainty: parley.Proved, Exit: 1}
}

func notLocated(id parley.CauseID) Want {
	return Want{Cause: id, Side: parley.SideUnknown, Certainty: parley.Inferred, Exit: 1}
}
