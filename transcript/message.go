package transcript

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// itemLine writes what crossed the wire as a message name and tokens. It is
// false for what a transcript says as an end.
func itemLine(it wire.Item) (string, []string, bool) {
	switch it.Kind {
	case wire.KindHandshake, wire.KindSSL2:
		name, toks := messageLine(it)
		return name, toks, true
	case wire.KindAlert:
		return "Alert", alertTokens(it.Alert), true
	case wire.KindChangeCipherSpec:
		return "ChangeCipherSpec", nil, true
	case wire.KindApplicationData:
		if it.Protected {
			return "ApplicationData", []string{quote(string(it.Raw))}, true
		}
		return "ApplicationData", sizeToken(len(it.Raw)), true
	case wire.KindEncryptedHandshake:
		return "EncryptedHandshake", sizeToken(len(it.Raw)), true
	case wire.KindEncryptedAlert:
		return "EncryptedAlert", sizeToken(len(it.Raw)), true
	case wire.KindHeartbeat:
		return "Heartbeat", sizeToken(len(it.Raw)), true
	case wire.KindMalformed, wire.KindTruncated, wire.KindTooLarge, wire.KindUnknownRecord:
		return oddNames[it.Kind], oddTokens(it), true
	}
	return "", nil, false
}

var oddNames = map[wire.ItemKind]string{
	wire.KindMalformed: "Malformed", wire.KindTruncated: "Truncated",
	wire.KindTooLarge: "TooLarge", wire.KindUnknownRecord: "UnknownRecord",
}

func sizeToken(n int) []string { return []string{"size=" + strconv.Itoa(n)} }

func alertTokens(a wire.Alert) []string {
	return []string{levels.name(a.Level), fmt.Sprintf("%s(%d)", alerts.name(a.Description), uint8(a.Description))}
}

// maxOdd is how much of bytes that make no sense a transcript carries.
const maxOdd = 64

func oddTokens(it wire.Item) []string {
	toks := []string{"record=" + contents.name(it.RecordType)}
	if it.HasType {
		toks = append(toks, "type="+types.name(it.Type))
	}
	if it.Missing > 0 {
		toks = append(toks, "missing="+strconv.Itoa(it.Missing))
	}
	if len(it.Raw) > 0 {
		toks = append(toks, "raw=hex:"+hex.EncodeToString(it.Raw[:min(len(it.Raw), maxOdd)]))
	}
	if it.Err != nil {
		toks = append(toks, "error="+quote(it.Err.Error()))
	}
	return toks
}

// readOdd inverts oddTokens.
func readOdd(kind wire.ItemKind, terms []term) (wire.Item, error) {
	it := wire.Item{Kind: kind, Records: 1}
	for _, t := range terms {
		var err error
		switch t.key {
		case "record":
			it.RecordType, err = contents.parse(t.value)
		case "type":
			it.Type, err = types.parse(t.value)
			it.HasType = true
		case "missing":
			it.Missing, err = number(t.value, 1<<24)
		case "raw":
			it.Raw, err = hex.DecodeString(strings.TrimPrefix(t.value, "hex:"))
			if err == nil && len(it.Raw) > maxOdd {
				err = fmt.Errorf("raw holds at most %d bytes", maxOdd)
			}
		case "error":
			var s string
			s, err = unword(t.value)
			it.Err = errors.New(s)
		default:
			err = fmt.Errorf("unknown term %q", t.key)
		}
		if err != nil {
			return it, err
		}
	}
	return it, nil
}

