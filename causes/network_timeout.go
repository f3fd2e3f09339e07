package causes

import "github.com/parley-tls/parley"

var networkTimeout = &Cause{
	ID:         "network.timeout",
	Title:      "nothing answers at that address and port",
	CannotTell: true,
	Meaning:    "The SYN is not answered: the address is not in use, no route leads there, a firewall drops, or the accept queue is full.",
	Phase:      parley.PhaseConnect,
	Best:       parley.Seen,
	Mistaken: []Mistake{
		{For: "proxy.required", Test: "through the proxy of the environment nothing answers either"},
		{For: "network.refused", Test: "no answer comes"},
		{For: "server.no-answer", Test: "TCP does not connect at all"},
		{For: "network.name-not-found", Test: "the name has an address"},
	},
	Find: func(v *View) []parley.Finding {
		if v.overUDP() && v.AllEnd(parley.EndSilence) && !v.trickles() && !v.asksForCookies() {
			f := v.Finding("network.timeout", parley.SideUnknown, parley.PhaseConnect, parley.Seen,
				"No datagram came back to any hello, each of which was sent several times. Whether one arrived, nothing tells.")
			f.WouldTell = []string{"on the server: ss -lun", "the same check from another network"}
			f.WillNotHelp = []string{"importing the certificate, or -k: no certificate came"}
			return []parley.Finding{f}
		}
		if !v.Asked() || v.Answer.End != parley.EndConnectTimeout && v.Answer.End != parley.EndUnreachable {
			return nil
		}
		why := "the SYN was not answered"
		if v.Answer.End == parley.EndUnreachable {
			why = "the network says that the address cannot be reached"
		}
		f := v.Finding("network.timeout", parley.SideUnknown, parley.PhaseConnect, parley.Seen, v.unreached(why))
		f.WouldTell = []string{"the same check from another network"}
		f.WillNotHelp = []string{"any TLS setting: no hello was sent"}
		if p := v.proxyAddress(); p != "" {
			f = v.ofProxy(f, "nothing answers at the proxy's address: "+p)
		}
		return []parley.Finding{f}
	},
	Fixes:       []parley.Intent{{Side: parley.PathSide, Grade: parley.Best, Kind: parley.OpenPort, Plain: "see address, port, route and firewall; then whether the server runs"}},
	WillNotHelp: []string{"importing the certificate, or -k: no certificate came"},
	References:  []string{"RFC 9293, Section 3.8.3"},
	Cases: []Case{
		{
			Name: "the SYN is not answered", Fires: parley.Seen, Side: parley.SideUnknown,
			Transcript: `
client chrome
server 192.0.2.7:443 shop.example

base
connect timeout
`,
		},
		{
			Name: "the network knows no way there", Fires: parley.Seen, Side: parley.SideUnknown,
			Transcript: `
client chrome
server 192.0.2.7:443 shop.example

base
connect unreachable
`,
		},
		{
			Name: "TCP connects, and nothing answers the hello", Instead: "server.no-answer",
			Transcript: `
client chrome
server 192.0.2.7:443 shop.example

base
silence

reference all of 1.2
silence
`,
		},
	},
}
