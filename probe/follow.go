package probe

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/keys"
	"github.com/parley-tls/parley/wire"
)

// stage is how far a handshake that is followed has come.
type stage uint8

const (
	inFirstFlight  stage = iota
	inSecondFlight       // up to 1.2: ours is sent, and the server's Finished is due
	throughAll           // both are Finished, as far as each side can see
)

// follow goes on where the first flight in clear ends: with the keys, to the
// end of the handshake and what the server says to it.
type follow struct {
	*flight
	stage    stage
	said     keys.Transcript
	inner    *wire.Decoder // of what was opened
	opens    *keys.Half    // nil: the server speaks in clear
	seals    *keys.Half    // nil: so do we
	theirs   *keys.Half    // opens from the server's ChangeCipherSpec on, up to 1.2
	schedule *keys.Schedule
	master   *keys.Master
	session  *keys.Session
	// The traffic secrets of 1.3.
	clientSecret, serverSecret *keys.Secret
	chain                      [][]byte // the server's certificates; nil: none came, or none was read
	deputy                     bool     // a delegated credential signs for the leaf (RFC 9345)
	exchange                   *wire.ServerKeyExchange
	asks                       *wire.CertificateRequest
	settings                   iana.ExtensionType // the extension of ALPS if the server accepted it
	ccsSent                    bool
	sent                       time.Time // when the second flight was
	signed13                   []byte    // what a CertificateVerify of the server signs if it comes next
	shown                      bool      // the server showed that it takes our second flight
	proof                      []byte    // of our Finished, up to 1.2
	closed                     bool      // the server sent a close_notify
	reply                      []byte    // application data of the server, of StopReply
}

// newFollow returns nil where an attempt ends with the first flight.
func newFollow(f *flight) *follow {
	if f.a.Until == parley.StopFlight {
		return nil
	}
	if f.hello == nil {
		f.r.Unfollowed = "the hello has the format of SSL 2, or there is none"
		return nil
	}
	w := &follow{flight: f, inner: wire.NewDecoder(wire.FromServer)}
	w.inner.Limit = f.dec.Limit
	w.said.Add(f.hello.Message())
	return w
}

// unfollow gives up on the keys: what comes encrypted stays unknown.
func (f *follow) unfollow(format string, args ...any) {
	f.r.Unfollowed = fmt.Sprintf(format, args...)
	f.flight.follow = nil
}

// opensItem says whether it is a record that the keys are for.
func (f *follow) opensItem(it wire.Item) bool {
	if f == nil || f.opens == nil {
		return false
	}
	switch it.Kind {
	case wire.KindApplicationData, wire.KindEncryptedHandshake, wire.KindEncryptedAlert:
		return true
	}
	return false
}

// open reads what a protected record carries.
func (f *follow) open(it wire.Item) *end {
	// The version is part of what is authenticated (RFC 8446, Section 5.2).
	if f.server.Version() == iana.TLS13 && it.Record != iana.TLS12 {
		return malformed("record: legacy_record_version: expected 1.2, got %v", it.Record)
	}
	typ, content, err := f.opens.Open(it.RecordType, it.Raw)
	if err != nil {
		return malformed("record: expected one under the keys of this handshake, got one of %d bytes that does not decrypt", len(it.Raw))
	}
	f.inner.Write(wire.AppendRecord(nil, wire.Record{Type: typ, Version: it.Record, Payload: content}))
	for in, ok := f.inner.Next(); ok; in, ok = f.inner.Next() {
		in.Protected, in.Offset = true, it.Offset
		if e := f.protected(in); e != nil {
			return e
		}
	}
	return nil
}

// protected handles one item that came encrypted.
func (f *follow) protected(it wire.Item) *end {
	switch {
	case it.Kind == wire.KindApplicationData:
		return f.data(it)
	case it.HasType && it.Type == iana.TypeCompressedCertificate:
		f.said.Add(it.Raw) // as it came, not as it is read
		it = f.decompress(it)
	case it.Kind == wire.KindHandshake && f.stage < throughAll && it.Type != iana.TypeFinished && it.Type != iana.TypeHelloRequest:
		f.said.Add(it.Raw)
	}
	if e := f.keep(it); e != nil {
		return e
	}
	switch it.Kind {
	case wire.KindAlert:
		return f.protectedAlert(it.Alert)
	case wire.KindHandshake:
		if f.server.Version() == iana.TLS13 {
			return f.message13(it)
		}
		return f.message12(it)
	case wire.KindMalformed:
		return malformed("%v", it.Err)
	case wire.KindTooLarge:
		return &end{kind: parley.EndLimit, detail: it.Err.Error()}
	}
	return malformed("record: expected %s, got %v in it", f.expected(), it.Kind)
}

