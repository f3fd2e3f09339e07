package peers

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"time"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// Certificates by hand (RFC 5280, Section 4.1): crypto/x509 makes none that is
// at fault, and signs none with MD5.

// day is the unit of a certificate's life.
const day = 24 * time.Hour

// issuer is who signs: a name and a key.
type issuer struct {
	name string
	key  crypto.Signer
}

// certSpec is what stands in a certificate. Its zero is a leaf of version 3
// for no name, valid from an hour ago for 30 days, signed with SHA-256.
type certSpec struct {
	v1          bool     // version 1: no extensions
	serial      *big.Int // nil: by chance, and positive
	subject     string   // the common name
	public      []byte   // SubjectPublicKeyInfo
	from, until time.Duration
	dns         []string
	ips         []net.IP
	ca          bool
	noBasic     bool // no basicConstraints at all
	pathLen     int  // of a CA: that many, less one; zero for no limit
	usage       x509.KeyUsage
	ekus        []asn1.ObjectIdentifier
	extra       []extension
	hash        crypto.Hash
}

type extension struct {
	id       asn1.ObjectIdentifier
	critical bool
	value    []byte
}

var (
	oidCommonName       = asn1.ObjectIdentifier{2, 5, 4, 3}
	oidSubjectKeyID     = asn1.ObjectIdentifier{2, 5, 29, 14}
	oidKeyUsage         = asn1.ObjectIdentifier{2, 5, 29, 15}
	oidSubjectAltName   = asn1.ObjectIdentifier{2, 5, 29, 17}
	oidBasicConstraints = asn1.ObjectIdentifier{2, 5, 29, 19}
	oidAuthorityKeyID   = asn1.ObjectIdentifier{2, 5, 29, 35}
	oidExtKeyUsage      = asn1.ObjectIdentifier{2, 5, 29, 37}
	oidServerAuth       = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 1}
	oidClientAuth       = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 2}
)

// rsaSignatures are the algorithms of RFC 8017, Appendix A.2.4.
var rsaSignatures = map[crypto.Hash]asn1.ObjectIdentifier{
	crypto.MD5:    {1, 2, 840, 113549, 1, 1, 4},
	crypto.SHA1:   {1, 2, 840, 113549, 1, 1, 5},
	crypto.SHA256: {1, 2, 840, 113549, 1, 1, 11},
}

// spki returns the SubjectPublicKeyInfo of a key.
func spki(key crypto.Signer) ([]byte, error) { return x509.MarshalPKIXPublicKey(key.Public()) }

// keyID is a key identifier: RFC 7093, Section 2, method 1.
func keyID(public []byte) []byte {
	var key struct {
		Algorithm asn1.RawValue
		Bits      asn1.BitString
	}
	if _, err := asn1.Unmarshal(public, &key); err != nil {
		return nil
	}
	sum := sha256.Sum256(key.Bits.Bytes)
	return sum[:20]
}

// issue makes the certificate of s and signs it.
func (s certSpec) issue(by issuer) ([]byte, error) {
	if s.hash == 0 {
		s.hash = crypto.SHA256
	}
	algorithm, err := signatureAlgorithm(by.key, s.hash)
	if err != nil {
		return nil, err
	}
	tbs, err := s.toBeSigned(by, algorithm)
	if err != nil {
		return nil, err
	}
	signature, err := signTBS(by.key, s.hash, tbs)
	if err != nil {
		return nil, err
	}
	var b cryptobyte.Builder
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddBytes(tbs)
		b.AddBytes(algorithm)
		b.AddASN1BitString(signature)
	})
	return b.Bytes()
}

func (s certSpec) toBeSigned(by issuer, algorithm []byte) ([]byte, error) {
	serial := s.serial
	if serial == nil {
		var err error
		if serial, err = rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120)); err != nil {
			return nil, err
		}
	}
	issuerKey, err := spki(by.key)
	if err != nil {
		return nil, err
	}
	until := s.until
	if until == 0 {
		until = 30 * day
	}
	from := s.from
	if from == 0 {
		from = -time.Hour
	}
	now := time.Now().UTC()
	var b cryptobyte.Builder
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		if !s.v1 {
			b.AddASN1(cbasn1.Tag(0).ContextSpecific().Constructed(), func(b *cryptobyte.Builder) { b.AddASN1Int64(2) })
		}
		b.AddASN1BigInt(serial)
		b.AddBytes(algorithm)
		addName(b, by.name)
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1UTCTime(now.Add(from))
			b.AddASN1UTCTime(now.Add(until))
		})
		addName(b, s.subject)
		b.AddBytes(s.public)
		if !s.v1 {
			b.AddASN1(cbasn1.Tag(3).ContextSpecific().Constructed(), func(b *cryptobyte.Builder) {
				b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
					for _, e := range s.extensions(issuerKey) {
						addExtension(b, e)
					}
				})
			})
		}
	})
	return b.Bytes()
}

