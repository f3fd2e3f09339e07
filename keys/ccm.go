package keys

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/subtle"
	"encoding/binary"
)

// ccm is the mode that counts and chains, with nonces of 12 bytes, as RFC 6655
// and RFC 8446 use it (RFC 3610).
type ccm struct {
	block cipher.Block
	tag   int
}

func ccm16(key []byte) (cipher.AEAD, error) { return newCCM(key, 16) }
func ccm8(key []byte) (cipher.AEAD, error)  { return newCCM(key, 8) }

func newCCM(key []byte, tag int) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return &ccm{block: block, tag: tag}, nil
}

func (c *ccm) NonceSize() int { return 12 }
func (c *ccm) Overhead() int  { return c.tag }

func (c *ccm) Seal(dst, nonce, plaintext, data []byte) []byte {
	tag := c.sum(nonce, plaintext, data)
	dst = append(dst, plaintext...)
	c.crypt(nonce, dst[len(dst)-len(plaintext):], tag)
	return append(dst, tag...)
}

func (c *ccm) Open(dst, nonce, ciphertext, data []byte) ([]byte, error) {
	if len(ciphertext) < c.tag {
		return nil, ErrRecord
	}
	n := len(ciphertext) - c.tag
	tag := append([]byte(nil), ciphertext[n:]...)
	out := append([]byte(nil), ciphertext[:n]...)
	c.crypt(nonce, out, tag)
	if subtle.ConstantTimeCompare(tag, c.sum(nonce, out, data)) != 1 {
		return nil, ErrRecord
	}
	return append(dst, out...), nil
}

// crypt encrypts or decrypts text with the counter from 1, and the tag with 0.
func (c *ccm) crypt(nonce, text, tag []byte) {
	counter := make([]byte, aes.BlockSize)
	counter[0] = 2 // a length of 3 bytes
	copy(counter[1:], nonce)
	key := make([]byte, aes.BlockSize)
	c.block.Encrypt(key, counter)
	subtle.XORBytes(tag, tag, key)
	counter[aes.BlockSize-1] = 1
	cipher.NewCTR(c.block, counter).XORKeyStream(text, text)
}

// sum is the tag before it is encrypted (RFC 3610, Section 2.2).
func (c *ccm) sum(nonce, text, data []byte) []byte {
	x := make([]byte, aes.BlockSize)
	x[0] = byte((c.tag-2)/2<<3 | 2)
	copy(x[1:], nonce)
	n := len(text)
	x[13], x[14], x[15] = byte(n>>16), byte(n>>8), byte(n)
	if len(data) > 0 {
		x[0] |= 1 << 6
		data = append(binary.BigEndian.AppendUint16(nil, uint16(len(data))), data...)
	}
	c.block.Encrypt(x, x)
	for _, part := range [][]byte{data, text} {
		for len(part) > 0 {
			used := subtle.XORBytes(x, x, part[:min(len(part), len(x))])
			part = part[used:]
			c.block.Encrypt(x, x)
		}
	}
	return x[:c.tag]
}
