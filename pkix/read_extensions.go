package pkix

import (
	"bytes"
	"net/netip"
	"slices"
	"strings"
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/parley-tls/parley/iana"
)

// maxExtensions and maxNames bound what is kept of one certificate.
const (
	maxExtensions = 256
	maxNames      = 4096
)

// extension is how one is read: a name for faults, and the reader of its
// contents.
type extension struct {
	name string
	read func(*Certificate, *cryptobyte.String) bool
	// handled: clients know what it demands when it is critical.
	handled bool
}

// extensions are those that are read (RFC 5280, Section 4.2), or known and not
// read.
var extensions = map[string]extension{
	"2.5.29.14":               {name: "subjectKeyIdentifier", read: (*Certificate).readSubjectKeyID},
	"2.5.29.15":               {name: "keyUsage", read: (*Certificate).readKeyUsage, handled: true},
	"2.5.29.17":               {name: "subjectAltName", read: (*Certificate).readNames, handled: true},
	"2.5.29.19":               {name: "basicConstraints", read: (*Certificate).readBasic, handled: true},
	"2.5.29.30":               {name: "nameConstraints", read: (*Certificate).readConstraints, handled: true},
	"2.5.29.31":               {name: "cRLDistributionPoints", read: (*Certificate).readCRLs},
	"2.5.29.32":               {name: "certificatePolicies", read: (*Certificate).readPolicies, handled: true},
	"2.5.29.33":               {name: "policyMappings", handled: true},
	"2.5.29.35":               {name: "authorityKeyIdentifier", read: (*Certificate).readAuthorityKeyID},
	"2.5.29.36":               {name: "policyConstraints", handled: true},
	"2.5.29.37":               {name: "extKeyUsage", read: (*Certificate).readExtKeyUsage, handled: true},
	"2.5.29.54":               {name: "inhibitAnyPolicy", handled: true},
	"1.3.6.1.5.5.7.1.1":       {name: "authorityInfoAccess", read: (*Certificate).readAccess},
	"1.3.6.1.5.5.7.1.24":      {name: "tlsfeature", read: (*Certificate).readFeatures},
	"1.3.6.1.4.1.11129.2.4.2": {name: "signedCertificateTimestampList", read: (*Certificate).readSCTs},
}

// ExtensionName is the name of an extension by its object identifier, or that
// identifier.
func ExtensionName(oid string) string {
	if e, ok := extensions[oid]; ok {
		return e.name
	}
	return oid
}

func (c *Certificate) readExtensions(in cryptobyte.String) {
	var list cryptobyte.String
	if !in.ReadASN1(&list, asn1.SEQUENCE) {
		c.fault(BadExtension, "")
		return
	}
	seen := map[string]bool{}
	for count := 0; len(list) > 0 && count < maxExtensions; count++ {
		var ext, oid, value cryptobyte.String
		var critical bool
		if !list.ReadASN1(&ext, asn1.SEQUENCE) || !ext.ReadASN1(&oid, asn1.OBJECT_IDENTIFIER) {
			c.fault(BadExtension, "")
			return
		}
		if ext.PeekASN1Tag(asn1.BOOLEAN) {
			var b cryptobyte.String
			ext.ReadASN1(&b, asn1.BOOLEAN)
			if critical = len(b) == 1 && b[0] != 0; !critical {
				c.fault(DefaultEncoded, "critical")
			}
		}
		id := oidText(oid)
		if !ext.ReadASN1(&value, asn1.OCTET_STRING) {
			c.fault(BadExtension, ExtensionName(id))
			continue
		}
		if seen[id] {
			c.fault(DuplicateExtension, ExtensionName(id))
			c.Duplicates = append(c.Duplicates, id)
			continue
		}
		seen[id] = true
		c.Extensions = append(c.Extensions, id)
		if critical {
			c.Critical = append(c.Critical, id)
		}
		c.readExtension(id, critical, value)
	}
}

func (c *Certificate) readExtension(id string, critical bool, value cryptobyte.String) {
	e := extensions[id]
	if critical && !e.handled {
		c.UnknownCritical = append(c.UnknownCritical, id)
	}
	if e.read != nil && !e.read(c, &value) {
		c.fault(BadExtension, e.name)
	}
	if critical && c.Constraints != nil && e.name == "nameConstraints" {
		c.Constraints.Critical = true
	}
}

func (c *Certificate) readSubjectKeyID(in *cryptobyte.String) bool {
	var id cryptobyte.String
	if !in.ReadASN1(&id, asn1.OCTET_STRING) {
		return false
	}
	c.SubjectKeyID = id
	return len(*in) == 0
}

func (c *Certificate) readAuthorityKeyID(in *cryptobyte.String) bool {
	var set, id cryptobyte.String
	var has bool
	if !in.ReadASN1(&set, asn1.SEQUENCE) || !set.ReadOptionalASN1(&id, &has, asn1.Tag(0).ContextSpecific()) {
		return false
	}
	if has {
		c.AuthorityKeyID = id
	}
	return len(*in) == 0
}

