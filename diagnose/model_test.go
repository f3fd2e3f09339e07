package diagnose_test

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	_ "github.com/parley-tls/parley/internal/property"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/causes"
	"github.com/parley-tls/parley/diagnose"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/knowledge/clients"
	"github.com/parley-tls/parley/survey"
	"github.com/parley-tls/parley/transcript"
	"github.com/parley-tls/parley/wire"
)

// model is a server whose terms are all known. It answers as Negotiate says,
// and where it refuses, ends the connection in its own way.
type model struct {
	parley.Server
	refusal parley.EndKind // EndAlert: by the alert of the stack
}

var scope = parley.Scope{Addr: netip.MustParseAddrPort("192.0.2.7:443"), Name: "www.shop.example"}

// outcome is what the server makes of a hello, whatever the client says to it.
func (m model) outcome(h *wire.ClientHello) parley.Outcome {
	c := parley.Client{Hellos: []parley.Hello{{Message: h}}, Offers: parley.OffersOf(h), Completes: map[iana.Version]parley.Truth{}}
	for _, v := range parley.AllVersions {
		c.Completes[v] = parley.Yes
	}
	return parley.Negotiate(c, m.Server)
}

// completes says whether the server goes through with a hello, under a version
// that it offers.
func (m model) completes(a parley.Attempt) bool { return m.reply(a).AnswerTo(a).Completes() }

// reply answers an attempt. A prologue is nothing that this server knows.
func (m model) reply(a parley.Attempt) parley.Reply {
	r := parley.Reply{Attempt: a.ID, End: parley.EndFIN}
	if a.Hello == nil || len(a.Prologue) > 0 {
		return r
	}
	out := m.outcome(a.Hello)
	switch {
	case out.Completes == parley.Yes, out.Refuses == parley.ClientSide && out.Version != 0:
		r = flight(m.fill(a.Hello, out.Choice))
	case m.refusal == parley.EndAlert && len(out.Alerts[m.Chooses]) > 0:
		r.End, r.Alert = parley.EndAlert, wire.Alert{Level: iana.AlertFatal, Description: out.Alerts[m.Chooses][0]}
		r.Events = []parley.Event{{From: parley.ServerSide, Item: wire.Item{Kind: wire.KindAlert, Alert: r.Alert}}}
	case m.refusal != parley.EndAlert:
		r.End = m.refusal
	}
	r.Attempt = a.ID
	return r
}

// fill decides what Negotiate leaves to an order that it does not know.
func (m model) fill(h *wire.ClientHello, c parley.Choice) parley.Choice {
	col := m.Accepts[c.Version]
	if c.Suite == 0 {
		for _, s := range h.Suites {
			if col.Suites.Has(s) == parley.Yes {
				c.Suite = s
				break
			}
		}
	}
	if i, _ := c.Suite.Info(); c.Group == 0 && (i.Kx == iana.KxECDHE || i.Kx == iana.KxTLS13) {
		for _, g := range col.Groups.Yes() {
			if slices.Contains(h.Groups(), g) || len(h.Groups()) == 0 {
				c.Group = g
				break
			}
		}
	}
	return c
}

// flight is a server's first flight with a choice.
func flight(c parley.Choice) parley.Reply {
	line := fmt.Sprintf("< ServerHello  version=%s suite=%s", c.Version, c.Suite)
	switch {
	case c.Version == iana.TLS13:
		line += fmt.Sprintf(" key_share=%s", c.Group)
	case c.DHBits != 0:
		line += fmt.Sprintf("\n< ServerKeyExchange  dh=%d", c.DHBits)
	case c.Group != 0:
		line += fmt.Sprintf("\n< ServerKeyExchange  group=%s", c.Group)
		if c.Version == iana.TLS12 && c.Scheme != 0 {
			line += fmt.Sprintf(" scheme=%s", c.Scheme)
		}
	}
	return transcript.MustParse("server 192.0.2.7:443\n\nreference flight\n" + line + "\n").Blocks[0].Reply
}

// The terms from which servers are drawn.
var (
	suites13 = []iana.Suite{iana.TLS_AES_128_GCM_SHA256, iana.TLS_AES_256_GCM_SHA384, iana.TLS_CHACHA20_POLY1305_SHA256}
	suites12 = []iana.Suite{
		iana.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, iana.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, iana.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
		iana.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, iana.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA, iana.TLS_RSA_WITH_AES_128_GCM_SHA256,
		iana.TLS_RSA_WITH_AES_128_CBC_SHA, iana.TLS_RSA_WITH_RC4_128_SHA, iana.TLS_RSA_WITH_3DES_EDE_CBC_SHA,
	}
	allGroups  = []iana.Group{iana.GroupX25519, iana.GroupSecp256r1, iana.GroupSecp384r1, iana.GroupSecp521r1}
	allSchemes = []iana.Scheme{0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601, 0x0203, 0x0201}
	stacks     = []string{"openssl", "gnutls", "go", "java", "nss"}
)

