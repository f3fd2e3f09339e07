// Checks of what a server answers against what it was asked. Each returns what
// is wrong as one clause, "field: expected …, got …", or "".

package probe

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// checkServerHello checks a ServerHello against the hello it answers and the
// HelloRetryRequest before it, if there was one.
func checkServerHello(hello *wire.ClientHello, retry, h *wire.ServerHello) string {
	for _, check := range []func() string{
		func() string { return checkVersion(hello, h) },
		func() string { return checkSuite(hello, h) },
		func() string { return checkDowngrade(hello, h) },
		func() string { return checkCompression(hello, h) },
		func() string { return checkSession(hello, h) },
		func() string { return checkExtensions(hello, h) },
		func() string { return checkALPN(hello, h) },
		func() string { return checkShare(hello, h) },
		func() string { return checkPSK(hello, h) },
		func() string { return checkAfterRetry(retry, h) },
	} {
		if found := check(); found != "" {
			return found
		}
	}
	return ""
}

// checkRetry checks a HelloRetryRequest (RFC 8446, Section 4.1.4).
func checkRetry(hello *wire.ClientHello, h *wire.ServerHello) string {
	for _, check := range []func(*wire.ClientHello, *wire.ServerHello) string{
		checkVersion, checkSuite, checkCompression, checkSession, checkExtensions,
	} {
		if found := check(hello, h); found != "" {
			return found
		}
	}
	_, hasShare := h.Extension(iana.ExtKeyShare)
	g, wellFormed := h.Group()
	_, hasCookie := h.Extension(iana.ExtCookie)
	_, goodCookie := h.Cookie()
	switch {
	case hasShare && !wellFormed:
		return "key_share: expected a group of 2 bytes, got another length"
	case hasCookie && !goodCookie:
		return "cookie: expected a vector, got another length"
	case !hasShare && !hasCookie:
		return "extensions: expected key_share or cookie, got neither"
	case !hasShare:
		return ""
	case !slices.Contains(hello.Groups(), g) || iana.IsGREASE(uint16(g)):
		return fmt.Sprintf("key_share: expected one of the %d groups offered, got %v", len(hello.Groups()), g)
	case slices.ContainsFunc(hello.KeyShares(), func(s wire.KeyShare) bool { return s.Group == g }):
		return fmt.Sprintf("key_share: expected a group without a key share, got %v, whose share was sent", g)
	}
	return ""
}

// checkVersion finds a version that was not offered, or that is selected in the
// wrong place (RFC 8446, Section 4.2.1). A server that knows nothing of
// supported_versions selects by legacy_version; that its choice is not in the
// list is for the client to refuse, and no fault of the server.
func checkVersion(hello *wire.ClientHello, h *wire.ServerHello) string {
	v := h.Version()
	if data, ok := h.Extension(iana.ExtSupportedVersions); ok {
		switch {
		case len(data) != 2:
			return fmt.Sprintf("supported_versions: expected 2 bytes, got %d", len(data))
		case v.Before(iana.TLS13):
			return fmt.Sprintf("supported_versions: expected 1.3 or later, got %v", v)
		case h.LegacyVersion.TLS() != iana.TLS12:
			return fmt.Sprintf("legacy_version: expected 1.2, got %v", h.LegacyVersion)
		}
	} else if !v.Before(iana.TLS13) {
		return fmt.Sprintf("legacy_version: expected 1.2 or earlier, got %v", v)
	}
	if is13(h) && !hello.Offers(v) || v.Before(iana.SSL3) || !is13(h) && hello.LegacyVersion.Before(v) || iana.TLS13.Before(v) || v.IsDTLS() != hello.LegacyVersion.IsDTLS() {
		return fmt.Sprintf("version: expected one that was offered, at most %v, got %v", hello.MaxVersion(), v)
	}
	return ""
}

// is13 says whether h selects 1.3, over whatever transport.
func is13(h *wire.ServerHello) bool { return h.Version().TLS() == iana.TLS13 }

