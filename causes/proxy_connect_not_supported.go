package causes

import (
	"strings"

	"github.com/parley-tls/parley"
)

var proxyConnectNotSupported = &Cause{
	ID:    "proxy.connect-not-supported",
	Title: "the proxy does not open a tunnel to the target",
	Meaning: "TLS through an HTTP proxy needs the CONNECT method. This proxy, or gateway, or server taken for one, answers it with an error; " +
		"clients that do not look at the status feed the answer to their TLS code.",
	Phase: parley.PhaseConnect,
	Best:  parley.Proved,
	Mistaken: []Mistake{
		{For: "proxy.tls-to-plain-proxy", Test: "the proxy is asked in clear text and answers CONNECT with an error"},
	},
	Tries: func(v *View) [][]parley.Change {
		if !v.viaProxy() || v.plainProxy() || !v.Scope.Addr.IsValid() {
			return nil
		}
		return [][]parley.Change{{{Axis: parley.AxisProxy, Op: parley.Remove}}}
	},
	Find: func(v *View) []parley.Finding {
		if !v.viaProxy() || v.plainProxy() {
			return nil
		}
		f := v.Proven(v.Finding("proxy.connect-not-supported", parley.PathSide, parley.PhaseConnect, parley.Seen), parley.AxisProxy, parley.Seen)
		f = asReasons(f, sentence("the proxy answers CONNECT with "+v.Reply().Detail), alone(f, "The proxy"))
		f.Intents = []parley.Intent{
			{Side: parley.PathSide, Grade: parley.Best, Kind: parley.AllowConnect, Plain: "allow CONNECT to this host and port in the proxy, or name one that does"},
		}
		if fields := strings.Fields(v.Reply().Detail); len(fields) > 1 && fields[1] == "407" {
			f.Intents = []parley.Intent{
				{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.AllowConnect, Plain: "give the proxy the user and password that it asks for, in its URL"},
			}
		}
		if v.Proof.State == ProofProved {
			f.Intents = append(f.Intents, parley.Intent{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.AllowConnect, Plain: "go directly: put the host into NO_PROXY"})
		}
		return []parley.Finding{f}
	},
	Fixes: []parley.Intent{
		{Side: parley.PathSide, Grade: parley.Best, Kind: parley.AllowConnect, Plain: "allow CONNECT to this host and port in the proxy, or name one that does"},
		{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.AllowConnect, Plain: "go directly: put the host into NO_PROXY"},
	},
	WillNotHelp: []string{"setting a TLS version", "-k", "importing the certificate"},
	References:  []string{"RFC 9110, Section 9.3.6"},
	Cases: []Case{
		{
			Name: "the proxy answers CONNECT with 405, and the direct way completes", Fires: parley.Proved, Side: parley.PathSide,
			Transcript: `
client chrome
server 192.0.2.7:443 shop.example via=http://proxy.example:3128

base x2
proxy refused  "HTTP/1.1 405 Method Not Allowed"

base - proxy x2
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
`,
		},
		{
			Name: "the proxy answers CONNECT with 403, and there is no direct way", Fires: parley.Seen, Side: parley.PathSide,
			Transcript: `
client chrome
server 192.0.2.7:443 shop.example via=http://proxy.example:3128

base
proxy refused  "HTTP/1.1 403 Forbidden"

base - proxy
connect timeout
`,
		},
		{
			Name: "the proxy is asked over TLS and answers in clear text", Instead: "proxy.tls-to-plain-proxy",
			Transcript: `
client chrome
server 192.0.2.7:443 shop.example via=https://proxy.example:3128

base x2
< plaintext  "HTTP/1.1 400 Bad Request\r\n"
proxy refused  "plaintext"

base = proxy http://proxy.example:3128 x2
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
`,
		},
	},
}
