package policies

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

// modern is a server of which everything was learnt: 1.2 and 1.3, one ECDSA
// certificate.
func modern() *parley.Server {
	yes, no := parley.Fact{Is: parley.Yes}, parley.Fact{Is: parley.No}
	return &parley.Server{
		EMS: yes, Renegotiation: yes, ServerOrder: parley.No,
		Accepts: map[iana.Version]parley.Column{
			iana.SSL2: {Accepted: no}, iana.SSL3: {Accepted: no}, iana.TLS10: {Accepted: no}, iana.TLS11: {Accepted: no},
			iana.TLS12: {
				Accepted: yes, Suites: parley.Listed[iana.Suite](0xc02b, 0xc02c),
				Groups: parley.Listed(iana.GroupX25519, iana.GroupSecp256r1), Schemes: parley.Listed(iana.SchemeECDSASecp256r1SHA256),
			},
			iana.TLS13: {
				Accepted: yes, Suites: parley.Listed[iana.Suite](0x1301, 0x1302),
				Groups: parley.Listed(iana.GroupX25519, iana.GroupSecp256r1), Schemes: parley.Listed(iana.SchemeECDSASecp256r1SHA256),
			},
		},
	}
}

func certificates() []Certificate {
	return []Certificate{
		{Name: "shop.example", Key: iana.KeyECDSA, Bits: 256, Group: iana.GroupSecp256r1, Signature: "ecdsa-with-SHA256", Digest: "SHA-256", Days: 90},
		{Name: "E7", Issuer: true, Key: iana.KeyECDSA, Bits: 384, Group: iana.GroupSecp384r1, Signature: "sha256WithRSAEncryption", Digest: "SHA-256", Days: 1000},
	}
}

// column changes one column of a server.
func column(s *parley.Server, v iana.Version, change func(*parley.Column)) {
	c := s.Accepts[v]
	change(&c)
	s.Accepts[v] = c
}

