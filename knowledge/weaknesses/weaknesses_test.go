package weaknesses

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

// terms are those of a server that accepts 1.2 and 1.3 as today's do, and of
// which everything was asked; each change makes it another.
func terms(changes ...func(*parley.Server)) *parley.Server {
	yes, no := parley.Fact{Is: parley.Yes}, parley.Fact{Is: parley.No, Why: "refused by alert 70"}
	s := &parley.Server{
		Accepts: map[iana.Version]parley.Column{}, EMS: yes, Renegotiation: yes, Fallback: yes, Compression: no,
		Extensions: map[iana.ExtensionType]parley.Fact{iana.ExtHeartbeat: no, iana.ExtEncryptThenMAC: yes},
	}
	s.Details.Again.Answer, s.Details.Sessions.EarlyData = parley.AgainRefused, no
	for _, v := range parley.AllVersions {
		s.Accepts[v] = parley.Column{Accepted: no}
	}
	accepts(iana.TLS12, 0xc02f)(s)
	accepts(iana.TLS13, 0x1301)(s)
	for _, change := range changes {
		change(s)
	}
	return s
}

func accepts(v iana.Version, suites ...iana.Suite) func(*parley.Server) {
	return func(s *parley.Server) {
		s.Accepts[v] = parley.Column{Accepted: parley.Fact{Is: parley.Yes, From: []parley.Source{{Attempt: "a1"}}}, Suites: parley.Listed(suites...), ServerOrder: parley.Yes}
	}
}

func refuses(vs ...iana.Version) func(*parley.Server) {
	return func(s *parley.Server) {
		for _, v := range vs {
			s.Accepts[v] = parley.Column{Accepted: parley.Fact{Is: parley.No}}
		}
	}
}

// unasked forgets what is known of versions.
func unasked(vs ...iana.Version) func(*parley.Server) {
	return func(s *parley.Server) {
		for _, v := range vs {
			delete(s.Accepts, v)
		}
	}
}

func prime(v iana.Version, bits int) func(*parley.Server) {
	return func(s *parley.Server) {
		c := s.Accepts[v]
		c.DHBits = [2]int{bits, bits}
		s.Accepts[v] = c
	}
}

func partly(v iana.Version) func(*parley.Server) {
	return func(s *parley.Server) {
		c := s.Accepts[v]
		c.Suites.Complete = parley.Unknown
		s.Accepts[v] = c
	}
}

func ssl2(kinds ...iana.SSL2Suite) func(*parley.Server) {
	return func(s *parley.Server) {
		s.Accepts[iana.SSL2] = parley.Column{Accepted: parley.Fact{Is: parley.Yes}}
		s.SSL2 = parley.Listed(kinds...)
	}
}

// primed is a server that chose a prime, which has a name if it begins with 7.
func primed(bits int, p ...byte) func(*parley.Server) {
	return func(s *parley.Server) {
		accepts(iana.TLS12, 0x009e)(s)
		prime(iana.TLS12, bits)(s)
		s.Details.DH = parley.DHKeys{Primes: []parley.Prime{{P: p, Bits: bits}}, Reused: parley.Fact{Is: parley.No}}
	}
}

// second is a server that answers renegotiation_info, or does not, and what it says to
// a second hello.
func second(info parley.Truth, again parley.Again) func(*parley.Server) {
	return func(s *parley.Server) { s.Renegotiation.Is, s.Details.Again.Answer = info, again }
}

func named(p []byte) string {
	if p[0] == 7 {
		return "MODP group 2"
	}
	return ""
}

// datagrams is a server of DTLS, which accepts these versions and refuses the others.
func datagrams(vs ...iana.Version) func(*parley.Server) {
	return func(s *parley.Server) {
		s.Scope.Transport, s.Accepts = parley.TransportDTLS, map[iana.Version]parley.Column{}
		for _, v := range s.Scope.Transport.Versions() {
			s.Accepts[v] = parley.Column{Accepted: parley.Fact{Is: parley.No}}
		}
		for _, v := range vs {
			accepts(v, 0xc013)(s)
		}
	}
}

