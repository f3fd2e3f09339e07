package scan

import (
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/probe"
	"github.com/parley-tls/parley/wire"
)

// hellos are the bytes of one hello for names of every length. What is written
// into them for a connection is the name, a new random and a new session id;
// the key shares, which a scan never uses, stay.
type hellos struct {
	client *parley.Client
	offers []iana.Version // what it lists in supported_versions; nil: it has none
	alpn   bool
	// of are the templates by the length of the name, made when they are needed.
	of [256]atomic.Pointer[template]
}

// template is the first flight of a client with a name of so many bytes.
type template struct {
	hello                 *wire.ClientHello
	bytes                 []byte
	random, session, name int // where they stand in bytes; name 0: none is sent
	sessionLen, nameLen   int
}

// newHellos prepares the hello of a client; nil: the one that offers 1.0 to 1.3.
func newHellos(c *parley.Client) (*hellos, error) {
	if c == nil {
		c = broad()
	}
	if len(c.Hellos) == 0 || c.Hellos[0].Message == nil {
		return nil, fmt.Errorf("%s begins with a hello of SSL 2, which is not asked of many", c.ID)
	}
	h := c.Hellos[0].Message
	_, alpn := h.Extension(iana.ExtALPN)
	return &hellos{client: c, offers: h.SupportedVersions(), alpn: alpn}, nil
}

// broad is the client of a scan of many: its hello offers everything from 1.0
// to 1.3 that servers in use select, and fits into one segment.
func broad() *parley.Client {
	h := parley.WholeHello(iana.TLS13, "a")
	h.Suites = h.Suites[:min(len(h.Suites), 3)]
	for _, s := range parley.WholeSuites(iana.TLS12) {
		i, _ := s.Info()
		switch i.Cipher {
		case "AES_128_GCM", "AES_256_GCM", "CHACHA20_POLY1305", "AES_128_CBC", "AES_256_CBC", "3DES_EDE_CBC", "RC4_128":
			if i.Auth != iana.AuthDSS {
				h.Suites = append(h.Suites, s)
			}
		}
	}
	h.Suites = append(h.Suites, iana.SCSVRenegotiation)
	h.SetSupportedVersions([]iana.Version{iana.TLS13, iana.TLS12, iana.TLS11, iana.TLS10})
	h.SetKeyShares(slices.DeleteFunc(h.KeyShares(), func(s wire.KeyShare) bool { return s.Group != iana.GroupX25519 }))
	h.SetExtension(iana.ExtExtendedMasterSecret, []byte{})
	h.SetALPN([]string{"h2", "http/1.1"})
	return &parley.Client{ID: "scan", Name: "a scan", Hellos: []parley.Hello{{Message: h, RecordVersion: iana.TLS10, Composed: true}}}
}

// attempt is what is asked of a scope, without its id. Over DTLS it has no hello
// where the client offers no version that one of DTLS follows.
func (h *hellos) attempt(s parley.Scope, prologue []parley.Step) parley.Attempt {
	a := parley.Attempt{Role: parley.RoleBase, Name: string(h.client.ID), Scope: s, Prologue: prologue, Hello: h.template(s.Name).named(s.Name)}
	switch s.Transport {
	case parley.TransportQUIC:
		a.Hello = parley.AsQUIC(a.Hello, parley.QUICProtocols()...)
		a.Until = parley.StopFinished // what it shows comes encrypted
	case parley.TransportDTLS:
		a.Hello = parley.OverDTLS(a.Hello)
	}
	return a
}

// named is the hello for a name of the template's length.
func (t *template) named(name string) *wire.ClientHello {
	c := t.hello.Clone()
	if t.name > 0 {
		c.SetServerName(name)
	}
	return c
}

// template returns the bytes for names as long as this one.
func (h *hellos) template(name string) *template {
	n := min(len(name), len(h.of)-1)
	if t := h.of[n].Load(); t != nil {
		return t
	}
	t, err := h.make(n)
	if err != nil {
		panic("scan: hello: " + err.Error()) // of a specimen, with a random source that does not fail
	}
	h.of[n].CompareAndSwap(nil, t)
	return h.of[n].Load()
}

// make builds the template for names of n bytes.
func (h *hellos) make(n int) (*template, error) {
	scope := parley.Scope{Name: string(slices.Repeat([]byte{'a'}, n))}
	a := parley.BaseOf(h.client, scope)
	hello, err := probe.Fresh(rand.Reader, a.Hello)
	if err != nil {
		return nil, err
	}
	record := a.RecordVersion
	if record == 0 {
		record = iana.TLS10
	}
	message := hello.Message()
	t := &template{hello: hello, bytes: wire.AppendRecords(nil, iana.ContentHandshake, record, message, a.Split.Records...)}
	if len(t.bytes) != len(message)+5 {
		return nil, errors.New("the hello of this client is in more than one record")
	}
	const inRecord = 5 + 4 // the headers of record and message
	t.random = inRecord + 2
	t.session, t.sessionLen = t.random+32+1, len(hello.SessionID)
	at := t.session + t.sessionLen + 2 + 2*len(hello.Suites) + 1 + len(hello.Compression) + 2
	for _, e := range hello.Extensions {
		if e.Type == iana.ExtServerName && n > 0 {
			t.name, t.nameLen = at+4+5, n
		}
		at += 4 + len(e.Data)
	}
	if at != len(t.bytes) && !hello.OmitExtensions {
		return nil, errors.New("the hello of this client does not have the usual form")
	}
	return t, nil
}

// write puts the hello for a name into b, with fresh bytes from random.
func (t *template) write(b []byte, name string, random *randoms) []byte {
	b = append(b[:0], t.bytes...)
	random.read(b[t.random : t.random+32])
	random.read(b[t.session : t.session+t.sessionLen])
	if t.name > 0 {
		copy(b[t.name:t.name+t.nameLen], name)
	}
	return b
}

// randoms draws from crypto/rand in large pieces.
type randoms struct {
	buf  [512]byte
	left int
}

func (r *randoms) read(p []byte) {
	if r.left < len(p) {
		rand.Read(r.buf[:]) // never fails
		r.left = len(r.buf)
	}
	from := len(r.buf) - r.left
	copy(p, r.buf[from:])
	clear(r.buf[from : from+len(p)])
	r.left -= len(p)
}