func TestADemandIsMetBrokenOrUnknown(t *testing.T) {
	t.Parallel()
	const (
		only12   = "versions: {only: [1.2, 1.3]}"
		fs       = "suites: {refuse: [no-forward-secrecy]}"
		named    = "suites: {only: [0xc02b, 0xc02c, 0x1301, 0x1302]}"
		p256     = "groups: {only: [secp256r1]}"
		both     = "groups: {only: [secp256r1, x25519]}"
		oneGroup = "groups: {one-of: [secp384r1, secp256r1]}"
		schemes  = "schemes: {only: [ecdsa_secp256r1_sha256]}"
		dh       = "dh-bits: 2048"
	)
	withDHE := func(s *parley.Server) {
		column(s, iana.TLS12, func(c *parley.Column) { c.Suites = parley.Listed[iana.Suite](0xc02b, 0x009e) })
	}
	tests := []struct {
		name, demand string
		change       func(*parley.Server)
		want         string
	}{
		{"versions", only12, nil, "yes"},
		{"an old version", only12, func(s *parley.Server) { s.Accepts[iana.TLS10] = parley.Column{Accepted: parley.Fact{Is: parley.Yes}} }, "no: 1.0 accepted"},
		{"an old version at some servers of a farm", only12, func(s *parley.Server) { s.Accepts[iana.TLS10] = parley.Column{Accepted: parley.Fact{Is: parley.Mixed}} }, "no: 1.0 accepted at times"},
		{"a version of which nothing is known", only12, func(s *parley.Server) { delete(s.Accepts, iana.SSL2) }, "unknown: whether SSL2 is accepted was not learnt"},
		{"a broken demand beside what is unknown", only12, func(s *parley.Server) {
			delete(s.Accepts, iana.SSL2)
			s.Accepts[iana.TLS11] = parley.Column{Accepted: parley.Fact{Is: parley.Yes}}
		}, "no: 1.1 accepted"},
		{"a server that accepts nothing", only12, func(s *parley.Server) {
			delete(s.Accepts, iana.TLS12)
			delete(s.Accepts, iana.TLS13)
		}, "unknown: no version is known to be accepted"},
		{"refused versions", "versions: {refuse: [SSL2, 1.0]}", nil, "yes"},
		{"a version that is a must", "versions: {accept: [1.2, 1.3]}", nil, "yes"},
		{"a version that is a must and refused", "versions: {accept: [1.2, 1.0]}", nil, "no: 1.0 refused"},
		{"a version that is a must and unknown", "versions: {accept: [1.3]}", func(s *parley.Server) { delete(s.Accepts, iana.TLS13) }, "unknown: whether 1.3 is accepted was not learnt"},
		{"one of two versions", "versions: {one-of: [1.0, 1.2]}", nil, "yes"},
		{"none of two versions", "versions: {one-of: [1.0, 1.1]}", nil, "no: neither of 1.0 and 1.1 is accepted"},
		{"one of two versions, unknown", "versions: {one-of: [1.0, SSL3]}", func(s *parley.Server) { delete(s.Accepts, iana.SSL3) }, "unknown: whether SSL3 is accepted was not learnt"},
		{"suites of a class", fs, nil, "yes"},
		{"suites by name", named, nil, "yes"},
		{"a suite that is not named", "suites: {only: [0xc02b, 0x1301, 0x1302]}", nil, "no: TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384 under 1.2"},
		{"a suite of another version", "suites: {only: [0x1301]}\n    under: [1.3]", nil, "no: TLS_AES_256_GCM_SHA384 under 1.3"},
		{"a version that is not meant", "suites: {only: [0x1301]}\n    under: [1.1]", nil, "yes"},
		{"a list that may go on", named, func(s *parley.Server) {
			column(s, iana.TLS12, func(c *parley.Column) { c.Suites.Complete = parley.Unknown })
		}, "unknown: the suites accepted under 1.2 were not all asked for"},
		{"a list that may go on and breaks it", fs, func(s *parley.Server) {
			column(s, iana.TLS12, func(c *parley.Column) {
				c.Suites = parley.Listed[iana.Suite](0x002f)
				c.Suites.Complete = parley.Unknown
			})
		}, "no: TLS_RSA_WITH_AES_128_CBC_SHA under 1.2"},
		{"a version that may be accepted", named, func(s *parley.Server) { delete(s.Accepts, iana.TLS11) }, "unknown: whether 1.1 is accepted was not learnt"},
		{"groups", both, nil, "yes"},
		{"a group that is not named", p256, nil, "no: x25519 under 1.2 and 1.3"},
		{"groups where none is negotiated", p256 + "\n    under: [1.2]", func(s *parley.Server) {
			column(s, iana.TLS12, func(c *parley.Column) {
				*c = parley.Column{Accepted: c.Accepted, Suites: parley.Listed[iana.Suite](0x009c)}
			})
		}, "yes"},
		{"groups that were not asked for", both, func(s *parley.Server) {
			column(s, iana.TLS13, func(c *parley.Column) { c.Groups.Complete = parley.Unknown })
		}, "unknown: the groups accepted under 1.3 were not all asked for"},
		{"one of two groups", oneGroup, nil, "yes"},
		{"none of two groups", "groups: {one-of: [secp384r1]}", nil, "no: none of secp384r1 under 1.2 and 1.3"},
		{"one of two groups, not asked for", "groups: {one-of: [secp384r1]}\n    under: [1.3]", func(s *parley.Server) {
			column(s, iana.TLS13, func(c *parley.Column) { c.Groups.Complete = parley.Unknown })
		}, "unknown: the groups accepted under 1.3 were not all asked for"},
		{"schemes", schemes, nil, "yes"},
		{"a scheme that is not named", schemes, func(s *parley.Server) {
			column(s, iana.TLS13, func(c *parley.Column) { c.Schemes = parley.Listed(iana.SchemeRSAPSSRSAESHA256) })
		}, "no: rsa_pss_rsae_sha256 under 1.3"},
		{"no Diffie-Hellman", dh, nil, "yes"},
		{"a prime that is long enough", dh, func(s *parley.Server) {
			withDHE(s)
			column(s, iana.TLS12, func(c *parley.Column) { c.DHBits = [2]int{2048, 2048} })
		}, "yes"},
		{"a prime that is too short", dh, func(s *parley.Server) {
			withDHE(s)
			column(s, iana.TLS12, func(c *parley.Column) { c.DHBits = [2]int{1024, 1024} })
		}, "no: a prime of 1024 bits under 1.2"},
		{"a prime that nobody saw", dh, withDHE, "unknown: no prime was seen under 1.2"},
		{"a finite field of 1.3", "dh-bits: 3072", func(s *parley.Server) {
			column(s, iana.TLS13, func(c *parley.Column) { c.Groups = parley.Listed(iana.GroupFFDHE2048) })
		}, "no: ffdhe2048, of 2048 bits, under 1.3"},
		{"a feature", "feature: {extended_master_secret: yes}", nil, "yes"},
		{"a feature that is missing", "feature: {extended_master_secret: yes}", func(s *parley.Server) { s.EMS.Is = parley.No }, "no: extended_master_secret is not answered"},
		{"a feature that is sometimes there", "feature: {extended_master_secret: yes}", func(s *parley.Server) { s.EMS.Is = parley.Mixed }, "no: extended_master_secret is answered at times"},
		{"a feature of which nothing is known", "feature: {extended_master_secret: yes}", func(s *parley.Server) { s.EMS.Is = parley.Unknown }, "unknown: whether extended_master_secret is answered was not learnt"},
		{"a feature of suites that are not accepted", "feature: {encrypt_then_mac: yes}", nil, "yes"},
		{"a feature of suites that are accepted", "feature: {encrypt_then_mac: yes}", func(s *parley.Server) {
			column(s, iana.TLS12, func(c *parley.Column) { c.Suites = parley.Listed[iana.Suite](0xc023) })
		}, "unknown: whether encrypt_then_mac is answered was not learnt"},
		{"compression", "feature: {compression: no}", func(s *parley.Server) { s.Compression.Is = parley.Yes }, "no: records are compressed"},
		{"a feature of old versions at a server of 1.3", "feature: {extended_master_secret: yes}", func(s *parley.Server) {
			s.EMS.Is = parley.Unknown
			s.Accepts[iana.TLS12] = parley.Column{Accepted: parley.Fact{Is: parley.No}}
		}, "yes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := modern()
			if tt.change != nil {
				tt.change(s)
			}
			hold(t, tt.demand, s, certificates(), tt.want)
		})
	}
}

