package probe

import (
	"bytes"
	"fmt"
	"slices"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/keys"
	"github.com/parley-tls/parley/wire"
)

// maxItems bounds how many items a reply keeps: a flight has ten or so, a flood
// of empty records thousands.
const maxItems = 64

// flight is the server's first flight as it comes in.
type flight struct {
	*run
	dec    *wire.Decoder
	until  time.Time         // when the whole flight must be there
	hello  *wire.ClientHello // what is being answered; nil after an SSL 2 hello or none
	retry  *wire.ServerHello // the HelloRetryRequest that came, if one did
	server *wire.ServerHello // the ServerHello that came, if one did
	rank   int               // where in the flight of 1.2 the last message stands
	seen   map[iana.HandshakeType]bool
	follow *follow // nil: the attempt ends with the first flight in clear
}

// handshake sends the hello, if there is one, and reads the server's first
// flight.
func (x *run) handshake() *end {
	limit := orDefault(x.p.MaxBytes, DefaultMaxBytes)
	f := &flight{run: x, dec: wire.NewDecoder(wire.FromServer), seen: map[iana.HandshakeType]bool{}}
	f.dec.Limit = limit
	hello, e := x.sendHello()
	if e != nil {
		return e
	}
	f.hello = hello
	f.follow = newFollow(f)
	f.until = x.origin.Add(3 * x.link.silence)
	for {
		if len(x.link.in) > 0 {
			if x.r.First == 0 {
				x.r.First = max(time.Since(x.origin), 1)
			}
			f.dec.Write(x.link.take())
		}
		for it, ok := f.dec.Next(); ok; it, ok = f.dec.Next() {
			if e := f.take(it); e != nil {
				return e
			}
		}
		if e := x.link.fill(f.until); e != nil {
			return f.over(e)
		}
	}
}

// over handles what was left incomplete when the connection ended with e.
func (f *flight) over(e *end) *end {
	if e.kind == parley.EndInterrupted {
		return e
	}
	if e.kind == parley.EndSilence && !time.Now().Before(f.until) && f.r.First > 0 && (f.follow == nil || f.follow.stage == inFirstFlight) {
		e.detail = fmt.Sprintf("the first flight was not complete after %v", f.until.Sub(f.origin))
	}
	for it, ok := f.dec.Close(); ok; it, ok = f.dec.Close() {
		if it.Kind == wire.KindNotTLS {
			return &end{kind: parley.EndPlaintext, plain: it.Raw}
		}
		f.record(it)
	}
	if f.follow != nil {
		return f.follow.over(e)
	}
	if f.a.Hello == nil && f.a.SSL2 == nil && len(f.r.Banner) > 0 && f.r.First == 0 {
		return &end{kind: parley.EndPlaintext, plain: f.r.Banner}
	}
	return e
}

func (f *flight) record(it wire.Item) {
	f.r.Events = append(f.r.Events, parley.Event{From: parley.ServerSide, After: time.Since(f.origin), Item: it})
}

// keep records an item, as long as there are not too many.
func (f *flight) keep(it wire.Item) *end {
	f.record(it)
	if len(f.r.Events) > maxItems {
		return &end{kind: parley.EndLimit, detail: fmt.Sprintf("more than %d records or messages", maxItems)}
	}
	return nil
}

// take handles one item; an end if it was the last that is wanted.
func (f *flight) take(it wire.Item) *end {
	if it.Kind == wire.KindNotTLS {
		return &end{kind: parley.EndPlaintext, plain: f.link.banner(it.Raw)}
	}
	if f.follow.opensItem(it) {
		return f.follow.open(it)
	}
	if e := f.keep(it); e != nil {
		return e
	}
	switch it.Kind {
	case wire.KindAlert:
		return f.alert(it.Alert)
	case wire.KindHandshake:
		return f.message(it)
	case wire.KindSSL2:
		return f.ssl2(it)
	case wire.KindMalformed:
		return malformed("%v", it.Err)
	case wire.KindTooLarge:
		return &end{kind: parley.EndLimit, detail: it.Err.Error()}
	case wire.KindChangeCipherSpec:
		return f.changeCipherSpec()
	case wire.KindApplicationData:
		if f.server != nil && is13(f.server) {
			return &end{kind: parley.EndStopped}
		}
	}
	return malformed("record: expected %s, got %v", f.expected(), it.Kind)
}

