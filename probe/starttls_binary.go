// The upgrades of protocols that speak in packets, and XMPP.

package probe

import (
	"bytes"
	"encoding/binary"
	"html"
	"strconv"
	"strings"
	"time"
)

// upgradePostgres is the SSLRequest, answered by one byte.
func (x *run) upgradePostgres() *end {
	if e := x.link.write([]byte{0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f}); e != nil {
		return e
	}
	b, e := x.link.exactly(1, time.Time{})
	if e != nil {
		return x.cut(e, b)
	}
	switch b[0] {
	case 'S':
		return nil
	case 'N':
		x.greet(b)
		return refused("N, the answer to an SSLRequest")
	}
	b = x.link.banner(append(b, x.link.take()...))
	x.greet(b)
	return refused("%s", identify(b))
}

// The capability flags of MySQL that an SSLRequest sets.
const (
	mysqlLongPassword = 1 << 0
	mysqlProtocol41   = 1 << 9
	mysqlSSL          = 1 << 11
	mysqlSecure       = 1 << 15
)

// upgradeMySQL reads the greeting and answers with an SSLRequest packet, which
// nothing acknowledges.
func (x *run) upgradeMySQL() *end {
	head, e := x.link.exactly(4, time.Time{})
	if e != nil {
		return x.cut(e, head)
	}
	n := int(head[0]) | int(head[1])<<8 | int(head[2])<<16
	if n < 5 || n > 1<<12 || head[3] > 1 {
		came := x.link.banner(append(head, x.link.take()...))
		x.greet(came)
		return refused("no greeting of MySQL: %s", identify(came))
	}
	body, e := x.link.exactly(n, time.Time{})
	packet := append(head, body...)
	if e != nil {
		return x.cut(e, packet)
	}
	x.greet(packet)
	version := bytes.IndexByte(body, 0)
	// After the version: 4 bytes of connection, 8 of challenge, 1 of filler.
	if body[0] != 10 || version < 0 || len(body) < version+16 {
		return refused("%s", identify(packet))
	}
	if binary.LittleEndian.Uint16(body[version+14:])&mysqlSSL == 0 {
		return refused("the greeting lacks CLIENT_SSL: %s", identify(packet))
	}
	request := make([]byte, 4+32)
	request[0], request[3] = 32, 1
	binary.LittleEndian.PutUint32(request[4:], mysqlLongPassword|mysqlProtocol41|mysqlSSL|mysqlSecure)
	binary.LittleEndian.PutUint32(request[8:], 1<<24)
	request[12] = 33 // utf8
	return x.link.write(request)
}

// startTLSRequest is an LDAPMessage with the extended request of StartTLS
// (RFC 4511, Section 4.14.1).
var startTLSRequest = append([]byte{0x30, 0x1d, 0x02, 0x01, 0x01, 0x77, 0x18, 0x80, 0x16}, "1.3.6.1.4.1.1466.20037"...)

// ldapCodes are the results that servers give to StartTLS (RFC 4511, Appendix A).
var ldapCodes = map[int]string{
	1: "operationsError", 2: "protocolError", 8: "strongerAuthRequired", 10: "referral", 51: "busy",
	52: "unavailable", 53: "unwillingToPerform", 80: "other",
}

// upgradeLDAP is the StartTLS operation.
func (x *run) upgradeLDAP() *end {
	if e := x.link.write(startTLSRequest); e != nil {
		return e
	}
	head, e := x.link.exactly(2, time.Time{})
	if e != nil {
		return x.cut(e, head)
	}
	n, more := int(head[1]), []byte(nil)
	if n > 0x80 && n <= 0x83 {
		if more, e = x.link.exactly(n-0x80, time.Time{}); e != nil {
			return x.cut(e, append(head, more...))
		}
		n = 0
		for _, b := range more {
			n = n<<8 | int(b)
		}
	}
	if head[0] != 0x30 || n > 1<<12 {
		came := x.link.banner(append(append(head, more...), x.link.take()...))
		x.greet(came)
		x.greet(came)
		return refused("no LDAP: %s", identify(came))
	}
	body, e := x.link.exactly(n, time.Time{})
	if e != nil {
		return x.cut(e, append(append(head, more...), body...))
	}
	code, words, ok := ldapResult(body)
	switch {
	case !ok:
		return refused("no extended response of LDAP: %x", body[:min(len(body), 16)])
	case code != 0:
		return refused("%s", strings.TrimSpace(ldapCode(code)+" "+words))
	}
	return nil
}

