package casefile

import (
	"errors"
	"fmt"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

type reply struct {
	Attempt   parley.AttemptID `json:"attempt"`
	AtNS      time.Duration    `json:"at_ns"`
	ConnectNS time.Duration    `json:"connect_ns"`
	FirstNS   time.Duration    `json:"first_ns"`
	TookNS    time.Duration    `json:"took_ns"`
	Others    int              `json:"others"`
	Events    []event          `json:"events,omitempty"`
	End       parley.EndKind   `json:"end"`
	Alert     octets           `json:"alert,omitempty"` // level and description
	Detail    string           `json:"detail,omitempty"`
	Plain     octets           `json:"plain,omitempty"`
	Banner    octets           `json:"banner,omitempty"`
	// Unfollowed and Signature are what the keys gave, which are not kept.
	Unfollowed string            `json:"unfollowed,omitempty"`
	Signature  parley.Signature  `json:"signature,omitempty"`
	Compressed uint16            `json:"compressed,omitempty"`
	TTL        *parley.TTLs      `json:"ttl,omitempty"`
	QUIC       *parley.QUICReply `json:"quic,omitempty"`
}

// event is one item, without what its bytes say.
type event struct {
	From       parley.Side   `json:"from"`
	AfterNS    time.Duration `json:"after_ns"`
	Kind       string        `json:"kind"`
	Offset     int64         `json:"offset,omitempty"`
	Record     uint16        `json:"record"`
	RecordType uint8         `json:"record_type"`
	Records    int           `json:"records"`
	Type       *uint8        `json:"type,omitempty"` // of the handshake message
	Raw        octets        `json:"raw,omitempty"`
	Missing    int           `json:"missing,omitempty"`
	Protected  bool          `json:"protected,omitempty"` // raw is what was read of it with the keys
	Error      string        `json:"error,omitempty"`
}

func encodeReply(r parley.Reply) reply {
	w := reply{
		Attempt: r.Attempt, AtNS: r.At, ConnectNS: r.Connect, FirstNS: r.First, TookNS: r.Took, Others: r.Others,
		End: r.End, Detail: r.Detail, Plain: r.Plain, Banner: r.Banner,
		Unfollowed: r.Unfollowed, Signature: r.Signature, Compressed: uint16(r.Compressed), QUIC: r.QUIC,
	}
	if r.TTL != (parley.TTLs{}) {
		w.TTL = &r.TTL
	}
	if r.Alert != (wire.Alert{}) {
		w.Alert = octets{byte(r.Alert.Level), byte(r.Alert.Description)}
	}
	for _, e := range r.Events {
		it := e.Item
		we := event{
			From: e.From, AfterNS: e.After, Kind: it.Kind.String(), Offset: it.Offset, Record: uint16(it.Record),
			RecordType: uint8(it.RecordType), Records: it.Records, Raw: it.Raw, Missing: it.Missing,
			Protected: it.Protected,
		}
		if it.HasType {
			t := uint8(it.Type)
			we.Type = &t
		}
		if it.Err != nil {
			we.Error = it.Err.Error()
		}
		w.Events = append(w.Events, we)
	}
	return w
}

func (w reply) decode() (parley.Reply, error) {
	r := parley.Reply{
		Attempt: w.Attempt, At: w.AtNS, Connect: w.ConnectNS, First: w.FirstNS, Took: w.TookNS, Others: w.Others,
		End: w.End, Detail: w.Detail, Plain: w.Plain, Banner: w.Banner,
		Unfollowed: w.Unfollowed, Signature: w.Signature, Compressed: iana.CertificateCompression(w.Compressed), QUIC: w.QUIC,
	}
	if w.TTL != nil {
		r.TTL = *w.TTL
	}
	if w.Alert != nil {
		if len(w.Alert) != 2 {
			return r, fmt.Errorf("alert: %d bytes, want 2", len(w.Alert))
		}
		r.Alert = alert(w.Alert)
	}
	var m messages
	for i, we := range w.Events {
		it, err := m.item(we)
		if err != nil {
			return r, fmt.Errorf("event %d: %w", i, err)
		}
		r.Events = append(r.Events, parley.Event{From: we.From, After: we.AfterNS, Item: it})
	}
	return r, nil
}

func alert(b octets) wire.Alert {
	return wire.Alert{Level: iana.AlertLevel(b[0]), Description: iana.Alert(b[1])}
}

// kinds are the kinds of items, by name.
var kinds = func() map[string]wire.ItemKind {
	m := map[string]wire.ItemKind{}
	for k := wire.KindHandshake; k <= wire.KindUnknownRecord; k++ {
		m[k.String()] = k
	}
	return m
}()

// messages reads the messages of one reply, whose form depends on what the
// ServerHello before them selected.
type messages struct {
	version iana.Version
	suite   iana.Suite
}

func (m *messages) item(w event) (wire.Item, error) {
	it := wire.Item{
		Kind: kinds[w.Kind], Offset: w.Offset, Record: iana.Version(w.Record), RecordType: iana.ContentType(w.RecordType),
		Records: w.Records, Raw: w.Raw, Missing: w.Missing,
		Protected: w.Protected,
	}
	if it.Kind == wire.KindUnknown {
		return it, fmt.Errorf("unknown kind %q", w.Kind)
	}
	if w.From != parley.ServerSide && w.From != parley.ClientSide {
		return it, fmt.Errorf("from %v, want client or server", w.From)
	}
	if w.Type != nil {
		it.Type, it.HasType = iana.HandshakeType(*w.Type), true
	}
	if w.Error != "" {
		it.Err = errors.New(w.Error)
	}
	switch it.Kind {
	case wire.KindHandshake:
		return it, m.handshake(&it, w.From)
	case wire.KindSSL2:
		return it, m.ssl2(&it)
	case wire.KindAlert:
		if len(w.Raw) != 2 {
			return it, fmt.Errorf("alert: %d bytes, want 2", len(w.Raw))
		}
		it.Alert = alert(w.Raw)
	}
	return it, nil
}

const messageHeader = 4

func (m *messages) handshake(it *wire.Item, from parley.Side) error {
	if len(it.Raw) < messageHeader || !it.HasType || it.Raw[0] != byte(it.Type) {
		return errors.New("raw is not a message of that type")
	}
	var err error
	if it.Message, err = wire.ParseMessage(it.Type, it.Raw[messageHeader:], m.version, m.suite); err != nil {
		return err
	}
	if h, ok := it.Message.(*wire.ServerHello); ok && from == parley.ServerSide {
		m.version, m.suite = h.Version(), h.Suite
	}
	return nil
}

// ssl2 reads the first record of SSL 2; later ones are opaque.
func (m *messages) ssl2(it *wire.Item) (err error) {
	if it.Offset != 0 || len(it.Raw) == 0 {
		return nil
	}
	const errorType, serverHello = 0, 4 // of a message of SSL 2
	switch it.Raw[0] {
	case serverHello:
		var h *wire.SSL2ServerHello
		if h, err = wire.ParseSSL2ServerHello(it.Raw); err == nil {
			it.Message, m.version = h, h.Version
		}
	case errorType:
		var e *wire.SSL2Error
		if e, err = wire.ParseSSL2Error(it.Raw); err == nil {
			it.Message = e
		}
	}
	return err
}
