package scan

import (
	"maps"
	"slices"
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/internal/peers"
	"github.com/parley-tls/parley/knowledge/primes"
	"github.com/parley-tls/parley/pkix"
	"github.com/parley-tls/parley/survey"
	"github.com/parley-tls/parley/target"
)

// inFull scans a server to the full depth.
func inFull(t *testing.T, s *peers.Server, startTLS string) *parley.Server {
	t.Helper()
	q := target.Question{Text: s.Addr.String(), SNI: peers.Name, StartTLS: startTLS}
	res, err := Run(t.Context(), Options{Question: q, Depth: survey.DepthFull, Dialer: &onlyLoopback{}})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d connections, %v", res.Connections, res.Elapsed)
	return &res.Endpoints[0].Server
}

// TestPrimesAndKeysAreThoseOfTheServer holds the primes against those that a server
// is given, or that its software has: OpenSSL 3 those of RFC 3526, GnuTLS, NSS and
// Java those of RFC 7919.
func TestPrimesAndKeysAreThoseOfTheServer(t *testing.T) {
	dhe := "DHE-RSA-AES128-GCM-SHA256"
	for _, tt := range []struct {
		stack  peers.Stack
		c      peers.Config
		bits   []int
		names  []string // of the primes; "": none that is known
		reused parley.Truth
	}{
		{stack: peers.OpenSSL, c: peers.Config{Versions: today, Ciphers: dhe}, bits: []int{2048}, names: []string{"MODP group 14"}, reused: parley.No},
		{stack: peers.OpenSSL, c: peers.Config{Versions: only12, Ciphers: dhe, DHBits: 1024}, bits: []int{1024}, names: []string{""}, reused: parley.No},
		{stack: peers.Nginx, c: peers.Config{Versions: only12, Ciphers: dhe, DHBits: 2048}, bits: []int{2048}, names: []string{""}, reused: parley.No},
		{stack: peers.Apache, c: peers.Config{Versions: today, Ciphers: mozilla}, bits: []int{2048}, names: []string{"MODP group 14"}, reused: parley.No},
		{stack: peers.GnuTLS, c: peers.Config{Versions: only12}, bits: []int{2048}, names: []string{"ffdhe2048"}, reused: parley.No},
		{stack: peers.NSS, c: peers.Config{Versions: today, Ciphers: ":009E:1301"}, bits: []int{2048}, names: []string{"ffdhe2048"}, reused: parley.No},
		{stack: peers.Java, c: peers.Config{Versions: only12, Ciphers: "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"}, bits: []int{2048}, names: []string{"ffdhe2048"}, reused: parley.No},
		{stack: peers.Postfix, c: peers.Config{Versions: classic, StartTLS: "smtp"}, bits: []int{1024, 2048, 3072}, names: []string{"Oakley group 2", "MODP group 14", "MODP group 15"}, reused: parley.No},
		{stack: peers.Node012, c: peers.Config{Versions: classic, Ciphers: "DHE-RSA-AES128-SHA", DHBits: 1024}, bits: []int{1024}, names: []string{""}, reused: parley.No},
		{stack: peers.HAProxy, c: peers.Config{Versions: today, Ciphers: mozilla}},
		{stack: peers.Go, c: peers.Config{Versions: today}},
	} {
		t.Run(string(tt.stack)+" "+tt.c.Ciphers, func(t *testing.T) {
			d := inFull(t, peers.Start(t, tt.stack, tt.c), tt.c.StartTLS).Details.DH
			var bits []int
			var names []string
			for _, p := range d.Primes {
				k, _ := primes.Find(p.P)
				bits, names = append(bits, p.Bits), append(names, k.Name)
				if len(p.G) != 1 || p.G[0] != 2 || len(p.From) == 0 {
					t.Errorf("generator %x, from %d attempts", p.G, len(p.From))
				}
			}
			if !slices.Equal(bits, tt.bits) || !slices.Equal(names, tt.names) || d.Reused.Is != tt.reused {
				t.Errorf("primes of %v bits, %q, reused %v; want %v, %q, %v", bits, names, d.Reused.Is, tt.bits, tt.names, tt.reused)
			}
		})
	}
}

