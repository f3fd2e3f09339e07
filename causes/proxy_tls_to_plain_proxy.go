package causes

import (
	"strings"

	"github.com/parley-tls/parley"
)

var proxyTLSToPlainProxy = &Cause{
	ID:    "proxy.tls-to-plain-proxy",
	Title: "the proxy is asked over TLS and speaks plain HTTP",
	Meaning: "The proxy's URL says https://, which means TLS to the proxy itself; the proxy speaks plain HTTP and answers the hello with text. " +
		"Node and Python report it as \"wrong version number\". The scheme of the proxy has nothing to do with that of the target.",
	Phase: parley.PhasePlaintext,
	Best:  parley.Proved,
	Mistaken: []Mistake{
		{For: "middlebox.plain-reply", Test: "it is the proxy that answers in clear text"},
		{For: "plaintext.tls-to-plain-port", Test: "without the proxy, or with http:// in the proxy's URL, the target completes"},
		{For: "proxy.connect-not-supported", Test: "the proxy answers a ClientHello, not CONNECT"},
	},
	Tries: func(v *View) [][]parley.Change {
		if !v.plainProxy() {
			return nil
		}
		return [][]parley.Change{{{Axis: parley.AxisProxy, Op: parley.Replace, Text: v.plainURL()}}}
	},
	Find: func(v *View) []parley.Finding {
		if !v.plainProxy() {
			return nil
		}
		name, said := parley.IdentifyPlain(v.Reply().Plain)
		f := v.Proven(v.Finding("proxy.tls-to-plain-proxy", parley.ClientSide, parley.PhasePlaintext, parley.Seen), parley.AxisProxy, parley.Seen)
		f = asReasons(f, answered(name, said), alone(f, "The proxy's scheme"))
		f.Intents = []parley.Intent{
			{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.UseHTTPProxyScheme, Text: v.plainURL(), Plain: "write the proxy as " + v.plainURL()},
		}
		return []parley.Finding{f}
	},
	Fixes:       []parley.Intent{{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.UseHTTPProxyScheme, Plain: "write the proxy with http://, also in HTTPS_PROXY"}},
	WillNotHelp: []string{"setting a TLS version", "-k or strict-ssl=false", "downgrading the HTTP library"},
	References:  []string{"RFC 9110, Section 9.3.6"},
	Cases: []Case{
		{
			Name: "with http:// in the URL of the proxy it completes", Fires: parley.Proved, Side: parley.ClientSide,
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
		{
			Name: "the proxy is asked in clear text, and refuses", Instead: "proxy.connect-not-supported",
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
			Name: "no proxy is asked, and HTTP answers", Instead: "plaintext.tls-to-plain-port",
			Transcript: `
client chrome
server 192.0.2.7:443 shop.example

base
< plaintext  "HTTP/1.1 400 Bad Request\r\n"
`,
		},
	},
}

func (v *View) plainURL() string { return "http://" + strings.TrimPrefix(v.Scope.Via, "https://") }
