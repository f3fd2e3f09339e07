package pkix

import (
	"bytes"
	"crypto/sha1"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/parley-tls/parley"
)

// OCSP is a response about the state of certificates (RFC 6960, Section 4.2.1).
type OCSP struct {
	// Refusal says why there is no answer: the word of responseStatus; empty: there
	// is one.
	Refusal      string
	Produced     time.Time
	Answers      []OCSPAnswer
	Certificates []*Certificate // of the responder
	signed       Certificate    // what is signed, and the signature
}

// OCSPAnswer is what a response says of one certificate.
type OCSPAnswer struct {
	Serial            *big.Int
	nameHash, keyHash []byte
	hash              Digest
	State             State
	RevokedAt         time.Time // of Revoked
	Reason            string    // of Revoked, if it is said: "keyCompromise"
	ThisUpdate        time.Time
	NextUpdate        time.Time // zero: newer information is always to be had
	sctList           []byte
}

// State is what is said of a certificate.
type State uint8

// The zero State is unknown, which is also what a responder says of one that it
// does not know.
const (
	StateUnknown State = iota
	Good
	Revoked
)

var stateNames = []string{"unknown", "good", "revoked"}

// String is the state as a word.
func (s State) String() string { return word(stateNames, int(s)) }

// MarshalText writes the word of the JSON contract.
func (s State) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// maxOCSP bounds a response, maxAnswers what of it is kept.
const (
	maxOCSP    = 256 << 10
	maxAnswers = 64
)

const (
	oidBasicOCSP   = "1.3.6.1.5.5.7.48.1.1"
	oidOCSPSigning = "1.3.6.1.5.5.7.3.9"
	oidOCSPSCTs    = "1.3.6.1.4.1.11129.2.4.5"
)

var refusals = []string{1: "malformedRequest", 2: "internalError", 3: "tryLater", 5: "sigRequired", 6: "unauthorized"}

var (
	tag0 = asn1.Tag(0).Constructed().ContextSpecific()
	tag1 = asn1.Tag(1).Constructed().ContextSpecific()
	tag2 = asn1.Tag(2).Constructed().ContextSpecific()
)

// ReadOCSP reads an OCSPResponse.
func ReadOCSP(der []byte) (*OCSP, error) {
	if len(der) > maxOCSP {
		return nil, errors.New("read OCSP response: longer than 256 KiB")
	}
	r := &OCSP{}
	in := cryptobyte.String(bytes.Clone(der))
	var response, wrapped, typed, oid, octets, basic cryptobyte.String
	var status int
	if !in.ReadASN1(&response, asn1.SEQUENCE) || !response.ReadASN1Enum(&status) {
		return nil, errors.New("read OCSP response: no OCSPResponse")
	}
	if status != 0 {
		r.Refusal = fmt.Sprint("status ", status)
		if status > 0 && status < len(refusals) && refusals[status] != "" {
			r.Refusal = refusals[status]
		}
		return r, nil
	}
	if !response.ReadASN1(&wrapped, tag0) || !wrapped.ReadASN1(&typed, asn1.SEQUENCE) || !typed.ReadASN1(&oid, asn1.OBJECT_IDENTIFIER) ||
		oidText(oid) != oidBasicOCSP || !typed.ReadASN1(&octets, asn1.OCTET_STRING) || !octets.ReadASN1(&basic, asn1.SEQUENCE) {
		return nil, errors.New("read OCSP response: no BasicOCSPResponse")
	}
	return r, r.readBasic(basic)
}

