package explain

import (
	"strconv"
	"strings"

	"github.com/parley-tls/parley/knowledge/errors"
)

// Libraries of OpenSSL's packed error codes.
const (
	libSSL        = 20
	libSSLBoring  = 16
	firstAlertNum = 1000 // reasons from here on are alerts that were received
)

// winInet is the upper half of an HRESULT whose lower half is a number of
// Windows itself, among them those of WinHTTP and WinINet.
const winInet = 0x8007

// packedAt reads the code behind "error:" or "reason(" in a normal line.
func packedAt(line string, from int) (uint32, bool) {
	rest := line[from:]
	if after, ok := strings.CutPrefix(rest, "reason("); ok {
		digits, _, closed := strings.Cut(after, ")")
		n, err := strconv.ParseUint(digits, 10, 16)
		return libSSL<<23 | uint32(n), closed && err == nil // as OpenSSL 3 packs it
	}
	hex, _, _ := strings.Cut(strings.TrimPrefix(rest, "error:"), ":")
	if len(hex) < 7 || len(hex) > 8 {
		return 0, false
	}
	n, err := strconv.ParseUint(hex, 16, 32)
	return uint32(n), err == nil
}

// unpack tells library and reason of a packed code. Three ways of packing are in
// use: OpenSSL 3 has the library in 8 bits above 23, those before it and
// LibreSSL above 24 with a function below, BoringSSL above 24.
func unpack(code uint32) (stack *errors.Stack, lib, reason int) {
	switch top := code >> 24; {
	case top == libSSLBoring:
		return errors.StackOf("boringssl"), libSSL, int(code & 0xfff)
	case top == 0x0a, top == 0x05, top == 0x04, top == 0x03, top == 0x1c:
		// The bits above 18 of a reason say what kind of reason it is.
		return errors.StackOf("openssl"), int(code >> 23 & 0xff), int(code & 0x3ffff)
	default:
		return errors.StackOf("openssl"), int(top), int(code & 0xfff)
	}
}

// decode returns the entry of a packed code, or the alert it stands for.
func decode(code uint32) (stack *errors.Stack, entry *errors.Entry, alert int) {
	stack, lib, reason := unpack(code)
	if lib == libSSL && reason >= firstAlertNum {
		return stack, nil, reason - firstAlertNum
	}
	want := strconv.Itoa(reason)
	if lib != libSSL {
		want = strconv.Itoa(lib) + ":" + want
	}
	return stack, stack.ByCode(want), -1
}

// codeOf is a number as the catalogue has those of a stack.
func codeOf(stack *errors.Stack, took string) string {
	took = strings.ToLower(took)
	switch stack.ID {
	case "schannel":
		if n, err := strconv.ParseUint(strings.TrimPrefix(took, "0x"), 16, 32); err == nil && n>>16 == winInet {
			return strconv.FormatUint(n&0xffff, 10)
		}
		if n, err := strconv.ParseInt(took, 10, 64); err == nil && n < 0 && n >= -1<<31 {
			return "0x" + strconv.FormatUint(uint64(uint32(int32(n))), 16)
		}
		if n, err := strconv.ParseUint(strings.TrimPrefix(took, "0x"), 16, 32); err == nil && n > 0x7fffffff {
			return "0x" + strconv.FormatUint(n, 16)
		}
		return took
	case "mbedtls":
		n, err := strconv.ParseUint(strings.TrimPrefix(strings.TrimPrefix(took, "-"), "0x"), 16, 16)
		if err != nil {
			return took
		}
		return "-0x" + strconv.FormatUint(n, 16)
	}
	return took
}

// errnos are numbers of operating systems, by what they mean.
var errnos = map[string]string{
	"0": "eof", "32": "broken-pipe", "104": "reset", "54": "reset", "10054": "reset", "10053": "reset", "103": "eof", "53": "eof",
	"110": "timeout", "60": "timeout", "10060": "timeout", "111": "refused", "61": "refused", "10061": "refused",
	"113": "unreachable", "65": "unreachable", "101": "unreachable", "51": "unreachable",
}

// ascii reads a number as bytes of a protocol in clear, or returns "".
func ascii(took string, base int) string {
	n, err := strconv.ParseUint(took, base, 32)
	if err != nil || n < 0x2020 {
		return ""
	}
	var out []byte
	for ; n > 0; n >>= 8 {
		c := byte(n)
		if c < ' ' || c > '~' {
			return ""
		}
		out = append([]byte{c}, out...)
	}
	return string(out)
}

// cleartextAt says whether curl's trace before from names a record version that
// is made of letters: "(5454) (IN), , Unknown (72)" is HTTP in clear.
func cleartextAt(line string, from int) bool {
	before := strings.TrimRight(line[:from], " )")
	open := strings.LastIndexByte(before, '(')
	return open >= 0 && ascii(before[open+1:], 16) != ""
}
