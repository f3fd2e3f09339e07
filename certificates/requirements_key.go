package certificates

import (
	"fmt"
	"slices"
	"strings"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/pkix"
)

// ofEvery are the requirements on keys, signatures and encodings, which leaves and
// CAs have in common.
var ofEvery = []requirement{
	{id: "sha-1", clause: "BR 7.1.3.2", since: since(2016, 1, 1), broken: func(c *pkix.Certificate) string {
		d := c.Signature.Digest
		return when(d == pkix.SHA1 || d == pkix.MD5 || d == pkix.MD2, "it is signed with "+d.String())
	}},
	{id: "rsa-size", clause: "BR 6.1.5", since: since(2014, 1, 1), broken: func(c *pkix.Certificate) string {
		return when(isRSA(c) && c.Key.Bits > 0 && c.Key.Bits < 2048, fmt.Sprintf("its key has %d bits, less than 2048", c.Key.Bits))
	}},
	{id: "rsa-size", clause: "BR 6.1.5", since: profiles, broken: func(c *pkix.Certificate) string {
		return when(isRSA(c) && c.Key.Bits >= 2048 && c.Key.Bits%8 != 0, fmt.Sprintf("its key has %d bits, which is no multiple of 8", c.Key.Bits))
	}},
	{id: "rsa-exponent", clause: "BR 6.1.6", since: since(2013, 1, 1), broken: func(c *pkix.Certificate) string {
		e := c.Key.Exponent
		return when(isRSA(c) && e != nil && (e.Bit(0) == 0 || e.BitLen() < 2), fmt.Sprintf("the exponent of its key is %v, and has to be odd and 3 or more", e))
	}},
	{id: "weak-key", clause: "BR 6.1.1.3", since: begin, broken: func(c *pkix.Certificate) string {
		why := c.Key.Broken()
		return when(why != "", "its private key can be computed: "+why)
	}},
	{id: "key-kind", clause: "BR 6.1.5", since: since(2014, 1, 1), broken: func(c *pkix.Certificate) string {
		switch c.Key.Type {
		case 0, iana.KeyRSA, iana.KeyRSAPSS:
			return ""
		case iana.KeyDSA: // was allowed for some years
			return when(!c.NotBefore.Before(profiles), "its key is of the kind DSA")
		case iana.KeyECDSA:
		default:
			return "its key is of the kind " + c.Key.Type.String()
		}
		allowed := []iana.Group{0, iana.GroupSecp256r1, iana.GroupSecp384r1, iana.GroupSecp521r1}
		return when(!slices.Contains(allowed, c.Key.Group), "its key is of the group "+c.Key.Group.String())
	}},
	{id: "key-kind", clause: "BR 7.1.3.1.1", since: profiles, broken: func(c *pkix.Certificate) string {
		return when(c.Key.Type == iana.KeyRSAPSS, "its RSA key is marked as one for PSS alone")
	}},
	{id: "key-point", clause: "BR 6.1.5", since: since(2014, 1, 1), broken: func(c *pkix.Certificate) string {
		bad := slices.ContainsFunc(c.Faults, func(f pkix.Fault) bool { return f.Kind == pkix.BadKey })
		return when(bad && c.Key.Type == iana.KeyECDSA && c.Key.Group != 0, "its key is no point of "+c.Key.Group.String())
	}},
	{id: "serial", clause: "BR 7.1.2", since: since(2016, 9, 30), broken: func(c *pkix.Certificate) string {
		switch {
		case c.Serial.Sign() <= 0:
			return "its serial number is not above zero"
		case c.Serial.BitLen() > 159:
			return "its serial number has more than 159 bits"
		case c.Serial.BitLen() <= 48: // 64 random bits lose 16 of them once in 65,000 times
			return fmt.Sprintf("its serial number has %d bits, and 64 are to be random", c.Serial.BitLen())
		}
		return ""
	}},
	{id: "version", clause: "BR 7.1.2", since: begin, broken: func(c *pkix.Certificate) string {
		return when(c.Version != 3, fmt.Sprintf("it is of version %d, and not 3", c.Version))
	}},
	{id: "time", clause: "RFC 5280, 4.1.2.5", since: begin, broken: func(c *pkix.Certificate) string {
		return faulty(c, pkix.BadTime, "its time is written in a form that is not allowed")
	}},
	{id: "algorithms", clause: "RFC 5280, 4.1.1.2", since: begin, broken: func(c *pkix.Certificate) string {
		return faulty(c, pkix.AlgorithmsDiffer, "it names two signature algorithms that differ")
	}},
	{id: "twice", clause: "RFC 5280, 4.2", since: begin, broken: func(c *pkix.Certificate) string {
		return faulty(c, pkix.DuplicateExtension, "an extension comes twice")
	}},
	{id: "string-type", clause: "BR 7.1.4.2", since: profiles, broken: func(c *pkix.Certificate) string {
		return when(len(c.Subject.OldStrings) > 0, "its subject has a string type that may be used no more: "+strings.Join(c.Subject.OldStrings, ", "))
	}},
	{id: "name-form", clause: "BR 7.1.4.1", since: profiles, broken: func(c *pkix.Certificate) string {
		return when(c.Subject.Several, "a part of its subject holds two attributes")
	}},
	{id: "crl-address", clause: "BR 7.1.2.11.2", since: profiles, broken: func(c *pkix.Certificate) string {
		return otherScheme("cRLDistributionPoints", c.CRLs)
	}},
	{id: "authority-info-access", clause: "BR 7.1.2.7.7 and 7.1.2.10.3", since: profiles, broken: func(c *pkix.Certificate) string {
		return firstOf(otherScheme("authorityInfoAccess", c.OCSP), otherScheme("authorityInfoAccess", c.IssuerURLs))
	}},
}

