package causes

import "github.com/parley-tls/parley"

var serverDroppedConnection = &Cause{
	ID:    "server.dropped-connection",
	Title: "every hello is answered by an end of the connection",
	Meaning: "The connection is closed or reset as soon as a hello arrives, without an alert. A reset or a close says nothing by itself: a " +
		"crashing worker, a limit, a server without a certificate, a filter, or a program that does not speak TLS all do it.",
	Phase: parley.PhaseHello,
	Best:  parley.Inferred,
	Mistaken: []Mistake{
		{For: "session.resumption-broken", Test: "a hello without a ticket is dropped as well"},
		{For: "middlebox.fingerprint-block", Test: "another order of the same hello fares alike"},
		{For: "proxy.required", Test: "through the proxy of the environment it ends as well"},
		{For: "middlebox.reset", Test: "every name, size and cut of the hello fares alike, and a reset has the TTL of the server's own packets"},
		{For: "proxy.proxy-protocol-mismatch", Test: "behind a PROXY protocol header the hello is cut off too"},
		{For: "server.no-answer", Test: "the connection ends rather than stays open"},
		{For: "edge.addresses-disagree", Test: "every address of the name does it"},
		{For: "network.refused", Test: "TCP connects: the reset answers the hello, not the SYN"},
	},
	Asks: quietAsks,
	Find: func(v *View) []parley.Finding {
		if !v.AllEnd(parley.EndFIN, parley.EndRST) || v.Proof.State == ProofProved || v.Proof.State == ProofOnce || v.said() {
			return nil
		}
		how := "closed without an alert"
		if v.Answer.End == parley.EndRST {
			how = "reset"
		}
		f := v.Finding("server.dropped-connection", parley.SideUnknown, parley.PhaseHello, parley.Inferred,
			"Every hello was "+how+", whatever it offered; nothing was said in clear text either.",
			"The end of a connection does not say who ended it.")
		f.NotExcluded = []parley.CauseID{"middlebox.reset", "server.no-usable-certificate", "middlebox.fingerprint-block"}
		f.WouldTell = []string{"the server's log at this time", "the same check from another network"}
		f.Intents = []parley.Intent{{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.ReadServerLog, Plain: "look in the server's log at this time; if nothing arrived there, look at what stands before it"}}
		return []parley.Finding{f}
	},
	Fixes:       []parley.Intent{{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.ReadServerLog, Plain: "look in the server's log at this time; if nothing arrived there, look at what stands before it"}},
	WillNotHelp: []string{"changing versions or suites on either side", "importing the certificate", "-k"},
	References:  []string{"RFC 8446, Section 6.1"},
	Cases: []Case{
		{
			Name: "every hello is cut off, and nothing is said in clear text", Fires: parley.Inferred, Side: parley.SideUnknown,
			Transcript: `
client chrome
server 192.0.2.7:443 shop.example

base
< RST

reference all of 1.2
< RST

control plain "GET / HTTP/1.0\r\n\r\n"
< RST
`,
		},
		{
			Name: "an empty Certificate is what is cut off, not the hello", Instead: "clientcert.required",
			Transcript: `
client chrome
server 192.0.2.7:443 shop.example

base until=finished
< ServerHello  version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
< CertificateRequest  types=rsa_sign schemes=rsa_pkcs1_sha256
< ServerHelloDone
> Certificate  none
< FIN

reference all of 1.2
< FIN

reference all of 1.0
< FIN
`,
		},
		{
			Name: "behind a PROXY protocol header the hello completes", Instead: "proxy.proxy-protocol-mismatch",
			Transcript: `
client chrome
server 192.0.2.7:443 shop.example

base x2
< FIN

base + prologue proxy-header v1 x2
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
`,
		},
		{
			Name: "the connection stays open", Instead: "server.no-answer",
			Transcript: `
client chrome
server 192.0.2.7:443 shop.example

base
silence

reference all of 1.2
silence
`,
		},
		{
			Name: "hellos are cut off, and a line of HTTP is answered", Instead: "plaintext.tls-to-plain-port",
			Transcript: `
client chrome
server 192.0.2.7:443 shop.example

base
< FIN

reference all of 1.2
< FIN

base - server_name
< FIN

control plain "GET / HTTP/1.0\r\n\r\n"
< plaintext  "HTTP/1.0 200 OK\r\n"
`,
		},
	},
}
