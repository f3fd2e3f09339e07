package pkix

import (
	"bytes"
	"errors"
	"fmt"
	"math/big"
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// maxCertificate bounds what is read: no certificate in use comes near, and a
// server can send 16 MiB.
const maxCertificate = 1 << 20

// maxFaults bounds the list of one certificate.
const maxFaults = 64

var (
	errTooLong = errors.New("read certificate: longer than 1 MiB")
	tagVersion = asn1.Tag(0).Constructed().ContextSpecific()
	tagUnique1 = asn1.Tag(1).ContextSpecific()
	tagUnique2 = asn1.Tag(2).ContextSpecific()
	tagExts    = asn1.Tag(3).Constructed().ContextSpecific()
)

// Read reads a certificate. It fails only where the frame of the certificate is
// broken (RFC 5280, Section 4.1); what is odd inside is a fault of the result.
func Read(der []byte) (*Certificate, error) {
	if len(der) > maxCertificate {
		return nil, errTooLong
	}
	c := &Certificate{}
	in := cryptobyte.String(der)
	var whole, cert, tbs, algorithm cryptobyte.String
	if !in.ReadASN1Element(&whole, asn1.SEQUENCE) {
		return nil, errors.New("read certificate: no DER sequence")
	}
	if len(in) > 0 {
		c.fault(TrailingBytes, "after the certificate")
	}
	c.Raw = bytes.Clone(whole)
	whole = cryptobyte.String(c.Raw)
	if !whole.ReadASN1(&cert, asn1.SEQUENCE) || !cert.ReadASN1Element(&tbs, asn1.SEQUENCE) {
		return nil, errors.New("read certificate: no TBSCertificate")
	}
	c.RawTBS = tbs
	if !cert.ReadASN1Element(&algorithm, asn1.SEQUENCE) {
		return nil, errors.New("read certificate: no signatureAlgorithm")
	}
	var value cryptobyte.String
	if !cert.ReadASN1(&value, asn1.BIT_STRING) || len(value) == 0 {
		return nil, errors.New("read certificate: no signatureValue")
	}
	if len(cert) > 0 {
		c.fault(TrailingBytes, "in Certificate")
	}
	c.Signature = readSignature(algorithm, value[1:])
	if !tbs.ReadASN1(&tbs, asn1.SEQUENCE) {
		return nil, errors.New("read certificate: no TBSCertificate")
	}
	if err := c.readTBS(tbs, algorithm); err != nil {
		return nil, fmt.Errorf("read certificate: %w", err)
	}
	return c, nil
}

func (c *Certificate) fault(kind FaultKind, of string) {
	if len(c.Faults) < maxFaults {
		c.Faults = append(c.Faults, Fault{Kind: kind, Of: of})
	}
}

// readTBS reads TBSCertificate in the order of its fields.
func (c *Certificate) readTBS(tbs, outer cryptobyte.String) error {
	var inner, issuer, subject, validity, key, exts cryptobyte.String
	var hasExts bool
	if err := c.readVersion(&tbs); err != nil {
		return err
	}
	if err := c.readSerial(&tbs); err != nil {
		return err
	}
	switch {
	case !tbs.ReadASN1Element(&inner, asn1.SEQUENCE):
		return errors.New("no signature algorithm")
	case !tbs.ReadASN1Element(&issuer, asn1.SEQUENCE):
		return errors.New("no issuer")
	case !tbs.ReadASN1(&validity, asn1.SEQUENCE):
		return errors.New("no validity")
	case !tbs.ReadASN1Element(&subject, asn1.SEQUENCE):
		return errors.New("no subject")
	case !tbs.ReadASN1Element(&key, asn1.SEQUENCE):
		return errors.New("no subjectPublicKeyInfo")
	}
	if !bytes.Equal(inner, outer) {
		c.fault(AlgorithmsDiffer, "")
	}
	c.Issuer, c.Subject = c.readName(issuer, "issuer"), c.readName(subject, "subject")
	if len(c.Issuer.Raw) <= 2 {
		c.fault(EmptyIssuer, "")
	}
	c.NotBefore = c.readTime(&validity, "notBefore")
	c.NotAfter = c.readTime(&validity, "notAfter")
	c.readKey(key)
	if !tbs.SkipOptionalASN1(tagUnique1) || !tbs.SkipOptionalASN1(tagUnique2) ||
		!tbs.ReadOptionalASN1(&exts, &hasExts, tagExts) {
		c.fault(BadExtension, "")
		return nil
	}
	if len(tbs) > 0 {
		c.fault(TrailingBytes, "in TBSCertificate")
	}
	if hasExts {
		if c.Version < 3 {
			c.fault(ExtensionsInOldVersion, "")
		}
		c.readExtensions(exts)
	}
	return nil
}

func (c *Certificate) readVersion(tbs *cryptobyte.String) error {
	var v cryptobyte.String
	var has bool
	if !tbs.ReadOptionalASN1(&v, &has, tagVersion) {
		return errors.New("no version")
	}
	c.Version = 1
	if !has {
		return nil
	}
	var n int64
	switch {
	case !v.ReadASN1Integer(&n) || n < 0 || n > 2:
		c.fault(UnknownVersion, "")
		c.Version = 3
	case n == 0:
		c.fault(DefaultEncoded, "version")
	default:
		c.Version = int(n) + 1
	}
	return nil
}

// readSerial takes any integer, as real certificates have them.
func (c *Certificate) readSerial(tbs *cryptobyte.String) error {
	var b cryptobyte.String
	if !tbs.ReadASN1(&b, asn1.INTEGER) || len(b) == 0 {
		return errors.New("no serialNumber")
	}
	if len(b) > 1 && (b[0] == 0 && b[1] < 0x80 || b[0] == 0xff && b[1] >= 0x80) {
		c.fault(PaddedInteger, "serialNumber")
	}
	c.Serial = new(big.Int).SetBytes(b)
	if b[0] >= 0x80 {
		c.Serial.Sub(c.Serial, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
		c.fault(NegativeSerial, "")
	}
	if c.Serial.Sign() == 0 {
		c.fault(ZeroSerial, "")
	}
	if len(b) > 21 || len(b) == 21 && b[0] != 0 {
		c.fault(LongSerial, "")
	}
	return nil
}

// readTime reads a Time, and forms of it that RFC 5280 does not allow.
func (c *Certificate) readTime(in *cryptobyte.String, field string) time.Time {
	var b cryptobyte.String
	var tag asn1.Tag
	if !in.ReadAnyASN1(&b, &tag) || tag != asn1.UTCTime && tag != asn1.GeneralizedTime || len(b) > 32 {
		c.fault(BadTime, field)
		return time.Time{}
	}
	s := string(b)
	strict, lenient := "20060102150405Z", []string{"20060102150405Z0700", "200601021504Z0700", "20060102150405.999999999Z0700"}
	if tag == asn1.UTCTime {
		if len(s) < 2 {
			c.fault(BadTime, field)
			return time.Time{}
		}
		// Two digits of a year: 50 and more are of the last century (RFC 5280,
		// Section 4.1.2.5.1).
		century := "20"
		if s[0] >= '5' {
			century = "19"
		}
		s = century + s
	}
	if t, err := time.Parse(strict, s); err == nil {
		if tag == asn1.GeneralizedTime && t.Year() < 2050 {
			c.fault(BadTime, field)
		}
		return t
	}
	c.fault(BadTime, field)
	for _, form := range lenient {
		if t, err := time.Parse(form, s); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}
