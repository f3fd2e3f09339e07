package scan

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/netip"
	"strings"
	"sync"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/causes"
	"github.com/parley-tls/parley/diagnose"
	"github.com/parley-tls/parley/wire"
)

// maxDiagnoses bounds how many diagnoses, and how many certificates, a scan
// remembers.
const (
	maxDiagnoses = 2048
	maxLeaves    = 2048
)

// diagnoses tell what stands behind an answer. Diagnosis is a function of the
// evidence: answers that say the same come to the same, and are diagnosed once.
type diagnoses struct {
	hello *hellos
	o     *ManyOptions

	mu     sync.Mutex
	known  map[string]diagnosis
	leaves map[[32]byte]*Leaf
}

type diagnosis struct {
	told    []Told
	verdict parley.Verdict
}

// judge sets what a reply means.
func (d *diagnoses) judge(rec *Record, a *Asked, r *parley.Reply) {
	defer func() { a.beside(d.o.Now) }()
	at := parley.Attempt{Hello: d.hello.template(rec.read.Name).hello}
	if rec.read.Transport == parley.TransportDTLS {
		at.Hello = parley.OverDTLS(at.Hello)
	}
	ans := r.AnswerTo(at)
	a.answered(r, ans)
	a.AsksFor = ans.AsksClient
	a.Leaf = d.leaf(r)
	if v := retried(r); v != nil {
		a.Version, a.Suite = v.Version().String(), v.Suite.String()
		if g, ok := v.Group(); ok {
			a.Group = g.String()
		}
		a.Verdict = parley.VerdictOK
		return
	}
	if ans.Completes() {
		a.Verdict = parley.VerdictOK
		return
	}
	if rec.read.Transport == parley.TransportDTLS && ans.Refused() {
		a.Verdict = parley.VerdictUnknown // no cause knows the clients of DTLS: how it refuses is told
		return
	}
	found := d.of(rec.read, a.at, r)
	a.Verdict, a.Causes = found.verdict, found.told
}

// retried returns the HelloRetryRequest that ends a reply, which says what the
// server selects.
func retried(r *parley.Reply) *wire.ServerHello {
	if r.End != parley.EndStopped || len(r.Events) == 0 {
		return nil
	}
	if h, ok := r.Events[len(r.Events)-1].Item.Message.(*wire.ServerHello); ok && h.IsHelloRetryRequest() {
		return h
	}
	return nil
}

// of diagnoses a reply that is no success.
func (d *diagnoses) of(t parley.Target, at netip.AddrPort, r *parley.Reply) diagnosis {
	key := likeness(t, at, r)
	if key != "" {
		d.mu.Lock()
		found, known := d.known[key]
		d.mu.Unlock()
		if known {
			return found
		}
	}
	s := parley.Scope{Addr: at, Name: t.Name, Transport: t.Transport}
	a := d.hello.attempt(s, nil)
	if t.StartTLS != "" {
		a.Prologue = []parley.Step{{Kind: parley.StepStartTLS, Text: t.StartTLS}}
	}
	a = a.Identify()
	e := d.evidence(t)
	e.Lookup = parley.Lookup{Name: t.Host, Addrs: []netip.Addr{at.Addr()}}
	e.Add(a)
	reply := *r
	reply.Attempt = a.ID
	e.Replies = []parley.Reply{reply}
	found := tell(e)
	if t := d.hello.inferred(r, s.Name); t != nil && len(found.told) == 0 {
		found = diagnosis{told: []Told{*t}, verdict: parley.VerdictProblem}
	}
	if key != "" {
		d.mu.Lock()
		if d.known == nil || len(d.known) >= maxDiagnoses {
			d.known = map[string]diagnosis{}
		}
		d.known[key] = found
		d.mu.Unlock()
	}
	return found
}

// unnamed diagnoses a target that has no address to ask.
func (d *diagnoses) unnamed(rec *Record, found parley.Lookup) {
	if found.End == parley.EndUnknown {
		found.End, found.Addrs = parley.EndNameNotFound, nil
		found.Detail = fmt.Sprintf("it has no IPv%d address", d.o.Family)
	}
	e := d.evidence(rec.read)
	e.Lookup = found
	got := tell(e)
	rec.Addresses = []Asked{{End: found.End, Detail: found.Detail, Verdict: got.verdict, Causes: got.told}}
}

func (d *diagnoses) evidence(t parley.Target) *parley.Evidence {
	t.Proxies = []string{""}
	return &parley.Evidence{Now: d.o.Now, Local: d.o.Local, Target: t, Client: d.hello.client, NotRun: map[parley.AttemptID]string{}}
}

// tell runs the diagnosis, and keeps what a line says of it.
func tell(e *parley.Evidence) diagnosis {
	res := diagnose.Step(e)
	out := diagnosis{verdict: res.Verdict}
	for _, f := range res.Findings {
		t := Told{ID: f.Cause, Certainty: f.Certainty, Side: f.Side}
		if c, err := causes.Get(f.Cause); err == nil {
			t.Title = c.Title
		}
		out.told = append(out.told, t)
	}
	if out.verdict == parley.VerdictOK {
		out.verdict = parley.VerdictUnknown // the reply is no success, whatever was not found
	}
	return out
}

// likeness is equal for replies that come to the same diagnosis; empty: the
// reply is diagnosed by itself. Of text that is no TLS the protocol counts, not
// what differs from one answer to the next.
func likeness(t parley.Target, at netip.AddrPort, r *parley.Reply) string {
	var b strings.Builder
	plain, _ := parley.IdentifyPlain(r.Plain)
	line, _, _ := bytes.Cut(r.Plain, []byte("\n"))
	fmt.Fprintf(&b, "%v %d %t %d %t %q|%d %d %q|%s %q %q", t.Transport, at.Port(), t.Name != "", len(t.Name)&^15, at.Addr().IsLoopback(), t.StartTLS,
		r.End, r.Alert, r.Detail, plain, line[:min(len(line), 64)], r.Banner)
	for _, e := range r.Events {
		if e.Item.Kind != wire.KindAlert {
			return ""
		}
		fmt.Fprintf(&b, "|%x", e.Item.Raw)
	}
	return b.String()
}

// leaf reads the certificate of a reply, once for all that send the same.
func (d *diagnoses) leaf(r *parley.Reply) *Leaf {
	for _, e := range r.Events {
		c, ok := e.Item.Message.(*wire.Certificate)
		if !ok || len(c.Raw) == 0 {
			continue
		}
		id := sha256.Sum256(bytes.Join(c.Raw, nil))
		d.mu.Lock()
		l := d.leaves[id]
		d.mu.Unlock()
		if l == nil {
			l = readLeaf(c.Raw)
			d.mu.Lock()
			if d.leaves == nil || len(d.leaves) >= maxLeaves {
				d.leaves = map[[32]byte]*Leaf{}
			}
			d.leaves[id] = l
			d.mu.Unlock()
		}
		return l
	}
	return nil
}

func sum(der []byte) string {
	s := sha256.Sum256(der)
	return hex.EncodeToString(s[:])
}
