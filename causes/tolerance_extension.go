package causes

import (
	"cmp"
	"slices"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

var toleranceExtension = &Cause{
	ID:    "tolerance.extension",
	Title: "the server fails on an extension it could pass over",
	Meaning: "A server must pass over extensions, groups and schemes that it does not know. This one, or something before it, refuses the hello for " +
		"one of them; what is new meets such servers first: ECH, ML-KEM, compressed certificates.",
	Phase: parley.PhaseHello,
	Best:  parley.Proved,
	Mistaken: []Mistake{
		{For: "tolerance.grease", Test: "the hello completes without one extension or group, with the reserved values in it"},
		{For: "tolerance.empty-last-extension", Test: "the extension alone decides, wherever it stands"},
		{For: "middlebox.large-clienthello", Test: "without the group, and padded to the same size, the hello completes"},
		{For: "middlebox.fingerprint-block", Test: "without the extension the hello completes, and in another order it does not"},
		{For: "version.intolerance", Test: "the hello completes with every version in it"},
	},
	Tries: func(v *View) [][]parley.Change {
		if !v.oddlyRefused() {
			return nil
		}
		var sets [][]parley.Change
		if ans, tried := v.padded(); tried && ans.Completes() {
			sets = append(sets, []parley.Change{v.sameSize()})
		}
		if next := v.nextSuspects(); len(next) > 0 && !v.endedIn(parley.EndSilence) {
			sets = append(sets, []parley.Change{{Axis: parley.AxisExtension, Op: parley.Remove, Values: next}})
		}
		return sets
	},
	Find: func(v *View) []parley.Finding {
		if c, ok := v.flippedBy(parley.AxisGroup); ok && c.Padded {
			return v.intolerant("tolerance.extension", true, list(groupsOf(c)))
		}
		c, ok := v.flippedBy(parley.AxisExtension)
		if !ok || c.Op != parley.Remove || len(c.Values) != 1 {
			return nil
		}
		return v.intolerant("tolerance.extension", true, "The extension "+iana.ExtensionType(c.Values[0]).String())
	},
	Fixes: []parley.Intent{
		{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.UpgradeServer, Plain: "a release or firmware that passes over extensions it does not know"},
		{Side: parley.PathSide, Grade: parley.Best, Kind: parley.UpgradeServer, Plain: "if a firewall inspects TLS before it, an update of that"},
		{Side: parley.ClientSide, Grade: parley.Bridge, Kind: parley.UseOtherClient, Plain: "a client that leaves it out, until then"},
	},
	WillNotHelp: []string{"importing the certificate", "-k", "another list of suites"},
	References:  []string{"RFC 8446, Section 4.2", "RFC 8446, Section 4.2.7", "RFC 8446, Section 9.3"},
	Cases: []Case{
		{
			Name: "without one extension the hello completes", Fires: parley.Proved, Side: parley.ServerSide,
			Transcript: `
client chrome
server 192.0.2.7:443 shop.example

base x2
< Alert  fatal decode_error(50)

base - extension compress_certificate x2
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
`,
		},
		{
			Name: "without ML-KEM it completes at the same size", Fires: parley.Proved, Side: parley.ServerSide,
			Transcript: `
client chrome
server 192.0.2.7:443 shop.example

base x2
< Alert  fatal illegal_parameter(47)

base = size 1000
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256

base - group X25519MLKEM768 padded x2
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
`,
		},
		{
			Name: "without the reserved values it completes", Instead: "tolerance.grease",
			Transcript: `
client chrome
server 192.0.2.7:443 shop.example

base x2
< Alert  fatal decode_error(50)

base - extension compress_certificate
< Alert  fatal decode_error(50)

base - grease x2
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
`,
		},
	},
}

// essential are the extensions without which a handshake means something else
// or cannot be: they are no suspects.
var essential = []iana.ExtensionType{
	iana.ExtServerName, iana.ExtSupportedGroups, iana.ExtECPointFormats, iana.ExtSignatureAlgorithms, iana.ExtSupportedVersions,
	iana.ExtKeyShare, iana.ExtPSKKeyExchangeModes, iana.ExtExtendedMasterSecret, iana.ExtRenegotiationInfo, iana.ExtPreSharedKey,
	iana.ExtALPN, iana.ExtPadding, iana.ExtCookie,
}

// suspects are the extensions that may be what the base fails for, in the order
// in which to try them: those that no hello that completes here had, the newest
// first, for what is new is what old servers have not met.
func (v *View) suspects() []uint16 {
	var out []uint16
	for _, e := range v.Base.Hello.Extensions {
		if iana.IsGREASE(uint16(e.Type)) || slices.Contains(essential, e.Type) {
			continue
		}
		had := func(h hello) bool {
			if h.Attempt.Hello == nil || !h.Completes() || h.Role == parley.RoleVariant {
				return false
			}
			_, ok := h.Attempt.Hello.Extension(e.Type)
			return ok
		}
		if !slices.ContainsFunc(v.hellos(), had) {
			out = append(out, uint16(e.Type))
		}
	}
	slices.SortFunc(out, func(a, b uint16) int { return cmp.Compare(b, a) })
	return out
}

// nextSuspects are the extensions to leave out next: half of those that are
// left after what was tried, for one of them is what the base fails for.
func (v *View) nextSuspects() []uint16 {
	left := v.suspects()
	for _, id := range v.E.Order {
		a := v.E.Attempts[id]
		ans, tried := v.To(a)
		if a.Base != v.Base.ID || !tried || len(a.Changed) != 1 || a.Changed[0].Axis != parley.AxisExtension || a.Changed[0].Op != parley.Remove {
			continue
		}
		left = slices.DeleteFunc(left, func(x uint16) bool { return slices.Contains(a.Changed[0].Values, x) != ans.Completes() })
	}
	return left[:(len(left)+1)/2]
}

func groupsOf(c parley.Change) []iana.Group {
	var out []iana.Group
	for _, g := range c.Values {
		out = append(out, iana.Group(g))
	}
	return out
}