func ldapCode(code int) string {
	if name, ok := ldapCodes[code]; ok {
		return name + "(" + strconv.Itoa(code) + ")"
	}
	return "result " + strconv.Itoa(code)
}

// ldapResult reads result code and message of an extended response.
func ldapResult(b []byte) (code int, words string, ok bool) {
	_, b, ok = element(b, 0x02) // messageID
	if !ok {
		return 0, "", false
	}
	response, _, ok := element(b, 0x78)
	if !ok {
		return 0, "", false
	}
	result, response, ok := element(response, 0x0a)
	if !ok || len(result) != 1 {
		return 0, "", false
	}
	_, response, _ = element(response, 0x04) // matchedDN
	message, _, _ := element(response, 0x04)
	return int(result[0]), string(message), true
}

// element reads one BER element of the given tag.
func element(b []byte, tag byte) (content, rest []byte, ok bool) {
	if len(b) < 2 || b[0] != tag {
		return nil, nil, false
	}
	n, b := int(b[1]), b[2:]
	if n > 0x80 && n <= 0x83 && len(b) >= n-0x80 {
		size := n - 0x80
		n = 0
		for _, c := range b[:size] {
			n = n<<8 | int(c)
		}
		b = b[size:]
	}
	if n > len(b) {
		return nil, nil, false
	}
	return b[:n], b[n:], true
}

// upgradeXMPP is STARTTLS of XMPP (RFC 6120, Section 5).
func (x *run) upgradeXMPP(namespace string) *end {
	to := html.EscapeString(x.a.Scope.Name)
	open := "<?xml version='1.0'?><stream:stream xmlns='" + namespace +
		"' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'"
	if to != "" {
		open += " to='" + to + "'"
	}
	features, e := x.stanza(open+">", "</stream:features>", "</stream:error>", "</stream:stream>", "<stream:features/>")
	if e != nil {
		return e
	}
	if !bytes.Contains(features, []byte("urn:ietf:params:xml:ns:xmpp-tls")) {
		return refused("starttls is not offered: %s", clip(features))
	}
	answer, e := x.stanza("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", "/>", "</proceed>", "</failure>", "</stream:error>")
	if e != nil {
		return e
	}
	if !bytes.Contains(answer, []byte("<proceed")) {
		return refused("%s", clip(answer))
	}
	return nil
}

// stanza writes s and reads until one of the marks.
func (x *run) stanza(s string, marks ...string) ([]byte, *end) {
	if e := x.link.write([]byte(s)); e != nil {
		return nil, e
	}
	l := x.link
	deadline := time.Now().Add(3 * l.silence)
	for {
		for _, m := range marks {
			if i := bytes.Index(l.in, []byte(m)); i >= 0 {
				b := l.in[:i+len(m)]
				l.in = l.in[i+len(m):]
				x.greet(b)
				return b, nil
			}
		}
		if len(l.in) > maxHeader {
			return nil, refused("more than %d bytes without an end", maxHeader)
		}
		if len(l.in) > 0 && l.in[0] != '<' {
			came := l.banner(l.take())
			x.greet(came)
			return nil, refused("no XMPP: %s", identify(came))
		}
		if e := l.fill(deadline); e != nil {
			return nil, x.cut(e, l.take())
		}
	}
}

// clip cuts b to what a detail may hold.
func clip(b []byte) string { return strings.TrimSpace(string(b[:min(len(b), 240)])) }
