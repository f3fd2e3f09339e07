package probe

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/keys"
	"github.com/parley-tls/parley/wire"
)

// retry13 puts the first hello's hash in its place once a HelloRetryRequest, whose
// bytes are raw, has named the suite.
func (f *follow) retry13(h *wire.ServerHello, raw []byte) {
	schedule, err := keys.NewSchedule(h.Suite)
	if err != nil {
		f.unfollow("%v", err)
		return
	}
	f.schedule = schedule
	schedule.Retry(&f.said)
	f.said.Add(raw)
	f.said.Add(f.hello.Message())
	f.ccsSent = len(f.hello.SessionID) > 0
}

// begin13 takes the keys of the handshake from a ServerHello of 1.3.
func (f *follow) begin13(h *wire.ServerHello) *end {
	var err error
	if f.schedule == nil {
		if f.schedule, err = keys.NewSchedule(h.Suite); err != nil {
			f.unfollow("%v", err)
			return nil
		}
	}
	share, _ := h.KeyShare()
	i := slices.IndexFunc(f.shares, func(s *keys.Share) bool { return s.Group == share.Group })
	if i < 0 {
		f.unfollow("%v: its key share is not of parley's making", share.Group)
		return nil
	}
	secret, err := f.shares[i].Agree(share.Data)
	switch {
	case errors.Is(err, keys.ErrUnsupported):
		f.unfollow("%v", err)
		return nil
	case err != nil:
		return malformed("ServerHello: key_share: expected a valid one, got %v", err)
	}
	if f.clientSecret, f.serverSecret, err = f.schedule.Handshake(secret, &f.said); err != nil {
		return &end{kind: parley.EndLocal, detail: err.Error()}
	}
	f.inner.SetNegotiated(iana.TLS13, h.Suite)
	if f.opens, err = f.serverSecret.Half(); err != nil {
		return &end{kind: parley.EndLocal, detail: err.Error()}
	}
	return nil
}

// ranks13 are the messages of an encrypted flight, in the order in which they
// stand (RFC 8446, Section 2).
var ranks13 = map[iana.HandshakeType]int{
	iana.TypeEncryptedExtensions:   1,
	iana.TypeCertificateRequest:    2,
	iana.TypeCertificate:           3,
	iana.TypeCompressedCertificate: 3,
	iana.TypeCertificateVerify:     4,
	iana.TypeFinished:              5,
}

// message13 handles a message that came encrypted.
func (f *follow) message13(it wire.Item) *end {
	if f.stage == throughAll {
		return f.late13(it)
	}
	rank := ranks13[it.Type]
	due := 1 // the message that cannot be left out
	switch f.rank {
	case 1, 2:
		due = 3
	case 3, 4:
		due = f.rank + 1
	}
	if rank <= f.rank || rank > due {
		return malformed("message: expected %v, got %v", nameOf13[due], it.Type)
	}
	f.rank = rank
	switch m := it.Message.(type) {
	case *wire.EncryptedExtensions:
		for _, t := range []iana.ExtensionType{iana.ExtALPS, iana.ExtALPSOld} {
			if _, ok := m.Extension(t); ok {
				f.settings = t
			}
		}
		return complaint("EncryptedExtensions", checkEncrypted(f.hello, m))
	case *wire.CertificateRequest:
		f.asks = m
	case *wire.Certificate:
		f.chain = m.Raw
		if len(m.Extensions) > 0 {
			f.deputy = slices.ContainsFunc(m.Extensions[0], func(x wire.Extension) bool { return x.Type == iana.ExtDelegatedCredential })
		}
	case *wire.CertificateVerify:
		if schemes := f.hello.Schemes(); !slices.Contains(schemes, m.Scheme) {
			return malformed("CertificateVerify: algorithm: expected one of the %d schemes offered, got %v", len(schemes), m.Scheme)
		}
		f.r.Signature = f.signedBy(m.Scheme, f.signed13, m.Signature)
	case *wire.Finished:
		want, err := f.serverSecret.Finished(&f.said)
		switch {
		case err != nil:
			return &end{kind: parley.EndLocal, detail: err.Error()}
		case !bytes.Equal(want, m.VerifyData):
			return malformed("Finished: expected the verify_data of this handshake, got another")
		}
		f.said.Add(it.Raw)
		return f.second13()
	}
	// The next signature, if it is one, is over what was said up to here.
	f.signed13 = keys.Signed13(wire.FromServer, f.schedule.Hash(&f.said))
	return nil
}

// nameOf13 names the messages that cannot be left out, by rank.
var nameOf13 = map[int]iana.HandshakeType{
	1: iana.TypeEncryptedExtensions, 3: iana.TypeCertificate, 4: iana.TypeCertificateVerify, 5: iana.TypeFinished,
}

// checkEncrypted demands answers to what the hello asked.
func checkEncrypted(hello *wire.ClientHello, m *wire.EncryptedExtensions) string {
	seen := map[iana.ExtensionType]bool{}
	for _, x := range m.Extensions {
		if _, sent := hello.Extension(x.Type); !sent {
			return fmt.Sprintf("extensions: expected answers to those sent, got %v", x.Type)
		}
		if seen[x.Type] {
			return fmt.Sprintf("extensions: expected each once, got %v twice", x.Type)
		}
		seen[x.Type] = true
	}
	return checkALPN(hello, &wire.ServerHello{Extensions: m.Extensions})
}