func isRSA(c *pkix.Certificate) bool {
	return c.Key.Type == iana.KeyRSA || c.Key.Type == iana.KeyRSAPSS
}

func faulty(c *pkix.Certificate, kind pkix.FaultKind, text string) string {
	return when(slices.ContainsFunc(c.Faults, func(f pkix.Fault) bool { return f.Kind == kind }), text)
}

// otherScheme says of the first address that is none of HTTP.
func otherScheme(where string, urls []string) string {
	i := slices.IndexFunc(urls, func(u string) bool { return !strings.HasPrefix(strings.ToLower(u), "http://") })
	if i < 0 {
		return ""
	}
	return where + " has an address that is not http: " + urls[i]
}

// ofCA are the requirements on the certificate of a CA that issues certificates of
// servers, or certifies another that does.
var ofCA = append([]requirement{
	{id: "basic-constraints", clause: "BR 7.1.2.10.4", since: profiles, broken: func(c *pkix.Certificate) string {
		return firstOf(when(!c.IsCA(), "it lacks the CA flag"), when(!critical(c, oidBasic), "basicConstraints is not critical"))
	}},
	{id: "key-usage", clause: "BR 7.1.2.10.7", since: profiles, broken: func(c *pkix.Certificate) string {
		const allowed = pkix.DigitalSignature | pkix.KeyCertSign | pkix.CRLSign
		switch {
		case c.KeyUsage == nil:
			return "keyUsage is missing"
		case *c.KeyUsage&pkix.KeyCertSign == 0 || *c.KeyUsage&pkix.CRLSign == 0:
			return "keyUsage lacks keyCertSign or cRLSign"
		case *c.KeyUsage&^allowed != 0:
			return "keyUsage has " + strings.Join((*c.KeyUsage&^allowed).Words(), ", ")
		}
		return when(!critical(c, oidKeyUsage), "keyUsage is not critical")
	}},
	{id: "ext-key-usage", clause: "BR 7.1.2.10.6", since: profiles, broken: func(c *pkix.Certificate) string {
		if !slices.Contains(c.ExtKeyUsage, serverAuth) {
			return "" // one that certifies an affiliated root may have none, or anyExtendedKeyUsage alone
		}
		return wrongPurpose(c)
	}},
	{id: "policies", clause: "BR 7.1.2.10.5", since: profiles, broken: func(c *pkix.Certificate) string {
		return when(c.Policies == nil, "certificatePolicies is missing")
	}},
	{id: "revocation", clause: "BR 7.1.2.11.2", since: profiles, broken: func(c *pkix.Certificate) string {
		return when(len(c.CRLs) == 0, "cRLDistributionPoints is missing")
	}},
	{id: "subject-key-id", clause: "RFC 5280, 4.2.1.2", since: begin, broken: func(c *pkix.Certificate) string {
		return when(c.SubjectKeyID == nil, "subjectKeyIdentifier is missing")
	}},
	{id: "authority-key-id", clause: "RFC 5280, 4.2.1.1", since: begin, broken: func(c *pkix.Certificate) string {
		return when(c.AuthorityKeyID == nil, "authorityKeyIdentifier is missing")
	}},
	{id: "ca-name", clause: "BR 7.1.2.10.2", since: profiles, broken: func(c *pkix.Certificate) string {
		return when(c.Subject.CN == "" || c.Subject.O == "", "its subject lacks commonName or organizationName")
	}},
}, ofEvery...)
