package keys

import (
	"crypto/hkdf"
	"crypto/hmac"

	"github.com/parley-tls/parley/iana"
)

// Session is what stays of a connection of 1.3 for those that resume it: the
// resumption master secret (RFC 8446, Section 7.1).
type Session struct {
	suite  *suite
	secret []byte
}

// Session ends the schedule. t holds what was said up to the client's Finished.
func (s *Schedule) Session(t *Transcript) (*Session, error) {
	secret, err := s.suite.expand(s.secret, "res master", t.sum(s.suite.hash), s.suite.hash().Size())
	return &Session{suite: s.suite, secret: secret}, err
}

// PSK is the key that a ticket of a session stands for (RFC 8446, Section 4.6.1).
type PSK struct {
	suite *suite
	key   []byte
}

// PSK is the key of the ticket with this nonce.
func (s *Session) PSK(nonce []byte) (*PSK, error) {
	key, err := s.suite.expand(s.secret, "resumption", nonce, s.suite.hash().Size())
	return &PSK{suite: s.suite, key: key}, err
}

// Size is that of a binder, in bytes.
func (k *PSK) Size() int { return k.suite.hash().Size() }

// Fits says whether the key may be used with a suite: their hashes have to be
// the same (RFC 8446, Section 4.2.11).
func (k *PSK) Fits(id iana.Suite) bool {
	x, err := find(id, iana.TLS13)
	return err == nil && x.hash().Size() == k.Size()
}

// Binder shows that who sends a hello has the key (RFC 8446, Section 4.2.11.2). t
// holds what was said before the hello, and the hello up to its binders.
func (k *PSK) Binder(t *Transcript) ([]byte, error) {
	x := k.suite
	early, err := hkdf.Extract(x.hash, k.key, make([]byte, k.Size()))
	if err != nil {
		return nil, err
	}
	binds, err := x.expand(early, "res binder", x.hash().Sum(nil), k.Size())
	if err != nil {
		return nil, err
	}
	key, err := x.expand(binds, "finished", nil, k.Size())
	if err != nil {
		return nil, err
	}
	m := hmac.New(x.hash, key)
	m.Write(t.sum(x.hash))
	return m.Sum(nil), nil
}