// protectedAlert ends the attempt if a is fatal: in 1.3 every alert is, but for
// those that close (RFC 8446, Section 6).
func (f *follow) protectedAlert(a wire.Alert) *end {
	switch {
	case a.Description == iana.AlertCloseNotify:
		f.closed = true
		if f.stage == throughAll && f.a.Until == parley.StopFinished {
			return &end{kind: parley.EndStopped}
		}
		return nil
	case a.Description == iana.AlertNoRenegotiation && f.stage == throughAll && f.a.Until == parley.StopAgain:
		return &end{kind: parley.EndStopped}
	case f.server.Version() == iana.TLS13 && a.Description != iana.AlertUserCanceled:
		return &end{kind: parley.EndAlert, alert: a}
	}
	return f.alert(a)
}

// data takes application data, of which the first is kept.
func (f *follow) data(it wire.Item) *end {
	switch {
	case f.stage < throughAll:
		return malformed("record: expected %s, got %v in it", f.expected(), it.Kind)
	case f.a.Until == parley.StopReply:
		f.reply = append(f.reply, it.Raw...)
		if len(f.reply) >= keep || bytes.IndexByte(f.reply, '\n') >= 0 {
			return f.replied()
		}
		if len(f.reply) > 0 {
			f.hurry(rest)
		}
	case len(it.Raw) > 0 && len(f.reply) == 0:
		f.reply = it.Raw[:min(len(it.Raw), keep)]
		it.Raw = f.reply
		f.show()
		return f.keep(it)
	}
	return nil
}

// replied ends an attempt with the first bytes of the answer.
func (f *follow) replied() *end {
	b := f.reply[:min(len(f.reply), keep)]
	f.keep(wire.Item{
		Kind: wire.KindApplicationData, Record: f.recordVersion(), RecordType: iana.ContentApplicationData, Records: 1,
		Protected: true, Raw: b,
	})
	return &end{kind: parley.EndStopped}
}

// recordVersion is what records say from the ServerHello on.
func (f *follow) recordVersion() iana.Version { return min(f.server.Version(), iana.TLS12) }

// show notes that the server takes our second flight. It need not be waited for
// as long then.
func (f *follow) show() {
	f.shown = true
	if f.a.Until == parley.StopFinished {
		f.hurry(time.Until(f.sent.Add(3*f.sent.Sub(f.origin) + rest/2)))
	}
}

// hurry ends the wait after d, if not sooner.
func (f *follow) hurry(d time.Duration) {
	if at := time.Now().Add(d); at.Before(f.until) {
		f.until = at
	}
}

// note records what we send.
func (f *follow) note(it wire.Item) {
	it.Record, it.Records, it.Protected = f.recordVersion(), 1, f.seals != nil && it.Kind != wire.KindChangeCipherSpec
	f.r.Events = append(f.r.Events, parley.Event{From: parley.ClientSide, After: time.Since(f.origin), Item: it})
}

// outgoing is a flight of ours as it is put together.
type outgoing struct {
	*follow
	b   []byte
	err error
}

// record appends content, under the keys if there are any.
func (o *outgoing) record(t iana.ContentType, content []byte) {
	if o.err != nil {
		return
	}
	if o.quic != nil {
		if t == iana.ContentHandshake {
			o.quic.say(1, content)
		}
		return
	}
	if o.seals == nil {
		o.b = wire.AppendRecords(o.b, t, o.recordVersion(), content)
		return
	}
	o.b, o.err = o.seals.Seal(o.b, t, content)
}

// message appends a handshake message and adds it to what was said.
func (o *outgoing) message(t iana.HandshakeType, body []byte, m any) {
	raw := wire.AppendMessage(nil, t, body)
	o.said.Add(raw)
	o.note(wire.Item{Kind: wire.KindHandshake, RecordType: iana.ContentHandshake, Type: t, HasType: true, Message: m, Raw: raw})
	o.record(iana.ContentHandshake, raw)
}

