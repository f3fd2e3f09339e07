package iana_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/parley-tls/parley/iana"
)

// roundTrip checks that each of all has a name of its own that reads back.
func roundTrip[T interface {
	~uint8 | ~uint16 | ~uint32
	fmt.Stringer
}](t *testing.T, all []T, parse func(string) (T, error)) {
	t.Helper()
	names := map[string]T{}
	for i, x := range all {
		name := x.String()
		if strings.HasPrefix(name, "0x") {
			t.Errorf("%T %s has no name", x, name)
		}
		if other, taken := names[strings.ToLower(name)]; taken {
			t.Errorf("%T 0x%x and 0x%x are both %s", x, uint32(x), uint32(other), name)
		}
		names[strings.ToLower(name)] = x
		if i > 0 && all[i-1] >= x {
			t.Errorf("%T %v is out of order", x, x)
		}
		if parse == nil {
			continue
		}
		for _, s := range []string{name, strings.ToUpper(name), strings.ToLower(name), fmt.Sprintf("0x%04x", uint32(x))} {
			if got, err := parse(s); err != nil || got != x {
				t.Errorf("parsing %T %q: got %v, %v", x, s, got, err)
			}
		}
	}
}

func TestEveryNameIsUniqueAndReadsBack(t *testing.T) {
	t.Parallel()
	t.Run("versions", func(t *testing.T) {
		for _, v := range iana.Versions() {
			if got, err := iana.ParseVersion(v.String()); err != nil || got != v {
				t.Errorf("ParseVersion(%q) = %v, %v", v, got, err)
			}
		}
	})
	t.Run("suites", func(t *testing.T) { roundTrip(t, iana.Suites(), iana.ParseSuite) })
	t.Run("groups", func(t *testing.T) { roundTrip(t, iana.Groups(), iana.ParseGroup) })
	t.Run("schemes", func(t *testing.T) { roundTrip(t, iana.Schemes(), iana.ParseScheme) })
	t.Run("extensions", func(t *testing.T) { roundTrip(t, iana.Extensions(), iana.ParseExtension) })
	t.Run("alerts", func(t *testing.T) { roundTrip(t, iana.Alerts(), iana.ParseAlert) })
	t.Run("ssl2", func(t *testing.T) { roundTrip(t, iana.SSL2Suites(), nil) })
}

func TestEveryOpenSSLNameIsUniqueAndReadsBack(t *testing.T) {
	t.Parallel()
	n := 0
	for _, s := range iana.Suites() {
		name := s.OpenSSL()
		if name == "" {
			continue
		}
		n++
		if got, err := iana.ParseSuite(name); err != nil || got != s {
			t.Errorf("ParseSuite(%q) = %v, %v, want %v", name, got, err, s)
		}
	}
	if n < 200 {
		t.Errorf("only %d suites have an OpenSSL name", n)
	}
}

