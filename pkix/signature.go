package pkix

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/md5"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

// signatures are the algorithms of signatures (RFC 3279, Section 2.2; RFC 4055,
// Section 5; RFC 5758; RFC 8410; RFC 9881).
var signatures = map[string]struct {
	name   string
	key    iana.KeyType
	digest Digest
}{
	"1.2.840.113549.1.1.2":    {name: "md2WithRSAEncryption", key: iana.KeyRSA, digest: MD2},
	"1.2.840.113549.1.1.4":    {name: "md5WithRSAEncryption", key: iana.KeyRSA, digest: MD5},
	"1.2.840.113549.1.1.5":    {name: "sha1WithRSAEncryption", key: iana.KeyRSA, digest: SHA1},
	"1.3.14.3.2.29":           {name: "sha1WithRSA", key: iana.KeyRSA, digest: SHA1},
	"1.2.840.113549.1.1.14":   {name: "sha224WithRSAEncryption", key: iana.KeyRSA, digest: SHA224},
	"1.2.840.113549.1.1.11":   {name: "sha256WithRSAEncryption", key: iana.KeyRSA, digest: SHA256},
	"1.2.840.113549.1.1.12":   {name: "sha384WithRSAEncryption", key: iana.KeyRSA, digest: SHA384},
	"1.2.840.113549.1.1.13":   {name: "sha512WithRSAEncryption", key: iana.KeyRSA, digest: SHA512},
	rsaPSS:                    {name: "rsassaPss", key: iana.KeyRSA},
	"1.2.840.10045.4.1":       {name: "ecdsa-with-SHA1", key: iana.KeyECDSA, digest: SHA1},
	"1.2.840.10045.4.3.1":     {name: "ecdsa-with-SHA224", key: iana.KeyECDSA, digest: SHA224},
	"1.2.840.10045.4.3.2":     {name: "ecdsa-with-SHA256", key: iana.KeyECDSA, digest: SHA256},
	"1.2.840.10045.4.3.3":     {name: "ecdsa-with-SHA384", key: iana.KeyECDSA, digest: SHA384},
	"1.2.840.10045.4.3.4":     {name: "ecdsa-with-SHA512", key: iana.KeyECDSA, digest: SHA512},
	"1.2.840.10040.4.3":       {name: "dsa-with-sha1", key: iana.KeyDSA, digest: SHA1},
	"2.16.840.1.101.3.4.3.1":  {name: "dsa-with-sha224", key: iana.KeyDSA, digest: SHA224},
	"2.16.840.1.101.3.4.3.2":  {name: "dsa-with-sha256", key: iana.KeyDSA, digest: SHA256},
	"1.3.101.112":             {name: "Ed25519", key: iana.KeyEd25519, digest: DigestNone},
	"1.3.101.113":             {name: "Ed448", key: iana.KeyEd448, digest: DigestNone},
	"2.16.840.1.101.3.4.3.17": {name: "ML-DSA-44", key: iana.KeyMLDSA, digest: DigestNone},
	"2.16.840.1.101.3.4.3.18": {name: "ML-DSA-65", key: iana.KeyMLDSA, digest: DigestNone},
	"2.16.840.1.101.3.4.3.19": {name: "ML-DSA-87", key: iana.KeyMLDSA, digest: DigestNone},
}

const rsaPSS = "1.2.840.113549.1.1.10"

// digestOIDs are those of RSASSA-PSS parameters (RFC 4055, Section 2.1).
var digestOIDs = map[string]Digest{
	"1.3.14.3.2.26": SHA1, "2.16.840.1.101.3.4.2.4": SHA224, "2.16.840.1.101.3.4.2.1": SHA256,
	"2.16.840.1.101.3.4.2.2": SHA384, "2.16.840.1.101.3.4.2.3": SHA512,
}

// digestInfos precede the hash in an RSASSA-PKCS1-v1_5 signature (RFC 8017,
// Section 9.2, note 1).
var digestInfos = map[Digest][]byte{
	MD5:    {0x30, 0x20, 0x30, 0x0c, 0x06, 0x08, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x05, 0x05, 0x00, 0x04, 0x10},
	SHA1:   {0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a, 0x05, 0x00, 0x04, 0x14},
	SHA224: {0x30, 0x2d, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x04, 0x05, 0x00, 0x04, 0x1c},
	SHA256: {0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20},
	SHA384: {0x30, 0x41, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02, 0x05, 0x00, 0x04, 0x30},
	SHA512: {0x30, 0x51, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03, 0x05, 0x00, 0x04, 0x40},
}

// readSignature reads AlgorithmIdentifier of a signature.
func readSignature(element cryptobyte.String, value []byte) Signature {
	s := Signature{Value: value}
	var algorithm, oid cryptobyte.String
	if !element.ReadASN1(&algorithm, asn1.SEQUENCE) || !algorithm.ReadASN1(&oid, asn1.OBJECT_IDENTIFIER) {
		s.Name = "(not readable)"
		return s
	}
	s.OID = oidText(oid)
	known := signatures[s.OID]
	s.Name, s.Key, s.Digest = known.name, known.key, known.digest
	if s.Name == "" {
		s.Name = s.OID
	}
	if s.OID == rsaPSS {
		s.readPSS(algorithm)
	}
	return s
}

