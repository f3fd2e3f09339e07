package trust

import (
	"errors"
	"fmt"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// MaxIssuers bounds what is read from where a certificate says that its issuer
// is, in bytes: a bundle of cross-certificates has some ten of them.
const MaxIssuers = 256 << 10

// Issuers reads what is served there: a certificate in DER, or a message of
// PKCS #7 that holds several (RFC 5280, Section 4.2.2.1). Some serve PEM.
func Issuers(b []byte) ([][]byte, error) {
	if len(b) > MaxIssuers {
		return nil, fmt.Errorf("more than %d bytes", MaxIssuers)
	}
	if certs, ok := certsOnly(b); ok {
		return certs, nil
	}
	certs, err := Certificates(b)
	if errors.Is(err, ErrNone) {
		err = ErrNone // that it is neither PEM nor DER does not matter here
	}
	return certs, err
}

var signedData = []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02}

// certsOnly reads a SignedData without content (RFC 5652, Section 5.1).
func certsOnly(b []byte) (certs [][]byte, ok bool) {
	in := cryptobyte.String(b)
	var info, oid, wrapped, data, set cryptobyte.String
	var version int64
	explicit := asn1.Tag(0).Constructed().ContextSpecific()
	if !in.ReadASN1(&info, asn1.SEQUENCE) || !info.ReadASN1(&oid, asn1.OBJECT_IDENTIFIER) || string(oid) != string(signedData) ||
		!info.ReadASN1(&wrapped, explicit) || !wrapped.ReadASN1(&data, asn1.SEQUENCE) || !data.ReadASN1Integer(&version) ||
		!data.SkipASN1(asn1.SET) || !data.SkipASN1(asn1.SEQUENCE) || !data.ReadASN1(&set, explicit) {
		return nil, false
	}
	for !set.Empty() {
		var cert cryptobyte.String
		if !set.ReadASN1Element(&cert, asn1.SEQUENCE) {
			return nil, false
		}
		certs = append(certs, cert)
	}
	return certs, len(certs) > 0
}
