package causes

import (
	"cmp"
	"slices"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// sets are the change sets that the terms known suggest: those of Negotiate,
// and for each combination that the server was seen to go through with, what
// the base lacks of it. Smallest first; among equals, the axis that the alert
// speaks of, and the version nearest to the base's.
func (v *View) sets() [][]parley.Change {
	var out [][]parley.Change
	add := func(set []parley.Change) {
		set = v.Sendable(set)
		id := v.Base.With(set...).ID
		known := slices.ContainsFunc(out, func(s []parley.Change) bool { return v.Base.With(s...).ID == id })
		if len(set) > 0 && id != v.Base.ID && !known {
			out = append(out, set)
		}
	}
	for _, set := range v.Outcome.Unblock {
		add(set)
	}
	for _, g := range v.Server.Good {
		add(lacks(v.Base.Hello, g.Choice))
		if leaf := v.leafGroup(g.Choice); leaf != 0 {
			c := g.Choice
			c.Group = leaf
			add(lacks(v.Base.Hello, c))
		}
	}
	v.Rank(out)
	return out
}

// Sendable is a change set as it can be sent: what is changed in a hello of
// SSL 2 format goes out in a TLS record.
func (v *View) Sendable(set []parley.Change) []parley.Change {
	if v.Base.SSL2 == nil || slices.ContainsFunc(set, func(c parley.Change) bool { return c.Axis == parley.AxisFormat }) {
		return set
	}
	return append([]parley.Change{parley.InTLSRecord}, set...)
}

// leafGroup is the group of the certificate's key where a combination uses
// it and the base does not list it: below 1.3 such a certificate cannot be used
// (RFC 8422, Section 5.1). 0: that is not so.
func (v *View) leafGroup(c parley.Choice) iana.Group {
	i, ok := c.Suite.Info()
	if !ok || i.Auth != iana.AuthECDSA || !c.Version.Before(iana.TLS13) {
		return 0
	}
	groups := v.Base.Hello.Groups()
	for _, chain := range v.Server.Chains {
		if chain.Key == iana.KeyECDSA && chain.Group != 0 && len(groups) > 0 && !slices.Contains(groups, chain.Group) {
			return chain.Group
		}
	}
	return 0
}

// lacks is what a hello would have to offer more for a combination.
func lacks(h *wire.ClientHello, c parley.Choice) (set []parley.Change) {
	newVersion := !h.Offers(c.Version)
	if newVersion {
		set = append(set, parley.AddVersion(c.Version))
	}
	if c.Suite != 0 && !h.HasSuite(c.Suite) && !(newVersion && c.Version.TLS() == iana.TLS13) {
		set = append(set, parley.AddSuite(c.Suite))
	}
	groups := h.Groups()
	brought := newVersion && c.Version.TLS() == iana.TLS13 && slices.Contains(parley.TodayGroups, c.Group)
	if c.Group != 0 && c.DHBits == 0 && len(groups) > 0 && !slices.Contains(groups, c.Group) && !brought {
		set = append(set, parley.AddGroup(c.Group))
	}
	schemes := h.Schemes()
	if len(schemes) == 0 {
		schemes = parley.TodaySchemes // what a version more would bring
	}
	if c.Scheme != 0 && !c.Version.Before(iana.TLS12) && !slices.Contains(schemes, c.Scheme) {
		set = append(set, parley.AddScheme(c.Scheme))
	}
	return set
}

// spokenOf is the axis that each alert is about, where it is about one
// (RFC 8446, Section 6.2; RFC 7507; RFC 7301).
var spokenOf = map[iana.Alert]parley.Axis{
	iana.AlertProtocolVersion:       parley.AxisVersion,
	iana.AlertInappropriateFallback: parley.AxisFallback,
	iana.AlertUnrecognizedName:      parley.AxisServerName,
	iana.AlertNoApplicationProtocol: parley.AxisALPN,
	iana.AlertMissingExtension:      parley.AxisExtension,
}

// Rank sorts change sets, the one to try first at the front.
func (v *View) Rank(sets [][]parley.Change) {
	slices.SortStableFunc(sets, func(a, b []parley.Change) int {
		return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(v.far(a), v.far(b)))
	})
}

// far is how unlikely a set is to be the cause, given how the base was refused.
func (v *View) far(set []parley.Change) int {
	axis, spoken := spokenOf[v.Answer.Alert]
	d := 0
	for _, c := range set {
		switch {
		case spoken && v.Answer.End == parley.EndAlert && c.Axis == axis:
			// what the alert is about
		case c.Axis == parley.AxisVersion && c.Op == parley.Remove && v.endedIn(parley.EndRST, parley.EndFIN, parley.EndSilence):
			d += 9 // it is the newest thing in the hello
		case c.Axis == parley.AxisVersion:
			d += 20
		case c.Axis == parley.AxisServerName && v.endedIn(parley.EndRST, parley.EndSilence):
			d += 8 // what filters read first
		case shapes[c.Axis] > 0:
			d += shapes[c.Axis]
		case c.Padded:
			d += 6 // what is offered decides, and not the size
		case c.Axis == parley.AxisExtension && c.Op == parley.Remove:
			d += 40 // one of many
		default:
			d += 10
		}
		if n, _ := v.Name(); c.Axis == parley.AxisServerName && c.Text != "" && c.Text == usualName(n) {
			d-- // the same name
		}
		if c.Axis == parley.AxisVersion && len(c.Values) > 0 && v.Base.Hello != nil {
			d += distance(iana.Version(c.Values[0]), v.Offered())
		}
	}
	return d
}

// shapes is how soon changes of a hello's shape are tried: before others, for
// they leave what is offered as it is, and what tells most about the path first.
var shapes = map[parley.Axis]int{parley.AxisSegments: 5, parley.AxisSize: 7, parley.AxisGREASE: 8, parley.AxisOrder: 9, parley.AxisMSS: 4}

// distance counts the steps from a version to the nearest one offered.
func distance(x iana.Version, offered []iana.Version) int {
	best := len(parley.AllVersions)
	for _, o := range offered {
		d := slices.Index(parley.AllVersions, x.TLS()) - slices.Index(parley.AllVersions, o.TLS())
		best = min(best, max(d, -d))
	}
	return best
}