func (c *Certificate) readKeyUsage(in *cryptobyte.String) bool {
	var b cryptobyte.String
	if !in.ReadASN1(&b, asn1.BIT_STRING) || len(b) < 1 {
		return false
	}
	var u KeyUsage
	for i := range keyUsageNames {
		if at := 1 + i/8; at < len(b) && b[at]&(0x80>>(i%8)) != 0 {
			u |= 1 << i
		}
	}
	c.KeyUsage = &u
	return len(*in) == 0
}

func (c *Certificate) readExtKeyUsage(in *cryptobyte.String) bool {
	var list cryptobyte.String
	if !in.ReadASN1(&list, asn1.SEQUENCE) {
		return false
	}
	c.ExtKeyUsage = []string{}
	for len(list) > 0 && len(c.ExtKeyUsage) < maxNames {
		var oid cryptobyte.String
		if !list.ReadASN1(&oid, asn1.OBJECT_IDENTIFIER) {
			return false
		}
		c.ExtKeyUsage = append(c.ExtKeyUsage, oidText(oid))
	}
	return len(*in) == 0 && len(c.ExtKeyUsage) > 0
}

func (c *Certificate) readBasic(in *cryptobyte.String) bool {
	var set cryptobyte.String
	if !in.ReadASN1(&set, asn1.SEQUENCE) {
		return false
	}
	b := &Basic{PathLen: -1}
	c.Basic = b
	if set.PeekASN1Tag(asn1.BOOLEAN) {
		var v cryptobyte.String
		set.ReadASN1(&v, asn1.BOOLEAN)
		if b.CA = len(v) == 1 && v[0] != 0; !b.CA {
			c.fault(DefaultEncoded, "basicConstraints")
		}
	}
	if len(set) > 0 {
		var n int
		if !set.ReadASN1Integer(&n) || n < 0 {
			return false
		}
		b.PathLen = n
	}
	return len(set) == 0 && len(*in) == 0
}

// readPolicies reads certificatePolicies, without what qualifies them (RFC 5280,
// Section 4.2.1.4).
func (c *Certificate) readPolicies(in *cryptobyte.String) bool {
	var list cryptobyte.String
	if !in.ReadASN1(&list, asn1.SEQUENCE) {
		return false
	}
	c.Policies = []string{}
	for len(list) > 0 && len(c.Policies) < maxNames {
		var info, oid cryptobyte.String
		if !list.ReadASN1(&info, asn1.SEQUENCE) || !info.ReadASN1(&oid, asn1.OBJECT_IDENTIFIER) {
			return false
		}
		c.Policies = append(c.Policies, oidText(oid))
	}
	return len(*in) == 0 && len(c.Policies) > 0
}

func (c *Certificate) readFeatures(in *cryptobyte.String) bool {
	var list cryptobyte.String
	if !in.ReadASN1(&list, asn1.SEQUENCE) {
		return false
	}
	for len(list) > 0 && len(c.TLSFeatures) < maxNames {
		var n int
		if !list.ReadASN1Integer(&n) || n < 0 || n > 0xffff {
			return false
		}
		c.TLSFeatures = append(c.TLSFeatures, iana.ExtensionType(n))
	}
	return len(*in) == 0
}

func (c *Certificate) readSCTs(in *cryptobyte.String) bool {
	var octets, list, one cryptobyte.String
	c.SCTs = in.ReadASN1(&octets, asn1.OCTET_STRING) && len(octets) > 2
	c.sctList = octets
	if !octets.ReadUint16LengthPrefixed(&list) {
		return c.SCTs
	}
	for list.ReadUint16LengthPrefixed(&one) {
		var version uint8
		var milliseconds uint64
		if !one.ReadUint8(&version) || version != 0 || !one.Skip(32) || !one.ReadUint64(&milliseconds) || milliseconds > maxMilliseconds {
			continue // of a later version (RFC 6962, Section 3.2)
		}
		if at := time.UnixMilli(int64(milliseconds)).UTC(); c.Logged.IsZero() || at.Before(c.Logged) {
			c.Logged = at
		}
	}
	return c.SCTs
}

// maxMilliseconds bounds the times that are read: the end of the year 9999.
const maxMilliseconds = 253402300799999

// readAccess reads authorityInfoAccess (RFC 5280, Section 4.2.2.1).
func (c *Certificate) readAccess(in *cryptobyte.String) bool {
	var list cryptobyte.String
	if !in.ReadASN1(&list, asn1.SEQUENCE) {
		return false
	}
	for count := 0; len(list) > 0 && count < maxNames; count++ {
		var entry, oid, value cryptobyte.String
		var tag asn1.Tag
		if !list.ReadASN1(&entry, asn1.SEQUENCE) || !entry.ReadASN1(&oid, asn1.OBJECT_IDENTIFIER) ||
			!entry.ReadAnyASN1(&value, &tag) {
			return false
		}
		if tag != tagURI {
			continue
		}
		switch oidText(oid) {
		case "1.3.6.1.5.5.7.48.2":
			c.IssuerURLs = append(c.IssuerURLs, clean(latin(value)))
		case "1.3.6.1.5.5.7.48.1":
			c.OCSP = append(c.OCSP, clean(latin(value)))
		}
	}
	return len(*in) == 0
}

