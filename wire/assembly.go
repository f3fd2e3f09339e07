package wire

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/parley-tls/parley/iana"
)

const (
	// aheadMost is how many messages may be under way behind the one that is due.
	aheadMost = 16
	// spansMost is how many separate parts of one message are kept: a peer that cuts
	// finer and mixes more has to send again.
	spansMost = 512
)

// assembly puts pieces of handshake messages together (RFC 6347, Section 4.2.3).
type assembly struct {
	limit int
	next  uint16            // the number of the message that is due
	open  map[uint16]*piled // by their numbers
	held  int               // bytes of them
	// again is the HelloVerifyRequest that was taken last, while nothing followed it:
	// a server that keeps nothing of its client counts from zero once more.
	again []byte
}

// piled is a message of which pieces came.
type piled struct {
	item  Item   // with header and body in Raw, as far as it came
	spans []span // of the body, ascending, apart
}

type span struct{ from, to int }

// add takes a piece that stands in the record that it describes. What was complete
// already, and what there is no room for, is left out.
func (a *assembly) add(f fragment, it Item) error {
	if a.again != nil && f.seq < a.next && (f.typ == iana.TypeServerHello || f.typ == iana.TypeHelloVerifyRequest) {
		if f.typ == iana.TypeHelloVerifyRequest && bytes.Equal(f.data, a.again) {
			return nil
		}
		*a = assembly{limit: a.limit, next: f.seq}
	}
	if f.seq-a.next >= aheadMost { // behind, or too far ahead
		return nil
	}
	p := a.open[f.seq]
	if p == nil {
		it.Kind, it.Type, it.HasType, it.Records = KindHandshake, f.typ, true, 0
		it.Raw = appendMessageHeader(nil, f.typ, f.length)
		if f.length > a.limit {
			it.Kind = KindTooLarge
			it.Err = &ParseError{Message: "handshake", Field: "length", Offset: 1, Want: "at most " + byteCount(a.limit), Got: byteCount(f.length)}
		}
		p = &piled{item: it}
		if a.open == nil {
			a.open = map[uint16]*piled{}
		}
		a.open[f.seq] = p
	}
	if p.item.Type != f.typ || length24(p.item.Raw) != f.length {
		return &ParseError{
			Message: "handshake fragment", Field: "length",
			Want: fmt.Sprintf("%v of %s, as in another of message %d", p.item.Type, byteCount(length24(p.item.Raw)), f.seq),
			Got:  fmt.Sprintf("%v of %s", f.typ, byteCount(f.length)),
		}
	}
	if p.item.Kind == KindTooLarge {
		return nil
	}
	more := messageHeader + f.at + len(f.data) - len(p.item.Raw)
	if more > 0 && f.seq != a.next && a.held+more > a.limit {
		return nil
	}
	if p.put(f) {
		a.held += max(0, more)
		p.item.Records++
		p.item.Record = it.Record
	}
	return nil
}

// put adds the bytes of a piece that are not there yet, and says whether there were
// any; a message without a body has none, and is there with its first piece.
func (p *piled) put(f fragment) bool {
	from, to := f.at, f.at+len(f.data)
	if from == to {
		return p.item.Records == 0 && length24(p.item.Raw) == 0
	}
	if len(p.spans) >= spansMost && !slices.ContainsFunc(p.spans, func(s span) bool { return s.from <= to && from <= s.to }) {
		return false
	}
	if n := messageHeader + to - len(p.item.Raw); n > 0 {
		p.item.Raw = append(p.item.Raw, make([]byte, n)...)
	}
	body := p.item.Raw[messageHeader:]
	var out []span
	at, fresh, merged := from, false, span{from: from, to: to}
	fill := func(until int) {
		if at < until {
			copy(body[at:until], f.data[at-from:])
			fresh = true
		}
	}
	for i, s := range p.spans {
		if s.to < from {
			out = append(out, s)
			continue
		}
		if s.from > to {
			fill(to)
			at = to
			out = append(append(out, merged), p.spans[i:]...)
			p.spans = out
			return fresh
		}
		fill(min(s.from, to))
		at = max(at, s.to)
		merged = span{from: min(merged.from, s.from), to: max(merged.to, s.to)}
	}
	fill(to)
	p.spans = append(out, merged)
	return fresh
}

func (p *piled) whole() bool {
	n := length24(p.item.Raw)
	return p.item.Kind == KindTooLarge || n == 0 || len(p.spans) == 1 && p.spans[0] == span{from: 0, to: n}
}

// take returns the message that is due, if it is whole.
func (a *assembly) take() (Item, bool) {
	p := a.open[a.next]
	if p == nil || !p.whole() {
		return Item{}, false
	}
	delete(a.open, a.next)
	a.held -= len(p.item.Raw) - messageHeader
	a.next++
	a.again = nil
	if p.item.Type == iana.TypeHelloVerifyRequest {
		a.again = p.item.Raw[messageHeader:]
	}
	return p.item, true
}

// cut returns the message that is due as far as it came, if it or a later one did.
func (a *assembly) cut() (Item, bool) {
	if len(a.open) == 0 {
		return Item{}, false
	}
	p := a.open[a.next]
	a.open = nil
	if p == nil {
		return Item{Kind: KindTruncated, RecordType: iana.ContentHandshake, Missing: messageHeader}, true
	}
	it, there, missing := p.item, 0, length24(p.item.Raw)
	for i, s := range p.spans {
		missing -= s.to - s.from
		if i == 0 && s.from == 0 {
			there = s.to
		}
	}
	it.Kind, it.Raw, it.Missing = KindTruncated, it.Raw[:messageHeader+there], missing
	return it, true
}
