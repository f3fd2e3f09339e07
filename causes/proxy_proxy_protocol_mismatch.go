package causes

import (
	"strings"

	"github.com/parley-tls/parley"
)

var proxyProtocolMismatch = &Cause{
	ID:    "proxy.proxy-protocol-mismatch",
	Title: "one side sends a PROXY header, the other does not",
	Meaning: "A load balancer can put a PROXY protocol header before the hello, to pass the client's address on. The listener must be set to the " +
		"same: one that expects the header drops a bare hello, one that does not takes the header for a broken record.",
	Phase: parley.PhasePlaintext,
	Best:  parley.Proved,
	Mistaken: []Mistake{
		{For: "server.dropped-connection", Test: "the same hello behind a PROXY header completes"},
		{For: "plaintext.tls-to-plain-port", Test: "what answers is a PROXY header, or the hello completes behind one"},
	},
	Tries: func(v *View) [][]parley.Change {
		if len(v.Base.Prologue) > 0 || !v.quiet() || v.said() {
			return nil
		}
		return [][]parley.Change{{proxyHeader("v1")}, {proxyHeader("v2")}}
	},
	Find: func(v *View) []parley.Finding {
		c, ok := v.Needs(parley.AxisPrologue)
		version, isHeader := strings.CutPrefix(c.Text, "proxy-header ")
		if !ok || !isHeader || v.Proof.State != ProofProved && v.Proof.State != ProofOnce {
			return nil
		}
		f := v.Proven(v.Finding("proxy.proxy-protocol-mismatch", parley.ServerSide, parley.PhasePlaintext, parley.Inferred), parley.AxisPrologue, parley.Inferred)
		f = asReasons(f, alone(f, "The PROXY "+version+" header before the hello"), v.sent())
		f.Intents = []parley.Intent{
			{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.DropProxyHeader, Plain: "switch the PROXY protocol off in this listener, if clients reach it directly"},
			{Side: parley.PathSide, Grade: parley.Best, Kind: parley.SendProxyHeader, Text: version, Plain: "or switch it on in the balancer in front: exactly one hop sends it"},
		}
		return []parley.Finding{f}
	},
	Explains: []parley.CauseID{"server.dropped-connection", "server.no-answer"},
	Fixes: []parley.Intent{
		{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.DropProxyHeader, Plain: "switch the PROXY protocol off in this listener, if clients reach it directly"},
		{Side: parley.PathSide, Grade: parley.Best, Kind: parley.SendProxyHeader, Plain: "or switch it on in the balancer in front: exactly one hop sends it"},
	},
	WillNotHelp: []string{"setting a TLS version", "-k", "importing the certificate"},
	References:  []string{"PROXY protocol, versions 1 and 2 (HAProxy), Section 2"},
	Cases: []Case{
		{
			Name: "the listener drops a bare hello, and completes behind a header", Fires: parley.Proved, Side: parley.ServerSide,
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
			Name: "with a header before it the hello is dropped too", Instead: "server.dropped-connection",
			Transcript: `
client chrome
server 192.0.2.7:443 shop.example

base
< FIN

reference all of 1.2
< FIN

base + prologue proxy-header v1
< FIN

base + prologue proxy-header v2
< FIN
`,
		},
	},
}

func proxyHeader(version string) parley.Change {
	return parley.Change{Axis: parley.AxisPrologue, Op: parley.Add, Text: "proxy-header " + version}
}
