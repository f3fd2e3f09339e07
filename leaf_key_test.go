package parley

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"math/big"
	"testing"
	"time"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// TestTheKeyOfALeafIsReadFromTheReply: the group of an EC key, and its size.
func TestTheKeyOfALeafIsReadFromTheReply(t *testing.T) {
	t.Parallel()
	key, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	like := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Unix(2e9, 0)}
	der, err := x509.CreateCertificate(rand.Reader, like, like, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	r := Reply{Events: []Event{{From: ServerSide, Item: wire.Item{Message: &wire.Certificate{Raw: [][]byte{der}}}}}}
	if g := r.LeafGroup(); g != iana.GroupSecp384r1 {
		t.Errorf("group %v", g)
	}
	c := Chain{Raw: [][]byte{der}}
	if c.readLeaf(); c.Bits != 384 {
		t.Errorf("%d bits", c.Bits)
	}
	if g := (Reply{}).LeafGroup(); g != 0 {
		t.Errorf("without a certificate: %v", g)
	}
}
