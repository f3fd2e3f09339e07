package casefile

import (
	"fmt"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

type client struct {
	ID        parley.ClientID          `json:"id"`
	Name      string                   `json:"name,omitempty"`
	Family    string                   `json:"family,omitempty"`
	Stack     string                   `json:"stack,omitempty"`
	Hellos    []hello                  `json:"hellos"`
	Completes map[version]parley.Truth `json:"completes,omitempty"`
	Able      []version                `json:"able,omitempty"`
	Demands   []string                 `json:"demands,omitempty"`
	DHBits    [2]int                   `json:"dh_bits"`
	RSABits   int                      `json:"rsa_bits,omitempty"`
	Verifies  *parley.Verification     `json:"verifies,omitempty"`
	Notes     []note                   `json:"notes,omitempty"`
	Knobs     []knob                   `json:"knobs,omitempty"`
	From      []parley.Source          `json:"from,omitempty"`
}

type hello struct {
	Message       octets          `json:"message,omitempty"` // its body
	SSL2          octets          `json:"ssl2,omitempty"`
	RecordVersion version         `json:"record_version,omitempty"`
	Records       []int           `json:"records,omitempty"`
	Composed      bool            `json:"composed,omitempty"`
	From          []parley.Source `json:"from,omitempty"`
}

type note struct {
	About parley.Axis   `json:"about"`
	Text  string        `json:"text"`
	From  parley.Source `json:"from"`
}

type knob struct {
	Intent parley.IntentKind `json:"intent"`
	Grade  parley.Grade      `json:"grade"`
	// Versions are the oldest and the newest that it turns on.
	Versions [2]iana.Version `json:"versions,omitzero"`
	Text     string          `json:"text"`
	Price    string          `json:"price,omitempty"`
	From     parley.Source   `json:"from"`
}

// demands are what a client may insist on, in the words of the file.
var demands = map[string]parley.Demand{
	"extended_master_secret": parley.DemandEMS, "renegotiation_info": parley.DemandRenegotiation,
}

func encodeClient(c *parley.Client) *client {
	if c == nil {
		return nil
	}
	w := &client{
		ID: c.ID, Name: c.Name, Family: c.Family, Stack: c.Stack, Hellos: []hello{},
		DHBits: c.DHBits, RSABits: c.RSABits, Verifies: c.Verifies, From: c.From,
	}
	for _, h := range c.Hellos {
		wh := hello{RecordVersion: version(h.RecordVersion), Records: h.Records, Composed: h.Composed, From: h.From}
		if h.Message != nil {
			wh.Message = h.Message.Body()
		}
		if h.SSL2 != nil {
			wh.SSL2 = h.SSL2.Body()
		}
		w.Hellos = append(w.Hellos, wh)
	}
	for v, is := range c.Completes {
		if w.Completes == nil {
			w.Completes = map[version]parley.Truth{}
		}
		w.Completes[version(v)] = is
	}
	for _, v := range c.Able {
		w.Able = append(w.Able, version(v))
	}
	for _, d := range c.Demands {
		for word, is := range demands {
			if is == d {
				w.Demands = append(w.Demands, word)
			}
		}
	}
	for _, n := range c.Notes {
		w.Notes = append(w.Notes, note(n))
	}
	for _, k := range c.Knobs {
		w.Knobs = append(w.Knobs, knob(k))
	}
	return w
}

func (w *client) decode() (*parley.Client, error) {
	if w == nil {
		return nil, nil
	}
	c := &parley.Client{
		ID: w.ID, Name: w.Name, Family: w.Family, Stack: w.Stack, DHBits: w.DHBits, RSABits: w.RSABits, Verifies: w.Verifies, From: w.From,
	}
	for i, wh := range w.Hellos {
		h := parley.Hello{RecordVersion: iana.Version(wh.RecordVersion), Records: wh.Records, Composed: wh.Composed, From: wh.From}
		var err error
		if h.Message, h.SSL2, err = hellos(wh.Message, wh.SSL2); err != nil {
			return nil, fmt.Errorf("hello %d: %w", i, err)
		}
		c.Hellos = append(c.Hellos, h)
	}
	if len(c.Hellos) > 0 && c.Hellos[0].Message != nil {
		c.Offers = parley.OffersOf(c.Hellos[0].Message)
	}
	for v, is := range w.Completes {
		if c.Completes == nil {
			c.Completes = map[iana.Version]parley.Truth{}
		}
		c.Completes[iana.Version(v)] = is
	}
	for _, v := range w.Able {
		c.Able = append(c.Able, iana.Version(v))
	}
	for _, word := range w.Demands {
		d, ok := demands[word]
		if !ok {
			return nil, fmt.Errorf("unknown demand %q", word)
		}
		c.Demands = append(c.Demands, d)
	}
	for _, n := range w.Notes {
		c.Notes = append(c.Notes, parley.Note(n))
	}
	for _, k := range w.Knobs {
		c.Knobs = append(c.Knobs, parley.Knob(k))
	}
	return c, nil
}