// some draws one or more of a list, in its order.
func some[T comparable](t *rapid.T, all []T, what string) []T {
	picked := rapid.SliceOfNDistinct(rapid.SampledFrom(all), 1, len(all), rapid.ID[T]).Draw(t, what)
	return slices.DeleteFunc(slices.Clone(all), func(x T) bool { return !slices.Contains(picked, x) })
}

func yes(t *rapid.T, oneIn int, what string) bool { return rapid.IntRange(1, oneIn).Draw(t, what) == 1 }

func fact(b bool) parley.Fact {
	if b {
		return parley.Fact{Is: parley.Yes}
	}
	return parley.Fact{Is: parley.No, Why: "the model has it so"}
}

// aServer draws a server. Most have the usual terms on most axes, so that a
// handshake fails for one reason or for none.
func aServer(t *rapid.T) model {
	m := model{Server: parley.Server{Scope: scope, Accepts: map[iana.Version]parley.Column{}, Chooses: rapid.SampledFrom(stacks).Draw(t, "stack")}}
	m.refusal = rapid.SampledFrom([]parley.EndKind{parley.EndAlert, parley.EndAlert, parley.EndAlert, parley.EndRST, parley.EndFIN, parley.EndSilence}).Draw(t, "refusal")
	versions, suites, groups, schemes := []iana.Version{iana.TLS12, iana.TLS13}, suites12, allGroups, allSchemes
	if yes(t, 2, "odd versions") {
		versions = some(t, parley.AllVersions[1:], "versions")
	}
	if yes(t, 3, "odd suites") {
		suites = some(t, suites12, "suites")
	}
	if yes(t, 4, "odd groups") {
		groups = some(t, allGroups, "groups")
	}
	if yes(t, 4, "odd schemes") {
		schemes = some(t, allSchemes, "schemes")
	}
	for _, v := range parley.AllVersions {
		c := parley.Column{Accepted: fact(slices.Contains(versions, v))}
		if c.Accepted.Is == parley.Yes {
			own := slices.DeleteFunc(slices.Clone(suites), func(s iana.Suite) bool { return !s.UsableAt(v) })
			if v == iana.TLS13 {
				own = suites13
			}
			c.Suites, c.Groups = parley.Listed(own...), parley.Listed(groups...)
			if v >= iana.TLS12 {
				c.Schemes = parley.Listed(schemes...)
			}
		}
		m.Accepts[v] = c
	}
	if !yes(t, 4, "no RSA certificate") {
		m.Chains = append(m.Chains, parley.Chain{Key: iana.KeyRSA, Bits: 2048})
	}
	if len(m.Chains) == 0 || yes(t, 3, "ECDSA certificate") {
		m.Chains = append(m.Chains, parley.Chain{Key: iana.KeyECDSA, Bits: 256, Group: iana.GroupSecp256r1})
	}
	m.Names.Needs, m.Names.Rejects = fact(yes(t, 6, "needs a name")), fact(yes(t, 8, "rejects the name"))
	m.DemandsEMS = fact(yes(t, 8, "demands EMS"))
	if yes(t, 6, "insists on ALPN") {
		m.ALPN = parley.ALPNPolicy{Protocols: []string{rapid.SampledFrom([]string{"h2", "mqtt"}).Draw(t, "protocol")}, Insists: parley.Yes}
	}
	m.ServerOrder = parley.Yes
	return m
}

// aClient draws a client of knowledge/clients, or one of a few terms.
func aClient(t *rapid.T) *parley.Client {
	if yes(t, 2, "known client") {
		ids := slices.DeleteFunc(clients.IDs(), func(id string) bool { return clients.OverDTLS(parley.ClientID(id)) })
		c, err := clients.Get(rapid.SampledFrom(ids).Draw(t, "client"))
		if err != nil {
			t.Fatal(err)
		}
		if c.Hellos[0].Message != nil {
			return c
		}
	}
	h := &wire.ClientHello{LegacyVersion: iana.TLS12, Compression: []iana.CompressionMethod{0}}
	h.Suites = some(t, suites12, "offered suites")
	h.SetGroups(some(t, allGroups, "offered groups"))
	if yes(t, 4, "client of 1.0") {
		h.LegacyVersion = iana.TLS10
	} else if !yes(t, 6, "no schemes") {
		h.SetSchemes(some(t, allSchemes, "offered schemes"))
	}
	if !yes(t, 4, "no name") {
		h.SetServerName(scope.Name)
	}
	if yes(t, 4, "ALPN") {
		h.SetALPN([]string{"h2", "http/1.1"})
	}
	if yes(t, 2, "EMS") {
		h.SetExtension(iana.ExtExtendedMasterSecret, nil)
	}
	if yes(t, 6, "fallback") {
		h.Suites = append([]iana.Suite{iana.SCSVFallback}, h.Suites...)
	}
	return &parley.Client{
		ID: "hello", Name: "the client of this hello", Hellos: []parley.Hello{{Message: h, RecordVersion: iana.TLS10}}, Offers: parley.OffersOf(h),
	}
}

// budget and reserve are those of a check.
const budget, reserve = 15, 4

