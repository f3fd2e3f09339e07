package certificates

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/pkix"
)

// ofLeaf are the requirements on the certificate of a server.
var ofLeaf = append([]requirement{
	{id: "validity", clause: "BR 6.3.2", since: since(2016, 6, 30), broken: tooLong},
	{id: "no-san", clause: "BR 7.1.2.7.12", since: begin, broken: func(c *pkix.Certificate) string {
		return when(c.Names == nil || len(c.Names.DNS)+len(c.Names.IPs) == 0, "subjectAltName names no server")
	}},
	{id: "san-kinds", clause: "BR 7.1.2.7.12", since: profiles, broken: func(c *pkix.Certificate) string {
		return when(c.Names != nil && len(c.Names.Emails)+len(c.Names.URIs)+c.Names.Others > 0, "subjectAltName has entries beside names and addresses of servers")
	}},
	{id: "san-critical", clause: "RFC 5280, 4.2.1.6; BR 7.1.2.7.12", since: profiles, broken: func(c *pkix.Certificate) string {
		empty := len(c.Subject.Raw) <= 2
		return firstOf(
			when(c.Names != nil && empty && !critical(c, oidNames), "its subject is empty, and subjectAltName is not critical"),
			when(c.Names != nil && !empty && critical(c, oidNames), "it has a subject, and subjectAltName is critical"))
	}},
	{id: "common-name", clause: "BR 7.1.4.3", since: begin, broken: func(c *pkix.Certificate) string {
		return when(c.Subject.CN != "" && !slices.ContainsFunc(c.Covers(), func(n string) bool { return strings.EqualFold(n, c.Subject.CN) }),
			"the common name "+c.Subject.CN+" is not among the names")
	}},
	{id: "internal-name", clause: "BR 7.1.2.7.12", since: since(2015, 11, 1), broken: internalName},
	{id: "underscore", clause: "BR 7.1.2.7.12", since: since(2019, 5, 1), broken: func(c *pkix.Certificate) string {
		return named(c, "has an underscore", func(n string) bool { return strings.Contains(n, "_") })
	}},
	{id: "wildcard", clause: "BR 7.1.2.7.12", since: begin, broken: func(c *pkix.Certificate) string {
		return named(c, "has a wildcard in a place where none may be", func(n string) bool {
			rest := strings.TrimPrefix(n, "*.")
			return strings.Contains(rest, "*") || rest != n && !strings.Contains(rest, ".")
		})
	}},
	{id: "dns-name", clause: "BR 7.1.2.7.12", since: profiles, broken: func(c *pkix.Certificate) string {
		return named(c, "is no name of the form that the DNS has for hosts", func(n string) bool { return !dnsForm(strings.TrimPrefix(n, "*.")) })
	}},
	{id: "organizational-unit", clause: "BR 7.1.2.7", since: since(2022, 9, 1), broken: func(c *pkix.Certificate) string {
		return when(c.Subject.OU != "", "its subject has an organizationalUnitName: "+c.Subject.OU)
	}},
	{id: "ext-key-usage", clause: "BR 7.1.2.7.10", since: begin, broken: func(c *pkix.Certificate) string {
		return when(c.ExtKeyUsage == nil, "extKeyUsage is missing")
	}},
	{id: "ext-key-usage", clause: "BR 7.1.2.7.10", since: profiles, broken: func(c *pkix.Certificate) string {
		switch {
		case c.ExtKeyUsage == nil:
			return ""
		case !slices.Contains(c.ExtKeyUsage, serverAuth):
			return "extKeyUsage lacks serverAuth"
		}
		return firstOf(wrongPurpose(c), when(critical(c, oidExtKeyUsage), "extKeyUsage is critical"))
	}},
	{id: "ca-leaf", clause: "BR 7.1.2.7.8", since: begin, broken: func(c *pkix.Certificate) string {
		return when(c.IsCA(), "the leaf has the CA flag")
	}},
	{id: "basic-constraints", clause: "BR 7.1.2.7.8", since: profiles, broken: func(c *pkix.Certificate) string {
		if c.Basic == nil || c.IsCA() {
			return ""
		}
		return firstOf(when(c.Basic.PathLen >= 0, "the leaf has a pathLenConstraint"), when(!critical(c, oidBasic), "basicConstraints is not critical"))
	}},
	{id: "name-constraints", clause: "BR 7.1.2.7.6", since: profiles, broken: func(c *pkix.Certificate) string {
		return when(has(c, oidConstraints), "the leaf has nameConstraints")
	}},
	{id: "cert-sign", clause: "BR 7.1.2.7.11", since: begin, broken: func(c *pkix.Certificate) string {
		return when(c.KeyUsage != nil && *c.KeyUsage&(pkix.KeyCertSign|pkix.CRLSign) != 0, "keyUsage lets the leaf sign certificates or CRLs")
	}},
	{id: "key-usage", clause: "BR 7.1.2.7.11", since: profiles, broken: leafUsage},
	{id: "policies", clause: "BR 7.1.2.7.9", since: profiles, broken: leafPolicies},
	{id: "authority-key-id", clause: "RFC 5280, 4.2.1.1; BR 7.1.2.7.6", since: begin, broken: func(c *pkix.Certificate) string {
		return when(c.AuthorityKeyID == nil, "authorityKeyIdentifier is missing")
	}},
	{id: "authority-info-access", clause: "BR 7.1.2.7.6", since: profiles, broken: func(c *pkix.Certificate) string {
		return when(!has(c, oidAccess), "authorityInfoAccess is missing")
	}},
	{id: "revocation", clause: "BR 7.1.2.11.2", since: since(2024, 3, 15), broken: func(c *pkix.Certificate) string {
		short := 10 // days, of a short-lived certificate (BR 1.6.1)
		if !c.NotBefore.Before(since(2026, 3, 15)) {
			short = 7
		}
		return when(len(c.OCSP)+len(c.CRLs) == 0 && days(c) > short, "it says of no place where its revocation would be told")
	}},
}, ofEvery...)

