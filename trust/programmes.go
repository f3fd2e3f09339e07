package trust

import (
	"crypto/sha256"
	"crypto/x509"
	"embed"
	"encoding/hex"
	"fmt"
	"path"
	"strings"
	"sync"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
	"golang.org/x/crypto/x509roots/fallback/bundle"

	"github.com/parley-tls/parley"
)

// programmes has the lists of roots of programmes besides Mozilla's, each with
// its date and where it is from; extra has the certificates that Mozilla's has not, in
// DER, one behind the other. The program internal/gen/stores writes them.
var (
	//go:embed programmes/*.txt
	programmes embed.FS
	//go:embed programmes/extra.der
	extra []byte
)

// Programmes are the sets of roots of the programmes that most clients go by, as
// far as their lists were to be had: Mozilla, Apple, Microsoft, Java, Android,
// Chrome. A root of a list whose certificate is not at hand is in Lacks.
// They must not be changed.
func Programmes() []parley.Store { return programmesOnce() }

var programmesOnce = sync.OnceValue(loadProgrammes)

func loadProgrammes() []parley.Store {
	known := map[fingerprint][]byte{}
	mozilla := parley.Store{Name: parley.MozillaStore, Of: "NSS, the roots for servers", Date: mozillaDate, From: "golang.org/x/crypto/x509roots/fallback"}
	for r := range bundle.Roots() {
		known[sha256.Sum256(r.Certificate)] = r.Certificate
		if r.Constraint == nil {
			mozilla.Roots = append(mozilla.Roots, r.Certificate)
		} else {
			// Trusted for some certificates only: whether for this one is not known here.
			c, err := x509.ParseCertificate(r.Certificate)
			if err == nil {
				mozilla.Lacks = append(mozilla.Lacks, parley.RootName{Digest: digest(r.Certificate), Name: c.Subject.CommonName})
			}
		}
	}
	for rest := cryptobyte.String(extra); !rest.Empty(); {
		var der cryptobyte.String
		if !rest.ReadASN1Element(&der, asn1.SEQUENCE) {
			panic("programmes/extra.der is no row of certificates") // it is embedded
		}
		known[sha256.Sum256(der)] = der
	}
	out := []parley.Store{mozilla}
	for _, name := range []string{"apple", "microsoft", "java", "android", "chrome"} {
		b, err := programmes.ReadFile(path.Join("programmes", name+".txt"))
		if err != nil {
			panic(err)
		}
		s, err := readProgramme(string(b), known)
		if err != nil {
			panic(fmt.Sprintf("programmes/%s.txt: %v", name, err))
		}
		out = append(out, s)
	}
	return out
}

// fingerprint is the SHA-256 of a certificate.
type fingerprint [sha256.Size]byte

func digest(der []byte) string {
	h := sha256.Sum256(der)
	return hex.EncodeToString(h[:])
}

// readProgramme reads a list: a head of "key: value", an empty line, and a line
// for each root with its SHA-256 digest and what people call it. Behind a dash stand
// those whose certificates are not at hand, with a digest or how it begins.
func readProgramme(text string, known map[fingerprint][]byte) (s parley.Store, err error) {
	head, list, ok := strings.Cut(text, "\n\n")
	if !ok {
		return s, fmt.Errorf("no empty line behind the head")
	}
	for line := range strings.Lines(head + "\n") {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		switch key {
		case "name":
			s.Name = value
		case "of":
			s.Of = value
		case "date":
			s.Date = value
		case "source":
			s.From = value
		default:
			return s, fmt.Errorf("unknown key %q", key)
		}
	}
	for line := range strings.Lines(list) {
		id, name, _ := strings.Cut(strings.TrimSpace(line), " ")
		if id == "-" {
			begin, name, ok := strings.Cut(name, " ")
			if !ok || len(begin) < 8 {
				return s, fmt.Errorf("no name and digest in %s", line)
			}
			s.Lacks = append(s.Lacks, parley.RootName{Digest: begin, Name: name})
			continue
		}
		print, err := hex.DecodeString(id)
		if err != nil || len(print) != sha256.Size || known[fingerprint(print)] == nil {
			return s, fmt.Errorf("no certificate is at hand for %s", strings.TrimSpace(line))
		}
		s.Roots = append(s.Roots, known[fingerprint(print)])
	}
	return s, nil
}
