package transcript

import (
	"crypto/dsa" //lint:ignore SA1019 old servers still send DSA certificates, and transcripts name their keys
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// certificateTerms writes each certificate as its key, the scheme of its
// signature and its names: "cert=rsa-2048,rsa_pkcs1_sha256,shop.example".
func certificateTerms(m *wire.Certificate) []string {
	if len(m.Raw) == 0 {
		return []string{"none"}
	}
	var out []string
	for _, der := range m.Raw {
		out = append(out, "cert="+certificateValue(der))
	}
	return out
}

func certificateValue(der []byte) string {
	raw := "hex:" + hex.EncodeToString(der)
	c, err := x509.ParseCertificate(der)
	if err != nil {
		return raw
	}
	key := keyName(c.PublicKey)
	scheme, ok := signatureSchemes[c.SignatureAlgorithm]
	if key == "" || !ok {
		return raw
	}
	parts := []string{key, schemes.name(scheme)}
	for _, n := range certificateNames(c) {
		parts = append(parts, word(n))
	}
	return strings.Join(parts, ",")
}

func certificateNames(c *x509.Certificate) []string {
	if len(c.DNSNames) > 0 {
		return c.DNSNames
	}
	if c.Subject.CommonName != "" {
		return []string{c.Subject.CommonName}
	}
	return nil
}

func keyName(key any) string {
	switch k := key.(type) {
	case *rsa.PublicKey:
		return "rsa-" + strconv.Itoa(k.N.BitLen())
	case *dsa.PublicKey:
		return "dsa-" + strconv.Itoa(k.P.BitLen())
	case *ecdsa.PublicKey:
		for name, c := range ellipticGroups {
			if c.curve == k.Curve {
				return "ecdsa-" + name
			}
		}
	case ed25519.PublicKey:
		return "ed25519"
	}
	return ""
}

// ellipticGroup is a group that crypto/x509 reads keys of.
type ellipticGroup struct {
	curve elliptic.Curve
	oid   asn1.ObjectIdentifier
}

var ellipticGroups = map[string]ellipticGroup{
	"secp224r1": {curve: elliptic.P224(), oid: asn1.ObjectIdentifier{1, 3, 132, 0, 33}},
	"secp256r1": {curve: elliptic.P256(), oid: asn1.ObjectIdentifier{1, 2, 840, 10045, 3, 1, 7}},
	"secp384r1": {curve: elliptic.P384(), oid: asn1.ObjectIdentifier{1, 3, 132, 0, 34}},
	"secp521r1": {curve: elliptic.P521(), oid: asn1.ObjectIdentifier{1, 3, 132, 0, 35}},
}

// signatureSchemes names the signatures of certificates as TLS does.
var signatureSchemes = map[x509.SignatureAlgorithm]iana.Scheme{
	x509.MD5WithRSA:       0x0101,
	x509.SHA1WithRSA:      0x0201,
	x509.SHA256WithRSA:    0x0401,
	x509.SHA384WithRSA:    0x0501,
	x509.SHA512WithRSA:    0x0601,
	x509.DSAWithSHA1:      0x0202,
	x509.DSAWithSHA256:    0x0402,
	x509.ECDSAWithSHA1:    0x0203,
	x509.ECDSAWithSHA256:  0x0403,
	x509.ECDSAWithSHA384:  0x0503,
	x509.ECDSAWithSHA512:  0x0603,
	x509.SHA256WithRSAPSS: 0x0804,
	x509.SHA384WithRSAPSS: 0x0805,
	x509.SHA512WithRSAPSS: 0x0806,
	x509.PureEd25519:      0x0807,
}

// signatureOIDs are the algorithm identifiers of signatureSchemes (RFC 3279,
// Section 2.2; RFC 5758; RFC 4055; RFC 8410). Those of RSA-PSS need parameters
// and are written apart.
var signatureOIDs = map[iana.Scheme]asn1.ObjectIdentifier{
	0x0101: {1, 2, 840, 113549, 1, 1, 4},
	0x0201: {1, 2, 840, 113549, 1, 1, 5},
	0x0401: {1, 2, 840, 113549, 1, 1, 11},
	0x0501: {1, 2, 840, 113549, 1, 1, 12},
	0x0601: {1, 2, 840, 113549, 1, 1, 13},
	0x0202: {1, 2, 840, 10040, 4, 3},
	0x0402: {2, 16, 840, 1, 101, 3, 4, 3, 2},
	0x0203: {1, 2, 840, 10045, 4, 1},
	0x0403: {1, 2, 840, 10045, 4, 3, 2},
	0x0503: {1, 2, 840, 10045, 4, 3, 3},
	0x0603: {1, 2, 840, 10045, 4, 3, 4},
	0x0807: {1, 3, 101, 112},
}

// pssHashes are the hashes of the RSA-PSS schemes and their sizes in bytes.
var pssHashes = map[iana.Scheme]struct {
	oid  asn1.ObjectIdentifier
	salt int
}{
	0x0804: {oid: asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}, salt: 32},
	0x0805: {oid: asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 2}, salt: 48},
	0x0806: {oid: asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 3}, salt: 64},
}