// limits are the longest validity, in days, of what is issued since a day, the
// newest first (BR 6.3.2). The longest 39 months have 1188 days, and until 2020 the
// last second was not counted.
var limits = []struct {
	since time.Time
	days  int
}{
	{since(2029, 3, 15), 47}, {since(2027, 3, 15), 100}, {since(2026, 3, 15), 200}, {since(2020, 9, 1), 398}, {since(2018, 3, 1), 825 + 1}, {since(2016, 6, 30), 1188 + 1},
}

func tooLong(c *pkix.Certificate) string {
	for _, l := range limits {
		if !c.NotBefore.Before(l.since) {
			return when(days(c) > l.days, fmt.Sprintf("it is valid for %d days, more than %d", days(c), l.days))
		}
	}
	return ""
}

// leafUsage looks at keyUsage, which depends on the kind of key.
func leafUsage(c *pkix.Certificate) string {
	if c.KeyUsage == nil {
		return ""
	}
	allowed := pkix.DigitalSignature | pkix.KeyCertSign | pkix.CRLSign // the last two are told by themselves
	switch c.Key.Type {
	case iana.KeyRSA, iana.KeyRSAPSS:
		allowed |= pkix.KeyEncipherment | pkix.DataEncipherment
	case iana.KeyECDSA:
		allowed |= pkix.KeyAgreement
	default:
		return ""
	}
	switch wrong := *c.KeyUsage &^ allowed; {
	case wrong != 0:
		return fmt.Sprintf("keyUsage has %s, which is not for %s keys", strings.Join(wrong.Words(), ", "), c.Key.Type)
	case c.Key.Type == iana.KeyECDSA && *c.KeyUsage&pkix.DigitalSignature == 0:
		return "keyUsage lacks digitalSignature"
	case *c.KeyUsage == 0:
		return "keyUsage has nothing in it"
	}
	return when(!critical(c, oidKeyUsage), "keyUsage is not critical")
}

