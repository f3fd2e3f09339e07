package keys

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"math/big"
	"testing"

	"golang.org/x/crypto/cryptobyte"
	der "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

func TestBothSidesOfARSAExchangeHaveTheSecret(t *testing.T) {
	t.Parallel()
	key := rsaKey(t, 2048)
	for _, v := range []iana.Version{iana.SSL3, iana.TLS10, iana.TLS12} {
		x := Exchange{Version: v, Offered: iana.TLS12, Suite: iana.TLS_RSA_WITH_AES_128_CBC_SHA, Key: key.Public()}
		body, premaster, err := x.Answer(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		sealed, err := ReadClientKeyExchange(v, x.Suite, body)
		if err != nil {
			t.Fatal(err)
		}
		got, err := DecryptPremaster(key, sealed)
		if err != nil || !bytes.Equal(got, premaster) || premaster[0] != 3 || premaster[1] != 3 || len(premaster) != 48 {
			t.Errorf("%v: got %x and %v, want %x", v, got, err, premaster)
		}
	}
}

func TestBothSidesOfAnEphemeralExchangeHaveTheSecret(t *testing.T) {
	t.Parallel()
	p, g := ffdhePrime(2048).Bytes(), []byte{2}
	server, err := NewDH(rand.Reader, p, g)
	if err != nil {
		t.Fatal(err)
	}
	x := Exchange{Version: iana.TLS12, Suite: iana.TLS_DHE_RSA_WITH_AES_128_GCM_SHA256,
		Message: &wire.ServerKeyExchange{P: p, G: g, Ys: server.Public}}
	agreed(t, x, server.Agree)
	share, err := NewShare(rand.Reader, iana.GroupSecp384r1)
	if err != nil {
		t.Fatal(err)
	}
	x = Exchange{Version: iana.TLS12, Suite: iana.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
		Message: &wire.ServerKeyExchange{Group: share.Group, Public: share.Public}}
	agreed(t, x, share.Agree)
}

func agreed(t *testing.T, x Exchange, agree func([]byte) ([]byte, error)) {
	t.Helper()
	body, premaster, err := x.Answer(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	public, err := ReadClientKeyExchange(x.Version, x.Suite, body)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := agree(public); err != nil || !bytes.Equal(got, premaster) {
		t.Errorf("%v: got %x and %v, want %x", x.Suite, got, err, premaster)
	}
}

func TestAnExchangeThatCannotBeFollowedSaysWhy(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name        string
		x           Exchange
		unsupported bool
	}{
		{name: "no message", x: Exchange{Suite: iana.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256}},
		{name: "no RSA key", x: Exchange{Suite: iana.TLS_RSA_WITH_AES_128_CBC_SHA}},
		{name: "a group not known", x: Exchange{Suite: iana.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
			Message: &wire.ServerKeyExchange{Group: iana.GroupSecp256k1}}, unsupported: true},
		{name: "a hybrid group", x: Exchange{Suite: iana.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
			Message: &wire.ServerKeyExchange{Group: iana.GroupX25519MLKEM768}}, unsupported: true},
		{name: "a small RSA key", x: Exchange{Suite: iana.TLS_RSA_WITH_AES_128_CBC_SHA,
			Key: &rsa.PublicKey{N: big.NewInt(1 << 40), E: 3}}, unsupported: true},
		{name: "a key exchange not known", x: Exchange{Suite: iana.TLS_PSK_WITH_AES_128_GCM_SHA256}, unsupported: true},
	}
	for _, tc := range tests {
		if _, _, err := tc.x.Answer(rand.Reader); err == nil || errors.Is(err, ErrUnsupported) != tc.unsupported {
			t.Errorf("%s: got %v", tc.name, err)
		}
	}
}

func rsaKey(t *testing.T, bits int) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func signers(t *testing.T) map[string]crypto.Signer {
	t.Helper()
	p256, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p521, err := ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]crypto.Signer{"RSA": rsaKey(t, 2048), "P-256": p256, "P-521": p521, "Ed25519": ed}
}

func TestEverySchemeSignsWhatItVerifies(t *testing.T) {
	t.Parallel()
	message := []byte("message")
	signed := map[string]int{}
	all := signers(t)
	for name, key := range all {
		for _, v := range []iana.Version{iana.TLS10, iana.TLS12, iana.TLS13} {
			for _, scheme := range iana.Schemes() {
				if _, ok := PickScheme(key.Public(), v, []iana.Scheme{scheme}); !ok {
					continue
				}
				sig, err := Sign(rand.Reader, key, v, scheme, message)
				if err != nil {
					t.Errorf("%s, %v in %v: %v", name, scheme, v, err)
					continue
				}
				signed[name+" "+v.String()]++
				if err := Verify(key.Public(), v, scheme, message, sig); err != nil {
					t.Errorf("%s, %v in %v: %v", name, scheme, v, err)
				}
				if err := Verify(key.Public(), v, scheme, []byte("another"), sig); !errors.Is(err, ErrSignature) {
					t.Errorf("%s, %v in %v: another message: %v, want %v", name, scheme, v, err, ErrSignature)
				}
				for other, k := range all {
					if v >= iana.TLS12 && other != name && Verify(k.Public(), v, scheme, message, sig) == nil {
						t.Errorf("%v by %s verifies by %s", scheme, name, other)
					}
				}
			}
		}
	}
	for what, n := range map[string]int{"RSA 1.2": 12, "RSA 1.3": 6, "P-256 1.3": 1, "P-521 1.2": 5, "Ed25519 1.2": 1, "Ed25519 1.3": 1} {
		if signed[what] < n {
			t.Errorf("%s: %d schemes, expected %d at least", what, signed[what], n)
		}
	}
	if signed["Ed25519 1.0"] != 0 || signed["RSA 1.0"] == 0 {
		t.Errorf("before 1.2 RSA and ECDSA sign, Ed25519 does not: %v", signed)
	}
}