// readCertificate inverts certificateTerms, in the form of v.
func readCertificate(terms []term, v iana.Version, declared []Declared) (*wire.Certificate, error) {
	m := &wire.Certificate{TLS13: v == iana.TLS13}
	for _, t := range terms {
		if t.key == "none" && t.bare {
			continue
		}
		if t.key != "cert" {
			return nil, fmt.Errorf("unknown term %q", t.key)
		}
		der, err := declaredOf(declared, t.value), error(nil)
		if der == nil {
			der, err = certificateOf(t.value)
		}
		if err != nil {
			return nil, err
		}
		m.Raw = append(m.Raw, der)
		if m.TLS13 {
			m.Extensions = append(m.Extensions, nil)
		}
	}
	return m, nil
}

// declaredOf is the declared certificate of a name; nil: none is called that.
func declaredOf(declared []Declared, name string) []byte {
	for _, d := range declared {
		if d.Name == name {
			return d.DER
		}
	}
	return nil
}

func certificateOf(value string) ([]byte, error) {
	if digits, ok := strings.CutPrefix(value, "hex:"); ok {
		der, err := hex.DecodeString(digits)
		if err == nil && certificateValue(der) != value {
			err = fmt.Errorf("%q can be written as %q", value, certificateValue(der))
		}
		return der, err
	}
	parts, err := unwords(value)
	if err != nil {
		return nil, err
	}
	if len(parts) < 2 {
		return nil, fmt.Errorf("cert=%s: want cert=KEY,SCHEME,NAME…", value)
	}
	scheme, err := schemes.parse(parts[1])
	if err != nil {
		return nil, err
	}
	der, err := synthesise(parts[0], scheme, parts[2:])
	if err != nil {
		return nil, fmt.Errorf("cert=%s: %w", value, err)
	}
	if _, err := x509.ParseCertificate(der); err != nil {
		return nil, fmt.Errorf("cert=%s: %w", value, err)
	}
	return der, nil
}

// The parts of a certificate (RFC 5280, Section 4.1).
type certificate struct {
	TBS       tbsCertificate
	Algorithm pkix.AlgorithmIdentifier
	Signature asn1.BitString
}

type tbsCertificate struct {
	Version    int `asn1:"explicit,tag:0"`
	Serial     *big.Int
	Algorithm  pkix.AlgorithmIdentifier
	Issuer     asn1.RawValue
	Validity   validity
	Subject    asn1.RawValue
	Key        publicKey
	Extensions []pkix.Extension `asn1:"optional,explicit,tag:3"`
}

type validity struct{ From, To time.Time }

type publicKey struct {
	Algorithm pkix.AlgorithmIdentifier
	Key       asn1.BitString
}

// synthesise makes a certificate that reads like one of that key, signature
// scheme and names. Key and signature are not real.
func synthesise(key string, scheme iana.Scheme, names []string) ([]byte, error) {
	algorithm, err := signatureAlgorithm(scheme)
	if err != nil {
		return nil, err
	}
	spki, err := publicKeyOf(key)
	if err != nil {
		return nil, err
	}
	tbs := tbsCertificate{
		Version: 2, Serial: big.NewInt(1), Algorithm: algorithm, Key: spki,
		Validity: validity{From: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2036, 1, 1, 0, 0, 0, 0, time.UTC)},
	}
	subject := pkix.Name{}
	if len(names) > 0 {
		subject.CommonName = names[0]
	}
	if tbs.Subject, err = nameDER(subject); err != nil {
		return nil, err
	}
	if tbs.Issuer, err = nameDER(pkix.Name{CommonName: "Transcript CA"}); err != nil {
		return nil, err
	}
	if len(names) > 1 || len(names) == 1 && strings.Contains(names[0], ".") {
		alt, err := altNames(names)
		if err != nil {
			return nil, err
		}
		tbs.Extensions = append(tbs.Extensions, alt)
	}
	return asn1.Marshal(certificate{TBS: tbs, Algorithm: algorithm, Signature: asn1.BitString{Bytes: make([]byte, 64), BitLength: 512}})
}