// readCRLs reads the addresses of cRLDistributionPoints (RFC 5280, Section
// 4.2.1.13): DistributionPoint, its name, the full one, URIs in it.
func (c *Certificate) readCRLs(in *cryptobyte.String) bool {
	var list cryptobyte.String
	if !in.ReadASN1(&list, asn1.SEQUENCE) {
		return false
	}
	tag0 := asn1.Tag(0).Constructed().ContextSpecific()
	for count := 0; len(list) > 0 && count < maxNames; count++ {
		var point, name, full, value cryptobyte.String
		var has bool
		var tag asn1.Tag
		if !list.ReadASN1(&point, asn1.SEQUENCE) || !point.ReadOptionalASN1(&name, &has, tag0) {
			return false
		}
		if !has || !name.ReadOptionalASN1(&full, &has, tag0) || !has {
			continue
		}
		for len(full) > 0 && len(c.CRLs) < maxNames {
			if !full.ReadAnyASN1(&value, &tag) {
				return false
			}
			if tag == tagURI {
				c.CRLs = append(c.CRLs, clean(latin(value)))
			}
		}
	}
	return true
}

// The tags of GeneralName (RFC 5280, Section 4.2.1.6).
const (
	tagEmail = asn1.Tag(1 | 0x80)
	tagDNS   = asn1.Tag(2 | 0x80)
	tagURI   = asn1.Tag(6 | 0x80)
	tagIP    = asn1.Tag(7 | 0x80)
)

func (c *Certificate) readNames(in *cryptobyte.String) bool {
	var list cryptobyte.String
	if !in.ReadASN1(&list, asn1.SEQUENCE) {
		return false
	}
	n := &Names{}
	c.Names = n
	for count := 0; len(list) > 0 && count < maxNames; count++ {
		var value cryptobyte.String
		var tag asn1.Tag
		if !list.ReadAnyASN1(&value, &tag) {
			return false
		}
		switch tag {
		case tagDNS:
			if bytes.ContainsFunc(value, func(r rune) bool { return r <= ' ' || r >= 0x7f }) || len(value) == 0 {
				c.fault(BadName, clean(latin(value)))
			}
			n.DNS = append(n.DNS, clean(latin(value)))
		case tagIP:
			ip, ok := netip.AddrFromSlice(value)
			if !ok {
				c.fault(BadName, "iPAddress")
				continue
			}
			n.IPs = append(n.IPs, ip)
		case tagEmail:
			n.Emails = append(n.Emails, clean(latin(value)))
		case tagURI:
			n.URIs = append(n.URIs, clean(latin(value)))
		default:
			n.Others++
		}
	}
	return len(*in) == 0
}

func (c *Certificate) readConstraints(in *cryptobyte.String) bool {
	var set, permitted, excluded cryptobyte.String
	var hasPermitted, hasExcluded bool
	if !in.ReadASN1(&set, asn1.SEQUENCE) ||
		!set.ReadOptionalASN1(&permitted, &hasPermitted, asn1.Tag(0).Constructed().ContextSpecific()) ||
		!set.ReadOptionalASN1(&excluded, &hasExcluded, asn1.Tag(1).Constructed().ContextSpecific()) {
		return false
	}
	c.Constraints = &Constraints{}
	return c.Constraints.Permitted.read(permitted) && c.Constraints.Excluded.read(excluded) && (hasPermitted || hasExcluded)
}

func (s *Subtrees) read(list cryptobyte.String) bool {
	for count := 0; len(list) > 0 && count < maxNames; count++ {
		var subtree, value cryptobyte.String
		var tag asn1.Tag
		if !list.ReadASN1(&subtree, asn1.SEQUENCE) || !subtree.ReadAnyASN1(&value, &tag) {
			return false
		}
		switch tag {
		case tagDNS:
			s.DNS = append(s.DNS, strings.ToLower(clean(latin(value))))
		case tagEmail:
			s.Emails = append(s.Emails, clean(latin(value)))
		case tagURI:
			s.URIs = append(s.URIs, clean(latin(value)))
		case tagIP:
			prefix, ok := ipPrefix(value)
			if !ok {
				return false
			}
			s.IPs = append(s.IPs, prefix)
		default:
			s.Others++
		}
	}
	return true
}

// ipPrefix reads an address and its mask, one after the other.
func ipPrefix(b []byte) (netip.Prefix, bool) {
	if len(b) != 8 && len(b) != 32 {
		return netip.Prefix{}, false
	}
	addr, _ := netip.AddrFromSlice(b[:len(b)/2])
	ones, ended := 0, false
	for _, x := range slices.Clone(b[len(b)/2:]) {
		for bit := byte(0x80); bit != 0; bit >>= 1 {
			switch {
			case x&bit == 0:
				ended = true
			case ended:
				return netip.Prefix{}, false
			default:
				ones++
			}
		}
	}
	return netip.PrefixFrom(addr, ones).Masked(), true
}
