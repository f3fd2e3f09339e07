package pkix

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha256"
	"errors"
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/parley-tls/parley"
)

// SCT is a signed certificate timestamp: a log's promise to show a certificate
// to everybody (RFC 6962, Section 3.2).
type SCT struct {
	Version    uint8 // 0: that of RFC 6962, the only one whose fields are read
	Log        [32]byte
	At         time.Time // zero: beyond the year 9999
	at         uint64
	extensions []byte
	hash       uint8
	signature  []byte
}

// maxSCTs bounds a list: certificates have two to five.
const maxSCTs = 64

// ReadSCTs reads a SignedCertificateTimestampList (RFC 6962, Section 3.3), as it
// stands in the extension of a ServerHello or of a CertificateEntry. What it
// cannot read it leaves out, and says so.
func ReadSCTs(b []byte) ([]SCT, error) {
	var list, one cryptobyte.String
	in := cryptobyte.String(b)
	if !in.ReadUint16LengthPrefixed(&list) || len(in) > 0 || len(list) == 0 {
		return nil, errors.New("read timestamps: no list")
	}
	var out []SCT
	for len(list) > 0 {
		if !list.ReadUint16LengthPrefixed(&one) {
			return out, errors.New("read timestamps: cut short")
		}
		if len(out) == maxSCTs {
			return out, errors.New("read timestamps: more than 64")
		}
		s, ok := readSCT(one)
		if !ok {
			return out, errors.New("read timestamps: one cannot be read")
		}
		out = append(out, s)
	}
	return out, nil
}

func readSCT(in cryptobyte.String) (s SCT, ok bool) {
	var extensions, signature cryptobyte.String
	var algorithm uint8
	if !in.ReadUint8(&s.Version) {
		return s, false
	}
	if s.Version != 0 {
		return s, true // of a later version (RFC 9162): the rest is another structure
	}
	if !in.CopyBytes(s.Log[:]) || !in.ReadUint64(&s.at) || !in.ReadUint16LengthPrefixed(&extensions) ||
		!in.ReadUint8(&s.hash) || !in.ReadUint8(&algorithm) || !in.ReadUint16LengthPrefixed(&signature) || len(in) > 0 {
		return s, false
	}
	if s.at <= maxMilliseconds {
		s.At = time.UnixMilli(int64(s.at)).UTC()
	}
	s.extensions, s.signature = extensions, signature
	return s, true
}

// EmbeddedSCTs are the timestamps in the certificate itself.
func (c *Certificate) EmbeddedSCTs() ([]SCT, error) {
	if c.sctList == nil {
		return nil, nil
	}
	return ReadSCTs(c.sctList)
}

// Entry is what a log signs for a certificate (RFC 6962, Section 3.2): the
// certificate where timestamps came beside it, and where they are embedded what
// it was without them, with its issuer.
type Entry struct {
	kind uint16 // LogEntryType: 0 x509_entry, 1 precert_entry
	body []byte
}

// EntryOf is what is signed for a certificate whose timestamps came in the
// handshake or in an OCSP response.
func EntryOf(c *Certificate) Entry { return Entry{kind: 0, body: c.Raw} }

// EmbeddedEntry is what is signed for a certificate that carries its timestamps;
// false: its TBSCertificate cannot be taken apart.
func EmbeddedEntry(c, issuer *Certificate) (Entry, bool) {
	tbs, ok := withoutSCTs(c.RawTBS)
	if !ok || issuer == nil {
		return Entry{}, false
	}
	id := sha256.Sum256(issuer.Key.Raw)
	return Entry{kind: 1, body: append(id[:], tbs...)}, true
}

// sctOID is the extension's object identifier, 1.3.6.1.4.1.11129.2.4.2.
var sctOID = []byte{0x2b, 0x06, 0x01, 0x04, 0x01, 0xd6, 0x79, 0x02, 0x04, 0x02}

// withoutSCTs is a TBSCertificate without the extension that holds timestamps.
func withoutSCTs(der []byte) ([]byte, bool) {
	in := cryptobyte.String(der)
	var tbs, exts, list cryptobyte.String
	if !in.ReadASN1(&tbs, asn1.SEQUENCE) {
		return nil, false
	}
	var fields, kept []byte
	for len(tbs) > 0 && !tbs.PeekASN1Tag(tagExts) {
		var field cryptobyte.String
		var tag asn1.Tag
		if !tbs.ReadAnyASN1Element(&field, &tag) {
			return nil, false
		}
		fields = append(fields, field...)
	}
	if !tbs.ReadASN1(&exts, tagExts) || len(tbs) > 0 || !exts.ReadASN1(&list, asn1.SEQUENCE) || len(exts) > 0 {
		return nil, false
	}
	for len(list) > 0 {
		var element, ext, oid cryptobyte.String
		if !list.ReadASN1Element(&element, asn1.SEQUENCE) {
			return nil, false
		}
		inside := element
		if !inside.ReadASN1(&ext, asn1.SEQUENCE) || !ext.ReadASN1(&oid, asn1.OBJECT_IDENTIFIER) {
			return nil, false
		}
		if string(oid) != string(sctOID) {
			kept = append(kept, element...)
		}
	}
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddBytes(fields)
		b.AddASN1(tagExts, func(b *cryptobyte.Builder) {
			b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) { b.AddBytes(kept) })
		})
	})
	out, err := b.Bytes()
	return out, err == nil
}

// SignedBy says whether the key of a log made the timestamp for this entry; key
// is a SubjectPublicKeyInfo. Unknown: the key cannot be used here.
func (s SCT) SignedBy(key []byte, e Entry) parley.Truth {
	k := Certificate{}
	k.readKey(key)
	if s.Version != 0 || s.hash != 4 { // sha256 (RFC 6962, Section 2.1.4)
		return parley.Unknown
	}
	var b cryptobyte.Builder
	b.AddUint8(0) // v1
	b.AddUint8(0) // certificate_timestamp
	b.AddUint64(s.at)
	b.AddUint16(e.kind)
	body := e.body
	if e.kind == 1 && len(body) > sha256.Size {
		b.AddBytes(body[:sha256.Size])
		body = body[sha256.Size:]
	}
	b.AddUint24LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(body) })
	b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(s.extensions) })
	signed, err := b.Bytes()
	if err != nil {
		return parley.Unknown
	}
	hash := sha256.Sum256(signed)
	switch key := k.Key.ready.(type) {
	case *ecdsa.PublicKey:
		return truth(ecdsa.VerifyASN1(key, hash[:], s.signature))
	case *rsa.PublicKey:
		return truth(verifyPKCS1(key, digestInfos[SHA256], hash[:], s.signature))
	}
	return parley.Unknown
}
