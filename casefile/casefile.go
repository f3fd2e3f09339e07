// Package casefile writes a check as a file and reads it back: everything that
// was sent and everything that came, so that the diagnosis can be done again
// elsewhere, without a network.
//
// The file is JSON. Bytes of the wire are in hexadecimal; what they mean is
// read from them anew, never taken from the file. Decode is strict: a file that
// it accepts describes attempts whose ids fit, and replies to them.
package casefile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/parley-tls/parley"
)

// Schema names the format.
const Schema = "parley.case/1"

// MaxSize is the longest file that Decode reads, in bytes. A check has a
// hundred or so replies at the very most.
const MaxSize = 16 << 20

// Case is a check as it was.
type Case struct {
	Tool     string // version of parley that saved it
	Question string // the command that asked
	// Connections and Elapsed are what the check took.
	Connections int
	Elapsed     time.Duration
	Evidence    *parley.Evidence
}

type document struct {
	Schema      string        `json:"schema"`
	ToolVersion string        `json:"tool_version"`
	Question    string        `json:"question,omitempty"`
	Connections int           `json:"connections"`
	ElapsedNS   time.Duration `json:"elapsed_ns"`
	Now         time.Time     `json:"now"`
	Local       parley.Local  `json:"local"`
	Target      parley.Target `json:"target"`
	Lookup      parley.Lookup `json:"lookup"`
	Client      *client       `json:"client"`
	Panel       []*client     `json:"panel,omitempty"`
	Trust       []store       `json:"trust,omitempty"`
	Issuers     []issuer      `json:"issuers,omitempty"`
	Attempts    []attempt     `json:"attempts"`
	Replies     []reply       `json:"replies"`
	NotRun      []notRun      `json:"not_run,omitempty"`
}

type notRun struct {
	ID  parley.AttemptID `json:"id"`
	Why string           `json:"why"`
}

// Encode writes a case.
func Encode(c *Case) ([]byte, error) {
	e := c.Evidence
	d := document{
		Schema: Schema, ToolVersion: c.Tool, Question: c.Question, Connections: c.Connections, ElapsedNS: c.Elapsed,
		Now: e.Now, Local: e.Local, Target: e.Target, Lookup: e.Lookup, Client: encodeClient(e.Client),
		Attempts: []attempt{}, Replies: []reply{}, Trust: encodeTrust(e), Issuers: encodeIssuers(e),
	}
	for _, p := range e.Panel {
		d.Panel = append(d.Panel, encodeClient(p))
	}
	for _, id := range e.Order {
		d.Attempts = append(d.Attempts, encodeAttempt(e.Attempts[id]))
		if why, ok := e.NotRun[id]; ok {
			d.NotRun = append(d.NotRun, notRun{ID: id, Why: why})
		}
	}
	for _, r := range e.Replies {
		d.Replies = append(d.Replies, encodeReply(r))
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(d); err != nil {
		return nil, fmt.Errorf("casefile: %w", err)
	}
	if b.Len() > MaxSize {
		return nil, fmt.Errorf("casefile: the case has %d bytes, want at most %d", b.Len(), MaxSize)
	}
	return b.Bytes(), nil
}

// Decode reads what Encode wrote.
func Decode(data []byte) (*Case, error) {
	if len(data) > MaxSize {
		return nil, fmt.Errorf("%d bytes, want at most %d", len(data), MaxSize)
	}
	// The schema first: of another one nothing else is known.
	var s struct {
		Schema string `json:"schema"`
	}
	if err := json.Unmarshal(data, &s); err != nil {
		return nil, fmt.Errorf("not JSON: %w", err)
	}
	if s.Schema != Schema {
		return nil, fmt.Errorf("schema %q, want %q", s.Schema, Schema)
	}
	var d document
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&d); err != nil {
		return nil, err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the document")
	}
	e, err := d.evidence()
	if err != nil {
		return nil, err
	}
	return &Case{
		Tool: d.ToolVersion, Question: d.Question, Connections: d.Connections, Elapsed: d.ElapsedNS, Evidence: e,
	}, nil
}

func (d *document) evidence() (*parley.Evidence, error) {
	e := &parley.Evidence{
		Now: d.Now, Local: d.Local, Target: d.Target, Lookup: d.Lookup,
		Attempts: map[parley.AttemptID]parley.Attempt{}, NotRun: map[parley.AttemptID]string{},
	}
	for _, w := range d.Issuers {
		e.Issuers = append(e.Issuers, parley.Issuer{URL: w.URL, DER: w.DER, Err: w.Err})
	}
	for _, w := range d.Trust {
		e.Trust = append(e.Trust, w.decode())
	}
	var err error
	if e.Client, err = d.Client.decode(); err != nil {
		return nil, fmt.Errorf("client: %w", err)
	}
	for i, p := range d.Panel {
		c, err := p.decode()
		if err != nil {
			return nil, fmt.Errorf("panel %d: %w", i, err)
		}
		if c == nil {
			return nil, fmt.Errorf("panel %d: null", i)
		}
		e.Panel = append(e.Panel, c)
	}
	if e.Client != nil && e.Panel != nil {
		return nil, errors.New("a client and a panel: want one of them")
	}
	for i, w := range d.Attempts {
		a, err := w.decode()
		if err != nil {
			return nil, fmt.Errorf("attempt %d: %w", i, err)
		}
		if _, twice := e.Attempts[a.ID]; twice {
			return nil, fmt.Errorf("attempt %d: id %s stands twice", i, a.ID)
		}
		e.Add(a)
	}
	for i, w := range d.Replies {
		if _, ok := e.Attempts[w.Attempt]; !ok {
			return nil, fmt.Errorf("reply %d: no attempt %q", i, w.Attempt)
		}
		r, err := w.decode()
		if err != nil {
			return nil, fmt.Errorf("reply %d: %w", i, err)
		}
		e.Replies = append(e.Replies, r)
	}
	for i, n := range d.NotRun {
		if _, ok := e.Attempts[n.ID]; !ok {
			return nil, fmt.Errorf("not_run %d: no attempt %q", i, n.ID)
		}
		e.NotRun[n.ID] = n.Why
	}
	return e, nil
}