// hold judges one demand.
func hold(t *testing.T, demand string, s *parley.Server, certs []Certificate, want string) {
	t.Helper()
	p, err := Read([]byte("demands:\n  - " + demand + "\n"))
	if err != nil {
		t.Fatal(err)
	}
	r := Judge(p, s, certs)[0]
	got := r.Met.String()
	if r.Why != "" {
		got += ": " + r.Why
	}
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestACertificateMeetsADemandOrBreaksIt(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, demand string
		change       func(s *parley.Server, c []Certificate) []Certificate
		want         string
	}{
		{"a kind of key", "certificate-keys: [ECDSA]", nil, "yes"},
		{"another kind of key", "certificate-keys: [RSA]", nil, "no: shop.example: a key of ECDSA"},
		{"a group", "certificate-groups: [secp256r1]", nil, "yes"},
		{"another group", "certificate-groups: [secp384r1]", nil, "no: shop.example: a key in secp256r1"},
		{"a group that cannot be read", "certificate-groups: [secp384r1]", func(_ *parley.Server, c []Certificate) []Certificate {
			c[0].Group = 0
			return c
		}, "unknown: shop.example: its group could not be read"},
		{"sizes of another kind of key", "rsa-bits: 2048", nil, "yes"},
		{"a size", "ec-bits: 256", nil, "yes"},
		{"too small", "ec-bits: 384", nil, "no: shop.example: a key of 256 bits"},
		{"a size that cannot be read", "ec-bits: 256", func(_ *parley.Server, c []Certificate) []Certificate {
			c[0].Bits = 0
			return c
		}, "unknown: shop.example: its size of key could not be read"},
		{"a signature", "certificate-signatures: [ecdsa-with-SHA256]", nil, "yes"},
		{"another signature", "certificate-signatures: [sha256WithRSAEncryption]", nil, "no: shop.example: signed by ecdsa-with-SHA256"},
		{"a digest", "certificate-digests: [SHA-256]", nil, "yes"},
		{"a digest of an issuer", "certificate-digests: [SHA-256]\n    chain: yes", func(_ *parley.Server, c []Certificate) []Certificate {
			c[1].Digest = "SHA-1"
			return c
		}, "no: E7: signed over SHA-1"},
		{"a digest of a trust anchor", "certificate-digests: [SHA-256]\n    chain: yes", func(_ *parley.Server, c []Certificate) []Certificate {
			c[1].Digest, c[1].Anchor = "SHA-1", true
			return c
		}, "yes"},
		{"a digest of an issuer that is not asked for", "certificate-digests: [SHA-256]", func(_ *parley.Server, c []Certificate) []Certificate {
			c[1].Digest = "SHA-1"
			return c
		}, "yes"},
		{"days", "certificate-days: 90", nil, "yes"},
		{"days from the begin to the end, whose last second belongs to them", "certificate-days: 90", lasts(90*day + time.Second), "yes"},
		{"a second more", "certificate-days: 90", lasts(90*day + 2*time.Second), "no: shop.example: valid for 90 days and 1s, from its begin to its end"},
		{"an hour more", "certificate-days: 90", lasts(90*day + time.Hour + time.Second), "no: shop.example: valid for 90 days and 1h0m0s, from its begin to its end"},
		{"some days and an hour more", "certificate-days: 90", lasts(92*day + time.Hour + time.Second), "no: shop.example: valid for 92 days and 1h0m0s, from its begin to its end"},
		{"days more, with the last second", "certificate-days: 90", lasts(92*day + time.Second), "no: shop.example: valid for 92 days"},
		{"too many days", "certificate-days: 47", nil, "no: shop.example: valid for 90 days"},
		{"no certificate", "rsa-bits: 2048", func(*parley.Server, []Certificate) []Certificate { return nil },
			"unknown: the certificate with a key of ECDSA was not seen; no certificate was seen"},
		{"a second certificate that was not seen", "rsa-bits: 2048", func(s *parley.Server, c []Certificate) []Certificate {
			column(s, iana.TLS12, func(c *parley.Column) { c.Suites = parley.Listed[iana.Suite](0xc02b, 0xc02f) })
			return c
		}, "unknown: the certificate with a key of RSA was not seen"},
		{"a second certificate under 1.3 that was not seen", "rsa-bits: 2048", func(s *parley.Server, c []Certificate) []Certificate {
			column(s, iana.TLS13, func(c *parley.Column) {
				c.Schemes = parley.Listed(iana.SchemeECDSASecp256r1SHA256, iana.SchemeRSAPSSRSAESHA256)
			})
			return c
		}, "unknown: the certificate with a key of RSA was not seen"},
		{"what is seen breaks it, whatever else there is", "ec-bits: 384", func(s *parley.Server, c []Certificate) []Certificate {
			column(s, iana.TLS12, func(c *parley.Column) { c.Suites.Complete = parley.Unknown })
			return c
		}, "no: shop.example: a key of 256 bits"},
		{"lists that may go on", "ec-bits: 256", func(s *parley.Server, c []Certificate) []Certificate {
			column(s, iana.TLS12, func(c *parley.Column) { c.Suites.Complete = parley.Unknown })
			return c
		}, "unknown: the suites accepted under 1.2 were not all asked for, and so its certificates"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, c := modern(), certificates()
			if tt.change != nil {
				c = tt.change(s, c)
			}
			hold(t, tt.demand, s, c, tt.want)
		})
	}
}

