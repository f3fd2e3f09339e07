package trust

import (
	"bytes"
	"encoding/pem"
	"errors"
	"testing"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// message is a SignedData that holds certificates and nothing else.
func message(t testing.TB, certs ...[]byte) []byte {
	t.Helper()
	explicit := asn1.Tag(0).Constructed().ContextSpecific()
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.OBJECT_IDENTIFIER, func(b *cryptobyte.Builder) { b.AddBytes(signedData) })
		b.AddASN1(explicit, func(b *cryptobyte.Builder) {
			b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1Int64(1)
				b.AddASN1(asn1.SET, func(b *cryptobyte.Builder) {})
				b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) { b.AddBytes([]byte{6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1}) })
				b.AddASN1(explicit, func(b *cryptobyte.Builder) {
					for _, c := range certs {
						b.AddBytes(c)
					}
				})
				b.AddASN1(asn1.SET, func(b *cryptobyte.Builder) {})
			})
		})
	})
	out, err := b.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestIssuersComeInDERInPEMAndInAMessage(t *testing.T) {
	t.Parallel()
	roots := Mozilla().Roots
	one, two := roots[0], roots[1]
	for name, tt := range map[string]struct {
		body []byte
		want [][]byte
	}{
		"DER":     {body: one, want: [][]byte{one}},
		"PEM":     {body: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: one}), want: [][]byte{one}},
		"message": {body: message(t, one, two), want: [][]byte{one, two}},
	} {
		got, err := Issuers(tt.body)
		if err != nil || len(got) != len(tt.want) || !bytes.Equal(bytes.Join(got, nil), bytes.Join(tt.want, nil)) {
			t.Errorf("%s: %d certificates, %v; want %d", name, len(got), err, len(tt.want))
		}
	}
	for name, body := range map[string][]byte{
		"a page": []byte("<html>not found</html>"), "nothing": nil, "a message without certificates": message(t),
	} {
		if got, err := Issuers(body); !errors.Is(err, ErrNone) {
			t.Errorf("%s: %d certificates, %v; want none", name, len(got), err)
		}
	}
	if _, err := Issuers(make([]byte, MaxIssuers+1)); err == nil {
		t.Error("more than the limit is read")
	}
}

func FuzzIssuers(f *testing.F) {
	roots := Mozilla().Roots
	f.Add(message(f, roots[0], roots[1]))
	f.Add(roots[0])
	f.Add([]byte("-----BEGIN CERTIFICATE-----\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		certs, err := Issuers(b)
		if (err == nil) != (len(certs) > 0) {
			t.Errorf("%d certificates and %v", len(certs), err)
		}
	})
}
