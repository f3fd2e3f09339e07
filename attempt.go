package parley

import (
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
	// Whole names the version of which the hello offers everything known, and
	// nothing of other versions: only such a refusal says no to the version.
	Whole iana.Version
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
		fmt.Fprintf(h, "|hello %x", a.Hello.Normalize().Body())
	}
	if a.SSL2 != nil {
		fmt.Fprintf(h, "|ssl2 %v", *a.SSL2)
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
	if h.Message != nil {
		a.Hello = h.Message.Clone()
		if _, sends := a.Hello.ServerName(); sends {
			a.Hello.SetServerName(s.Name)
		}
	}
	return a.Identify()
}

// With returns the variant of a that the changes make, identified.
func (a Attempt) With(changes ...Change) Attempt {
	v := a
	v.Role, v.Base, v.Changed = RoleVariant, a.ID, changes
	v.Name = ""
	v.Prologue = append([]Step(nil), a.Prologue...)
	if a.Hello != nil {
		v.Hello = a.Hello.Clone()
	}
	for _, c := range changes {
		c.apply(&v)
	}
	return v.Identify()
}

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
)

var endNames = []string{"unknown", "name-not-found", "name-error", "refused", "connect-timeout", "unreachable",
	"proxy-refused", "prologue-refused", "stopped", "alert", "fin", "rst", "silence", "plaintext", "malformed",
	"limit", "local-error", "interrupted"}

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
	Connect time.Duration // from SYN to SYN/ACK; through a proxy, to the proxy
	First   time.Duration // from the hello to the first byte; 0: nothing came
	Took    time.Duration // from the hello to the end
	Others  int           // connections of ours to that address that were open when it began
	Events  []Event       // the peer's items, and our own second hello after a HelloRetryRequest
	End     EndKind
	Alert   wire.Alert // of EndAlert
	Detail  string     // of EndProxyRefused, EndPrologue, EndMalformed, EndLocal
	Plain   []byte     // first bytes of what is not TLS, at most 512
	Banner  []byte     // what the peer said before the hello, at most 512
}

// Answer is the class of a reply: two replies with equal answers say the same.
type Answer struct {
	End    EndKind
	Alert  iana.Alert
	Choice Choice
	// Unoffered: the server selected a version that the hello does not list in
	// supported_versions, as servers older than TLS 1.3 do, which read only
	// legacy_version. The client ends it (RFC 8446, Section 4.1.3).
	Unoffered bool
}

// Completes says whether the server went through with its first flight, under
// a version that was offered.
func (a Answer) Completes() bool {
	return a.End == EndStopped && a.Choice.Version != 0 && !a.Unoffered
}

// Refused says that the hello arrived, as far as one can tell, and was not
// answered with a first flight.
func (a Answer) Refused() bool {
	switch a.End {
	case EndAlert, EndFIN, EndRST, EndSilence, EndPlaintext, EndMalformed, EndLimit:
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
	return a.End != b.End || a.Alert != b.Alert || a.Unoffered != b.Unoffered
}

// AnswerTo classifies the reply to a.
func (r Reply) AnswerTo(a Attempt) Answer {
	ans := Answer{End: r.End, Choice: choiceOf(r.Events)}
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
			c.Version, c.Suite = m.Version(), m.Suite
			if g, ok := m.Group(); ok {
				c.Group = g
			}
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
