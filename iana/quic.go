package iana

import "fmt"

// QUICVersion is a version of QUIC as it stands in a long header (RFC 8999,
// Section 5.1). The zero value is none: a long header that has it is a Version
// Negotiation packet.
type QUICVersion uint32

// The versions of QUIC that are published, and the last draft of the first,
// which servers still list.
const (
	QUIC1       QUICVersion = 0x00000001 // RFC 9000
	QUIC2       QUICVersion = 0x6b3343cf // RFC 9369
	QUICDraft29 QUICVersion = 0xff00001d
)

// QUICVersions are those that parley speaks.
func QUICVersions() []QUICVersion { return []QUICVersion{QUIC1, QUIC2} }

// String returns the version as parley writes it: QUIC1, QUIC2, the number of a
// draft, or the number of any other.
func (v QUICVersion) String() string {
	switch {
	case v == QUIC1:
		return "QUIC1"
	case v == QUIC2:
		return "QUIC2"
	case v > 0xff000000 && v <= 0xff0000ff:
		return fmt.Sprintf("QUIC-draft-%d", v&0xff)
	case v.IsReserved():
		return "GREASE " + hex(uint32(v), 8)
	}
	return hex(uint32(v), 8)
}

// IsReserved says that no server speaks v: it makes one list its versions
// (RFC 9000, Section 15).
func (v QUICVersion) IsReserved() bool { return v&0x0f0f0f0f == 0x0a0a0a0a }

// QUICParameter is the ID of a transport parameter of QUIC (RFC 9000, Section
// 18). It has up to 62 bits.
type QUICParameter uint64

// The transport parameters that parley reads or writes by name.
const (
	QUICOriginalDestination QUICParameter = 0x00
	QUICMaxIdleTimeout      QUICParameter = 0x01
	QUICStatelessResetToken QUICParameter = 0x02
	QUICMaxUDPPayloadSize   QUICParameter = 0x03
	QUICMaxData             QUICParameter = 0x04
	QUICMaxStreamsBidi      QUICParameter = 0x08
	QUICMaxStreamsUni       QUICParameter = 0x09
	QUICDisableMigration    QUICParameter = 0x0c
	QUICPreferredAddress    QUICParameter = 0x0d
	QUICInitialSource       QUICParameter = 0x0f
	QUICRetrySource         QUICParameter = 0x10
	QUICVersionInformation  QUICParameter = 0x11
	QUICGreaseBit           QUICParameter = 0x2ab2
)

// quicParameters are those of the registry "QUIC Transport Parameters", as of
// 2026-11, which an implementation is known to send.
var quicParameters = map[QUICParameter]string{
	0x00: "original_destination_connection_id", 0x01: "max_idle_timeout", 0x02: "stateless_reset_token",
	0x03: "max_udp_payload_size", 0x04: "initial_max_data", 0x05: "initial_max_stream_data_bidi_local",
	0x06: "initial_max_stream_data_bidi_remote", 0x07: "initial_max_stream_data_uni", 0x08: "initial_max_streams_bidi",
	0x09: "initial_max_streams_uni", 0x0a: "ack_delay_exponent", 0x0b: "max_ack_delay", 0x0c: "disable_active_migration",
	0x0d: "preferred_address", 0x0e: "active_connection_id_limit", 0x0f: "initial_source_connection_id",
	0x10: "retry_source_connection_id", 0x11: "version_information", 0x20: "max_datagram_frame_size",
	0x173e: "discard", 0x26ab: "google_handshake_message", 0x2ab2: "grease_quic_bit", 0x3127: "initial_rtt",
	0x3128: "google_connection_options", 0x3129: "user_agent", 0x4752: "google_version",
	0x17f7586d2cb571: "reset_stream_at", 0xff04de1b: "min_ack_delay", 0xff73db: "version_information_draft",
}

// String returns the name of the registry, or the number.
func (p QUICParameter) String() string {
	switch name, ok := quicParameters[p]; {
	case ok:
		return name
	case p.IsReserved():
		return fmt.Sprintf("GREASE 0x%x", uint64(p))
	}
	return fmt.Sprintf("0x%x", uint64(p))
}

// IsReserved says that the parameter has no meaning, so that peers learn to
// ignore those that they do not know (RFC 9000, Section 18.1).
func (p QUICParameter) IsReserved() bool { return p >= 27 && (p-27)%31 == 0 }

// IsNumber says that the value is a variable-length integer.
func (p QUICParameter) IsNumber() bool {
	switch p {
	case 0x01, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0e, 0x20, 0x3127, 0xff04de1b:
		return true
	}
	return false
}

// QUICError is the code of a CONNECTION_CLOSE of type 0x1c (RFC 9000, Section
// 20.1).
type QUICError uint64

// The codes of which more is said than a name.
const (
	QUICNoError     QUICError = 0x00
	QUICCryptoError QUICError = 0x0100 // and the alert, in the last byte
)

var quicErrors = map[QUICError]string{
	0x00: "NO_ERROR", 0x01: "INTERNAL_ERROR", 0x02: "CONNECTION_REFUSED", 0x03: "FLOW_CONTROL_ERROR",
	0x04: "STREAM_LIMIT_ERROR", 0x05: "STREAM_STATE_ERROR", 0x06: "FINAL_SIZE_ERROR", 0x07: "FRAME_ENCODING_ERROR",
	0x08: "TRANSPORT_PARAMETER_ERROR", 0x09: "CONNECTION_ID_LIMIT_ERROR", 0x0a: "PROTOCOL_VIOLATION",
	0x0b: "INVALID_TOKEN", 0x0c: "APPLICATION_ERROR", 0x0d: "CRYPTO_BUFFER_EXCEEDED", 0x0e: "KEY_UPDATE_ERROR",
	0x0f: "AEAD_LIMIT_REACHED", 0x10: "NO_VIABLE_PATH", 0x11: "VERSION_NEGOTIATION_ERROR",
}

// String returns the name of the registry, or the number.
func (e QUICError) String() string {
	if name, ok := quicErrors[e]; ok {
		return name
	}
	if a, ok := e.Alert(); ok {
		return "CRYPTO_ERROR " + a.String()
	}
	return fmt.Sprintf("0x%x", uint64(e))
}

// Alert returns the alert of TLS that the code carries, if it is of those
// (RFC 9001, Section 4.8).
func (e QUICError) Alert() (Alert, bool) {
	if e>>8 != QUICCryptoError>>8 {
		return 0, false
	}
	return Alert(e), true
}
