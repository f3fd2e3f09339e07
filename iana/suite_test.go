package iana_test

import (
	"bufio"
	"crypto/tls"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/parley-tls/parley/iana"
)

func TestSuiteFacts(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		id       iana.Suite
		openssl  string
		kx       iana.KeyExchange
		auth     iana.Auth
		cipher   string
		hash     string
		bits     int
		min, max iana.Version
		flags    string
	}{
		{name: "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", id: 0xc02b, openssl: "ECDHE-ECDSA-AES128-GCM-SHA256", kx: iana.KxECDHE, auth: iana.AuthECDSA, cipher: "AES_128_GCM", hash: "SHA256", bits: 128, min: iana.TLS12, max: iana.TLS12, flags: "aead registered"},
		{name: "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384", id: 0xc028, openssl: "ECDHE-RSA-AES256-SHA384", kx: iana.KxECDHE, auth: iana.AuthRSA, cipher: "AES_256_CBC", hash: "SHA384", bits: 256, min: iana.TLS12, max: iana.TLS12, flags: "cbc registered"},
		{name: "TLS_RSA_WITH_3DES_EDE_CBC_SHA", id: 0x000a, openssl: "DES-CBC3-SHA", kx: iana.KxRSA, auth: iana.AuthRSA, cipher: "3DES_EDE_CBC", hash: "SHA", bits: 168, min: iana.SSL3, max: iana.TLS12, flags: "cbc registered"},
		{name: "TLS_RSA_WITH_RC4_128_MD5", id: 0x0004, openssl: "RC4-MD5", kx: iana.KxRSA, auth: iana.AuthRSA, cipher: "RC4_128", hash: "MD5", bits: 128, min: iana.SSL3, max: iana.TLS12, flags: "registered"},
		{name: "TLS_AES_128_CCM_8_SHA256", id: 0x1305, openssl: "TLS_AES_128_CCM_8_SHA256", kx: iana.KxTLS13, auth: iana.AuthTLS13, cipher: "AES_128_CCM_8", hash: "SHA256", bits: 128, min: iana.TLS13, max: iana.TLS13, flags: "aead registered"},
		{name: "TLS_SHA384_SHA384", id: 0xc0b5, openssl: "TLS_SHA384_SHA384", kx: iana.KxTLS13, auth: iana.AuthTLS13, cipher: "NULL", hash: "SHA384", min: iana.TLS13, max: iana.TLS13, flags: "registered"},
		{name: "TLS_RSA_WITH_AES_256_CCM", id: 0xc09d, openssl: "AES256-CCM", kx: iana.KxRSA, auth: iana.AuthRSA, cipher: "AES_256_CCM", hash: "SHA256", bits: 256, min: iana.TLS12, max: iana.TLS12, flags: "aead registered"},
		{name: "TLS_PSK_DHE_WITH_AES_128_CCM_8", id: 0xc0aa, openssl: "DHE-PSK-AES128-CCM8", kx: iana.KxDHEPSK, auth: iana.AuthPSK, cipher: "AES_128_CCM_8", hash: "SHA256", bits: 128, min: iana.TLS12, max: iana.TLS12, flags: "aead registered"},
		{name: "TLS_PSK_WITH_AES_128_CBC_SHA256", id: 0x00ae, openssl: "PSK-AES128-CBC-SHA256", kx: iana.KxPSK, auth: iana.AuthPSK, cipher: "AES_128_CBC", hash: "SHA256", bits: 128, min: iana.TLS10, max: iana.TLS12, flags: "cbc registered"},
		{name: "TLS_DHE_DSS_EXPORT1024_WITH_RC4_56_SHA", id: 0x0065, openssl: "EXP1024-DHE-DSS-RC4-SHA", kx: iana.KxDHE, auth: iana.AuthDSS, cipher: "RC4_56", hash: "SHA", bits: 56, min: iana.SSL3, max: iana.TLS12, flags: "export"},
		{name: "TLS_KRB5_EXPORT_WITH_RC2_CBC_40_MD5", id: 0x002a, openssl: "EXP-KRB5-RC2-CBC-MD5", kx: iana.KxKRB5, auth: iana.AuthKRB5, cipher: "RC2_CBC_40", hash: "MD5", bits: 40, min: iana.SSL3, max: iana.TLS12, flags: "cbc export registered"},
		{name: "SSL_FORTEZZA_KEA_WITH_FORTEZZA_CBC_SHA", id: 0x001d, kx: iana.KxFortezza, auth: iana.AuthFortezza, cipher: "FORTEZZA_CBC", hash: "SHA", bits: 80, min: iana.SSL3, max: iana.SSL3, flags: "cbc"},
		{name: "TLS_GOSTR341001_WITH_28147_CNT_IMIT", id: 0x0081, openssl: "GOST2001-GOST89-GOST89", kx: iana.KxGOST, auth: iana.AuthGOST, cipher: "28147_CNT", hash: "GOSTR3411", bits: 256, min: iana.TLS10, max: iana.TLS12},
		{name: "TLS_GOSTR341112_256_WITH_KUZNYECHIK_MGM_L", id: 0xc103, kx: iana.KxTLS13, auth: iana.AuthTLS13, cipher: "KUZNYECHIK_MGM_L", hash: "STREEBOG256", bits: 256, min: iana.TLS13, max: iana.TLS13, flags: "aead registered"},
		{name: "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256_OLD", id: 0xcc13, kx: iana.KxECDHE, auth: iana.AuthRSA, cipher: "CHACHA20_POLY1305", hash: "SHA256", bits: 256, min: iana.TLS12, max: iana.TLS12, flags: "aead"},
		{name: "TLS_SRP_SHA_DSS_WITH_AES_128_CBC_SHA", id: 0xc01f, openssl: "SRP-DSS-AES-128-CBC-SHA", kx: iana.KxSRP, auth: iana.AuthDSS, cipher: "AES_128_CBC", hash: "SHA", bits: 128, min: iana.SSL3, max: iana.TLS12, flags: "cbc registered"},
		{name: "SSL_RSA_FIPS_WITH_3DES_EDE_CBC_SHA", id: 0xfeff, kx: iana.KxRSA, auth: iana.AuthRSA, cipher: "3DES_EDE_CBC", hash: "SHA", bits: 168, min: iana.SSL3, max: iana.TLS12, flags: "cbc"},
		{name: "ECC_SM4_CBC_SM3", id: 0xe013, kx: iana.KxSM2, auth: iana.AuthSM2, cipher: "SM4_CBC", hash: "SM3", bits: 128, flags: "cbc"},
		{name: "TLS_DH_anon_WITH_CAMELLIA_256_GCM_SHA384", id: 0xc085, kx: iana.KxDHAnon, auth: iana.AuthAnon, cipher: "CAMELLIA_256_GCM", hash: "SHA384", bits: 256, min: iana.TLS12, max: iana.TLS12, flags: "aead registered"},
		{name: "TLS_NULL_WITH_NULL_NULL", id: 0x0000, kx: iana.KxNull, auth: iana.AuthNull, cipher: "NULL", flags: "registered"},
		{name: "TLS_FALLBACK_SCSV", id: iana.SCSVFallback, flags: "scsv registered"},
		{name: "TLS_EMPTY_RENEGOTIATION_INFO_SCSV", id: iana.SCSVRenegotiation, flags: "scsv registered"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, ok := tt.id.Info()
			if !ok {
				t.Fatalf("%v is unknown", tt.id)
			}
			if got.Reference == "" {
				t.Errorf("%v has no reference", tt.id)
			}
			want := iana.SuiteInfo{
				Name: tt.name, OpenSSLName: tt.openssl, Kx: tt.kx, Auth: tt.auth, Cipher: tt.cipher, Hash: tt.hash,
				Bits: tt.bits, Min: tt.min, Max: tt.max, Reference: got.Reference,
				AEAD: has(tt.flags, "aead"), CBC: has(tt.flags, "cbc"), Export: has(tt.flags, "export"),
				SCSV: has(tt.flags, "scsv"), Registered: has(tt.flags, "registered"),
			}
			if got != want {
				t.Errorf("Info\n got %+v\nwant %+v", got, want)
			}
		})
	}
}

