package certificates

import (
	"bytes"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/pkix"
)

// DNS is what stands in the DNS about the certificates of a name. That an answer
// is signed (DNSSEC) is not verified: Authentic is only what the resolver says.
type DNS struct {
	CAA  CAA
	TLSA TLSA
}

// CAA says which CAs may issue for a name (RFC 8659). It binds CAs at the time of
// issue, and no client looks at it.
type CAA struct {
	Domain    string // where records were found, the name or one above it; empty: nowhere
	Records   []CAARecord
	Authentic parley.Truth
	Asked     bool
	Err       string // why nothing is known
}

// CAARecord is one record.
type CAARecord struct {
	Critical bool
	Tag      string // "issue", "issuewild", "iodef"
	Value    string
}

// ReadCAA reads the data of a CAA record (RFC 8659, Section 4.1).
func ReadCAA(b []byte) (CAARecord, bool) {
	if len(b) < 2 || int(b[1]) == 0 || 2+int(b[1]) > len(b) {
		return CAARecord{}, false
	}
	n := 2 + int(b[1])
	return CAARecord{Critical: b[0]&0x80 != 0, Tag: strings.ToLower(printable(b[2:n])), Value: printable(b[n:])}, true
}

// printable keeps what a terminal can show.
func printable(b []byte) string {
	var out strings.Builder
	for _, c := range b[:min(len(b), 256)] {
		if c < ' ' || c > '~' {
			fmt.Fprintf(&out, "\\%03d", c)
			continue
		}
		out.WriteByte(c)
	}
	return out.String()
}

// String is the record as a zone file has it.
func (r CAARecord) String() string {
	flags := 0
	if r.Critical {
		flags = 128
	}
	return fmt.Sprintf("%d %s %q", flags, r.Tag, r.Value)
}

// TLSA are the records that bind certificates to a port of a name (RFC 6698).
type TLSA struct {
	Name      string // "_443._tcp.shop.example"
	Records   []TLSARecord
	Authentic parley.Truth
	Asked     bool
	Err       string
}

// TLSARecord is one record, and whether the chain matches it.
type TLSARecord struct {
	Usage, Selector, Matching uint8
	Data                      []byte
	Matches                   parley.Truth
	Of                        string // whose certificate matches
}

// ReadTLSA reads the data of a TLSA record (RFC 6698, Section 2.1).
func ReadTLSA(b []byte) (TLSARecord, bool) {
	if len(b) < 4 {
		return TLSARecord{}, false
	}
	return TLSARecord{Usage: b[0], Selector: b[1], Matching: b[2], Data: bytes.Clone(b[3:])}, true
}

// String is the record as a zone file has it.
func (r TLSARecord) String() string {
	return fmt.Sprintf("%d %d %d %s", r.Usage, r.Selector, r.Matching, hex.EncodeToString(r.Data))
}

// Meets says whether a chain matches one of the records: a client that goes by
// them needs one (RFC 7671, Section 5). Unknown: there are none, or none that is
// known here.
func (t *TLSA) Meets() parley.Truth {
	is := parley.Unknown
	for _, r := range t.Records {
		if r.Matches == parley.Yes {
			return parley.Yes
		}
		if r.Matches == parley.No {
			is = parley.No
		}
	}
	return is
}

// judged holds the records against a chain, its root last if it is known.
func (d *DNS) judged(path []*pkix.Certificate) *DNS {
	if d == nil {
		return nil
	}
	out := *d
	out.TLSA.Records = nil
	for _, r := range d.TLSA.Records {
		r.Matches, r.Of = r.match(path)
		out.TLSA.Records = append(out.TLSA.Records, r)
	}
	return &out
}

// match compares a record with the leaf (usages 1 and 3) or with the CAs of the
// path (0 and 2).
func (r TLSARecord) match(path []*pkix.Certificate) (parley.Truth, string) {
	if r.Usage > 3 || r.Selector > 1 || r.Matching > 2 || len(path) == 0 {
		return parley.Unknown, ""
	}
	with := path[:1]
	if r.Usage == 0 || r.Usage == 2 {
		with = path[1:]
	}
	for _, c := range with {
		data := c.Raw
		if r.Selector == 1 {
			data = c.Key.Raw
		}
		switch r.Matching {
		case 1:
			h := sha256.Sum256(data)
			data = h[:]
		case 2:
			h := sha512.Sum512(data)
			data = h[:]
		}
		if bytes.Equal(data, r.Data) {
			return parley.Yes, c.Subject.Short()
		}
	}
	return parley.No, ""
}
