package report_test

import (
	"net/netip"
	"slices"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/report"
	"github.com/parley-tls/parley/transcript"
)

// evidence is what a document shows, with the terms of each address.
func evidence(text string) (*parley.Evidence, []report.Address) {
	e := transcript.MustParse(text).Evidence()
	var out []report.Address
	for _, id := range e.Order {
		s := e.Attempts[id].Scope
		if s.Addr.Addr().IsUnspecified() || slices.ContainsFunc(out, func(a report.Address) bool { return a.Scope == s }) {
			continue
		}
		out = append(out, report.Address{Scope: s, Verdict: parley.VerdictProblem, Server: e.Fold(s)})
	}
	return e, out
}

const pinned = `client java7
server 192.0.2.7:443 shop.example

base x2
> ClientHello versions=1.0 suites=TLS_RSA_WITH_AES_128_CBC_SHA,TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA server_name=shop.example
< Alert fatal protocol_version(70) after 52 ms

base + version 1.2 x2
< ServerHello version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA
< ServerHelloDone after 55 ms

reference all of 1.1
< Alert fatal protocol_version(70) after 50 ms

reference all of 1.3
< ServerHello version=1.3 suite=TLS_AES_128_GCM_SHA256 key_share=x25519:32 after 51 ms

server 192.0.2.8:443 shop.example

base
< Alert fatal protocol_version(70) after 52 ms

base + version 1.2
< ServerHello version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA
< ServerHelloDone after 55 ms

reference all of 1.1
< Alert fatal protocol_version(70) after 50 ms

reference all of 1.3
< ServerHello version=1.3 suite=TLS_AES_128_GCM_SHA256 key_share=x25519:32 after 51 ms
`

// clientPinned is the model screen of the project.
func clientPinned() *report.Check {
	e, addresses := evidence(pinned)
	client := *e.Client
	client.Name = "Java 7 (7u80)"
	client.Notes = []parley.Note{{
		About: parley.AxisVersion, Text: "Java 7 has 1.2 and leaves it off", From: parley.Source{Document: "Oracle", Date: "2011"},
	}}
	client.Knobs = []parley.Knob{{Intent: parley.OfferVersions, Grade: parley.Best, Text: "-Dhttps.protocols=TLSv1.2"}}
	return &report.Check{
		Tool: "0.1.0", Target: e.Target, Client: &client, ClientIs: parley.Inferred, ClientEvidence: "--as java7",
		Verdict: parley.VerdictProblem, Exit: 1, Connections: 9, Elapsed: 412 * time.Millisecond,
		Addresses: addresses, Evidence: e,
		Causes: map[parley.CauseID]report.Cause{
			"version.client-pinned": {
				ID: "version.client-pinned", Title: "the client offers no version that the server accepts",
				WillNotHelp: []string{"importing the certificate", "-k", "deleting lines of jdk.tls.disabledAlgorithms"},
			},
			"chain.incomplete": {ID: "chain.incomplete", Title: "the server leaves out the intermediate certificate"},
		},
		Findings: []parley.Finding{
			{
				Cause: "version.client-pinned", Side: parley.ClientSide, Phase: parley.PhaseHello, Certainty: parley.Proved,
				ClientIs: parley.Inferred, Scopes: []parley.Scope{addresses[0].Scope, addresses[1].Scope},
				Because: []parley.Reason{
					{Text: "The version alone decides it.", From: []parley.Source{{Attempt: e.Order[1]}}},
					{Text: "The server sent the alert.", From: []parley.Source{{Attempt: e.Order[0]}}},
				},
				Pair: &parley.Pair{
					Changed: []parley.Change{parley.AddVersion(iana.TLS12)}, Fails: e.Order[0], Works: e.Order[1],
					FailsAs: [2]int{2, 2}, WorksAs: [2]int{2, 2},
				},
				Shows: e.Order[0],
				Intents: []parley.Intent{
					{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.OfferVersions, Versions: []iana.Version{iana.TLS12}, Plain: "offer 1.2"},
					{
						Side: parley.ServerSide, Grade: parley.Bridge, Kind: parley.AcceptVersions,
						Plain: "accepting 1.0 would end it too, and re-enable for everyone what RFC 8996 forbids",
					},
				},
			},
		},
	}
}