func nameDER(n pkix.Name) (asn1.RawValue, error) {
	der, err := asn1.Marshal(n.ToRDNSequence())
	return asn1.RawValue{FullBytes: der}, err
}

// altNames is subjectAltName with DNS names (RFC 5280, Section 4.2.1.6).
func altNames(names []string) (pkix.Extension, error) {
	var list []asn1.RawValue
	for _, n := range names {
		if n == "" || strings.ContainsFunc(n, func(r rune) bool { return r <= ' ' || r > '~' }) {
			return pkix.Extension{}, fmt.Errorf("%q is not a DNS name", n)
		}
		list = append(list, asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 2, Bytes: []byte(n)})
	}
	der, err := asn1.Marshal(list)
	return pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 17}, Value: der}, err
}

func signatureAlgorithm(s iana.Scheme) (pkix.AlgorithmIdentifier, error) {
	if oid, ok := signatureOIDs[s]; ok {
		a := pkix.AlgorithmIdentifier{Algorithm: oid}
		if oid[3] == 113549 {
			a.Parameters = asn1.NullRawValue
		}
		return a, nil
	}
	h, ok := pssHashes[s]
	if !ok {
		return pkix.AlgorithmIdentifier{}, fmt.Errorf("%v signs no certificate that a transcript can make", s)
	}
	hash := pkix.AlgorithmIdentifier{Algorithm: h.oid, Parameters: asn1.NullRawValue}
	inner, err := asn1.Marshal(hash)
	if err != nil {
		return pkix.AlgorithmIdentifier{}, err
	}
	params, err := asn1.Marshal(struct {
		Hash pkix.AlgorithmIdentifier `asn1:"explicit,tag:0"`
		MGF  pkix.AlgorithmIdentifier `asn1:"explicit,tag:1"`
		Salt int                      `asn1:"explicit,tag:2"`
	}{
		Hash: hash, Salt: h.salt,
		MGF: pkix.AlgorithmIdentifier{
			Algorithm: asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 8}, Parameters: asn1.RawValue{FullBytes: inner},
		},
	})
	return pkix.AlgorithmIdentifier{
		Algorithm: asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 10}, Parameters: asn1.RawValue{FullBytes: params},
	}, err
}

func publicKeyOf(name string) (publicKey, error) {
	kind, size, _ := strings.Cut(name, "-")
	switch kind {
	case "rsa":
		n, err := number(size, 16384)
		if err != nil || n < 64 {
			return publicKey{}, fmt.Errorf("%q is not a size of an RSA key", size)
		}
		der, err := asn1.Marshal(struct {
			N *big.Int
			E int
		}{N: new(big.Int).SetBytes(prime(n)), E: 65537})
		return spki(asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}, asn1.NullRawValue, der), err
	case "dsa":
		n, err := number(size, 16384)
		if err != nil || n < 64 {
			return publicKey{}, fmt.Errorf("%q is not a size of a DSA key", size)
		}
		p := new(big.Int).SetBytes(prime(n))
		params, err := asn1.Marshal(struct{ P, Q, G *big.Int }{P: p, Q: big.NewInt(3), G: big.NewInt(2)})
		if err != nil {
			return publicKey{}, err
		}
		der, err := asn1.Marshal(big.NewInt(2))
		return spki(asn1.ObjectIdentifier{1, 2, 840, 10040, 4, 1}, asn1.RawValue{FullBytes: params}, der), err
	case "ecdsa":
		g, ok := ellipticGroups[size]
		if !ok {
			return publicKey{}, fmt.Errorf("%q is not the group of a certificate that a transcript can make", size)
		}
		oid, err := asn1.Marshal(g.oid)
		p := g.curve.Params()
		octets := (p.BitSize + 7) / 8
		point := slices.Concat([]byte{4}, p.Gx.FillBytes(make([]byte, octets)), p.Gy.FillBytes(make([]byte, octets)))
		return spki(asn1.ObjectIdentifier{1, 2, 840, 10045, 2, 1}, asn1.RawValue{FullBytes: oid}, point), err
	case "ed25519":
		return spki(asn1.ObjectIdentifier{1, 3, 101, 112}, asn1.RawValue{}, make([]byte, 32)), nil
	}
	return publicKey{}, fmt.Errorf("%q is not a key: want rsa-2048, ecdsa-secp256r1, dsa-1024 or ed25519", name)
}

func spki(oid asn1.ObjectIdentifier, params asn1.RawValue, key []byte) publicKey {
	return publicKey{
		Algorithm: pkix.AlgorithmIdentifier{Algorithm: oid, Parameters: params},
		Key:       asn1.BitString{Bytes: key, BitLength: 8 * len(key)},
	}
}
