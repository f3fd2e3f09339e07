package parley

import (
	"crypto"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// AttemptID is the hash of what an attempt does: equal attempts have equal ids.
type AttemptID string

// Role is what an attempt is for.
type Role uint8

// The roles. A base is the hello of the client in question. A reference is a
// hello that offers all of one kind, to learn the server's terms. A variant is
// an attempt that differs from its base by a change set. A control looks
// whether something else than TLS answers, or whether anything does.
const (
	RoleUnknown Role = iota
	RoleBase
	RoleReference
	RoleVariant
	RoleControl
)

var roleNames = []string{"unknown", "base", "reference", "variant", "control"}

// String returns the role's word.
func (r Role) String() string { return name(roleNames, int(r)) }

// MarshalText writes the role's word.
func (r Role) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (r *Role) UnmarshalText(b []byte) error { return unname(roleNames, b, r, "role") }

// StepKind is what a prologue step does before the ClientHello.
type StepKind uint8

// The steps. StepStartTLS speaks the upgrade of the protocol named in Text
// (smtp, lmtp, imap, pop3, ftp, ldap, postgres, mysql, xmpp, nntp, sieve).
// StepProxyHeader sends a PROXY protocol header of version Text (v1 or v2).
// StepSend sends Data. StepListen waits for the peer to speak first.
const (
	StepUnknown StepKind = iota
	StepStartTLS
	StepProxyHeader
	StepSend
	StepListen
)

var stepNames = []string{"unknown", "starttls", "proxy-header", "send", "listen"}

// String returns the step's word.
func (k StepKind) String() string { return name(stepNames, int(k)) }

// MarshalText writes the step's word.
func (k StepKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (k *StepKind) UnmarshalText(b []byte) error { return unname(stepNames, b, k, "step") }

// Step is one step of a prologue.
type Step struct {
	Kind StepKind `json:"kind"`
	Text string   `json:"text,omitempty"`
	Data []byte   `json:"data,omitempty"`
}

// Split says how the hello's bytes are cut. The zero Split is one record in
// one write.
type Split struct {
	Records  []int `json:"records,omitempty"`  // sizes of the records' payloads, the last repeats
	Segments []int `json:"segments,omitempty"` // sizes of the TCP writes, the last repeats
}

// Stop says how far an attempt goes.
type Stop uint8

// The stops. StopFlight ends with the server's first flight, as far as it is
// in clear. StopFinished goes through the handshake: both Finished, then a
// close_notify, and what the server says to that. StopReply sends
// Attempt.Request in its place and reads the first bytes of the answer. StopAgain
// sends a ClientHello once more, which up to 1.2 asks for another handshake
// (RFC 5246, Section 7.4.1.2), and reads the answer; in 1.3 it is StopFinished.
const (
	StopFlight Stop = iota
	StopFinished
	StopReply
	StopAgain
)

var stopNames = []string{"flight", "finished", "reply", "again"}

// String returns the stop's word.
func (s Stop) String() string { return name(stopNames, int(s)) }

// MarshalText writes the stop's word.
func (s Stop) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (s *Stop) UnmarshalText(b []byte) error { return unname(stopNames, b, s, "stop") }

// ClientCert is what a client presents when the server asks for its
// certificate.
type ClientCert struct {
	Name  string   // how a screen calls it: "throw-away", a file's name
	Chain [][]byte // DER, leaf first; nil with ThrowAway: made on the spot
	// Key signs for the leaf. It is never shown and never saved.
	Key crypto.Signer
}

// ThrowAway is a self-signed certificate that the prober makes for one
// connection, of a kind that the server listed. No server has reason to trust it.
var ThrowAway = &ClientCert{Name: "throw-away"}

// Part is what a reference offers that was cut down on one axis: everything
// known of Version on the others. What refuses it, while more of the version is
// accepted, refuses all that it offers on the axis.
type Part struct {
	Version iana.Version
	Axis    Axis
}

// Attempt is one thing to do on the wire: a connection, what is sent, and
// until when the answer is read.
type Attempt struct {
	ID      AttemptID
	Role    Role
	Name    string // how a screen or a transcript calls it: "base", "all of 1.2"
	Base    AttemptID
	Changed []Change
	Scope   Scope
	// Prologue runs before the hello. A control may have a prologue and no hello.
	Prologue      []Step
	Hello         *wire.ClientHello
	SSL2          *wire.SSL2ClientHello
	RecordVersion iana.Version
	Split         Split
	Until         Stop
	// Cert answers a CertificateRequest; nil: an empty Certificate does.
	Cert *ClientCert
	// Request is the application data of StopReply.
	Request []byte
	// QUIC is the version in which is asked over QUIC; 0: the first. A reserved one,
	// without a hello, asks which versions the server speaks.
	QUIC iana.QUICVersion
	// Resume says that the hello carries the ticket that the last connection of
	// Base was given (RFC 5077, Section 3.4; RFC 8446, Section 4.2.11). The prober has
	// it, and nothing else.
	Resume bool
	MSS    int    // the largest segment to say in the SYN, in bytes; 0: the system's
	TTL    TTLAsk // which TTLs are watched
	// ECH says what the hello carries encrypted; nil: nothing, or what stands in Hello.
	ECH *ECHOffer
	// Whole names the version of which the hello offers everything known, and
	// nothing of other versions: only such a refusal says no to the version.
	Whole iana.Version
	// Part says of a reference that is not whole what of it is offered; zero: it is
	// none of an enumeration.
	Part Part
	// Odd says in which ways the hello is odd on purpose, or that it is the usual one
	// beside such: what it is answered is said of the server's tolerance alone.
	Odd []OddityID
	// Patience bounds how long silence is borne; 0: the prober's own bound. It
	// is no part of what the attempt does.
	Patience time.Duration
}

// Identify returns a with its ID set: the hash of scope, prologue, hello
// without its random parts, and split. Role and Name do not count.
func (a Attempt) Identify() Attempt {
	h := sha256.New()
	fmt.Fprintf(h, "%v|%s|%s|%v|%v|%v", a.Scope.Addr, a.Scope.Name, a.Scope.Via, a.RecordVersion, a.Split, a.Base != "" && a.Hello == nil)
	for _, s := range a.Prologue {
		fmt.Fprintf(h, "|%v %q %x", s.Kind, s.Text, s.Data)
	}
	if a.Hello != nil {
		body := a.Hello.Normalize().Body()
		h.Write(hex.AppendEncode([]byte("|hello "), body))
	}
	if a.SSL2 != nil {
		fmt.Fprintf(h, "|ssl2 %v", *a.SSL2)
	}
	if a.Until != StopFlight {
		fmt.Fprintf(h, "|until %v %x", a.Until, a.Request)
		if a.Cert != nil {
			fmt.Fprintf(h, " as %s %x", a.Cert.Name, a.Cert.Chain)
		}
	}
	if a.QUIC != 0 {
		fmt.Fprintf(h, "|in %v", a.QUIC)
	}
	if a.Resume {
		fmt.Fprint(h, "|resume")
	}
	if a.Recorded() {
		fmt.Fprint(h, "|recorded")
	}
	if a.ECH != nil {
		fmt.Fprintf(h, "|ech %x %q", a.ECH.Config.Raw, a.ECH.Name)
	}
	if a.Scope.Transport != TransportTCP {
		fmt.Fprintf(h, "|over %v", a.Scope.Transport)
	}
	if a.MSS != 0 || a.TTL != (TTLAsk{}) {
		fmt.Fprintf(h, "|mss %d ttl %v", a.MSS, a.TTL)
	}
	a.ID = AttemptID(hex.EncodeToString(h.Sum(nil)[:6]))
	return a
}

// BaseOf is the attempt with which a client would begin in a scope: its first
// hello. One that sends no name keeps none; one that does asks for the
// scope's, and for none where the target is an address.
func BaseOf(c *Client, s Scope) Attempt {
	h := c.Hellos[0]
	a := Attempt{Role: RoleBase, Name: string(c.ID), Scope: s, SSL2: h.SSL2, RecordVersion: h.RecordVersion}
	a.Split.Records = h.Records
	if h.Message != nil {
		a.Hello = h.Message.Clone()
		if _, sends := a.Hello.ServerName(); sends {
			size := len(a.Hello.Message())
			a.Hello.SetServerName(s.Name)
			a.Hello.Repad(size)
		}
		if s.Transport == TransportQUIC {
			a.Hello = AsQUIC(a.Hello, "h3")
		}
	}
	return a.Identify()
}

// With returns the variant of a that the changes make, identified. It goes as
// far as the server's first flight, which answers a hello, unless a change is
// about what follows.
func (a Attempt) With(changes ...Change) Attempt {
	v := a
	v.Role, v.Base, v.Changed = RoleVariant, a.ID, changes
	v.Name = ""
	v.Prologue = append([]Step(nil), a.Prologue...)
	v.Until, v.Cert, v.Request, v.Resume = StopFlight, nil, nil, false
	if a.Hello != nil {
		v.Hello = a.Hello.Clone()
	}
	for _, c := range changes {
		c.apply(&v)
	}
	if v.Until == StopReply && !slices.ContainsFunc(changes, func(c Change) bool { return c.Axis == AxisClientCertificate }) {
		v.Cert = a.Cert // who asks is who shook hands
	}
	return v.Identify()
}
