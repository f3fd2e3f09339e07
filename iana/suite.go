package iana

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
)

// Suite is a cipher suite. The zero value is TLS_NULL_WITH_NULL_NULL, which is
// never negotiated.
type Suite uint16

// Signalling values that stand among the cipher suites of a ClientHello.
const (
	SCSVRenegotiation Suite = 0x00ff // RFC 5746, Section 3.3
	SCSVFallback      Suite = 0x5600 // RFC 7507, Section 2
)

// SuiteInfo holds what the name of a cipher suite says about it.
type SuiteInfo struct {
	Name        string      // the registry's, or the traditional one
	OpenSSLName string      // empty when OpenSSL never had it
	Kx          KeyExchange // zero for a signalling value
	Auth        Auth        // zero for a signalling value
	Cipher      string      // such as AES_128_GCM; NULL when nothing is encrypted
	Hash        string      // of the MAC; of the PRF for an AEAD cipher
	AEAD        bool
	CBC         bool
	Export      bool // weakened for the export rules of the 1990s
	SCSV        bool // a signalling value, no suite
	Registered  bool // stands in the registry of IANA
	Bits        int  // nominal key size in bits; 0 for NULL
	// Min and Max bound the versions that can carry the suite. Some of what
	// lies between was forbidden later (RFC 5469, RFC 7465) and used
	// nevertheless. Both are 0 when TLS never negotiates it.
	Min, Max  Version
	Reference string
}

type suiteRow struct {
	id   Suite
	info SuiteInfo
}

// suitePlaces are, for each number, the place of its row in suiteTable, counted from 1;
// 0: it has none. A scan asks some hundred thousand times. They are no part of the heap:
// most of their pages are never touched.
var suitePlaces = sync.OnceValue(func() *[1 << 16]uint16 {
	for i, r := range suiteTable {
		placesOfSuites[r.id] = uint16(i + 1)
	}
	return &placesOfSuites
})

var placesOfSuites [1 << 16]uint16

// find returns the row of s, or nil.
func (s Suite) find() *suiteRow {
	i := suitePlaces()[s]
	if i == 0 {
		return nil
	}
	return &suiteTable[i-1]
}

// String returns the registry's name.
func (s Suite) String() string {
	if r := s.find(); r != nil {
		return r.info.Name
	}
	return hex(uint32(s), 4)
}

// OpenSSL returns OpenSSL's name, empty when it has none.
func (s Suite) OpenSSL() string {
	if r := s.find(); r != nil {
		return r.info.OpenSSLName
	}
	return ""
}

// Info returns what is known of s, and whether anything is.
func (s Suite) Info() (SuiteInfo, bool) {
	if r := s.find(); r != nil {
		return r.info, true
	}
	return SuiteInfo{}, false
}

// Suites returns all known cipher suites and signalling values, ascending.
func Suites() []Suite {
	all := make([]Suite, len(suiteTable))
	for i, r := range suiteTable {
		all[i] = r.id
	}
	return all
}

// TLS13 reports whether s is a suite of TLS 1.3, which says nothing of key
// exchange and authentication.
func (s Suite) TLS13() bool {
	r := s.find()
	return r != nil && r.info.Min == TLS13
}

// UsableAt reports whether version v can negotiate s. A version of DTLS can
// what the version of TLS it follows can, but for stream ciphers (RFC 6347,
// Section 4.1.2.2).
func (s Suite) UsableAt(v Version) bool {
	r := s.find()
	if r == nil || r.info.Min == 0 {
		return false
	}
	if v.IsDTLS() && strings.HasPrefix(r.info.Cipher, "RC4") {
		return false
	}
	return v.Known() && r.info.Min <= v.TLS() && v.TLS() <= r.info.Max
}

// suiteNames maps every name of a suite, in upper case, to it.
var suiteNames = sync.OnceValue(func() map[string]Suite {
	names := make(map[string]Suite, 3*len(suiteTable))
	add := func(name string, s Suite) {
		if _, taken := names[name]; !taken && name != "" {
			names[name] = s
		}
	}
	for _, r := range suiteTable {
		add(strings.ToUpper(r.info.Name), r.id)
	}
	for _, r := range suiteTable {
		add(strings.ToUpper(r.info.OpenSSLName), r.id)
	}
	for _, r := range suiteTable {
		// Java still calls the suites of SSL 3.0 SSL_…, and OpenSSL before
		// 1.1 wrote EDH.
		if name, ok := strings.CutPrefix(strings.ToUpper(r.info.Name), "TLS_"); ok {
			add("SSL_"+name, r.id)
		}
		if strings.Contains(r.info.OpenSSLName, "DHE-") && r.info.Kx == KxDHE {
			add(strings.ToUpper(strings.Replace(r.info.OpenSSLName, "DHE-", "EDH-", 1)), r.id)
		}
	}
	return names
})

// ParseSuite reads the registry's name of a suite, OpenSSL's or Java's, in any
// case, or its number: 0xc02f, c02f or 0xC0,0x2F.
func ParseSuite(s string) (Suite, error) {
	text := strings.TrimSpace(s)
	if suite, ok := suiteNames()[strings.ToUpper(text)]; ok {
		return suite, nil
	}
	if high, low, ok := strings.Cut(strings.Trim(text, "{}"), ","); ok {
		h, okHigh := number(strings.TrimSpace(high), 8)
		l, okLow := number(strings.TrimSpace(low), 8)
		if okHigh && okLow {
			return Suite(h<<8 | l), nil
		}
	}
	digits := text
	if len(text) == 6 && strings.EqualFold(text[:2], "0x") {
		digits = text[2:]
	}
	if len(digits) == 4 {
		if n, err := strconv.ParseUint(digits, 16, 16); err == nil {
			return Suite(n), nil
		}
	}
	return 0, fmt.Errorf("%q is no cipher suite: want a name such as TLS_AES_128_GCM_SHA256 or a number such as 0x1301", s)
}
