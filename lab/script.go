package lab

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"slices"
	"time"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/keys"
	"github.com/parley-tls/parley/wire"
)

// Terms are what a scripted server accepts, and what it leaves out. It speaks
// SSL 3 to TLS 1.3, and asks no client for a certificate.
type Terms struct {
	Versions []iana.Version
	Suites   []iana.Suite // in order of preference, which decides
	// Groups are those for ECDHE, in order of preference; 1.3 prefers one of which
	// the client sent a key share.
	Groups  []iana.Group
	Schemes []iana.Scheme // that it signs with from 1.2 on; the client's order decides
	// Key is the kind of key of its certificate, KeyRSA or KeyECDSA; zero: it
	// has none.
	Key iana.KeyType
	// DHPrime is the prime of DHE, big-endian, with generator 2.
	DHPrime []byte
	ALPN    []string // in order of preference; nil: ignores the extension

	OmitEMS               bool // does not answer extended_master_secret (RFC 7627)
	OmitRenegotiationInfo bool // does not answer renegotiation_info (RFC 5746)

	// Mangle changes the first flight to h before it is written, with which the
	// script ends; nil leaves it, and the script goes on to the end.
	Mangle func(h *wire.ClientHello, f *Flight)

	// Says is what goes out under the script's keys in the place of m, a handshake
	// message with its header; nil: m. It is asked once more, with an m of nil,
	// when the handshake is through. What is no handshake message is the last word.
	Says func(m []byte) (iana.ContentType, []byte)

	// then serves what comes behind the handshake, in the place of an answer to
	// a request.
	then func(h *wire.ClientHello, t *talk)
}

// Flight is a server's first flight in clear: handshake messages, and what
// follows them.
type Flight struct {
	Version  iana.Version // of the records
	Hello    *wire.ServerHello
	Messages [][]byte // with their headers; Messages[0] is Hello unless it is nil
	// Trailer is written as it is after the messages' records. In 1.3 it is all
	// that follows the ServerHello.
	Trailer []byte
	// Endless is written after that, again and again, for as long as the client
	// takes it; nil: nothing is.
	Endless []byte
	// Closes: the FIN follows at once, and not when the client has said something.
	Closes bool
	// Pause lies between any two bytes; zero: all are one write.
	Pause time.Duration
}

// Script starts a scripted server with terms t on a free port of 127.0.0.1.
func (l *Lab) Script(ctx context.Context, t Terms) (Target, error) {
	ids, err := l.identities()
	if err != nil {
		return Target{}, err
	}
	s := &script{Terms: t}
	s.certificate, s.loaded = ids.of(t.Key)
	if len(t.DHPrime) > 0 {
		if s.dh, err = keys.NewDH(rand.Reader, t.DHPrime, []byte{2}); err != nil {
			return Target{}, fmt.Errorf("lab: %w", err)
		}
	}
	addr, err := l.serve(ctx, s.serve)
	if err != nil {
		return Target{}, err
	}
	return Target{Address: addr.String(), CA: ids.rootPEM}, nil
}

// script is a running scripted server.
type script struct {
	Terms
	certificate tls.Certificate
	loaded      bool // there is a certificate
	dh          *keys.DH
}

func (s *script) serve(ctx context.Context, c *net.TCPConn) {
	h, _, err := readHello(c)
	if err != nil {
		return
	}
	if h == nil {
		// What OpenSSL says to what is no record of TLS.
		refuse(iana.AlertProtocolVersion)(c, nil)
		return
	}
	closes := false
	sel, refusal := s.choose(h)
	switch {
	case refusal != 0:
	case sel.version == iana.TLS13:
		closes, refusal = s.serve13(ctx, c, h, sel)
	default:
		var f *Flight
		var agree agreement
		if f, agree, refusal = s.answer(h, sel); refusal == 0 {
			closes = f.Closes
			f.write(ctx, c)
			if s.Mangle == nil {
				s.goOn(c, h, f, sel, agree)
			}
		}
	}
	if refusal != 0 {
		refuse(refusal)(c, h)
		return
	}
	if s.Mangle != nil && !closes {
		// What the client replies is not read for what it says: by then the
		// misbehaviour has been seen.
		c.Read(make([]byte, 1))
	}
	hangUp(c, nil)
}