// messageLine writes a handshake message.
func messageLine(it wire.Item) (string, []string) {
	switch m := it.Message.(type) {
	case *wire.ClientHello:
		return "ClientHello", helloTerms(m)
	case *wire.SSL2ClientHello:
		return "SSL2ClientHello", ssl2Terms(m)
	case *wire.SSL2ServerHello:
		return "SSL2ServerHello", ssl2ServerTerms(m)
	case *wire.SSL2Error:
		return "SSL2Error", []string{"code=" + strconv.Itoa(int(m.Code))}
	case *wire.ServerHello:
		if m.IsHelloRetryRequest() {
			return "HelloRetryRequest", serverTerms(m)
		}
		return "ServerHello", serverTerms(m)
	case *wire.HelloVerifyRequest:
		return "HelloVerifyRequest", []string{"version=" + versions.name(m.Version), "cookie=" + strconv.Itoa(len(m.Cookie))}
	case *wire.EncryptedExtensions:
		return "EncryptedExtensions", extensionTerms(serverViews, m.Extensions)
	case *wire.Certificate:
		return "Certificate", certificateTerms(m)
	case *wire.CertificateStatus:
		return "CertificateStatus", nil
	case *wire.ServerKeyExchange:
		return "ServerKeyExchange", keyExchangeTerms(m)
	case *wire.CertificateRequest:
		return "CertificateRequest", requestTerms(m)
	case *wire.CertificateVerify:
		if m.HasScheme {
			return "CertificateVerify", []string{"scheme=" + schemes.name(m.Scheme)}
		}
		return "CertificateVerify", nil
	case *wire.NewSessionTicket:
		return "NewSessionTicket", []string{"lifetime=" + strconv.FormatUint(uint64(m.Lifetime), 10)}
	case *wire.ServerHelloDone:
		return "ServerHelloDone", nil
	case *wire.Finished:
		return "Finished", nil
	case *wire.HelloRequest:
		return "HelloRequest", nil
	}
	if it.Kind == wire.KindSSL2 {
		return "SSL2Record", sizeToken(len(it.Raw))
	}
	toks := []string{"type=" + types.name(it.Type)}
	if n := max(0, len(it.Raw)-4); n > 0 {
		toks = append(toks, "size="+strconv.Itoa(n))
	}
	return "Handshake", toks
}

// readHelloVerify reads what a server of DTLS asks to be told again.
func readHelloVerify(terms []term) (*wire.HelloVerifyRequest, error) {
	m := &wire.HelloVerifyRequest{Version: iana.DTLS10, Cookie: make([]byte, 20)}
	for _, t := range terms {
		var err error
		n := 0
		switch t.key {
		case "version":
			m.Version, err = versions.parse(t.value)
		case "cookie":
			n, err = number(t.value, 255)
			m.Cookie = make([]byte, n)
		default:
			err = fmt.Errorf("unknown term %q", t.key)
		}
		if err != nil {
			return nil, err
		}
	}
	return m, nil
}

func extensionTerms(views []view, exts []wire.Extension) []string {
	var out []string
	for _, e := range exts {
		out = append(out, showExtension(views, e).String())
	}
	return out
}

