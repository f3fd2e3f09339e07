package pkix_test

import (
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	xpkix "crypto/x509/pkix"
	"encoding/asn1"
	"encoding/binary"
	"encoding/pem"
	"os"
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/pkix"
)

// timestamp makes an SCT as RFC 6962, Section 3.2 writes it, apart from the code
// that is tested.
func timestamp(t testing.TB, log crypto.Signer, kind uint16, entry []byte, ms uint64) []byte {
	t.Helper()
	spki, err := x509.MarshalPKIXPublicKey(log.Public())
	if err != nil {
		t.Fatal(err)
	}
	id := sha256.Sum256(spki)
	u64 := func(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }
	signed := append([]byte{0, 0}, u64(ms)...)
	signed = binary.BigEndian.AppendUint16(signed, kind)
	signed = append(append(signed, entry...), 0, 0)
	hash := sha256.Sum256(signed)
	signature, err := log.Sign(rand.Reader, hash[:], crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	sct := append(append([]byte{0}, id[:]...), u64(ms)...)
	sct = append(sct, 0, 0, 4, 3)
	return append(binary.BigEndian.AppendUint16(sct, uint16(len(signature))), signature...)
}

// listOf is a SignedCertificateTimestampList.
func listOf(scts ...[]byte) []byte {
	var list []byte
	for _, s := range scts {
		list = append(binary.BigEndian.AppendUint16(list, uint16(len(s))), s...)
	}
	return append(binary.BigEndian.AppendUint16(nil, uint16(len(list))), list...)
}

func vector24(b []byte) []byte {
	return append([]byte{byte(len(b) >> 16), byte(len(b) >> 8), byte(len(b))}, b...)
}

const at = 1_790_000_000_123

func TestTimestampsAreReadAndVerified(t *testing.T) {
	t.Parallel()
	root, log, stranger := issue(t, ca("Root"), nil, nil), ecKey(t), ecKey(t)
	key := func(k crypto.Signer) []byte {
		b, err := x509.MarshalPKIXPublicKey(k.Public())
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	l := issue(t, leaf(), root, nil)
	scts, err := pkix.ReadSCTs(listOf(timestamp(t, log, 0, vector24(l.der), at), []byte{7, 1, 2}))
	if err != nil || len(scts) != 2 || scts[1].Version != 7 {
		t.Fatalf("got %+v, %v", scts, err)
	}
	s, id := scts[0], sha256.Sum256(key(log))
	if s.Log != id || s.At.UnixMilli() != at {
		t.Errorf("got log %x at %v", s.Log, s.At)
	}
	for _, tt := range []struct {
		name string
		key  []byte
		of   []byte
		want parley.Truth
	}{
		{"its log", key(log), l.der, parley.Yes},
		{"another log", key(stranger), l.der, parley.No},
		{"another certificate", key(log), root.der, parley.No},
		{"no key", []byte{1}, l.der, parley.Unknown},
	} {
		if got := s.SignedBy(tt.key, pkix.EntryOf(read(t, tt.of))); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestEmbeddedTimestampsAreOfTheCertificateWithoutThem(t *testing.T) {
	t.Parallel()
	root, log := issue(t, ca("Root"), nil, nil), ecKey(t)
	// The same template without the list is what the log saw, but for the poison.
	template, leafKey := leaf(), ecKey(t)
	before := issue(t, template, root, leafKey)
	tbs := parse(t, before.der).RawTBSCertificate
	id := sha256.Sum256(parse(t, root.der).RawSubjectPublicKeyInfo)
	list := listOf(timestamp(t, log, 1, append(id[:], vector24(tbs)...), at))
	octets, err := asn1.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	template = leaf()
	template.ExtraExtensions = []xpkix.Extension{{Id: []int{1, 3, 6, 1, 4, 1, 11129, 2, 4, 2}, Value: octets}}
	c := read(t, issue(t, template, root, leafKey).der)
	scts, err := c.EmbeddedSCTs()
	if err != nil || len(scts) != 1 {
		t.Fatalf("got %+v, %v", scts, err)
	}
	spki, err := x509.MarshalPKIXPublicKey(log.Public())
	if err != nil {
		t.Fatal(err)
	}
	e, ok := pkix.EmbeddedEntry(c, read(t, root.der))
	if got := scts[0].SignedBy(spki, e); !ok || got != parley.Yes {
		t.Errorf("verified %v, %v; want yes", got, ok)
	}
	if e, _ := pkix.EmbeddedEntry(c, read(t, issue(t, ca("Root"), nil, nil).der)); scts[0].SignedBy(spki, e) != parley.No {
		t.Error("it verifies with another issuer")
	}
	if none, err := read(t, before.der).EmbeddedSCTs(); none != nil || err != nil {
		t.Errorf("got %v, %v of a certificate without", none, err)
	}
}

// FuzzReadSCTs holds that no list makes the reader fail, and that what is read
// fits into what was given.
func FuzzReadSCTs(f *testing.F) {
	f.Add(listOf(timestamp(f, ecKey(f), 0, vector24([]byte{1}), at)))
	f.Add(listOf([]byte{7}, []byte{0}))
	root := read(f, issue(f, ca("Root"), nil, nil).der)
	f.Fuzz(func(t *testing.T, b []byte) {
		scts, err := pkix.ReadSCTs(b)
		if err == nil && len(scts) == 0 {
			t.Error("no timestamp, and no error")
		}
		for _, s := range scts[:min(len(scts), 3)] {
			if s.SignedBy(root.Key.Raw, pkix.EntryOf(root)) == parley.Yes {
				t.Error("a root's key signed a timestamp")
			}
		}
	})
}

// FuzzEmbeddedEntry holds that a TBSCertificate that can be taken apart is put
// together as crypto/x509 reads it.
func FuzzEmbeddedEntry(f *testing.F) {
	root := issue(f, ca("Root"), nil, nil)
	f.Add(issue(f, leaf(), root, nil).der)
	issuer := read(f, root.der)
	f.Fuzz(func(t *testing.T, der []byte) {
		c, err := pkix.Read(der)
		if err != nil {
			return
		}
		pkix.EmbeddedEntry(c, issuer)
		c.EmbeddedSCTs()
	})
}

// TestATimestampOfOthersVerifies takes the certificate, its issuer and the key of
// the log that the Certificate Transparency project tests its own code with.
func TestATimestampOfOthersVerifies(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("testdata/embedded-timestamp.pem")
	if err != nil {
		t.Fatal(err)
	}
	var blocks [][]byte
	for block, rest := pem.Decode(b); block != nil; block, rest = pem.Decode(rest) {
		blocks = append(blocks, block.Bytes)
	}
	c, issuer := read(t, blocks[0]), read(t, blocks[1])
	scts, err := c.EmbeddedSCTs()
	if err != nil || len(scts) != 1 {
		t.Fatalf("got %+v, %v", scts, err)
	}
	if e, ok := pkix.EmbeddedEntry(c, issuer); !ok || scts[0].SignedBy(blocks[2], e) != parley.Yes {
		t.Error("it does not verify")
	}
	if scts[0].SignedBy(blocks[2], pkix.EntryOf(c)) != parley.No {
		t.Error("it verifies for the certificate as it is")
	}
}
