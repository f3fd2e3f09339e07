package parley

import (
	"slices"
	"time"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// EndKind is how a connection ended, each a different finding.
type EndKind uint8

// The ends. EndStopped: the peer had said all that was wanted, and parley
// closed. The ones before it are ends before any hello was sent.
const (
	EndUnknown        EndKind = iota
	EndNameNotFound           // the name has no address
	EndNameError              // the resolver did not answer, or with an error
	EndConnectRefused         // RST to the SYN
	EndConnectTimeout         // no answer to the SYN
	EndUnreachable            // no route, or an ICMP error
	EndProxyRefused           // the proxy did not open the tunnel; Detail has its words
	EndPrologue               // the prologue was refused; Detail has the peer's words
	EndStopped                // answered as far as wanted; closed by parley
	EndAlert                  // a fatal alert
	EndFIN                    // closed without an alert
	EndRST                    // reset
	EndSilence                // nothing (more) came in time
	EndPlaintext              // something that is not TLS
	EndMalformed              // TLS that breaks its own format or answers what was not asked
	EndLimit                  // the peer sent more than the limit
	EndLocal                  // parley or this machine failed; Detail says how
	EndInterrupted            // the check ended before the answer
	EndVersions               // QUIC: the server lists its versions, and not the one that was used
)

var endNames = []string{"unknown", "name-not-found", "name-error", "refused", "connect-timeout", "unreachable",
	"proxy-refused", "prologue-refused", "stopped", "alert", "fin", "rst", "silence", "plaintext", "malformed",
	"limit", "local-error", "interrupted", "versions"}

// String returns the word of the JSON contract.
func (k EndKind) String() string { return name(endNames, int(k)) }

// BeforeHello says that the end came before any hello was sent.
func (k EndKind) BeforeHello() bool { return k >= EndNameNotFound && k <= EndPrologue }

// MarshalText writes the word of the JSON contract.
func (k EndKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (k *EndKind) UnmarshalText(b []byte) error { return unname(endNames, b, k, "end") }

// Event is one item that crossed the wire, and when, from the moment the
// hello (or the last prologue byte) was written.
type Event struct {
	From  Side
	After time.Duration
	Item  wire.Item
}

// Reply is everything that came back to an attempt.
type Reply struct {
	Attempt AttemptID
	At      time.Duration // since the check began
	Connect time.Duration // from SYN to SYN/ACK; through a proxy, to the proxy; over UDP from the hello to the first datagram
	First   time.Duration // from the hello to the first byte; 0: nothing came
	Took    time.Duration // from the hello to the end
	Others  int           // connections of ours to that address that were open when it began
	Events  []Event       // the peer's items, and our own second hello after a HelloRetryRequest
	End     EndKind
	Alert   wire.Alert // of EndAlert
	Detail  string     // of EndProxyRefused, EndPrologue, EndMalformed, EndLocal
	Plain   []byte     // first bytes of what is not TLS, at most 512
	// Unfollowed says why what comes encrypted could not be read: a suite or a
	// group that parley has no keys for. Empty: it was read, or not wanted.
	Unfollowed string
	// Signature says whose key signed the server's part of the key exchange.
	Signature Signature
	// Compressed is how the server's certificate came compressed (RFC 8879); 0: it did
	// not, or it was not read.
	Compressed iana.CertificateCompression
	// ECH says of an attempt that has a hello encrypted whether the server answers that
	// one, and not the one around it.
	ECH    Truth
	Banner []byte // what the peer said before the hello, at most 512
	TTL    TTLs   // of the attempts that ask for it
	// QUIC is what QUIC itself said; nil: another transport carried the handshake.
	QUIC *QUICReply
}

// Signature says whose key made the signature by which a server proves that it
// owns its certificate (RFC 8446, Section 4.4.3; RFC 5246, Section 7.4.3).
type Signature uint8

// The signatures. SignatureUnknown: there was none, or it could not be checked.
const (
	SignatureUnknown Signature = iota
	SignatureByLeaf            // by the key of the first certificate, as it must be
	SignatureByOther           // by the key of another certificate that was sent
	SignatureByNone            // by none of them
)

var signatureNames = []string{"unknown", "leaf", "other", "none"}

// String returns the signature's word.
func (s Signature) String() string { return name(signatureNames, int(s)) }

// MarshalText writes the signature's word.
func (s Signature) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (s *Signature) UnmarshalText(b []byte) error { return unname(signatureNames, b, s, "signature") }

// Answer is the class of a reply: two replies with equal answers say the same.
type Answer struct {
	End    EndKind
	Alert  iana.Alert
	Choice Choice
	// Unoffered: the server selected a version that the hello does not list in
	// supported_versions, as servers older than TLS 1.3 do, which read only
	// legacy_version. The client ends it (RFC 8446, Section 4.1.3).
	Unoffered bool
	// Phase is how far the handshake was when it ended, or was broken off:
	// PhaseHello before the ServerHello, PhaseParameters before the end of the
	// server's first flight, then PhaseClientCertificate if the server asked for a
	// certificate, PhaseFinished if not.
	Phase Phase
	// AsksClient says whether the server asked for the client's certificate; No
	// only where its whole flight could be read.
	AsksClient Truth
}

// Accepted says that the server answered the hello with its whole first
// flight: whatever ends the handshake after that is not about the hello.
func (a Answer) Accepted() bool { return a.Phase > PhaseParameters && !a.Unoffered }

// Completes says whether the server went through with all that was wanted of
// it, under a version that was offered.
func (a Answer) Completes() bool {
	return a.End == EndStopped && a.Choice.Version != 0 && !a.Unoffered
}

// Refused says that the hello arrived, as far as one can tell, and was not
// answered with a first flight.
func (a Answer) Refused() bool { return !a.Accepted() && a.broken() }

// RefusedLater says that the server accepted the hello and ended the handshake
// after that.
func (a Answer) RefusedLater() bool { return a.Accepted() && a.broken() }

func (a Answer) broken() bool {
	switch a.End {
	case EndAlert, EndFIN, EndRST, EndSilence, EndPlaintext, EndMalformed, EndLimit, EndVersions:
		return true
	}
	return false
}

// Differs says whether b is another answer than a: one completes and the
// other does not, or they end otherwise.
func (a Answer) Differs(b Answer) bool {
	if a.Completes() && b.Completes() {
		return false
	}
	return a.Accepted() != b.Accepted() || a.End != b.End || a.Alert != b.Alert || a.Unoffered != b.Unoffered
}

// AnswerTo classifies the reply to a.
func (r Reply) AnswerTo(a Attempt) Answer {
	ans := Answer{End: r.End, Choice: choiceOf(r.Events)}
	ans.Phase, ans.AsksClient = r.progress(ans.Choice)
	if r.End == EndAlert {
		ans.Alert = r.Alert.Description
	}
	if v := ans.Choice.Version; v != 0 && a.Hello != nil && a.Hello.SupportedVersions() != nil {
		ans.Unoffered = !slices.Contains(OfferedVersions(a.Hello), v)
	}
	return ans
}

func choiceOf(events []Event) (c Choice) {
	for _, e := range events {
		if e.From != ServerSide {
			continue
		}
		switch m := e.Item.Message.(type) {
		case *wire.ServerHello:
			if m.IsHelloRetryRequest() {
				c.Retry = true
				continue
			}
			if e.Item.Protected {
				continue // of a handshake after the one that was asked for
			}
			c.Version, c.Suite = m.Version(), m.Suite
			if g, ok := m.Group(); ok {
				c.Group = g
			}
			if p, ok := m.ALPN(); ok {
				c.ALPN = p
			}
		case *wire.EncryptedExtensions:
			if p, ok := m.ALPN(); ok {
				c.ALPN = p
			}
		case *wire.SSL2ServerHello:
			if len(m.Kinds) > 0 { // without a kind it accepts none that was offered
				c.Version = m.Version
			}
		case *wire.ServerKeyExchange:
			if m.Group != 0 {
				c.Group = m.Group
			}
			c.DHBits, c.Scheme = m.PBits, m.Scheme
		}
	}
	return c
}

// ServerHello returns the ServerHello of the reply, nil if none came.
func (r Reply) ServerHello() *wire.ServerHello {
	for _, e := range r.Events {
		if m, ok := e.Item.Message.(*wire.ServerHello); ok && e.From == ServerSide && !m.IsHelloRetryRequest() {
			return m
		}
	}
	return nil
}

// progress says how far a handshake came, and whether the server asked for the
// client's certificate.
func (r Reply) progress(c Choice) (Phase, Truth) {
	if c.Version == 0 {
		return PhaseHello, Unknown
	}
	whole, asks, answered := r.End == EndStopped, Unknown, false
	for _, e := range r.Events {
		if e.From == ClientSide {
			// Our second flight answers a whole first one.
			hello := e.Item.Kind == wire.KindHandshake && e.Item.Type == iana.TypeClientHello
			answered = answered || !hello && e.Item.Kind != wire.KindChangeCipherSpec
			whole = whole || answered
			continue
		}
		if answered {
			continue // what a server asks after the handshake is another question
		}
		switch e.Item.Message.(type) {
		case *wire.CertificateRequest:
			asks = Yes
		case *wire.ServerHelloDone, *wire.SSL2ServerHello, *wire.Finished:
			whole, asks = true, max(asks, No)
		}
		// In 1.3 what follows the ServerHello is the server's flight, read or not: an
		// attempt that reads it and one that does not must compare alike.
		whole = whole || c.Version.TLS() == iana.TLS13 && (e.Item.Protected || e.Item.Kind == wire.KindApplicationData)
	}
	switch {
	case !whole:
		return PhaseParameters, asks
	case asks == Yes:
		return PhaseClientCertificate, asks
	}
	return PhaseFinished, asks
}
