// The upgrades of databases and directories, which speak in packets.

package probe

import (
	"bytes"
	"encoding/binary"
	"strconv"
	"strings"
)

// upgradePostgres is the SSLRequest, answered by one byte.
func (x *run) upgradePostgres() *end {
	if e := x.link.write([]byte{0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f}); e != nil {
		return e
	}
	b, e := x.exactly(1)
	if e != nil {
		return e
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
	head, e := x.exactly(4)
	if e != nil {
		return e
	}
	n := int(head[0]) | int(head[1])<<8 | int(head[2])<<16
	if n < 5 || n > 1<<12 || head[3] > 1 {
		return x.stranger("greeting of MySQL", head)
	}
	body, e := x.exactly(n, head...)
	if e != nil {
		return e
	}
	packet := append(head, body...)
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
	head, e := x.exactly(2)
	if e != nil {
		return e
	}
	n := int(head[1])
	if n > 0x80 && n <= 0x83 {
		more, e := x.exactly(n-0x80, head...)
		if e != nil {
			return e
		}
		n = 0
		for _, b := range more {
			n = n<<8 | int(b)
		}
		head = append(head, more...)
	}
	if head[0] != 0x30 || n > 1<<12 {
		return x.stranger("LDAP", head)
	}
	body, e := x.exactly(n, head...)
	if e != nil {
		return e
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
