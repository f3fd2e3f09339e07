package policies

import (
	"strings"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

// Min is the policy that nothing below v is accepted, and v or something above
// it is: that one version is high enough does not make the lowest so.
func Min(v iana.Version) *Policy {
	return bound("--min "+v.String(), func(w iana.Version) bool { return w >= v })
}

// Max is the policy that nothing above v is accepted, and v or something below
// it is.
func Max(v iana.Version) *Policy {
	return bound("--max "+v.String(), func(w iana.Version) bool { return w <= v })
}

// Only is the policy that v is accepted, and nothing else.
func Only(v iana.Version) *Policy {
	return bound("--only "+v.String(), func(w iana.Version) bool { return w == v })
}

func bound(title string, within func(iana.Version) bool) *Policy {
	var in, out []iana.Version
	for _, v := range parley.AllVersions {
		if within(v) {
			in = append(in, v)
		} else {
			out = append(out, v)
		}
	}
	p := &Policy{Name: strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(title, "--"), " ", "-")), Title: title}
	if len(out) > 0 {
		p.Demands = append(p.Demands, Demand{
			ID: kinds[VersionsRefused].id, Clause: title, Check: Check{Kind: VersionsRefused, Versions: out},
		})
	}
	p.Demands = append(p.Demands, Demand{ID: kinds[VersionsOneOf].id, Clause: title, Check: Check{Kind: VersionsOneOf, Versions: in}})
	return p
}
