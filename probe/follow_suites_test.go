package probe

import (
	"crypto/tls"
	"fmt"
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/internal/peers"
	"github.com/parley-tls/parley/wire"
)

// only is a hello of v that offers one suite.
func only(v iana.Version, suite iana.Suite, extensions ...iana.ExtensionType) *wire.ClientHello {
	h := classic(peers.Name, v)
	h.Suites = []iana.Suite{suite}
	h.SetALPN(nil)
	h.SetGroups([]iana.Group{iana.GroupX25519, iana.GroupSecp256r1, iana.GroupSecp384r1, iana.GroupSecp521r1})
	if v == iana.SSL3 {
		h.Extensions, h.OmitExtensions = nil, true
	}
	if v == iana.TLS12 {
		h.SetSchemes([]iana.Scheme{0x0804, 0x0401, 0x0501, 0x0601, 0x0403, 0x0503, 0x0203, 0x0201, 0x0807})
	}
	for _, t := range extensions {
		h.SetExtension(t, nil)
	}
	return h
}

// wentThrough fails t unless the attempt was followed to its end.
func wentThrough(t *testing.T, a parley.Attempt, r parley.Reply) {
	t.Helper()
	if r.End != parley.EndStopped || r.Unfollowed != "" || !r.AnswerTo(a).Completes() {
		t.Errorf("got %s, unfollowed %q\n%s", summary(r), r.Unfollowed, items(r))
	}
}

func TestEverySuiteOfCryptoTLSIsFollowed(t *testing.T) {
	t.Parallel()
	addr := map[iana.Auth]*tls.Config{}
	for _, auth := range []iana.Auth{iana.AuthRSA, iana.AuthECDSA} {
		c := &tls.Config{MinVersion: tls.VersionTLS10}
		for _, s := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
			c.CipherSuites = append(c.CipherSuites, s.ID)
		}
		if auth == iana.AuthRSA {
			client, err := peers.Client(peers.SelfSignedClient)
			if err != nil {
				t.Fatal(err)
			}
			c.Certificates = []tls.Certificate{client}
		}
		addr[auth] = c
	}
	rsa, ecdsa := goServer(t, addr[iana.AuthRSA]), goServer(t, addr[iana.AuthECDSA])
	for _, s := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
		suite := iana.Suite(s.ID)
		info, _ := suite.Info()
		server := rsa
		if info.Auth == iana.AuthECDSA {
			server = ecdsa
		}
		for _, v := range []iana.Version{iana.TLS10, iana.TLS11, iana.TLS12} {
			if !suite.UsableAt(v) {
				continue
			}
			t.Run(fmt.Sprint(suite, "/", v), func(t *testing.T) {
				a := wholly(attempt(server, only(v, suite)), parley.StopFinished, nil)
				r := prober().Do(t.Context(), a)
				wentThrough(t, a, r)
				if signed := info.Kx == iana.KxECDHE; signed != (r.Signature == parley.SignatureByLeaf) {
					t.Errorf("the signature is by %v", r.Signature)
				}
			})
		}
	}
}

func TestEveryGroupOfCryptoTLSIsFollowedAlsoAfterARetry(t *testing.T) {
	t.Parallel()
	for _, g := range []tls.CurveID{tls.X25519, tls.CurveP256, tls.CurveP384, tls.CurveP521, tls.X25519MLKEM768, tls.SecP256r1MLKEM768, tls.SecP384r1MLKEM1024} {
		addr := goServer(t, &tls.Config{CurvePreferences: []tls.CurveID{g}, MinVersion: tls.VersionTLS13})
		for _, retry := range []bool{false, true} {
			h := modern("probe.example")
			h.SetGroups([]iana.Group{iana.Group(g)})
			shares := []wire.KeyShare{}
			if !retry {
				info, _ := iana.Group(g).Info()
				shares = append(shares, wire.KeyShare{Group: iana.Group(g), Data: make([]byte, info.ClientShare)})
			}
			h.SetKeyShares(shares)
			a := wholly(attempt(addr, h), parley.StopFinished, nil)
			r := prober().Do(t.Context(), a)
			wentThrough(t, a, r)
			if r.AnswerTo(a).Choice.Retry != retry {
				t.Errorf("%v: a retry is %t", g, !retry)
			}
		}
	}
}