// expected says in words what may come next.
func (f *flight) expected() string {
	switch {
	case f.hello == nil && f.a.SSL2 == nil:
		return "nothing of TLS before a ClientHello"
	case f.server == nil:
		return "a ServerHello"
	case f.follow != nil && f.follow.stage == inSecondFlight:
		return "the server's Finished"
	case f.follow != nil && f.follow.stage == throughAll:
		return "what follows a handshake"
	case is13(f.server):
		return "an encrypted record"
	}
	return "the rest of the first flight"
}

// alert ends the attempt if a is fatal. A close_notify closes by the FIN that
// follows it, and a warning leaves everything open.
func (f *flight) alert(a wire.Alert) *end {
	switch {
	case a.Level != iana.AlertWarning && a.Level != iana.AlertFatal:
		return malformed("Alert: level: expected 1 or 2, got %d", uint8(a.Level))
	case a.Level == iana.AlertWarning || a.Description == iana.AlertCloseNotify:
		return nil
	}
	return &end{kind: parley.EndAlert, alert: a}
}

// ssl2 handles a record of SSL 2: the whole flight of such a server, or an
// error, after which it closes.
func (f *flight) ssl2(it wire.Item) *end {
	if f.a.SSL2 == nil {
		return malformed("record: expected one of TLS, got one of SSL 2")
	}
	if _, ok := it.Message.(*wire.SSL2ServerHello); ok {
		return &end{kind: parley.EndStopped}
	}
	return nil
}

// changeCipherSpec is without meaning in 1.3 (RFC 8446, Appendix D.4). Up to
// 1.2 it resumes a session: that of the hello's ID, or one that a ticket of it may stand
// for.
func (f *flight) changeCipherSpec() *end {
	switch {
	case f.server == nil && f.retry == nil:
		return malformed("record: expected %s, got ChangeCipherSpec", f.expected())
	case f.server == nil || is13(f.server):
		return nil
	case f.follow != nil && f.follow.stage == inSecondFlight && f.follow.opens == nil:
		f.follow.opens = f.follow.theirs
		f.follow.inner.SetNegotiated(f.server.Version(), f.server.Suite)
		return nil
	}
	if f.hello != nil {
		ticket, _ := f.hello.Extension(iana.ExtSessionTicket)
		if id := f.resumes.id; len(ticket) > 0 || len(id) > 0 && bytes.Equal(id, f.server.SessionID) {
			if f.follow != nil {
				f.follow.unfollow("the server resumes the session of the hello")
			}
			return &end{kind: parley.EndStopped}
		}
	}
	return malformed("record: expected %s, got ChangeCipherSpec", f.expected())
}

// ranks are the messages of a first flight up to 1.2, in the order in which
// they stand (RFC 5246, Section 7.3; RFC 4680, Section 3; RFC 6066, Section 8).
var ranks = map[iana.HandshakeType]int{
	iana.TypeServerHello:        1,
	iana.TypeSupplementalData:   2,
	iana.TypeCertificate:        3,
	iana.TypeCertificateStatus:  4,
	iana.TypeServerKeyExchange:  5,
	iana.TypeCertificateRequest: 6,
	iana.TypeNewSessionTicket:   7,
	iana.TypeServerHelloDone:    8,
}