// twoProblems has an independent second problem, a symptom and a note.
func twoProblems() *report.Check {
	c := clientPinned()
	c.Findings[0].Symptoms = []parley.Finding{{Cause: "version.gap", Certainty: parley.Seen}}
	c.Findings[0].NotExcluded = []parley.CauseID{"version.intolerance"}
	c.Findings = append(c.Findings, parley.Finding{Cause: "chain.incomplete", Certainty: parley.Seen, Side: parley.ServerSide, Phase: parley.PhaseVerification})
	c.Notes = []string{"no route for IPv6 here: 2001:db8::7 was not asked"}
	return c
}

// plainPort is an HTTP server where TLS was expected.
func plainPort() *report.Check {
	e, addresses := evidence(`server 192.0.2.7:80 shop.example
base chrome x2
> ClientHello versions=1.3,1.2 suites=TLS_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 server_name=shop.example alpn=h2,http/1.1
< plaintext "HTTP/1.1 400 Bad Request\r\nServer: x\r\n\x1b[2J" after 3.2 ms
`)
	return &report.Check{
		Tool: "0.1.0", Target: e.Target, Verdict: parley.VerdictProblem, Exit: 1, Connections: 3, Elapsed: 90 * time.Millisecond,
		Addresses: addresses, Evidence: e,
		Causes: map[parley.CauseID]report.Cause{"plaintext.tls-to-plain-port": {
			Title: "the port answers in clear text, not TLS", WillNotHelp: []string{"another TLS version", "-k"},
		}},
		Findings: []parley.Finding{{
			Cause: "plaintext.tls-to-plain-port", Side: parley.BothSides, Phase: parley.PhasePlaintext, Certainty: parley.Seen,
			Scopes: []parley.Scope{addresses[0].Scope}, Shows: e.Order[0],
			Because: []parley.Reason{{Text: `The first bytes are "HTTP/1.1": an HTTP server answers here.`}},
			Intents: []parley.Intent{
				{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.SpeakPlain, Plain: "use http:// or the TLS port, usually 443"},
				{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.SpeakTLS, Plain: "turn TLS on in this listener"},
			},
			Members: []parley.ClientID{"chrome", "firefox", "java21"},
		}},
	}
}

// timeout is a check that could not tell.
func timeout() *report.Check {
	e, addresses := evidence("server 192.0.2.7:443 shop.example\nbase x2\nconnect timeout after 3000 ms\n")
	for i := range addresses {
		addresses[i].Verdict = parley.VerdictUnknown
	}
	return &report.Check{
		Tool: "0.1.0", Target: e.Target, Verdict: parley.VerdictUnknown, Exit: 3, Connections: 2, Elapsed: 3100 * time.Millisecond,
		Addresses: addresses, Evidence: e, Layer: parley.PhaseConnect, Why: "no answer to a SYN in 3 s, 2 of 2, at 192.0.2.7",
		WouldTell: []string{"parley check shop.example --timeout 30s"},
		Causes:    map[parley.CauseID]report.Cause{"network.timeout": {Title: "nothing answers the connection request"}},
		Findings: []parley.Finding{{
			Cause: "network.timeout", Side: parley.SideUnknown, Phase: parley.PhaseConnect, Certainty: parley.Seen,
			Scopes: []parley.Scope{addresses[0].Scope}, Shows: e.Order[0],
			Because: []parley.Reason{{Text: "A firewall that drops, a wrong address and a host that is down look alike from here."}},
			Intents: []parley.Intent{{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.OpenPort, Plain: "start the service, or open the firewall for this port"}},
		}},
	}
}

// nothingKnown could not tell, and no cause fired.
func nothingKnown() *report.Check {
	return &report.Check{
		Tool: "0.1.0", Target: parley.Target{Text: "shop.example", Host: "shop.example", Port: 443, Name: "shop.example"},
		Verdict: parley.VerdictUnknown, Exit: 3, Layer: parley.PhaseName, Why: "the resolver answered SERVFAIL",
		WouldTell: []string{"parley check shop.example --connect 192.0.2.7"}, Elapsed: 20 * time.Millisecond,
	}
}

