package parley

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// Axis is a dimension in which two hellos, or two sides' terms, can differ.
type Axis uint8

// The axes.
const (
	AxisUnknown Axis = iota
	AxisVersion
	AxisSuite
	AxisGroup
	AxisScheme
	AxisServerName
	AxisALPN
	AxisExtension
	AxisFallback // TLS_FALLBACK_SCSV (RFC 7507)
	AxisPrologue // what is said before the hello
	AxisProxy
	AxisCertificate
	AxisDH
	AxisFormat // the format of the hello: that of SSL 2, or a TLS record
	AxisClientCertificate
	AxisSize     // of the ClientHello message in bytes, with its header
	AxisSegments // how the bytes of the hello are cut into TCP segments
	AxisRecords  // how the hello is cut into records
	AxisOrder    // of what the hello lists, and nothing else of it
	AxisGREASE   // the reserved values (RFC 8701), wherever they stand
	AxisMSS      // the largest segment that the client says it takes
	AxisTTL      // how TTLs are watched: the hello stays as it is
	AxisRequest  // what is asked once the handshake is through
	AxisSession  // which session the hello resumes
	// What a hello says in a field that no term stands in.
	AxisLegacyVersion // legacy_version, and nothing with it
	AxisRecordVersion // of the record that the hello comes in
	AxisKeyShare      // the key shares; the groups stay
	AxisPSKMode
	AxisPointFormat
	AxisCompression
	AxisSessionID // its length in bytes
)

var axisNames = []string{"unknown", "version", "suite", "group", "scheme", "server_name", "alpn", "extension",
	"fallback", "prologue", "proxy", "certificate", "dh", "format", "client_certificate", "size", "segments", "records", "order", "grease", "mss", "ttl", "request", "session",
	"legacy_version", "record_version", "key_share", "psk_mode", "point_format", "compression", "session_id"}

// String returns the axis's word.
func (a Axis) String() string { return name(axisNames, int(a)) }

// MarshalText writes the axis's word.
func (a Axis) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (a *Axis) UnmarshalText(b []byte) error { return unname(axisNames, b, a, "axis") }

// Op is what a change does to an axis.
type Op uint8

// The operations. Replace puts Values or Text in the place of all there is.
const (
	OpUnknown Op = iota
	Add
	Remove
	Replace
)

var opNames = []string{"unknown", "add", "remove", "replace"}

// String returns the operation's word.
func (o Op) String() string { return name(opNames, int(o)) }

// MarshalText writes the operation's word.
func (o Op) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (o *Op) UnmarshalText(b []byte) error { return unname(opNames, b, o, "operation") }

// Change is one member of a change set: one term, and what the RFCs make
// mandatory with it, which Brings lists.
type Change struct {
	Axis   Axis     `json:"axis"`
	Op     Op       `json:"op"`
	Values []uint16 `json:"values,omitempty"` // code points of the axis
	Text   string   `json:"text,omitempty"`   // a server name, an ALPN protocol, a prologue
	Brings []string `json:"brings,omitempty"` // in transcript notation
	// Padded: the hello keeps its size, with padding for what went (RFC 7685).
	Padded bool `json:"padded,omitempty"`
}

// AddVersion, AddSuite, AddGroup and AddScheme are the changes that offer one
// value more.
func AddVersion(v iana.Version) Change {
	return Change{Axis: AxisVersion, Op: Add, Values: []uint16{uint16(v)}}
}

// AddSuite offers one cipher suite more.
func AddSuite(s iana.Suite) Change {
	return Change{Axis: AxisSuite, Op: Add, Values: []uint16{uint16(s)}}
}

// AddGroup offers one group more, in TLS 1.3 with its key share.
func AddGroup(g iana.Group) Change {
	return Change{Axis: AxisGroup, Op: Add, Values: []uint16{uint16(g)}}
}

// AddScheme offers one signature scheme more.
func AddScheme(s iana.Scheme) Change {
	return Change{Axis: AxisScheme, Op: Add, Values: []uint16{uint16(s)}}
}

// InTLSRecord sends a hello of SSL 2 format as a ClientHello in a TLS record,
// with the same offer.
var InTLSRecord = Change{Axis: AxisFormat, Op: Replace, Text: "TLS"}

// PresentThrowAway answers the server's request for a certificate with one that
// nobody trusts, in the place of none.
var PresentThrowAway = Change{Axis: AxisClientCertificate, Op: Replace, Text: ThrowAway.Name}

// PresentNone answers the server's request for a certificate with an empty
// Certificate, in the place of the one given.
var PresentNone = Change{Axis: AxisClientCertificate, Op: Remove}

