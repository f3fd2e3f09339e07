package wire

import (
	"bytes"
	"crypto/sha256"
	"reflect"
	"testing"

	"github.com/parley-tls/parley/iana"
)

func TestTheRandomOfAHelloRetryRequestIsTheHashTheRFCNames(t *testing.T) {
	t.Parallel()
	if want := sha256.Sum256([]byte("HelloRetryRequest")); HelloRetryRequestRandom != want {
		t.Errorf("%x, want %x", HelloRetryRequestRandom, want)
	}
}

func TestAServerHelloSaysWhatWasSelected(t *testing.T) {
	t.Parallel()
	h := &ServerHello{LegacyVersion: iana.TLS12, Suite: 0x1301, Extensions: []Extension{
		{Type: iana.ExtSupportedVersions, Data: []byte{3, 4}},
		{Type: iana.ExtKeyShare, Data: unhex(t, "001d 0002 abcd")},
		{Type: iana.ExtALPN, Data: unhex(t, "0003 02 6832")},
		{Type: iana.ExtCookie, Data: unhex(t, "0001 ee")},
	}}
	share, ok := h.KeyShare()
	if !ok || !reflect.DeepEqual(share, KeyShare{Group: 29, Data: []byte{0xab, 0xcd}}) {
		t.Errorf("key share %v, %v", share, ok)
	}
	if h.Version() != iana.TLS13 || h.IsHelloRetryRequest() {
		t.Errorf("version %v, retry %v", h.Version(), h.IsHelloRetryRequest())
	}
	if p, ok := h.ALPN(); p != "h2" || !ok {
		t.Errorf("ALPN %q, %v", p, ok)
	}
	if c, ok := h.Cookie(); !bytes.Equal(c, []byte{0xee}) || !ok {
		t.Errorf("cookie %x, %v", c, ok)
	}
	h.Random = HelloRetryRequestRandom
	if _, ok := h.Group(); ok {
		t.Error("a key share with a value passes for that of a HelloRetryRequest")
	}
	h.Extensions[1].Data = []byte{0, 23}
	if g, ok := h.Group(); g != 23 || !ok || !h.IsHelloRetryRequest() {
		t.Errorf("a HelloRetryRequest asks for group %v, %v", g, ok)
	}
}

func TestTheDowngradeMarkNamesTheVersionItWarnsAbout(t *testing.T) {
	t.Parallel()
	for tail, want := range map[string]iana.Version{
		"DOWNGRD\x01": iana.TLS12, "DOWNGRD\x00": iana.TLS11, "DOWNGRD\x02": 0, "DOWNGRAD": 0,
	} {
		h := &ServerHello{}
		copy(h.Random[24:], tail)
		if got, ok := h.Downgrade(); got != want || ok != (want != 0) {
			t.Errorf("%q: %v, %v, want %v", tail, got, ok, want)
		}
	}
}

// oddKeyExchanges are forms of ServerKeyExchange that no server here sends.
var oddKeyExchanges = []struct {
	name    string
	suite   iana.Suite
	version iana.Version
	body    string
	want    ServerKeyExchange
}{
	{
		name: "RSA export, 1.0", suite: 0x0003, version: iana.TLS10, body: "0002 abcd 0001 03 0001 ee",
		want: ServerKeyExchange{KeyExchange: iana.KxRSA, Modulus: []byte{0xab, 0xcd}, Exponent: []byte{3}, Signature: []byte{0xee}},
	},
	{
		name: "leading zero in P", suite: 0x0034, version: iana.TLS10, body: "0003 007fff 0001 02 0001 05",
		want: ServerKeyExchange{KeyExchange: iana.KxDHAnon, P: []byte{0, 0x7f, 0xff}, PBits: 15, G: []byte{2}, Ys: []byte{5}, Anonymous: true},
	},
	{
		name: "explicit prime field", suite: 0xc018, version: iana.TLS12, body: "01 0117 0101 0102 020403 0105 0101 0108",
		want: ServerKeyExchange{
			KeyExchange: iana.KxECDHAnon, Anonymous: true, CurveType: CurveTypeExplicitPrime, Public: []byte{8},
			Explicit: []byte{1, 0x17, 1, 1, 1, 2, 2, 4, 3, 1, 5, 1, 1},
		},
	},
	{
		name: "explicit characteristic 2", suite: 0xc018, version: iana.TLS12, body: "02 00a3 01 0103 0101 0102 020403 0105 0101 0108",
		want: ServerKeyExchange{
			KeyExchange: iana.KxECDHAnon, Anonymous: true, CurveType: CurveTypeExplicitChar2, Public: []byte{8},
			Explicit: []byte{0, 0xa3, 1, 1, 3, 1, 1, 1, 2, 2, 4, 3, 1, 5, 1, 1},
		},
	},
	{
		name: "SRP", suite: 0xc01d, version: iana.TLS12, body: "0001 17 0001 02 0a 00010203040506070809 0001 07",
		want: ServerKeyExchange{
			KeyExchange: iana.KxSRP, Anonymous: true, P: []byte{0x17}, PBits: 5, G: []byte{2},
			Salt: []byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, B: []byte{7},
		},
	},
	{
		name: "an unknown suite", suite: 0xfeed, version: iana.TLS12, body: "0102",
		want: ServerKeyExchange{},
	},
}

