package causes

import (
	"slices"

	"github.com/parley-tls/parley"
)

var proxyRequired = &Cause{
	ID:    "proxy.required",
	Title: "only the proxy of this network gets through",
	Meaning: "The direct way to the server is refused, cut off or silent, and through the proxy of the environment the same hello completes. The " +
		"network lets nothing out but through its proxy; a program that does not know the proxy fails.",
	Phase: parley.PhaseConnect,
	Best:  parley.Seen,
	Mistaken: []Mistake{
		{For: "network.timeout", Test: "through the proxy the server answers"},
		{For: "network.refused", Test: "through the proxy the server answers"},
		{For: "server.dropped-connection", Test: "through the proxy the server answers"},
		{For: "server.no-answer", Test: "through the proxy the server answers"},
	},
	Across: func(vs []*View) []parley.Finding {
		for _, v := range vs {
			if v.Scope.Via != "" || !v.dead() {
				continue
			}
			i := slices.IndexFunc(vs, func(w *View) bool { return w.Scope.Via != "" && w.Scope.Addr == v.Scope.Addr && w.Completes() })
			if i < 0 {
				continue
			}
			f := v.Finding("proxy.required", parley.ClientSide, parley.PhaseConnect, parley.Seen,
				"Directly: "+v.Answer.Words()+". Through "+vs[i].Scope.Via+" the same hello completes.")
			return []parley.Finding{f}
		}
		return nil
	},
	Fixes: []parley.Intent{
		{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.UseProxy, Plain: "tell the program of the proxy: HTTPS_PROXY, or its own setting; services and containers do not inherit a user's environment"},
		{Side: parley.PathSide, Grade: parley.Best, Kind: parley.AllowName, Plain: "let this connection out directly in the firewall"},
	},
	WillNotHelp: []string{"changing versions or suites on either side", "importing the certificate", "-k", "NO_PROXY"},
	References:  []string{"RFC 9110, Section 9.3.6"},
	Cases: []Case{
		{
			Name: "directly it is refused, through the proxy it completes", Fires: parley.Seen, Side: parley.ClientSide,
			Transcript: `
client go
server 192.0.2.7:443 shop.example

base
connect refused

server 192.0.2.7:443 shop.example via=http://proxy.example:3128

base
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
`,
		},
		{
			Name: "it is refused on both ways", Instead: "network.refused",
			Transcript: `
client go
server 192.0.2.7:443 shop.example

base
connect refused

server 192.0.2.7:443 shop.example via=http://proxy.example:3128

base
connect refused
`,
		},
	},
}

// dead says that nothing of TLS came back in the view's scope.
func (v *View) dead() bool {
	switch v.Answer.End {
	case parley.EndConnectRefused, parley.EndConnectTimeout, parley.EndUnreachable:
		return v.Asked()
	}
	return v.AllEnd(parley.EndRST, parley.EndFIN, parley.EndSilence) && !v.flipped() && !v.said()
}