// readPSS reads RSASSA-PSS-params; what is left out is SHA-1 with a salt of 20
// bytes (RFC 4055, Section 3.1).
func (s *Signature) readPSS(in cryptobyte.String) {
	s.pss, s.Digest, s.salt = true, SHA1, 20
	var set, hash, algorithm, oid, salt cryptobyte.String
	var has bool
	hashTag, maskTag := asn1.Tag(0).Constructed().ContextSpecific(), asn1.Tag(1).Constructed().ContextSpecific()
	saltTag := asn1.Tag(2).Constructed().ContextSpecific()
	if !in.ReadASN1(&set, asn1.SEQUENCE) || !set.ReadOptionalASN1(&hash, &has, hashTag) {
		return
	}
	if has {
		s.Digest = DigestUnknown
		if hash.ReadASN1(&algorithm, asn1.SEQUENCE) && algorithm.ReadASN1(&oid, asn1.OBJECT_IDENTIFIER) {
			s.Digest = digestOIDs[oidText(oid)]
		}
	}
	if !set.SkipOptionalASN1(maskTag) || !set.ReadOptionalASN1(&salt, &has, saltTag) || !has {
		return
	}
	if !salt.ReadASN1Integer(&s.salt) || s.salt < 0 {
		s.salt = 0
	}
}

// sum hashes; nil: no hash that is had here.
func (d Digest) sum(b []byte) ([]byte, crypto.Hash) {
	switch d {
	case MD5:
		h := md5.Sum(b)
		return h[:], crypto.MD5
	case SHA1:
		h := sha1.Sum(b)
		return h[:], crypto.SHA1
	case SHA224:
		h := sha256.Sum224(b)
		return h[:], crypto.SHA224
	case SHA256:
		h := sha256.Sum256(b)
		return h[:], crypto.SHA256
	case SHA384:
		h := sha512.Sum384(b)
		return h[:], crypto.SHA384
	case SHA512:
		h := sha512.Sum512(b)
		return h[:], crypto.SHA512
	}
	return nil, 0
}

// SignedBy says whether the key of issuer verifies the signature of c, whoever
// issuer is. Unknown: the algorithm is not had here.
func (c *Certificate) SignedBy(issuer *Certificate) parley.Truth {
	switch key := issuer.Key.ready.(type) {
	case *rsa.PublicKey:
		return c.byRSA(key)
	case *ecdsa.PublicKey:
		hash, _ := c.Signature.Digest.sum(c.RawTBS)
		if c.Signature.Key != iana.KeyECDSA || hash == nil {
			return c.misfit(iana.KeyECDSA)
		}
		return truth(ecdsa.VerifyASN1(key, hash, c.Signature.Value))
	case ed25519.PublicKey:
		if c.Signature.Key != iana.KeyEd25519 {
			return c.misfit(iana.KeyEd25519)
		}
		return truth(ed25519.Verify(key, c.RawTBS, c.Signature.Value))
	}
	return c.misfit(issuer.Key.Type)
}

// misfit answers where nothing could be computed: a signature of another kind of
// key is not by this one.
func (c *Certificate) misfit(key iana.KeyType) parley.Truth {
	if key == iana.KeyRSAPSS {
		key = iana.KeyRSA
	}
	if key != 0 && c.Signature.Key != 0 && c.Signature.Key != key {
		return parley.No
	}
	return parley.Unknown
}

func (c *Certificate) byRSA(key *rsa.PublicKey) parley.Truth {
	s := c.Signature
	hash, id := s.Digest.sum(c.RawTBS)
	switch {
	case s.Key != iana.KeyRSA || hash == nil:
		return c.misfit(iana.KeyRSA)
	case s.pss:
		// A key that is too short for crypto/rsa is no answer.
		if key.Size() < 128 {
			return parley.Unknown
		}
		return truth(rsa.VerifyPSS(key, id, hash, s.Value, &rsa.PSSOptions{SaltLength: s.salt}) == nil)
	}
	return truth(verifyPKCS1(key, digestInfos[s.Digest], hash, s.Value))
}

// verifyPKCS1 verifies RSASSA-PKCS1-v1_5 (RFC 8017, Section 8.2.2) with keys of
// any size: crypto/rsa refuses those below 1,024 bits, which old devices have.
func verifyPKCS1(key *rsa.PublicKey, info, hash, signature []byte) bool {
	size := key.Size()
	padding := size - 3 - len(info) - len(hash)
	if len(signature) != size || padding < 8 {
		return false
	}
	s := new(big.Int).SetBytes(signature)
	if s.Cmp(key.N) >= 0 {
		return false
	}
	got := s.Exp(s, big.NewInt(int64(key.E)), key.N).FillBytes(make([]byte, size))
	want := append([]byte{0, 1}, bytes.Repeat([]byte{0xff}, padding)...)
	want = append(append(append(want, 0), info...), hash...)
	return bytes.Equal(got, want)
}

func truth(ok bool) parley.Truth {
	if ok {
		return parley.Yes
	}
	return parley.No
}
