package probe

import (
	"encoding/binary"
	"fmt"
)

// The packets of TDS that an upgrade meets ([MS-TDS], Section 2.2.3.1.1).
const (
	tdsResponse = 0x04
	tdsPrelogin = 0x12
	tdsHeader   = 8
	tdsPacket   = 4096 // the size before a login agrees on another
)

// The options of a PRELOGIN, and what ENCRYPTION says ([MS-TDS], Section 2.2.6.5).
const (
	tdsVersion    = 0x00
	tdsEncryption = 0x01
	tdsEnd        = 0xff

	tdsEncryptOn     = 0x01
	tdsEncryptNotSup = 0x02
	tdsEncryptReq    = 0x03
)

// preloginOptions are what a client says that wants all encrypted: the version
// of a client, ENCRYPT_ON, no instance, no thread, no MARS.
var preloginOptions = []byte{
	tdsVersion, 0, 26, 0, 6,
	tdsEncryption, 0, 32, 0, 1,
	0x02, 0, 33, 0, 1, // INSTOPT
	0x03, 0, 34, 0, 4, // THREADID
	0x04, 0, 38, 0, 1, // MARS
	tdsEnd,
	16, 0, 0, 0, 0, 0,
	tdsEncryptOn,
	0,
	0, 0, 0, 0,
	0,
}

// upgradeTDS is the PRELOGIN of TDS 7.1 to 7.4. What follows until the handshake
// is through stands in packets of the same type ([MS-TDS], Section 2.2.6.5);
// TDS 8.0 has TLS from the first byte instead.
func (x *run) upgradeTDS() *end {
	if e := x.link.write(tdsPackets(preloginOptions)); e != nil {
		return e
	}
	var body []byte
	for last := false; !last; {
		head, e := x.exactly(tdsHeader)
		if e != nil {
			return e
		}
		n := int(binary.BigEndian.Uint16(head[2:])) - tdsHeader
		if head[0] != tdsResponse || n < 0 || head[1] > 1 {
			return x.stranger("TDS", head)
		}
		payload, e := x.exactly(n, head...)
		if e != nil {
			return e
		}
		if len(body) == 0 {
			x.greet(append(head, payload...))
		}
		body = append(body, payload...)
		last = head[1] == 1
		if len(body) > maxHeader {
			return refused("an answer to PRELOGIN of more than %d bytes", maxHeader)
		}
	}
	encryption, ok := preloginOption(body, tdsEncryption)
	switch {
	case !ok || len(encryption) != 1:
		return refused("no answer to a PRELOGIN: %x", body[:min(len(body), 16)])
	case encryption[0] == tdsEncryptNotSup:
		return refused("ENCRYPT_NOT_SUP, the answer to a PRELOGIN%s", tdsServer(body))
	case encryption[0] > tdsEncryptReq:
		return refused("0x%02x for ENCRYPTION, the answer to a PRELOGIN%s", encryption[0], tdsServer(body))
	}
	packets := &tdsStream{}
	x.link.wrap, x.link.unwrap = tdsPackets, packets.unwrap
	return nil
}

// tdsServer names the version of a server, if its PRELOGIN says one.
func tdsServer(body []byte) string {
	v, ok := preloginOption(body, tdsVersion)
	if !ok || len(v) < 4 {
		return ""
	}
	return fmt.Sprintf(" (SQL Server %d.%d.%d)", v[0], v[1], binary.BigEndian.Uint16(v[2:]))
}

// preloginOption returns the data of an option.
func preloginOption(body []byte, token byte) ([]byte, bool) {
	for at := 0; at < len(body) && body[at] != tdsEnd && at+5 <= len(body); at += 5 {
		from, n := int(binary.BigEndian.Uint16(body[at+1:])), int(binary.BigEndian.Uint16(body[at+3:]))
		if body[at] == token && from+n <= len(body) {
			return body[from : from+n], true
		}
	}
	return nil, false
}

// tdsPackets puts b into PRELOGIN packets, the last of which ends the message.
func tdsPackets(b []byte) []byte {
	var out []byte
	for id := byte(1); len(b) > 0; id++ {
		n := min(len(b), tdsPacket-tdsHeader)
		status := byte(0)
		if n == len(b) {
			status = 1
		}
		out = append(out, tdsPrelogin, status)
		out = binary.BigEndian.AppendUint16(out, uint16(n+tdsHeader))
		out = append(append(out, 0, 0, id, 0), b[:n]...)
		b = b[n:]
	}
	return out
}

// tdsStream takes the records of TLS out of packets. No type of record is one of
// a packet, and so the first bytes that are no packet are where TLS stands alone,
// as it does behind the handshake.
type tdsStream struct {
	head  []byte // of a header, what came of it
	left  int    // bytes of the packet under way that are to come
	alone bool
}

func (s *tdsStream) unwrap(b []byte) []byte {
	var out []byte
	for len(b) > 0 {
		if s.alone {
			return append(out, b...)
		}
		if s.left > 0 {
			n := min(s.left, len(b))
			out, b, s.left = append(out, b[:n]...), b[n:], s.left-n
			continue
		}
		n := min(tdsHeader-len(s.head), len(b))
		s.head, b = append(s.head, b[:n]...), b[n:]
		switch {
		case s.head[0] != tdsPrelogin && s.head[0] != tdsResponse,
			len(s.head) == tdsHeader && binary.BigEndian.Uint16(s.head[2:]) < tdsHeader:
			s.alone = true
			out, s.head = append(out, s.head...), nil
		case len(s.head) == tdsHeader:
			s.left, s.head = int(binary.BigEndian.Uint16(s.head[2:]))-tdsHeader, s.head[:0]
		}
	}
	return out
}
