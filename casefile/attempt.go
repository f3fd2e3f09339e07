package casefile

import (
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// octets are bytes in hexadecimal.
type octets []byte

func (o octets) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, o), nil }

func (o *octets) UnmarshalText(text []byte) error {
	b, err := hex.AppendDecode(nil, text)
	if err == nil {
		*o = b
	}
	return err
}

// version is a version as the registry of parley names it.
type version iana.Version

func (v version) MarshalText() ([]byte, error) { return []byte(iana.Version(v).String()), nil }

func (v *version) UnmarshalText(text []byte) error {
	got, err := iana.ParseVersion(string(text))
	*v = version(got)
	return err
}

type attempt struct {
	ID            parley.AttemptID `json:"id"`
	Role          parley.Role      `json:"role"`
	Name          string           `json:"name,omitempty"`
	Base          parley.AttemptID `json:"base,omitempty"`
	Changed       []parley.Change  `json:"changed,omitempty"`
	Scope         parley.Scope     `json:"scope"`
	Prologue      []step           `json:"prologue,omitempty"`
	Hello         octets           `json:"hello,omitempty"` // the message's body
	SSL2          octets           `json:"ssl2_hello,omitempty"`
	RecordVersion version          `json:"record_version,omitempty"`
	Split         *parley.Split    `json:"split,omitempty"`
	Until         parley.Stop      `json:"until,omitempty"`
	Cert          *clientCert      `json:"client_certificate,omitempty"`
	Request       octets           `json:"request,omitempty"`
	Resume        bool             `json:"resume,omitempty"`
	MSS           int              `json:"mss,omitempty"`
	TTL           *parley.TTLAsk   `json:"ttl,omitempty"`
	Whole         version          `json:"whole,omitempty"`
	PatienceNS    time.Duration    `json:"patience_ns,omitempty"`
	QUIC          uint32           `json:"quic,omitempty"` // the version of QUIC in which is asked
}

// clientCert is a client's certificate without its key.
type clientCert struct {
	Name  string   `json:"name"`
	Chain []octets `json:"chain,omitempty"`
}

type step struct {
	Kind parley.StepKind `json:"kind"`
	Text string          `json:"text,omitempty"`
	Data octets          `json:"data,omitempty"`
}

func encodeAttempt(a parley.Attempt) attempt {
	w := attempt{
		ID: a.ID, Role: a.Role, Name: a.Name, Base: a.Base, Changed: a.Changed, Scope: a.Scope,
		RecordVersion: version(a.RecordVersion), Whole: version(a.Whole), PatienceNS: a.Patience,
		Until: a.Until, Request: a.Request, Resume: a.Resume, QUIC: uint32(a.QUIC),
	}
	if a.Cert != nil {
		w.Cert = &clientCert{Name: a.Cert.Name}
		for _, der := range a.Cert.Chain {
			w.Cert.Chain = append(w.Cert.Chain, der)
		}
	}
	for _, s := range a.Prologue {
		w.Prologue = append(w.Prologue, step{Kind: s.Kind, Text: s.Text, Data: s.Data})
	}
	if a.Hello != nil {
		w.Hello = a.Hello.Body()
	}
	if a.SSL2 != nil {
		w.SSL2 = a.SSL2.Body()
	}
	if a.Split.Records != nil || a.Split.Segments != nil {
		w.Split = &a.Split
	}
	w.MSS = a.MSS
	if a.TTL.Asked() {
		w.TTL = &a.TTL
	}
	return w
}

func (w attempt) decode() (parley.Attempt, error) {
	a := parley.Attempt{
		Role: w.Role, Name: w.Name, Base: w.Base, Changed: w.Changed, Scope: w.Scope,
		RecordVersion: iana.Version(w.RecordVersion), Whole: iana.Version(w.Whole), Patience: w.PatienceNS,
		Until: w.Until, Request: w.Request, Resume: w.Resume, QUIC: iana.QUICVersion(w.QUIC),
	}
	if w.Cert != nil {
		a.Cert = &parley.ClientCert{Name: w.Cert.Name}
		for _, der := range w.Cert.Chain {
			a.Cert.Chain = append(a.Cert.Chain, der)
		}
	}
	if w.Split != nil {
		a.Split = *w.Split
	}
	a.MSS = w.MSS
	if w.TTL != nil {
		a.TTL = *w.TTL
	}
	for _, s := range w.Prologue {
		a.Prologue = append(a.Prologue, parley.Step{Kind: s.Kind, Text: s.Text, Data: s.Data})
	}
	var err error
	if a.Hello, a.SSL2, err = hellos(w.Hello, w.SSL2); err != nil {
		return a, err
	}
	a = a.Identify()
	if a.ID != w.ID {
		return a, fmt.Errorf("its id is %q, and what it does has %q", w.ID, a.ID)
	}
	return a, nil
}

// hellos reads the hello of an attempt or a client; both may be absent.
func hellos(tls, ssl2 octets) (h *wire.ClientHello, h2 *wire.SSL2ClientHello, err error) {
	if tls != nil && ssl2 != nil {
		return nil, nil, errors.New("two hellos, want one")
	}
	if tls != nil {
		if h, err = wire.ParseClientHello(tls); err != nil {
			return nil, nil, fmt.Errorf("hello: %w", err)
		}
	}
	if ssl2 != nil {
		if h2, err = wire.ParseSSL2ClientHello(ssl2); err != nil {
			return nil, nil, fmt.Errorf("ssl2_hello: %w", err)
		}
	}
	return h, h2, nil
}
