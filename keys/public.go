package keys

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"

	"golang.org/x/crypto/cryptobyte"
	der "golang.org/x/crypto/cryptobyte/asn1"
)

// PublicKey reads the key of a certificate in DER, and nothing else of it: a
// certificate that no client would take still has one. The error is
// ErrUnsupported for a kind of key that is not read.
func PublicKey(certificate []byte) (crypto.PublicKey, error) {
	whole := cryptobyte.String(certificate)
	var outer, body, spki cryptobyte.String
	ok := whole.ReadASN1(&outer, der.SEQUENCE) && outer.ReadASN1(&body, der.SEQUENCE) &&
		body.SkipOptionalASN1(der.Tag(0).ContextSpecific().Constructed()) && // version
		body.SkipASN1(der.INTEGER) && // serialNumber
		body.SkipASN1(der.SEQUENCE) && // signature
		body.SkipASN1(der.SEQUENCE) && // issuer
		body.SkipASN1(der.SEQUENCE) && // validity
		body.SkipASN1(der.SEQUENCE) && // subject
		body.ReadASN1Element(&spki, der.SEQUENCE)
	if !ok {
		return nil, errors.New("the certificate's key cannot be found")
	}
	return ParseSPKI(spki)
}

// oidPSS is id-RSASSA-PSS, a key that signs with RSASSA-PSS alone (RFC 4055).
var oidPSS = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 10}

// ParseSPKI reads a SubjectPublicKeyInfo: RSA, RSASSA-PSS, ECDSA or Ed25519.
func ParseSPKI(spki []byte) (crypto.PublicKey, error) {
	s := cryptobyte.String(spki)
	var info, algorithm, bits cryptobyte.String
	var oid asn1.ObjectIdentifier
	if s.ReadASN1(&info, der.SEQUENCE) && info.ReadASN1(&algorithm, der.SEQUENCE) &&
		algorithm.ReadASN1ObjectIdentifier(&oid) && oid.Equal(oidPSS) && info.ReadASN1(&bits, der.BIT_STRING) && len(bits) > 1 {
		return x509.ParsePKCS1PublicKey(bits[1:])
	}
	key, err := x509.ParsePKIXPublicKey(spki)
	if err != nil {
		return nil, err
	}
	switch key.(type) {
	case *rsa.PublicKey, *ecdsa.PublicKey, ed25519.PublicKey:
		return key, nil
	}
	return nil, fmt.Errorf("a key of kind %T: %w", key, ErrUnsupported)
}
