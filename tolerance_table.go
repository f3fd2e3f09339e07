package parley

import (
	"fmt"
	"slices"
	"strings"

	"github.com/parley-tls/parley/iana"
)

// Oddities are the odd hellos that the full depth of a scan sends, in the order
// in which they are told. An entry is all that one more takes: a planner asks it,
// the fold judges it, and a test of package scan then wants a fault of the lab that
// it finds.
var Oddities = []*Oddity{
	{
		ID: "version-1.2", Title: "a hello with the legacy_version of 1.2", RFC: "RFC 5246, Appendix E.1", Who: "every current client",
		To12: true, Changes: func(a Attempt) ([]Change, string) {
			if a.Hello.LegacyVersion >= iana.TLS12 {
				return nil, "it is the usual hello of this server"
			}
			return []Change{{Axis: AxisLegacyVersion, Op: Replace, Values: []uint16{uint16(iana.TLS12)}}}, ""
		},
	},
	{
		ID: "version-1.3", Title: "a hello that offers 1.3 beside what the server has", RFC: "RFC 8446, Section 4.2.1", Who: "every current client",
		Changes: func(a Attempt) ([]Change, string) {
			if a.Hello.Offers(iana.TLS13) {
				return nil, "it is the usual hello of this server"
			}
			return []Change{AddVersion(iana.TLS13)}, ""
		},
	},
	{
		ID: "version-1.4", Title: "a hello with a version above 1.3 in supported_versions", RFC: "RFC 8446, Section 4.2.1", Who: "the clients of the next version",
		With: "unknown", Changes: adds(AxisVersion, 0x0305),
	},
	{
		ID: "legacy-version-1.3", Title: "a hello with the legacy_version of 1.3 and no supported_versions", RFC: "RFC 8446, Section 4.2.1",
		To12: true, Refusal: RefusalAllowed, Changes: replaces(AxisLegacyVersion, 0x0304),
	},
	{
		ID: "legacy-version-1.3-alone", Title: "a hello with the legacy_version of 1.3 for a server of 1.3 alone", RFC: "RFC 8446, Section 4.2.1",
		Refusal: RefusalDue, Changes: func(a Attempt) ([]Change, string) {
			if vs := OfferedVersions(a.Hello); vs[len(vs)-1] < iana.TLS13 {
				return nil, "the server accepts older versions"
			}
			return []Change{
				{Axis: AxisLegacyVersion, Op: Replace, Values: []uint16{0x0304}},
				{Axis: AxisExtension, Op: Remove, Values: []uint16{uint16(iana.ExtSupportedVersions)}},
			}, ""
		},
	},
	{
		ID: "legacy-version-5.5", Title: "a hello with legacy_version 0x0505", RFC: "RFC 5246, Appendix E.1",
		To12: true, Refusal: RefusalAllowed, Changes: replaces(AxisLegacyVersion, 0x0505),
	},
	{
		ID: "record-version-3.0", Title: "a hello in a record of version 0x0300", RFC: "RFC 8446, Section 5.1", Who: "clients that also speak SSL 3",
		To12: true, With: "old", Changes: replaces(AxisRecordVersion, 0x0300),
	},
	{
		ID: "record-version-3.4", Title: "a hello in a record of version 0x0304", RFC: "RFC 8446, Section 5.1",
		Changes: replaces(AxisRecordVersion, 0x0304),
	},
	{
		ID: "record-version-3.255", Title: "a hello in a record of version 0x03ff", RFC: "RFC 8446, Section 5.1",
		Changes: replaces(AxisRecordVersion, 0x03ff),
	},
	{
		ID: "compression", Title: "a hello that offers two kinds of compression, one of them unknown", RFC: "RFC 5246, Section 7.4.1.2", Who: "clients of before 2012",
		To12: true, With: "old", Changes: replaces(AxisCompression, 0x40, 1, 0),
	},
	{
		ID: "session-id", Title: "a hello with a session ID that the server does not know", RFC: "RFC 5246, Section 7.4.1.2", Who: "every client that comes again",
		To12: true, With: "old", Changes: replaces(AxisSessionID, 32),
	},
	{
		ID: "no-session-id", Title: "a hello for 1.3 without a session ID", RFC: "RFC 8446, Appendix D.4", Who: "clients without compatibility mode",
		Changes: to13(func(Attempt) ([]Change, string) { return []Change{{Axis: AxisSessionID, Op: Remove}}, "" }),
	},
	{
		ID: "retry", Title: "a hello without a key share, then a second one", RFC: "RFC 8446, Section 4.1.4", Who: "clients that guess another group than the server wants",
		Changes: to13(func(Attempt) ([]Change, string) { return []Change{{Axis: AxisKeyShare, Op: Remove}}, "" }),
	},
	{
		ID: "grease-suite", Title: "a cipher suite reserved for GREASE", RFC: "RFC 8701, Section 3.1", Who: browsers,
		With: "grease", Changes: adds(AxisSuite, 0x1a1a),
	},
	{
		ID: "grease-version", Title: "a version reserved for GREASE", RFC: "RFC 8701, Section 3.1", Who: browsers,
		With: "grease", Changes: adds(AxisVersion, 0x2a2a),
	},
	{
		ID: "grease-group", Title: "a group reserved for GREASE", RFC: "RFC 8701, Section 3.1", Who: browsers,
		With: "grease", Changes: func(Attempt) ([]Change, string) {
			return []Change{{Axis: AxisGroup, Op: Add, Values: []uint16{0x3a3a}, Text: WithoutShare}}, ""
		},
	},
	{
		ID: "grease-key-share", Title: "a key share of a group reserved for GREASE", RFC: "RFC 8701, Section 3.1", Who: browsers,
		With: "grease", Changes: to13(adds(AxisGroup, 0x4a4a)),
	},
	{
		ID: "grease-scheme", Title: "a signature scheme reserved for GREASE", RFC: "RFC 8701, Section 3.1",
		With: "grease", Changes: func(a Attempt) ([]Change, string) {
			if len(a.Hello.Schemes()) == 0 {
				return nil, "the server accepts no version with signature_algorithms"
			}
			return []Change{AddScheme(0x5a5a)}, ""
		},
	},
	{
		ID: "grease-extension", Title: "an extension reserved for GREASE", RFC: "RFC 8701, Section 3.1", Who: browsers,
		With: "grease", Changes: adds(AxisExtension, 0x6a6a),
	},
	{
		ID: "grease-alpn", Title: "an application protocol reserved for GREASE", RFC: "RFC 8701, Section 3.1",
		With: "grease", Changes: protocol("\x7a\x7a"),
	},
	{
		ID: "grease-psk-mode", Title: "a PSK mode reserved for GREASE", RFC: "RFC 8701, Section 3.1",
		With: "grease", Changes: to13(adds(AxisPSKMode, 0x2a)),
	},
	{
		ID: "unknown-suite", Title: "a cipher suite that stands in no registry", RFC: "RFC 8446, Section 4.1.2", Who: "whoever tries a new one first",
		With: "unknown", Changes: adds(AxisSuite, 0xd0fe),
	},
	{
		ID: "unknown-group", Title: "a group that stands in no registry", RFC: "RFC 8446, Section 4.2.7", Who: "whoever tries a new one first",
		With: "unknown", Changes: func(Attempt) ([]Change, string) {
			return []Change{{Axis: AxisGroup, Op: Add, Values: []uint16{0x5d5e}, Text: WithoutShare}}, ""
		},
	},
	{
		ID: "unknown-scheme", Title: "a signature scheme that stands in no registry", RFC: "RFC 8446, Section 4.2.3", Who: "whoever tries a new one first",
		With: "unknown", Changes: func(a Attempt) ([]Change, string) {
			if len(a.Hello.Schemes()) == 0 {
				return nil, "the server accepts no version with signature_algorithms"
			}
			return []Change{AddScheme(0x0c1c)}, ""
		},
	},
	{
		ID: "unknown-extension", Title: "an extension that stands in no registry", RFC: "RFC 8446, Section 4.2", Who: "whoever tries a new one first",
		With: "unknown", Changes: adds(AxisExtension, 0x5d5d),
	},
	{
		ID: "unknown-alpn", Title: "an application protocol that nobody has", RFC: "RFC 7301, Section 3.2", Who: "whoever tries a new one first",
		With: "unknown", Changes: protocol("parley-test"),
	},
	{
		ID: "unknown-point-format", Title: "a point format that stands in no registry", RFC: "RFC 8422, Section 5.1.2",
		With: "unknown", Changes: adds(AxisPointFormat, 0x7d),
	},
	{
		ID: "compressed-certificate", Title: "a hello that takes compressed certificates", RFC: "RFC 8879, Section 3", Who: browsers,
		With: "unknown", Changes: adds(AxisExtension, uint16(iana.ExtCompressCertificate)),
	},
	{
		ID: "fallback-scsv", Title: "TLS_FALLBACK_SCSV beside the newest version", RFC: "RFC 7507, Section 3",
		With: "unknown", Changes: adds(AxisFallback, uint16(iana.SCSVFallback)),
	},
	{
		ID: "ml-kem", Title: "a key share of X25519MLKEM768", RFC: "RFC 8446, Section 4.2.8", Who: "every current browser",
		Changes: to13(func(a Attempt) ([]Change, string) {
			if slices.Contains(a.Hello.Groups(), iana.GroupX25519MLKEM768) {
				return nil, "it is the usual hello of this server"
			}
			return []Change{AddGroup(iana.GroupX25519MLKEM768)}, ""
		}),
	},
	{
		ID: "many-suites", Title: "a hello with more than 128 cipher suites", RFC: "RFC 5246, Section 7.4.1.2", Who: "clients that offer all that their library has",
		With: "long", Changes: manySuites,
	},
	{
		ID: "many-extensions", Title: "a hello with 40 extensions that stand in no registry", RFC: "RFC 8446, Section 4.2",
		With: "long", Changes: adds(AxisExtension, run(0x5e00, 40)...),
	},
	{
		ID: "large-hello", Title: "a hello of more than 1,460 bytes", RFC: "RFC 8446, Section 4", Who: "every current browser",
		With: "long", Changes: length(1600, 2400, 3200),
	},
	{
		ID: "large-hello-in-two-writes", Title: "a hello of more than 1,460 bytes in two segments", RFC: "RFC 8446, Section 5.1", Who: "every current browser",
		Changes: func(a Attempt) ([]Change, string) {
			c, why := length(1600, 2400, 3200)(a)
			return append(c, Change{Axis: AxisSegments, Op: Replace, Values: []uint16{1400, 0}}), why
		},
	},
	{
		ID: "two-segments", Title: "a hello whose first segment is short", RFC: "RFC 8446, Section 5.1", Who: "programs that hide the name from filters",
		Changes: replaces(AxisSegments, 70, 0),
	},
	{
		ID: "two-records", Title: "a hello of more than 16,384 bytes, in two records", RFC: "RFC 8446, Section 5.1",
		Changes: length(16700),
	},
	{
		ID: "records-of-64", Title: "a hello in records of 64 bytes", RFC: "RFC 8446, Section 5.1", Who: "programs that hide the name from filters",
		Changes: replaces(AxisRecords, 64),
	},
	{
		ID: "records-of-1", Title: "a hello in records of one byte", RFC: "RFC 8446, Section 5.1",
		Changes: replaces(AxisRecords, 1),
	},
	{
		ID: "empty-last-extension", Title: "a hello that ends with an empty extension", RFC: "RFC 8446, Section 4.2", Who: "old clients of several stacks",
		Changes: func(Attempt) ([]Change, string) {
			return []Change{{Axis: AxisExtension, Op: Replace, Values: []uint16{uint16(iana.ExtExtendedMasterSecret)}, Text: ToTheEnd}}, ""
		},
	},
	{
		ID: "length-256-to-511", Title: "a hello of 256 to 511 bytes", RFC: "RFC 7685, Section 1", Who: "clients that do not pad",
		Changes: length(300, 400, 509),
	},
	{
		ID: "length-0", Title: "a hello whose length is a multiple of 256", RFC: "RFC 7685, Section 1", Who: "clients that pad to 512 bytes",
		Changes: length(512, 768, 1024),
	},
	{
		ID: "length-10", Title: "a hello whose length is 10 over a multiple of 256", RFC: "RFC 7685, Section 1",
		Changes: length(522, 778, 1034),
	},
	{
		ID: "length-14", Title: "a hello whose length is 14 over a multiple of 256", RFC: "RFC 7685, Section 1",
		Changes: length(526, 782, 1038),
	},
	{
		ID: "name-in-capitals", Title: "the name in capitals", RFC: "RFC 6066, Section 3", Who: "programs that pass on what was typed",
		With: "unknown", Changes: named(strings.ToUpper),
	},
	{
		ID: "trailing-dot", Title: "the name with a dot at its end", RFC: "RFC 6066, Section 3", Who: "programs that pass on what was typed",
		Refusal: RefusalAllowed, Changes: named(func(n string) string { return strings.TrimSuffix(n, ".") + "." }),
	},
	{
		ID: "address-as-name", Title: "an IP address for a name", RFC: "RFC 6066, Section 3", Who: "programs that connect by address",
		Refusal: RefusalAllowed, Changes: func(Attempt) ([]Change, string) {
			return []Change{{Axis: AxisServerName, Op: Replace, Text: "192.0.2.1"}}, ""
		},
	},
	{
		ID: "only-unknown-suites", Title: "nothing but cipher suites that stand in no registry", RFC: "RFC 8446, Section 4.1.1",
		Refusal: RefusalDue, Changes: func(a Attempt) ([]Change, string) {
			c := Change{Axis: AxisSuite, Op: Replace}
			for _, s := range a.Hello.Suites { // with the second bytes of known ones, which is all that some compared
				c.Values = append(c.Values, 0xd100|uint16(s)&0xff)
			}
			return []Change{c}, ""
		},
	},
	{
		ID: "only-unknown-groups", Title: "nothing but groups that stand in no registry", RFC: "RFC 8446, Section 4.2.7",
		Refusal: RefusalDue, Changes: func(a Attempt) ([]Change, string) {
			return []Change{{Axis: AxisGroup, Op: Replace, Values: []uint16{0x5d5e, 0x5d5f}}}, ""
		},
	},
}