// GetRoot goes through the handshake and asks for the root of an HTTP server.
var GetRoot = Change{Axis: AxisRequest, Op: Replace, Text: "GET /"}

// ResumeSession offers the ticket of the base's own last connection.
var ResumeSession = Change{Axis: AxisSession, Op: Replace, Text: "ticket"}

// FromSSL2 is the ClientHello that makes the offer of a hello in the format of
// SSL 2 (RFC 5246, Appendix E.2).
func FromSSL2(h *wire.SSL2ClientHello) *wire.ClientHello {
	out := &wire.ClientHello{
		LegacyVersion: min(h.Version, iana.TLS12), Compression: []iana.CompressionMethod{0}, OmitExtensions: true,
	}
	for _, k := range h.Kinds {
		if s, ok := k.Suite(); ok {
			out.Suites = append(out.Suites, s)
		}
	}
	return out
}

// String returns the change as a screen and a transcript write it:
// "+ version 1.2", "- server_name".
func (c Change) String() string {
	sign := map[Op]string{Add: "+", Remove: "-", Replace: "="}[c.Op]
	parts := []string{sign, c.Axis.String()}
	for _, v := range c.Values {
		parts = append(parts, c.Axis.valueName(v))
	}
	if c.Text != "" {
		parts = append(parts, c.Text)
	}
	if c.Padded {
		parts = append(parts, "padded")
	}
	return strings.Join(parts, " ")
}

func (a Axis) valueName(v uint16) string {
	switch a {
	case AxisVersion, AxisLegacyVersion, AxisRecordVersion:
		return iana.Version(v).String()
	case AxisSuite, AxisFallback:
		return iana.Suite(v).String()
	case AxisGroup, AxisKeyShare:
		return iana.Group(v).String()
	case AxisScheme:
		return iana.Scheme(v).String()
	case AxisExtension:
		return iana.ExtensionType(v).String()
	case AxisSegments, AxisRecords:
		if v == 0 {
			return "rest"
		}
		fallthrough
	case AxisSize, AxisMSS, AxisTTL, AxisSessionID:
		return strconv.Itoa(int(v))
	}
	return fmt.Sprintf("0x%04x", v)
}

// apply changes a in place. A change that the attempt cannot take (no hello)
// leaves it as it is, and then the variant has its base's id.
func (c Change) apply(a *Attempt) {
	switch c.Axis {
	case AxisPrologue:
		c.applyPrologue(a)
		return
	case AxisProxy:
		a.Scope.Via = c.Text
		return
	case AxisFormat:
		a.SSL2, a.RecordVersion = nil, iana.TLS10
		return
	case AxisClientCertificate:
		a.Until, a.Cert = max(a.Until, StopFinished), nil
		if c.Text == ThrowAway.Name {
			a.Cert = ThrowAway
		}
		return
	case AxisSegments, AxisRecords, AxisMSS, AxisTTL, AxisRecordVersion:
		c.applyWay(a)
		return
	case AxisSession:
		a.Resume = a.Hello != nil && c.Text != AsRecorded.Text
		return
	case AxisRequest:
		a.Until, a.Request = StopReply, request(c.Text, a.Scope)
		return
	}
	h := a.Hello
	if h == nil {
		return
	}
	if c.Padded {
		defer pad(h, len(h.Message()))
	}
	switch c.Axis {
	case AxisVersion:
		c.applyVersions(h)
	case AxisSuite, AxisFallback:
		c.applySuites(h)
	case AxisGroup:
		c.applyGroups(h)
	case AxisScheme:
		h.SetSchemes(edit(c, h.Schemes()))
	case AxisServerName:
		h.SetServerName(c.Text)
	case AxisALPN:
		c.applyALPN(h)
	case AxisExtension:
		c.applyExtensions(h)
	case AxisSize, AxisOrder, AxisGREASE:
		c.applyShape(h)
	case AxisLegacyVersion, AxisKeyShare, AxisPSKMode, AxisPointFormat, AxisCompression, AxisSessionID:
		c.applyField(h)
	}
}

// request is what is said in HTTP/1.1 for "GET /" (RFC 9112, Section 3.2).
func request(line string, s Scope) []byte {
	host := s.Name
	if host == "" {
		host = s.Addr.String()
	}
	return []byte(line + " HTTP/1.1\r\nHost: " + host + "\r\nUser-Agent: parley\r\nAccept: */*\r\nConnection: close\r\n\r\n")
}

