package probe

import (
	"bytes"
	"errors"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/keys"
	"github.com/parley-tls/parley/wire"
)

// collect keeps what of the first flight the keys need.
func (f *follow) collect(it wire.Item) {
	f.said.Add(it.Raw)
	switch m := it.Message.(type) {
	case *wire.Certificate:
		f.chain = m.Raw
	case *wire.ServerKeyExchange:
		f.exchange = m
	case *wire.CertificateRequest:
		f.asks = m
	}
}

// agreed says whether both sides have the extension.
func (f *follow) agreed(t iana.ExtensionType) bool {
	_, theirs := f.server.Extension(t)
	_, ours := f.hello.Extension(t)
	return theirs && ours
}

// unknown12 says what of the server's choice parley cannot follow, or "".
func (f *follow) unknown12() string {
	h := f.server
	info, _ := h.Suite.Info()
	switch {
	case info.Auth == iana.AuthPSK || info.Kx == iana.KxRSAPSK:
		return h.Suite.String() + ": what follows takes the pre-shared key, which parley does not have"
	case !keys.Supports(h.Suite, h.Version()):
		return h.Suite.String() + ": " + keys.ErrUnsupported.Error()
	case h.Compression != 0:
		return h.Compression.String() + ": compression is not supported"
	}
	for _, t := range []iana.ExtensionType{iana.ExtTruncatedHMAC, iana.ExtChannelID, iana.ExtChannelIDOld} {
		if f.agreed(t) {
			return t.String() + ": not supported"
		}
	}
	return ""
}

// second12 sends what a client says after the ServerHelloDone (RFC 5246, Section
// 7.3).
func (f *follow) second12() *end {
	h := f.server
	if m := f.exchange; m != nil && len(m.Signature) > 0 {
		f.r.Signature = f.signedBy(m.Scheme, keys.SignedParams(f.hello.Random, h.Random, m.RawParams), m.Signature)
	}
	if why := f.unknown12(); why != "" {
		f.unfollow("%s", why)
		return &end{kind: parley.EndStopped}
	}
	x := keys.Exchange{Version: h.Version(), Offered: f.hello.LegacyVersion, Suite: h.Suite, Message: f.exchange}
	if len(f.chain) > 0 {
		x.Key, _ = keys.PublicKey(f.chain[0]) // without, RSA says what it lacks
	}
	body, premaster, err := x.Answer(f.p.rand())
	switch {
	case errors.Is(err, keys.ErrUnsupported) || err != nil && f.exchange == nil:
		f.unfollow("%v", err)
		return &end{kind: parley.EndStopped}
	case err != nil:
		return malformed("ServerKeyExchange: expected valid parameters, got %v", err)
	}
	return f.answer12(body, premaster)
}

// answer12 sends the second flight with the body of its ClientKeyExchange.
func (f *follow) answer12(exchange, premaster []byte) *end {
	h := f.server
	v := h.Version()
	o := &outgoing{follow: f}
	prove, e := o.certificate12(v)
	if e != nil {
		return e
	}
	o.message(iana.TypeClientKeyExchange, exchange, nil)
	var session *keys.Transcript
	if f.agreed(iana.ExtExtendedMasterSecret) && v > iana.SSL3 {
		session = &f.said
	}
	var err error
	if f.master, err = keys.NewMaster(v, h.Suite, premaster, f.hello.Random, h.Random, session); err != nil {
		return &end{kind: parley.EndLocal, detail: err.Error()}
	}
	if prove != nil {
		if e := prove(); e != nil {
			return e
		}
	}
	client, server, err := f.master.Halves(f.agreed(iana.ExtEncryptThenMAC), f.p.rand())
	if err != nil {
		return &end{kind: parley.EndLocal, detail: err.Error()}
	}
	o.changeCipherSpec()
	f.seals, f.theirs = client, server
	if list, ok := h.Extension(iana.ExtNPN); ok && f.agreed(iana.ExtNPN) {
		o.message(iana.TypeNextProtocol, selectProtocol(list), nil)
	}
	f.proof = f.master.Finished(wire.FromClient, &f.said)
	o.message(iana.TypeFinished, f.proof, &wire.Finished{VerifyData: f.proof})
	f.stage = inSecondFlight
	return o.send()
}

// selectProtocol selects the first protocol of the server's list, which is padded
// to a multiple of 32 bytes (draft-agl-tls-nextprotoneg-04, Section 3).
func selectProtocol(list []byte) []byte {
	name := []byte("http/1.1")
	if len(list) > 0 && int(list[0]) < len(list) {
		name = list[1 : 1+list[0]]
	}
	padding := 32 - (len(name)+2)%32
	b := append([]byte{byte(len(name))}, name...)
	return append(append(b, byte(padding)), make([]byte, padding)...)
}

// certificate12 answers a CertificateRequest, and returns what adds the proof
// once the key exchange is said; nil if there is nothing to prove.
func (o *outgoing) certificate12(v iana.Version) (prove func() *end, e *end) {
	if o.asks == nil {
		return nil, nil
	}
	chain, key, scheme, err := o.present(v, o.asks)
	switch {
	case err != nil:
		return nil, &end{kind: parley.EndLocal, detail: "make a certificate: " + err.Error()}
	case len(chain) == 0 && v == iana.SSL3: // RFC 6101, Section 5.6.6
		o.alert(iana.AlertNoCertificate)
		return nil, nil
	}
	m := &wire.Certificate{Raw: chain}
	o.message(iana.TypeCertificate, m.Body(), m)
	if len(chain) == 0 {
		return nil, nil
	}
	return func() *end {
		return o.verify(scheme, func() ([]byte, error) { return o.master.Sign(o.p.rand(), key, scheme, &o.said) })
	}, nil
}

// message12 handles a message that came encrypted.
func (f *follow) message12(it wire.Item) *end {
	m, isFinished := it.Message.(*wire.Finished)
	switch {
	case f.stage == throughAll && f.a.Until == parley.StopAgain:
		return f.answered(it)
	case it.Type == iana.TypeHelloRequest:
		if f.stage == throughAll && f.a.Until == parley.StopReply {
			return &end{kind: parley.EndStopped} // it waits for us
		}
		return nil
	case f.stage != inSecondFlight || !isFinished:
		return malformed("message: expected %s, got %v", f.expected(), it.Type)
	case !bytes.Equal(m.VerifyData, f.master.Finished(wire.FromServer, &f.said)):
		return malformed("Finished: expected the verify_data of this handshake, got another")
	}
	f.said.Add(it.Raw)
	f.stage = throughAll
	o := &outgoing{follow: f}
	if f.a.Until == parley.StopAgain {
		return o.again()
	}
	o.last()
	e := o.send()
	f.show()
	return e
}
