package wire

import (
	"math/bits"
	"strings"

	"golang.org/x/crypto/cryptobyte"

	"github.com/parley-tls/parley/iana"
)

// KeyExchange is the key exchange that a cipher suite of 1.2 or older names.
type KeyExchange uint8

// The key exchanges. Zero is one that is unknown, or outside the suite as in 1.3.
const (
	KeyExchangeUnknown KeyExchange = iota
	KeyExchangeRSA
	KeyExchangeRSAExport
	KeyExchangeDH
	KeyExchangeDHE
	KeyExchangeDHAnon
	KeyExchangeECDH
	KeyExchangeECDHE
	KeyExchangeECDHAnon
	KeyExchangePSK
	KeyExchangeRSAPSK
	KeyExchangeDHEPSK
	KeyExchangeECDHEPSK
	KeyExchangeSRP
	KeyExchangeSRPSigned
)

// keyExchanges maps the start of a suite's name to its key exchange; the first
// that fits holds.
var keyExchanges = []struct {
	prefix string
	kx     KeyExchange
}{
	{"TLS_ECDHE_PSK_", KeyExchangeECDHEPSK},
	{"TLS_ECDHE_", KeyExchangeECDHE},
	{"TLS_ECDH_anon_", KeyExchangeECDHAnon},
	{"TLS_ECDH_", KeyExchangeECDH},
	{"TLS_DHE_PSK_", KeyExchangeDHEPSK},
	{"TLS_PSK_DHE_", KeyExchangeDHEPSK},
	{"TLS_DHE_", KeyExchangeDHE},
	{"TLS_DH_anon_", KeyExchangeDHAnon},
	{"TLS_DH_", KeyExchangeDH},
	{"TLS_RSA_PSK_", KeyExchangeRSAPSK},
	{"TLS_RSA_EXPORT", KeyExchangeRSAExport},
	{"TLS_RSA_", KeyExchangeRSA},
	{"TLS_PSK_", KeyExchangePSK},
	{"TLS_SRP_SHA_RSA_", KeyExchangeSRPSigned},
	{"TLS_SRP_SHA_DSS_", KeyExchangeSRPSigned},
	{"TLS_SRP_SHA_", KeyExchangeSRP},
}

// KeyExchangeOf returns the key exchange of a suite. Besides the registered
// names it knows numbers that were deployed without one: the 1024-bit export
// suites (0x0060 to 0x0066) and the draft ChaCha20 suites (0xcc13 to 0xcc15).
func KeyExchangeOf(s iana.Suite) KeyExchange {
	switch s {
	case 0x0060, 0x0061, 0x0062, 0x0064:
		return KeyExchangeRSAExport
	case 0x0063, 0x0065, 0x0066, 0xcc15:
		return KeyExchangeDHE
	case 0xcc13, 0xcc14:
		return KeyExchangeECDHE
	}
	name := s.String()
	for _, k := range keyExchanges {
		if strings.HasPrefix(name, k.prefix) {
			return k.kx
		}
	}
	return KeyExchangeUnknown
}

// The values of ECDHE's curve_type (RFC 8422, Section 5.4).
const (
	CurveTypeExplicitPrime = 1
	CurveTypeExplicitChar2 = 2
	CurveTypeNamed         = 3
)

// ServerKeyExchange holds a server's ephemeral parameters in 1.2 and older
// (RFC 5246, Section 7.4.3; RFC 8422, Section 5.4; RFC 4279). Which fields are
// set depends on KeyExchange.
type ServerKeyExchange struct {
	KeyExchange KeyExchange
	// Hint is psk_identity_hint, of the key exchanges with PSK.
	Hint []byte
	// P, G and Ys are the group and public value of DHE, big-endian.
	P, G, Ys []byte
	// PBits is the length of P in bits, leading zeros not counted.
	PBits int
	// CurveType, Group and Public are those of ECDHE. Group is zero unless the
	// type is CurveTypeNamed; Explicit is the content of an explicit group.
	CurveType uint8
	Group     iana.Group
	Explicit  []byte
	Public    []byte
	// Modulus and Exponent are the temporary key of RSA export, big-endian.
	Modulus, Exponent []byte
	// Salt and B are those of SRP (RFC 5054, Section 2.5.3), whose N and g are in P and G.
	Salt, B []byte
	// Anonymous says that the parameters are not signed.
	Anonymous bool
	// Scheme is the signature scheme, of 1.2 only.
	Scheme    iana.Scheme
	HasScheme bool
	Signature []byte
	// RawParams are the bytes that the signature covers, without the randoms.
	RawParams []byte
	// Raw is the whole body.
	Raw []byte
}

// ParseServerKeyExchange reads the body of a ServerKeyExchange under the
// version and suite that the ServerHello selected. If the suite's key exchange
// is unknown, only Raw is set. The result refers to body.
func ParseServerKeyExchange(body []byte, v iana.Version, suite iana.Suite) (*ServerKeyExchange, error) {
	r := newReader("ServerKeyExchange", body)
	m := &ServerKeyExchange{KeyExchange: KeyExchangeOf(suite), Raw: body}
	if !m.readParams(&r) {
		return m, nil
	}
	m.RawParams = body[:r.offset()]
	if !m.Anonymous {
		if m.HasScheme = v == iana.TLS12; m.HasScheme {
			m.Scheme = iana.Scheme(r.uint16("algorithm"))
		}
		m.Signature = r.vector("signature", 2)
	}
	if err := r.done(); err != nil {
		return nil, err
	}
	return m, nil
}

