package transcript

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// items makes the items of a connection as a decoder would have read them:
// each message is written, and read back by wire.
type items struct {
	server, client *wire.Decoder
	version        iana.Version
	suite          iana.Suite
	certificates   []Declared
}

func newItems() *items {
	return &items{server: wire.NewDecoder(wire.FromServer), client: wire.NewDecoder(wire.FromClient)}
}

// read makes the item of one line.
func (s *items) read(side parley.Side, name string, toks []string) (wire.Item, error) {
	terms := readTerms(toks)
	switch name {
	case "Alert":
		a, err := readAlert(toks)
		return wire.Item{
			Kind: wire.KindAlert, Record: s.record(), RecordType: iana.ContentAlert, Records: 1, Alert: a,
			Raw: []byte{byte(a.Level), byte(a.Description)},
		}, err
	case "ChangeCipherSpec":
		return s.record1(wire.KindChangeCipherSpec, iana.ContentChangeCipherSpec, []byte{1}), none(terms)
	case "ApplicationData":
		if len(toks) == 1 && strings.HasPrefix(toks[0], `"`) {
			text, err := unword(toks[0])
			return s.record1(wire.KindApplicationData, iana.ContentApplicationData, []byte(text)), err
		}
		return s.opaque(wire.KindApplicationData, iana.ContentApplicationData, terms)
	case "EncryptedHandshake":
		return s.opaque(wire.KindEncryptedHandshake, iana.ContentHandshake, terms)
	case "EncryptedAlert":
		return s.opaque(wire.KindEncryptedAlert, iana.ContentAlert, terms)
	case "Heartbeat":
		return s.opaque(wire.KindHeartbeat, iana.ContentHeartbeat, terms)
	case "SSL2Record":
		return s.opaque(wire.KindSSL2, 0, terms)
	}
	for kind, odd := range oddNames {
		if odd == name {
			return readOdd(kind, terms)
		}
	}
	return s.handshake(side, name, terms)
}

func none(terms []term) error {
	if len(terms) > 0 {
		return fmt.Errorf("unknown term %q", terms[0])
	}
	return nil
}

// record is the version that records have after the ServerHello.
func (s *items) record() iana.Version {
	if s.version == 0 || s.version > iana.TLS12 {
		return iana.TLS12
	}
	return s.version
}

func (s *items) record1(kind wire.ItemKind, typ iana.ContentType, payload []byte) wire.Item {
	return wire.Item{Kind: kind, Record: s.record(), RecordType: typ, Records: 1, Raw: payload}
}

func (s *items) opaque(kind wire.ItemKind, typ iana.ContentType, terms []term) (wire.Item, error) {
	if len(terms) != 1 || terms[0].key != "size" {
		return wire.Item{}, fmt.Errorf("want size=BYTES")
	}
	n, err := number(terms[0].value, 1<<15)
	it := s.record1(kind, typ, make([]byte, n))
	if kind == wire.KindSSL2 {
		it.Record = iana.SSL2
	}
	return it, err
}

func readAlert(toks []string) (wire.Alert, error) {
	if len(toks) == 0 || len(toks) > 2 {
		return wire.Alert{}, fmt.Errorf("want an alert such as fatal protocol_version(70)")
	}
	a := wire.Alert{Level: iana.AlertFatal}
	var err error
	if len(toks) == 2 {
		if a.Level, err = levels.parse(toks[0]); err != nil {
			return a, err
		}
	}
	name, digits, ok := strings.Cut(strings.TrimSuffix(toks[len(toks)-1], ")"), "(")
	if a.Description, err = alerts.parse(name); err != nil {
		return a, err
	}
	if ok {
		if n, err := number(digits, 255); err != nil || iana.Alert(n) != a.Description {
			return a, fmt.Errorf("%s is %d, not %s", name, uint8(a.Description), digits)
		}
	}
	return a, nil
}

// bodyOf is a message that writes its own body.
type bodyOf interface{ Body() []byte }

// handshake makes the item of a handshake message.
func (s *items) handshake(side parley.Side, name string, terms []term) (wire.Item, error) {
	m, typ, err := s.build(name, terms)
	if err != nil {
		return wire.Item{}, err
	}
	if typ == ssl2Message {
		payload := m.(bodyOf).Body()
		return wire.Item{
			Kind: wire.KindSSL2, Record: iana.SSL2, Records: 1, Message: m, Raw: payload,
		}, nil
	}
	var body []byte
	switch m := m.(type) {
	case bodyOf:
		body = m.Body()
	case []byte:
		body = m
	}
	if len(body) > wire.DefaultLimit {
		return wire.Item{}, fmt.Errorf("a message of %d bytes is too long", len(body))
	}
	d := s.server
	if side == parley.ClientSide {
		d = s.client
		d.SetNegotiated(s.version, s.suite)
	}
	record := s.record()
	if h, ok := m.(*wire.ServerHello); ok {
		record = min(h.LegacyVersion, iana.TLS12)
	}
	if record>>8 != 3 {
		record = iana.TLS12
	}
	d.Write(wire.AppendRecords(nil, iana.ContentHandshake, record, wire.AppendMessage(nil, typ, body)))
	it, ok := d.Next()
	if !ok {
		return it, fmt.Errorf("%s is not a whole message", name)
	}
	if it.Kind != wire.KindHandshake {
		return it, fmt.Errorf("%s does not read back: %v", name, it.Err)
	}
	switch other := name == "Handshake"; {
	case other && it.Message != nil:
		return it, fmt.Errorf("%v has a line of its own", typ)
	case !other && it.Message == nil:
		return it, fmt.Errorf("%s needs a ServerHello above", name)
	}
	if h, ok := it.Message.(*wire.ServerHello); ok {
		s.version, s.suite = h.Version(), h.Suite
	}
	it.Offset = 0
	return it, nil
}

