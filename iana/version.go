package iana

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Version is a protocol version as it stands on the wire. The zero value is no
// version.
type Version uint16

// Protocol versions. DTLS counts downwards.
const (
	SSL2   Version = 0x0002 // draft-hickman-netscape-ssl-00
	SSL3   Version = 0x0300 // RFC 6101
	TLS10  Version = 0x0301 // RFC 2246
	TLS11  Version = 0x0302 // RFC 4346
	TLS12  Version = 0x0303 // RFC 5246
	TLS13  Version = 0x0304 // RFC 8446
	DTLS10 Version = 0xfeff // RFC 4347
	DTLS12 Version = 0xfefd // RFC 6347
	DTLS13 Version = 0xfefc // RFC 9147
)

// Versions returns the known versions of TLS and its ancestors, ascending,
// then those of DTLS.
func Versions() []Version {
	return []Version{SSL2, SSL3, TLS10, TLS11, TLS12, TLS13, DTLS10, DTLS12, DTLS13}
}

// String returns the version as parley writes it: SSL2, SSL3, 1.0 to 1.3,
// DTLS1.0, DTLS1.2 and DTLS1.3.
func (v Version) String() string {
	switch v {
	case SSL2:
		return "SSL2"
	case SSL3:
		return "SSL3"
	case TLS10:
		return "1.0"
	case TLS11:
		return "1.1"
	case TLS12:
		return "1.2"
	case TLS13:
		return "1.3"
	case DTLS10:
		return "DTLS1.0"
	case DTLS12:
		return "DTLS1.2"
	case DTLS13:
		return "DTLS1.3"
	}
	return hex(uint32(v), 4)
}

// Known reports whether v is one of the constants of this package.
func (v Version) Known() bool {
	switch v {
	case SSL2, SSL3, TLS10, TLS11, TLS12, TLS13, DTLS10, DTLS12, DTLS13:
		return true
	}
	return false
}

// IsDTLS reports whether v is a version of DTLS.
func (v Version) IsDTLS() bool { return v == DTLS10 || v == DTLS12 || v == DTLS13 }

// TLS returns the version of TLS that a version of DTLS follows: 1.1 for DTLS 1.0
// (RFC 4347), 1.2 for DTLS 1.2 (RFC 6347), 1.3 for DTLS 1.3 (RFC 9147). Any other
// version is returned as it is. Versions of DTLS count downwards: what is later is
// asked of what TLS returns.
func (v Version) TLS() Version {
	switch v {
	case DTLS10:
		return TLS11
	case DTLS12:
		return TLS12
	case DTLS13:
		return TLS13
	}
	return v
}

// Before reports whether v is an older version than w, over whatever transport.
func (v Version) Before(w Version) bool { return v.TLS() < w.TLS() }

// ParseVersion reads a version however people write it: 1.2, TLSv1.2, TLSv1_2,
// tls12, SSLv3, 0x0303, 0303, 303 or 771. A number after 0x may be any version;
// without it, only a known one.
func ParseVersion(s string) (Version, error) {
	text := strings.ToLower(strings.TrimSpace(s))
	if digits, ok := strings.CutPrefix(text, "0x"); ok {
		if n, err := strconv.ParseUint(digits, 16, 16); err == nil {
			return Version(n), nil
		}
	}
	text = strings.NewReplacer(" ", "", "-", ".", "_", ".").Replace(text)
	for _, p := range []struct {
		prefix string
		digits map[string]Version
	}{
		{prefix: "dtls", digits: dtlsDigits},
		{prefix: "tls", digits: tlsDigits},
		{prefix: "ssl", digits: sslDigits},
	} {
		rest, ok := strings.CutPrefix(text, p.prefix)
		if !ok {
			continue
		}
		rest = strings.TrimPrefix(strings.TrimPrefix(rest, "."), "v")
		if v, ok := p.digits[strings.TrimPrefix(rest, ".")]; ok {
			return v, nil
		}
	}
	// A bare "1" or "12" could mean anything, so the point is required.
	if v, ok := tlsDigits[text]; ok && len(text) == 3 {
		return v, nil
	}
	if v, ok := knownNumber(text); ok {
		return v, nil
	}
	return 0, fmt.Errorf("%q is no protocol version: want one such as 1.2, TLSv1.2, SSL3, DTLS1.2 or 0x0303", s)
}

var (
	tlsDigits = map[string]Version{
		"1": TLS10, "1.0": TLS10, "10": TLS10, "1.1": TLS11, "11": TLS11, "1.2": TLS12, "12": TLS12, "1.3": TLS13, "13": TLS13,
	}
	dtlsDigits = map[string]Version{
		"1": DTLS10, "1.0": DTLS10, "10": DTLS10, "1.2": DTLS12, "12": DTLS12, "1.3": DTLS13, "13": DTLS13,
	}
	sslDigits = map[string]Version{"2": SSL2, "2.0": SSL2, "20": SSL2, "3": SSL3, "3.0": SSL3, "30": SSL3}
)

// knownNumber reads a bare number: hexadecimal of three or four digits, else
// decimal. No known version is both.
func knownNumber(text string) (Version, bool) {
	if len(text) == 3 || len(text) == 4 {
		if n, err := strconv.ParseUint(text, 16, 16); err == nil && Version(n).Known() {
			return Version(n), true
		}
	}
	if n, err := strconv.ParseUint(text, 10, 16); err == nil && n > 0xff && slices.Contains(Versions(), Version(n)) {
		return Version(n), true
	}
	return 0, false
}