// TestTheOrderOfGroupsIsThatOfTheServer holds it against the lists that servers are
// given, none of which is in the order of the code points.
func TestTheOrderOfGroupsIsThatOfTheServer(t *testing.T) {
	x25519, p256, p384, p521 := iana.GroupX25519, iana.GroupSecp256r1, iana.GroupSecp384r1, iana.GroupSecp521r1
	given := []iana.Group{p521, x25519, p384, p256}
	for _, tt := range []struct {
		stack peers.Stack
		c     peers.Config
		order map[iana.Version]parley.Truth
		// forOrder: it asks for the preferred group though the share of another came.
		forOrder parley.Truth
	}{
		// OpenSSL takes the first share that it can use; only where it has to ask for one its own order decides.
		{stack: peers.OpenSSL, c: peers.Config{Versions: today, Groups: "P-521:X25519:P-384:P-256"}, order: map[iana.Version]parley.Truth{iana.TLS12: parley.No, iana.TLS13: parley.Yes}, forOrder: parley.No},
		{stack: peers.OpenSSL, c: peers.Config{Versions: today, Groups: "P-521:X25519:P-384:P-256", Extra: []string{"-serverpref"}}, order: map[iana.Version]parley.Truth{iana.TLS12: parley.Yes, iana.TLS13: parley.Yes}, forOrder: parley.No},
		{stack: peers.Nginx, c: peers.Config{Versions: classic, Groups: "P-521:X25519:P-384:P-256", Extra: []string{"ssl_prefer_server_ciphers on;"}}, order: map[iana.Version]parley.Truth{iana.TLS12: parley.Yes}},
		{stack: peers.GnuTLS, c: peers.Config{Versions: today, Groups: "GROUP-SECP521R1:GROUP-X25519:GROUP-SECP384R1:GROUP-SECP256R1"}, order: map[iana.Version]parley.Truth{iana.TLS12: parley.No, iana.TLS13: parley.No}, forOrder: parley.Yes},
		{stack: peers.HAProxy, c: peers.Config{Versions: today, Groups: "P-521:X25519:P-384:P-256"}, order: map[iana.Version]parley.Truth{iana.TLS12: parley.Yes, iana.TLS13: parley.Yes}, forOrder: parley.No},
		{stack: peers.Node20, c: peers.Config{Versions: today, Groups: "P-521:X25519:P-384:P-256"}, order: map[iana.Version]parley.Truth{iana.TLS12: parley.Yes, iana.TLS13: parley.Yes}, forOrder: parley.No},
	} {
		t.Run(string(tt.stack), func(t *testing.T) {
			s := inFull(t, peers.Start(t, tt.stack, tt.c), "")
			for v, want := range tt.order {
				col := s.Accepts[v]
				if col.GroupOrder != want || want == parley.Yes && (col.Groups.Order != parley.Yes || !slices.Equal(col.Groups.Yes(), given)) {
					t.Errorf("%v: the server's order decides %v, %v (known %v); want %v, %v", v, col.GroupOrder, col.Groups.Yes(), col.Groups.Order, want, given)
				}
			}
			if d := s.Details; tt.forOrder != parley.Unknown && (d.Retries.Is != parley.Yes || d.RetriesForOrder.Is != tt.forOrder) {
				t.Errorf("it asks for a share %v, for the preferred group %v; want yes, %v", d.Retries.Is, d.RetriesForOrder.Is, tt.forOrder)
			}
		})
	}
}

// TestWhatIsAskedOfAClientIsThatOfTheServer: the one CA that a server is told to ask
// for, by name.
func TestWhatIsAskedOfAClientIsThatOfTheServer(t *testing.T) {
	for _, stack := range []peers.Stack{peers.OpenSSL, peers.Nginx, peers.GnuTLS, peers.Apache, peers.HAProxy, peers.Java, peers.Go, peers.Node20} {
		t.Run(string(stack), func(t *testing.T) {
			s := inFull(t, peers.Start(t, stack, peers.Config{Versions: today, ClientAuth: peers.Required}), "")
			if got := slices.Sorted(maps.Keys(s.Details.Requests)); !slices.Equal(got, today) {
				t.Errorf("requests of %v, want of %v", got, today)
			}
			for v, r := range s.Details.Requests {
				var cas []string
				for _, der := range r.Authorities {
					cas = append(cas, pkix.ReadName(der).CN)
				}
				if !slices.Equal(cas, []string{"parley peers client CA"}) {
					t.Errorf("%v: CAs %q, want %q", v, cas, "parley peers client CA")
				}
				if of12 := slices.Contains(r.Types, iana.ClientCertRSASign); of12 != (v == iana.TLS12) || !slices.Contains(r.Schemes, iana.SchemeRSAPSSRSAESHA256) {
					t.Errorf("%v: types %v, schemes %v", v, r.Types, r.Schemes)
				}
			}
			if s.Auth.Requested.Is != parley.Yes || s.Auth.Required.Is != parley.Yes {
				t.Errorf("asked for %v, required %v", s.Auth.Requested.Is, s.Auth.Required.Is)
			}
		})
	}
}