// readParams reads what precedes the signature; false if it does not know how.
func (m *ServerKeyExchange) readParams(r *reader) bool {
	switch m.KeyExchange {
	case KeyExchangePSK, KeyExchangeRSAPSK, KeyExchangeDHEPSK, KeyExchangeECDHEPSK:
		m.Hint = r.vector("psk_identity_hint", 2)
		m.Anonymous = true
	case KeyExchangeDHAnon, KeyExchangeECDHAnon, KeyExchangeSRP:
		m.Anonymous = true
	}
	switch m.KeyExchange {
	case KeyExchangePSK, KeyExchangeRSAPSK:
	case KeyExchangeDHE, KeyExchangeDHAnon, KeyExchangeDHEPSK:
		m.readDH(r)
	case KeyExchangeECDHE, KeyExchangeECDHAnon, KeyExchangeECDHEPSK:
		m.readECDH(r)
	case KeyExchangeRSAExport:
		m.Modulus = r.vector("rsa_modulus", 2)
		m.Exponent = r.vector("rsa_exponent", 2)
	case KeyExchangeSRP, KeyExchangeSRPSigned:
		m.P = r.vector("srp_N", 2)
		m.PBits = bitLen(m.P)
		m.G = r.vector("srp_g", 2)
		m.Salt = r.vector("srp_s", 1)
		m.B = r.vector("srp_B", 2)
	default:
		return false
	}
	return true
}

func (m *ServerKeyExchange) readDH(r *reader) {
	m.P = r.vector("dh_p", 2)
	m.PBits = bitLen(m.P)
	m.G = r.vector("dh_g", 2)
	m.Ys = r.vector("dh_Ys", 2)
}

func (m *ServerKeyExchange) readECDH(r *reader) {
	m.CurveType = r.uint8("curve_type")
	switch m.CurveType {
	case CurveTypeNamed:
		m.Group = iana.Group(r.uint16("namedcurve"))
	case CurveTypeExplicitPrime:
		m.Explicit = readExplicit(r, "prime_p", "a", "b", "base", "order", "cofactor")
	case CurveTypeExplicitChar2:
		m.Explicit = readExplicitChar2(r)
	default:
		if r.err == nil {
			r.fail("curve_type", "1, 2 or 3", itoa(m.CurveType))
		}
	}
	m.Public = r.vector("point", 1)
}

func readExplicit(r *reader, fields ...string) []byte {
	s, from := r.s, r.offset()
	for _, f := range fields {
		r.vector(f, 1)
	}
	if r.err != nil {
		return nil
	}
	return s[:r.offset()-from]
}

// readExplicitChar2 reads the explicit group over a field of characteristic 2
// (RFC 4492, Section 5.4).
func readExplicitChar2(r *reader) []byte {
	s, from := r.s, r.offset()
	r.uint16("m")
	switch basis := r.uint8("basis"); {
	case r.err != nil:
	case basis == 1:
		r.vector("k", 1)
	case basis == 2:
		r.vector("k1", 1)
		r.vector("k2", 1)
		r.vector("k3", 1)
	default:
		r.fail("basis", "1 or 2", "another")
	}
	readExplicit(r, "a", "b", "base", "order", "cofactor")
	if r.err != nil {
		return nil
	}
	return s[:r.offset()-from]
}

// bitLen is the length in bits of a big-endian number.
func bitLen(n []byte) int {
	for len(n) > 0 && n[0] == 0 {
		n = n[1:]
	}
	if len(n) == 0 {
		return 0
	}
	return 8*(len(n)-1) + bits.Len8(n[0])
}

// Body writes the message without its handshake header, from its fields; if
// the key exchange is unknown it is Raw.
func (m *ServerKeyExchange) Body() []byte {
	return build(64+len(m.P)+len(m.Ys)+len(m.Signature), func(b *cryptobyte.Builder) {
		switch m.KeyExchange {
		case KeyExchangePSK, KeyExchangeRSAPSK:
			addVector(b, 2, m.Hint)
			return
		case KeyExchangeDHEPSK, KeyExchangeECDHEPSK:
			addVector(b, 2, m.Hint)
		}
		switch m.KeyExchange {
		case KeyExchangeDHE, KeyExchangeDHAnon, KeyExchangeDHEPSK:
			addVector(b, 2, m.P)
			addVector(b, 2, m.G)
			addVector(b, 2, m.Ys)
		case KeyExchangeECDHE, KeyExchangeECDHAnon, KeyExchangeECDHEPSK:
			b.AddUint8(m.CurveType)
			if m.CurveType == CurveTypeNamed {
				b.AddUint16(uint16(m.Group))
			} else {
				b.AddBytes(m.Explicit)
			}
			addVector(b, 1, m.Public)
		case KeyExchangeRSAExport:
			addVector(b, 2, m.Modulus)
			addVector(b, 2, m.Exponent)
		case KeyExchangeSRP, KeyExchangeSRPSigned:
			addVector(b, 2, m.P)
			addVector(b, 2, m.G)
			addVector(b, 1, m.Salt)
			addVector(b, 2, m.B)
		default:
			b.AddBytes(m.Raw)
			return
		}
		if m.Anonymous {
			return
		}
		if m.HasScheme {
			b.AddUint16(uint16(m.Scheme))
		}
		addVector(b, 2, m.Signature)
	})
}
