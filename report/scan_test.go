package report_test

import (
	"bytes"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/report"
)

// scanOf is a scan of two addresses; the second accepts what more says besides.
func scanOf(suites []iana.Suite, more ...iana.Version) *report.Scan {
	at := func(addr string, vs ...iana.Version) report.Endpoint {
		s := parley.Server{Scope: parley.Scope{Addr: netip.MustParseAddrPort(addr), Name: "shop.example"}, Accepts: map[iana.Version]parley.Column{}}
		for _, v := range parley.AllVersions {
			s.Accepts[v] = parley.Column{Accepted: parley.Fact{Is: parley.No, Why: "refused by alert 70"}}
		}
		for _, v := range vs {
			s.Accepts[v] = parley.Column{Accepted: parley.Fact{Is: parley.Yes}, Suites: parley.Listed(suites...), ServerOrder: parley.Yes}
		}
		return report.Endpoint{Server: s, Learned: len(vs) > 0, Connections: 31}
	}
	return &report.Scan{
		Tool: "0.4.0", Target: parley.Target{Text: "shop.example", Host: "shop.example", Port: 443, Name: "shop.example"}, Depth: "suites",
		Connections: 62, Elapsed: 412 * time.Millisecond,
		Endpoints: []report.Endpoint{at("192.0.2.7:443", iana.TLS12), at("192.0.2.8:443", append(more, iana.TLS12)...)},
	}
}

func TestAScreenOfAScanIsOneScreen(t *testing.T) {
	t.Parallel()
	for _, suites := range [][]iana.Suite{{0xc02f}, parley.AllSuites(iana.TLS12)} {
		for _, more := range [][]iana.Version{nil, {iana.TLS10, iana.TLS11}} {
			var b bytes.Buffer
			if err := report.ScanHuman(&b, scanOf(suites, more...), report.Options{}); err != nil {
				t.Fatal(err)
			}
			lines := strings.Split(strings.TrimRight(b.String(), "\n"), "\n")
			if len(lines) > 40 {
				t.Errorf("%d lines, at most 40 are allowed:\n%s", len(lines), b.String())
			}
			for _, l := range lines {
				if utf8.RuneCountInString(l) > 80 {
					t.Errorf("longer than 80 columns: %s", l)
				}
			}
		}
	}
}

func TestAddressesThatAgreeAreOneAndOthersAreTold(t *testing.T) {
	t.Parallel()
	for more, want := range map[iana.Version]string{0: "at       192.0.2.7:443, 192.0.2.8:443", iana.TLS10: "but at   192.0.2.8:443"} {
		var vs []iana.Version
		if more != 0 {
			vs = append(vs, more)
		}
		var b bytes.Buffer
		if err := report.ScanHuman(&b, scanOf([]iana.Suite{0xc02f}, vs...), report.Options{}); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(b.String(), want) {
			t.Errorf("%v more: no %q in\n%s", more, want, b.String())
		}
	}
}

func TestTheJSONOfAScanKeepsTheContract(t *testing.T) {
	t.Parallel()
	schema := published(t, "scan.json")
	nothing := scanOf(nil)
	nothing.Exit, nothing.Endpoints = 3, nil
	for i, s := range []*report.Scan{scanOf([]iana.Suite{0xc02f, 0x009e}), scanOf([]iana.Suite{0xc02f}, iana.TLS10), nothing} {
		var b bytes.Buffer
		if err := report.ScanJSON(&b, s); err != nil {
			t.Fatal(err)
		}
		validate(t, schema, b.Bytes())
		agree := fmt.Sprintf(`"addresses_agree": "%s"`, []string{"yes", "no", "unknown"}[i])
		if !strings.Contains(b.String(), agree) {
			t.Errorf("no %s in\n%s", agree, b.String())
		}
	}
}