func (r *OCSP) readBasic(basic cryptobyte.String) error {
	var tbs, algorithm, value, data, list, responses cryptobyte.String
	if !basic.ReadASN1Element(&tbs, asn1.SEQUENCE) || !basic.ReadASN1Element(&algorithm, asn1.SEQUENCE) ||
		!basic.ReadASN1(&value, asn1.BIT_STRING) || len(value) == 0 {
		return errors.New("read OCSP response: no signature")
	}
	r.signed = Certificate{RawTBS: tbs, Signature: readSignature(algorithm, value[1:])}
	if basic.ReadASN1(&list, tag0) {
		var certs cryptobyte.String
		list.ReadASN1(&certs, asn1.SEQUENCE)
		for len(certs) > 0 && len(r.Certificates) < maxAnswers {
			var one cryptobyte.String
			if !certs.ReadASN1Element(&one, asn1.SEQUENCE) {
				break
			}
			if c, err := Read(one); err == nil {
				r.Certificates = append(r.Certificates, c)
			}
		}
	}
	var responder cryptobyte.String
	var tag asn1.Tag
	if !tbs.ReadASN1(&data, asn1.SEQUENCE) || !data.SkipOptionalASN1(tag0) || !data.ReadAnyASN1(&responder, &tag) || tag != tag1 && tag != tag2 {
		return errors.New("read OCSP response: no ResponseData")
	}
	r.Produced = readTime(&data)
	if !data.ReadASN1(&responses, asn1.SEQUENCE) {
		return errors.New("read OCSP response: no responses")
	}
	for len(responses) > 0 && len(r.Answers) < maxAnswers {
		var one cryptobyte.String
		if !responses.ReadASN1(&one, asn1.SEQUENCE) {
			return errors.New("read OCSP response: an answer cannot be read")
		}
		a, ok := readAnswer(one)
		if !ok {
			return errors.New("read OCSP response: an answer cannot be read")
		}
		r.Answers = append(r.Answers, a)
	}
	return nil
}

func readTime(in *cryptobyte.String) time.Time { return (&Certificate{}).readTime(in, "") }

// readAnswer reads a SingleResponse.
func readAnswer(in cryptobyte.String) (a OCSPAnswer, ok bool) {
	var id, algorithm, oid, name, key, state cryptobyte.String
	var tag asn1.Tag
	a.Serial = new(big.Int)
	if !in.ReadASN1(&id, asn1.SEQUENCE) || !id.ReadASN1(&algorithm, asn1.SEQUENCE) || !algorithm.ReadASN1(&oid, asn1.OBJECT_IDENTIFIER) ||
		!id.ReadASN1(&name, asn1.OCTET_STRING) || !id.ReadASN1(&key, asn1.OCTET_STRING) || !id.ReadASN1Integer(a.Serial) ||
		!in.ReadAnyASN1(&state, &tag) {
		return a, false
	}
	a.hash, a.nameHash, a.keyHash = digestOIDs[oidText(oid)], name, key
	switch tag {
	case asn1.Tag(0).ContextSpecific():
		a.State = Good
	case tag1:
		a.State, a.RevokedAt = Revoked, readTime(&state)
		var reason cryptobyte.String
		var n int
		if state.ReadASN1(&reason, tag0) && reason.ReadASN1Enum(&n) {
			a.Reason = reasonName(n)
		}
	case asn1.Tag(2).ContextSpecific():
	default:
		return a, false
	}
	a.ThisUpdate = readTime(&in)
	var next, exts, list cryptobyte.String
	if in.ReadASN1(&next, tag0) {
		a.NextUpdate = readTime(&next)
	}
	if in.ReadASN1(&exts, tag1) && exts.ReadASN1(&list, asn1.SEQUENCE) {
		for len(list) > 0 {
			var ext, oid, value cryptobyte.String
			if !list.ReadASN1(&ext, asn1.SEQUENCE) || !ext.ReadASN1(&oid, asn1.OBJECT_IDENTIFIER) {
				break
			}
			ext.SkipOptionalASN1(asn1.BOOLEAN)
			if oidText(oid) == oidOCSPSCTs && ext.ReadASN1(&value, asn1.OCTET_STRING) {
				var inner cryptobyte.String
				if value.ReadASN1(&inner, asn1.OCTET_STRING) {
					a.sctList = inner
				}
			}
		}
	}
	return a, !a.ThisUpdate.IsZero()
}