// TestOfAServerOfWhichNothingIsKnownNoDemandIsMetOrBroken asks every demand of
// every policy.
func TestOfAServerOfWhichNothingIsKnownNoDemandIsMetOrBroken(t *testing.T) {
	t.Parallel()
	for _, n := range Names() {
		for _, r := range Judge(get(t, n), &parley.Server{}, nil) {
			if r.Met != parley.Unknown || r.Why == "" {
				t.Errorf("%s, %s: %s, because %q", n, r.Demand.ID, r.Met, r.Why)
			}
		}
	}
}

// TestKnowingLessNeverMeetsADemandThatWasNotMet forgets something of a server,
// and looks that no demand is met now that was not before.
func TestKnowingLessNeverMeetsADemandThatWasNotMet(t *testing.T) {
	t.Parallel()
	suites := iana.Suites()
	rapid.Check(t, func(t *rapid.T) {
		s, certs := modern(), certificates()
		for _, v := range parley.AllVersions {
			column(s, v, func(c *parley.Column) {
				c.Accepted.Is = rapid.SampledFrom([]parley.Truth{parley.No, parley.Yes, parley.Mixed}).Draw(t, "accepted")
				c.Suites = parley.Listed(rapid.SliceOfN(rapid.SampledFrom(suites), 0, 3).Draw(t, "suites")...)
				c.Groups = parley.Listed(rapid.SliceOfN(rapid.SampledFrom(iana.Groups()), 0, 2).Draw(t, "groups")...)
				c.Schemes = parley.Listed(rapid.SliceOfN(rapid.SampledFrom(iana.Schemes()), 0, 2).Draw(t, "schemes")...)
				c.DHBits[0] = rapid.SampledFrom([]int{0, 1024, 3072}).Draw(t, "bits")
			})
		}
		p, err := Get(rapid.SampledFrom(Names()).Draw(t, "policy"))
		if err != nil {
			t.Fatal(err)
		}
		before := Judge(p, s, certs)
		v := rapid.SampledFrom(parley.AllVersions).Draw(t, "forgotten")
		forget := rapid.IntRange(0, 5).Draw(t, "what")
		column(s, v, func(c *parley.Column) {
			switch forget {
			case 0:
				c.Accepted.Is = parley.Unknown
			case 1:
				c.Suites.Complete = parley.Unknown
			case 2:
				c.Groups.Complete = parley.Unknown
			case 3:
				c.Schemes.Complete = parley.Unknown
			case 4:
				*c = parley.Column{}
			}
		})
		if forget == 5 {
			certs = nil
		}
		for i, r := range Judge(p, s, certs) {
			if r.Met == parley.Yes && before[i].Met != parley.Yes {
				t.Errorf("%s is met (before: %s, %s)", r.Demand.ID, before[i].Met, before[i].Why)
			}
		}
	})
}

