package lab

import (
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// retryWithCookieOf64KiB wants back what fits into no hello: the extensions of
// one have 65,535 bytes together (RFC 8446, Section 4.1.2).
var retryWithCookieOf64KiB = Fault{
	Name:  "retry-with-cookie-of-64-kib",
	Title: "a HelloRetryRequest has a cookie that fits into no hello",
	Want:  violation,
	Start: retry(func(*wire.ClientHello) wire.Extension {
		const n = 0xffff - 2 - 4 - 2 - 4 - 2 // what remains beside supported_versions
		return wire.Extension{Type: iana.ExtCookie, Data: append([]byte{n >> 8, n & 0xff}, make([]byte, n)...)}
	}),
}
