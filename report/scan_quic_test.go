package report_test

import (
	"bytes"
	"encoding/json"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/report"
	"github.com/parley-tls/parley/wire"
)

// quicScan is a scan of a server over QUIC.
func quicScan() *report.Scan {
	s := parley.Server{
		Scope: parley.Scope{Addr: netip.MustParseAddrPort("192.0.2.7:443"), Name: "shop.example", Transport: parley.TransportQUIC},
		Accepts: map[iana.Version]parley.Column{
			iana.TLS12: {Accepted: parley.Fact{Is: parley.No, Why: "QUIC carries nothing before 1.3 (RFC 9001, Section 4.2)"}},
			iana.TLS13: {Accepted: parley.Fact{Is: parley.Yes}, Suites: parley.Listed[iana.Suite](0x1301, 0x1302), ServerOrder: parley.Yes},
		},
		ALPN: parley.ALPNPolicy{Protocols: []string{"h3"}, Insists: parley.Yes},
		QUIC: &parley.QUICTerms{
			Listed: []iana.QUICVersion{iana.QUIC1, 0xfaceb002}, Retry: parley.Fact{Is: parley.Yes}, Grease: parley.Fact{Is: parley.No, Why: "none"},
			Parameters: []wire.QUICParameter{
				{ID: iana.QUICMaxIdleTimeout, Value: wire.AppendQUICInt(nil, 30000)}, {ID: iana.QUICDisableMigration},
				{ID: 0x07, Value: wire.AppendQUICInt(nil, 65536)}, {ID: 0x4a41, Value: []byte{1, 2}},
			},
			From: []parley.Source{{Attempt: "0123"}},
		},
	}
	s.QUIC.Versions.Learn(iana.QUIC1, parley.Yes, parley.Source{Attempt: "0123"})
	s.QUIC.Versions.Learn(iana.QUIC2, parley.No, parley.Source{Attempt: "4567"})
	return &report.Scan{
		Tool: "0.4.0", Depth: "suites", Connections: 12, Elapsed: 80 * time.Millisecond,
		Target:    parley.Target{Text: "quic://shop.example", Host: "shop.example", Port: 443, Name: "shop.example", Transport: parley.TransportQUIC},
		Endpoints: []report.Endpoint{{Server: s, Learned: true, Connections: 12}},
	}
}

func TestAScreenOfAScanOverQUIC(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := report.ScanHuman(&b, quicScan(), report.Options{}); err != nil {
		t.Fatal(err)
	}
	want := `ok       shop.example:443 over QUIC

  versions 1.3 accepted
  QUIC     QUIC1 accepted, QUIC2 not accepted, 0xfaceb002 listed, after a
           Retry
  ALPN     h3; no other of those known
  limits   max_idle_timeout 30000 ms, disable_active_migration
  1.3      2 cipher suites; the server's order decides
           TLS_AES_128_GCM_SHA256, TLS_AES_256_GCM_SHA384

  took     12 connections, 80 ms
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("the screen is another (-want +got):\n%s", diff)
	}
	s := quicScan()
	s.Endpoints[0].Learned, s.Endpoints[0].Note, s.Exit = false, "alert 120 no_application_protocol", 3
	b.Reset()
	if err := report.ScanHuman(&b, s, report.Options{}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "\n  QUIC     QUIC1 accepted") {
		t.Errorf("where nothing was learned of 1.3, QUIC is not spoken of:\n%s", b.String())
	}
}

func TestTheDocumentsOfAScanOverQUIC(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := report.ScanJSON(&b, quicScan()); err != nil {
		t.Fatal(err)
	}
	validate(t, published(t, "scan.json"), b.Bytes())
	var doc struct {
		Addresses []struct {
			QUIC  json.RawMessage
			Terms struct {
				Versions map[string]struct{ Accepted, Why string }
			}
		}
	}
	if err := json.Unmarshal(b.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	json.Compact(&got, doc.Addresses[0].QUIC)
	want := `{"versions":{"QUIC1":"yes","QUIC2":"no"},"listed":["QUIC1","0xfaceb002"],"retry":"yes","grease":"no","alpn_required":"yes",` +
		`"transport_parameters":{"0x4a41":"0102","disable_active_migration":true,"initial_max_stream_data_uni":65536,"max_idle_timeout":30000},"from":["0123"]}`
	if diff := cmp.Diff(want, got.String()); diff != "" {
		t.Errorf("the document is another (-want +got):\n%s", diff)
	}
	if v := doc.Addresses[0].Terms.Versions; v["QUIC1"].Accepted != "yes" || v["QUIC2"].Accepted != "no" || v["QUIC2"].Why == "" || v["1.3"].Accepted != "yes" {
		t.Errorf("the versions are %v", v)
	}
	b.Reset()
	if err := report.ScanHuman(&b, quicScan(), report.Options{Plain: true}); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"quic-version: QUIC1 yes", "quic-version: QUIC2 no", "quic-listed: 0xfaceb002", "quic-retry: yes", "alpn: h3", "transport-parameter: max_idle_timeout 30000 ms"} {
		if !strings.Contains(b.String(), line+"\n") {
			t.Errorf("no line %q in\n%s", line, b.String())
		}
	}
}
