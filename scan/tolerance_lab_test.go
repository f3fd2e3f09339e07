package scan

import (
	"maps"
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/lab"
	"github.com/parley-tls/parley/survey"
	"github.com/parley-tls/parley/target"
)

// trips are the odd hellos that a fault of the lab does not go on with, all of
// them: what it is not about is answered as ever. The lab's servers refuse a dot
// at the end of a name, as crypto/tls does.
var trips = map[string]oddly{
	"drop-large-segments":              {"large-hello": "refuses: no answer", "ml-kem": "refuses: no answer", "records-of-1": "refuses: no answer", "two-records": "refuses: no answer"},
	"ignore-groups":                    {"only-unknown-groups": "violates: answered with something malformed"},
	"ignore-hellos-of-256-to-511":      {"length-256-to-511": "refuses: no answer"},
	"ignore-hellos-with-1.3":           {"version-1.3": "refuses: no answer"},
	"refuse-129-suites":                {"many-suites": "refuses: alert 50 decode_error"},
	"refuse-addresses-as-names":        {"address-as-name": "refuses: alert 50 decode_error"},
	"refuse-capitals":                  {"name-in-capitals": "refuses: alert 112 unrecognized_name"},
	"refuse-compressed-certificates":   {"compressed-certificate": "refuses: alert 50 decode_error"},
	"refuse-empty-last-extension":      {"empty-last-extension": "refuses: alert 50 decode_error"},
	"refuse-fallback-from-the-newest":  {"fallback-scsv": "refuses: alert 86 inappropriate_fallback"},
	"refuse-grease":                    {"grease-alpn": "refuses: alert 50 decode_error", "grease-extension": "refuses: alert 50 decode_error", "grease-group": "refuses: alert 50 decode_error", "grease-key-share": "refuses: alert 50 decode_error", "grease-psk-mode": "refuses: alert 50 decode_error", "grease-scheme": "refuses: alert 50 decode_error", "grease-suite": "refuses: alert 50 decode_error", "grease-version": "refuses: alert 50 decode_error"},
	"refuse-hellos-over-16-kib":        {"two-records": "refuses: alert 47 illegal_parameter"},
	"refuse-hellos-with-1.3":           {"version-1.3": "refuses: alert 70 protocol_version"},
	"refuse-legacy-versions-above-1.2": {"legacy-version-1.3": "refuses: alert 70 protocol_version", "legacy-version-5.5": "refuses: alert 70 protocol_version"},
	"refuse-many-extensions":           {"many-extensions": "refuses: alert 50 decode_error"},
	"refuse-ml-kem":                    {"ml-kem": "refuses: alert 47 illegal_parameter"},
	"refuse-multiples-of-256":          {"length-0": "refuses: alert 50 decode_error"},
	"refuse-odd-record-versions":       {"record-version-3.0": "refuses: alert 70 protocol_version", "record-version-3.255": "refuses: alert 70 protocol_version", "record-version-3.4": "refuses: alert 70 protocol_version"},
	"refuse-offers-of-compression":     {"compression": "refuses: alert 47 illegal_parameter"},
	"refuse-second-segments":           {"large-hello-in-two-writes": "refuses: alert 50 decode_error", "two-segments": "refuses: alert 50 decode_error"},
	"refuse-short-first-segments":      {"two-segments": "refuses: alert 50 decode_error"},
	"refuse-some-lengths":              {"length-10": "refuses: alert 50 decode_error", "length-14": "refuses: alert 50 decode_error"},
	"refuse-split-hellos":              {"records-of-1": "refuses: alert 10 unexpected_message", "records-of-64": "refuses: alert 10 unexpected_message", "two-records": "refuses: alert 10 unexpected_message"},
	"refuse-tiny-records":              {"records-of-1": "refuses: alert 50 decode_error"},
	"refuse-trailing-dot":              {"trailing-dot": "refuses: alert 112 unrecognized_name"},
	"refuse-unknown-extensions":        {"grease-extension": "refuses: alert 110 unsupported_extension", "many-extensions": "refuses: alert 110 unsupported_extension", "unknown-extension": "refuses: alert 110 unsupported_extension"},
	"refuse-unknown-groups":            {"grease-group": "refuses: alert 47 illegal_parameter", "grease-key-share": "refuses: alert 47 illegal_parameter", "unknown-group": "refuses: alert 47 illegal_parameter"},
	"refuse-unknown-key-shares":        {"grease-key-share": "refuses: alert 47 illegal_parameter"},
	"refuse-unknown-point-formats":     {"unknown-point-format": "refuses: alert 47 illegal_parameter"},
	"refuse-unknown-protocols":         {"grease-alpn": "refuses: alert 47 illegal_parameter", "unknown-alpn": "refuses: alert 47 illegal_parameter"},
	"refuse-unknown-psk-modes":         {"grease-psk-mode": "refuses: alert 47 illegal_parameter"},
	"refuse-unknown-schemes":           {"grease-scheme": "refuses: alert 47 illegal_parameter", "unknown-scheme": "refuses: alert 47 illegal_parameter"},
	"refuse-unknown-sessions":          {"session-id": "refuses: alert 47 illegal_parameter"},
	"refuse-unknown-suites":            {"grease-suite": "refuses: alert 47 illegal_parameter", "unknown-suite": "refuses: alert 47 illegal_parameter"},
	"refuse-unknown-versions":          {"grease-version": "refuses: alert 70 protocol_version", "version-1.4": "refuses: alert 70 protocol_version"},
	"require-session-ids":              {"no-session-id": "refuses: alert 47 illegal_parameter"},
	"reset-hellos-above-1.0":           {"legacy-version-1.3": "refuses: reset", "legacy-version-5.5": "refuses: reset", "version-1.2": "refuses: reset", "version-1.3": "refuses: reset"},
	"reset-large-hellos":               {"large-hello": "refuses: reset", "large-hello-in-two-writes": "refuses: reset", "ml-kem": "refuses: reset", "records-of-1": "refuses: reset", "two-records": "refuses: reset"},
	"reset-second-hellos":              {"retry": "refuses: reset"},
	"select-1.3-by-legacy-version":     {"legacy-version-1.3-alone": "violates: answered with something malformed"},
	"select-by-the-second-byte":        {"only-unknown-suites": "violates: answered with something malformed"},
	"select-unknown-suites":            {"only-unknown-suites": "violates: closed without an alert", "unknown-suite": "violates: closed without an alert"},
	"serve-today":                      {},
	"signal-downgrade":                 {"version-1.3": "violates: answered with something malformed"},
}