// TestOtherNamesAreAnsweredAsTheServerIsTold: with the one certificate, or not at all.
func TestOtherNamesAreAnsweredAsTheServerIsTold(t *testing.T) {
	for _, tt := range []struct {
		stack peers.Stack
		c     peers.Config
		want  map[string]string
	}{
		{stack: peers.Nginx, c: peers.Config{Versions: today}, want: map[string]string{"": "yes completes", "unknown.invalid": "yes completes"}},
		{stack: peers.Nginx, c: peers.Config{Versions: today, SNI: peers.RejectUnknown}, want: map[string]string{"": "yes completes", "unknown.invalid": "unknown alert 112 unrecognized_name"}},
		{stack: peers.Nginx, c: peers.Config{Versions: only13, SNI: peers.RequireName}, want: map[string]string{"": "unknown alert 112 unrecognized_name", "unknown.invalid": "unknown alert 112 unrecognized_name"}},
		{stack: peers.HAProxy, c: peers.Config{Versions: today, SNI: peers.RequireName}, want: map[string]string{"": "unknown alert 112 unrecognized_name", "unknown.invalid": "unknown alert 112 unrecognized_name"}},
		{stack: peers.GnuTLS, c: peers.Config{Versions: only12, SNI: peers.RejectUnknown}, want: map[string]string{"": "yes completes", "unknown.invalid": "unknown alert 112 unrecognized_name"}},
		{stack: peers.Go, c: peers.Config{Versions: only13}, want: map[string]string{"": "yes completes", "unknown.invalid": "yes completes"}},
	} {
		t.Run(string(tt.stack), func(t *testing.T) {
			s := inFull(t, peers.Start(t, tt.stack, tt.c), "")
			got := map[string]string{}
			for _, n := range s.Details.Names {
				got[n.Name] = n.Same.String() + " " + n.Answer.Words()
			}
			if !maps.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestSchemesAreThoseOfTheServer holds the signature schemes against the lists that
// servers are given, and the first of them where their order decides.
func TestSchemesAreThoseOfTheServer(t *testing.T) {
	pss256, pss384, rsa256, rsa512 := iana.SchemeRSAPSSRSAESHA256, iana.SchemeRSAPSSRSAESHA384, iana.SchemeRSAPKCS1SHA256, iana.SchemeRSAPKCS1SHA512
	for _, tt := range []struct {
		stack peers.Stack
		c     peers.Config
		want  map[iana.Version][]iana.Scheme
		order parley.Truth
	}{
		{
			stack: peers.OpenSSL, c: peers.Config{SigAlgs: "RSA+SHA512:RSA-PSS+SHA384:RSA+SHA256:RSA-PSS+SHA256", Extra: []string{"-serverpref"}}, order: parley.Yes,
			want: map[iana.Version][]iana.Scheme{iana.TLS12: {rsa512, pss384, rsa256, pss256}, iana.TLS13: {pss384, pss256}},
		},
		{
			stack: peers.OpenSSL, c: peers.Config{SigAlgs: "RSA+SHA512:RSA-PSS+SHA256", Cert: peers.Both}, order: parley.Unknown,
			want: map[iana.Version][]iana.Scheme{iana.TLS12: {rsa512, pss256}, iana.TLS13: {pss256}},
		},
		{
			stack: peers.OpenSSL, c: peers.Config{Cert: peers.ECDSAP256, SigAlgs: "ECDSA+SHA256:ECDSA+SHA512"}, order: parley.Unknown,
			want: map[iana.Version][]iana.Scheme{iana.TLS12: {0x0403, 0x0603}, iana.TLS13: {0x0403}},
		},
		{
			stack: peers.GnuTLS, c: peers.Config{SigAlgs: "SIGN-RSA-PSS-RSAE-SHA256:SIGN-RSA-SHA512"}, order: parley.Unknown,
			want: map[iana.Version][]iana.Scheme{iana.TLS12: {pss256, rsa512}, iana.TLS13: {pss256}},
		},
	} {
		t.Run(string(tt.stack)+" "+tt.c.SigAlgs, func(t *testing.T) {
			tt.c.Versions = today
			s := inFull(t, peers.Start(t, tt.stack, tt.c), "")
			for v, want := range tt.want {
				col := s.Accepts[v]
				got := col.Schemes.Yes()
				if tt.order == parley.Yes && v == iana.TLS12 && (len(got) == 0 || got[0] != want[0]) {
					t.Errorf("%v: %v, want %v first", v, got, want[0])
				}
				slices.Sort(got)
				want = slices.Sorted(slices.Values(want))
				if !slices.Equal(got, want) || col.Schemes.Complete != parley.Yes || tt.order == parley.Yes && v == iana.TLS12 && col.SchemeOrder != parley.Yes {
					t.Errorf("%v: %v, complete %v, the server's order decides %v; want %v", v, got, col.Schemes.Complete, col.SchemeOrder, want)
				}
			}
		})
	}
}
