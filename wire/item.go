package wire

import "github.com/parley-tls/parley/iana"

// ItemKind says what an Item is.
type ItemKind uint8

// The kinds of items. Zero is none.
const (
	KindUnknown ItemKind = iota
	// KindHandshake is a handshake message in clear.
	KindHandshake
	// KindAlert is an alert in clear.
	KindAlert
	// KindChangeCipherSpec is a change_cipher_spec record.
	KindChangeCipherSpec
	// KindApplicationData is opaque; in 1.3 it is everything encrypted.
	KindApplicationData
	// KindEncryptedHandshake is a handshake record after ChangeCipherSpec, in 1.2 and older.
	KindEncryptedHandshake
	// KindEncryptedAlert is an alert record after ChangeCipherSpec, in 1.2 and older.
	KindEncryptedAlert
	// KindHeartbeat is a heartbeat record (RFC 6520).
	KindHeartbeat
	// KindSSL2 is a record of SSL 2.
	KindSSL2
	// KindNotTLS says that the stream is neither TLS nor SSL 2.
	KindNotTLS
	// KindMalformed is a message, or a record, that makes no sense.
	KindMalformed
	// KindTruncated is what the end of the stream cut off.
	KindTruncated
	// KindTooLarge is a message longer than the Decoder's Limit.
	KindTooLarge
	// KindUnknownRecord is a record of a type unknown to this package.
	KindUnknownRecord
)

var kindNames = [...]string{
	"unknown", "handshake", "alert", "change_cipher_spec", "application_data", "encrypted handshake",
	"encrypted alert", "heartbeat", "SSL 2", "not TLS", "malformed", "truncated", "too large", "unknown record",
}

// String names the kind in lower case.
func (k ItemKind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return itoa(uint8(k))
}

// Item is one complete thing that a Decoder read.
type Item struct {
	Kind ItemKind
	// Offset in the stream of the first byte of the first record it is in.
	Offset int64
	// Record is the version of the record that completed it.
	Record iana.Version
	// RecordType is the content type of that record; of a KindTruncated the type it had begun.
	RecordType iana.ContentType
	// Records is how many records it spans.
	Records int
	// Protected says that it crossed the wire encrypted: Raw and Message are what
	// was read of it with the keys. A Decoder, which has none, leaves it false.
	Protected bool
	// Type is the handshake type, of KindHandshake, and of KindMalformed,
	// KindTruncated and KindTooLarge if HasType.
	Type    iana.HandshakeType
	HasType bool
	// Message is a *ClientHello, *ServerHello, … or nil if the type is not read.
	Message any
	// Alert is the alert, of KindAlert.
	Alert Alert
	// Raw is the whole message with its header, or the record's payload; of
	// KindTruncated what there is of it. It belongs to the caller.
	Raw []byte
	// Missing is how many more bytes were due, of KindTruncated. Of a header cut
	// short it is the rest of the header.
	Missing int
	// Err says which field was wrong, of KindMalformed and KindTooLarge.
	Err error
}
