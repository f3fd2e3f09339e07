package causes

import (
	"slices"
	"strings"

	"github.com/parley-tls/parley"
)

// asksUpgrade says that an upgrade was asked for by name, and did not come to TLS.
func (v *View) asksUpgrade() (proto string, ok bool) {
	if !v.Asked() || v.Answer.End != parley.EndPrologue {
		return "", false
	}
	for _, s := range v.Base.Prologue {
		if s.Kind == parley.StepStartTLS {
			return s.Text, true
		}
	}
	return "", false
}

// otherUpgrades proposes, where an upgrade was asked for in one protocol and the
// server speaks another, the upgrade of the one that its own words show; and where it
// said nothing, that of the port.
func (v *View) otherUpgrades() [][]parley.Change {
	asked, ok := v.asksUpgrade()
	if !ok {
		return nil
	}
	u, found := parley.UpgradeOnPort(v.Scope.Addr.Port())
	if name, _, _, spoke := v.speaker(); spoke {
		u, found = parley.UpgradeSpoken(name, v.Scope.Addr.Port())
	}
	if !found || u.Name == asked {
		return nil
	}
	return [][]parley.Change{{{Axis: parley.AxisPrologue, Op: parley.Replace, Text: "starttls " + u.Name}}}
}

// otherProtocol is the finding where the port upgrades in another protocol than the
// client asks it in.
func (v *View) otherProtocol() (parley.Finding, bool) {
	c, ok := v.Needs(parley.AxisPrologue)
	proto, isUpgrade := strings.CutPrefix(c.Text, "starttls ")
	asked, asks := v.asksUpgrade()
	if !ok || !isUpgrade || !asks || c.Op != parley.Replace || v.Proof.State != ProofProved && v.Proof.State != ProofOnce {
		return parley.Finding{}, false
	}
	f := v.Proven(v.Finding("plaintext.starttls-required", parley.ClientSide, parley.PhaseStartTLS, parley.Inferred), parley.AxisPrologue, parley.Inferred)
	f.Title = "the port upgrades to TLS in " + upgradeTitle(proto) + ", not in " + upgradeTitle(asked)
	if name, said, _, spoke := v.speaker(); spoke {
		f = asReasons(f, answered(name, said))
	}
	f = asReasons(f, alone(f, "The protocol of the upgrade"))
	f.Intents = []parley.Intent{{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.UseStartTLS, Text: proto,
		Plain: "speak " + upgradeTitle(proto) + " to this port (parley: --starttls " + proto + "), or take the port of " + upgradeTitle(asked)}}
	return f, true
}

// speaksOther says that what the server said is of another protocol than the one in
// which the upgrade was asked for.
func (v *View) speaksOther() (name, said string, ok bool) {
	asked, asks := v.asksUpgrade()
	name, said, _, spoke := v.speaker()
	if !asks || !spoke || name == "" {
		return "", "", false
	}
	if u, known := parley.UpgradeNamed(asked); known && u.Answers(name) {
		return "", "", false
	}
	return name, said, true
}

func upgradeTitle(proto string) string {
	if u, ok := parley.UpgradeNamed(proto); ok {
		return u.Title
	}
	return proto
}

// upgradeUnanswered is the finding of a cause that cannot tell, where nothing came back
// to an upgrade: how says how the server kept silent, as the end of the prologue has it.
func (v *View) upgradeUnanswered(id parley.CauseID, how ...string) (parley.Finding, bool) {
	asked, asks := v.asksUpgrade()
	detail := v.Reply().Detail
	ended := slices.ContainsFunc(how, func(p string) bool { return strings.HasPrefix(detail, p) })
	if !asks || !ended || v.said() || v.Proof.State == ProofProved || v.Proof.State == ProofOnce {
		return parley.Finding{}, false
	}
	f := v.Finding(id, parley.SideUnknown, parley.PhaseStartTLS, parley.Seen,
		sentence("the upgrade to TLS was asked for in "+upgradeTitle(asked)+": "+detail))
	f.WouldTell = []string{"the port in the server's settings, and which protocol it is of: --starttls NAME", "the server's log at this time"}
	return f, true
}
