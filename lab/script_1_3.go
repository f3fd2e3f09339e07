package lab

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"net"
	"slices"

	"golang.org/x/crypto/cryptobyte"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/keys"
	"github.com/parley-tls/parley/wire"
)

// compatibilityCCS is the record that makes 1.3 look like a resumption of 1.2
// (RFC 8446, Appendix D.4).
var compatibilityCCS = []byte{20, 3, 3, 0, 1, 1}

// choose13 negotiates suite, group and scheme of 1.3. sel.group may be one for
// which the client sent no key share.
func (s *script) choose13(h *wire.ClientHello, sel selection) (selection, iana.Alert) {
	i := slices.IndexFunc(s.Suites, func(x iana.Suite) bool { return x.TLS13() && h.HasSuite(x) && keys.Supports(x, iana.TLS13) })
	sel.group = 0
	for _, g := range s.Groups {
		if slices.Contains(h.Groups(), g) && (sel.group == 0 || share(h, g) != nil && share(h, sel.group) == nil) {
			sel.group = g
		}
	}
	for _, x := range h.Schemes() {
		if info, _ := x.Info(); sel.scheme == 0 && info.TLS13 && info.Key == s.Key && slices.Contains(s.Schemes, x) {
			sel.scheme = x
		}
	}
	if i < 0 || sel.group == 0 || sel.scheme == 0 || !s.loaded {
		return sel, iana.AlertHandshakeFailure
	}
	sel.suite = s.Suites[i]
	return sel, 0
}

// share is the client's key share of g, nil if it sent none.
func share(h *wire.ClientHello, g iana.Group) []byte {
	for _, k := range h.KeyShares() {
		if k.Group == g {
			return k.Data
		}
	}
	return nil
}

// serve13 writes the first flight of 1.3 to h, after a HelloRetryRequest if it
// needs one, and goes on to the end; it returns Flight.Closes, and the alert if
// it cannot.
func (s *script) serve13(ctx context.Context, c *net.TCPConn, h *wire.ClientHello, sel selection) (closes bool, refusal iana.Alert) {
	schedule, err := keys.NewSchedule(sel.suite)
	if err != nil {
		return false, iana.AlertInternalError
	}
	t := newTalk(c, iana.TLS13)
	t.said.Add(h.Message())
	if share(h, sel.group) == nil {
		retry := hello13(h, sel, binary.BigEndian.AppendUint16(nil, uint16(sel.group)))
		retry.Random = wire.HelloRetryRequestRandom
		out := wire.AppendRecords(nil, iana.ContentHandshake, iana.TLS12, retry.Message())
		c.Write(append(out, compatibilityCCS...))
		schedule.Retry(t.said)
		t.said.Add(retry.Message())
		if h, _, err = readHello(&skipCCS{from: c}); err != nil || h == nil || share(h, sel.group) == nil {
			return false, iana.AlertIllegalParameter
		}
		t.said.Add(h.Message())
	}
	public, secret, err := keys.Respond(rand.Reader, sel.group, share(h, sel.group))
	if err != nil {
		return false, iana.AlertIllegalParameter
	}
	var key cryptobyte.Builder
	key.AddUint16(uint16(sel.group))
	key.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(public) })
	f := &Flight{Version: iana.TLS12, Hello: hello13(h, sel, key.BytesOrPanic())}
	copy(f.Hello.Random[:], random(32))
	t.said.Add(f.Hello.Message())
	f.Messages = [][]byte{f.Hello.Message()}
	client, server, err := schedule.Handshake(secret, t.said)
	if err != nil {
		return false, iana.AlertInternalError
	}
	encrypted, err := s.encrypted(schedule, server, sel, t.said)
	f.Trailer = append(slices.Clone(compatibilityCCS), encrypted...)
	switch {
	case errors.Is(err, errLastWord):
		c.Write(f.bytes())
		return false, 0
	case err != nil:
		return false, iana.AlertInternalError
	case s.Mangle != nil:
		s.Mangle(h, f)
		f.write(ctx, c)
		return f.Closes, 0
	}
	c.Write(f.bytes())
	if t.finish13(schedule, client) {
		s.serveOver(h, t)
	}
	return false, 0
}

// hello13 is a ServerHello of 1.3 whose key_share is keyShare.
func hello13(h *wire.ClientHello, sel selection, keyShare []byte) *wire.ServerHello {
	return &wire.ServerHello{
		LegacyVersion: iana.TLS12, SessionID: h.SessionID, Suite: sel.suite,
		Extensions: []wire.Extension{
			{Type: iana.ExtSupportedVersions, Data: []byte{3, 4}},
			{Type: iana.ExtKeyShare, Data: keyShare},
		},
	}
}

// encrypted are the records from EncryptedExtensions to Finished. said has the
// messages up to the ServerHello, and gets these.
func (s *script) encrypted(schedule *keys.Schedule, server *keys.Secret, sel selection, said *keys.Transcript) ([]byte, error) {
	half, err := server.Half()
	if err != nil {
		return nil, err
	}
	extensions := &wire.EncryptedExtensions{}
	if n := len(sel.alpn); n > 0 {
		extensions.Extensions = []wire.Extension{{Type: iana.ExtALPN, Data: append([]byte{0, byte(n + 1), byte(n)}, sel.alpn...)}}
	}
	certificate := &wire.Certificate{TLS13: true, Raw: s.certificate.Certificate}
	var out []byte
	add := func(m []byte) error {
		typ, m := s.inPlaceOf(m)
		var err error
		if out, err = half.Seal(out, typ, m); err == nil && typ != iana.ContentHandshake {
			err = errLastWord
		}
		said.Add(m)
		return err
	}
	for _, m := range [][]byte{extensions.Message(), certificate.Message()} {
		if err := add(m); err != nil {
			return out, err
		}
	}
	signature, err := s.sign(iana.TLS13, sel.scheme, keys.Signed13(wire.FromServer, schedule.Hash(said)))
	if err != nil {
		return nil, err
	}
	verify := &wire.CertificateVerify{HasScheme: true, Scheme: sel.scheme, Signature: signature}
	if err := add(wire.AppendMessage(nil, iana.TypeCertificateVerify, verify.Body())); err != nil {
		return out, err
	}
	finished, err := server.Finished(said)
	if err != nil {
		return nil, err
	}
	err = add(wire.AppendMessage(nil, iana.TypeFinished, finished))
	return out, err
}

// skipCCS passes on a stream without the ChangeCipherSpec that may stand before
// a second hello.
type skipCCS struct {
	from    net.Conn
	decided bool
	held    []byte
}

func (r *skipCCS) Read(b []byte) (int, error) {
	for !r.decided {
		one := make([]byte, len(compatibilityCCS)-len(r.held))
		n, err := r.from.Read(one)
		if err != nil {
			return 0, err
		}
		r.held = append(r.held, one[:n]...)
		switch {
		case r.held[0] != byte(iana.ContentChangeCipherSpec):
			r.decided = true
		case len(r.held) == len(compatibilityCCS):
			r.decided, r.held = true, nil
		}
	}
	if len(r.held) > 0 {
		n := copy(b, r.held)
		r.held = r.held[n:]
		return n, nil
	}
	return r.from.Read(b)
}
