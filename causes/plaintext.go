package causes

import (
	"slices"

	"github.com/parley-tls/parley"
)

// quietUpgrades are those whose servers say nothing, or close, when a hello
// comes first, and that run on ports of any number.
var quietUpgrades = []string{"postgres", "ldap"}

// tlsPorts and plainPorts are ports registered (IANA) or in general use for
// implicit TLS, and for a protocol in clear text, beside those of the upgrades.
var (
	tlsPorts   = []uint16{443, 853, 989, 993, 994, 2376, 5061, 5671, 5986, 6443, 6514, 8443, 8883, 9443}
	plainPorts = []uint16{22, 53, 80, 1883, 3128, 5672, 6379, 8000, 8080, 11211, 27017}
)

// plainSide is whose setting it is when TLS meets a peer that does not speak
// it: by the port, where the port says what is meant; else nobody can tell.
func (v *View) plainSide() parley.Side {
	port := v.Scope.Addr.Port()
	_, upgrades := parley.UpgradeOnPort(port)
	implicit := slices.ContainsFunc(parley.Upgrades(), func(u parley.Upgrade) bool { return u.TLSPort == port })
	switch {
	case port == 0:
	case implicit || slices.Contains(tlsPorts, port):
		return parley.ServerSide
	case upgrades || slices.Contains(plainPorts, port):
		return parley.ClientSide
	}
	return parley.SideUnknown
}

// speaker names what answers in clear text: protocol, its own words, and the
// reply that shows it.
func (v *View) speaker() (protocol, said string, r parley.Reply, ok bool) {
	r, ok = v.spoken()
	if !ok {
		return "", "", r, false
	}
	b := r.Plain
	if len(b) == 0 {
		b = r.Banner
	}
	protocol, said = parley.IdentifyPlain(b)
	return protocol, said, r, true
}

func startTLS(protocol string) parley.Change {
	return parley.Change{Axis: parley.AxisPrologue, Op: parley.Add, Text: "starttls " + protocol}
}

// upgradeTries proposes the upgrade command of the protocol that answers, or of
// those that do not answer a hello at all.
func upgradeTries(v *View) [][]parley.Change {
	if len(v.Base.Prologue) > 0 || !v.Asked() || v.Completes() {
		return nil
	}
	if p, _, _, ok := v.speaker(); ok {
		if u, ok := parley.UpgradeSpoken(p, v.Scope.Addr.Port()); ok {
			return [][]parley.Change{{startTLS(u.Name)}}
		}
		return nil
	}
	if !v.quiet() {
		return nil
	}
	var sets [][]parley.Change
	try := quietUpgrades
	if u, ok := parley.UpgradeOnPort(v.Scope.Addr.Port()); ok {
		try = []string{u.Name} // the port says what else to try
	}
	for _, u := range try {
		if u == "ldap" && v.AllEnd(parley.EndSilence) {
			continue // servers of LDAP close
		}
		sets = append(sets, []parley.Change{startTLS(u)})
	}
	return sets
}