func checkSuite(hello *wire.ClientHello, h *wire.ServerHello) string {
	s := h.Suite
	if !hello.HasSuite(s) || s == iana.SCSVRenegotiation || s == iana.SCSVFallback || iana.IsGREASE(uint16(s)) {
		return fmt.Sprintf("cipher_suite: expected one of the %d offered, got %v", len(hello.Suites), s)
	}
	if info, ok := s.Info(); ok && (info.Kx == iana.KxTLS13) != is13(h) {
		return fmt.Sprintf("cipher_suite: expected one of %v, got %v", h.Version(), s)
	}
	return ""
}

func checkCompression(hello *wire.ClientHello, h *wire.ServerHello) string {
	c := h.Compression
	if is13(h) && c != 0 || !slices.Contains(hello.Compression, c) {
		return fmt.Sprintf("legacy_compression_method: expected one that was offered, got %v", c)
	}
	return ""
}

// checkSession demands the echo of 1.3 (RFC 8446, Section 4.1.3).
func checkSession(hello *wire.ClientHello, h *wire.ServerHello) string {
	switch n := len(h.SessionID); {
	case n > 32:
		return fmt.Sprintf("session_id: expected at most 32 bytes, got %d", n)
	case is13(h) && !bytes.Equal(h.SessionID, hello.SessionID):
		return fmt.Sprintf("legacy_session_id_echo: expected the %d bytes sent, got %s", len(hello.SessionID), others(n))
	}
	return ""
}

func others(n int) string {
	if n == 0 {
		return "none"
	}
	return fmt.Sprintf("%d others", n)
}

// inServerHello are the extensions that a ServerHello of 1.3 may carry; the
// rest belongs into EncryptedExtensions (RFC 8446, Section 4.2).
var inServerHello = []iana.ExtensionType{iana.ExtKeyShare, iana.ExtPreSharedKey, iana.ExtSupportedVersions}

func checkExtensions(hello *wire.ClientHello, h *wire.ServerHello) string {
	retry := h.IsHelloRetryRequest()
	seen := map[iana.ExtensionType]bool{}
	for _, x := range h.Extensions {
		if seen[x.Type] {
			return fmt.Sprintf("extensions: expected each once, got %v twice", x.Type)
		}
		seen[x.Type] = true
		_, sent := hello.Extension(x.Type)
		switch {
		case x.Type == iana.ExtCookie && retry: // the one that needs no request
		case x.Type == iana.ExtRenegotiationInfo && hello.HasSuite(iana.SCSVRenegotiation):
		case !sent:
			return fmt.Sprintf("extensions: expected answers to those sent, got %v", x.Type)
		case is13(h) && !slices.Contains(inServerHello, x.Type):
			if !(retry && x.Type == iana.ExtECH) {
				return fmt.Sprintf("extensions: expected %v encrypted, got it in clear", x.Type)
			}
		}
	}
	return ""
}

func checkALPN(hello *wire.ClientHello, h *wire.ServerHello) string {
	if _, ok := h.Extension(iana.ExtALPN); !ok {
		return ""
	}
	p, ok := h.ALPN()
	switch {
	case !ok:
		return "application_layer_protocol_negotiation: expected one protocol, got another list"
	case !slices.Contains(hello.ALPN(), p) || len(p) == 2 && iana.IsGREASE(uint16(p[0])<<8|uint16(p[1])):
		return fmt.Sprintf("application_layer_protocol_negotiation: expected one of %q, got %q", hello.ALPN(), p)
	}
	return ""
}

