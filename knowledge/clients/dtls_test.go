package clients_test

import (
	"encoding/hex"
	"strings"
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/knowledge/clients"
	"github.com/parley-tls/parley/wire"
)

func TestAClientOfDTLSGoesByTheIDOfItsLibrary(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		id   string
		over parley.Transport
		want string // or the error
	}{
		{"openssl-3.0", parley.TransportDTLS, "openssl-3.0-dtls"},
		{"openssl", parley.TransportDTLS, "openssl-3.0-dtls"},
		{"openssl-dtls", parley.TransportDTLS, "openssl-3.0-dtls"},
		{"GnuTLS", parley.TransportDTLS, "gnutls-3.7-dtls"},
		{"java17", parley.TransportDTLS, "java17-dtls"},
		{"java", parley.TransportDTLS, "java17-dtls"},
		{"openssl", parley.TransportTCP, "openssl-3.0"},
		{"chrome", parley.TransportQUIC, "chrome"},
		{"chrome", parley.TransportDTLS, "no hello of chrome over DTLS is known; known are openssl-3.0-dtls,"},
		{"openssl-dtls", parley.TransportTCP, "openssl-3.0-dtls speaks DTLS, and the target does not"},
		{"openssl-dtls", parley.TransportQUIC, "openssl-3.0-dtls speaks DTLS, and the target does not"},
		{"opensl", parley.TransportDTLS, `client "opensl" is not known`},
	} {
		c, err := clients.GetOver(tt.id, tt.over)
		got := ""
		if err != nil {
			got = err.Error()
		} else {
			got = string(c.ID)
		}
		if got != tt.want && (err == nil || !strings.HasPrefix(got, tt.want)) {
			t.Errorf("%s over %v: %q, want %q", tt.id, tt.over, got, tt.want)
		}
	}
}

func TestClientsOfDTLSOfferWhatWasMeasured(t *testing.T) {
	t.Parallel()
	for _, c := range clients.PanelOver(parley.TransportDTLS) {
		h := c.Hellos[0].Message
		if h.LegacyVersion != iana.DTLS12 || len(h.Cookie) > 0 || c.Hellos[0].RecordVersion == 0 || len(h.SessionID) > 0 {
			t.Errorf("%s: %v in a record of %v, a cookie of %d bytes", c.ID, h.LegacyVersion, c.Hellos[0].RecordVersion, len(h.Cookie))
		}
		if c.Verifies == nil {
			t.Errorf("%s has no rules of verification: those of its library hold", c.ID)
		}
		if c.Offers[iana.DTLS12].Accepted.Is != parley.Yes || c.Offers[iana.TLS12].Accepted.Is != parley.Unknown || len(c.Offers) != 3 {
			t.Errorf("%s offers %v", c.ID, c.Offers)
		}
		for _, s := range h.Suites {
			if i, ok := s.Info(); ok && !i.SCSV && !s.UsableAt(iana.DTLS12) {
				t.Errorf("%s offers %v, which does not go over datagrams", c.ID, s)
			}
		}
	}
	old := map[parley.ClientID]parley.Truth{"openssl-3.0-dtls": parley.No, "gnutls-3.7-dtls": parley.Yes, "mbedtls-2.28-dtls": parley.Yes, "java17-dtls": parley.Unknown}
	for _, c := range clients.PanelOver(parley.TransportDTLS) {
		if got := c.Completes[iana.DTLS10]; got != old[c.ID] {
			t.Errorf("%s completes DTLS1.0: %v, want %v", c.ID, got, old[c.ID])
		}
	}
}

// TestAHelloOfDTLSIsReadFromItsRecords: in one record, in pieces, and with the cookie
// of a server.
func TestAHelloOfDTLSIsReadFromItsRecords(t *testing.T) {
	t.Parallel()
	c := get(t, "gnutls-dtls")
	want := c.Hellos[0].Message
	second := want.Clone()
	second.Cookie = make([]byte, 16)
	for name, sizes := range map[string][]int{"whole": nil, "in pieces": {50}} {
		for _, h := range []*wire.ClientHello{want, second} {
			var raw []byte
			for i, p := range wire.Fragments(h.Message(), 0, sizes...) {
				raw = wire.AppendDTLSRecord(raw, wire.DTLSRecord{Type: iana.ContentHandshake, Version: iana.DTLS10, Seq: uint64(i), Payload: p})
			}
			for _, b := range [][]byte{raw, []byte(hex.EncodeToString(raw))} {
				got, err := clients.FromBytes(b)
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				if string(got.Hellos[0].Message.Body()) != string(want.Body()) || got.Hellos[0].RecordVersion != iana.DTLS10 {
					t.Errorf("%s: got %v", name, got.Hellos[0])
				}
			}
		}
	}
	if _, err := clients.FromBytes([]byte{22, 0xfe, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0}); err == nil {
		t.Error("a record without a hello is read as one")
	}
}
