package parley

import (
	"slices"
	"testing"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

func helloOf(edit func(*wire.ClientHello)) Client {
	h := &wire.ClientHello{LegacyVersion: iana.TLS12, Suites: []iana.Suite{0xc02f, 0xc030, 0x009c}, Compression: []iana.CompressionMethod{0}}
	h.SetGroups([]iana.Group{iana.GroupX25519, iana.GroupSecp256r1})
	h.SetSchemes(slices.Clone(TodaySchemes))
	edit(h)
	return Client{Hellos: []Hello{{Message: h}}, Offers: OffersOf(h)}
}

func server(vs map[iana.Version]Column) Server {
	s := Server{Accepts: map[iana.Version]Column{}}
	for _, v := range AllVersions {
		s.Accepts[v] = Column{Accepted: Fact{Is: No, Why: "off"}}
	}
	for v, c := range vs {
		s.Accepts[v] = c
	}
	return s
}

func sets(out Outcome) (all []string) {
	for _, set := range out.Unblock {
		text := ""
		for i, c := range set {
			if i > 0 {
				text += ", "
			}
			text += c.String()
		}
		all = append(all, text)
	}
	return all
}

func TestUnblockNamesTheSmallestChangeSets(t *testing.T) {
	only12 := Column{Accepted: Fact{Is: Yes}, Suites: Listed[iana.Suite](0xc02f), Groups: Listed(iana.GroupX25519)}
	old := func(h *wire.ClientHello) { h.LegacyVersion = iana.TLS10 }
	tests := []struct {
		name   string
		client Client
		server Server
		want   []string
	}{
		{
			name:   "the version alone",
			client: helloOf(old),
			server: server(map[iana.Version]Column{iana.TLS12: only12}),
			want:   []string{"+ version 1.2"},
		},
		{
			name:   "version and suite",
			client: helloOf(func(h *wire.ClientHello) { old(h); h.Suites = []iana.Suite{0x002f} }),
			server: server(map[iana.Version]Column{iana.TLS12: only12}),
			want:   []string{"+ version 1.2, + suite TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"},
		},
		{
			name:   "suite or version",
			client: helloOf(func(h *wire.ClientHello) { h.Suites = []iana.Suite{0x002f} }),
			server: server(map[iana.Version]Column{
				iana.TLS12: only12,
				iana.TLS13: {Accepted: Fact{Is: Yes}, Suites: Listed[iana.Suite](0x1301), Groups: Listed(iana.GroupX25519)},
			}),
			want: []string{"+ version 1.3", "+ suite TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"},
		},
		{
			name: "what the server was seen to select",
			client: helloOf(func(h *wire.ClientHello) {
				h.Suites = []iana.Suite{0x002f}
				h.SetGroups([]iana.Group{iana.GroupSecp256r1})
			}),
			server: Server{
				Accepts: map[iana.Version]Column{iana.TLS12: {Accepted: Fact{Is: Yes}}, iana.TLS13: {Accepted: Fact{Is: No}}},
				Good:    []Good{{Choice: Choice{Version: iana.TLS12, Suite: 0xc02f, Group: iana.GroupX25519, Scheme: iana.SchemeRSAPKCS1SHA256}}},
			},
			want: []string{"+ suite TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, + group x25519"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := sets(Negotiate(test.client, test.server))
			if !slices.Equal(got, test.want) {
				t.Errorf("Unblock:\n got %q\nwant %q", got, test.want)
			}
		})
	}
}

func TestWithoutKnownTermsTheOutcomeIsUnknown(t *testing.T) {
	for _, c := range []Client{{}, helloOf(func(*wire.ClientHello) {})} {
		if out := Negotiate(c, Server{}); out.Completes != Unknown || out.Refuses != SideUnknown || out.Version != 0 {
			t.Errorf("got %+v, want everything unknown", out)
		}
	}
}