// TestWhatCryptoTLSDoesNotHaveIsFollowedToo asks servers of C for the rest.
func TestWhatCryptoTLSDoesNotHaveIsFollowedToo(t *testing.T) {
	realServer(t)
	etm := iana.ExtEncryptThenMAC
	for _, tc := range []struct {
		stack  peers.Stack
		config peers.Config
		hello  *wire.ClientHello
		has    iana.ExtensionType // that the server must have accepted
	}{
		{stack: peers.OpenSSL, config: peers.Config{Ciphers: "ALL:@SECLEVEL=0"}, hello: only(iana.TLS12, iana.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384, etm), has: etm},
		{stack: peers.OpenSSL, config: peers.Config{Ciphers: "ALL:@SECLEVEL=0"}, hello: only(iana.TLS12, iana.TLS_RSA_WITH_AES_128_CBC_SHA, etm), has: etm},
		{stack: peers.OpenSSL, config: peers.Config{Ciphers: "ALL:@SECLEVEL=0", Versions: []iana.Version{iana.TLS11}}, hello: only(iana.TLS11, iana.TLS_RSA_WITH_AES_128_CBC_SHA, etm), has: etm},
		{stack: peers.OpenSSL, config: peers.Config{Ciphers: "ALL:@SECLEVEL=0", Versions: []iana.Version{iana.TLS10}}, hello: only(iana.TLS10, iana.TLS_RSA_WITH_AES_128_CBC_SHA, etm), has: etm},
		{stack: peers.OpenSSL, config: peers.Config{Ciphers: "ALL:@SECLEVEL=0"}, hello: only(iana.TLS12, iana.TLS_RSA_WITH_AES_128_CCM)},
		{stack: peers.OpenSSL, config: peers.Config{Ciphers: "ALL:@SECLEVEL=0"}, hello: only(iana.TLS12, iana.TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8), has: 0},
		{stack: peers.OpenSSL, config: peers.Config{Ciphers: "ALL:@SECLEVEL=0"}, hello: only(iana.TLS12, iana.TLS_DHE_RSA_WITH_AES_128_GCM_SHA256)},
		{stack: peers.OpenSSL, config: peers.Config{Ciphers: "ALL:@SECLEVEL=0"}, hello: only(iana.TLS12, iana.TLS_DH_anon_WITH_AES_128_CBC_SHA)},
		{stack: peers.OpenSSL, config: peers.Config{Ciphers: "ALL:eNULL:@SECLEVEL=0"}, hello: only(iana.TLS12, iana.TLS_ECDHE_RSA_WITH_NULL_SHA)},
		{stack: peers.GnuTLS, hello: only(iana.TLS12, iana.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA, etm), has: etm},
		{stack: peers.GnuTLS, hello: only(iana.TLS12, iana.TLS_DHE_RSA_WITH_AES_128_CCM)},
		{stack: peers.NSS, config: peers.Config{Versions: []iana.Version{iana.SSL3}}, hello: only(iana.SSL3, iana.TLS_RSA_WITH_AES_128_CBC_SHA)},
		{stack: peers.Node08, hello: only(iana.SSL3, iana.TLS_RSA_WITH_RC4_128_SHA)},
		{stack: peers.Node08, hello: only(iana.TLS10, iana.TLS_RSA_WITH_3DES_EDE_CBC_SHA)},
		{stack: peers.Node012, hello: beforeALPN(), has: iana.ExtNPN},
	} {
		t.Run(fmt.Sprint(tc.stack, "/", tc.hello.Suites[0], "/", tc.hello.LegacyVersion), func(t *testing.T) {
			c := tc.config
			if info, _ := tc.hello.Suites[0].Info(); info.Auth == iana.AuthECDSA {
				c.Cert = peers.ECDSAP256
			}
			if err := peers.Unsupported(tc.stack, c); err != nil {
				t.Fatal(err)
			}
			s := peers.Start(t, tc.stack, c)
			a := wholly(attempt(s.Addr, tc.hello), parley.StopReply, nil)
			r := patient().Do(t.Context(), a)
			wentThrough(t, a, r)
			if h := r.ServerHello(); h != nil && tc.has != 0 {
				if _, ok := h.Extension(tc.has); !ok {
					t.Errorf("%v was not accepted", tc.has)
				}
			}
		})
	}
}

// beforeALPN is a hello with the extension that came before ALPN (draft-agl-tls-nextprotoneg-04).
func beforeALPN() *wire.ClientHello {
	return only(iana.TLS12, iana.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, iana.ExtNPN)
}

// TestSuitesAndGroupsOf13AreFollowedOnOtherStacks meets CCM and finite fields.
func TestSuitesAndGroupsOf13AreFollowedOnOtherStacks(t *testing.T) {
	realServer(t)
	for _, stack := range []peers.Stack{peers.OpenSSL, peers.GnuTLS} {
		c := peers.Config{}
		if stack == peers.OpenSSL {
			c.Ciphers13 = "TLS_AES_128_CCM_SHA256:TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_CCM_8_SHA256"
			c.Groups = "X25519:P-256:ffdhe2048:ffdhe3072"
		}
		s := peers.Start(t, stack, c)
		for _, suite := range []iana.Suite{iana.TLS_AES_128_GCM_SHA256, iana.TLS_AES_256_GCM_SHA384, iana.TLS_CHACHA20_POLY1305_SHA256, iana.TLS_AES_128_CCM_SHA256} {
			for _, g := range []iana.Group{iana.GroupX25519, iana.GroupSecp256r1, iana.GroupFFDHE2048, iana.GroupFFDHE3072} {
				info, _ := g.Info()
				h := plainALPN(modern(peers.Name))
				h.Suites = []iana.Suite{suite}
				h.SetGroups([]iana.Group{g})
				h.SetKeyShares([]wire.KeyShare{{Group: g, Data: make([]byte, info.ClientShare)}})
				h.SetSupportedVersions([]iana.Version{iana.TLS13})
				a := wholly(attempt(s.Addr, h), parley.StopReply, nil)
				r := patient().Do(t.Context(), a)
				if r.End != parley.EndStopped || r.Unfollowed != "" {
					t.Errorf("%v, %v, %v: got %s, unfollowed %q\n%s", stack, suite, g, summary(r), r.Unfollowed, items(r))
				}
			}
		}
	}
}