func TestServerKeyExchangeIsReadInEveryForm(t *testing.T) {
	t.Parallel()
	for _, tt := range oddKeyExchanges {
		b := unhex(t, tt.body)
		got, err := ParseServerKeyExchange(b, tt.version, tt.suite)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if !bytes.Equal(got.Body(), b) || !bytes.Equal(got.Raw, b) {
			t.Errorf("%s: written back %x, raw %x, want %x", tt.name, got.Body(), got.Raw, b)
		}
		got.Raw, got.RawParams = nil, nil
		if !reflect.DeepEqual(*got, tt.want) {
			t.Errorf("%s: %+v\nwant %+v", tt.name, *got, tt.want)
		}
	}
}

func TestAnExplicitGroupOfUnknownKindIsRefusedByName(t *testing.T) {
	t.Parallel()
	_, err := ParseServerKeyExchange([]byte{9, 0, 23, 1, 4}, iana.TLS12, 0xc02f)
	const want = "ServerKeyExchange: curve_type at byte 0: expected 1, 2 or 3, got 9"
	if err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

func TestMessagesOf13AreWrittenBackByteForByte(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		typ  iana.HandshakeType
		v    iana.Version
		body string
	}{
		"EncryptedExtensions":         {iana.TypeEncryptedExtensions, iana.TLS13, "0009 0010 0005 0003 02 6832"},
		"CertificateRequest":          {iana.TypeCertificateRequest, iana.TLS13, "00 0012 000d 0004 0002 0403 002f 0006 0004 0002 3000"},
		"Certificate":                 {iana.TypeCertificate, iana.TLS13, "00 00000d 000002 3000 0006 0005 0002 0100"},
		"CertificateVerify":           {iana.TypeCertificateVerify, iana.TLS13, "0804 0002 abcd"},
		"CertificateVerify of 1.0":    {iana.TypeCertificateVerify, iana.TLS10, "0002 abcd"},
		"NewSessionTicket":            {iana.TypeNewSessionTicket, iana.TLS13, "00001c20 12345678 01 00 0002 abcd 0008 002a 0004 00004000"},
		"NewSessionTicket of 1.2":     {iana.TypeNewSessionTicket, iana.TLS12, "00001c20 0002 abcd"},
		"CertificateStatus, multiple": {iana.TypeCertificateStatus, iana.TLS12, "02 000008 000002 3000 000000"},
		"CertificateStatus, unknown":  {iana.TypeCertificateStatus, iana.TLS12, "09 ffff"},
	}
	for name, tt := range tests {
		b := unhex(t, tt.body)
		m, err := ParseMessage(tt.typ, b, tt.v, 0)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := body(m); !bytes.Equal(got, b) {
			t.Errorf("%s: written back %x, want %x", name, got, b)
		}
		for n := range b {
			if m, err := ParseMessage(tt.typ, b[:n], tt.v, 0); err == nil && !(tt.typ == iana.TypeCertificateStatus && n > 0 && b[0] == 9) {
				t.Errorf("%s: %d of %d bytes are read as %+v", name, n, len(b), m)
			}
		}
	}
}

func TestACertificateRequestOf13ShowsSchemesAndAuthorities(t *testing.T) {
	t.Parallel()
	m, err := ParseCertificateRequest(unhex(t, "00 0012 000d 0004 0002 0403 002f 0006 0004 0002 3000"), iana.TLS13)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(m.Schemes, []iana.Scheme{0x0403}) || !reflect.DeepEqual(m.Authorities, [][]byte{{0x30, 0}}) {
		t.Errorf("schemes %v, authorities %x", m.Schemes, m.Authorities)
	}
}

func TestAnAlertReadsAsItsNameAndNumber(t *testing.T) {
	t.Parallel()
	a, err := ParseAlert([]byte{2, 40})
	if err != nil || a.String() != "fatal handshake_failure(40)" || !bytes.Equal(a.Append(nil), []byte{2, 40}) {
		t.Errorf("%v, %v", a, err)
	}
	if _, err := ParseAlert([]byte{2}); err == nil {
		t.Error("half an alert is taken for one")
	}
}
