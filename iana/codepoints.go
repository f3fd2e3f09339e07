package iana

// ExtensionType is the type of an extension (RFC 8446, Section 4.2).
type ExtensionType uint16

// String returns the registry's name, such as server_name.
func (e ExtensionType) String() string { return extensionTable.name(uint32(e), 4) }

// ParseExtension reads the registry's name of an extension in any case, a
// usual short one such as alpn, or its number.
func ParseExtension(s string) (ExtensionType, error) {
	n, err := extensionTable.parse("extension", s, 16)
	return ExtensionType(n), err
}

// Extensions returns all known extension types, ascending.
func Extensions() []ExtensionType { return codes[ExtensionType](extensionTable) }

// Alert is the description of an alert (RFC 8446, Section 6).
type Alert uint8

// String returns the registry's name, such as protocol_version.
func (a Alert) String() string { return alertTable.name(uint32(a), 2) }

// ParseAlert reads the registry's name of an alert in any case, or its number.
func ParseAlert(s string) (Alert, error) {
	n, err := alertTable.parse("alert", s, 8)
	return Alert(n), err
}

// Alerts returns all known alerts, ascending.
func Alerts() []Alert { return codes[Alert](alertTable) }

// AlertLevel is the level of an alert. The zero value is invalid.
type AlertLevel uint8

// Alert levels (RFC 5246, Section 7.2). TLS 1.3 judges by the description.
const (
	AlertWarning AlertLevel = 1
	AlertFatal   AlertLevel = 2
)

// String returns warning or fatal.
func (l AlertLevel) String() string {
	switch l {
	case AlertWarning:
		return "warning"
	case AlertFatal:
		return "fatal"
	}
	return hex(uint32(l), 2)
}

// HandshakeType is the type of a handshake message (RFC 8446, Section 4).
type HandshakeType uint8

// String returns the registry's name, such as client_hello.
func (t HandshakeType) String() string { return handshakeTable.name(uint32(t), 2) }

// ContentType is the type of a record (RFC 8446, Section 5.1).
type ContentType uint8

// String returns the registry's name, such as handshake.
func (c ContentType) String() string { return contentTable.name(uint32(c), 2) }

// CompressionMethod is a method of record compression (RFC 3749). The zero
// value is none.
type CompressionMethod uint8

// String returns the registry's name, such as DEFLATE.
func (c CompressionMethod) String() string { return compressionTable.name(uint32(c), 2) }

// CertificateCompression is an algorithm of compress_certificate (RFC 8879,
// Section 3).
type CertificateCompression uint16

// String returns the registry's name, such as brotli.
func (c CertificateCompression) String() string { return certCompressionTable.name(uint32(c), 4) }

// PSKMode is a key exchange mode of pre-shared keys (RFC 8446, Section 4.2.9).
type PSKMode uint8

// String returns the registry's name, such as psk_dhe_ke.
func (m PSKMode) String() string { return pskModeTable.name(uint32(m), 2) }

// ECPointFormat is an encoding of elliptic points (RFC 8422, Section 5.1.2).
type ECPointFormat uint8

// String returns the registry's name, such as uncompressed.
func (f ECPointFormat) String() string { return pointFormatTable.name(uint32(f), 2) }

// ClientCertificateType is a kind of client certificate that a server of
// before TLS 1.3 takes (RFC 5246, Section 7.4.4).
type ClientCertificateType uint8

// String returns the registry's name, such as rsa_sign.
func (t ClientCertificateType) String() string { return clientCertTable.name(uint32(t), 2) }

// SSL2Suite is a cipher kind of SSL 2.0, three bytes. A ClientHello in the
// format of SSL 2.0 also carries cipher suites of later versions, with a first
// byte of zero (RFC 5246, Appendix E.2).
type SSL2Suite uint32

// String returns the traditional name, such as SSL_CK_RC4_128_WITH_MD5, or
// that of the cipher suite it carries.
func (s SSL2Suite) String() string {
	if suite, ok := s.Suite(); ok {
		if _, known := suite.Info(); known {
			return suite.String()
		}
	}
	return ssl2Table.name(uint32(s), 6)
}

// Suite returns the cipher suite of a later version that s carries, and
// whether it carries one.
func (s SSL2Suite) Suite() (Suite, bool) { return Suite(s), s <= 0xffff }

// SSL2Suites returns all known cipher kinds of SSL 2.0, ascending.
func SSL2Suites() []SSL2Suite { return codes[SSL2Suite](ssl2Table) }