func TestASchemeIsPickedThatTheKeyCanSignWith(t *testing.T) {
	t.Parallel()
	keys := signers(t)
	tests := []struct {
		key     crypto.Signer
		v       iana.Version
		offered []iana.Scheme
		want    iana.Scheme
	}{
		{keys["RSA"], iana.TLS12, []iana.Scheme{iana.SchemeECDSASHA1, iana.SchemeRSAPKCS1SHA1, iana.SchemeRSAPSSRSAESHA256}, iana.SchemeRSAPKCS1SHA1},
		{keys["RSA"], iana.TLS13, []iana.Scheme{iana.SchemeECDSASHA1, iana.SchemeRSAPKCS1SHA256, iana.SchemeRSAPSSRSAESHA384}, iana.SchemeRSAPSSRSAESHA384},
		{keys["P-521"], iana.TLS12, []iana.Scheme{iana.SchemeECDSASecp256r1SHA256}, iana.SchemeECDSASecp256r1SHA256},
		{keys["P-521"], iana.TLS13, []iana.Scheme{iana.SchemeECDSASecp256r1SHA256}, 0},
		{rsaKey(t, 1024), iana.TLS12, []iana.Scheme{iana.SchemeRSAPSSRSAESHA512, iana.SchemeRSAPSSRSAESHA384}, iana.SchemeRSAPSSRSAESHA384},
		{keys["Ed25519"], iana.TLS13, []iana.Scheme{iana.SchemeRSAPSSRSAESHA384}, 0},
	}
	for _, tc := range tests {
		got, ok := PickScheme(tc.key.Public(), tc.v, tc.offered)
		if got != tc.want || ok != (tc.want != 0) {
			t.Errorf("%T in %v of %v: got %v, %v, want %v", tc.key, tc.v, tc.offered, got, ok, tc.want)
		}
	}
}

// TestSmallKeysVerify holds for keys that crypto/rsa refuses: 768 bits.
func TestSmallKeysVerify(t *testing.T) {
	t.Parallel()
	n, d := smallRSA(t)
	message := []byte("message")
	digest := append([]byte(prefixes[crypto.SHA256]), sumOf(crypto.SHA256, message)...)
	em := append([]byte{0, 1}, bytes.Repeat([]byte{0xff}, 96-3-len(digest))...)
	em = append(append(em, 0), digest...)
	m := new(big.Int).SetBytes(em)
	sig := m.Exp(m, d, n).FillBytes(make([]byte, 96))
	key := &rsa.PublicKey{N: n, E: 65537}
	if err := Verify(key, iana.TLS12, iana.SchemeRSAPKCS1SHA256, message, sig); err != nil {
		t.Error(err)
	}
	if err := Verify(key, iana.TLS12, iana.SchemeRSAPSSRSAESHA256, message, sig); !errors.Is(err, ErrUnsupported) {
		t.Errorf("PSS with a small key: got %v, want %v", err, ErrUnsupported)
	}
}

// smallRSA makes the modulus and the private exponent of a key of 768 bits.
func smallRSA(t *testing.T) (n, d *big.Int) {
	t.Helper()
	one := big.NewInt(1)
	for {
		p, err := rand.Prime(rand.Reader, 384)
		if err != nil {
			t.Fatal(err)
		}
		q, err := rand.Prime(rand.Reader, 384)
		if err != nil {
			t.Fatal(err)
		}
		phi := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
		if d = new(big.Int).ModInverse(big.NewInt(65537), phi); d != nil {
			return new(big.Int).Mul(p, q), d
		}
	}
}

func TestTheKeyOfACertificateOfRSASSAPSSIsRead(t *testing.T) {
	t.Parallel()
	key := rsaKey(t, 1024)
	var b cryptobyte.Builder
	b.AddASN1(der.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(der.SEQUENCE, func(b *cryptobyte.Builder) { b.AddASN1ObjectIdentifier(asn1.ObjectIdentifier(oidPSS)) })
		b.AddASN1BitString(x509.MarshalPKCS1PublicKey(&key.PublicKey))
	})
	got, err := ParseSPKI(b.BytesOrPanic())
	if err != nil || !key.PublicKey.Equal(got) {
		t.Errorf("got %v and %v", got, err)
	}
	if _, err := PublicKey([]byte{0x30, 0}); err == nil {
		t.Error("a certificate without a body has a key")
	}
}
