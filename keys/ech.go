package keys

import (
	"bytes"
	"crypto/hkdf"
	"crypto/hpke"
	"crypto/subtle"
	"fmt"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// ECH encrypts a hello for a configuration (RFC 9849, Section 6.1).
type ECH struct {
	Enc    []byte // the encapsulated key
	Suite  [2]uint16
	sender *hpke.Sender
}

// NewECH makes a key for the configuration, with the first pair of algorithms in it that
// there are.
func NewECH(c wire.ECHConfig) (*ECH, error) {
	kem, err := hpke.NewKEM(c.KEM)
	if err != nil {
		return nil, fmt.Errorf("KEM 0x%04x: %w", c.KEM, ErrUnsupported)
	}
	public, err := kem.NewPublicKey(c.Key)
	if err != nil {
		return nil, fmt.Errorf("the public key of the configuration: %w", err)
	}
	for _, s := range c.Suites {
		kdf, err := hpke.NewKDF(s[0])
		if err != nil {
			continue
		}
		aead, err := hpke.NewAEAD(s[1])
		if err != nil || s[1] == 0xffff { // that of export only
			continue
		}
		x := &ECH{Suite: s}
		info := append([]byte("tls ech\x00"), c.Raw...)
		if x.Enc, x.sender, err = hpke.NewSender(public, kdf, aead, info); err != nil {
			return nil, err
		}
		return x, nil
	}
	return nil, fmt.Errorf("the %d pairs of KDF and AEAD: %w", len(c.Suites), ErrUnsupported)
}

// tagSize is how much longer every AEAD of HPKE makes what it encrypts, in bytes.
const tagSize = 16

// Hello puts the inner hello into the outer one, which has the same session ID.
func (x *ECH) Hello(outer, inner *wire.ClientHello, config wire.ECHConfig) error {
	encoded := inner.Clone()
	encoded.SessionID = nil
	plain := encoded.Body()
	// RFC 9849, Section 6.1.3: to the longest name, and to a multiple of 32.
	if name, _ := inner.ServerName(); len(name) < int(config.MaxName) {
		plain = append(plain, make([]byte, int(config.MaxName)-len(name))...)
	}
	plain = append(plain, make([]byte, (32-len(plain)%32)%32)...)
	form := wire.OuterECH{KDF: x.Suite[0], AEAD: x.Suite[1], Config: config.Config, Enc: x.Enc, Payload: make([]byte, len(plain)+tagSize)}
	outer.SetECH(form)
	sealed, err := x.sender.Seal(outer.Body(), plain)
	if err != nil {
		return err
	}
	form.Payload = sealed
	outer.SetECH(form)
	return nil
}

// AcceptsECH says whether a ServerHello, whose bytes are raw, answers the inner hello
// (RFC 9849, Section 7.2).
func AcceptsECH(inner *wire.ClientHello, suite iana.Suite, raw []byte) (bool, error) {
	x, err := find(suite, iana.TLS13)
	if err != nil {
		return false, err
	}
	// The last 8 bytes of random, behind a header of 4 and a version of 2.
	const from, to = 30, 38
	if len(raw) < to {
		return false, nil
	}
	blank := bytes.Clone(raw)
	clear(blank[from:to])
	var t Transcript
	t.Add(inner.Message())
	t.Add(blank)
	secret, err := hkdf.Extract(x.hash, inner.Random[:], make([]byte, x.hash().Size()))
	if err != nil {
		return false, err
	}
	want, err := x.expand(secret, "ech accept confirmation", t.sum(x.hash), 8)
	return err == nil && subtle.ConstantTimeCompare(want, raw[from:to]) == 1, err
}