// message handles a handshake message in clear.
func (f *flight) message(it wire.Item) *end {
	if f.hello == nil && f.a.SSL2 == nil {
		return malformed("message: expected %s, got %v", f.expected(), it.Type)
	}
	if it.Type == iana.TypeHelloRequest {
		return nil // may come at any time and is to be ignored (RFC 5246, Section 7.4.1.1)
	}
	if h, ok := it.Message.(*wire.ServerHello); ok && f.server == nil {
		return f.serverHello(h, it.Raw)
	}
	if f.follow != nil && f.follow.stage == inSecondFlight && it.Type == iana.TypeNewSessionTicket && !f.seen[it.Type] {
		f.seen[it.Type] = true
		f.follow.said.Add(it.Raw)
		return nil
	}
	rank, known := ranks[it.Type]
	if !known || f.server == nil || is13(f.server) || rank <= f.rank {
		return malformed("message: expected %s, got %v", f.expected(), it.Type)
	}
	f.rank, f.seen[it.Type] = rank, true
	if f.follow != nil {
		f.follow.collect(it)
	}
	switch m := it.Message.(type) {
	case *wire.ServerKeyExchange:
		if f.hello != nil {
			return complaint("ServerKeyExchange", checkKeyExchange(f.hello, m))
		}
	case *wire.ServerHelloDone:
		if lacks := missing(f.server.Suite, f.seen); lacks != "" {
			return malformed("message: expected %s, got %v", lacks, it.Type)
		}
		if f.follow != nil {
			return f.follow.second12()
		}
		return &end{kind: parley.EndStopped}
	}
	return nil
}

// serverHello handles a ServerHello or HelloRetryRequest, whose bytes are raw.
func (f *flight) serverHello(h *wire.ServerHello, raw []byte) *end {
	if h.IsHelloRetryRequest() && f.hello != nil && (f.hello.Offers(iana.TLS13) || f.hello.Offers(iana.DTLS13)) {
		return f.helloRetry(h, raw)
	}
	f.server, f.rank = h, ranks[iana.TypeServerHello]
	if f.retry == nil { // else another confirmation counts, which nothing here needs
		f.decrypted(h, raw)
	}
	if f.hello == nil {
		return nil
	}
	e := complaint("ServerHello", checkServerHello(f.hello, f.retry, h))
	if e != nil || f.follow == nil {
		return e
	}
	f.follow.said.Add(raw)
	if listed := f.hello.SupportedVersions(); listed != nil && !slices.Contains(listed, h.Version()) {
		f.follow = nil // here the client ends it (RFC 8446, Section 4.1.3)
		return nil
	}
	if h.Version() == iana.TLS13 {
		f.rank = 0 // the encrypted flight has its own
		return f.follow.begin13(h)
	}
	return nil
}

// helloRetry answers a HelloRetryRequest with the second hello: the same with
// the key share and the cookie that were asked for (RFC 8446, Section 4.1.2).
func (f *flight) helloRetry(h *wire.ServerHello, raw []byte) *end {
	if f.retry != nil {
		return malformed("message: expected a ServerHello, got a second HelloRetryRequest")
	}
	if e := complaint("HelloRetryRequest", checkRetry(f.hello, h)); e != nil {
		return e
	}
	second := f.hello.Clone()
	if g, ok := h.Group(); ok {
		share, err := keys.NewShare(f.p.rand(), g)
		if err != nil {
			return &end{kind: parley.EndLocal, detail: "answer a HelloRetryRequest: " + err.Error()}
		}
		f.shares = []*keys.Share{share}
		second.SetKeyShares([]wire.KeyShare{{Group: g, Data: share.Public}})
	}
	if cookie, ok := h.Extension(iana.ExtCookie); ok {
		second.RemoveExtension(iana.ExtCookie)
		if len(cookie)+len(second.Body()) > 0xffff {
			return malformed("HelloRetryRequest: cookie: expected one that fits into a hello, got %d bytes", len(cookie))
		}
		second.SetExtension(iana.ExtCookie, cookie)
	}
	second.Repad(len(f.hello.Message()))
	if e := f.bindAgain(second, h, raw); e != nil {
		return e
	}
	f.hello, f.retry = second, h
	if f.follow != nil {
		f.follow.retry13(h, raw)
	}
	return f.sendRetry(second)
}

func malformed(format string, args ...any) *end {
	return &end{kind: parley.EndMalformed, detail: fmt.Sprintf(format, args...)}
}

// complaint makes an end of what a check found, if it found anything.
func complaint(message, found string) *end {
	if found == "" {
		return nil
	}
	return malformed("%s: %s", message, found)
}
