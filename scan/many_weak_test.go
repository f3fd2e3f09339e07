package scan

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/internal/peers"
	"github.com/parley-tls/parley/knowledge/clients"
	"github.com/parley-tls/parley/knowledge/weaknesses"
	"github.com/parley-tls/parley/survey"
	"github.com/parley-tls/parley/wire"
)

func TestOfManyWhatIsWeakIsToldAndCountsFromTheSeverityOn(t *testing.T) {
	t.Parallel()
	at := peers.Start(t, peers.Go, peers.Config{Versions: classic, Ciphers: "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"}).Addr.String()
	for _, tt := range []struct {
		failOn weaknesses.Severity
		depth  survey.Depth
		judge  func(*Result) []Held
		want   parley.Verdict
	}{
		{weaknesses.SeverityUnknown, survey.DepthSuites, nil, parley.VerdictOK},
		{weaknesses.High, survey.DepthFull, nil, parley.VerdictOK},
		{weaknesses.Low, survey.DepthFull, nil, parley.VerdictProblem},
		{weaknesses.Medium, survey.DepthSuites, nil, parley.VerdictUnknown}, // compression was not asked for
		{weaknesses.SeverityUnknown, survey.DepthSuites, func(*Result) []Held { return []Held{{Policy: "ours", Met: parley.No}} }, parley.VerdictProblem},
		{weaknesses.SeverityUnknown, survey.DepthSuites, func(*Result) []Held { return []Held{{Policy: "ours"}} }, parley.VerdictUnknown},
		{weaknesses.SeverityUnknown, survey.DepthSuites, func(*Result) []Held { return []Held{{Policy: "ours", Met: parley.Yes}} }, parley.VerdictOK},
	} {
		k := &kept{}
		err := RunMany(t.Context(), NewLines(strings.NewReader(at)), k, ManyOptions{Now: time.Now(), Depth: tt.depth, FailOn: tt.failOn, Judge: tt.judge, Dialer: &onlyLoopback{}})
		if err != nil || k.of[at] == nil {
			t.Fatalf("%v: %v", err, k.of)
		}
		r := k.of[at]
		has := func(id string) bool {
			return slices.ContainsFunc(r.Addresses[0].Weak, func(w Weak) bool { return w.ID == id })
		}
		if r.Verdict != tt.want || !has("weakness.outdated-version") || has("weakness.drown") || tt.failOn == weaknesses.Medium && len(r.Addresses[0].Open) == 0 || tt.failOn == weaknesses.SeverityUnknown && len(r.Addresses[0].Open) > 0 {
			t.Errorf("--fail-on %s: %s, want %s; weak %+v, open %+v", tt.failOn, r.Verdict, tt.want, r.Addresses[0].Weak, r.Addresses[0].Open)
		}
		var s Summary
		s.Add(r)
		if g := s.Weak(); len(g) == 0 || g[0].Weak.Severity < g[len(g)-1].Weak.Severity || g[0].Examples[0] != at {
			t.Errorf("weak in all: %+v", g)
		}
		if p := s.Policies(); (len(p) == 1) != (tt.judge != nil) || tt.judge != nil && p[0].Met+p[0].Not+p[0].Unknown != 1 {
			t.Errorf("policies %+v", p)
		}
		for _, g := range s.Groups() {
			if !strings.HasPrefix(g.Answer, "accepts 1.0, 1.1, 1.2") {
				t.Errorf("the endpoint %q", g.Answer)
			}
		}
	}
}

// TestAlert70ToOneHelloLeavesOneCause holds what one refusal is taken for: alert 70 to
// a hello that ends below 1.3, and nothing else.
func TestAlert70ToOneHelloLeavesOneCause(t *testing.T) {
	t.Parallel()
	refusal := func(d iana.Alert) *parley.Reply {
		return &parley.Reply{End: parley.EndAlert, Alert: wire.Alert{Level: 2, Description: d}}
	}
	for _, tt := range []struct {
		as   string
		r    *parley.Reply
		want parley.CauseID
	}{
		{"java7", refusal(iana.AlertProtocolVersion), "version.client-pinned"}, // it has 1.2, and leaves it off
		{"openssl-1.0.0", refusal(iana.AlertProtocolVersion), "version.client-too-old"},
		{"openssl-1.0.1", refusal(iana.AlertProtocolVersion), "version.server-tls13-only"},
		{"openssl-1.0.1", refusal(iana.AlertHandshakeFailure), ""},
		{"java7", &parley.Reply{End: parley.EndFIN}, ""},
		{"", refusal(iana.AlertProtocolVersion), ""}, // it offers all from 1.0 to 1.3
		{"", refusal(iana.AlertHandshakeFailure), ""},
	} {
		var c *parley.Client
		if tt.as != "" {
			var err error
			if c, err = clients.Get(tt.as); err != nil {
				t.Fatal(err)
			}
		}
		h, err := newHellos(c)
		if err != nil {
			t.Fatal(err)
		}
		var got parley.CauseID
		if told := h.inferred(tt.r, "shop.example"); told != nil {
			if got = told.ID; told.Certainty != parley.Inferred || told.Title == "" {
				t.Errorf("%s: %+v", tt.as, told)
			}
		}
		if got != tt.want {
			t.Errorf("%q, %s: %q, want %q", tt.as, tt.r.End, got, tt.want)
		}
	}
}

func TestARealRefusalOfAnOldClientHasItsCause(t *testing.T) {
	t.Parallel()
	peers.Need(t, peers.OpenSSL)
	s := peers.Start(t, peers.OpenSSL, peers.Config{Versions: only12})
	c, err := clients.Get("java7")
	if err != nil {
		t.Fatal(err)
	}
	k := &kept{}
	at := s.Addr.String()
	if err := RunMany(t.Context(), NewLines(strings.NewReader(at)), k, ManyOptions{Now: time.Now(), Client: c, Dialer: &onlyLoopback{}}); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(k.of[at].Verdict, k.of[at].Causes); got != "problem [{version.client-pinned the client offers no version that the server accepts inferred client}]" {
		t.Errorf("got %s", got)
	}
}