// addName writes a name of one common name.
func addName(b *cryptobyte.Builder, name string) {
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(cbasn1.SET, func(b *cryptobyte.Builder) {
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1ObjectIdentifier(oidCommonName)
				b.AddASN1(cbasn1.UTF8String, func(b *cryptobyte.Builder) { b.AddBytes([]byte(name)) })
			})
		})
	})
}

func addExtension(b *cryptobyte.Builder, e extension) {
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1ObjectIdentifier(e.id)
		if e.critical {
			b.AddASN1Boolean(true)
		}
		b.AddASN1OctetString(e.value)
	})
}

// der runs a builder that cannot fail.
func der(f func(b *cryptobyte.Builder)) []byte {
	var b cryptobyte.Builder
	f(&b)
	return b.BytesOrPanic()
}

func (s certSpec) extensions(issuerKey []byte) []extension {
	all := []extension{
		{id: oidSubjectKeyID, value: der(func(b *cryptobyte.Builder) { b.AddASN1OctetString(keyID(s.public)) })},
		{id: oidAuthorityKeyID, value: der(func(b *cryptobyte.Builder) {
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1(cbasn1.Tag(0).ContextSpecific(), func(b *cryptobyte.Builder) { b.AddBytes(keyID(issuerKey)) })
			})
		})},
	}
	if !s.noBasic {
		all = append(all, extension{id: oidBasicConstraints, critical: true, value: der(func(b *cryptobyte.Builder) {
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
				if s.ca {
					b.AddASN1Boolean(true)
				}
				if s.pathLen > 0 {
					b.AddASN1Int64(int64(s.pathLen - 1))
				}
			})
		})})
	}
	if s.usage != 0 {
		all = append(all, extension{id: oidKeyUsage, critical: true, value: keyUsageBits(s.usage)})
	}
	if len(s.ekus) > 0 {
		all = append(all, extension{id: oidExtKeyUsage, value: der(func(b *cryptobyte.Builder) {
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
				for _, id := range s.ekus {
					b.AddASN1ObjectIdentifier(id)
				}
			})
		})})
	}
	if len(s.dns)+len(s.ips) > 0 {
		all = append(all, extension{id: oidSubjectAltName, value: der(func(b *cryptobyte.Builder) {
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
				for _, name := range s.dns {
					b.AddASN1(cbasn1.Tag(2).ContextSpecific(), func(b *cryptobyte.Builder) { b.AddBytes([]byte(name)) })
				}
				for _, ip := range s.ips {
					if four := ip.To4(); four != nil {
						ip = four
					}
					b.AddASN1(cbasn1.Tag(7).ContextSpecific(), func(b *cryptobyte.Builder) { b.AddBytes(ip) })
				}
			})
		})})
	}
	return append(all, s.extra...)
}

// keyUsageBits writes the bits of crypto/x509, whose lowest is the first of
// RFC 5280, Section 4.2.1.3, without trailing zeros.
func keyUsageBits(usage x509.KeyUsage) []byte {
	var bits asn1.BitString
	for i := range 9 {
		if usage&(1<<i) == 0 {
			continue
		}
		for len(bits.Bytes) <= i/8 {
			bits.Bytes = append(bits.Bytes, 0)
		}
		bits.Bytes[i/8] |= 0x80 >> (i % 8)
		bits.BitLength = i + 1
	}
	out, err := asn1.Marshal(bits)
	if err != nil {
		panic(err)
	}
	return out
}

// signatureAlgorithm is the AlgorithmIdentifier of a signature.
func signatureAlgorithm(key crypto.Signer, hash crypto.Hash) ([]byte, error) {
	var id asn1.ObjectIdentifier
	null := false
	switch key.(type) {
	case *rsa.PrivateKey:
		id, null = rsaSignatures[hash], true
	case *ecdsa.PrivateKey:
		if hash == crypto.SHA256 {
			id = asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}
		}
	case ed25519.PrivateKey:
		id = asn1.ObjectIdentifier{1, 3, 101, 112}
	}
	if id == nil {
		return nil, fmt.Errorf("no signature by %T with %s", key, hash)
	}
	return der(func(b *cryptobyte.Builder) {
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1ObjectIdentifier(id)
			if null {
				b.AddASN1NULL()
			}
		})
	}), nil
}

func signTBS(key crypto.Signer, hash crypto.Hash, tbs []byte) ([]byte, error) {
	if _, ok := key.(ed25519.PrivateKey); ok {
		return key.Sign(rand.Reader, tbs, crypto.Hash(0))
	}
	h := hash.New()
	h.Write(tbs)
	return key.Sign(rand.Reader, h.Sum(nil), hash)
}

// certsPEM writes certificates one after the other.
func certsPEM(ders [][]byte) []byte {
	var out []byte
	for _, d := range ders {
		out = append(out, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: d})...)
	}
	return out
}
