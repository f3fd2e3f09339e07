package wire

import (
	"math/bits"

	"golang.org/x/crypto/cryptobyte"

	"github.com/parley-tls/parley/iana"
)

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
	// KeyExchange is that of the suite selected.
	KeyExchange iana.KeyExchange
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
	// Modulus and Exponent are a temporary RSA key, big-endian: that of an export
	// suite, or of a server that sends one unasked.
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
// is unknown to it, only Raw is set. The result refers to body.
func ParseServerKeyExchange(body []byte, v iana.Version, suite iana.Suite) (*ServerKeyExchange, error) {
	r := newReader("ServerKeyExchange", body)
	info, _ := suite.Info()
	m := &ServerKeyExchange{KeyExchange: info.Kx, Anonymous: unsigned(info), Raw: body}
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

// unsigned reports whether the parameters of a suite's key exchange are not signed.
func unsigned(info iana.SuiteInfo) bool {
	switch info.Kx {
	case iana.KxPSK, iana.KxRSAPSK, iana.KxDHEPSK, iana.KxECDHEPSK:
		return true
	}
	return info.Auth == iana.AuthAnon || info.Auth == iana.AuthSRP
}

// readParams reads what precedes the signature; false if it does not know how.
func (m *ServerKeyExchange) readParams(r *reader) bool {
	switch m.KeyExchange {
	case iana.KxPSK, iana.KxRSAPSK, iana.KxDHEPSK, iana.KxECDHEPSK:
		m.Hint = r.vector("psk_identity_hint", 2)
	}
	switch m.KeyExchange {
	case iana.KxPSK, iana.KxRSAPSK:
	case iana.KxDHE, iana.KxDHAnon, iana.KxDHEPSK:
		m.readDH(r)
	case iana.KxECDHE, iana.KxECDHAnon, iana.KxECDHEPSK:
		m.readECDH(r)
	case iana.KxRSA:
		m.Modulus = r.vector("rsa_modulus", 2)
		m.Exponent = r.vector("rsa_exponent", 2)
	case iana.KxSRP:
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
		r.reject(1, "curve_type", "1, 2 or 3", itoa(m.CurveType))
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
	switch basis := r.uint8("basis"); basis {
	case 1:
		r.vector("k", 1)
	case 2:
		r.vector("k1", 1)
		r.vector("k2", 1)
		r.vector("k3", 1)
	default:
		r.reject(1, "basis", "1 or 2", itoa(basis))
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
		case iana.KxPSK, iana.KxRSAPSK:
			addVector(b, 2, m.Hint)
			return
		case iana.KxDHEPSK, iana.KxECDHEPSK:
			addVector(b, 2, m.Hint)
		}
		switch m.KeyExchange {
		case iana.KxDHE, iana.KxDHAnon, iana.KxDHEPSK:
			addVector(b, 2, m.P)
			addVector(b, 2, m.G)
			addVector(b, 2, m.Ys)
		case iana.KxECDHE, iana.KxECDHAnon, iana.KxECDHEPSK:
			b.AddUint8(m.CurveType)
			if m.CurveType == CurveTypeNamed {
				b.AddUint16(uint16(m.Group))
			} else {
				b.AddBytes(m.Explicit)
			}
			addVector(b, 1, m.Public)
		case iana.KxRSA:
			addVector(b, 2, m.Modulus)
			addVector(b, 2, m.Exponent)
		case iana.KxSRP:
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
