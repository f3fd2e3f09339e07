package iana_test

import (
	"strings"
	"testing"

	"github.com/parley-tls/parley/iana"
)

func TestParseVersionReadsWhatPeopleWrite(t *testing.T) {
	t.Parallel()
	tests := map[iana.Version]string{
		iana.SSL2:   "SSL2 SSLv2 sslv2 SSLv2.0 0x0002 0002",
		iana.SSL3:   "SSL3 SSLv3 ssl3 SSL_3.0 SSL-3 SSL3.0 0x0300 0300 300 768",
		iana.TLS10:  "1.0 TLSv1 TLSv1.0 tls1 tls10 TLSv1_0 TLS1_0 TLS-1.0 0x0301 0301 301 769",
		iana.TLS11:  "1.1 TLSv1.1 tls1.1 tls11 TLSv11 TLSv1_1 0x302 0x0302 302 770",
		iana.TLS12:  "1.2 tls1.2 TLSv1.2 TLSv1_2 TLS1_2 TLS12 TLS_1_2 0x0303 0X0303 0303 303 771",
		iana.TLS13:  "1.3 TLSv1.3 tls13 TLS1_3 TLS-1.3 0x0304 0304 304 772",
		iana.DTLS10: "DTLS1.0 DTLSv1 dtls1_0 0xfeff FEFF 65279",
		iana.DTLS12: "DTLS1.2 DTLSv1.2 dtls12 0xfefd fefd 65277",
		iana.DTLS13: "DTLS1.3 DTLSv1.3 0xfefc fefc 65276",
		0x7f1c:      "0x7f1c 0X7F1C",
	}
	for want, texts := range tests {
		for _, text := range append(strings.Fields(texts), "  "+strings.Fields(texts)[0]+" ") {
			if got, err := iana.ParseVersion(text); err != nil || got != want {
				t.Errorf("ParseVersion(%q) = %v, %v, want %v", text, got, err, want)
			}
		}
	}
	if got, err := iana.ParseVersion("TLS 1.2"); err != nil || got != iana.TLS12 {
		t.Errorf(`ParseVersion("TLS 1.2") = %v, %v`, got, err)
	}
}

func TestParseVersionRefusesTheRest(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "1", "2", "3", "12", "13", "1.4", "TLSv2", "TLS", "v1.2", "SSLv1", "SSLv23", "dtls1.1", "7f1c", "305", "773", "0x", "0x10000", "0x-1", "+771", "TLSvv1.2", "1.2.3"} {
		got, err := iana.ParseVersion(text)
		if err == nil {
			t.Errorf("ParseVersion(%q) = %v, want an error", text, got)
			continue
		}
		if !strings.Contains(err.Error(), "TLSv1.2") {
			t.Errorf("ParseVersion(%q): %q does not say what to write instead", text, err)
		}
	}
}

func TestVersionString(t *testing.T) {
	t.Parallel()
	want := "SSL2 SSL3 1.0 1.1 1.2 1.3 DTLS1.0 DTLS1.2 DTLS1.3"
	var got []string
	for _, v := range iana.Versions() {
		got = append(got, v.String())
		if !v.Known() {
			t.Errorf("%v is not known", v)
		}
		if v.IsDTLS() != strings.HasPrefix(v.String(), "DTLS") {
			t.Errorf("%v: IsDTLS is %v", v, v.IsDTLS())
		}
	}
	if s := strings.Join(got, " "); s != want {
		t.Errorf("got %s, want %s", s, want)
	}
	if v := iana.Version(0x7f1c); v.String() != "0x7f1c" || v.Known() {
		t.Errorf("got %v, known %v", v, v.Known())
	}
}

func FuzzParseVersion(f *testing.F) {
	for _, seed := range []string{"1.2", "TLSv1_3", "0x0303", "303", "771", "SSLv3", "dtls12", "0x7f1c", "0x+1", "tlsv", "ſſl3"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, err := iana.ParseVersion(s)
		if err != nil {
			if v != 0 {
				t.Errorf("ParseVersion(%q) = %v with an error", s, v)
			}
			return
		}
		if again, err := iana.ParseVersion(v.String()); err != nil || again != v {
			t.Errorf("ParseVersion(%q) = %v, which reads back as %v, %v", s, v, again, err)
		}
	})
}

func TestVersionsOfDTLSFollowThoseOfTLS(t *testing.T) {
	t.Parallel()
	for v, want := range map[iana.Version]iana.Version{
		iana.DTLS10: iana.TLS11, iana.DTLS12: iana.TLS12, iana.DTLS13: iana.TLS13, iana.TLS10: iana.TLS10, iana.SSL2: iana.SSL2, 0xfefe: 0xfefe,
	} {
		if got := v.TLS(); got != want {
			t.Errorf("%v.TLS() = %v, want %v", v, got, want)
		}
	}
	if !iana.DTLS10.Before(iana.DTLS12) || !iana.DTLS12.Before(iana.TLS13) || iana.DTLS13.Before(iana.DTLS12) || iana.DTLS10.Before(iana.TLS11) || !iana.TLS11.Before(iana.DTLS12) {
		t.Error("versions of DTLS do not stand in the order of those of TLS")
	}
}
