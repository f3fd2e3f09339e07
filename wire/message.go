package wire

import "github.com/parley-tls/parley/iana"

// ParseMessage reads the body of a handshake message of type t. v and suite are
// what was negotiated, zero if unknown; some forms depend on them. It returns
// nil without an error for a type it does not read, or cannot read without
// knowing what was negotiated. The result refers to body.
func ParseMessage(t iana.HandshakeType, body []byte, v iana.Version, suite iana.Suite) (any, error) {
	switch t {
	case iana.TypeHelloRequest:
		return some(ParseHelloRequest(body))
	case iana.TypeClientHello:
		return some(ParseClientHello(body))
	case iana.TypeServerHello:
		return some(ParseServerHello(body))
	case iana.TypeHelloVerifyRequest:
		return some(ParseHelloVerifyRequest(body))
	case iana.TypeEncryptedExtensions:
		return some(ParseEncryptedExtensions(body))
	case iana.TypeCertificateStatus:
		return some(ParseCertificateStatus(body))
	case iana.TypeServerHelloDone:
		return some(ParseServerHelloDone(body))
	case iana.TypeFinished:
		return some(ParseFinished(body))
	}
	if v == 0 {
		return nil, nil
	}
	v = v.TLS() // whose forms DTLS has
	switch t {
	case iana.TypeNewSessionTicket:
		return some(ParseNewSessionTicket(body, v))
	case iana.TypeCertificate:
		return some(ParseCertificate(body, v))
	case iana.TypeServerKeyExchange:
		return some(ParseServerKeyExchange(body, v, suite))
	case iana.TypeCertificateRequest:
		return some(ParseCertificateRequest(body, v))
	case iana.TypeCertificateVerify:
		return some(ParseCertificateVerify(body, v))
	}
	return nil, nil
}

// some keeps a nil message from becoming a non-nil any.
func some[M any](m *M, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return m, nil
}
