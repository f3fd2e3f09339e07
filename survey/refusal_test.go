package survey

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

// end is an attempt's reply that is an end alone.
func end(a parley.Attempt, k parley.EndKind) parley.Reply {
	return parley.Reply{Attempt: a.ID, End: k, Connect: 1}
}

// TestOnlyWhatSaysNoIsARefusal holds what becomes of 1.3 for a server that answers
// 1.2, by how it meets hellos of 1.3 alone.
func TestOnlyWhatSaysNoIsARefusal(t *testing.T) {
	t.Parallel()
	rsa, psk, anon := []iana.Suite{0xc02f, 0x009c}, []iana.Suite{0x008c, 0x00ae}, []iana.Suite{0x0034}
	alert := func(x iana.Alert) func(parley.Attempt, int) parley.Reply {
		return func(a parley.Attempt, _ int) parley.Reply { return refused(a.ID, x) }
	}
	ends := func(ks ...parley.EndKind) func(parley.Attempt, int) parley.Reply {
		return func(a parley.Attempt, n int) parley.Reply { return end(a, ks[min(n, len(ks)-1)]) }
	}
	for _, tt := range []struct {
		name   string
		suites []iana.Suite // of 1.2; nil: it accepts nothing
		says   func(parley.Attempt, int) parley.Reply
		is     parley.Truth
		why    string
	}{
		{"alert 70", rsa, alert(iana.AlertProtocolVersion), parley.No, "refused by alert 70"},
		{"alert 40", rsa, alert(iana.AlertHandshakeFailure), parley.No, "everything known of it was offered: alert 40 handshake_failure"},
		{"alert 112", rsa, alert(iana.AlertUnrecognizedName), parley.Unknown, "the server refuses the name: alert 112 unrecognized_name"},
		{"alert 49", rsa, alert(iana.AlertAccessDenied), parley.Unknown, "the server denies access: alert 49 access_denied"},
		{"silence", rsa, ends(parley.EndSilence), parley.Unknown, "no answer"},
		{"resets", rsa, ends(parley.EndRST), parley.No, "refused by a reset"},
		{"closes", rsa, ends(parley.EndFIN), parley.No, "refused by a close"},
		{"a reset, then silence", rsa, ends(parley.EndRST, parley.EndSilence), parley.Unknown, ""},
		{"without a certificate, alert 40", psk, alert(iana.AlertHandshakeFailure), parley.Unknown, "alert 40 handshake_failure: it may want a pre-shared key"},
		{"without a certificate, alert 116", anon, alert(iana.AlertCertificateRequired), parley.Unknown, "alert 116 certificate_required: it may want a pre-shared key"},
		{"without a certificate, alert 70", psk, alert(iana.AlertProtocolVersion), parley.No, "refused by alert 70"},
		{"nothing accepted, alert 40", nil, alert(iana.AlertHandshakeFailure), parley.Unknown, "alert 40 handshake_failure, and no version is known to be accepted"},
		{"nothing accepted, alert 70", nil, alert(iana.AlertProtocolVersion), parley.No, "refused by alert 70"},
	} {
		m := &model{suites: map[iana.Version][]iana.Suite{iana.TLS12: tt.suites}, named: true}
		for _, pace := range paces {
			asked := map[parley.AttemptID]int{}
			e, _, _ := drive(Plan{Scope: place443, Depth: DepthVersions, Pace: pace}, func(a parley.Attempt) parley.Reply {
				if a.Hello == nil || a.Hello.MaxVersion() != iana.TLS13 {
					return m.answer(a)
				}
				asked[a.ID]++
				return tt.says(a, asked[a.ID]-1)
			})
			s := e.Terms(place443)
			got := s.Accepts[iana.TLS13].Accepted
			if got.Is != tt.is || tt.why != "" && got.Why != tt.why {
				t.Errorf("%s: %v, %q; want %v, %q", tt.name, got.Is, got.Why, tt.is, tt.why)
			}
		}
	}
}

// TestAVersionThatCannotNameAHostIsRefusedWhereOneHasToBeNamed: HAProxy's strict-sni
// refuses hellos of SSL 2 and 3 so, and accepts what names the host.
func TestAVersionThatCannotNameAHostIsRefusedWhereOneHasToBeNamed(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name     string
		accepted []iana.Suite
		alert    iana.Alert
		scope    string
		want     parley.Truth
		why      string
	}{
		{"a name is wanted", []iana.Suite{0xc02f}, iana.AlertUnrecognizedName, place443.Name, parley.No, "a host has to be named, which %v cannot do"},
		{"nothing is accepted", nil, iana.AlertUnrecognizedName, place443.Name, parley.Unknown, "the server refuses the name: alert 112 unrecognized_name"},
		{"no name was asked for", []iana.Suite{0xc02f}, iana.AlertUnrecognizedName, "", parley.Unknown, "the server refuses the name: alert 112 unrecognized_name"},
		{"access is denied", []iana.Suite{0xc02f}, iana.AlertAccessDenied, place443.Name, parley.Unknown, "the server denies access: alert 49 access_denied"},
	} {
		scope := place443
		scope.Name = tt.scope
		m := &model{suites: map[iana.Version][]iana.Suite{iana.TLS12: tt.accepted}, named: true}
		e, _, _ := drive(Plan{Scope: scope, Depth: DepthVersions, Pace: PaceUsual}, func(a parley.Attempt) parley.Reply {
			if a.Whole == iana.SSL2 || a.Whole == iana.SSL3 {
				return refused(a.ID, tt.alert)
			}
			return m.answer(a)
		})
		for _, v := range []iana.Version{iana.SSL2, iana.SSL3} {
			if tt.accepted == nil && v == iana.SSL3 {
				continue // other hellos have been refused for it
			}
			why := strings.ReplaceAll(tt.why, "%v", v.String())
			if got := e.Terms(scope).Accepts[v].Accepted; got.Is != tt.want || got.Why != why {
				t.Errorf("%s, %v: %v, %q; want %v, %q", tt.name, v, got.Is, got.Why, tt.want, why)
			}
		}
	}
}

// TestTermsDoNotDependOnTheOrderOfReplies turns the replies of servers around that
// answer each hello in any of many ways.
func TestTermsDoNotDependOnTheOrderOfReplies(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawModel(t, parley.TransportTCP)
		odd := rapid.SampledFrom([]func(parley.Attempt) parley.Reply{
			m.answer, m.answer,
			func(a parley.Attempt) parley.Reply { return refused(a.ID, iana.AlertUnrecognizedName) },
			func(a parley.Attempt) parley.Reply { return refused(a.ID, iana.AlertHandshakeFailure) },
			func(a parley.Attempt) parley.Reply { return refused(a.ID, iana.AlertProtocolVersion) },
			func(a parley.Attempt) parley.Reply { return end(a, parley.EndRST) },
			func(a parley.Attempt) parley.Reply { return end(a, parley.EndSilence) },
		})
		e, _, _ := drive(Plan{Scope: place443, Depth: DepthVersions, Pace: PaceUsual}, func(a parley.Attempt) parley.Reply {
			return odd.Draw(t, "answer")(a)
		})
		words := func() (out []string) {
			s := e.Terms(place443)
			for _, v := range parley.AllVersions {
				out = append(out, fmt.Sprint(v, s.Accepts[v].Accepted.Is, s.Accepts[v].Accepted.Why))
			}
			return out
		}
		want := words()
		e.Replies = rapid.Permutation(e.Replies).Draw(t, "order")
		if got := words(); !slices.Equal(got, want) {
			t.Fatalf("in another order\n%q, before\n%q", got, want)
		}
	})
}