// changeCipherSpec appends the record, which is never protected.
func (o *outgoing) changeCipherSpec() {
	o.note(wire.Item{Kind: wire.KindChangeCipherSpec, RecordType: iana.ContentChangeCipherSpec, Raw: []byte{1}})
	o.b = wire.AppendRecord(o.b, wire.Record{Type: iana.ContentChangeCipherSpec, Version: o.recordVersion(), Payload: []byte{1}})
}

// alert appends an alert.
func (o *outgoing) alert(description iana.Alert) {
	a := wire.Alert{Level: iana.AlertWarning, Description: description}
	o.note(wire.Item{Kind: wire.KindAlert, RecordType: iana.ContentAlert, Alert: a, Raw: a.Append(nil)})
	o.record(iana.ContentAlert, a.Append(nil))
}

// last appends what an attempt says when it is through: the request, or that it
// closes.
func (o *outgoing) last() {
	if o.quic != nil {
		return // a server says that it is through (RFC 9001, Section 4.1.2)
	}
	if o.a.Until != parley.StopReply {
		o.alert(iana.AlertCloseNotify)
		return
	}
	if len(o.a.Request) > 0 {
		o.note(wire.Item{Kind: wire.KindApplicationData, RecordType: iana.ContentApplicationData, Raw: o.a.Request[:min(len(o.a.Request), keep)]})
		o.record(iana.ContentApplicationData, o.a.Request)
	}
}

// send writes the flight and gives the server its time to answer: as long as
// any silence is borne, or three times what it took so far.
func (o *outgoing) send() *end {
	if o.err != nil {
		return &end{kind: parley.EndLocal, detail: "make the second flight: " + o.err.Error()}
	}
	b := o.b
	if o.link.wrap != nil && (o.stage < throughAll || o.server.Version() == iana.TLS13) {
		b = o.link.wrap(b)
	}
	var e *end
	if o.quic == nil {
		e = o.link.write(b)
	}
	o.sent = time.Now()
	silence := o.link.silence
	o.until = o.sent.Add(min(max(3*o.sent.Sub(o.origin), silence), 3*silence))
	return e
}

// over says what the end of the connection means once a second flight was sent.
func (f *follow) over(e *end) *end {
	for it, ok := f.inner.Close(); ok; it, ok = f.inner.Close() {
		it.Protected = true
		f.record(it)
	}
	if f.stage < throughAll {
		return e
	}
	switch e.kind {
	case parley.EndFIN, parley.EndRST, parley.EndSilence:
	default:
		return e
	}
	if f.a.Until == parley.StopAgain && f.server.Version() < iana.TLS13 {
		return e
	}
	if f.a.Until == parley.StopReply {
		if len(f.reply) > 0 {
			return f.replied()
		}
		return e
	}
	if f.accepted(e.kind) {
		return &end{kind: parley.EndStopped}
	}
	return e
}

// accepted says whether an end without a word, after our close_notify, means that
// the server went through with the handshake. Up to 1.2 its Finished has said so,
// and in 1.3 a ticket or data: nginx then closes without a close_notify, others
// reset. Where nothing said so, a FIN answers our close_notify, unless the server
// asked for a certificate: refusing one, Node.js closes without a word.
func (f *follow) accepted(kind parley.EndKind) bool {
	return f.shown || kind == parley.EndFIN && (f.asks == nil || f.closed)
}

// signedBy says whose key made a signature over message.
func (f *follow) signedBy(scheme iana.Scheme, message, signature []byte) parley.Signature {
	unknown := f.deputy
	for i, certificate := range f.chain {
		key, err := keys.PublicKey(certificate)
		if err == nil {
			err = keys.Verify(key, f.server.Version(), scheme, message, signature)
		}
		switch {
		case err == nil && i == 0:
			return parley.SignatureByLeaf
		case err == nil:
			return parley.SignatureByOther
		case !errors.Is(err, keys.ErrSignature):
			unknown = true
		}
	}
	if unknown || len(f.chain) == 0 {
		return parley.SignatureUnknown
	}
	return parley.SignatureByNone
}
