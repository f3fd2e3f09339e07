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

// Lint is a requirement of public CAs that a leaf does not meet.
type Lint struct {
	ID     string // "validity"
	Clause string // of the CA/Browser Forum's Baseline Requirements, or an RFC
	Text   string
}

// requirement is one that can be held against a leaf. It binds what was issued
// since a day. Broken returns how it is not met; empty: it is.
type requirement struct {
	id, clause string
	since      time.Time
	broken     func(*pkix.Certificate) string
}

func since(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

// requirements are some of the Baseline Requirements for TLS Server
// Certificates, version 2.1, that a certificate alone shows to be broken.
var requirements = []requirement{
	{id: "validity", clause: "BR 6.3.2", since: since(2015, 4, 1), broken: tooLong},
	{id: "no-san", clause: "BR 7.1.2.7.12", since: since(2012, 7, 1), broken: func(c *pkix.Certificate) string {
		return when(c.Names == nil || len(c.Names.DNS)+len(c.Names.IPs) == 0, "subjectAltName names no server")
	}},
	{id: "common-name", clause: "BR 7.1.4.3", since: since(2012, 7, 1), broken: func(c *pkix.Certificate) string {
		return when(c.Subject.CN != "" && !slices.ContainsFunc(c.Covers(), func(n string) bool { return strings.EqualFold(n, c.Subject.CN) }),
			"the common name "+c.Subject.CN+" is not among the names")
	}},
	{id: "internal-name", clause: "BR 7.1.2.7.12", since: since(2015, 11, 1), broken: internalName},
	{id: "underscore", clause: "BR 7.1.2.7.12", since: since(2019, 4, 1), broken: func(c *pkix.Certificate) string {
		return named(c, "has an underscore", func(n string) bool { return strings.Contains(n, "_") })
	}},
	{id: "wildcard", clause: "BR 7.1.2.7.12", since: since(2012, 7, 1), broken: func(c *pkix.Certificate) string {
		return named(c, "has a wildcard in a place where none may be", func(n string) bool {
			rest := strings.TrimPrefix(n, "*.")
			return strings.Contains(rest, "*") || rest != n && !strings.Contains(rest, ".")
		})
	}},
	{id: "sha-1", clause: "BR 7.1.3.2", since: since(2016, 1, 1), broken: func(c *pkix.Certificate) string {
		return when(c.Signature.Digest == pkix.SHA1 || c.Signature.Digest == pkix.MD5, "it is signed with "+c.Signature.Digest.String())
	}},
	{id: "rsa-size", clause: "BR 6.1.5", since: since(2014, 1, 1), broken: func(c *pkix.Certificate) string {
		rsa := c.Key.Type == iana.KeyRSA || c.Key.Type == iana.KeyRSAPSS
		return when(rsa && c.Key.Bits > 0 && c.Key.Bits < 2048, fmt.Sprintf("its key has %d bits, less than 2048", c.Key.Bits))
	}},
	{id: "key-kind", clause: "BR 6.1.5", since: since(2012, 7, 1), broken: func(c *pkix.Certificate) string {
		switch {
		case c.Key.Type == 0 || c.Key.Type == iana.KeyRSA:
			return ""
		case c.Key.Type != iana.KeyECDSA:
			return "its key is of the kind " + c.Key.Type.String()
		}
		allowed := []iana.Group{0, iana.GroupSecp256r1, iana.GroupSecp384r1, iana.GroupSecp521r1}
		return when(!slices.Contains(allowed, c.Key.Group), "its key is of the group "+c.Key.Group.String())
	}},
	{id: "serial", clause: "BR 7.1.2.7", since: since(2016, 9, 30), broken: func(c *pkix.Certificate) string {
		switch {
		case c.Serial.Sign() <= 0:
			return "its serial number is not above zero"
		case c.Serial.BitLen() > 159:
			return "its serial number has more than 20 bytes"
		case c.Serial.BitLen() <= 48: // 64 random bits lose 16 of them once in 65,000 times
			return fmt.Sprintf("its serial number has %d bits, and 64 are to be random", c.Serial.BitLen())
		}
		return ""
	}},
	{id: "ext-key-usage", clause: "BR 7.1.2.7.10", since: since(2012, 7, 1), broken: func(c *pkix.Certificate) string {
		switch {
		case c.ExtKeyUsage == nil:
			return "extKeyUsage is missing"
		case !slices.Contains(c.ExtKeyUsage, "1.3.6.1.5.5.7.3.1"):
			return "extKeyUsage lacks serverAuth"
		}
		return when(slices.Contains(c.ExtKeyUsage, "2.5.29.37.0"), "extKeyUsage has anyExtendedKeyUsage")
	}},
	{id: "ca-leaf", clause: "BR 7.1.2.7.8", since: since(2012, 7, 1), broken: func(c *pkix.Certificate) string {
		return when(c.IsCA(), "the leaf has the CA flag")
	}},
	{id: "cert-sign", clause: "BR 7.1.2.7.11", since: since(2012, 7, 1), broken: func(c *pkix.Certificate) string {
		return when(c.KeyUsage != nil && *c.KeyUsage&(pkix.KeyCertSign|pkix.CRLSign) != 0, "keyUsage lets the leaf sign certificates or CRLs")
	}},
	{id: "authority-key-id", clause: "BR 7.1.2.7.6", since: since(2012, 7, 1), broken: func(c *pkix.Certificate) string {
		return when(c.AuthorityKeyID == nil, "authorityKeyIdentifier is missing")
	}},
}

// Requirements returns those that a leaf does not meet that were in force when it
// was issued.
func Requirements(c *pkix.Certificate) (out []Lint) {
	for _, r := range requirements {
		if c.NotBefore.IsZero() || c.NotBefore.Before(r.since) {
			continue
		}
		if text := r.broken(c); text != "" {
			out = append(out, Lint{ID: r.id, Clause: r.clause, Text: text})
		}
	}
	return out
}

// limits are the longest validity, in days, of what is issued since a day, the
// newest first.
var limits = []struct {
	since time.Time
	days  int
}{
	{since(2029, 3, 15), 47}, {since(2027, 3, 15), 100}, {since(2026, 3, 15), 200}, {since(2020, 9, 1), 398}, {since(2018, 3, 1), 825}, {since(2015, 4, 1), 1187},
}

func tooLong(c *pkix.Certificate) string {
	for _, l := range limits {
		if !c.NotBefore.Before(l.since) {
			return when(days(c) > l.days, fmt.Sprintf("it is valid for %d days, more than %d", days(c), l.days))
		}
	}
	return ""
}

func internalName(c *pkix.Certificate) string {
	if c.Names == nil {
		return ""
	}
	for _, ip := range c.Names.IPs {
		if ip = ip.Unmap(); ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast() || ip == netip.IPv4Unspecified() {
			return "it names the address " + ip.String() + ", which is nobody's alone"
		}
	}
	return named(c, "is the name of an internal server", Local)
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

func when(is bool, text string) string {
	if is {
		return text
	}
	return ""
}
