package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

// serverTerms says what a server accepts and refuses, and what the answers leave open:
// "1.2 1.3 accepted, 1.0 1.1 refused by alert 70". Empty if nothing was asked.
func serverTerms(s *parley.Server) string {
	return strings.TrimPrefix(strings.Join(append([]string{settledTerms(s)}, openVersions(s)...), ", "), ", ")
}

// settledTerms says what a server accepts and refuses. Empty if nothing is known.
func settledTerms(s *parley.Server) string {
	var parts []string
	if yes := s.Versions(parley.Yes); len(yes) > 0 {
		parts = append(parts, versionList(yes)+" accepted")
	}
	if mixed := s.Versions(parley.Mixed); len(mixed) > 0 {
		parts = append(parts, versionList(mixed)+" accepted at times")
	}
	no := s.Versions(parley.No)
	for len(no) > 0 {
		why := s.Accepts[no[0]].Accepted.Why
		same := slices.DeleteFunc(slices.Clone(no), func(v iana.Version) bool { return s.Accepts[v].Accepted.Why != why })
		no = slices.DeleteFunc(no, func(v iana.Version) bool { return s.Accepts[v].Accepted.Why == why })
		parts = append(parts, versionList(same)+" "+refusal(why))
	}
	return strings.Join(parts, ", ")
}

// openVersions says of the versions that were asked for, and that the answers leave
// open, what came: "1.0 1.2 not known (alert 40 handshake_failure)".
func openVersions(s *parley.Server) (parts []string) {
	var whys []string
	by := map[string][]iana.Version{}
	for _, v := range s.Versions(parley.Unknown) {
		why, _, _ := strings.Cut(s.Accepts[v].Accepted.Why, ", and no version")
		if why == "" {
			continue
		}
		if by[why] == nil {
			whys = append(whys, why)
		}
		by[why] = append(by[why], v)
	}
	for _, why := range whys {
		parts = append(parts, versionList(by[why])+" "+notKnown(why))
	}
	return parts
}

// authTerms says what a server wants of the client's identity; empty for one
// that asks for nothing, and where nothing is known.
func authTerms(auth parley.AuthDemand) string {
	switch {
	case auth.Required.Is == parley.Yes:
		return "client certificate asked, required"
	case auth.Requested.Is == parley.Mixed || auth.Required.Is == parley.Mixed:
		return "client certificate asked or required at times"
	case auth.Requested.Is != parley.Yes:
		return ""
	case auth.Required.Is == parley.No:
		return "client certificate asked, optional"
	}
	return "client certificate asked"
}

func refusal(why string) string {
	switch {
	case strings.HasPrefix(why, "refused"):
		return why
	case why == "":
		return "refused"
	}
	_, words, ok := strings.Cut(why, ": ")
	if !ok {
		words = why
	}
	return "refused (" + words + ")"
}

func versionList(vs []iana.Version) string {
	out := make([]string, len(vs))
	for i, v := range vs {
		out[i] = v.String()
	}
	return strings.Join(out, " ")
}

// axisOf is the axis that a finding is about: that of its claim or its proof,
// else the family of its id.
func axisOf(f parley.Finding) parley.Axis {
	if f.Pair != nil && len(f.Pair.Changed) > 0 {
		return f.Pair.Changed[0].Axis
	}
	if len(f.Claim) > 0 {
		return f.Claim[0].Axis
	}
	family, _, _ := strings.Cut(string(f.Cause), ".")
	return families[family]
}

var families = map[string]parley.Axis{
	"version": parley.AxisVersion, "cipher": parley.AxisSuite, "group": parley.AxisGroup, "sigalg": parley.AxisScheme,
	"dh": parley.AxisDH, "extension": parley.AxisExtension, "renegotiation": parley.AxisExtension,
	"sni": parley.AxisServerName, "alpn": parley.AxisALPN, "plaintext": parley.AxisPrologue, "proxy": parley.AxisProxy,
}

// axisTerms says what a server accepts on an axis besides versions; empty if
// nothing is known.
func axisTerms(s *parley.Server, axis parley.Axis) string {
	var lists []string
	for _, v := range slices.Backward(s.Versions(parley.Yes)) {
		col := s.Accepts[v]
		var names []string
		switch axis {
		case parley.AxisSuite:
			names = namesOf(col.Suites)
		case parley.AxisGroup:
			names = namesOf(col.Groups)
		case parley.AxisScheme:
			names = namesOf(col.Schemes)
		case parley.AxisDH:
			if col.DHBits[1] > 0 {
				names = []string{fmt.Sprintf("DHE of %d bits", col.DHBits[0])}
			}
		}
		if len(names) > 3 {
			names = append(names[:2], fmt.Sprintf("%d more", len(names)-2))
		}
		if len(names) > 0 {
			lists = append(lists, v.String()+": "+strings.Join(names, ", "))
		}
	}
	if len(lists) == 1 {
		_, only, _ := strings.Cut(lists[0], ": ")
		return only
	}
	return strings.Join(lists, "; ")
}

func namesOf[T interface {
	~uint16
	fmt.Stringer
}](l parley.List[T]) []string {
	var out []string
	for _, id := range l.Yes() {
		out = append(out, id.String())
	}
	return out
}

// clientTerms says what the client in question offers, and what is known of it
// on the axis of the finding.
func (c *Check) clientTerms(axis parley.Axis) string {
	if c.Client == nil || len(c.Client.Hellos) == 0 {
		return ""
	}
	var parts []string
	if h := c.Client.Hellos[0].Message; h != nil {
		switch axis {
		case parley.AxisSuite, parley.AxisFallback:
			parts = append(parts, offered(h.Suites, "suite"))
		case parley.AxisGroup:
			parts = append(parts, offered(h.Groups(), "group"))
		case parley.AxisScheme:
			parts = append(parts, offered(h.Schemes(), "signature scheme"))
		case parley.AxisServerName:
			if name, ok := h.ServerName(); ok {
				parts = append(parts, "server_name="+name)
			} else {
				parts = append(parts, "no server_name")
			}
		case parley.AxisALPN:
			parts = append(parts, "ALPN "+strings.Join(h.ALPN(), " "))
		default:
			vs := parley.OfferedVersions(h)
			slices.Sort(vs)
			parts = append(parts, versionList(vs)+" offered")
		}
	}
	for _, n := range c.Client.Notes {
		if n.About == axis && axis != parley.AxisUnknown {
			parts = append(parts, n.Text+source(n.From))
			break
		}
	}
	return strings.Join(parts, "; ")
}

func offered[T interface {
	~uint16
	fmt.Stringer
}](ids []T, what string) string {
	if len(ids) == 0 {
		return "no " + what + " offered"
	}
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = id.String()
	}
	if len(names) > 3 {
		return fmt.Sprintf("%d %ss offered, %s first", len(names), what, names[0])
	}
	return strings.Join(names, ", ") + " offered"
}

// source writes where a fact comes from: " (Oracle, 2011)".
func source(s parley.Source) string {
	var parts []string
	for _, p := range []string{s.Document, s.File, s.Date} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, ", ") + ")"
}