func has(flags, flag string) bool { return strings.Contains(" "+flags+" ", " "+flag+" ") }

func TestEverySuiteIsConsistentWithItsName(t *testing.T) {
	t.Parallel()
	for _, s := range iana.Suites() {
		info, _ := s.Info()
		if info.SCSV {
			if info.Kx != 0 || info.Cipher != "" || info.Min != 0 {
				t.Errorf("%v is a signalling value and has facts of a suite: %+v", s, info)
			}
			continue
		}
		if info.Kx == 0 || info.Auth == 0 || info.Cipher == "" || info.Reference == "" {
			t.Errorf("%v lacks a fact: %+v", s, info)
		}
		if info.AEAD && info.CBC {
			t.Errorf("%v is both AEAD and CBC", s)
		}
		if (info.Bits == 0) != (info.Cipher == "NULL") {
			t.Errorf("%v has cipher %s of %d bits", s, info.Cipher, info.Bits)
		}
		if info.Export != strings.Contains(info.Name, "EXPORT") || info.Export && info.Bits > 56 {
			t.Errorf("%v: export is %v with %d bits", s, info.Export, info.Bits)
		}
		if integrityOnly := info.Cipher == "NULL" && s.TLS13(); !integrityOnly && !strings.Contains(info.Name, info.Cipher) {
			t.Errorf("%v does not name its cipher %s", s, info.Cipher)
		}
		if info.Min > info.Max || (info.Min == 0) != (info.Max == 0) {
			t.Errorf("%v goes from %v to %v", s, info.Min, info.Max)
		}
		if s.TLS13() != (info.Kx == iana.KxTLS13) {
			t.Errorf("%v: TLS13 is %v with key exchange %v", s, s.TLS13(), info.Kx)
		}
		if info.AEAD && info.Min < iana.TLS12 && info.Min != 0 {
			t.Errorf("%v is AEAD and usable at %v", s, info.Min)
		}
	}
}

