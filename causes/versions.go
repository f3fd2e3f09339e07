package causes

import (
	"slices"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

// versionCause tells the version causes apart. All of them are one fact, that
// no version is offered and accepted; they differ in which side could mend it.
// want is the version whose offer flips the answer, or would.
func (v *View) versionCause() (id parley.CauseID, want iana.Version, ok bool) {
	if v.Completes() && v.ClientRefuses() == RefusesVersion {
		want = v.Answer.Choice.Version
		return v.tooLow(want), want, true
	}
	c, ok := v.Needs(parley.AxisVersion)
	if !ok || len(c.Values) == 0 || !v.Refused() {
		return "", 0, false
	}
	want = iana.Version(c.Values[0])
	switch {
	case c.Op == parley.Remove, c.Op == parley.Replace && slices.Contains(v.Offered(), want):
		return "version.intolerance", want, true
	case c.Op == parley.Replace:
		return v.tooLow(want), want, true
	}
	if v.SharesVersion() {
		return "", 0, false
	}
	offered := v.Offered()
	top, low := offered[0], offered[len(offered)-1]
	stated := v.Base.Hello.SupportedVersions() != nil
	accepted := v.ServerVersions()
	below := slices.ContainsFunc(accepted, func(x iana.Version) bool { return x.Before(low) })
	above := slices.ContainsFunc(accepted, func(x iana.Version) bool { return top.Before(x) })
	switch {
	case stated && below && above:
		return "version.gap", want, true
	case want.Before(low):
		return v.tooLow(want), want, true
	case !top.Before(iana.TLS12) && want.TLS() == iana.TLS13:
		return "version.server-tls13-only", want, true
	case v.Client != nil && slices.Contains(v.Client.Able, want):
		return "version.client-pinned", want, true
	}
	return "version.client-too-old", want, true
}

// bestAlone is the change by which the hello offers the newest version that the server
// is known to accept, and no other: for servers that end what mentions a newer one,
// where the version beside the others was tried and changed nothing. nil: that
// does not look so.
func (v *View) bestAlone() []parley.Change {
	accepted := v.ServerVersions()
	if len(accepted) == 0 || !v.Refused() || v.Answer.Unoffered || v.violates() || v.Base.SSL2 != nil {
		return nil
	}
	best, offered := accepted[len(accepted)-1], v.Offered()
	if best == iana.SSL2 || best.TLS() >= offered[0].TLS() || v.Server.Accepts[offered[0]].Accepted.Is == parley.Yes {
		return nil
	}
	less := parley.AddVersion(best)
	if slices.Contains(offered, best) {
		less = parley.Change{Axis: parley.AxisVersion, Op: parley.Remove, Values: []uint16{uint16(offered[0])}}
	}
	if ans, tried := v.Variant(less); !tried || !ans.Refused() || ans.Unoffered {
		return nil
	}
	return []parley.Change{{Axis: parley.AxisVersion, Op: parley.Replace, Values: []uint16{uint16(best)}}}
}

// onlyAlone is what to say where it took the version alone.
func (v *View) onlyAlone(want iana.Version) string {
	if c, _ := v.Needs(parley.AxisVersion); c.Op == parley.Replace {
		return "The server also ends every hello that offers more than " + want.String() + ", in place of selecting it."
	}
	return ""
}

// tooLow is the cause when the server's best lies below what the client goes
// through with: a policy where the client named has the version in its code.
func (v *View) tooLow(want iana.Version) parley.CauseID {
	if !v.Panel && v.Client != nil && slices.Contains(v.Client.Able, want) {
		return "version.policy-min"
	}
	return "version.server-too-old"
}

// versionFinding is the finding of the version cause id, if it is the one.
func (v *View) versionFinding(id parley.CauseID, side parley.Side, otherwise parley.Certainty, not ...parley.CauseID) (parley.Finding, iana.Version, bool) {
	got, want, ok := v.versionCause()
	if !ok || got != id {
		return parley.Finding{}, 0, false
	}
	f := v.Proven(v.Finding(id, side, parley.PhaseHello, otherwise), parley.AxisVersion, otherwise, not...)
	return asReasons(f, alone(f, "The version"), v.sent()), want, true
}

// toOffer is the fix of a client that does not offer a version: a setting where its code
// has the version, a newer release where it has not, and either where that is not known.
func (v *View) toOffer(want iana.Version) parley.Intent {
	in := parley.Intent{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.UpgradeClient, Versions: []iana.Version{want},
		Plain: "a release that offers " + want.String()}
	switch {
	case v.Client == nil || v.Client.Able == nil:
		in.Plain = "a release or a setting that offers " + want.String()
	case slices.Contains(v.Client.Able, want):
		in.Kind, in.Plain = parley.OfferVersions, "turn "+want.String()+" on"
	}
	return in
}

// meetAt12 is the way out of a server where 1.2 lies between what it accepts and what the
// client offers, and is in the client's code: to accept it, which RFC 9325 asks for, and
// to turn it on in the client. false: that is not so.
func (v *View) meetAt12() (parley.Intent, bool) {
	v12 := v.at(iana.TLS12)
	if v.Client == nil || !slices.Contains(v.Client.Able, v12) || slices.Contains(v.Offered(), v12) || v.Accepts(iana.TLS12) == parley.Yes {
		return parley.Intent{}, false
	}
	return parley.Intent{Side: parley.ServerSide, Grade: parley.Bridge, Kind: parley.AcceptVersions, Versions: []iana.Version{v12},
		Plain: "accept " + v12.String() + " as well (RFC 9325 asks servers to), and turn it on in " + v.Who()}, true
}

// acceptVersions is the fix of last resort on a server for a version that
// RFC 8996 or RFC 7568 forbids.
func acceptOld(want iana.Version) parley.Intent {
	return parley.Intent{
		Side: parley.ServerSide, Grade: parley.Bridge, Kind: parley.AcceptVersions, Versions: []iana.Version{want},
		Plain: "accepting " + want.String() + " would end it too, and re-enable for everyone what " + forbids(want) + " forbids",
	}
}

func forbids(v iana.Version) string {
	switch v {
	case iana.SSL2:
		return "RFC 6176"
	case iana.SSL3:
		return "RFC 7568"
	}
	return "RFC 8996"
}

func outdated(v iana.Version) bool { return v.Before(iana.TLS12) }