// answering is a server that is not there.
type answering interface {
	reply(parley.Attempt) parley.Reply
}

// run is the loop of a check, with such a server in the place of the network.
func run(t interface{ Fatalf(string, ...any) }, m answering, c *parley.Client) *parley.Evidence {
	e := &parley.Evidence{Client: c, Target: parley.Target{Text: "www.shop.example", Host: "www.shop.example", Name: scope.Name}, NotRun: map[parley.AttemptID]string{}}
	e.Lookup = parley.Lookup{Name: "www.shop.example", Addrs: []netip.Addr{scope.Addr.Addr()}}
	q := survey.Question{Scope: scope, Client: c}
	used := 0
	do := func(a parley.Attempt) {
		used++
		e.Add(a)
		e.Replies = append(e.Replies, m.reply(a))
	}
	affordable := func(asks []parley.Ask) (out []parley.Ask) {
		left := budget - used
		for _, a := range asks {
			need, limit := max(a.Times, 1)-len(e.RepliesTo(a.Attempt.ID)), left
			if !a.Proof {
				limit -= reserve
			}
			switch _, not := e.NotRun[a.Attempt.ID]; {
			case not || need <= 0:
			case need > limit:
				e.Add(a.Attempt)
				e.NotRun[a.Attempt.ID] = "the budget of connections is used up"
			default:
				left -= need
				out = append(out, a)
			}
		}
		return out
	}
	asks := survey.First(q)
	for step := 0; len(asks) > 0; step++ {
		if step > 2*budget {
			t.Fatalf("the loop does not end")
		}
		for _, a := range asks {
			for len(e.RepliesTo(a.Attempt.ID)) < max(a.Times, 1) {
				do(a.Attempt)
			}
		}
		if asks = affordable(diagnose.Step(e).Asks); len(asks) == 0 {
			asks = affordable(survey.Next(q, e))
		}
	}
	if used > budget {
		t.Fatalf("%d attempts, at most %d", used, budget)
	}
	return e
}

func trail(e *parley.Evidence) string {
	var b strings.Builder
	for _, r := range e.Replies {
		a := e.Attempts[r.Attempt]
		ans := r.AnswerTo(a)
		fmt.Fprintf(&b, "  %-9v %-22s %v -> %s %v\n", a.Role, a.Name, transcript.Changes(a.Changed), ans.Words(), ans.Choice)
	}
	for id, why := range e.NotRun {
		fmt.Fprintf(&b, "  not run: %v %s: %s\n", e.Attempts[id].Name, transcript.Changes(e.Attempts[id].Changed), why)
	}
	return b.String()
}

// TestADiagnosisOfAKnownServerIsRight plays checks against servers whose terms
// are known, and holds the diagnosis to what they would answer.
func TestADiagnosisOfAKnownServerIsRight(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m, c := aServer(t), aClient(t)
		e := run(t, m, c)
		res := diagnose.Step(e)
		base := e.Attempts[e.Order[0]]
		ok := m.completes(base)
		if ok != (res.Scopes[0].View.Completes()) {
			t.Fatalf("the model completes the base: %v, the view says otherwise\n%s", ok, trail(e))
		}
		if !ok && res.Verdict == parley.VerdictOK {
			t.Errorf("a refused hello is said to be fine\n%s", trail(e))
		}
		if ok && res.Scopes[0].View.ClientRefuses() == causes.RefusesNothing && (res.Verdict != parley.VerdictOK || len(res.Findings) > 0) {
			t.Errorf("a healthy pair comes to %s\n%s", told(res), trail(e))
		}
		sure := func(f parley.Finding) bool { return f.Certainty > parley.Inferred }
		if len(res.Findings) > max(1, len(res.Scopes[0].View.Proof.Set)) && slices.ContainsFunc(res.Findings, sure) {
			t.Errorf("several answers: %s\n%s", told(res), trail(e))
		}
		if len(res.Findings) == 0 && !ok {
			t.Logf("unexplained\n%s", trail(e))
		}
		for _, f := range res.Findings {
			proven(t, m, e, f)
		}
	})
}

// proven holds a proof to the model: the pair flips, and no member of its
// change set can be spared.
func proven(t *rapid.T, m model, e *parley.Evidence, f parley.Finding) {
	if c, _ := causes.Get(f.Cause); f.Certainty > c.Best {
		t.Errorf("%s is %s, at best %s", f.Cause, f.Certainty, c.Best)
	}
	if f.Certainty != parley.Proved {
		return
	}
	base := e.Attempts[f.Pair.Fails]
	if m.completes(base) || !m.completes(base.With(f.Pair.Changed...)) {
		t.Errorf("%s: %s does not flip the answer\n%s", f.Cause, transcript.Changes(f.Pair.Changed), trail(e))
	}
	for i := range f.Pair.Changed {
		less := slices.Delete(slices.Clone(f.Pair.Changed), i, i+1)
		if len(less) > 0 && m.completes(base.With(less...)) {
			t.Errorf("%s: %s is enough\n%s", f.Cause, transcript.Changes(less), trail(e))
		}
	}
}