// healthy is a server that all of today's clients connect to.
func healthy() *report.Check {
	e, addresses := evidence(`server 192.0.2.7:443 shop.example
reference all of 1.0
< Alert fatal protocol_version(70)
reference all of 1.1
< Alert fatal protocol_version(70)
reference all of 1.2
< ServerHello version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
< ServerHelloDone
reference all of 1.3
< ServerHello version=1.3 suite=TLS_AES_256_GCM_SHA384 key_share=x25519:32

server [2001:db8::7]:443 shop.example
reference all of 1.0
< RST
reference all of 1.2
< ServerHello version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
< ServerHelloDone
`)
	for i := range addresses {
		addresses[i].Verdict = parley.VerdictOK
	}
	return &report.Check{
		Tool: "0.1.0", Target: e.Target, Verdict: parley.VerdictOK, Connections: 11, Elapsed: 640 * time.Millisecond,
		Addresses: addresses, Evidence: e, Connects: []parley.ClientID{"chrome", "firefox", "go", "java21", "openssl-3.0"},
	}
}

// noOverlap is about cipher suites, on one address, with a fix in two softwares.
func noOverlap() *report.Check {
	e, addresses := evidence(`client old
server 192.0.2.7:8443
base x2
> ClientHello versions=1.2 suites=TLS_RSA_WITH_RC4_128_SHA,TLS_RSA_WITH_3DES_EDE_CBC_SHA groups=secp521r1 schemes=rsa_pkcs1_sha256
< FIN after 0.8 ms
base + suite TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 + group x25519 x2
< ServerHello version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
< Certificate cert=rsa-2048,rsa_pkcs1_sha256,shop.example
< ServerKeyExchange group=x25519 scheme=rsa_pkcs1_sha256
< ServerHelloDone after 2 ms
base + suite TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
< FIN
base + group x25519
< FIN
`)
	base := e.Attempts[e.Order[0]]
	e.Client.Hellos = []parley.Hello{{Message: base.Hello}}
	return &report.Check{
		Tool: "0.1.0", Target: parley.Target{Text: "https://192.0.2.7:8443/it's", Host: "192.0.2.7", Port: 8443},
		Client: e.Client, ClientIs: parley.Seen, Verdict: parley.VerdictProblem, Exit: 1, Connections: 8, Elapsed: time.Second,
		Addresses: addresses, Evidence: e,
		Causes: map[parley.CauseID]report.Cause{"cipher.no-overlap": {Title: "no cipher suite in common"}},
		Software: []report.Software{{Name: "nginx", Side: parley.ServerSide, Knobs: []parley.Knob{
			{Intent: parley.AcceptSuites, Grade: parley.Last, Text: "ssl_ciphers DEFAULT:RC4-SHA;", Price: "RC4 for everyone"},
		}}},
		Findings: []parley.Finding{{
			Cause: "cipher.no-overlap", Side: parley.ClientSide, Phase: parley.PhaseParameters, Certainty: parley.Proved,
			Scopes: []parley.Scope{addresses[0].Scope}, Because: []parley.Reason{{Text: "The suite and the group it needs decide it."}},
			Pair: &parley.Pair{
				Changed: e.Attempts[e.Order[1]].Changed, Fails: e.Order[0], Works: e.Order[1], FailsAs: [2]int{2, 2}, WorksAs: [2]int{2, 2},
				Without: e.Order[2:4],
			},
			Intents: []parley.Intent{
				{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.OfferSuites, Plain: "offer an AES-GCM suite with ECDHE"},
				{Side: parley.ServerSide, Grade: parley.Bridge, Kind: parley.AcceptSuites, Plain: "accept TLS_RSA_WITH_RC4_128_SHA", Price: "RC4"},
			},
			WillNotHelp: []string{"a newer certificate"},
		}},
	}
}

// samples are one check of each kind.
var samples = map[string]func() *report.Check{
	"client-pinned": clientPinned, "two-problems": twoProblems, "plain-port": plainPort, "timeout": timeout,
	"nothing-known": nothingKnown, "healthy": healthy, "no-overlap": noOverlap,
}

var addr = netip.MustParseAddrPort("192.0.2.7:443")
