package certificates

import (
	"encoding/base64"
	"fmt"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/knowledge/ctlogs"
	"github.com/parley-tls/parley/pkix"
)

// Transparency is what a chain shows of Certificate Transparency (RFC 6962).
type Transparency struct {
	Timestamps []Timestamp
	// Enough: they meet what Chrome and Apple demand of certificates below public
	// roots, as far as the logs are known. Unknown, with Why: it cannot be told.
	Enough parley.Truth
	Why    string
	// Fault says what could not be read; empty: nothing.
	Fault string
}

// Timestamp is a signed certificate timestamp that came.
type Timestamp struct {
	Via       string // "certificate", "handshake", "OCSP response"
	ID        string // of the log, in base64
	Log       string // its name; empty: not in the list
	Operator  string
	At        time.Time
	Signature parley.Truth // by the key of its log
	Why       string       // of an unknown one
}

// Operators are those whose logs a chain's timestamps verify with.
func (t *Transparency) Operators() (out []string) {
	seen := map[string]bool{}
	for _, s := range t.Timestamps {
		if s.Signature == parley.Yes && !seen[s.Operator] {
			seen[s.Operator] = true
			out = append(out, s.Operator)
		}
	}
	return out
}

func (r *Report) judgeTimestamps(g Given, staple *pkix.OCSP) {
	leaf := r.Leaf()
	if leaf == nil {
		return
	}
	t := &r.CT
	embedded, err := leaf.EmbeddedSCTs()
	t.note("the certificate", err)
	entry, ok := pkix.EmbeddedEntry(leaf, r.Issuer())
	why := ""
	if !ok {
		why = "the issuer is not at hand"
	}
	for _, s := range embedded {
		t.add("certificate", s, entry, why)
	}
	if g.Timestamps != nil {
		list, err := pkix.ReadSCTs(g.Timestamps)
		t.note("the handshake", err)
		for _, s := range list {
			t.add("handshake", s, pkix.EntryOf(leaf), "")
		}
	}
	if staple != nil && r.Issuer() != nil {
		if a := staple.About(leaf, r.Issuer()); a != nil {
			list, err := a.SCTs()
			t.note("the OCSP response", err)
			for _, s := range list {
				t.add("OCSP response", s, pkix.EntryOf(leaf), "")
			}
		}
	}
	if r.Public() {
		t.judge(leaf, g)
	}
}

func (t *Transparency) note(where string, err error) {
	if err != nil {
		t.Fault = "the timestamps of " + where + " cannot be read"
	}
}

func (t *Transparency) add(via string, s pkix.SCT, e pkix.Entry, why string) {
	out := Timestamp{Via: via, ID: base64.StdEncoding.EncodeToString(s.Log[:]), At: s.At, Why: why}
	switch log := ctlogs.Find(s.Log); {
	case s.Version != 0:
		out.ID, out.Why = "", "it is of a version that is not known"
	case log == nil:
		out.Why = "its log is not in the list of " + ctlogs.Date()
	default:
		out.Log, out.Operator = log.Name, log.Operator
		if why == "" {
			out.Signature = s.SignedBy(log.Key, e)
		}
	}
	t.Timestamps = append(t.Timestamps, out)
}

// Demanded is how many timestamps Chrome and Apple demand in a certificate that
// is valid for so long, as of 2026 (https://googlechrome.github.io/CertificateTransparency/ct_policy.html,
// https://support.apple.com/en-us/103214); of two operators at least.
func Demanded(c *pkix.Certificate) int {
	if days(c) > 180 {
		return 3
	}
	return 2
}

// days is how long a certificate is valid. Its last second belongs to it, and a
// day that has begun counts (Baseline Requirements, 6.3.2).
func days(c *pkix.Certificate) int {
	const day = 24 * 60 * 60
	seconds := int64(c.NotAfter.Sub(c.NotBefore)/time.Second) + 1
	return int((seconds + day - 1) / day)
}

// judge says whether the timestamps are enough. In the certificate it takes
// Demanded, beside it two.
func (t *Transparency) judge(leaf *pkix.Certificate, g Given) {
	inside, beside, all := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, s := range t.Timestamps {
		all[s.Via+s.ID] = true
		switch {
		case s.Signature != parley.Yes:
		case s.Via == "certificate":
			inside[s.ID] = true
		default:
			beside[s.ID] = true
		}
	}
	need := Demanded(leaf)
	switch two := len(t.Operators()) >= 2; {
	case two && (len(inside) >= need || len(beside) >= 2):
		t.Enough = parley.Yes
	case len(all) < 2 && g.TimestampsAsked == parley.Yes, len(all) < 2 && len(t.Timestamps) > 0:
		t.Enough, t.Why = parley.No, fmt.Sprintf("Chrome and Apple demand %d", need)
	case len(t.Timestamps) == 0:
		t.Why = "none is in the certificate, and in the handshake they were not asked for"
	default:
		t.Why = fmt.Sprintf("%d of %d verify with a log of the list of %s", len(inside)+len(beside), len(t.Timestamps), ctlogs.Date())
	}
}