// write says f to the client.
func (f *Flight) write(ctx context.Context, c *net.TCPConn) {
	b := f.bytes()
	if f.Pause == 0 {
		c.Write(b)
	} else {
		drip(ctx, c, b, f.Pause)
	}
	if f.Endless != nil {
		for ctx.Err() == nil {
			if _, err := c.Write(f.Endless); err != nil {
				return
			}
		}
	}
}

// bytes are the records of f: one for each message, as OpenSSL writes.
func (f *Flight) bytes() []byte {
	var out []byte
	for i, m := range f.Messages {
		if i == 0 && f.Hello != nil {
			m = f.Hello.Message()
		}
		out = wire.AppendRecords(out, iana.ContentHandshake, f.Version, m)
	}
	return append(out, f.Trailer...)
}

// selection is what a script selected of a hello.
type selection struct {
	version iana.Version
	suite   iana.Suite
	group   iana.Group
	scheme  iana.Scheme // zero before 1.2, where the version fixes it
	alpn    string
}

// choose negotiates, and refuses with the alert OpenSSL has for it.
func (s *script) choose(h *wire.ClientHello) (sel selection, refusal iana.Alert) {
	versions := slices.Sorted(slices.Values(s.Versions))
	for _, v := range slices.Backward(versions) {
		if h.Offers(v) {
			sel.version = v
			break
		}
	}
	switch {
	case sel.version == 0 && h.MaxVersion() == iana.SSL3:
		return sel, iana.AlertHandshakeFailure
	case sel.version == 0:
		return sel, iana.AlertProtocolVersion
	case h.HasSuite(iana.SCSVFallback) && sel.version < versions[len(versions)-1]:
		return sel, iana.AlertInappropriateFallback
	}
	if offered := h.ALPN(); s.ALPN != nil && offered != nil {
		i := slices.IndexFunc(s.ALPN, func(p string) bool { return slices.Contains(offered, p) })
		if i < 0 {
			return sel, iana.AlertNoApplicationProtocol
		}
		sel.alpn = s.ALPN[i]
	}
	if sel.version == iana.TLS13 {
		return s.choose13(h, sel)
	}
	sel.group = s.group(h)
	i := slices.IndexFunc(s.Suites, func(x iana.Suite) bool { return h.HasSuite(x) && s.can(x, sel) })
	if i < 0 {
		return sel, iana.AlertHandshakeFailure
	}
	sel.suite = s.Suites[i]
	kx := keyExchange(sel.suite)
	if kx != iana.KxECDHE {
		sel.group = 0
	}
	if sel.version == iana.TLS12 && kx != iana.KxRSA && kx != iana.KxPSK {
		if sel.scheme = s.scheme(h); sel.scheme == 0 {
			return sel, iana.AlertHandshakeFailure
		}
	}
	return sel, 0
}

// group is the group for ECDHE; zero if there is none in common.
func (s *script) group(h *wire.ClientHello) iana.Group {
	offered := h.Groups()
	for _, g := range s.Groups {
		// Without the extension any group may be selected (RFC 8422, Section 4).
		if offered == nil || slices.Contains(offered, g) {
			return g
		}
	}
	return 0
}

// can says whether x works with the version, the certificate and the group.
func (s *script) can(x iana.Suite, sel selection) bool {
	info, known := x.Info()
	if !known || !x.UsableAt(sel.version) {
		return false
	}
	if info.Kx == iana.KxPSK {
		return true
	}
	if !s.loaded {
		return false
	}
	if (info.Auth == iana.AuthECDSA) != (s.Key == iana.KeyECDSA) {
		return false
	}
	switch info.Kx {
	case iana.KxRSA:
		return true
	case iana.KxECDHE:
		return sel.group != 0
	case iana.KxDHE:
		return s.dh != nil
	}
	return false
}