func TestEverySuiteOfCryptoTLSHasTheSameName(t *testing.T) {
	t.Parallel()
	for _, c := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
		s := iana.Suite(c.ID)
		if got := s.String(); got != c.Name {
			t.Errorf("%04x is %s, crypto/tls says %s", c.ID, got, c.Name)
		}
		for _, v := range []iana.Version{iana.TLS10, iana.TLS11, iana.TLS12, iana.TLS13} {
			want := false
			for _, known := range c.SupportedVersions {
				want = want || known == uint16(v)
			}
			if got := s.UsableAt(v); got != want {
				t.Errorf("%v at %v: %v, crypto/tls says %v", s, v, got, want)
			}
		}
	}
}

// opensslKx and opensslAuth map what openssl ciphers -V prints. Static
// exchanges are printed as their certificate's key.
var (
	opensslKx = map[string][]iana.KeyExchange{
		"any": {iana.KxTLS13}, "RSA": {iana.KxRSA}, "DH": {iana.KxDHE, iana.KxDHAnon}, "ECDH": {iana.KxECDHE, iana.KxECDHAnon},
		"PSK": {iana.KxPSK}, "RSAPSK": {iana.KxRSAPSK}, "DHEPSK": {iana.KxDHEPSK}, "ECDHEPSK": {iana.KxECDHEPSK}, "SRP": {iana.KxSRP},
	}
	opensslAuth = map[string]iana.Auth{
		"any": iana.AuthTLS13, "RSA": iana.AuthRSA, "DSS": iana.AuthDSS, "ECDSA": iana.AuthECDSA, "None": iana.AuthAnon,
		"PSK": iana.AuthPSK, "SRP": iana.AuthSRP,
	}
)

func TestEverySuiteOfOpenSSLHasTheSameFacts(t *testing.T) {
	t.Parallel()
	n := 0
	for _, line := range lines(t, "testdata/openssl-3.0-ciphers.txt") {
		f := strings.Fields(line)
		s, err := iana.ParseSuite(f[0])
		if err != nil {
			t.Fatal(err)
		}
		info, ok := s.Info()
		if !ok || info.Name != f[2] || info.OpenSSLName != f[4] {
			t.Errorf("%s is %s (%s), OpenSSL says %s (%s)", f[0], info.Name, info.OpenSSLName, f[2], f[4])
		}
		kx, auth := strings.TrimPrefix(f[6], "Kx="), strings.TrimPrefix(f[7], "Au=")
		found := false
		for _, k := range opensslKx[kx] {
			found = found || k == info.Kx
		}
		if !found {
			t.Errorf("%v: key exchange %v, OpenSSL says %s", s, info.Kx, kx)
		}
		if want, known := opensslAuth[auth]; !known || info.Auth != want {
			t.Errorf("%v: authentication %v, OpenSSL says %s", s, info.Auth, auth)
		}
		if _, bits, ok := strings.Cut(f[8], "("); ok && bits != strconv.Itoa(info.Bits)+")" {
			t.Errorf("%v: %d bits, OpenSSL says %s", s, info.Bits, f[8])
		}
		// OpenSSL keeps some suites of SSL 3.0 for TLS, so only the
		// borders that the format of the record draws are compared.
		low := map[string]bool{"SSLv3": true, "TLSv1": true}[f[5]]
		if low != (info.Min < iana.TLS12) || (f[5] == "TLSv1.3") != (info.Min == iana.TLS13) {
			t.Errorf("%v: from %v, OpenSSL says %s", s, info.Min, f[5])
		}
		n++
	}
	if n < 150 {
		t.Errorf("compared only %d suites", n)
	}
}