func TestAFindingOverDTLSCitesWhatIsAboutDTLS(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		id, tls, dtls string
	}{
		{"weakness.outdated-version", "RFC 8996, RFC 7568, RFC 6176", "RFC 8996, RFC 9325, Section 3.1.2"},
		{"weakness.no-current-version", "RFC 9325, Section 3.1.1, RFC 8446", "RFC 9325, Section 3.1.2, RFC 9147"},
		{"weakness.rc4", "CVE-2013-2566, CVE-2015-2808, RFC 7465", "RFC 6347, Section 4.1.2.2, RFC 7465 (of TLS)"},
		{"weakness.beast", "CVE-2011-3389, RFC 8996", "RFC 6347, Section 1: DTLS begins with what differs from 1.1"},
		{"weakness.sweet32", "", ""},
	} {
		cited := func(s *parley.Server) string {
			var out []string
			for _, f := range Find(s, Beside{}) {
				for _, r := range f.References {
					if f.ID == tt.id {
						out = append(out, r.Text)
					}
				}
			}
			return strings.Join(out, ", ")
		}
		tls, dtls := cited(terms()), cited(terms(datagrams(iana.DTLS10)))
		if tt.tls == "" { // what stands for both
			tt.tls, tt.dtls = tls, tls
		}
		if tls != tt.tls || dtls != tt.dtls {
			t.Errorf("%s: over TLS %q, over DTLS %q; want %q and %q", tt.id, tls, dtls, tt.tls, tt.dtls)
		}
	}
	if w, _ := Get("weakness.outdated-version"); w.References[1].Text != "RFC 7568" {
		t.Errorf("a look at DTLS changed the table: %v", w.References)
	}
}

func set(f func(*parley.Server)) func(*parley.Server) { return f }

var good = []Leaf{{Name: "shop.example", Key: iana.KeyRSA, Bits: 2048, Digest: "SHA-256"}}

