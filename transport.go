package parley

import (
	"slices"

	"github.com/parley-tls/parley/iana"
)

// Transport is what carries a handshake.
type Transport uint8

// The transports. The zero Transport is TCP, which also stands under a proxy and
// under an upgrade; the others are of UDP: DTLS (RFC 6347, RFC 9147) and QUIC
// (RFC 9000, RFC 9001).
const (
	TransportTCP Transport = iota
	TransportDTLS
	TransportQUIC
)

// Versions returns the versions that go over a transport, oldest first.
func (t Transport) Versions() []iana.Version {
	switch t {
	case TransportDTLS:
		return []iana.Version{iana.DTLS10, iana.DTLS12, iana.DTLS13}
	case TransportQUIC:
		return []iana.Version{iana.TLS13}
	}
	return slices.Clone(AllVersions)
}

var transportNames = []string{"tcp", "dtls", "quic"}

// String returns the transport's word.
func (t Transport) String() string { return name(transportNames, int(t)) }

// MarshalText writes the transport's word.
func (t Transport) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (t *Transport) UnmarshalText(b []byte) error {
	return unname(transportNames, b, t, "transport")
}
