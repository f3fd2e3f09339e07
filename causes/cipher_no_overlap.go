package causes

import (
	"slices"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

var cipherNoOverlap = &Cause{
	ID:    "cipher.no-overlap",
	Title: "client and server have no cipher suite in common",
	Meaning: "Under every version that both have, no suite is offered and accepted. Common after a hardening that left one family of suites, " +
		"or with clients that dropped RSA key exchange (Go 1.22, recent JDKs).",
	Phase: parley.PhaseParameters,
	Best:  parley.Proved,
	Mistaken: []Mistake{
		{For: "edge.host-not-provisioned", Test: "the same hello for the domain above is refused as well"},
		{For: "clientcert.required", Test: "the alert answers the hello: no flight of the server came before it"},
		{For: "tolerance.suite-count", Test: "it takes a suite more, not fewer"},
		{For: "psk.mismatch", Test: "what either side has are not suites of pre-shared keys alone"},
		{For: "cipher.cert-type-mismatch", Test: "the server accepts another suite that authenticates as the client's do"},
		{For: "version.client-too-old", Test: "a version is common: the hello completes with one suite more and the versions as they were"},
		{For: "group.no-overlap", Test: "the hello completes with one suite more and the groups as they were"},
		{For: "alpn.no-overlap", Test: "the hello without ALPN is refused all the same"},
		{For: "sigalg.no-overlap", Test: "the hello completes with one suite more and the schemes as they were"},
		{For: "sigalg.missing-extension", Test: "the hello completes with one suite more and without signature_algorithms"},
		{For: "extension.ems-required", Test: "the hello completes with one suite more and the extensions as they were"},
		{For: "dh.too-small", Test: "no ServerKeyExchange arrives: no suite was selected"},
		{For: "sni.missing", Test: "the hello with a server_name is refused all the same"},
		{For: "sni.unrecognized", Test: "the hello with another name, or none, is refused all the same"},
		{For: "server.no-usable-certificate", Test: "another client completes"},
		{For: "version.server-tls13-only", Test: "1.2 completes with one suite more"},
	},
	Asks: func(v *View) []parley.Ask {
		if ref, ok := v.sameAuth(); ok {
			return []parley.Ask{{Attempt: ref, Times: 1, Separates: []parley.CauseID{"cipher.no-overlap", "cipher.cert-type-mismatch"}}}
		}
		return nil
	},
	Find: func(v *View) []parley.Finding {
		c, ok := v.Needs(parley.AxisSuite)
		if !ok || !v.Refused() || c.Op != parley.Add || len(c.Values) == 0 {
			return nil
		}
		if v.otherCredentials(c) {
			return nil // psk.mismatch or server.no-usable-certificate has it
		}
		var not []parley.CauseID
		if ref, ask := v.sameAuth(); ask {
			ans, tried := v.To(ref)
			if tried && ans.Refused() {
				return nil // cipher.cert-type-mismatch has it
			}
			if !tried {
				not = []parley.CauseID{"cipher.cert-type-mismatch"}
			}
		}
		suite := iana.Suite(c.Values[0])
		side := outside(v.currentClientSuites(), v.currentServerSuites())
		f := v.Proven(v.Finding("cipher.no-overlap", side, parley.PhaseParameters, parley.Inferred), parley.AxisSuite, parley.Inferred, not...)
		f.NotExcluded = not
		f = asReasons(f, alone(f, "The suite"), v.sent())
		f.Intents = v.suiteFixes(side, suite)
		return []parley.Finding{f}
	},
	Fixes: []parley.Intent{
		{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.AcceptSuites, Plain: "accept an ECDHE suite with AES-GCM that the client offers"},
		{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.OfferSuites, Plain: "offer the suites of RFC 9325, with a newer release where the code has none"},
	},
	WillNotHelp: []string{"importing the certificate", "-k", "changing the versions on either side"},
	References:  []string{"RFC 5246, Section 7.4.1.3", "RFC 8446, Section 4.1.1", "RFC 9325, Section 4.2"},
	Cases: []Case{
		{
			Name: "one suite more completes: the server has RSA key exchange alone", Fires: parley.Proved, Side: parley.ServerSide,
			Transcript: `
client go
server 192.0.2.7:443 shop.example

base x2
< Alert  fatal handshake_failure(40)

base + suite TLS_RSA_WITH_AES_128_GCM_SHA256 x2
< ServerHello  version=1.2 suite=TLS_RSA_WITH_AES_128_GCM_SHA256
`,
		},
		{
			Name: "both sides have suites of today, and not the same", Fires: parley.Proved, Side: parley.SideUnknown,
			Transcript: `
client hello
server 192.0.2.7:443 shop.example

base x2
> ClientHello  versions=1.2 suites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 groups=x25519
               schemes=rsa_pss_rsae_sha256 server_name=shop.example
< RST

base + suite TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384 x2
< ServerHello  version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384
`,
		},
		{
			Name: "no suite for the key that the client can use passes", Instead: "cipher.cert-type-mismatch",
			Transcript: `
client hello
server 192.0.2.7:443 shop.example

base x2
> ClientHello  versions=1.2 suites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 groups=x25519
               schemes=rsa_pss_rsae_sha256 server_name=shop.example
< Alert  fatal handshake_failure(40)

base + suite TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 x2
< ServerHello  version=1.2 suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256

reference RSA only of all of 1.2
< Alert  fatal handshake_failure(40)
`,
		},
		{
			Name: "a version more completes with the suites as they were", Instead: "version.client-too-old",
			Transcript: `
client openssl-1.0.0
server 192.0.2.7:443 shop.example

base x2
< Alert  fatal handshake_failure(40)

base + version 1.2 x2
< ServerHello  version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA
`,
		},
	},
}

func (v *View) suiteFixes(side parley.Side, suite iana.Suite) []parley.Intent {
	server := v.acceptOffered()
	client := parley.Intent{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.OfferSuites, Suites: []iana.Suite{suite},
		Plain: "offer " + suite.String()}
	switch side {
	case parley.ServerSide:
		client.Grade = parley.Bridge
		if !currentSuite(suite) {
			client.Price = "not among the suites of RFC 9325"
		}
		return []parley.Intent{server, client}
	case parley.ClientSide:
		server.Grade = parley.Bridge
		if server.Suites == nil {
			server.Plain = "accept one of the client's suites"
			server.Price = "none of them is among the suites of RFC 9325"
		}
	}
	return []parley.Intent{client, server}
}

// acceptOffered is the fix of a server: to accept a suite of RFC 9325 that the client
// offers and that the server's key can sign for. While no key is known, one suite
// of each kind of key is named.
func (v *View) acceptOffered() parley.Intent {
	out := parley.Intent{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.AcceptSuites,
		Plain: "accept a suite of RFC 9325 that the client offers"}
	firsts := map[iana.Auth]iana.Suite{}
	var auths []iana.Auth
	for _, s := range v.Base.Hello.Suites {
		i, ok := s.Info()
		if _, has := firsts[i.Auth]; !ok || has || !currentSuite(s) || i.Kx == iana.KxTLS13 {
			continue
		}
		firsts[i.Auth], auths = s, append(auths, i.Auth)
	}
	keys := v.serverAuths()
	var fit []iana.Suite
	for _, a := range auths {
		if len(keys) == 0 || slices.Contains(keys, a) {
			fit = append(fit, firsts[a])
		}
	}
	switch {
	case len(auths) == 0:
		return out
	case len(fit) == 0:
		out.Suites = []iana.Suite{firsts[auths[0]]}
		out.Plain = "accept " + firsts[auths[0]].String() + ", with a certificate of " + auths[0].String() + " beside that of " + authWords(keys)
		return out
	case len(keys) > 0:
		fit = fit[:1]
	}
	out.Suites, out.Plain = fit, "accept "+fit[0].String()
	if len(fit) > 1 {
		out.Plain += ", or " + fit[1].String() + ", whichever the server's key is for"
	}
	return out
}

// serverAuths are the kinds of authentication that the server's keys are known to do:
// those of the certificates it sent, and else those of the suites it selected.
func (v *View) serverAuths() []iana.Auth {
	var out []iana.Auth
	add := func(a iana.Auth) {
		if (a == iana.AuthRSA || a == iana.AuthECDSA || a == iana.AuthDSS) && !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	for _, c := range v.Server.Chains {
		add(authOf(c.Key))
	}
	for _, g := range v.Server.Good {
		i, _ := g.Suite.Info()
		add(i.Auth)
		if s, ok := g.Scheme.Info(); ok {
			add(authOf(s.Key))
		}
	}
	return out
}

// authOf is how suites below 1.3 authenticate by a key of a kind; 0: not known.
func authOf(k iana.KeyType) iana.Auth {
	switch k {
	case iana.KeyRSA, iana.KeyRSAPSS:
		return iana.AuthRSA
	case iana.KeyECDSA, iana.KeyEd25519, iana.KeyEd448:
		return iana.AuthECDSA
	case iana.KeyDSA:
		return iana.AuthDSS
	}
	return 0
}