// cases are, for each weakness, terms that show it, terms that do not, and terms
// that leave it open, with the severity and the reason.
var cases = []struct {
	id       string
	server   *parley.Server
	leaves   []Leaf
	is       parley.Truth
	severity Severity
	why      string
}{
	{"drown", terms(ssl2(0x010080, 0x0700c0)), good, parley.Yes, High, "SSL 2 is accepted, with SSL_CK_RC4_128_WITH_MD5 and SSL_CK_DES_192_EDE3_CBC_WITH_MD5"},
	{"drown", terms(), good, parley.No, High, "SSL 2 is refused"},
	{"drown", terms(unasked(iana.SSL2)), good, parley.Unknown, High, "whether SSL 2 is accepted was not learned"},
	{"poodle", terms(accepts(iana.SSL3, 0x002f, 0x0005)), good, parley.Yes, High, "TLS_RSA_WITH_AES_128_CBC_SHA under SSL 3"},
	{"poodle", terms(accepts(iana.SSL3, 0x0005)), good, parley.No, High, "none is accepted"},
	{"poodle", terms(accepts(iana.SSL3, 0x0005), partly(iana.SSL3)), good, parley.Unknown, High, "the suites of SSL 3 that were seen may not be all"},
	{"outdated-version", terms(accepts(iana.TLS10, 0xc013), accepts(iana.TLS11, 0xc013)), good, parley.Yes, Low, "1.0 and 1.1 are accepted"},
	{"outdated-version", terms(accepts(iana.SSL3, 0x0005), unasked(iana.TLS10)), good, parley.Yes, Medium, "SSL 3 is accepted; whether 1.0 is accepted was not learned"},
	{"outdated-version", terms(ssl2(0x010080)), good, parley.Yes, High, "SSL 2 is accepted"},
	{"outdated-version", terms(), good, parley.No, Low, "SSL 2, SSL 3, 1.0 and 1.1 are refused"},
	{"outdated-version", terms(unasked(iana.TLS11)), good, parley.Unknown, Low, "whether 1.1 is accepted was not learned"},
	{"no-current-version", terms(refuses(iana.TLS12, iana.TLS13), accepts(iana.TLS10, 0x002f)), good, parley.Yes, Medium, "the newest version that is accepted is 1.0"},
	{"no-current-version", terms(refuses(iana.TLS13)), good, parley.Yes, Info, "the newest version that is accepted is 1.2"},
	{"no-current-version", terms(), good, parley.No, Medium, "1.3 is accepted"},
	{"no-current-version", terms(unasked(iana.TLS13)), good, parley.Unknown, Medium, "whether 1.3 is accepted was not learned"},
	{"null", terms(accepts(iana.TLS12, 0xc02f, 0x003b)), good, parley.Yes, High, "TLS_RSA_WITH_NULL_SHA256 under 1.2"},
	{"null", terms(accepts(iana.TLS13, 0xc0b4)), good, parley.Yes, High, "TLS_SHA256_SHA256 under 1.3"},
	{"null", terms(), good, parley.No, High, "none is accepted"},
	{"anonymous", terms(accepts(iana.TLS12, 0xc02f, 0xc018, 0x0034)), good, parley.Yes, High, "TLS_ECDH_anon_WITH_AES_128_CBC_SHA and TLS_DH_anon_WITH_AES_128_CBC_SHA under 1.2"},
	{"anonymous", terms(), good, parley.No, High, "none is accepted"},
	{"export", terms(ssl2(0x020080)), good, parley.Yes, High, "SSL_CK_RC4_128_EXPORT40_WITH_MD5 under SSL 2"},
	{"export", terms(partly(iana.TLS13)), good, parley.No, High, "none is accepted"}, // 1.3 has none
	{"export", terms(unasked(iana.TLS10)), good, parley.Unknown, High, "whether 1.0 is accepted was not learned"},
	{"freak", terms(accepts(iana.TLS10, 0x0003)), good, parley.Yes, High, "TLS_RSA_EXPORT_WITH_RC4_40_MD5 under 1.0"},
	{"freak", terms(ssl2(0x020080)), good, parley.No, High, "none is accepted"},
	{"logjam", terms(accepts(iana.TLS10, 0x0014)), good, parley.Yes, High, "TLS_DHE_RSA_EXPORT_WITH_DES40_CBC_SHA under 1.0"},
	{"logjam", terms(accepts(iana.TLS12, 0x009e), prime(iana.TLS12, 1024)), good, parley.Yes, Medium, "Diffie-Hellman with a prime of 1024 bits under 1.2"},
	{"logjam", terms(accepts(iana.TLS12, 0x009e), prime(iana.TLS12, 768)), good, parley.Yes, High, "Diffie-Hellman with a prime of 768 bits under 1.2"},
	{"logjam", terms(accepts(iana.TLS10, 0x0014, 0x0033), prime(iana.TLS10, 512)), good, parley.Yes, High, "TLS_DHE_RSA_EXPORT_WITH_DES40_CBC_SHA under 1.0; Diffie-Hellman with a prime of 512 bits under 1.0"},
	{"logjam", terms(accepts(iana.TLS12, 0x009e), prime(iana.TLS12, 2048)), good, parley.No, High, "none is accepted"},
	{"logjam", terms(accepts(iana.TLS12, 0x009e)), good, parley.Unknown, High, "the size of the prime under 1.2 was not learned"},
	{"logjam", terms(), good, parley.No, High, "none is accepted"},
	{"logjam", terms(primed(1024, 7, 7)), good, parley.Yes, Medium, "Diffie-Hellman with a prime of 1024 bits under 1.2; MODP group 2: many servers share it, and one precomputation does for all"},
	{"logjam", terms(primed(1024, 8)), good, parley.Yes, Medium, "Diffie-Hellman with a prime of 1024 bits under 1.2"},
	{"reused-dh-key", terms(primed(2048, 8), set(func(s *parley.Server) { s.Details.DH.Reused.Is = parley.Yes })), good, parley.Yes, Low, "the same public value of DHE came on two connections"},
	{"reused-dh-key", terms(primed(2048, 8)), good, parley.No, Low, "every connection had a public value of its own"},
	{"reused-dh-key", terms(primed(2048, 8), set(func(s *parley.Server) { s.Details.DH.Reused.Is = parley.Unknown })), good, parley.Unknown, Low, "it was not learned"},
	{"reused-dh-key", terms(), good, parley.No, Low, "none is accepted"},
	{"outdated-version", terms(datagrams(iana.DTLS10, iana.DTLS12)), good, parley.Yes, Low, "DTLS 1.0 is accepted"},
	{"outdated-version", terms(datagrams(iana.DTLS12)), good, parley.No, Low, "DTLS 1.0 is refused"},
	{"no-current-version", terms(datagrams(iana.DTLS10)), good, parley.Yes, Medium, "the newest version that is accepted is DTLS 1.0"},
	{"drown", terms(datagrams(iana.DTLS12)), good, parley.No, High, "it does not go over DTLS"},
	{"lucky13", terms(datagrams(iana.DTLS10, iana.DTLS12)), good, parley.Yes, Info, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA under DTLS 1.0 and DTLS 1.2; encrypt_then_mac is answered to the clients that offer it"},
	{"short-prime", terms(accepts(iana.TLS12, 0x009e), prime(iana.TLS12, 1536)), good, parley.Yes, Low, "Diffie-Hellman with a prime of 1536 bits under 1.2"},
	{"short-prime", terms(accepts(iana.TLS12, 0x009e), prime(iana.TLS12, 2048)), good, parley.No, Low, "no prime that was seen has 1025 to 2047 bits"},
	{"short-prime", terms(accepts(iana.TLS12, 0x009e), prime(iana.TLS12, 1024)), good, parley.No, Low, "no prime that was seen has 1025 to 2047 bits"}, // that is logjam's
	{"short-prime", terms(partly(iana.TLS12)), good, parley.Unknown, Low, "the suites of 1.2 that were seen may not be all"},
	{"short-cipher-key", terms(accepts(iana.TLS10, 0x0009)), good, parley.Yes, High, "TLS_RSA_WITH_DES_CBC_SHA under 1.0"},
	{"short-cipher-key", terms(accepts(iana.TLS10, 0x000a)), good, parley.No, High, "none is accepted"},
	{"rc4", terms(accepts(iana.TLS10, 0x0005, 0x002f), accepts(iana.TLS12, 0xc02f, 0x0005)), good, parley.Yes, Medium, "TLS_RSA_WITH_RC4_128_SHA under 1.0 and 1.2; the server selects TLS_RSA_WITH_RC4_128_SHA before any other"},
	{"rc4", terms(accepts(iana.TLS10, 0x002f)), good, parley.No, Medium, "none is accepted"},
	{"sweet32", terms(accepts(iana.TLS10, 0x002f, 0x000a), accepts(iana.TLS12, 0xc02f, 0x0007, 0xc012, 0x000a, 0x0016, 0x0009)), good, parley.Yes, Medium, "TLS_RSA_WITH_IDEA_CBC_SHA, TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA, TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA and TLS_RSA_WITH_DES_CBC_SHA under 1.2; TLS_RSA_WITH_3DES_EDE_CBC_SHA under 1.0 and 1.2"},
	{"sweet32", terms(accepts(iana.TLS10, 0x002f)), good, parley.No, Medium, "none is accepted"},
	{"beast", terms(accepts(iana.TLS10, 0x002f)), good, parley.Yes, Low, "TLS_RSA_WITH_AES_128_CBC_SHA under 1.0"},
	{"beast", terms(accepts(iana.TLS11, 0x002f)), good, parley.No, Low, "none is accepted"},
	{"lucky13", terms(accepts(iana.TLS12, 0xc013)), good, parley.Yes, Info, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA under 1.2; encrypt_then_mac is answered to the clients that offer it"},
	{"lucky13", terms(), good, parley.No, Info, "none is accepted"},
	{"rsa-key-exchange", terms(accepts(iana.TLS12, 0xc02f, 0x009c)), good, parley.Yes, Low, "TLS_RSA_WITH_AES_128_GCM_SHA256 under 1.2"},
	{"rsa-key-exchange", terms(ssl2(0x010080)), good, parley.No, Low, "none is accepted"},
	{"crime", terms(set(func(s *parley.Server) { s.Compression.Is = parley.Yes })), good, parley.Yes, Medium, "compression is selected where it is offered"},
	{"crime", terms(), good, parley.No, Medium, "no compression is selected"},
	{"crime", terms(set(func(s *parley.Server) { s.Compression = parley.Fact{} })), good, parley.Unknown, Medium, "it was not learned"},
	{"crime", terms(refuses(iana.TLS12), set(func(s *parley.Server) { s.Compression = parley.Fact{} })), good, parley.No, Medium, "it does not concern the versions that are accepted"},
	{"renegotiation", terms(second(parley.No, parley.AgainUnknown)), good, parley.Yes, Medium, "the ServerHello lacks renegotiation_info"},
	{"renegotiation", terms(second(parley.No, parley.AgainAccepted)), good, parley.Yes, High, "the ServerHello lacks renegotiation_info; a second hello on one connection was accepted"},
	{"renegotiation", terms(second(parley.Mixed, parley.AgainRefused)), good, parley.Mixed, Low, "the ServerHello lacks renegotiation_info at times; a second hello on one connection was refused"},
	{"client-renegotiation", terms(second(parley.Yes, parley.AgainAccepted)), good, parley.Yes, Low, "a second hello on one connection was accepted"},
	{"client-renegotiation", terms(), good, parley.No, Low, "a second hello on one connection was refused"},
	{"client-renegotiation", terms(second(parley.Yes, parley.AgainUnknown), set(func(s *parley.Server) { s.Details.Again.Why = "no keys" })), good, parley.Unknown, Low, "it was not learned: no keys"},
	{"early-data", terms(set(func(s *parley.Server) { s.Details.Sessions.EarlyData.Is = parley.Yes })), good, parley.Yes, Info, "a ticket offers early data"},
	{"early-data", terms(), good, parley.No, Info, "no ticket offers early data"},
	{"early-data", terms(set(func(s *parley.Server) { s.Details.Sessions = parley.Sessions{Tickets13: parley.Fact{Is: parley.No}} })), good, parley.No, Info, "no ticket comes in 1.3"},
	{"early-data", terms(set(func(s *parley.Server) { s.Details.Sessions = parley.Sessions{} })), good, parley.Unknown, Info, "it was not learned"},
	{"early-data", terms(refuses(iana.TLS13), set(func(s *parley.Server) { s.Details.Sessions.EarlyData.Is = parley.Unknown })), good, parley.No, Info, "it does not concern the versions that are accepted"},
	{"renegotiation", terms(), good, parley.No, Medium, "renegotiation_info is answered"},
	{"no-extended-master-secret", terms(set(func(s *parley.Server) { s.EMS.Is = parley.No })), good, parley.Yes, Low, "the ServerHello lacks extended_master_secret"},
	{"no-extended-master-secret", terms(), good, parley.No, Low, "extended_master_secret is answered"},
	{"no-extended-master-secret", terms(refuses(iana.TLS12), unasked(iana.TLS11)), good, parley.Unknown, Low, "whether 1.1 is accepted was not learned"},
	{"no-fallback-scsv", terms(accepts(iana.TLS10, 0xc013), set(func(s *parley.Server) { s.Fallback.Is = parley.No })), good, parley.Yes, Low, "a hello with TLS_FALLBACK_SCSV is accepted with a lesser version than 1.3"},
	{"no-fallback-scsv", terms(set(func(s *parley.Server) { s.Fallback.Is = parley.No })), good, parley.Yes, Info, "a hello with TLS_FALLBACK_SCSV is accepted with a lesser version than 1.3"},
	{"no-fallback-scsv", terms(), good, parley.No, Info, "TLS_FALLBACK_SCSV is refused below the highest version"},
	{"no-fallback-scsv", terms(refuses(iana.TLS12), set(func(s *parley.Server) { s.Fallback = parley.Fact{} })), good, parley.No, Low, "one version is accepted: there is nothing to fall back to"},
	{"heartbeat", terms(set(func(s *parley.Server) { s.Extensions[iana.ExtHeartbeat] = parley.Fact{Is: parley.Yes} })), good, parley.Yes, Info, "the ServerHello has heartbeat"},
	{"heartbeat", terms(), good, parley.No, Info, "heartbeat is not answered"},
	{"heartbeat", terms(set(func(s *parley.Server) { s.Extensions = nil })), good, parley.Unknown, Info, "it was not learned"},
	{"short-key", terms(), []Leaf{{Name: "a.example", Key: iana.KeyRSA, Bits: 1024, Digest: "SHA-256"}}, parley.Yes, Medium, "a.example: an RSA key of 1024 bits"},
	{"short-key", terms(), []Leaf{{Name: "a.example", Key: iana.KeyRSA, Bits: 768}}, parley.Yes, High, "a.example: an RSA key of 768 bits"},
	{"short-key", terms(), []Leaf{{Key: iana.KeyECDSA, Group: iana.GroupSecp192r1}, good[0]}, parley.Yes, Medium, "the certificate: an ECDSA key in secp192r1"},
	{"short-key", terms(), good, parley.No, Medium, "every key is long enough"},
	{"short-key", terms(), nil, parley.Unknown, Medium, "no certificate was seen: in 1.3 it comes encrypted"},
	{"short-key", terms(accepts(iana.TLS12, 0xc02f, 0xc02b)), good, parley.Unknown, Medium, "the certificate with a key of ECDSA was not seen"},
	{"short-key", terms(), []Leaf{{Key: iana.KeyRSA}}, parley.Unknown, Medium, "a certificate could not be read"},
	{"broken-key", terms(), []Leaf{{Name: "a.example", Key: iana.KeyRSA, Bits: 2048, Broken: "its modulus is even"}}, parley.Yes, High, "a.example: its modulus is even"},
	{"broken-key", terms(), good, parley.No, High, "no key shows a known fault"},
	{"broken-key", terms(), nil, parley.Unknown, High, "no certificate was seen: in 1.3 it comes encrypted"},
	{"broken-digest", terms(), []Leaf{{Name: "a.example", Key: iana.KeyRSA, Bits: 2048, Digest: "SHA-1"}}, parley.Yes, Medium, "a.example: signed over SHA-1"},
	{"broken-digest", terms(), []Leaf{{Name: "a.example", Key: iana.KeyRSA, Bits: 2048, Digest: "MD5"}}, parley.Yes, High, "a.example: signed over MD5"},
	{"broken-digest", terms(), []Leaf{{Name: "a.example", Key: iana.KeyRSA, Bits: 2048, Digest: "SHA-1", SelfIssued: true}}, parley.No, Medium, "every certificate is signed over a digest of today"},
	{"broken-digest", terms(), good, parley.No, Medium, "every certificate is signed over a digest of today"},
}

func TestAFindingSaysWhatWasSeen(t *testing.T) {
	t.Parallel()
	for i, tt := range cases {
		t.Run(fmt.Sprintf("%d %s %s", i, tt.id, tt.is), func(t *testing.T) {
			found := Find(tt.server, Beside{Leaves: tt.leaves, Prime: named})
			at := slices.IndexFunc(found, func(f Finding) bool { return f.ID == "weakness."+tt.id })
			if at < 0 {
				t.Fatal("no such weakness")
			}
			if f := found[at]; f.Is != tt.is || f.Severity != tt.severity || f.Why != tt.why || f.Found() != (len(f.Seen) > 0) {
				t.Errorf("got  %s, %s: %s, seen %q\nwant %s, %s: %s", f.Is, f.Severity, f.Why, f.Seen, tt.is, tt.severity, tt.why)
			}
		})
	}
}

func TestEveryWeaknessHasACaseThatShowsItAndOneThatDoesNot(t *testing.T) {
	t.Parallel()
	of := map[string]map[parley.Truth]bool{}
	for _, tt := range cases {
		if of[tt.id] == nil {
			of[tt.id] = map[parley.Truth]bool{}
		}
		of[tt.id][tt.is] = true
	}
	for _, w := range All() {
		if has := of[strings.TrimPrefix(w.ID, "weakness.")]; !has[parley.Yes] || !has[parley.No] {
			t.Errorf("%s: shown %v, excluded %v", w.ID, has[parley.Yes], has[parley.No])
		}
	}
}

// TestWhatWasNotLearnedIsNeverFine holds that a server of which nothing is known
// has no weakness that is there, and none that is not.
func TestWhatWasNotLearnedIsNeverFine(t *testing.T) {
	t.Parallel()
	bare := terms(unasked(parley.AllVersions...), set(func(s *parley.Server) {
		s.Details = parley.Details{}
		s.EMS, s.Renegotiation, s.Fallback, s.Compression, s.Extensions = parley.Fact{}, parley.Fact{}, parley.Fact{}, parley.Fact{}, nil
	}))
	for _, s := range []*parley.Server{{}, bare, terms(refuses(parley.AllVersions...))} {
		for _, f := range Find(s, Beside{}) {
			if f.Is != parley.Unknown || f.Why == "" {
				t.Errorf("%s is %s: %s", f.ID, f.Is, f.Why)
			}
		}
	}
	// What can be anything of a version that was not asked for stays open.
	for _, f := range Find(terms(unasked(iana.TLS12)), Beside{Leaves: good}) {
		if f.Is == parley.No && !slices.Contains([]string{"weakness.drown", "weakness.poodle", "weakness.outdated-version", "weakness.no-current-version", "weakness.beast", "weakness.short-key", "weakness.broken-key", "weakness.broken-digest", "weakness.early-data"}, f.ID) {
			t.Errorf("without 1.2, %s is excluded: %s", f.ID, f.Why)
		}
	}
}

func TestFindingsStandWithTheWorstFirst(t *testing.T) {
	t.Parallel()
	found := Find(terms(ssl2(0x010080), accepts(iana.TLS10, 0x000a), unasked(iana.SSL3)), Beside{Leaves: good})
	rank := func(f Finding) int {
		switch f.Is {
		case parley.Yes, parley.Mixed:
			return -10 - int(f.Severity)
		case parley.Unknown:
			return -int(f.Severity)
		}
		return 10 - int(f.Severity)
	}
	if !slices.IsSortedFunc(found, func(a, b Finding) int { return rank(a) - rank(b) }) {
		t.Error("out of order")
	}
	if found[0].ID != "weakness.drown" || len(found) != len(All()) {
		t.Errorf("%s is the first of %d", found[0].ID, len(found))
	}
}

func TestEveryWeaknessIsWhole(t *testing.T) {
	t.Parallel()
	id, date := regexp.MustCompile(`^weakness\.[a-z0-9]+(-[a-z0-9]+)*$`), regexp.MustCompile(`^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$`)
	seen := map[string]bool{}
	for _, w := range All() {
		if !id.MatchString(w.ID) || seen[w.ID] {
			t.Errorf("%s: not an id of its own", w.ID)
		}
		seen[w.ID] = true
		if w.Name == "" || w.Title == "" || w.Needs == "" || w.Severity == SeverityUnknown || w.Fix.Plain == "" || w.Fix.Side != parley.ServerSide || len(w.References) == 0 {
			t.Errorf("%s lacks something: %+v", w.ID, w)
		}
		for _, text := range []string{w.Name, w.Title, w.Needs, w.Unseen, w.Fix.Plain} {
			if strings.HasSuffix(text, ".") || strings.Contains(text, "vulnerab") || strings.Contains(text, "insecure") {
				t.Errorf("%s: %q", w.ID, text)
			}
		}
		for _, r := range w.References {
			if r.Text == "" || !date.MatchString(r.Date) {
				t.Errorf("%s: reference %+v has no date", w.ID, r)
			}
		}
		if got, ok := Get(w.ID); !ok || got.ID != w.ID {
			t.Errorf("%s is not found by its id", w.ID)
		}
	}
}

func TestEveryKindOfSSL2HasItsTerms(t *testing.T) {
	t.Parallel()
	for _, k := range iana.SSL2Suites() {
		if i, ok := kinds[k]; !ok || i.Bits == 0 || i.Cipher == "" {
			t.Errorf("%s has no terms", k)
		}
	}
}

func TestSeveritiesAreReadAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	for _, word := range Severities {
		s := ParseSeverity(word)
		var back Severity
		if text, _ := s.MarshalText(); s.String() != word || back.UnmarshalText(text) != nil || back != s {
			t.Errorf("%q is read as %s", word, s)
		}
	}
	var s Severity
	if ParseSeverity("severe") != SeverityUnknown || s.UnmarshalText([]byte("severe")) == nil || s.String() != "unknown" {
		t.Error("a word that is no severity is read as one")
	}
}

func TestAWeaknessOfSeveralSeveritiesSaysWhatTheyHangOn(t *testing.T) {
	t.Parallel()
	of := map[string]map[Severity]bool{}
	for _, tt := range cases {
		if tt.is != parley.Yes && tt.is != parley.Mixed {
			continue
		}
		id := "weakness." + tt.id
		if of[id] == nil {
			of[id] = map[Severity]bool{}
		}
		of[id][tt.severity] = true
	}
	for _, w := range All() {
		if len(of[w.ID]) > 1 && w.Grades == "" {
			t.Errorf("%s comes with severities %v, and Grades does not say when", w.ID, of[w.ID])
		}
		for s := range of[w.ID] {
			if w.Grades != "" && !strings.Contains(w.Grades, s.String()) {
				t.Errorf("%s comes with severity %s, of which Grades says nothing: %s", w.ID, s, w.Grades)
			}
		}
	}
}