func (c Change) applyPrologue(a *Attempt) {
	if c.Op == Remove {
		a.Prologue = nil
		return
	}
	kind, text, _ := strings.Cut(c.Text, " ")
	for k, n := range stepNames {
		if n == kind {
			if c.Op == Replace {
				a.Prologue = slices.DeleteFunc(slices.Clone(a.Prologue), func(s Step) bool { return s.Kind == StepKind(k) })
			}
			a.Prologue = append(a.Prologue, Step{Kind: StepKind(k), Text: text})
		}
	}
}

// applySuites offers or withdraws suites. The first suite with ECDHE brings
// the groups to do it with: without them current servers pass over it
// (RFC 8422, Section 4).
func (c Change) applySuites(h *wire.ClientHello) {
	h.Suites = edit(c, h.Suites)
	if c.Op == Remove || len(h.Groups()) > 0 {
		return
	}
	if slices.ContainsFunc(c.Values, func(v uint16) bool { i, ok := iana.Suite(v).Info(); return ok && i.Kx == iana.KxECDHE }) {
		h.OmitExtensions = false
		h.SetGroups(slices.Clone(TodayGroups))
		h.SetExtension(iana.ExtECPointFormats, []byte{1, 0})
	}
}

func (c Change) applyALPN(h *wire.ClientHello) {
	switch c.Op {
	case Remove:
		h.RemoveExtension(iana.ExtALPN)
	case Add:
		h.SetALPN(append(slices.Clone(h.ALPN()), c.Text))
	case Replace:
		h.SetALPN([]string{c.Text})
	}
}

func (c Change) applyExtensions(h *wire.ClientHello) {
	for _, v := range c.Values {
		t := iana.ExtensionType(v)
		switch {
		case c.Op == Remove:
			h.RemoveExtension(t)
		case c.Op == Replace && c.Text == ToTheEnd:
			moveLast(h, t)
		case t == iana.ExtPreSharedKey:
			setSharedKey(h)
		case t == iana.ExtRenegotiationInfo:
			h.SetExtension(t, []byte{0})
		case t == iana.ExtSignatureAlgorithms:
			h.SetSchemes(slices.Clone(TodaySchemes))
		case t == iana.ExtCompressCertificate:
			h.SetExtension(t, []byte{2, 0, 2}) // Brotli (RFC 8879, Section 7.3)
		default:
			h.SetExtension(t, nil)
		}
	}
}

// TodaySchemes are the signature schemes that a change brings when it adds
// signature_algorithms: what current clients offer, the commonest first.
var TodaySchemes = []iana.Scheme{0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601, 0x0603, 0x0807, 0x0203, 0x0201}

// TodayGroups are the groups that a change brings when it adds supported_groups.
var TodayGroups = []iana.Group{0x001d, 0x0017, 0x0018}

// TLS13Suites are the suites that a change to TLS 1.3 brings (RFC 8446, Section 9.1).
var TLS13Suites = []iana.Suite{0x1301, 0x1302, 0x1303}

// applyVersions offers or withdraws versions, with what the RFCs make
// mandatory: a higher legacy_version or supported_versions (RFC 8446, Section
// 4.2.1), for 1.2 signature_algorithms where the certificate is not signed
// with SHA-1 (RFC 5246, Section 7.4.1.4.1), for 1.3 its suites, groups, key
// share and signature_algorithms (RFC 8446, Section 9.2).
func (c Change) applyVersions(h *wire.ClientHello) {
	offered := OfferedVersions(h)
	vs := edit(c, offered)
	if len(vs) == 0 {
		return
	}
	slices.SortFunc(vs, newestFirst)
	top := vs[0]
	if i := slices.IndexFunc(vs, func(v iana.Version) bool { return !iana.TLS13.Before(v) }); i >= 0 {
		top = vs[i] // a version that is not known brings nothing
	}
	h.LegacyVersion = legacyOf(top)
	had := h.SupportedVersions() != nil
	switch {
	case had || top.TLS() == iana.TLS13 || !contiguous(vs, offered):
		// GREASE values of the original stay in front.
		var out []iana.Version
		for _, v := range h.SupportedVersions() {
			if iana.IsGREASE(uint16(v)) {
				out = append(out, v)
			}
		}
		h.SetSupportedVersions(append(out, vs...))
	}
	if c.Op == Remove || c.Op == Replace && len(vs) == 1 && top.TLS() < iana.TLS13 {
		if !slices.ContainsFunc(vs, func(v iana.Version) bool { return v.TLS() == iana.TLS13 }) {
			h.RemoveExtension(iana.ExtKeyShare)
			h.RemoveExtension(iana.ExtPSKKeyExchangeModes)
			h.RemoveExtension(iana.ExtEarlyData)
			h.RemoveExtension(iana.ExtPreSharedKey)
			h.RemoveExtension(iana.ExtCookie)
			h.RemoveExtension(iana.ExtSupportedVersions)
		}
		return
	}
	if !top.Before(iana.TLS12) {
		if len(h.Schemes()) == 0 {
			h.SetSchemes(slices.Clone(TodaySchemes))
		}
	}
	if top.TLS() == iana.TLS13 {
		c.bring13(h)
	}
}

