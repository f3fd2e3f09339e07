package causes

import "github.com/parley-tls/parley"

var networkRefused = &Cause{
	ID:         "network.refused",
	Title:      "the port answers that nothing listens there",
	CannotTell: true,
	Meaning:    "The SYN is answered with a reset: no program listens on that port of that address, or a firewall says so in its place.",
	Phase:      parley.PhaseConnect,
	Best:       parley.Seen,
	Mistaken: []Mistake{
		{For: "proxy.required", Test: "through the proxy of the environment it is refused as well"},
		{For: "network.timeout", Test: "an answer comes, and at once"},
		{For: "server.dropped-connection", Test: "TCP does not connect at all"},
	},
	Find: func(v *View) []parley.Finding {
		if !v.Asked() || v.Answer.End != parley.EndConnectRefused {
			return nil
		}
		f := v.Finding("network.refused", parley.SideUnknown, parley.PhaseConnect, parley.Seen, v.unreached("the SYN was answered with a reset"))
		f.WouldTell = []string{"on the server: ss -ltn"}
		f.WillNotHelp = []string{"any TLS setting: no hello was sent"}
		if p := v.proxyAddress(); p != "" {
			f = v.ofProxy(f, "nothing listens at the proxy's port: "+p)
			f.WouldTell = []string{"on the proxy's machine: ss -ltn"}
		}
		if v.overUDP() {
			f.WillNotHelp = nil // the hello was what was answered
			f.Because[0].Text = "An ICMP message answered the first datagram: no program takes datagrams there."
			f.WouldTell = []string{"on the server: ss -lun"}
		}
		return []parley.Finding{f}
	},
	Fixes:       []parley.Intent{{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.OpenPort, Plain: "start the service, bind it to this address, or take the port that it has"}},
	WillNotHelp: []string{"any TLS setting: no program takes what is sent there"},
	References:  []string{"RFC 9293, Section 3.5.2"},
	Cases: []Case{
		{
			Name: "the SYN is answered with a reset", Fires: parley.Seen, Side: parley.SideUnknown,
			Transcript: `
client chrome
server 192.0.2.7:443 shop.example

base
connect refused
`,
		},
		{
			Name: "the SYN is not answered", Instead: "network.timeout",
			Transcript: `
client chrome
server 192.0.2.7:443 shop.example

base
connect timeout
`,
		},
		{
			Name: "the reset answers the hello, not the SYN", Instead: "server.dropped-connection",
			Transcript: `
client chrome
server 192.0.2.7:443 shop.example

base
< RST

reference all of 1.2
< RST
`,
		},
	},
}
