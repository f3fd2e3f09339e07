package pkix

import (
	"errors"
	"math/big"
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/parley-tls/parley"
)

// CRL is a list of revoked certificates (RFC 5280, Section 5.1). Its entries are
// read when one is looked for: lists have millions.
type CRL struct {
	Issuer     Name
	ThisUpdate time.Time
	NextUpdate time.Time // zero: not said
	// Partial says why a certificate that is not in it may be revoked all the same;
	// empty: it speaks for all of its issuer.
	Partial string
	// OnlyUsers and OnlyCAs: it speaks for certificates of leaves, or of CAs, alone.
	OnlyUsers, OnlyCAs bool
	// Points are the places for whose certificates it speaks; nil: for all.
	Points  []string
	signed  Certificate
	revoked cryptobyte.String
}

// MaxCRL bounds a list, in bytes.
const MaxCRL = 16 << 20

// ReadCRL reads a CertificateList. The result refers to der.
func ReadCRL(der []byte) (*CRL, error) {
	if len(der) > MaxCRL {
		return nil, errors.New("read CRL: longer than 16 MiB")
	}
	in := cryptobyte.String(der)
	var list, tbs, algorithm, value, issuer, body, exts cryptobyte.String
	var has bool
	if !in.ReadASN1(&list, asn1.SEQUENCE) || !list.ReadASN1Element(&tbs, asn1.SEQUENCE) || !list.ReadASN1Element(&algorithm, asn1.SEQUENCE) ||
		!list.ReadASN1(&value, asn1.BIT_STRING) || len(value) == 0 {
		return nil, errors.New("read CRL: no CertificateList")
	}
	l := &CRL{signed: Certificate{RawTBS: tbs, Signature: readSignature(algorithm, value[1:])}}
	if !tbs.ReadASN1(&body, asn1.SEQUENCE) || !body.SkipOptionalASN1(asn1.INTEGER) || !body.SkipASN1(asn1.SEQUENCE) ||
		!body.ReadASN1Element(&issuer, asn1.SEQUENCE) {
		return nil, errors.New("read CRL: no TBSCertList")
	}
	l.Issuer = (&Certificate{}).readName(issuer, "issuer")
	if l.ThisUpdate = readTime(&body); l.ThisUpdate.IsZero() {
		return nil, errors.New("read CRL: no thisUpdate")
	}
	if body.PeekASN1Tag(asn1.UTCTime) || body.PeekASN1Tag(asn1.GeneralizedTime) {
		l.NextUpdate = readTime(&body)
	}
	if body.PeekASN1Tag(asn1.SEQUENCE) && !body.ReadASN1(&l.revoked, asn1.SEQUENCE) {
		return nil, errors.New("read CRL: its entries cannot be read")
	}
	if !body.ReadOptionalASN1(&exts, &has, tag0) || len(body) > 0 {
		return nil, errors.New("read CRL: its extensions cannot be read")
	}
	if has {
		l.readExtensions(exts)
	}
	return l, nil
}

// readExtensions looks for those that make a list speak of some certificates
// only (RFC 5280, Section 5.2).
func (l *CRL) readExtensions(in cryptobyte.String) {
	var list cryptobyte.String
	if !in.ReadASN1(&list, asn1.SEQUENCE) {
		l.Partial = "its extensions cannot be read"
		return
	}
	for len(list) > 0 {
		var ext, oid, critical, value cryptobyte.String
		var has bool
		if !list.ReadASN1(&ext, asn1.SEQUENCE) || !ext.ReadASN1(&oid, asn1.OBJECT_IDENTIFIER) ||
			!ext.ReadOptionalASN1(&critical, &has, asn1.BOOLEAN) || !ext.ReadASN1(&value, asn1.OCTET_STRING) {
			l.Partial = "its extensions cannot be read"
			return
		}
		switch id := oidText(oid); {
		case id == "2.5.29.28":
			l.readPoint(value)
		case id == "2.5.29.27":
			l.Partial = "it has only what changed since another list"
		case len(critical) == 1 && critical[0] != 0:
			l.Partial = "it has a critical extension that is not known here, " + id
		}
	}
}

// readPoint reads issuingDistributionPoint (RFC 5280, Section 5.2.5).
func (l *CRL) readPoint(in cryptobyte.String) {
	var set cryptobyte.String
	if !in.ReadASN1(&set, asn1.SEQUENCE) {
		l.Partial = "its extensions cannot be read"
		return
	}
	for len(set) > 0 {
		var value cryptobyte.String
		var tag asn1.Tag
		if !set.ReadAnyASN1(&value, &tag) {
			l.Partial = "its extensions cannot be read"
			return
		}
		is := len(value) == 1 && value[0] != 0
		switch tag {
		case tag0:
			l.readPointNames(value)
		case asn1.Tag(1).ContextSpecific():
			l.OnlyUsers = is
		case asn1.Tag(2).ContextSpecific():
			l.OnlyCAs = is
		case asn1.Tag(3).ContextSpecific():
			l.Partial = "it has only some reasons"
		case asn1.Tag(4).ContextSpecific():
			if is {
				l.Partial = "it is of several issuers"
			}
		case asn1.Tag(5).ContextSpecific():
			if is {
				l.Partial = "it has only attribute certificates"
			}
		}
	}
}

// readPointNames reads the names of a distribution point that are URIs.
func (l *CRL) readPointNames(in cryptobyte.String) {
	var names, value cryptobyte.String
	var tag asn1.Tag
	l.Points = []string{}
	if !in.ReadASN1(&names, tag0) {
		return // relative to the issuer: no URI
	}
	for len(names) > 0 && len(l.Points) < maxAnswers && names.ReadAnyASN1(&value, &tag) {
		if tag == tagURI {
			l.Points = append(l.Points, string(value))
		}
	}
}

// SignedBy says whether the key of issuer signed the list.
func (l *CRL) SignedBy(issuer *Certificate) parley.Truth { return l.signed.SignedBy(issuer) }

// CRLEntry is one certificate of a list.
type CRLEntry struct {
	At     time.Time
	Reason string // empty: not said
}

// Find looks for a serial number; nil: it is not in the list. An error: the list
// cannot be read as far as it would have to be.
func (l *CRL) Find(serial *big.Int) (*CRLEntry, error) {
	var n big.Int
	for rest := l.revoked; len(rest) > 0; {
		var entry cryptobyte.String
		if !rest.ReadASN1(&entry, asn1.SEQUENCE) || !entry.ReadASN1Integer(&n) {
			return nil, errors.New("read CRL: an entry cannot be read")
		}
		if n.Cmp(serial) == 0 {
			return &CRLEntry{At: readTime(&entry), Reason: entryReason(entry)}, nil
		}
	}
	return nil, nil
}

// entryReason reads reasonCode of an entry (RFC 5280, Section 5.3.1).
func entryReason(entry cryptobyte.String) string {
	var list cryptobyte.String
	if !entry.ReadASN1(&list, asn1.SEQUENCE) {
		return ""
	}
	for len(list) > 0 {
		var ext, oid, value cryptobyte.String
		var n int
		if !list.ReadASN1(&ext, asn1.SEQUENCE) || !ext.ReadASN1(&oid, asn1.OBJECT_IDENTIFIER) || !ext.SkipOptionalASN1(asn1.BOOLEAN) ||
			!ext.ReadASN1(&value, asn1.OCTET_STRING) {
			return ""
		}
		if oidText(oid) == "2.5.29.21" && value.ReadASN1Enum(&n) {
			return reasonName(n)
		}
	}
	return ""
}