func TestEveryOddHelloIsTrippedByAFault(t *testing.T) {
	l := lab.New()
	t.Cleanup(l.Close)
	tripped := map[parley.OddityID]bool{}
	for name, want := range trips {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, err := lab.Get(name)
			if err != nil {
				t.Fatal(err)
			}
			to, err := f.Start(t.Context(), l)
			if err != nil {
				t.Fatal(err)
			}
			q := target.Question{Text: to.Address, SNI: lab.Name}
			res, err := Run(t.Context(), Options{Question: q, Depth: survey.DepthFull, Dialer: &onlyLoopback{}})
			if err != nil {
				t.Fatal(err)
			}
			got := treatment(&res.Endpoints[0].Server)
			if got["trailing-dot"] == "refuses: alert 50 decode_error" {
				delete(got, "trailing-dot")
			}
			if !maps.Equal(got, want) {
				t.Errorf("\n got %#v\nwant %#v", got, want)
			}
			n, _ := oddAttempts(res.Evidence)
			t.Logf("%d connections, %v", n, res.Elapsed)
		})
		for id := range want {
			tripped[id] = true
		}
	}
	for _, o := range parley.Oddities {
		if !tripped[o.ID] {
			t.Errorf("no fault of the lab trips %s", o.ID)
		}
	}
}