// scheme is the first scheme of the client that the script signs with; zero if
// there is none. A client without the extension takes SHA-1 (RFC 5246, Section
// 7.4.1.4.1).
func (s *script) scheme(h *wire.ClientHello) iana.Scheme {
	offered := h.Schemes()
	if offered == nil {
		offered = []iana.Scheme{iana.SchemeRSAPKCS1SHA1, iana.SchemeECDSASHA1}
	}
	for _, x := range offered {
		info, _ := x.Info()
		if slices.Contains(s.Schemes, x) && info.Key == s.Key {
			return x
		}
	}
	return 0
}

func keyExchange(x iana.Suite) iana.KeyExchange {
	info, _ := x.Info()
	return info.Kx
}

// answer is the first flight of 1.2 and older to h, with what makes a secret of
// the client's reply, or the alert if it cannot be made.
func (s *script) answer(h *wire.ClientHello, sel selection) (*Flight, agreement, iana.Alert) {
	hello := s.serverHello(h, sel)
	f := &Flight{Version: sel.version, Hello: hello, Messages: [][]byte{hello.Message()}}
	agree := agreement(s.decrypt)
	kx := keyExchange(sel.suite)
	if kx != iana.KxPSK {
		certificate := &wire.Certificate{Raw: s.certificate.Certificate}
		f.Messages = append(f.Messages, certificate.Message())
	}
	if kx != iana.KxRSA && kx != iana.KxPSK {
		var m []byte
		var err error
		if m, agree, err = s.serverKeyExchange(h, hello, sel); err != nil {
			return nil, nil, iana.AlertInternalError
		}
		f.Messages = append(f.Messages, m)
	}
	f.Messages = append(f.Messages, wire.AppendMessage(nil, iana.TypeServerHelloDone, nil))
	if s.Mangle != nil {
		s.Mangle(h, f)
	}
	return f, agree, 0
}

func (s *script) serverHello(h *wire.ClientHello, sel selection) *wire.ServerHello {
	hello := &wire.ServerHello{LegacyVersion: sel.version, Suite: sel.suite, SessionID: random(32)}
	copy(hello.Random[:], random(32))
	add := func(t iana.ExtensionType, data ...byte) {
		hello.Extensions = append(hello.Extensions, wire.Extension{Type: t, Data: data})
	}
	_, asksInfo := h.Extension(iana.ExtRenegotiationInfo)
	if (asksInfo || h.HasSuite(iana.SCSVRenegotiation)) && !s.OmitRenegotiationInfo {
		add(iana.ExtRenegotiationInfo, 0)
	}
	if _, asks := h.Extension(iana.ExtECPointFormats); asks && sel.group != 0 {
		add(iana.ExtECPointFormats, 1, 0)
	}
	if sel.alpn != "" {
		n := len(sel.alpn)
		add(iana.ExtALPN, append([]byte{0, byte(n + 1), byte(n)}, sel.alpn...)...)
	}
	if _, asks := h.Extension(iana.ExtExtendedMasterSecret); asks && sel.version > iana.SSL3 && !s.OmitEMS {
		add(iana.ExtExtendedMasterSecret)
	}
	hello.OmitExtensions = len(hello.Extensions) == 0
	return hello
}

// inPlaceOf is what the script says where it would say m under its keys.
func (s *script) inPlaceOf(m []byte) (iana.ContentType, []byte) {
	if s.Says == nil {
		return iana.ContentHandshake, m
	}
	return s.Says(m)
}

// errLastWord says that a script is to say no more.
var errLastWord = errors.New("lab: the script ends here")

// errNoKey says that the certificate's key cannot sign what was asked.
var errNoKey = errors.New("lab: the key cannot sign this")
