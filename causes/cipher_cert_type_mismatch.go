package causes

import (
	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

var cipherCertTypeMismatch = &Cause{
	ID:    "cipher.cert-type-mismatch",
	Title: "the suites do not fit the key of the server's certificate",
	Meaning: "Below TLS 1.3 a suite also says how the server proves who it is. Suites are offered and accepted, and none of them can use " +
		"the key of the certificate that is loaded: ECDSA certificate and RSA suites, or the reverse.",
	Phase: parley.PhaseParameters,
	Best:  parley.Proved,
	Mistaken: []Mistake{
		{For: "cert.unsupported-key", Test: "the server sends no certificate"},
		{For: "cipher.no-overlap", Test: "the server refuses every suite that authenticates as the client's do"},
		{For: "psk.mismatch", Test: "no suite of pre-shared keys is gone through with"},
		{For: "server.no-usable-certificate", Test: "a handshake of 1.3 shows a certificate"},
	},
	Asks: func(v *View) []parley.Ask {
		if !v.stopsAt12() || !v.suitesRefused12() || v.Accepts(iana.TLS13) != parley.Yes {
			return nil
		}
		sep := []parley.CauseID{"cipher.cert-type-mismatch", "version.server-tls13-only", "server.no-usable-certificate"}
		return []parley.Ask{
			{Attempt: v.stated12(), Times: 1, Separates: sep},
			{Attempt: v.ecdsaOnly13(), Times: 1, Separates: sep},
			{Attempt: v.rsaOnly13(), Times: 1, Separates: sep},
		}
	},
	Find: func(v *View) []parley.Finding {
		// A suite was selected: what comes after that is about something else.
		if !v.Refused() || v.Hello() == nil || v.Answer.Choice.Suite != 0 {
			return nil
		}
		if c, _ := v.Needs(parley.AxisSuite); v.otherCredentials(c) {
			return nil // psk.mismatch or server.no-usable-certificate has it
		}
		if f, ok := v.clientLacksAuth(); ok {
			return []parley.Finding{f}
		}
		if f, ok := v.serverLacksAuth(); ok {
			return []parley.Finding{f}
		}
		return nil
	},
	Explains: []parley.CauseID{"version.client-too-old", "version.client-pinned", "version.server-tls13-only"},
	Fixes: []parley.Intent{
		{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.MatchCertificateType, Plain: "load a certificate of the other key type beside this one, or accept suites that fit the one loaded"},
		{Side: parley.ClientSide, Grade: parley.Bridge, Kind: parley.OfferSuites, Plain: "offer suites that fit the certificate"},
	},
	WillNotHelp: []string{"importing the certificate", "-k", "changing the versions on either side"},
	References:  []string{"RFC 5246, Section 7.4.2", "RFC 8422, Section 2"},
	Cases: []Case{
		{
			Name: "every suite for an RSA key is refused, one for an ECDSA key completes", Fires: parley.Proved, Side: parley.ServerSide,
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
			Name: "1.3 shows an ECDSA key, and no suite of 1.2 can use it", Fires: parley.Seen, Side: parley.ServerSide,
			Transcript: `
client hello
server 192.0.2.7:443 shop.example

base
> ClientHello  versions=1.2 suites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 groups=x25519
               schemes=rsa_pss_rsae_sha256 server_name=shop.example
< Alert  fatal handshake_failure(40)

reference all of 1.2
< Alert  fatal handshake_failure(40)

reference ECDSA only of all of 1.3
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256

reference RSA only of all of 1.3
< Alert  fatal handshake_failure(40)
`,
		},
		{
			Name: "1.2 is on, no suite of it passes, and there is no 1.3 to show a key", Fires: parley.Inferred, Side: parley.ServerSide,
			Transcript: `
client openssl-3.0
server 192.0.2.7:443 shop.example

base
< Alert  fatal handshake_failure(40)

reference all of 1.2
< Alert  fatal handshake_failure(40)

reference all of 1.3
< Alert  fatal protocol_version(70)
`,
		},
		{
			Name: "another suite for an RSA key completes", Instead: "cipher.no-overlap",
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
< ServerHello  version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384
`,
		},
		{
			Name: "everything of 1.3 is refused too, and not for the version", Instead: "server.no-usable-certificate",
			Transcript: `
client openssl-3.0
server 192.0.2.7:443 shop.example

base
< Alert  fatal handshake_failure(40)

reference all of 1.2
< Alert  fatal handshake_failure(40)

reference all of 1.3
< Alert  fatal handshake_failure(40)
`,
		},
	},
}

// suitesRefused12 says that everything of 1.2 is refused, and neither that nor
// the base for something that the alert names, such as the version.
func (v *View) suitesRefused12() bool {
	ans, ok := v.Whole(iana.TLS12)
	if _, other := spokenOf[v.Answer.Alert]; other && v.Answer.End == parley.EndAlert {
		return false
	}
	return ok && ans.End == parley.EndAlert && ans.Alert != iana.AlertProtocolVersion && ans.Alert != iana.AlertUnrecognizedName
}

// clientLacksAuth: the server would select a suite of another authentication
// than the client's, and accepts none of the client's kind at all.
func (v *View) clientLacksAuth() (parley.Finding, bool) {
	ref, ok := v.sameAuth()
	if !ok {
		return parley.Finding{}, false
	}
	if ans, tried := v.To(ref); !tried || !ans.Refused() {
		return parley.Finding{}, false
	}
	c, _ := v.Needs(parley.AxisSuite)
	suite := iana.Suite(c.Values[0])
	i, _ := suite.Info()
	f := v.Proven(v.Finding("cipher.cert-type-mismatch", parley.ServerSide, parley.PhaseParameters, parley.Inferred), parley.AxisSuite, parley.Inferred, "cipher.no-overlap")
	f = asReasons(f, alone(f, "A suite for the server's key"),
		"The client's suites need "+article(authWords(v.auths()))+" key; every suite of that kind is refused, one for "+i.Auth.String()+" completes.", v.sent())
	f.Intents = []parley.Intent{
		{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.MatchCertificateType,
			Plain: "load " + article(authWords(v.auths())) + " certificate beside the " + i.Auth.String() + " one"},
		{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.OfferSuites, Suites: []iana.Suite{suite}, Plain: "offer " + suite.String()},
	}
	return f, true
}

// serverLacksAuth: 1.2 is on, no suite of it can be used, and 1.3, where it is
// on, shows a certificate with one kind of key. With 1.2 alone it looks on the
// wire as a server without a certificate does.
func (v *View) serverLacksAuth() (parley.Finding, bool) {
	key := v.key13()
	switch {
	case v.stopsAt12() && v.Accepts(iana.TLS13) == parley.Yes && key != "" && v.suitesRefused12() && !v.lacks12():
		f := v.Finding("cipher.cert-type-mismatch", parley.ServerSide, parley.PhaseParameters, parley.Seen,
			"In "+v.at(iana.TLS13).String()+" the server signs with "+article(key)+" key and with no other; in "+v.at(iana.TLS12).String()+" it refuses every suite, those for that key too.")
		f.Intents = []parley.Intent{{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.MatchCertificateType,
			Plain: "accept " + v.at(iana.TLS12).String() + " suites for " + article(key) + " key, such as TLS_ECDHE_" + key + "_WITH_AES_128_GCM_SHA256"}}
		f.WillNotHelp = []string{"importing the certificate", "-k"}
		return asReasons(f, v.sent()), true
	case v.enabledWithoutSuite(iana.TLS12) && len(v.Server.Good) == 0 && v.refusedVersion(iana.TLS13):
		f := v.Finding("cipher.cert-type-mismatch", parley.ServerSide, parley.PhaseParameters, parley.Inferred,
			v.at(iana.TLS12).String()+" is on, for other versions are refused as versions, and every suite of it is refused.",
			"A server that could load no certificate answers in the same bytes.")
		f.NotExcluded = []parley.CauseID{"server.no-usable-certificate"}
		f.WouldTell = []string{"the server's log at start, and the key type of the certificate file"}
		f.Intents = []parley.Intent{
			{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.MatchCertificateType, Plain: "accept suites that fit the key of the certificate, or load one that fits the suites"},
			{Side: parley.ServerSide, Grade: parley.Bridge, Kind: parley.InstallCertificate, Plain: "see in the server's log whether a certificate and key were loaded"},
		}
		f.WillNotHelp = []string{"importing the certificate", "-k", "adding suites on the client"}
		return asReasons(f, v.sent()), true
	}
	return parley.Finding{}, false
}

func (v *View) refusedVersion(ver iana.Version) bool {
	ans, ok := v.Whole(ver)
	return ok && ans.End == parley.EndAlert && ans.Alert == iana.AlertProtocolVersion
}

// article puts the right indefinite article before a key type.
func article(s string) string {
	switch s[0] {
	case 'E', 'R', 'A', 'e', 'a':
		return "an " + s
	}
	return "a " + s
}
