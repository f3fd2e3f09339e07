package parley

import (
	"slices"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// The changes of this file leave the terms of a hello as they are and change
// its shape: size, cut, order. What stands between client and server judges a
// hello by these; a server that keeps to the RFCs does not.

// ToTheEnd is the Text of a change that moves an extension to the end of the hello.
const ToTheEnd = "last"

// PostQuantum returns the groups of the hello whose key shares make it larger
// than one segment, in its order: those with ML-KEM or Kyber in them.
func PostQuantum(h *wire.ClientHello) []iana.Group {
	groups := slices.Clone(h.Groups())
	for _, k := range h.KeyShares() {
		if !slices.Contains(groups, k.Group) {
			groups = append(groups, k.Group)
		}
	}
	return slices.DeleteFunc(groups, func(g iana.Group) bool {
		i, known := g.Info()
		return !known || i.Kind == iana.GroupECDHE || i.Kind == iana.GroupFFDHE
	})
}

// applyWay changes how the bytes of a hello travel.
func (c Change) applyWay(a *Attempt) {
	var sizes []int
	for _, v := range c.Values {
		sizes = append(sizes, int(v))
	}
	switch c.Axis {
	case AxisSegments:
		a.Split.Segments = sizes
	case AxisRecords:
		a.Split.Records = sizes
	case AxisRecordVersion:
		a.RecordVersion = iana.Version(first(sizes))
	case AxisMSS:
		a.MSS = first(sizes)
	case AxisTTL:
		if c.Op == Add {
			a.TTL.Peer = true
		} else {
			a.TTL.End = first(sizes)
		}
	}
}

func first(sizes []int) int {
	if len(sizes) == 0 {
		return 0
	}
	return sizes[0]
}

func (c Change) applyShape(h *wire.ClientHello) {
	switch c.Axis {
	case AxisSize:
		if len(c.Values) > 0 {
			resize(h, int(c.Values[0]))
		}
	case AxisOrder:
		reorder(h)
	case AxisGREASE:
		dropGREASE(h)
	}
}

// resize makes the message n bytes long, as far as that goes: it drops the
// post-quantum groups if it is longer, and pads.
func resize(h *wire.ClientHello, n int) {
	h.RemoveExtension(iana.ExtPadding)
	if large := PostQuantum(h); len(h.Message()) > n && len(large) > 0 {
		var values []uint16
		for _, g := range large {
			values = append(values, uint16(g))
		}
		Change{Axis: AxisGroup, Op: Remove, Values: values}.applyGroups(h)
	}
	pad(h, n)
}

// pad brings the message to n bytes with the padding extension (RFC 7685,
// Section 3), which takes four at least.
func pad(h *wire.ClientHello, n int) {
	h.RemoveExtension(iana.ExtPadding)
	if gap := n - len(h.Message()) - 4; gap >= 0 && !h.OmitExtensions {
		h.SetExtension(iana.ExtPadding, make([]byte, gap))
	}
}

// reorder lets neighbours change places among extensions, suites and signature
// schemes. The last extension stays, for some servers fail on an empty one, and
// suites of 1.3 stay before the others: what is selected is hardly another.
func reorder(h *wire.ClientHello) {
	swap(h.Extensions[:max(len(h.Extensions)-1, 0)])
	at := slices.IndexFunc(h.Suites, func(s iana.Suite) bool { return !s.TLS13() && !iana.IsGREASE(uint16(s)) })
	if at < 0 {
		at = len(h.Suites)
	}
	h.Suites = slices.Clone(h.Suites)
	swap(h.Suites[:at])
	swap(h.Suites[at:])
	if schemes := slices.Clone(h.Schemes()); len(schemes) > 0 {
		swap(schemes)
		h.SetSchemes(schemes)
	}
}

func swap[T any](x []T) {
	for i := 0; i+1 < len(x); i += 2 {
		x[i], x[i+1] = x[i+1], x[i]
	}
}

func moveLast(h *wire.ClientHello, t iana.ExtensionType) {
	i := slices.IndexFunc(h.Extensions, func(e wire.Extension) bool { return e.Type == t })
	if i >= 0 {
		e := h.Extensions[i]
		h.Extensions = append(slices.Delete(slices.Clone(h.Extensions), i, i+1), e)
	}
}

func dropGREASE(h *wire.ClientHello) {
	h.Suites = withoutGREASE(h.Suites)
	h.Extensions = slices.DeleteFunc(slices.Clone(h.Extensions), func(e wire.Extension) bool { return iana.IsGREASE(uint16(e.Type)) })
	if x := h.Groups(); x != nil {
		h.SetGroups(withoutGREASE(x))
	}
	if x := h.SupportedVersions(); x != nil {
		h.SetSupportedVersions(withoutGREASE(x))
	}
	if x := h.Schemes(); x != nil {
		h.SetSchemes(withoutGREASE(x))
	}
	if x := h.PSKModes(); x != nil {
		h.SetPSKModes(slices.DeleteFunc(x, isGREASEMode))
	}
	if x := h.ALPN(); x != nil {
		h.SetALPN(slices.DeleteFunc(x, isGREASEProtocol))
	}
	if x := h.KeyShares(); x != nil {
		h.SetKeyShares(slices.DeleteFunc(x, func(k wire.KeyShare) bool { return iana.IsGREASE(uint16(k.Group)) }))
	}
}

// isGREASEMode: the reserved values of one byte (RFC 8701, Section 2).
func isGREASEMode(m iana.PSKMode) bool { return m%0x1f == 0x0b }

// isGREASEProtocol: the reserved names of two bytes (RFC 8701, Section 2).
func isGREASEProtocol(p string) bool {
	return len(p) == 2 && iana.IsGREASE(uint16(p[0])<<8|uint16(p[1]))
}

// WithoutShare is the Text of a change that lists a group and sends no key share.
const WithoutShare = "without-key-share"

// applyField changes a field that no term stands in.
func (c Change) applyField(h *wire.ClientHello) {
	switch c.Axis {
	case AxisLegacyVersion:
		if len(c.Values) > 0 {
			h.LegacyVersion = iana.Version(c.Values[0])
		}
	case AxisKeyShare:
		shares := []wire.KeyShare{} // none of what stays: a retry is asked for
		for _, k := range h.KeyShares() {
			if c.Op == Add || c.Op == Remove && len(c.Values) > 0 && !slices.Contains(c.Values, uint16(k.Group)) {
				shares = append(shares, k)
			}
		}
		if c.Op != Remove {
			for _, v := range c.Values {
				shares = append(shares, blankShare(iana.Group(v)))
			}
		}
		h.SetKeyShares(shares)
	case AxisPSKMode:
		h.SetPSKModes(editBytes(c, h.PSKModes()))
	case AxisPointFormat:
		h.SetPointFormats(editBytes(c, h.PointFormats()))
	case AxisCompression:
		h.Compression = editBytes(c, h.Compression)
	case AxisSessionID:
		h.SessionID = nil
		if c.Op != Remove && len(c.Values) > 0 {
			h.SessionID = make([]byte, c.Values[0])
		}
	}
}

// editBytes is edit for code points of one byte.
func editBytes[T ~uint8](c Change, have []T) []T {
	wide := make([]uint16, len(have))
	for i, v := range have {
		wide[i] = uint16(v)
	}
	out := []T{}
	for _, v := range edit(c, wide) {
		out = append(out, T(v))
	}
	return out
}

func withoutGREASE[T ~uint16](x []T) []T {
	return slices.DeleteFunc(slices.Clone(x), func(v T) bool { return iana.IsGREASE(uint16(v)) })
}

// HasGREASE says whether a hello has reserved values in it (RFC 8701).
func HasGREASE(h *wire.ClientHello) bool {
	c := h.Clone()
	dropGREASE(c)
	return string(c.Body()) != string(h.Body())
}