// reserved are the policies that say how the holder was validated (BR 7.1.6.1).
var reserved = []string{"2.23.140.1.1", "2.23.140.1.2.1", "2.23.140.1.2.2", "2.23.140.1.2.3"}

func leafPolicies(c *pkix.Certificate) string {
	n := 0
	for _, p := range c.Policies {
		switch {
		case p == anyPolicy:
			return "certificatePolicies has anyPolicy"
		case slices.Contains(reserved, p):
			n++
		}
	}
	switch {
	case c.Policies == nil:
		return "certificatePolicies is missing"
	case n == 0:
		return "certificatePolicies does not say how the holder was validated"
	}
	return when(n > 1, "certificatePolicies says more than one kind of validation")
}

// reservedAddresses are blocks that are not everybody's to reach (IANA's registries
// of special-purpose addresses, as of 2026-11).
var reservedAddresses = prefixes("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.2.0/24",
	"192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4", "::/127", "64:ff9b:1::/48", "100::/64", "2001:2::/48",
	"2001:db8::/32", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10")

func prefixes(texts ...string) (out []netip.Prefix) {
	for _, t := range texts {
		out = append(out, netip.MustParsePrefix(t))
	}
	return out
}

func internalName(c *pkix.Certificate) string {
	if c.Names == nil {
		return ""
	}
	for _, ip := range c.Names.IPs {
		if ip = ip.Unmap(); slices.ContainsFunc(reservedAddresses, func(p netip.Prefix) bool { return p.Contains(ip) }) {
			return "it names the address " + ip.String() + ", which is nobody's alone"
		}
	}
	return named(c, "is the name of an internal server", func(n string) bool {
		// An onion service has its key in its name, and CAs issue for it (BR, Appendix B).
		return Local(n) && !strings.HasSuffix(strings.ToLower(n), ".onion")
	})
}

// localZones are those that the DNS does not have for everybody (RFC 6761, RFC
// 6762, RFC 7686, RFC 8375, RFC 9476).
var localZones = []string{"local", "localhost", "internal", "test", "invalid", "example", "onion", "alt", "home.arpa", "lan", "home", "corp", "intranet", "private", "localdomain"}

// Local says that a name is none of the public DNS: one label, or in a zone that
// is not everybody's.
func Local(name string) bool {
	name = strings.ToLower(strings.TrimSuffix(strings.TrimPrefix(name, "*."), "."))
	if !strings.Contains(name, ".") {
		return true
	}
	if _, err := netip.ParseAddr(strings.Trim(name, "[]")); err == nil {
		return true
	}
	return slices.ContainsFunc(localZones, func(z string) bool { return strings.HasSuffix(name, "."+z) })
}

// dnsForm says whether a name is made of labels of letters, digits and hyphens (RFC
// 5890, Section 2.3.1), none of them reserved but those of IDNA. Underscores and
// wildcards are told by themselves.
func dnsForm(name string) bool {
	if name == "" || len(name) > 253 {
		return false
	}
	for label := range strings.SplitSeq(name, ".") {
		switch {
		case label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-':
			return false
		case len(label) > 3 && label[2:4] == "--" && !strings.EqualFold(label[:2], "xn"):
			return false
		case strings.ContainsFunc(label, func(r rune) bool {
			return r != '-' && r != '_' && r != '*' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
		}):
			return false
		}
	}
	return true
}

// named says of the first name for which is holds what it says of it.
func named(c *pkix.Certificate, what string, is func(string) bool) string {
	if c.Names == nil {
		return ""
	}
	if i := slices.IndexFunc(c.Names.DNS, is); i >= 0 {
		return c.Names.DNS[i] + " " + what
	}
	return ""
}
