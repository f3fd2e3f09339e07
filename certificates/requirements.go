package certificates

import (
	"slices"
	"time"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/pkix"
)

// Lint is a requirement of public CAs that a certificate does not meet.
type Lint struct {
	ID     string // "validity"
	Clause string // of the CA/Browser Forum's Baseline Requirements (BR), or an RFC
	Text   string
	Of     string // the CA whose certificate it is; empty: the leaf's
}

// Document is the text that the clauses BR are of, Version which, and Read when it
// was read for this package.
//
// All clauses were read in version 2.1.5 (2025-05-16) on 2026-11-22; that the dates
// of 1.2.2 and the schedule of 6.3.2 still stand, and when SHA-1 ends for CAs, in
// version 2.3.0 (2026-09-07), of which the profiles of 7.1.2 could not be had.
const (
	Document = "CA/Browser Forum, Baseline Requirements for the Issuance and Management of Publicly-Trusted TLS Server Certificates"
	Version  = "2.1.5, dates of 2.3.0"
	Read     = "2026-11-22"
)

// requirement is one that can be held against a certificate. It binds what was
// issued since a day. Broken returns how it is not met; empty: it is.
type requirement struct {
	id, clause string
	since      time.Time
	broken     func(*pkix.Certificate) string
}

// between is a requirement on a certificate and that of its issuer.
type between struct {
	id, clause string
	since      time.Time
	broken     func(c, issuer *pkix.Certificate) string
}

func since(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

// The days since which most requirements bind: those of the first version, and the
// profiles of version 2.0.0, which say of every field what it may hold.
var (
	begin    = since(2012, time.July, 1)
	profiles = since(2023, time.September, 15)
)

// Requirements returns those that a leaf does not meet that were in force when it
// was issued.
func Requirements(c *pkix.Certificate) []Lint { return hold(ofLeaf, c, "") }

// hold holds requirements against a certificate.
func hold(all []requirement, c *pkix.Certificate, of string) (out []Lint) {
	for _, r := range all {
		if c.NotBefore.IsZero() || c.NotBefore.Before(r.since) {
			continue
		}
		if text := r.broken(c); text != "" {
			out = append(out, Lint{ID: r.id, Clause: r.clause, Text: text, Of: of})
		}
	}
	return out
}

// OfPath returns the requirements that the certificates of a path do not meet, the
// leaf first. Roots are not judged: what is known of them is that programmes have
// them.
func OfPath(path []*pkix.Certificate) (out []Lint) {
	for i, c := range path {
		of := ""
		switch {
		case c == nil:
			return out
		case i == 0:
			out = append(out, Requirements(c)...)
		case c.SelfIssued():
			return out
		default:
			of = c.Subject.Short()
			out = append(out, hold(ofCA, c, of)...)
		}
		if i+1 == len(path) || path[i+1] == nil {
			return out
		}
		for _, r := range ofIssue {
			if c.NotBefore.IsZero() || c.NotBefore.Before(r.since) || i > 0 && r.id == "issued-by-root" {
				continue
			}
			if text := r.broken(c, path[i+1]); text != "" {
				out = append(out, Lint{ID: r.id, Clause: r.clause, Text: text, Of: of})
			}
		}
	}
	return out
}

// ofIssue are requirements on a certificate beside its issuer's.
var ofIssue = []between{
	{id: "issued-by-root", clause: "BR 6.1.7", since: since(2016, 6, 30), broken: func(c, issuer *pkix.Certificate) string {
		return when(issuer.SelfIssued() && !c.SelfIssued(), "a root issued it, without an intermediate")
	}},
	{id: "issuer-name", clause: "BR 7.1.4.1", since: profiles, broken: func(c, issuer *pkix.Certificate) string {
		return when(string(c.Issuer.Raw) != string(issuer.Subject.Raw), "its issuer is not written byte for byte as that one's subject")
	}},
	{id: "authority-key-id", clause: "BR 7.1.2.11.1", since: profiles, broken: func(c, issuer *pkix.Certificate) string {
		known := c.AuthorityKeyID != nil && issuer.SubjectKeyID != nil
		return when(known && string(c.AuthorityKeyID) != string(issuer.SubjectKeyID), "authorityKeyIdentifier is not the subjectKeyIdentifier of its issuer")
	}},
	{id: "signature-digest", clause: "BR 7.1.3.2.2", since: profiles, broken: func(c, issuer *pkix.Certificate) string {
		want, ok := digestOf[issuer.Key.Group]
		got := c.Signature.Digest
		return when(ok && c.Signature.Key == iana.KeyECDSA && got != pkix.DigestUnknown && got != want,
			"it is signed over "+got.String()+" by a key of "+issuer.Key.Group.String()+", which goes with "+want.String())
	}},
}

// digestOf is what a CA with a key of the group signs over.
var digestOf = map[iana.Group]pkix.Digest{iana.GroupSecp256r1: pkix.SHA256, iana.GroupSecp384r1: pkix.SHA384, iana.GroupSecp521r1: pkix.SHA512}

// The object identifiers of extensions and key purposes that requirements name.
const (
	oidKeyUsage    = "2.5.29.15"
	oidNames       = "2.5.29.17"
	oidBasic       = "2.5.29.19"
	oidConstraints = "2.5.29.30"
	oidExtKeyUsage = "2.5.29.37"
	oidAccess      = "1.3.6.1.5.5.7.1.1"

	anyPolicy  = "2.5.29.32.0"
	anyPurpose = "2.5.29.37.0"
	serverAuth = "1.3.6.1.5.5.7.3.1"
)

// wrongPurposes are those that may not stand beside serverAuth.
var wrongPurposes = []struct{ oid, name string }{
	{"1.3.6.1.5.5.7.3.3", "codeSigning"}, {"1.3.6.1.5.5.7.3.4", "emailProtection"}, {"1.3.6.1.5.5.7.3.8", "timeStamping"},
	{"1.3.6.1.5.5.7.3.9", "OCSPSigning"}, {anyPurpose, "anyExtendedKeyUsage"}, {"1.3.6.1.4.1.11129.2.4.4", "precertificate signing"},
}

func wrongPurpose(c *pkix.Certificate) string {
	for _, w := range wrongPurposes {
		if slices.Contains(c.ExtKeyUsage, w.oid) {
			return "extKeyUsage has " + w.name + " beside serverAuth"
		}
	}
	return ""
}

func critical(c *pkix.Certificate, oid string) bool { return slices.Contains(c.Critical, oid) }

func has(c *pkix.Certificate, oid string) bool { return slices.Contains(c.Extensions, oid) }

func when(is bool, text string) string {
	if is {
		return text
	}
	return ""
}

// firstOf is the first text that is not empty.
func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}
