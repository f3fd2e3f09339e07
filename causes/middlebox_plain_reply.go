package causes

import (
	"fmt"
	"slices"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/internal/lazy"
)

var middleboxPlainReply = &Cause{
	ID:    "middlebox.plain-reply",
	Title: "a page in clear text answers in the server's place",
	Meaning: "The answer to the hello is a page of HTTP in clear text, and yet TLS is spoken here: to a hello with another name, or on another " +
		"way. A filter, a captive portal or a proxy on the path says that access is not allowed, or that a login comes first.",
	Phase: parley.PhasePlaintext,
	Best:  parley.Proved,
	Mistaken: []Mistake{
		{For: "plaintext.tls-to-plain-port", Test: "a hello with another name, or on another way, is answered in TLS"},
		{For: "proxy.tls-to-plain-proxy", Test: "no proxy is asked"},
	},
	Tries: func(v *View) [][]parley.Change {
		if n, has := v.Name(); !has || n == "" || !v.page() {
			return nil
		}
		return [][]parley.Change{{dropName}}
	},
	Find: func(v *View) []parley.Finding {
		if _, ok := v.flippedBy(parley.AxisServerName); !ok || !v.page() {
			return nil
		}
		n, _ := v.Name()
		_, said := parley.IdentifyPlain(v.Reply().Plain)
		f := v.Finding("middlebox.plain-reply", parley.SideUnknown, parley.PhasePlaintext, parley.Inferred,
			fmt.Sprintf("A hello that asks for %s is answered in clear text: %s.", n, said),
			"Without the name it is answered in TLS: the page is not what listens here.")
		f.NotExcluded = []parley.CauseID{"plaintext.tls-to-plain-port"}
		return []parley.Finding{v.Proven(f, parley.AxisServerName, parley.Inferred, "plaintext.tls-to-plain-port")}
	},
	Across: func(vs []*View) []parley.Finding {
		for _, v := range vs {
			if v.Scope.Via != "" || !v.Asked() || v.Answer.End != parley.EndPlaintext {
				continue
			}
			i := slices.IndexFunc(vs, func(w *View) bool { return w.Scope.Via != "" && w.Scope.Addr == v.Scope.Addr && w.Completes() })
			if i < 0 {
				continue
			}
			f := v.Finding("middlebox.plain-reply", parley.PathSide, parley.PhasePlaintext, parley.Seen,
				"Directly, the hello is answered in clear text; through "+vs[i].Scope.Via+" the same address answers in TLS.")
			return []parley.Finding{f}
		}
		return nil
	},
	Explains: []parley.CauseID{"plaintext.tls-to-plain-port"},
	Fixes: []parley.Intent{
		{Side: parley.PathSide, Grade: parley.Best, Kind: parley.AllowName, Plain: "let the name through in the filter, or log in at the portal: the page says which it is"},
		{Side: parley.ClientSide, Grade: parley.Bridge, Kind: parley.UseOtherWay, Plain: "another network, or the proxy of this one"},
		{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.SpeakTLS, Plain: "if a balancer chooses by name, TLS in what stands behind this one"},
	},
	WillNotHelp: []string{"setting a TLS version", "-k", "importing the certificate"},
	References:  []string{"RFC 8952", "RFC 8446, Section 5.1"},
	Cases: []Case{
		{
			Name: "a page answers for one name, and TLS without it", Fires: parley.Proved, Side: parley.SideUnknown,
			Transcript: `
client go
server 192.0.2.7:443 shop.example

base x2
< plaintext  "HTTP/1.1 302 Found\r\nLocation: http://portal.example/\r\n"

base - server_name x2
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
`,
		},
		{
			Name: "a server of HTTP does not understand the hello", Instead: "plaintext.tls-to-plain-port",
			Transcript: `
client go
server 192.0.2.7:443 shop.example

base
< plaintext  "HTTP/1.1 400 Bad Request\r\n"
`,
		},
		{
			Name: "the page answers without the name too", Instead: "plaintext.tls-to-plain-port",
			Transcript: `
client go
server 192.0.2.7:443 shop.example

base
< plaintext  "HTTP/1.1 302 Found\r\nLocation: http://portal.example/\r\n"

base - server_name
< plaintext  "HTTP/1.1 302 Found\r\nLocation: http://portal.example/\r\n"
`,
		},
	},
}

// pageLine begins a page that is no complaint about what came: a server of HTTP
// that meets a hello says 400, or closes.
var pageLine = lazy.Regexp(`^HTTP/1\.[01] (200|30[1237]|40[37]|451|503|511) `)

// page says that the base was answered by a page in clear text.
func (v *View) page() bool {
	return v.Asked() && v.Answer.End == parley.EndPlaintext && len(v.Base.Prologue) == 0 && v.Base.SSL2 == nil && pageLine().Match(v.Reply().Plain)
}
