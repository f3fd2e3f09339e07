package parley

import (
	"slices"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
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

// Version is the version of a transport that is v of TLS, or follows it: DTLS1.2 over
// DTLS for 1.2; 0: none does.
func (t Transport) Version(v iana.Version) iana.Version {
	for _, w := range t.Versions() {
		if w.TLS() == v.TLS() {
			return w
		}
	}
	return 0
}

// TransportOf is the transport that a hello goes over as it stands: DTLS where its
// version is one of DTLS, else TCP. QUIC carries hellos of TLS.
func TransportOf(h *wire.ClientHello) Transport {
	if h != nil && h.LegacyVersion.IsDTLS() {
		return TransportDTLS
	}
	return TransportTCP
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
