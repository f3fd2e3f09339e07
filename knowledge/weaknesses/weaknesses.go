// Package weaknesses is what a handshake shows to be weak without attacking: the
// prerequisites of published attacks, and what RFCs forbid. Each weakness is one
// entry of the table, with its names, what it takes to make use of it, what no
// handshake shows of it, and where it stands; Find holds the terms of a server
// against all of them.
//
// To add one, add its entry to the table, and its case to the tests. What was not
// learned is unknown, which is never fine.
package weaknesses

import (
	"fmt"
	"slices"
	"strings"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

// Severity says how much a weakness takes to be made use of.
type Severity uint8

// The severities. Info: no attack is known that needs nothing else. Low: outdated,
// or of use under rare conditions. Medium: of use with much traffic or effort.
// High: someone on the path reads or alters a session, or acts as the server.
const (
	SeverityUnknown Severity = iota
	Info
	Low
	Medium
	High
)

// Severities are the words of the severities, from the lowest on.
var Severities = []string{"info", "low", "medium", "high"}

// ParseSeverity reads a word of Severities; SeverityUnknown if it is none.
func ParseSeverity(word string) Severity { return Severity(slices.Index(Severities, word) + 1) }

// String returns the word of the severity.
func (s Severity) String() string {
	if s == SeverityUnknown || int(s) > len(Severities) {
		return "unknown"
	}
	return Severities[s-1]
}

// MarshalText writes the word of the severity.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (s *Severity) UnmarshalText(b []byte) error {
	if *s = ParseSeverity(string(b)); *s == SeverityUnknown {
		return fmt.Errorf("no severity: %q", b)
	}
	return nil
}

// Reference is where a weakness stands: its number, or the document, with the
// date of it.
type Reference struct {
	Text string `json:"text"`
	Date string `json:"date"` // YYYY-MM
}

// Weakness is one thing that can be weak in what a server accepts.
type Weakness struct {
	ID    string // "weakness.sweet32"; never used again for something else
	Name  string // what it is about, for a table: "64-bit block ciphers (Sweet32)"
	Title string // of a finding: "ciphers with blocks of 64 bits are accepted"
	// Severity is that of most findings; one may say otherwise.
	Severity Severity
	// Grades says of what a finding's severity hangs: "high for SSL 2, ..."; empty:
	// every finding has the one.
	Grades string
	// Needs is what it takes beside, to make use of it.
	Needs string
	// Unseen is what a handshake does not show of it; empty: nothing.
	Unseen     string
	Fix        parley.Intent
	References []Reference
	// OverDTLS is where it stands for DTLS, whose versions other documents are about;
	// nil: in References.
	OverDTLS []Reference
	look     func(*view) outcome
}

// Finding is what became of one weakness at one server.
type Finding struct {
	*Weakness
	// Is: Yes or Mixed, it was seen; No, it was looked for and is not there;
	// Unknown, something that it hangs on was not learned.
	Is       parley.Truth
	Severity Severity // of this one
	// Why says what was seen, with versions, suites and bits, or what was not
	// learned.
	Why string
	// Brief is Why in fewer words: suites are counted. Also is what is to be said
	// beside what was seen, the end of Why.
	Brief, Also string
	// Unasked: what it hangs on was not asked for, and a deeper scan does.
	Unasked bool
	// Seen are the values that show it: "TLS_RSA_WITH_RC4_128_SHA under 1.0 and 1.1".
	Seen []string
	From []parley.Source
}

// Found says whether the weakness was seen.
func (f *Finding) Found() bool { return f.Is == parley.Yes || f.Is == parley.Mixed }

// Leaf is what a server's own certificate says of its strength.
type Leaf struct {
	Name       string // of its subject
	Key        iana.KeyType
	Bits       int        // of an RSA or DSA key; 0: not known
	Group      iana.Group // of an ECDSA key; 0: not known
	Digest     string     // that it is signed over: "SHA-1"; "none": the algorithm has its own; empty: not known
	SelfIssued bool       // nobody verifies its signature
	Broken     string     // why anybody can compute its private key; empty: no reason is known
	From       []parley.Source
}

// Beside is what is known beside the terms.
type Beside struct {
	Leaves []Leaf // the server's own certificates
	// Prime names a prime that many servers share, given big-endian; empty: it is none
	// that is known. Nil: nothing is known of any.
	Prime func(p []byte) string
}

// Find holds the terms of a server in one scope against every weakness. What was found comes first, then what is unknown, then what is
// not there; each from the highest severity on.
func Find(s *parley.Server, b Beside) []Finding {
	v := &view{s: s, leaves: b.Leaves, prime: b.Prime}
	out := make([]Finding, len(table))
	for i := range table {
		w := &table[i]
		if s.Scope.Transport == parley.TransportDTLS && w.OverDTLS != nil {
			over := *w
			over.References = w.OverDTLS
			w = &over
		}
		o := w.look(v)
		out[i] = Finding{Weakness: w, Is: o.is, Severity: w.Severity, Why: o.why, Brief: o.brief, Unasked: o.unasked, Seen: o.seen, From: o.from}
		if o.also != "" {
			out[i].Why, out[i].Also = o.why+"; "+o.also, o.also
		}
		if o.brief == "" {
			out[i].Brief = o.why
		}
		if o.severity != SeverityUnknown {
			out[i].Severity = o.severity
		}
	}
	rank := func(f Finding) int {
		switch f.Is {
		case parley.Unknown:
			return 10 - int(f.Severity)
		case parley.No:
			return 20 - int(f.Severity)
		}
		return -int(f.Severity)
	}
	slices.SortStableFunc(out, func(a, b Finding) int { return rank(a) - rank(b) })
	return out
}

// All returns every weakness, in the order of the table.
func All() []Weakness { return slices.Clone(table) }

// Get returns a weakness by its id.
func Get(id string) (*Weakness, bool) {
	i := slices.IndexFunc(table, func(w Weakness) bool { return w.ID == id })
	if i < 0 {
		return nil, false
	}
	return &table[i], true
}

// outcome is what a look at the terms comes to.
type outcome struct {
	is       parley.Truth
	severity Severity // SeverityUnknown: that of the weakness
	why      string
	brief    string // empty: why
	also     string // what why goes on with
	unasked  bool
	seen     []string
	from     []parley.Source
}

func absent(why string) outcome { return outcome{is: parley.No, why: why} }

func open(why string) outcome { return outcome{why: why} }

// and joins words: "1.0, 1.1 and 1.2".
func and[T fmt.Stringer](list []T) string {
	var out []string
	for _, v := range list {
		out = append(out, v.String())
	}
	return andWords(out)
}

func andWords(out []string) string {
	if n := len(out); n > 1 {
		return strings.Join(out[:n-1], ", ") + " and " + out[n-1]
	}
	return strings.Join(out, "")
}
