package causes

import (
	"fmt"

	"github.com/parley-tls/parley"
)

var middleboxReset = &Cause{
	ID:    "middlebox.reset",
	Title: "hellos that ask for this name are reset or lost",
	Meaning: "Firewalls and filters read the server name of the hello, which is in clear text, and reset or drop the connection for some names. " +
		"A server can do the same. Who it is shows by who sends the reset, and by whether the name passes in two segments.",
	Phase: parley.PhaseHello,
	Best:  parley.Proved,
	Mistaken: []Mistake{
		{For: "server.no-answer", Test: "another name passes"},
		{For: "server.dropped-connection", Test: "another name passes, or the reset has another sender than the server"},
		{For: "sni.unrecognized", Test: "no alert and no FIN says that a server has read the name"},
		{For: "middlebox.large-clienthello", Test: "the hello fails for its name, whatever its size"},
		{For: "middlebox.fingerprint-block", Test: "the hello fails for its name, in whatever order"},
	},
	Tries: func(v *View) [][]parley.Change {
		n, has := v.Name()
		if !has || !v.AllEnd(parley.EndSilence) || len(v.Base.Prologue) > 0 || n == "" {
			return nil // after a reset, the cause of an unknown name proposes it
		}
		return [][]parley.Change{{dropName}}
	},
	Asks: func(v *View) []parley.Ask {
		const id = "middlebox.reset"
		if _, ok := v.flippedBy(parley.AxisServerName); !ok || !v.endedIn(parley.EndRST, parley.EndSilence) {
			n, has := v.Name()
			if _, tried := v.Variant(dropName); v.AllEnd(parley.EndRST) && !v.said() && (tried || !has || n == "") {
				return v.senderAsks(id, "server.dropped-connection")
			}
			return nil
		}
		if c, ok := v.nameInTwo(); ok {
			if _, tried := v.Variant(c); !tried {
				return []parley.Ask{v.once(c, id)}
			}
		}
		return v.senderAsks(id)
	},
	Find: func(v *View) []parley.Finding {
		n, _ := v.Name()
		if !v.endedIn(parley.EndRST, parley.EndSilence) {
			return nil
		}
		_, byName := v.flippedBy(parley.AxisServerName)
		cut, bySegments := v.flippedBy(parley.AxisSegments)
		if two, ok := v.nameInTwo(); !ok || len(cut.Values) != 2 || cut.Values[0] != two.Values[0] {
			bySegments = false
		}
		f := v.Finding("middlebox.reset", parley.SideUnknown, parley.PhaseHello, parley.Inferred)
		switch other, _, why := v.sender(); {
		case byName || bySegments:
			f = asReasons(f, fmt.Sprintf("Every hello that asks for %s is %s; with another name, or none, it completes.", n, v.lostOrReset()))
			f = v.onPath(f)
			if f.Side == parley.SideUnknown {
				f.NotExcluded = []parley.CauseID{"sni.unrecognized"}
				f.WouldTell = []string{"the server's log at this time: whether the hello arrives there", "the same check from another network"}
			}
		case other && v.AllEnd(parley.EndRST) && !v.flipped() && !v.said():
			f.Side, f.Certainty = parley.PathSide, parley.Seen
			f = asReasons(f, "Every hello was reset, whatever it offered.", why)
		default:
			return nil
		}
		return []parley.Finding{f}
	},
	Explains: []parley.CauseID{"server.dropped-connection", "server.no-answer"},
	Fixes: []parley.Intent{
		{Side: parley.PathSide, Grade: parley.Best, Kind: parley.AllowName, Plain: "let the name through in the filter that stands on this network"},
		{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.ServeName, Plain: "if the hello does arrive there, a virtual host and a certificate for the name"},
		{Side: parley.ClientSide, Grade: parley.Bridge, Kind: parley.UseOtherWay, Plain: "another network, or the proxy of this one"},
	},
	WillNotHelp: []string{"changing versions or suites on either side", "importing the certificate", "-k"},
	References:  []string{"RFC 6066, Section 3", "RFC 9293, Section 3.5.2"},
	Cases: []Case{
		{
			Name: "the name is reset by another than the server", Fires: parley.Proved, Side: parley.PathSide,
			Transcript: `
client go
server 192.0.2.7:443 shop.example

base x2
< RST

base - server_name x2
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256

base + ttl
< TTL  peer=52
stopped

base = ttl 52 x2
< TTL  end=higher
< RST
`,
		},
		{
			Name: "every hello is reset sooner than the path allows", Fires: parley.Seen, Side: parley.PathSide,
			Transcript: `
client go
server 192.0.2.7:443 shop.example

base connect=50 x2
< RST                                                            after 0.1 ms

reference all of 1.2 connect=50
< RST                                                            after 0.1 ms
`,
		},
		{
			Name: "one of the resets that come too soon is read late", Fires: parley.Seen, Side: parley.PathSide,
			Transcript: `
client go
server 192.0.2.7:443 shop.example

base connect=50
< RST                                                            after 0.1 ms

base connect=50
< RST                                                            after 20.0 ms

reference all of 1.2 connect=50
< RST                                                            after 0.1 ms
`,
		},
		{
			Name: "one of the resets came too late to tell by whom", Instead: "server.dropped-connection",
			Transcript: `
client go
server 192.0.2.7:443 shop.example

base connect=50
< RST                                                            after 0.1 ms

base connect=50
< RST                                                            after 50.0 ms

reference all of 1.2 connect=50
< RST                                                            after 0.1 ms
`,
		},
		{
			Name: "the name is reset, and nothing tells by whom", Fires: parley.Inferred, Side: parley.SideUnknown,
			Transcript: `
client go
server 192.0.2.7:443 shop.example

base x2
< RST

base - server_name x2
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256

base + ttl
< TTL  peer=52
stopped

base = ttl 52 x2
< TTL  end=same
< RST
`,
		},
		{
			Name: "every hello is reset with the server's TTL", Instead: "server.dropped-connection",
			Transcript: `
client go
server 192.0.2.7:443 shop.example

base
< RST

reference all of 1.2
< RST

base + ttl
< TTL  peer=52
stopped

base = ttl 52 x2
< TTL  end=same
< RST
`,
		},
	},
}

// lostOrReset says in a word how the base ended.
func (v *View) lostOrReset() string {
	if v.Answer.End == parley.EndRST {
		return "reset"
	}
	return "lost"
}
