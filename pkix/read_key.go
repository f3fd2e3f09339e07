package pkix

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha1"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/parley-tls/parley/iana"
)

// keyTypes are the algorithms of keys (RFC 3279, Section 2.3; RFC 4055,
// Section 1.2; RFC 5480, Section 2.1; RFC 8410, Section 3; RFC 9881, Section 2).
var keyTypes = map[string]iana.KeyType{
	"1.2.840.113549.1.1.1": iana.KeyRSA, "1.2.840.113549.1.1.10": iana.KeyRSAPSS, "1.2.840.10045.2.1": iana.KeyECDSA,
	"1.2.840.10040.4.1": iana.KeyDSA, "1.3.101.112": iana.KeyEd25519, "1.3.101.113": iana.KeyEd448,
	"2.16.840.1.101.3.4.3.17": iana.KeyMLDSA, "2.16.840.1.101.3.4.3.18": iana.KeyMLDSA, "2.16.840.1.101.3.4.3.19": iana.KeyMLDSA,
}

// ecGroups are the groups of EC keys (RFC 5480, Section 2.1.1.1; RFC 5639,
// Section 4.1; SEC 2). Go has arithmetic for those with math.
var ecGroups = map[string]struct {
	group iana.Group
	math  elliptic.Curve
}{
	"1.2.840.10045.3.1.1":   {group: iana.GroupSecp192r1},
	"1.3.132.0.33":          {group: iana.GroupSecp224r1, math: elliptic.P224()},
	"1.2.840.10045.3.1.7":   {group: iana.GroupSecp256r1, math: elliptic.P256()},
	"1.3.132.0.34":          {group: iana.GroupSecp384r1, math: elliptic.P384()},
	"1.3.132.0.35":          {group: iana.GroupSecp521r1, math: elliptic.P521()},
	"1.3.132.0.10":          {group: iana.GroupSecp256k1},
	"1.3.36.3.3.2.8.1.1.7":  {group: iana.GroupBrainpoolP256r1},
	"1.3.36.3.3.2.8.1.1.11": {group: iana.GroupBrainpoolP384r1},
	"1.3.36.3.3.2.8.1.1.13": {group: iana.GroupBrainpoolP512r1},
}

// maxRSABits bounds the arithmetic that a certificate can ask for.
const maxRSABits = 16384

// readKey reads SubjectPublicKeyInfo (RFC 5280, Section 4.1.2.7).
func (c *Certificate) readKey(element cryptobyte.String) {
	k := &c.Key
	k.Raw = element
	var key, algorithm, oid, bits cryptobyte.String
	if !element.ReadASN1(&key, asn1.SEQUENCE) || !key.ReadASN1(&algorithm, asn1.SEQUENCE) ||
		!algorithm.ReadASN1(&oid, asn1.OBJECT_IDENTIFIER) || !key.ReadASN1(&bits, asn1.BIT_STRING) || len(bits) < 2 {
		c.fault(BadKey, "")
		return
	}
	bits = bits[1:]
	k.OID = oidText(oid)
	k.Type = keyTypes[k.OID]
	id := sha1.Sum(bits)
	k.ID = id[:]
	ok := true
	switch k.Type {
	case iana.KeyRSA, iana.KeyRSAPSS:
		ok = k.readRSA(bits)
	case iana.KeyECDSA:
		ok = k.readEC(algorithm, bits)
	case iana.KeyEd25519:
		k.Bits = 256
		if ok = len(bits) == ed25519.PublicKeySize; ok {
			k.ready = ed25519.PublicKey(bits)
		}
	case iana.KeyEd448:
		k.Bits = 448
	case iana.KeyDSA:
		k.readDSA(algorithm)
	}
	if !ok {
		c.fault(BadKey, k.Type.String())
	}
}

func (k *Key) readRSA(bits cryptobyte.String) bool {
	var key, n, e cryptobyte.String
	if !bits.ReadASN1(&key, asn1.SEQUENCE) || !key.ReadASN1(&n, asn1.INTEGER) || !key.ReadASN1(&e, asn1.INTEGER) {
		return false
	}
	modulus, exponent := new(big.Int).SetBytes(n), new(big.Int).SetBytes(e)
	k.Bits = modulus.BitLen()
	if k.Bits <= maxRSABits {
		k.Modulus, k.Exponent = modulus, exponent
	}
	if k.Bits < 8 || k.Bits > maxRSABits || !exponent.IsInt64() || exponent.Int64() < 2 || exponent.Int64() > 1<<31-1 {
		return k.Bits >= 8
	}
	k.ready = &rsa.PublicKey{N: modulus, E: int(exponent.Int64())}
	return len(n) > 0 && n[0] < 0x80
}

func (k *Key) readEC(parameters, point cryptobyte.String) bool {
	var oid cryptobyte.String
	if !parameters.ReadASN1(&oid, asn1.OBJECT_IDENTIFIER) {
		// Explicit parameters, which RFC 5480, Section 2.1.1 forbids.
		k.GroupOID = "explicit"
		return false
	}
	k.GroupOID = oidText(oid)
	named := ecGroups[k.GroupOID]
	k.Group = named.group
	if info, ok := k.Group.Info(); ok {
		k.Bits = info.Bits
	}
	if named.math == nil {
		return true
	}
	public, err := ecdsa.ParseUncompressedPublicKey(named.math, point)
	if err != nil {
		return len(point) > 0 && (point[0] == 2 || point[0] == 3)
	}
	k.ready = public
	return true
}

func (k *Key) readDSA(parameters cryptobyte.String) {
	var set cryptobyte.String
	p := new(big.Int)
	if parameters.ReadASN1(&set, asn1.SEQUENCE) && set.ReadASN1Integer(p) {
		k.Bits = p.BitLen()
	}
}
