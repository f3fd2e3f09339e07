package probe

import (
	"encoding/binary"
	"fmt"
)

// The negotiation of RDP ([MS-RDPBCGR], Sections 2.2.1.1 and 2.2.1.2).
const (
	rdpResponse = 0x02
	rdpFailure  = 0x03

	rdpProtocolSSL    = 0x00000001
	rdpProtocolHybrid = 0x00000002
)

// negotiationRequest is an X.224 Connection Request that asks for TLS, with
// CredSSP inside or without.
var negotiationRequest = []byte{
	3, 0, 0, 19, // TPKT, RFC 1006, Section 6
	14, 0xe0, 0, 0, 0, 0, 0, // X.224, class 0
	1, 0, 8, 0, rdpProtocolSSL | rdpProtocolHybrid, 0, 0, 0,
}

// rdpFailures are the codes of an RDP_NEG_FAILURE ([MS-RDPBCGR], Section 2.2.1.2.2).
var rdpFailures = map[uint32]string{
	1: "SSL_REQUIRED_BY_SERVER", 2: "SSL_NOT_ALLOWED_BY_SERVER", 3: "SSL_CERT_NOT_ON_SERVER",
	4: "INCONSISTENT_FLAGS", 5: "HYBRID_REQUIRED_BY_SERVER", 6: "SSL_WITH_USER_AUTH_REQUIRED_BY_SERVER",
}

// upgradeRDP asks for TLS in the Connection Request. TLS follows a
// Connection Confirm that selects a protocol inside it.
func (x *run) upgradeRDP() *end {
	if e := x.link.write(negotiationRequest); e != nil {
		return e
	}
	head, e := x.exactly(4)
	if e != nil {
		return e
	}
	n := int(binary.BigEndian.Uint16(head[2:])) - 4
	if head[0] != 3 || head[1] != 0 || n < 7 || n > 1<<10 {
		return x.stranger("RDP", head)
	}
	tpdu, e := x.exactly(n, head...)
	if e != nil {
		return e
	}
	x.greet(append(head, tpdu...))
	if tpdu[1]&0xf0 != 0xd0 { // Connection Confirm
		return refused("X.224 answers 0x%02x to a Connection Request", tpdu[1])
	}
	answer := tpdu[7:]
	if len(answer) < 8 {
		return refused("a Connection Confirm without a negotiation: RDP's own security, no TLS")
	}
	value := binary.LittleEndian.Uint32(answer[4:])
	switch {
	case answer[0] == rdpFailure:
		return refused("%s", rdpFailureNamed(value))
	case answer[0] != rdpResponse:
		return refused("a negotiation of type 0x%02x", answer[0])
	case value == 0:
		return refused("PROTOCOL_RDP is selected: RDP's own security, no TLS")
	}
	return nil
}

func rdpFailureNamed(code uint32) string {
	if name, ok := rdpFailures[code]; ok {
		return fmt.Sprintf("%s(%d)", name, code)
	}
	return fmt.Sprintf("negotiation failure %d", code)
}
