package keys

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"fmt"
	"hash"

	"golang.org/x/crypto/chacha20poly1305"

	"github.com/parley-tls/parley/iana"
)

// bulk is a cipher of records.
type bulk struct {
	key      int // bytes of the key
	fixed    int // bytes of IV that come with the keys; of CBC only in 1.0 and older
	explicit int // bytes of the nonce that each record up to 1.2 carries
	aead     func(key []byte) (cipher.AEAD, error)
	block    func(key []byte) (cipher.Block, error)
	stream   bool // RC4
}

// bulks are the ciphers by the name that suites give them.
var bulks = map[string]bulk{
	"AES_128_GCM":       {key: 16, fixed: 4, explicit: 8, aead: gcm},
	"AES_256_GCM":       {key: 32, fixed: 4, explicit: 8, aead: gcm},
	"AES_128_CCM":       {key: 16, fixed: 4, explicit: 8, aead: ccm16},
	"AES_256_CCM":       {key: 32, fixed: 4, explicit: 8, aead: ccm16},
	"AES_128_CCM_8":     {key: 16, fixed: 4, explicit: 8, aead: ccm8},
	"AES_256_CCM_8":     {key: 32, fixed: 4, explicit: 8, aead: ccm8},
	"CHACHA20_POLY1305": {key: 32, fixed: 12, aead: chacha20poly1305.New},
	"AES_128_CBC":       {key: 16, fixed: 16, block: aes.NewCipher},
	"AES_256_CBC":       {key: 32, fixed: 16, block: aes.NewCipher},
	"3DES_EDE_CBC":      {key: 24, fixed: 8, block: des.NewTripleDESCipher},
	"DES_CBC":           {key: 8, fixed: 8, block: des.NewCipher},
	"RC4_128":           {key: 16, stream: true},
	"NULL":              {}, // integrity alone
}

func gcm(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// hashes are the hash functions by the name that suites give them.
var hashes = map[string]func() hash.Hash{
	"MD5": md5.New, "SHA": sha1.New, "SHA256": sha256.New, "SHA384": sha512.New384,
}

// suite is what a cipher suite stands for.
type suite struct {
	id   iana.Suite
	info iana.SuiteInfo
	bulk
	hash func() hash.Hash // of the key schedule of 1.3 and the PRF of 1.2
	mac  func() hash.Hash // nil of an AEAD cipher
}

// find returns the suite as version v has it.
func find(id iana.Suite, v iana.Version) (*suite, error) {
	info, known := id.Info()
	b, has := bulks[info.Cipher]
	h := hashes[info.Hash]
	if !known || !has || h == nil || info.Export || !id.UsableAt(v) || v < iana.SSL3 || v > iana.TLS13 ||
		v == iana.TLS13 && b.aead == nil {
		return nil, fmt.Errorf("%v in %v: %w", id, v, ErrUnsupported)
	}
	s := &suite{id: id, info: info, bulk: b, hash: h}
	if !info.AEAD {
		s.mac = h
		if info.Hash != "SHA384" {
			s.hash = sha256.New // RFC 5246, Section 5
		}
	}
	return s, nil
}

// Supports says whether the records of a suite can be followed in version v.
// Up to 1.2 that leaves open its key exchange.
func Supports(id iana.Suite, v iana.Version) bool {
	_, err := find(id, v)
	return err == nil
}