func readExtensions(views []view, terms []term) ([]wire.Extension, error) {
	out := []wire.Extension{}
	for _, t := range terms {
		e, err := readExtension(views, t)
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, extensionsFit(out)
}

func ssl2ServerTerms(m *wire.SSL2ServerHello) []string {
	out := []string{"version=" + versions.name(m.Version), "kinds=" + kinds.list(m.Kinds)}
	if len(m.Certificate) > 0 {
		out = append(out, "certificate="+strconv.Itoa(len(m.Certificate)))
	}
	return out
}

func readSSL2Server(terms []term) (*wire.SSL2ServerHello, error) {
	m := &wire.SSL2ServerHello{Version: iana.SSL2, CertificateType: 1, ConnectionID: make([]byte, 16)}
	for _, t := range terms {
		var err error
		n := 0
		switch t.key {
		case "version":
			m.Version, err = versions.parse(t.value)
		case "kinds":
			m.Kinds, err = kinds.parseList(t.value)
		case "certificate":
			n, err = number(t.value, 8192)
			m.Certificate = make([]byte, n)
		default:
			err = fmt.Errorf("unknown term %q", t.key)
		}
		if err != nil {
			return nil, err
		}
	}
	if len(m.Kinds) > 1000 {
		return nil, fmt.Errorf("too many cipher kinds")
	}
	return m, nil
}

// keyExchangeTerms writes what decides of a ServerKeyExchange.
func keyExchangeTerms(m *wire.ServerKeyExchange) []string {
	var out []string
	switch {
	case m.Group != 0:
		out = append(out, "group="+groups.name(m.Group))
	case m.PBits != 0:
		out = append(out, "dh="+strconv.Itoa(m.PBits))
	case len(m.Modulus) > 0:
		out = append(out, "rsa="+strconv.Itoa(8*len(bytes.TrimLeft(m.Modulus, "\x00"))))
	case m.CurveType != 0:
		out = append(out, "explicit_group")
	}
	if m.HasScheme {
		out = append(out, "scheme="+schemes.name(m.Scheme))
	}
	return out
}

// readKeyExchange inverts keyExchangeTerms, under the version and suite that
// the ServerHello above selected.
func readKeyExchange(terms []term, v iana.Version, s iana.Suite) (*wire.ServerKeyExchange, error) {
	info, _ := s.Info()
	m := &wire.ServerKeyExchange{KeyExchange: info.Kx, Anonymous: unsigned(info), Signature: make([]byte, 64)}
	var err error
	for _, t := range terms {
		n := 0
		switch {
		case t.key == "group":
			m.CurveType = wire.CurveTypeNamed
			m.Group, err = groups.parse(t.value)
			m.Public = make([]byte, pointSize(m.Group))
		case t.key == "explicit_group" && t.bare:
			m.CurveType = wire.CurveTypeExplicitPrime
			m.Explicit = make([]byte, 6)
			m.Public = make([]byte, 65)
		case t.key == "dh":
			n, err = number(t.value, 1<<15)
			m.P, m.PBits = prime(n), n
			m.G, m.Ys = []byte{2}, make([]byte, len(m.P))
		case t.key == "rsa":
			n, err = number(t.value, 1<<15)
			m.Modulus, m.Exponent = prime(n/8*8), []byte{1, 0, 1}
		case t.key == "scheme":
			m.Scheme, err = schemes.parse(t.value)
			m.HasScheme = true
		default:
			err = fmt.Errorf("unknown term %q", t.key)
		}
		if err != nil {
			return nil, err
		}
	}
	if m.KeyExchange == 0 && len(terms) > 0 {
		return nil, fmt.Errorf("ServerKeyExchange needs a ServerHello above that selects a suite with one")
	}
	if m.KeyExchange != 0 && !m.Anonymous && m.HasScheme != (v == iana.TLS12) {
		return nil, fmt.Errorf("ServerKeyExchange has a scheme in 1.2 and in 1.2 only")
	}
	return m, nil
}

// unsigned reports whether a suite's ServerKeyExchange carries no signature.
func unsigned(info iana.SuiteInfo) bool {
	switch info.Kx {
	case iana.KxPSK, iana.KxRSAPSK, iana.KxDHEPSK, iana.KxECDHEPSK:
		return true
	}
	return info.Auth == iana.AuthAnon || info.Auth == iana.AuthSRP
}

func pointSize(g iana.Group) int {
	if i, ok := g.Info(); ok && i.ServerShare > 0 && i.ServerShare < 256 {
		return i.ServerShare
	}
	return 65
}

// prime returns an odd number of that many bits, big-endian.
func prime(bits int) []byte {
	if bits == 0 {
		return nil
	}
	p := bytes.Repeat([]byte{0xff}, (bits+7)/8)
	p[0] >>= (8 - bits%8) % 8
	return p
}

// requestTerms writes a CertificateRequest. Of the authorities it keeps the
// number, which in 1.3 stands in the extension.
func requestTerms(m *wire.CertificateRequest) []string {
	if m.Version == iana.TLS13 {
		return extensionTerms(requestViews, m.Extensions)
	}
	out := []string{"types=" + certTypes.list(m.Types)}
	if m.Version == iana.TLS12 {
		out = append(out, "schemes="+schemes.list(m.Schemes))
	}
	if len(m.Authorities) > 0 {
		out = append(out, "authorities="+strconv.Itoa(len(m.Authorities)))
	}
	return out
}

// readRequest inverts requestTerms.
func readRequest(terms []term, v iana.Version) (*wire.CertificateRequest, error) {
	m := &wire.CertificateRequest{Version: v}
	var err error
	if v == iana.TLS13 {
		m.Extensions, err = readExtensions(requestViews, terms)
		return m, err
	}
	for _, t := range terms {
		switch t.key {
		case "types":
			m.Types, err = certTypes.parseList(t.value)
		case "schemes":
			m.Schemes, err = schemes.parseList(t.value)
		case "authorities":
			n := 0
			n, err = number(t.value, 10000)
			for range n {
				m.Authorities = append(m.Authorities, []byte{0x30, 0}) // an empty name in DER
			}
		default:
			err = fmt.Errorf("unknown term %q", t.key)
		}
		if err != nil {
			return nil, err
		}
	}
	if len(m.Types) > 255 || len(m.Schemes) > 0x7fff {
		return nil, fmt.Errorf("a list is too long for a CertificateRequest")
	}
	return m, nil
}
