package certificates

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/parley-tls/parley/pkix"
)

// recorded are the certificates in the captures of the corpus, each once.
func recorded(t *testing.T) (out []*pkix.Certificate) {
	t.Helper()
	dir := os.Getenv("PARLEY_CORPUS")
	if dir == "" {
		if os.Getenv("CI") != "" {
			t.Fatal("PARLEY_CORPUS is not set")
		}
		t.Skip("PARLEY_CORPUS is not set")
	}
	files, err := filepath.Glob(filepath.Join(dir, "pcaps", "*.pcap*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no captures: %v", err)
	}
	seen := map[string]bool{}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, stream := range streams(b) {
			for i := 0; i+8 < len(stream); i++ {
				// A SEQUENCE of two length bytes that begins with another one.
				if stream[i] != 0x30 || stream[i+1] != 0x82 || stream[i+4] != 0x30 || stream[i+5] != 0x82 {
					continue
				}
				n := 4 + int(binary.BigEndian.Uint16(stream[i+2:]))
				if i+n > len(stream) || seen[string(stream[i:i+n])] {
					continue
				}
				if c, err := pkix.Read(stream[i : i+n]); err == nil && c.Version == 3 && !c.NotAfter.IsZero() {
					seen[string(stream[i:i+n])] = true
					out = append(out, c)
				}
			}
		}
	}
	return out
}

// streams are the bytes of each direction of each TCP connection of a capture, as
// they came.
func streams(b []byte) map[string][]byte {
	out := map[string][]byte{}
	if len(b) < 24 {
		return nil
	}
	var order binary.ByteOrder = binary.LittleEndian
	if m := binary.BigEndian.Uint32(b); m == 0xa1b2c3d4 || m == 0xa1b23c4d {
		order = binary.BigEndian
	}
	for b = b[24:]; len(b) > 16; {
		n := int(order.Uint32(b[8:]))
		if n < 0 || 16+n > len(b) {
			break
		}
		packet := b[16 : 16+n]
		b = b[16+n:]
		at := strings.Index(string(packet), "\x08\x00\x45")
		if at < 0 {
			continue
		}
		ip := packet[at+2:]
		head := 20
		if len(ip) < head+20 || ip[9] != 6 {
			continue
		}
		tcp := ip[head:min(len(ip), int(binary.BigEndian.Uint16(ip[2:])))]
		if off := int(tcp[12]>>4) * 4; off <= len(tcp) {
			key := string(ip[12:20]) + string(tcp[:4])
			out[key] = append(out[key], tcp[off:]...)
		}
	}
	return out
}

// publicCAs are the organisations of CAs that programmes had, by which certificates
// of the captures were issued.
var publicCAs = []string{
	"DigiCert Inc", "Google Inc", "Google Trust Services", "Google Trust Services LLC", "Let's Encrypt", "COMODO CA Limited", "GlobalSign nv-sa",
	"GlobalSign", "GoDaddy.com, Inc.", "Entrust, Inc.", "StartCom Ltd.", "Unizeto Technologies S.A.", "T-Systems International GmbH", "Digital Signature Trust Co.",
	"GeoTrust Inc.", "Deutsche Telekom AG", "VeriSign, Inc.", "Symantec Corporation", "Baltimore", "Amazon",
}

func TestCertificatesThatWereInUseMeetTheRequirementsOfTheirDay(t *testing.T) {
	t.Parallel()
	leaves, cas := 0, 0
	for _, c := range recorded(t) {
		if c.NotBefore.Before(begin) || c.SelfIssued() || !slices.Contains(publicCAs, c.Issuer.O) || slices.Contains(c.ExtKeyUsage, "1.3.6.1.5.5.7.3.9") {
			continue
		}
		found := Requirements(c)
		if c.IsCA() {
			found = hold(ofCA, c, c.Subject.Short())
			cas++
		} else {
			leaves++
		}
		for _, l := range found {
			t.Errorf("%s of %s: %s: %s", c.Subject.Short(), c.Issuer.O, l.ID, l.Text)
		}
	}
	if leaves < 25 || cas < 15 {
		t.Errorf("only %d leaves and %d CAs were found", leaves, cas)
	}
}

func TestKeysThatWereInUseAreNotCalledBroken(t *testing.T) {
	t.Parallel()
	n := 0
	for _, c := range recorded(t) {
		// The sample of a library for machines of few bytes has a modulus that is none.
		if why := c.Key.Broken(); why != "" && c.Subject.CN != "tztest.example.com" {
			t.Errorf("%s, %d bits: %s", c.Subject.Short(), c.Key.Bits, why)
		}
		if c.Key.Modulus != nil {
			n++
		}
	}
	if n < 60 {
		t.Errorf("only %d RSA keys were found", n)
	}
}
