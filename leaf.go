package parley

import (
	"bytes"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/parley-tls/parley/iana"
)

// keyOIDs are the object identifiers of keys, in DER without tag and length
// (RFC 3279, Section 2.3; RFC 4055, Section 3; RFC 8410, Section 3).
var keyOIDs = map[iana.KeyType][]byte{
	iana.KeyRSA:     {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1},
	iana.KeyRSAPSS:  {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 10},
	iana.KeyECDSA:   {0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1},
	iana.KeyDSA:     {0x2a, 0x86, 0x48, 0xce, 0x38, 4, 1},
	iana.KeyEd25519: {0x2b, 0x65, 0x70},
	iana.KeyEd448:   {0x2b, 0x65, 0x71},
}

// groupOIDs are those of the curves of ECDSA keys (RFC 5480, Section 2.1.1.1;
// RFC 5639, Section 4.1).
var groupOIDs = map[iana.Group][]byte{
	iana.GroupSecp192r1:       {0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 1},
	iana.GroupSecp224r1:       {0x2b, 0x81, 0x04, 0, 33},
	iana.GroupSecp256k1:       {0x2b, 0x81, 0x04, 0, 10},
	iana.GroupSecp256r1:       {0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7},
	iana.GroupSecp384r1:       {0x2b, 0x81, 0x04, 0, 34},
	iana.GroupSecp521r1:       {0x2b, 0x81, 0x04, 0, 35},
	iana.GroupBrainpoolP256r1: {0x2b, 0x24, 3, 3, 2, 8, 1, 1, 7},
	iana.GroupBrainpoolP384r1: {0x2b, 0x24, 3, 3, 2, 8, 1, 1, 11},
	iana.GroupBrainpoolP512r1: {0x2b, 0x24, 3, 3, 2, 8, 1, 1, 13},
}

// readLeaf sets what the key of a chain's leaf decides in a negotiation. What
// cannot be read stays unknown: a strange certificate is no reason to fail.
func (c *Chain) readLeaf() {
	if len(c.Raw) == 0 {
		return
	}
	key, ok := publicKeyInfo(c.Raw[0])
	if !ok {
		return
	}
	var algorithm, oid cryptobyte.String
	var bits []byte
	if !key.ReadASN1(&algorithm, asn1.SEQUENCE) || !algorithm.ReadASN1(&oid, asn1.OBJECT_IDENTIFIER) ||
		!key.ReadASN1BitStringAsBytes(&bits) {
		return
	}
	for k, b := range keyOIDs {
		if bytes.Equal(b, oid) {
			c.Key = k
		}
	}
	switch c.Key {
	case iana.KeyRSA, iana.KeyRSAPSS:
		c.Bits = modulusBits(bits)
	case iana.KeyEd25519:
		c.Bits = 256
	case iana.KeyEd448:
		c.Bits = 448
	case iana.KeyECDSA:
		var curve cryptobyte.String
		if !algorithm.ReadASN1(&curve, asn1.OBJECT_IDENTIFIER) {
			return
		}
		for g, b := range groupOIDs {
			if bytes.Equal(b, curve) {
				c.Group = g
			}
		}
		if i, ok := c.Group.Info(); ok {
			c.Bits = i.Bits
		}
	}
}

// LeafGroup is the group of the EC key that the server shows; 0: it has no such key,
// or shows none.
func (r Reply) LeafGroup() iana.Group {
	c := Chain{Raw: r.certificates()}
	c.readLeaf()
	return c.Group
}

// publicKeyInfo finds the SubjectPublicKeyInfo of a certificate (RFC 5280,
// Section 4.1) and returns its contents.
func publicKeyInfo(der []byte) (cryptobyte.String, bool) {
	in := cryptobyte.String(der)
	var cert, tbs, key cryptobyte.String
	version := asn1.Tag(0).Constructed().ContextSpecific()
	ok := in.ReadASN1(&cert, asn1.SEQUENCE) && cert.ReadASN1(&tbs, asn1.SEQUENCE) &&
		tbs.SkipOptionalASN1(version) && tbs.SkipASN1(asn1.INTEGER) && // serialNumber
		tbs.SkipASN1(asn1.SEQUENCE) && tbs.SkipASN1(asn1.SEQUENCE) && // signature, issuer
		tbs.SkipASN1(asn1.SEQUENCE) && tbs.SkipASN1(asn1.SEQUENCE) && // validity, subject
		tbs.ReadASN1(&key, asn1.SEQUENCE)
	return key, ok
}

func modulusBits(der []byte) int {
	in := cryptobyte.String(der)
	var key cryptobyte.String
	n := new(big.Int)
	if !in.ReadASN1(&key, asn1.SEQUENCE) || !key.ReadASN1Integer(n) {
		return 0
	}
	return n.BitLen()
}