func TestUnknownCodePointsKeepTheirNumber(t *testing.T) {
	t.Parallel()
	tests := []struct {
		got  fmt.Stringer
		want string
	}{
		{got: iana.Version(0x7f1c), want: "0x7f1c"},
		{got: iana.Suite(0x1a2b), want: "0x1a2b"},
		{got: iana.Suite(0x0a0a), want: "0x0a0a"},
		{got: iana.Group(0x1a2b), want: "0x1a2b"},
		{got: iana.Scheme(0x0000), want: "0x0000"},
		{got: iana.ExtensionType(0x1a2b), want: "0x1a2b"},
		{got: iana.Alert(213), want: "0xd5"},
		{got: iana.AlertLevel(0), want: "0x00"},
		{got: iana.HandshakeType(7), want: "0x07"},
		{got: iana.ContentType(0x80), want: "0x80"},
		{got: iana.SSL2Suite(0x123456), want: "0x123456"},
		{got: iana.SSL2Suite(0x001a2b), want: "0x001a2b"},
		{got: iana.KeyExchange(0), want: "unknown"},
		{got: iana.Auth(200), want: "unknown"},
		{got: iana.GroupKind(0), want: "unknown"},
		{got: iana.KeyType(0), want: "unknown"},
	}
	for _, tt := range tests {
		if got := tt.got.String(); got != tt.want {
			t.Errorf("%T: got %s, want %s", tt.got, got, tt.want)
		}
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	tests := []struct {
		got  fmt.Stringer
		want string
	}{
		{got: iana.AlertProtocolVersion, want: "protocol_version"},
		{got: iana.Alert(41), want: "no_certificate"},
		{got: iana.Alert(60), want: "export_restriction"},
		{got: iana.Alert(21), want: "decryption_failed"},
		{got: iana.AlertFatal, want: "fatal"},
		{got: iana.AlertWarning, want: "warning"},
		{got: iana.TypeClientHello, want: "client_hello"},
		{got: iana.HandshakeType(67), want: "next_protocol"},
		{got: iana.TypeMessageHash, want: "message_hash"},
		{got: iana.ContentHandshake, want: "handshake"},
		{got: iana.ContentACK, want: "ACK"},
		{got: iana.CompressionNull, want: "NULL"},
		{got: iana.CertCompressionBrotli, want: "brotli"},
		{got: iana.PSKModeDHEKE, want: "psk_dhe_ke"},
		{got: iana.PointFormatUncompressed, want: "uncompressed"},
		{got: iana.ClientCertRSASign, want: "rsa_sign"},
		{got: iana.SSL2Suite(0x010080), want: "SSL_CK_RC4_128_WITH_MD5"},
		{got: iana.SSL2Suite(0x000004), want: "TLS_RSA_WITH_RC4_128_MD5"},
		{got: iana.ExtServerName, want: "server_name"},
		{got: iana.ExtALPN, want: "application_layer_protocol_negotiation"},
		{got: iana.ExtECH, want: "encrypted_client_hello"},
		{got: iana.ExtensionType(17513), want: "application_settings_old"},
		{got: iana.ExtensionType(17613), want: "application_settings"},
		{got: iana.GroupX25519, want: "x25519"},
		{got: iana.GroupX25519MLKEM768, want: "X25519MLKEM768"},
		{got: iana.Group(0x6399), want: "X25519Kyber768Draft00"},
		{got: iana.Group(0x4138), want: "CECPQ2"},
		{got: iana.Group(0x0200), want: "MLKEM512"},
		{got: iana.SchemeRSAPKCS1SHA256, want: "rsa_pkcs1_sha256"},
		{got: iana.SchemeRSAPSSRSAESHA256, want: "rsa_pss_rsae_sha256"},
		{got: iana.Scheme(0x0202), want: "dsa_sha1"},
		{got: iana.Scheme(0x0904), want: "mldsa44"},
		{got: iana.KxECDHEPSK, want: "ECDHE_PSK"},
		{got: iana.KxNull, want: "NULL"},
		{got: iana.AuthNull, want: "NULL"},
		{got: iana.GroupArbitrary, want: "arbitrary"},
		{got: iana.KeyIBS, want: "IBS"},
	}
	for _, tt := range tests {
		if got := tt.got.String(); got != tt.want {
			t.Errorf("%T: got %s, want %s", tt.got, got, tt.want)
		}
	}
}

func TestIsGREASE(t *testing.T) {
	t.Parallel()
	n := 0
	for v := range 0x10000 {
		if iana.IsGREASE(uint16(v)) {
			if want := 0x0a0a + n*0x1010; v != want {
				t.Errorf("got %04x, want %04x", v, want)
			}
			n++
		}
	}
	if n != 16 {
		t.Errorf("got %d values, want 16", n)
	}
}

func TestNoKnownCodePointIsGREASE(t *testing.T) {
	t.Parallel()
	for _, s := range iana.Suites() {
		if iana.IsGREASE(uint16(s)) {
			t.Errorf("suite %v", s)
		}
	}
	for _, g := range iana.Groups() {
		if iana.IsGREASE(uint16(g)) {
			t.Errorf("group %v", g)
		}
	}
}

func TestParseGroupReadsWhatPeopleWrite(t *testing.T) {
	t.Parallel()
	tests := map[string]iana.Group{
		"P-256": 0x0017, "prime256v1": 0x0017, "secp256r1": 0x0017, "SECP384R1": 0x0018, "P-521": 0x0019, "X25519": 0x001d, "x25519": 0x001d,
		"X448": 0x001e, "ffdhe2048": 0x0100, "x25519mlkem768": 0x11ec, "MLKEM768": 0x0201, "ML-KEM-1024": 0x0202, "0x6399": 0x6399, "29": 0x001d,
		"0x1a2b": 0x1a2b,
	}
	for text, want := range tests {
		if got, err := iana.ParseGroup(text); err != nil || got != want {
			t.Errorf("ParseGroup(%q) = %v, %v, want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "P-257", "0x", "0x10000", "65536", "-1"} {
		if got, err := iana.ParseGroup(text); err == nil {
			t.Errorf("ParseGroup(%q) = %v, want an error", text, got)
		}
	}
}

func TestGroupFacts(t *testing.T) {
	t.Parallel()
	tests := map[iana.Group]iana.GroupInfo{
		iana.GroupSecp256r1:          {Name: "secp256r1", Kind: iana.GroupECDHE, Bits: 256, ClientShare: 65, ServerShare: 65, TLS13: true, Registered: true},
		iana.GroupSecp521r1:          {Name: "secp521r1", Kind: iana.GroupECDHE, Bits: 521, ClientShare: 133, ServerShare: 133, TLS13: true, Registered: true},
		iana.GroupSecp224r1:          {Name: "secp224r1", Kind: iana.GroupECDHE, Bits: 224, ClientShare: 57, ServerShare: 57, Registered: true},
		iana.GroupX25519:             {Name: "x25519", Kind: iana.GroupECDHE, Bits: 255, ClientShare: 32, ServerShare: 32, TLS13: true, Registered: true},
		iana.GroupX448:               {Name: "x448", Kind: iana.GroupECDHE, Bits: 448, ClientShare: 56, ServerShare: 56, TLS13: true, Registered: true},
		iana.GroupFFDHE2048:          {Name: "ffdhe2048", Kind: iana.GroupFFDHE, Bits: 2048, ClientShare: 256, ServerShare: 256, TLS13: true, Registered: true},
		iana.GroupX25519MLKEM768:     {Name: "X25519MLKEM768", Kind: iana.GroupHybrid, Bits: 255, ClientShare: 1216, ServerShare: 1120, TLS13: true, Registered: true},
		iana.GroupSecP256r1MLKEM768:  {Name: "SecP256r1MLKEM768", Kind: iana.GroupHybrid, Bits: 256, ClientShare: 1249, ServerShare: 1153, TLS13: true, Registered: true},
		iana.GroupSecP384r1MLKEM1024: {Name: "SecP384r1MLKEM1024", Kind: iana.GroupHybrid, Bits: 384, ClientShare: 1665, ServerShare: 1665, TLS13: true, Registered: true},
		iana.GroupMLKEM512:           {Name: "MLKEM512", Kind: iana.GroupKEM, Bits: 512, ClientShare: 800, ServerShare: 768, TLS13: true, Registered: true},
		iana.GroupCECPQ2:             {Name: "CECPQ2", Kind: iana.GroupHybrid, Bits: 255, ClientShare: 1170, ServerShare: 1170, TLS13: true},
		iana.GroupBrainpoolP256r1:    {Name: "brainpoolP256r1", Kind: iana.GroupECDHE, Bits: 256, ClientShare: 65, ServerShare: 65, Registered: true},
		0xff01:                       {Name: "arbitrary_explicit_prime_curves", Kind: iana.GroupArbitrary, Registered: true},
	}
	for g, want := range tests {
		if got, ok := g.Info(); !ok || got != want {
			t.Errorf("%v\n got %+v\nwant %+v", g, got, want)
		}
	}
	for _, g := range iana.Groups() {
		if info, ok := g.Info(); !ok || info.Name != g.String() || info.Kind == 0 {
			t.Errorf("%v: its facts are of %+v", g, info)
		}
	}
	if info, ok := iana.Group(0x1a2b).Info(); ok || info != (iana.GroupInfo{}) {
		t.Errorf("an unknown group has facts: %+v", info)
	}
}

func TestSchemeFacts(t *testing.T) {
	t.Parallel()
	tests := map[iana.Scheme]iana.SchemeInfo{
		0x0401: {Name: "rsa_pkcs1_sha256", Key: iana.KeyRSA, Hash: "SHA256", Registered: true},
		0x0203: {Name: "ecdsa_sha1", Key: iana.KeyECDSA, Hash: "SHA", Registered: true},
		0x0403: {Name: "ecdsa_secp256r1_sha256", Key: iana.KeyECDSA, Hash: "SHA256", Group: iana.GroupSecp256r1, TLS13: true, Registered: true},
		0x0804: {Name: "rsa_pss_rsae_sha256", Key: iana.KeyRSA, Hash: "SHA256", TLS13: true, Registered: true},
		0x080b: {Name: "rsa_pss_pss_sha512", Key: iana.KeyRSAPSS, Hash: "SHA512", TLS13: true, Registered: true},
		0x0807: {Name: "ed25519", Key: iana.KeyEd25519, TLS13: true, Registered: true},
		0x081b: {Name: "ecdsa_brainpoolP384r1tls13_sha384", Key: iana.KeyECDSA, Hash: "SHA384", Group: iana.GroupBrainpoolP384r1TLS13, TLS13: true, Registered: true},
		0x0906: {Name: "mldsa87", Key: iana.KeyMLDSA, TLS13: true, Registered: true},
		0x0302: {Name: "dsa_sha224", Key: iana.KeyDSA, Hash: "SHA224"},
		0x0708: {Name: "sm2sig_sm3", Key: iana.KeySM2, Hash: "SM3", Group: iana.GroupCurveSM2, TLS13: true, Registered: true},
	}
	for s, want := range tests {
		if got, ok := s.Info(); !ok || got != want {
			t.Errorf("%v\n got %+v\nwant %+v", s, got, want)
		}
	}
	for _, s := range iana.Schemes() {
		info, ok := s.Info()
		if !ok || info.Name != s.String() || info.Key == 0 {
			t.Errorf("%v: its facts are of %+v", s, info)
		}
		if info.Key == iana.KeyRSA && info.TLS13 && strings.HasPrefix(info.Name, "rsa_pkcs1") && !strings.HasSuffix(info.Name, "_legacy") {
			t.Errorf("%v may not sign in TLS 1.3 (RFC 8446, Section 4.2.3)", s)
		}
	}
}

func TestParseOfOtherNames(t *testing.T) {
	t.Parallel()
	if s, err := iana.ParseScheme("RSA+SHA256"); err != nil || s != 0x0401 {
		t.Errorf("RSA+SHA256: %v, %v", s, err)
	}
	if s, err := iana.ParseScheme("ECDSA+SHA384"); err != nil || s != 0x0503 {
		t.Errorf("ECDSA+SHA384: %v, %v", s, err)
	}
	if e, err := iana.ParseExtension("alpn"); err != nil || e != iana.ExtALPN {
		t.Errorf("alpn: %v, %v", e, err)
	}
	if a, err := iana.ParseAlert("40"); err != nil || a != iana.AlertHandshakeFailure {
		t.Errorf("40: %v, %v", a, err)
	}
	if a, err := iana.ParseAlert("256"); err == nil {
		t.Errorf("256: %v", a)
	}
}

func TestStringOfKnownValuesDoesNotAllocate(t *testing.T) {
	n := testing.AllocsPerRun(100, func() {
		_ = iana.TLS12.String()
		_ = iana.TLS_AES_128_GCM_SHA256.String()
		_ = iana.TLS_AES_128_GCM_SHA256.OpenSSL()
		_ = iana.GroupX25519.String()
		_ = iana.SchemeEd25519.String()
		_ = iana.ExtKeyShare.String()
		_ = iana.AlertHandshakeFailure.String()
		_ = iana.TypeFinished.String()
		_ = iana.ContentAlert.String()
		_ = iana.SSL2Suite(0x010080).String()
		_ = iana.TLS_AES_128_GCM_SHA256.UsableAt(iana.DTLS13)
	})
	if n != 0 {
		t.Errorf("%v allocations", n)
	}
}