// ssl2Message is the type of the messages of SSL 2, which have none.
const ssl2Message iana.HandshakeType = 0xff

// build makes the message of a line, and its type.
func (s *items) build(name string, terms []term) (any, iana.HandshakeType, error) {
	switch name {
	case "ClientHello":
		h, _, err := readHello(terms)
		return h, iana.TypeClientHello, err
	case "SSL2ServerHello":
		h, err := readSSL2Server(terms)
		return h, ssl2Message, err
	case "SSL2Error":
		if len(terms) != 1 || terms[0].key != "code" {
			return nil, 0, fmt.Errorf("want code=NUMBER")
		}
		n, err := number(terms[0].value, 0xffff)
		return &wire.SSL2Error{Code: uint16(n)}, ssl2Message, err
	case "ServerHello", "HelloRetryRequest":
		h, err := readServerHello(terms, name == "HelloRetryRequest")
		return h, iana.TypeServerHello, err
	case "HelloVerifyRequest":
		m, err := readHelloVerify(terms)
		return m, iana.TypeHelloVerifyRequest, err
	case "EncryptedExtensions":
		exts, err := readExtensions(serverViews, terms)
		return &wire.EncryptedExtensions{Extensions: exts}, iana.TypeEncryptedExtensions, err
	case "Certificate":
		m, err := readCertificate(terms, s.version.TLS(), s.certificates)
		return m, iana.TypeCertificate, err
	case "CertificateStatus":
		return &wire.CertificateStatus{Type: 1, Responses: [][]byte{{0x30, 0}}}, iana.TypeCertificateStatus, none(terms)
	case "ServerKeyExchange":
		m, err := readKeyExchange(terms, s.version.TLS(), s.suite)
		return m, iana.TypeServerKeyExchange, err
	case "CertificateRequest":
		m, err := readRequest(terms, s.version.TLS())
		return m, iana.TypeCertificateRequest, err
	case "CertificateVerify":
		return s.verify(terms)
	case "NewSessionTicket":
		return s.ticket(terms)
	case "ServerHelloDone":
		return []byte{}, iana.TypeServerHelloDone, none(terms)
	case "Finished":
		return make([]byte, 12), iana.TypeFinished, none(terms)
	case "HelloRequest":
		return []byte{}, iana.TypeHelloRequest, none(terms)
	case "Handshake":
		return otherMessage(terms)
	}
	return nil, 0, fmt.Errorf("%q is no message", name)
}

func (s *items) verify(terms []term) (any, iana.HandshakeType, error) {
	m := &wire.CertificateVerify{Signature: make([]byte, 64)}
	for _, t := range terms {
		if t.key != "scheme" {
			return nil, 0, fmt.Errorf("unknown term %q", t.key)
		}
		var err error
		if m.Scheme, err = schemes.parse(t.value); err != nil {
			return nil, 0, err
		}
		m.HasScheme = true
	}
	if m.HasScheme == s.version.Before(iana.TLS12) {
		return nil, 0, fmt.Errorf("CertificateVerify has a scheme from 1.2 on")
	}
	return m, iana.TypeCertificateVerify, nil
}

func (s *items) ticket(terms []term) (any, iana.HandshakeType, error) {
	m := &wire.NewSessionTicket{Ticket: make([]byte, 64), TLS13: s.version.TLS() == iana.TLS13}
	for _, t := range terms {
		if t.key != "lifetime" {
			return nil, 0, fmt.Errorf("unknown term %q", t.key)
		}
		n, err := strconv.ParseUint(t.value, 10, 32)
		if err != nil {
			return nil, 0, fmt.Errorf("%q is not a number of seconds", t.value)
		}
		m.Lifetime = uint32(n)
	}
	return m, iana.TypeNewSessionTicket, nil
}

// otherMessage is one that wire does not read.
func otherMessage(terms []term) (any, iana.HandshakeType, error) {
	var typ iana.HandshakeType
	var body []byte
	for _, t := range terms {
		var err error
		n := 0
		switch t.key {
		case "type":
			typ, err = types.parse(t.value)
		case "size":
			n, err = number(t.value, 1<<16)
			body = make([]byte, n)
		default:
			err = fmt.Errorf("unknown term %q", t.key)
		}
		if err != nil {
			return nil, 0, err
		}
	}
	return body, typ, nil
}
