package causes

import (
	"fmt"
	"slices"

	"github.com/parley-tls/parley"
)

var middleboxMTUBlackhole = &Cause{
	ID:    "middlebox.mtu-blackhole",
	Title: "large segments of the server are lost on the path",
	Meaning: "A tunnel or a line on the path takes smaller packets than both ends think, and the word about it (ICMP) is filtered. Short answers " +
		"arrive, a certificate chain does not: the hello seems to be met with silence. With smaller segments everything arrives.",
	Phase: parley.PhaseHello,
	Best:  parley.Proved,
	Mistaken: []Mistake{
		{For: "server.no-answer", Test: "short answers arrive"},
		{For: "middlebox.large-clienthello", Test: "the same hello completes when the server is told to send smaller segments"},
		{For: "version.intolerance", Test: "the same hello completes when the server is told to send smaller segments"},
	},
	Tries: func(v *View) [][]parley.Change {
		if !v.endedIn(parley.EndSilence) || v.Scope.Via != "" || !v.answersTLS() || len(v.Sets) > 0 || !v.variantTried() {
			return nil // likelier ones come first
		}
		return [][]parley.Change{{smallSegmentsBack}}
	},
	Asks: func(v *View) []parley.Ask {
		_, bySize := v.flippedBy(parley.AxisSize)
		_, byGroup := v.flippedBy(parley.AxisGroup)
		if !v.endedIn(parley.EndSilence) || v.Scope.Via != "" || !bySize && !byGroup {
			return nil
		}
		return []parley.Ask{v.once(smallSegmentsBack, "middlebox.mtu-blackhole")} // a smaller hello has a smaller answer
	},
	Find: func(v *View) []parley.Finding {
		if _, ok := v.flippedBy(parley.AxisMSS); ok {
			f := v.Finding("middlebox.mtu-blackhole", parley.PathSide, parley.PhaseHello, parley.Inferred,
				fmt.Sprintf("Told to send segments of at most %d bytes, the server completes: what it sends in larger ones does not arrive.", smallSegmentsBack.Values[0]))
			return []parley.Finding{v.Proven(f, parley.AxisMSS, parley.Inferred)}
		}
		short := v.shortAnswers()
		if _, tried := v.Variant(smallSegmentsBack); tried || v.flipped() || !v.endedIn(parley.EndSilence) || short == "" || !v.longLost() {
			return nil
		}
		f := v.Finding("middlebox.mtu-blackhole", parley.SideUnknown, parley.PhaseHello, parley.Inferred,
			"Short answers arrive ("+short+"), and hellos that lead to a long one are met with silence.")
		f.NotExcluded = []parley.CauseID{"version.intolerance"}
		f.WouldTell = []string{"ping -M do -s 1400 to the address, then with smaller sizes"}
		return []parley.Finding{f}
	},
	Explains: []parley.CauseID{"version.intolerance"},
	Fixes: []parley.Intent{
		{Side: parley.PathSide, Grade: parley.Best, Kind: parley.ClampSegments, Plain: "clamp the MSS to the path at the tunnel: nft add rule … tcp option maxseg size set rt mtu"},
		{Side: parley.PathSide, Grade: parley.Best, Kind: parley.ClampSegments, Plain: "let ICMP type 3 code 4, in IPv6 type 2, through every filter"},
		{Side: parley.ClientSide, Grade: parley.Bridge, Kind: parley.ClampSegments, Plain: "a smaller MTU on this machine's interface: ip link set dev eth0 mtu 1280"},
	},
	WillNotHelp: []string{"changing versions or suites on either side", "importing the certificate", "-k", "a longer timeout"},
	References:  []string{"RFC 2923, Section 2.1", "RFC 8899", "RFC 9293, Section 3.7.1"},
	Cases: []Case{
		{
			Name: "with smaller segments the server's flight arrives", Fires: parley.Proved, Side: parley.PathSide,
			Transcript: `
client openssl-3.0
server 192.0.2.7:443 shop.example

base x2
silence

reference all of 1.0
< Alert  fatal protocol_version(70)

base = mss 536 x2
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
`,
		},
		{
			Name: "short answers arrive, and the size of segments cannot be set", Fires: parley.Inferred, Side: parley.SideUnknown,
			Transcript: `
client openssl-3.0
server 192.0.2.7:443 shop.example

base
silence

reference all of 1.0
< Alert  fatal protocol_version(70)

reference all of 1.2
silence

base = mss 536
local error "the size of segments cannot be set here"

base = order
silence

base - version 1.3
silence
`,
		},
		{
			Name: "the hello is met with silence in segments of any size", Instead: "version.intolerance",
			Transcript: `
client openssl-3.0
server 192.0.2.7:443 shop.example

base x2
silence

base = mss 536
silence

base - version 1.3 x2
< ServerHello  version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
`,
		},
	},
}

// smallSegmentsBack tells the server to send segments that every path takes
// (RFC 9293, Section 3.7.1).
var smallSegmentsBack = parley.Change{Axis: parley.AxisMSS, Op: parley.Replace, Values: []uint16{536}}

// variantTried says that some variant of the base was tried.
func (v *View) variantTried() bool {
	return slices.ContainsFunc(v.E.Order, func(id parley.AttemptID) bool {
		return v.E.Attempts[id].Base == v.Base.ID && len(v.E.RepliesTo(id)) > 0
	})
}

// shortAnswers are the alerts that came back to hellos of this scope, in words.
func (v *View) shortAnswers() string {
	for _, h := range v.hellos() {
		if h.End == parley.EndAlert && h.Choice.Version == 0 {
			return h.Answer.Words()
		}
	}
	return ""
}

// longLost says that no long answer arrived, and two hellos that lead to one
// were met with silence.
func (v *View) longLost() bool {
	silent := 0
	for _, h := range v.hellos() {
		switch {
		case h.Completes():
			return false
		case h.End == parley.EndSilence && h.Role != parley.RoleVariant:
			silent++
		}
	}
	return silent >= 2 && !slices.ContainsFunc(v.Replies, func(r parley.Reply) bool { return r.First > 0 })
}