// TestEverySuiteOfGnuTLSHasTheSameNumber compares after spelling the names
// alike: GnuTLS leaves _WITH out and ends the AEAD ones its own way.
func TestEverySuiteOfGnuTLSHasTheSameNumber(t *testing.T) {
	t.Parallel()
	plain := strings.NewReplacer("_WITH", "", "ARCFOUR", "RC4", "_SHA1", "_SHA", "PSK_DHE", "DHE_PSK", "_CCM_SHA256", "_CCM", "_CCM_8_SHA256", "_CCM_8", "POLY1305_SHA256", "POLY1305")
	n := 0
	for _, line := range lines(t, "testdata/gnutls-3.7-ciphers.txt") {
		f := strings.Fields(line)
		s, err := iana.ParseSuite(f[1])
		if err != nil {
			t.Fatal(err)
		}
		got, want := plain.Replace(strings.ToUpper(s.String())), plain.Replace(strings.ToUpper(f[0]))
		if s.UsableAt(iana.TLS12) == (f[2] == "TLS1.3") {
			t.Errorf("%v: usable at 1.2 is %v, GnuTLS starts at %s", s, s.UsableAt(iana.TLS12), f[2])
		}
		if got != want {
			t.Errorf("%s is %s, GnuTLS says %s", f[1], got, want)
		}
		n++
	}
	if n < 100 {
		t.Errorf("compared only %d suites", n)
	}
}

// lines returns the lines of a file but comments.
func lines(t *testing.T, file string) []string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all []string
	for sc := bufio.NewScanner(f); sc.Scan(); {
		if line := strings.TrimSpace(sc.Text()); line != "" && line[0] != '#' {
			all = append(all, line)
		}
	}
	return all
}

func TestUsableAt(t *testing.T) {
	t.Parallel()
	tests := []struct {
		suite   iana.Suite
		version iana.Version
		want    bool
	}{
		{suite: iana.TLS_RSA_WITH_RC4_128_SHA, version: iana.TLS11, want: true},
		{suite: iana.TLS_RSA_WITH_RC4_128_SHA, version: iana.DTLS10, want: false},
		{suite: iana.TLS_RSA_WITH_AES_128_CBC_SHA, version: iana.DTLS10, want: true},
		{suite: iana.TLS_RSA_WITH_AES_128_CBC_SHA, version: iana.SSL3, want: true},
		{suite: iana.TLS_RSA_WITH_AES_128_CBC_SHA, version: iana.SSL2, want: false},
		{suite: iana.TLS_RSA_WITH_AES_128_CBC_SHA, version: iana.TLS13, want: false},
		{suite: iana.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, version: iana.TLS11, want: false},
		{suite: iana.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, version: iana.TLS12, want: true},
		{suite: iana.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, version: iana.DTLS12, want: true},
		{suite: iana.TLS_AES_128_GCM_SHA256, version: iana.TLS12, want: false},
		{suite: iana.TLS_AES_128_GCM_SHA256, version: iana.TLS13, want: true},
		{suite: iana.TLS_AES_128_GCM_SHA256, version: iana.DTLS13, want: true},
		{suite: iana.SCSVFallback, version: iana.TLS12, want: false},
		{suite: iana.ECC_SM4_CBC_SM3, version: iana.TLS12, want: false},
		{suite: 0x1a2b, version: iana.TLS12, want: false},
		{suite: iana.TLS_RSA_WITH_AES_128_CBC_SHA, version: 0, want: false},
	}
	for _, tt := range tests {
		if got := tt.suite.UsableAt(tt.version); got != tt.want {
			t.Errorf("%v at %v: got %v, want %v", tt.suite, tt.version, got, tt.want)
		}
	}
}

func TestParseSuiteReadsWhatPeopleWrite(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text string
		want iana.Suite
	}{
		{text: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", want: 0xc02f},
		{text: " tls_ecdhe_rsa_with_aes_128_gcm_sha256 ", want: 0xc02f},
		{text: "ECDHE-RSA-AES128-GCM-SHA256", want: 0xc02f},
		{text: "SSL_RSA_WITH_RC4_128_MD5", want: 0x0004},
		{text: "EDH-RSA-DES-CBC3-SHA", want: 0x0016},
		{text: "DHE-RSA-DES-CBC3-SHA", want: 0x0016},
		{text: "EXP-EDH-RSA-DES-CBC-SHA", want: 0x0014},
		{text: "0xc02f", want: 0xc02f},
		{text: "0XC02F", want: 0xc02f},
		{text: "c02f", want: 0xc02f},
		{text: "1301", want: 0x1301},
		{text: "0xC0,0x2F", want: 0xc02f},
		{text: "{0xC0, 0x2F}", want: 0xc02f},
		{text: "0x7f7f", want: 0x7f7f},
	}
	for _, tt := range tests {
		if got, err := iana.ParseSuite(tt.text); err != nil || got != tt.want {
			t.Errorf("ParseSuite(%q) = %v, %v, want %v", tt.text, got, err, tt.want)
		}
	}
	for _, text := range []string{"", "TLS_FOO", "0x", "0x1", "4865x", "49199", "0xc02f0", "0xC0,0x100", "ECDHE", "HIGH"} {
		if got, err := iana.ParseSuite(text); err == nil {
			t.Errorf("ParseSuite(%q) = %v, want an error", text, got)
		}
	}
}