func (c Change) bring13(h *wire.ClientHello) {
	if !slices.ContainsFunc(h.Suites, iana.Suite.TLS13) {
		h.Suites = append(slices.Clone(TLS13Suites), h.Suites...)
	}
	if len(h.Groups()) == 0 {
		h.SetGroups(slices.Clone(TodayGroups))
	}
	if len(h.KeyShares()) == 0 {
		h.SetKeyShares([]wire.KeyShare{blankShare(shareable(h.Groups()))})
	}
	if _, ok := h.Extension(iana.ExtPSKKeyExchangeModes); !ok {
		h.SetExtension(iana.ExtPSKKeyExchangeModes, []byte{1, 1})
	}
	if !slices.ContainsFunc(h.Schemes(), func(s iana.Scheme) bool { i, ok := s.Info(); return ok && i.TLS13 }) {
		h.SetSchemes(append(slices.Clone(TodaySchemes), h.Schemes()...))
	}
	if len(h.SessionID) == 0 && !h.LegacyVersion.IsDTLS() {
		h.SessionID = make([]byte, 32) // middlebox compatibility mode (RFC 8446, Appendix D.4)
	}
}

// blankShare is a share of the right length; the prober puts a fresh one in
// its place.
func blankShare(g iana.Group) wire.KeyShare {
	i, _ := g.Info()
	return wire.KeyShare{Group: g, Data: make([]byte, max(i.ClientShare, 1))}
}

// shareable picks the first group a key share can be made for.
func shareable(groups []iana.Group) iana.Group {
	for _, g := range groups {
		if slices.Contains(TodayGroups, g) || g == 0x0019 {
			return g
		}
	}
	return TodayGroups[0]
}

func (c Change) applyGroups(h *wire.ClientHello) {
	h.SetGroups(edit(c, h.Groups()))
	shares := h.KeyShares()
	if shares == nil && !h.Offers(iana.TLS13) && !h.Offers(iana.DTLS13) {
		return
	}
	if c.Op == Replace {
		shares = nil // of groups that the hello lists no more
	}
	for _, v := range c.Values {
		g := iana.Group(v)
		has := slices.ContainsFunc(shares, func(k wire.KeyShare) bool { return k.Group == g })
		switch {
		case c.Op == Remove:
			shares = slices.DeleteFunc(shares, func(k wire.KeyShare) bool { return k.Group == g })
		case !has && c.Text != WithoutShare:
			shares = append(shares, blankShare(g))
		}
	}
	h.SetKeyShares(shares)
}

// OfferedVersions are the versions a hello states, highest first: the
// supported_versions extension without GREASE, else its legacy_version alone
// (what lies below it is not stated).
func OfferedVersions(h *wire.ClientHello) []iana.Version {
	if vs := h.SupportedVersions(); vs != nil {
		return slices.DeleteFunc(slices.Clone(vs), func(v iana.Version) bool { return iana.IsGREASE(uint16(v)) })
	}
	return []iana.Version{h.LegacyVersion}
}

// contiguous says whether legacy_version alone can state vs: it names a
// maximum, so the change from was to vs must only raise or lower it.
func contiguous(vs, was []iana.Version) bool {
	return !iana.TLS12.Before(vs[0]) && (len(vs) == 1 || vs[0] != slices.MinFunc(was, newestFirst))
}

// newestFirst puts versions in order, the newest at the front; those of DTLS count
// downwards.
func newestFirst(a, b iana.Version) int { return cmp.Compare(b.TLS(), a.TLS()) }

func edit[T ~uint16](c Change, have []T) []T {
	out := slices.Clone(have)
	switch c.Op {
	case Replace:
		out = nil
		fallthrough
	case Add:
		for _, v := range c.Values {
			if !slices.Contains(out, T(v)) {
				out = append(out, T(v))
			}
		}
	case Remove:
		out = slices.DeleteFunc(out, func(x T) bool { return slices.Contains(c.Values, uint16(x)) })
	}
	return out
}