const browsers = "Chrome, Edge and Safari"

// manySuites offers registered suites, that of 1.3 and signals apart, until there
// are 160.
func manySuites(a Attempt) ([]Change, string) {
	c := Change{Axis: AxisSuite, Op: Add}
	for _, s := range iana.Suites() {
		if i, ok := s.Info(); ok && !i.SCSV && i.Kx != iana.KxTLS13 && i.Auth != iana.AuthAnon && !a.Hello.HasSuite(s) && len(a.Hello.Suites)+len(c.Values) < 160 {
			c.Values = append(c.Values, uint16(s))
		}
	}
	return []Change{c}, ""
}

func run(first uint16, n int) []uint16 {
	out := make([]uint16, n)
	for i := range out {
		out[i] = first + uint16(i)
	}
	return out
}

// refusal is what the refusal of the attempt's hello is worth.
func (o *Oddity) refusal(a Attempt, ans Answer) Refusal {
	switch {
	case ans.End == EndAlert && ans.Alert == iana.AlertInappropriateFallback && !a.Hello.Offers(iana.TLS13):
		return RefusalAllowed // the server says that it has a newer version, in which it is right
	case o.Refusal == RefusalUnknown:
		return RefusalWrong
	}
	return o.Refusal
}

// violation says what of an answer TLS does not have; empty: nothing is known.
func (o *Oddity) violation(a Attempt, r Reply, ans Answer) string {
	c, due := ans.Choice, o.refusal(a, ans) == RefusalDue
	switch {
	case ans.End == EndMalformed:
		return r.Detail
	case c.Version == iana.TLS13 && !a.Hello.Offers(iana.TLS13):
		return "selects 1.3, which the hello does not offer"
	case !ans.Accepted() && c.Version == 0:
		return ""
	}
	for _, change := range a.Changed {
		if change.Op == Remove {
			continue
		}
		at := map[Axis]uint16{AxisVersion: uint16(c.Version), AxisSuite: uint16(c.Suite), AxisGroup: uint16(c.Group), AxisScheme: uint16(c.Scheme)}
		got, counts := at[change.Axis]
		if counts && got != 0 && slices.Contains(change.Values, got) && unregistered(change.Axis, got) {
			return fmt.Sprintf("selects the %s %s, which stands in no registry", change.Axis, change.Axis.valueName(got))
		}
		if change.Axis == AxisALPN && c.ALPN == change.Text && (c.ALPN == "parley-test" || isGREASEProtocol(c.ALPN)) {
			return fmt.Sprintf("selects the protocol %q, which nobody has", c.ALPN)
		}
	}
	if i, _ := c.Suite.Info(); due && (o.ID != "only-unknown-groups" || i.Kx == iana.KxECDHE || c.Version == iana.TLS13) {
		return fmt.Sprintf("goes on with %v and %v, where a refusal is due", c.Version, c.Suite)
	}
	return ""
}

func unregistered(axis Axis, v uint16) bool {
	known := false
	switch axis {
	case AxisVersion:
		known = slices.Contains(AllVersions, iana.Version(v))
	case AxisSuite:
		_, known = iana.Suite(v).Info()
	case AxisGroup:
		_, known = iana.Group(v).Info()
	case AxisScheme:
		_, known = iana.Scheme(v).Info()
	}
	return !known
}
