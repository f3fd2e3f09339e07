package causes

import (
	"slices"

	"github.com/parley-tls/parley"
)

// upgrades are the protocols that turn to TLS by a command, by the name that
// parley.IdentifyPlain gives them.
var upgrades = map[string]string{
	"SMTP": "smtp", "LMTP": "lmtp", "IMAP": "imap", "POP3": "pop3", "FTP": "ftp", "NNTP": "nntp", "XMPP": "xmpp",
	"ManageSieve": "sieve", "LDAP": "ldap", "PostgreSQL": "postgres", "MySQL": "mysql", "MariaDB": "mysql", "SMTP or FTP": "smtp",
}

// quietUpgrades are those whose servers say nothing, or close, when a hello
// comes first.
var quietUpgrades = []string{"postgres", "ldap"}

// tlsPorts and plainPorts are ports registered (IANA) or in general use for
// implicit TLS, and for a protocol that starts in clear text.
var (
	tlsPorts   = []uint16{443, 465, 563, 636, 853, 989, 990, 992, 993, 994, 995, 2376, 5061, 5223, 5671, 5986, 6443, 6514, 6697, 8443, 8883, 9443}
	plainPorts = []uint16{21, 22, 23, 25, 53, 80, 110, 119, 143, 389, 587, 1883, 3128, 3306, 4190, 5222, 5432, 5672, 6379, 8000, 8080, 11211, 27017}
)

// plainSide is whose setting it is when TLS meets a peer that does not speak
// it: by the port, where the port says what is meant; else nobody can tell.
func (v *View) plainSide() parley.Side {
	port := v.Scope.Addr.Port()
	switch {
	case slices.Contains(tlsPorts, port):
		return parley.ServerSide
	case slices.Contains(plainPorts, port):
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
		if u := upgrades[p]; u != "" {
			return [][]parley.Change{{startTLS(u)}}
		}
		return nil
	}
	if !v.quiet() {
		return nil
	}
	var sets [][]parley.Change
	for _, u := range quietUpgrades {
		if u == "ldap" && v.AllEnd(parley.EndSilence) {
			continue // servers of LDAP close
		}
		sets = append(sets, []parley.Change{startTLS(u)})
	}
	return sets
}
