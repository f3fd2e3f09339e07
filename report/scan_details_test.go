package report_test

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/knowledge/weaknesses"
	"github.com/parley-tls/parley/report"
)

// inDetail is a scan of one address to the full depth.
func inDetail() *report.Scan {
	s := scanOf([]iana.Suite{0xc02f, 0x009e}, iana.TLS12)
	s.Depth, s.Endpoints = "full", s.Endpoints[:1]
	server := &s.Endpoints[0].Server
	yes, no := parley.Fact{Is: parley.Yes}, parley.Fact{Is: parley.No, Why: "for a reason"}
	server.Auth = parley.AuthDemand{Requested: yes, Required: no}
	server.Details = parley.Details{
		DH: parley.DHKeys{Primes: []parley.Prime{{P: []byte{23}, G: []byte{5}, Bits: 5, Versions: []iana.Version{iana.TLS12}}}, Reused: yes, ECReused: no},
		Requests: map[iana.Version]parley.ClientRequest{iana.TLS12: {
			Types: []iana.ClientCertificateType{iana.ClientCertRSASign}, Schemes: []iana.Scheme{0x0804},
			Authorities: [][]byte{{0x30, 13, 0x31, 11, 0x30, 9, 6, 3, 0x55, 4, 3, 0x0c, 2, 'C', 'A'}},
		}},
		Names: []parley.NameAnswer{
			{Version: iana.TLS12, Same: parley.No, Leaf: []byte{1}},
			{Name: "unknown.invalid", Version: iana.TLS12, Answer: parley.Answer{End: parley.EndAlert, Alert: iana.AlertUnrecognizedName}},
		},
		Sessions: parley.Sessions{
			Tickets: yes, Hint: 300, TakesTicket: no, IDs: no, TakesID: no, Tickets13: yes, Count: 2, Lifetime: 7200, WithDHE: yes, Alone: yes, EarlyData: yes, EarlyMost: 16384,
		},
		Again:   parley.AgainAnswer{Answer: parley.AgainAccepted, Secure: parley.No},
		Answers: map[iana.ExtensionType]parley.Fact{iana.ExtRecordSizeLimit: yes, iana.ExtALPN: no},
	}
	server.Details.ECH = parley.ECHTerms{Published: yes, PublicName: "outer.example", Outer: yes, Accepted: no}
	server.Details.Compressions.Learn(iana.CertCompressionBrotli, parley.Yes, parley.Source{})
	return s
}

func TestDetailsStandOnTheScreenOfTheFullDepth(t *testing.T) {
	t.Parallel()
	want := []string{
		"keys     DHE of 5 bits, the same key of DHE came twice",
		"names    with an unknown one: alert 112 unrecognized_name; without a name:",
		"another certificate",
		"asks     client certificate asked, optional, of CA",
		"resumes  up to 1.2: tickets of 5 min, which are not taken; 1.3: 2 tickets",
		"without a new key too, for early data of up to 16384 bytes",
		"again    another handshake on a connection up to 1.2: accepted, without",
		"ECH      published with the name outer.example, and not accepted",
		"packs    its certificate, with brotli",
	}
	for depth, shown := range map[string]bool{"full": true, "suites": false} {
		s := inDetail()
		s.Depth = depth
		var b bytes.Buffer
		if err := report.ScanHuman(&b, s, report.Options{}); err != nil {
			t.Fatal(err)
		}
		for _, line := range want {
			if strings.Contains(b.String(), line) != shown {
				t.Errorf("depth %s: %q is there: %v\n%s", depth, line, !shown, b.String())
			}
		}
	}
	var b bytes.Buffer
	if err := report.ScanHuman(&b, inDetail(), report.Options{Verbose: true}); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"answers  1.3: record_size_limit; not", "asks     1.2: CAs: CN=CA; types: rsa_sign; schemes: rsa_pss_rsae_sha256"} {
		if !strings.Contains(b.String(), line) {
			t.Errorf("no %q with -v\n%s", line, b.String())
		}
	}
}

func TestDetailsAreInTheContract(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := report.ScanJSON(&b, inDetail()); err != nil {
		t.Fatal(err)
	}
	validate(t, published(t, "scan.json"), b.Bytes())
	for _, part := range []string{`"early_data_bytes": 16384`, `"answer": "accepted"`, `"authorities": [`, `"CN=CA"`, `"record_size_limit": "yes"`} {
		if !strings.Contains(b.String(), part) {
			t.Errorf("no %s in\n%s", part, b.String())
		}
	}
}

func TestDetailsArePlainFacts(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := report.ScanHuman(&b, inDetail(), report.Options{Plain: true}); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"dh-key-reused: yes", "ticket-resumes: no for a reason", "second-handshake: accepted", "compresses-certificate: brotli", "answers-1.3: record_size_limit yes"} {
		if !strings.Contains(b.String(), line+"\n") {
			t.Errorf("no %q in\n%s", line, b.String())
		}
	}
}

// However much two addresses differ in, each is on the screen with the versions that it
// accepts, and what the scan took stands at the end.
func TestAScreenOfTwoAddressesThatDifferAtTheFullDepthIsOneScreen(t *testing.T) {
	t.Parallel()
	for _, suites := range [][]iana.Suite{{0xc02f, 0x009e}, parley.AllSuites(iana.TLS12)} {
		s, other := scanOf(suites, iana.TLS10, iana.TLS11), inDetail()
		s.Depth = "full"
		s.Endpoints[0].Server.Details = other.Endpoints[0].Server.Details
		s.Endpoints[0].Server.Auth = other.Endpoints[0].Server.Auth
		s.Endpoints[1].Server.Details = inDetail().Endpoints[0].Server.Details
		s.Endpoints[1].Server.Details.Names = nil
		for i := range s.Endpoints {
			e := &s.Endpoints[i]
			e.Findings = weaknesses.Find(&e.Server, weaknesses.Beside{})
		}
		s.Endpoints[1].Server.Details.Sessions.Count = 4
		s.Notes = []string{"a note of the scan"}
		var b bytes.Buffer
		if err := report.ScanHuman(&b, s, report.Options{}); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimRight(b.String(), "\n"), "\n")
		if len(lines) > 40 {
			t.Errorf("%d lines, at most 40 are allowed:\n%s", len(lines), b.String())
		}
		for _, want := range []string{"at       192.0.2.7:443", "but at   192.0.2.8:443", "versions 1.2 accepted", "versions 1.0 1.1 1.2 accepted", "  took  ", "  note  "} {
			if !strings.Contains(b.String(), want) {
				t.Errorf("no %q in\n%s", want, b.String())
			}
		}
		for _, l := range lines {
			if utf8.RuneCountInString(l) > 80 {
				t.Errorf("longer than 80 columns: %s", l)
			}
		}
	}
}