// second13 sends what a client says after the server's Finished (RFC 8446,
// Section 4.4), and at once what it says when it is through: a server that
// accepts keeps silent until then.
func (f *follow) second13() *end {
	client, server, err := f.schedule.Application(&f.said)
	if err != nil {
		return &end{kind: parley.EndLocal, detail: err.Error()}
	}
	o := &outgoing{follow: f}
	if !f.ccsSent && len(f.hello.SessionID) > 0 {
		o.changeCipherSpec()
	}
	if f.seals, err = f.clientSecret.Half(); err != nil {
		return &end{kind: parley.EndLocal, detail: err.Error()}
	}
	if f.settings != 0 { // draft-vvv-tls-alps-01, Section 4.2: the client's come first
		m := &wire.EncryptedExtensions{Extensions: []wire.Extension{{Type: f.settings}}}
		o.message(iana.TypeEncryptedExtensions, m.Body(), m)
	}
	if f.asks != nil {
		if e := o.certificate13(); e != nil {
			return e
		}
	}
	verify, err := f.clientSecret.Finished(&f.said)
	if err != nil {
		return &end{kind: parley.EndLocal, detail: err.Error()}
	}
	o.message(iana.TypeFinished, verify, &wire.Finished{VerifyData: verify})
	if f.session, err = f.schedule.Session(&f.said); err != nil {
		return &end{kind: parley.EndLocal, detail: err.Error()}
	}
	f.clientSecret, f.serverSecret, f.stage = client, server, throughAll
	if f.seals, err = client.Half(); err == nil {
		f.opens, err = server.Half()
	}
	if err != nil {
		return &end{kind: parley.EndLocal, detail: err.Error()}
	}
	o.last()
	return o.send()
}

// certificate13 answers a CertificateRequest.
func (o *outgoing) certificate13() *end {
	chain, key, scheme, err := o.present(iana.TLS13, o.asks)
	if err != nil {
		return &end{kind: parley.EndLocal, detail: "make a certificate: " + err.Error()}
	}
	m := &wire.Certificate{TLS13: true, Context: o.asks.Context, Raw: chain}
	o.message(iana.TypeCertificate, m.Body(), m)
	if len(chain) == 0 {
		return nil
	}
	signed := keys.Signed13(wire.FromClient, o.schedule.Hash(&o.said))
	return o.verify(scheme, func() ([]byte, error) { return keys.Sign(o.p.rand(), key, iana.TLS13, scheme, signed) })
}

// verify appends a CertificateVerify.
func (o *outgoing) verify(scheme iana.Scheme, sign func() ([]byte, error)) *end {
	signature, err := sign()
	if err != nil {
		return &end{kind: parley.EndLocal, detail: "sign with the client's key: " + err.Error()}
	}
	m := &wire.CertificateVerify{Scheme: scheme, HasScheme: o.server.Version() >= iana.TLS12, Signature: signature}
	o.message(iana.TypeCertificateVerify, m.Body(), m)
	return nil
}

// late13 handles a message after the handshake (RFC 8446, Section 4.6).
func (f *follow) late13(it wire.Item) *end {
	switch it.Type {
	case iana.TypeNewSessionTicket:
		f.show()
		if m, ok := it.Message.(*wire.NewSessionTicket); ok {
			return f.ticket13(m)
		}
	case iana.TypeKeyUpdate:
		var err error
		if f.serverSecret, err = f.serverSecret.Update(); err == nil {
			f.opens, err = f.serverSecret.Half()
		}
		if err != nil {
			return &end{kind: parley.EndLocal, detail: err.Error()}
		}
	case iana.TypeCertificateRequest:
		if f.a.Until == parley.StopReply {
			return &end{kind: parley.EndStopped} // it waits for us
		}
	default:
		return malformed("message: expected one that may follow a handshake, got %v", it.Type)
	}
	return nil
}

// decompress makes a Certificate of a compressed one, as far as the standard
// library can (RFC 8879, Section 4). The handshake goes on without.
func (f *follow) decompress(it wire.Item) wire.Item {
	body := it.Raw[4:]
	if len(body) < 8 || len(body)-8 != number24(body[5:]) {
		it.Kind, it.Err = wire.KindMalformed, errors.New("CompressedCertificate: expected an algorithm and a vector, got another length")
		return it
	}
	algorithm, size, packed := binary.BigEndian.Uint16(body), number24(body[2:]), body[8:]
	f.r.Compressed = iana.CertificateCompression(algorithm)
	if c := iana.CertificateCompression(algorithm); c != iana.CertCompressionZlib {
		f.r.Unfollowed = fmt.Sprintf("the certificate came compressed with %v", c)
		return it
	}
	r, err := zlib.NewReader(bytes.NewReader(packed))
	var plain []byte
	if err == nil {
		plain, err = io.ReadAll(io.LimitReader(r, int64(min(size, f.dec.Limit))+1))
	}
	var m *wire.Certificate
	if err == nil && len(plain) != size {
		err = fmt.Errorf("%d bytes come of it, and not the %d it says", len(plain), size)
	}
	if err == nil {
		m, err = wire.ParseCertificate(plain, iana.TLS13)
	}
	if err != nil {
		it.Kind, it.Err = wire.KindMalformed, fmt.Errorf("CompressedCertificate: %w", err)
		return it
	}
	it.Type, it.Message, it.Raw = iana.TypeCertificate, m, wire.AppendMessage(nil, iana.TypeCertificate, plain)
	return it
}

func number24(b []byte) int { return int(b[0])<<16 | int(b[1])<<8 | int(b[2]) }
