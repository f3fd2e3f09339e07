package parley

import (
	"fmt"
	"strconv"
)

// TTLAsk is what an attempt is to learn of TTLs (in IPv6: hop limits), by which
// a segment shows how far away its sender is. Linux tells it without root;
// elsewhere, and through proxies, it stays unknown.
type TTLAsk struct {
	// Peer asks for the TTL with which the peer's acknowledgements arrive: the
	// first bytes of a record go out one by one, and no hello is sent.
	Peer bool `json:"peer,omitempty"`
	// End asks how the TTL of what ends the connection compares with this one,
	// which is the peer's; 0: not asked.
	End int `json:"end,omitempty"`
}

// Asked says whether anything is asked. Such an attempt is about the path: its
// end says nothing about the server's terms.
func (t TTLAsk) Asked() bool { return t != TTLAsk{} }

// TTLOrder is how the TTL of one segment compares with that of others.
type TTLOrder uint8

// The orders. What is not the same has another sender.
const (
	TTLUnknown TTLOrder = iota
	TTLLower
	TTLSame
	TTLHigher
)

var ttlNames = []string{"unknown", "lower", "same", "higher"}

// String returns the order's word.
func (o TTLOrder) String() string { return name(ttlNames, int(o)) }

// MarshalText writes the order's word.
func (o TTLOrder) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (o *TTLOrder) UnmarshalText(b []byte) error { return unname(ttlNames, b, o, "TTL order") }

// TTLs is what was learned of TTLs.
type TTLs struct {
	Peer int      `json:"peer,omitempty"` // of the peer's acknowledgements; 0: not learned
	End  TTLOrder `json:"end,omitempty"`  // of what ended the connection, against the peer's
}

// Terms writes what is known in transcript notation: "peer=52", "end=higher".
func (t TTLs) Terms() []string {
	var out []string
	if t.Peer != 0 {
		out = append(out, "peer="+strconv.Itoa(t.Peer))
	}
	if t.End != TTLUnknown {
		out = append(out, "end="+t.End.String())
	}
	return out
}

// Read reads one term that Terms wrote.
func (t *TTLs) Read(key, value string) error {
	switch key {
	case "peer":
		n, err := strconv.Atoi(value)
		if err != nil || n < 1 || n > 255 || value != strconv.Itoa(n) {
			return fmt.Errorf("peer=%s, want a TTL", value)
		}
		t.Peer = n
		return nil
	case "end":
		if err := t.End.UnmarshalText([]byte(value)); err != nil || t.End == TTLUnknown {
			return fmt.Errorf("end=%s, want lower, same or higher", value)
		}
		return nil
	}
	return fmt.Errorf("unknown term %q", key)
}