// reasons are those of CRLReason (RFC 5280, Section 5.3.1).
var reasons = []string{
	"unspecified", "keyCompromise", "cACompromise", "affiliationChanged", "superseded", "cessationOfOperation",
	"certificateHold", 8: "removeFromCRL", 9: "privilegeWithdrawn", 10: "aACompromise",
}

func reasonName(n int) string {
	if n >= 0 && n < len(reasons) && reasons[n] != "" {
		return reasons[n]
	}
	return fmt.Sprint("reason ", n)
}

// SCTs are the timestamps that came with the answer.
func (a *OCSPAnswer) SCTs() ([]SCT, error) {
	if a.sctList == nil {
		return nil, nil
	}
	return ReadSCTs(a.sctList)
}

// About returns what a response says of a certificate; nil: nothing.
func (r *OCSP) About(c, issuer *Certificate) *OCSPAnswer {
	for i, a := range r.Answers {
		name, _ := a.hash.sum(c.Issuer.Raw)
		key, _ := a.hash.sum(issuer.Key.bits())
		if a.Serial.Cmp(c.Serial) == 0 && name != nil && bytes.Equal(name, a.nameHash) && bytes.Equal(key, a.keyHash) {
			return &r.Answers[i]
		}
	}
	return nil
}

// bits are those of the key, without the algorithm: what OCSP hashes.
func (k Key) bits() []byte {
	in := cryptobyte.String(k.Raw)
	var info, bits cryptobyte.String
	if !in.ReadASN1(&info, asn1.SEQUENCE) || !info.SkipASN1(asn1.SEQUENCE) || !info.ReadASN1(&bits, asn1.BIT_STRING) || len(bits) == 0 {
		return nil
	}
	return bits[1:]
}

// SignedFor says whether a response is signed for the certificates of issuer: by
// its key, or by one that it delegated (RFC 6960, Section 4.2.2.2); by is whose
// key it is, nil: nobody's who may.
func (r *OCSP) SignedFor(issuer *Certificate, now time.Time) (is parley.Truth, by *Certificate) {
	if is = r.signed.SignedBy(issuer); is == parley.Yes {
		return is, issuer
	}
	for _, c := range r.Certificates {
		if !slices.Contains(c.ExtKeyUsage, oidOCSPSigning) || now.After(c.NotAfter) || now.Before(c.NotBefore) || c.SignedBy(issuer) != parley.Yes {
			continue
		}
		if r.signed.SignedBy(c) == parley.Yes {
			return parley.Yes, c
		}
	}
	return is, nil
}

// OCSPRequest is what a responder is asked about a certificate (RFC 6960, Section
// 4.1.1), by SHA-1, which all responders know (RFC 5019, Section 2.1.1).
func OCSPRequest(c, issuer *Certificate) []byte {
	name, key := sha1.Sum(c.Issuer.Raw), sha1.Sum(issuer.Key.bits())
	var b cryptobyte.Builder
	sequence := func(b *cryptobyte.Builder, inside func(b *cryptobyte.Builder)) { b.AddASN1(asn1.SEQUENCE, inside) }
	sequence(&b, func(b *cryptobyte.Builder) { // OCSPRequest
		sequence(b, func(b *cryptobyte.Builder) { // TBSRequest
			sequence(b, func(b *cryptobyte.Builder) { // requestList
				sequence(b, func(b *cryptobyte.Builder) { // Request
					sequence(b, func(b *cryptobyte.Builder) { // CertID
						sequence(b, func(b *cryptobyte.Builder) {
							b.AddASN1(asn1.OBJECT_IDENTIFIER, func(b *cryptobyte.Builder) { b.AddBytes([]byte{0x2b, 0x0e, 0x03, 0x02, 0x1a}) })
							b.AddASN1NULL()
						})
						b.AddASN1OctetString(name[:])
						b.AddASN1OctetString(key[:])
						b.AddASN1BigInt(c.Serial)
					})
				})
			})
		})
	})
	return b.BytesOrPanic()
}
