package check_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/check"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// allowed are the fields of a hello that a change on each axis may touch: the
// term itself, and what the RFCs make mandatory with it.
var allowed = map[parley.Axis][]string{
	parley.AxisVersion: {"legacy_version", "supported_versions", "signature_algorithms", "key_share", "supported_groups",
		"psk_key_exchange_modes", "legacy_session_id", "cipher_suites"},
	parley.AxisSuite:      {"cipher_suites", "supported_groups", "ec_point_formats"},
	parley.AxisFallback:   {"cipher_suites"},
	parley.AxisGroup:      {"supported_groups", "key_share"},
	parley.AxisScheme:     {"signature_algorithms"},
	parley.AxisServerName: {"server_name"},
	parley.AxisALPN:       {"application_layer_protocol_negotiation"},
	parley.AxisExtension:  {"signature_algorithms", "extended_master_secret"},
	parley.AxisPrologue:   {},
	parley.AxisProxy:      {},
	parley.AxisFormat:     {},
	// What is presented is no part of the hello.
	parley.AxisClientCertificate: {},
	parley.AxisSession:           {},
	parley.AxisSize:              {"supported_groups", "key_share", "padding"},
	parley.AxisSegments:          {},
	parley.AxisRecords:           {},
	parley.AxisMSS:               {},
	parley.AxisOrder:             {"extensions", "cipher_suites", "signature_algorithms"},
	parley.AxisGREASE: {"GREASE", "GREASE #2", "extensions", "cipher_suites", "supported_groups", "signature_algorithms",
		"key_share", "supported_versions"},
}

// samePairs compares the hellos of every proof field by field: they differ in
// what the proof says was changed, and each was run twice at least with the
// same answer, base and variant in turn.
func samePairs(t *testing.T, a *check.Answer) {
	t.Helper()
	for _, f := range a.Result.Findings {
		if f.Certainty != parley.Proved {
			continue
		}
		p := f.Pair
		if p == nil {
			t.Errorf("%s is proved without a pair", f.Cause)
			continue
		}
		if p.FailsAs[0] < 2 || p.FailsAs[0] != p.FailsAs[1] || p.WorksAs[0] < 2 || p.WorksAs[0] != p.WorksAs[1] {
			t.Errorf("%s: fails %v, works %v; want each twice at least, and always", f.Cause, p.FailsAs, p.WorksAs)
		}
		var may []string
		for _, c := range p.Changed {
			may = append(may, allowed[c.Axis]...)
			if c.Padded {
				may = append(may, "padding")
			}
			for _, v := range c.Values {
				if c.Axis == parley.AxisExtension {
					may = append(may, iana.ExtensionType(v).String())
				}
			}
		}
		base, variant := a.Evidence.Attempts[p.Fails], a.Evidence.Attempts[p.Works]
		if base.SSL2 != nil {
			base.Hello = parley.FromSSL2(base.SSL2)
		}
		for _, d := range wire.Diff(base.Hello, variant.Hello) {
			if d.Field == "extensions" && slices.Equal(without(d.A, may), without(d.B, may)) {
				continue // the order of the others is the same
			}
			if !slices.Contains(may, d.Field) {
				t.Errorf("%s: the pair is said to differ by %v and differs in %s: %s, %s", f.Cause, p.Changed, d.Field, d.A, d.B)
			}
		}
		interleaved(t, a, f)
	}
}

// without is a list of extension names less those that may differ.
func without(list string, may []string) []string {
	return slices.DeleteFunc(strings.Split(list, ","), func(n string) bool {
		return n == "" || n == "absent" || slices.Contains(may, n)
	})
}

// interleaved checks that base and variant took turns: no two runs of the
// variant without one of the base between them.
func interleaved(t *testing.T, a *check.Answer, f parley.Finding) {
	t.Helper()
	variant := f.Pair.Works
	if a.Evidence.Attempts[variant].Role != parley.RoleVariant {
		variant = f.Pair.Fails
	}
	var order []parley.AttemptID
	for _, r := range a.Evidence.Replies {
		if r.Attempt == f.Pair.Fails || r.Attempt == f.Pair.Works {
			order = append(order, r.Attempt)
		}
	}
	for i := 1; i < len(order); i++ {
		if order[i] == variant && order[i-1] == variant {
			t.Errorf("%s: the variant ran twice without the base between", f.Cause)
		}
	}
}