func TestWhatAPolicyAsksAboutIsNoMoreThanItNeeds(t *testing.T) {
	t.Parallel()
	p, err := Read([]byte("demands:\n  - versions: {only: [1.3]}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if d := DepthOf(p); d.Suites || d.Groups || d.Certs || d.Schemes || d.DH || len(d.Features) != 0 {
		t.Errorf("for versions alone it asks %+v", d)
	}
	if d := DepthOf(get(t, "bsi")); !d.Suites || !d.Groups || !d.Certs || !d.Schemes || !d.DH || len(d.Features) == 0 {
		t.Errorf("for everything it asks %+v", d)
	}
}

func TestTheClassesOfSuitesSayWhatTheirNamesSay(t *testing.T) {
	t.Parallel()
	for class, want := range map[Class]string{
		"anonymous": "TLS_DH_anon_WITH_RC4_128_MD5", "null": "TLS_RSA_WITH_NULL_SHA", "export": "TLS_RSA_EXPORT_WITH_RC4_40_MD5",
		"below-112-bits": "TLS_RSA_WITH_DES_CBC_SHA", "rc4": "TLS_RSA_WITH_RC4_128_SHA", "des": "TLS_RSA_WITH_DES_CBC_SHA",
		"3des": "TLS_RSA_WITH_3DES_EDE_CBC_SHA", "rc2": "TLS_RSA_EXPORT_WITH_RC2_CBC_40_MD5", "idea": "TLS_RSA_WITH_IDEA_CBC_SHA",
		"chacha20": "TLS_CHACHA20_POLY1305_SHA256", "cbc": "TLS_RSA_WITH_AES_128_CBC_SHA", "md5": "TLS_RSA_WITH_RC4_128_MD5",
		"sha1": "TLS_RSA_WITH_AES_128_CBC_SHA", "not-aead": "TLS_RSA_WITH_AES_128_CBC_SHA256", "static-rsa": "TLS_RSA_WITH_AES_128_GCM_SHA256",
		"static-dh": "TLS_ECDH_RSA_WITH_AES_128_GCM_SHA256", "dhe": "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", "no-forward-secrecy": "TLS_RSA_WITH_AES_128_GCM_SHA256",
	} {
		s, err := iana.ParseSuite(want)
		if err != nil || !class.Has(s) {
			t.Errorf("%s: %s is not of it (%v)", class, want, err)
		}
	}
	good, err := iana.ParseSuite("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range Classes() {
		if c.Has(good) || c.Has(iana.SCSVFallback) || strings.TrimSpace(c.Words()) == "" {
			t.Errorf("%s has what it should not, or no words", c)
		}
	}
}

const day = 24 * time.Hour

// lasts makes the certificate valid for so long, with its last second.
func lasts(d time.Duration) func(*parley.Server, []Certificate) []Certificate {
	return func(_ *parley.Server, c []Certificate) []Certificate {
		c[0].Days = float64(d) / float64(day)
		return c
	}
}