// checkShare demands a share of 1.3 in a group whose share was sent, of the
// length that the group has (RFC 8446, Section 4.2.8).
func checkShare(hello *wire.ClientHello, h *wire.ServerHello) string {
	if !is13(h) {
		return ""
	}
	if _, ok := h.Extension(iana.ExtKeyShare); !ok {
		if _, ok := h.Extension(iana.ExtPreSharedKey); ok && slices.Contains(hello.PSKModes(), iana.PSKModeKE) {
			return "" // RFC 8446, Section 4.2.9: the key is agreed without
		}
		return "extensions: expected key_share, got none"
	}
	share, ok := h.KeyShare()
	if !ok {
		return "key_share: expected a group and a vector, got another length"
	}
	// RFC 8701, Section 3.2: what a server must not select is sent too.
	if !slices.ContainsFunc(hello.KeyShares(), func(s wire.KeyShare) bool { return s.Group == share.Group }) || iana.IsGREASE(uint16(share.Group)) {
		return fmt.Sprintf("key_share: expected a group whose share was sent, got %v", share.Group)
	}
	info, _ := share.Group.Info()
	if n := info.ServerShare; n > 0 && n != len(share.Data) {
		return fmt.Sprintf("key_share: expected %d bytes for %v, got %d", n, share.Group, len(share.Data))
	}
	return ""
}

// checkPSK demands that a key is selected that was offered (RFC 8446, Section 4.2.11).
func checkPSK(hello *wire.ClientHello, h *wire.ServerHello) string {
	data, ok := h.Extension(iana.ExtPreSharedKey)
	if !ok || !is13(h) {
		return ""
	}
	ids, _ := hello.PSKIdentities()
	if len(data) != 2 || int(data[0])<<8|int(data[1]) >= len(ids) {
		return fmt.Sprintf("pre_shared_key: selected_identity: expected one of the %d offered, got %x", len(ids), data)
	}
	return ""
}

// checkAfterRetry demands that a ServerHello keeps to the HelloRetryRequest
// before it (RFC 8446, Section 4.1.4).
func checkAfterRetry(retry, h *wire.ServerHello) string {
	if retry == nil {
		return ""
	}
	if h.Version() != retry.Version() {
		return fmt.Sprintf("version: expected %v as in the HelloRetryRequest, got %v", retry.Version(), h.Version())
	}
	if h.Suite != retry.Suite {
		return fmt.Sprintf("cipher_suite: expected %v as in the HelloRetryRequest, got %v", retry.Suite, h.Suite)
	}
	return ""
}

// checkKeyExchange checks group and scheme of a ServerKeyExchange, of which a
// server is only bound to what the hello listed.
func checkKeyExchange(hello *wire.ClientHello, m *wire.ServerKeyExchange) string {
	if groups := hello.Groups(); m.Group != 0 && len(groups) > 0 && (!slices.Contains(groups, m.Group) || iana.IsGREASE(uint16(m.Group))) {
		return fmt.Sprintf("namedcurve: expected one of the %d groups offered, got %v", len(groups), m.Group)
	}
	if info, _ := m.Group.Info(); m.Group != 0 && info.ServerShare > 0 && len(m.Public) != info.ServerShare {
		return fmt.Sprintf("point: expected %d bytes for %v, got %d", info.ServerShare, m.Group, len(m.Public))
	}
	if schemes := hello.Schemes(); m.HasScheme && len(schemes) > 0 && !slices.Contains(schemes, m.Scheme) {
		return fmt.Sprintf("algorithm: expected one of the %d schemes offered, got %v", len(schemes), m.Scheme)
	}
	return ""
}

// missing names a message that the suite calls for and that was not seen before
// the ServerHelloDone (RFC 5246, Section 7.4.2 and 7.4.3).
func missing(s iana.Suite, seen map[iana.HandshakeType]bool) string {
	info, _ := s.Info()
	switch info.Auth {
	case iana.AuthRSA, iana.AuthDSS, iana.AuthECDSA:
		if !seen[iana.TypeCertificate] {
			return iana.TypeCertificate.String()
		}
	}
	switch info.Kx {
	case iana.KxDHE, iana.KxECDHE, iana.KxDHAnon, iana.KxECDHAnon:
		if !seen[iana.TypeServerKeyExchange] {
			return iana.TypeServerKeyExchange.String()
		}
	}
	return ""
}
