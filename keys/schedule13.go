package keys

import (
	"crypto/hkdf"
	"crypto/hmac"
	"fmt"

	"golang.org/x/crypto/cryptobyte"

	"github.com/parley-tls/parley/iana"
)

// Schedule is the key schedule of one handshake of TLS 1.3 (RFC 8446, Section
// 7.1), without a key shared beforehand.
type Schedule struct {
	suite  *suite
	secret []byte // the early, then the handshake, then the master secret
}

// NewSchedule begins the schedule of a suite of 1.3.
func NewSchedule(id iana.Suite) (*Schedule, error) {
	x, err := find(id, iana.TLS13)
	if err != nil {
		return nil, err
	}
	s := &Schedule{suite: x}
	zero := make([]byte, x.hash().Size())
	s.secret, err = hkdf.Extract(x.hash, zero, zero)
	return s, err
}

// Handshake takes in the secret shared by the key shares, and returns the
// secrets of both sides' handshake messages. t holds what was said up to the
// ServerHello.
func (s *Schedule) Handshake(shared []byte, t *Transcript) (client, server *Secret, err error) {
	return s.next(shared, t, "c hs traffic", "s hs traffic")
}

// Application returns the secrets of both sides' application data. t holds what
// was said up to the server's Finished.
func (s *Schedule) Application(t *Transcript) (client, server *Secret, err error) {
	return s.next(make([]byte, s.suite.hash().Size()), t, "c ap traffic", "s ap traffic")
}

// next goes on to the next secret and derives the traffic secrets from it.
func (s *Schedule) next(input []byte, t *Transcript, clients, servers string) (client, server *Secret, err error) {
	x := s.suite
	size := x.hash().Size()
	derived, err := x.expand(s.secret, "derived", x.hash().Sum(nil), size)
	if err != nil {
		return nil, nil, err
	}
	if s.secret, err = hkdf.Extract(x.hash, input, derived); err != nil {
		return nil, nil, err
	}
	said := t.sum(x.hash)
	client, server = &Secret{suite: x}, &Secret{suite: x}
	if client.traffic, err = x.expand(s.secret, clients, said, size); err != nil {
		return nil, nil, err
	}
	server.traffic, err = x.expand(s.secret, servers, said, size)
	return client, server, err
}

// Retry puts the hash of the first ClientHello in its place, as a
// HelloRetryRequest calls for (RFC 8446, Section 4.4.1). t holds that hello alone.
func (s *Schedule) Retry(t *Transcript) {
	first := t.sum(s.suite.hash)
	t.said = nil
	t.Add(append([]byte{byte(iana.TypeMessageHash), 0, 0, byte(len(first))}, first...))
}

// Hash is the transcript's hash, which a CertificateVerify signs.
func (s *Schedule) Hash(t *Transcript) []byte { return t.sum(s.suite.hash) }

// Secret is the traffic secret of one side.
type Secret struct {
	suite   *suite
	traffic []byte
}

// Half returns the protection of the records under the secret (RFC 8446,
// Section 7.3).
func (s *Secret) Half() (*Half, error) {
	key, err := s.suite.expand(s.traffic, "key", nil, s.suite.key)
	if err != nil {
		return nil, err
	}
	p := &aeadRecords{version: iana.TLS13}
	if p.aead, err = s.suite.aead(key); err != nil {
		return nil, err
	}
	if p.iv, err = s.suite.expand(s.traffic, "iv", nil, p.aead.NonceSize()); err != nil {
		return nil, err
	}
	return &Half{version: iana.TLS13, records: p}, nil
}

// Finished is the verify_data of the side whose handshake secret this is
// (RFC 8446, Section 4.4.4).
func (s *Secret) Finished(t *Transcript) ([]byte, error) {
	key, err := s.suite.expand(s.traffic, "finished", nil, s.suite.hash().Size())
	if err != nil {
		return nil, err
	}
	m := hmac.New(s.suite.hash, key)
	m.Write(t.sum(s.suite.hash))
	return m.Sum(nil), nil
}

// Update returns the secret after a KeyUpdate of its side (RFC 8446, Section 7.2).
func (s *Secret) Update() (*Secret, error) {
	traffic, err := s.suite.expand(s.traffic, "traffic upd", nil, s.suite.hash().Size())
	return &Secret{suite: s.suite, traffic: traffic}, err
}

// expand is HKDF-Expand-Label (RFC 8446, Section 7.1).
func (x *suite) expand(secret []byte, label string, context []byte, size int) ([]byte, error) {
	var b cryptobyte.Builder
	b.AddUint16(uint16(size))
	b.AddUint8LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes([]byte("tls13 " + label)) })
	b.AddUint8LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(context) })
	info, err := b.Bytes()
	if err != nil {
		return nil, fmt.Errorf("expand %q: %w", label, err)
	}
	return hkdf.Expand(x.hash, secret, string(info), size)
}
