package trust

import (
	"crypto/x509"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/parley-tls/parley"
)

func TestTheProgrammesAreListsWithADateAndASource(t *testing.T) {
	t.Parallel()
	var names []string
	used := map[string]bool{}
	for _, s := range Programmes() {
		names = append(names, s.Name)
		if _, err := time.Parse(time.DateOnly, s.Date); err != nil || s.From == "" || s.Of == "" {
			t.Errorf("%s is of %q, dated %q, from %q", s.Name, s.Of, s.Date, s.From)
		}
		if len(s.Roots) < 80 {
			t.Errorf("%s has %d roots; want as many as a programme has", s.Name, len(s.Roots))
		}
		for _, der := range s.Roots {
			if _, err := x509.ParseCertificate(der); err != nil {
				t.Errorf("%s: %v", s.Name, err)
			}
			used[digest(der)] = true
		}
	}
	if want := []string{"Mozilla", "Apple", "Microsoft", "Java", "Android", "Chrome"}; !slices.Equal(names, want) {
		t.Errorf("the programmes are %v, want %v", names, want)
	}
	// Roots that everybody has are in every list: a list that went wrong would lack them.
	for _, name := range []string{"ISRG Root X1", "DigiCert Global Root G2", "USERTrust RSA Certification Authority", "Amazon Root CA 1"} {
		for _, s := range Programmes() {
			if !slices.ContainsFunc(s.Roots, func(der []byte) bool {
				c, err := x509.ParseCertificate(der)
				return err == nil && c.Subject.CommonName == name
			}) {
				t.Errorf("%s lacks %s", s.Name, name)
			}
		}
	}
}

func TestAListThatCannotBeReadIsNoList(t *testing.T) {
	t.Parallel()
	known := map[fingerprint][]byte{{0xaa}: {1}}
	id := "aa" + strings.Repeat("0", 62)
	good := "name: X\nof: y\ndate: 2026-01-01\nsource: z\n\n" + id + " Root\n- bbbbbbbb Other\n"
	s, err := readProgramme(good, known)
	if err != nil || s.Name != "X" || len(s.Lacks) != 1 || s.Lacks[0].Name != "Other" || len(s.Roots) != 1 {
		t.Errorf("got %+v, %v", s, err)
	}
	for _, edit := range [][2]string{{"- bbbbbbbb Other", "- bb Other"}, {"- bbbbbbbb Other", "- bbbbbbbb"}, {id + " Root", "b" + id[1:] + " Root"}, {id + " Root", id + "00 Root"}, {id + " Root", "zz" + id[2:] + " Root"}, {"date:", "day:"}, {"\n\n", "\n"}} {
		if s, err := readProgramme(strings.Replace(good, edit[0], edit[1], 1), known); err == nil {
			t.Errorf("%q in place of %q: got %+v, want an error", edit[1], edit[0], s)
		}
	}
	var _ parley.Store = s
}
