package causes

import (
	"slices"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/wire"
)

var serverNoAnswer = &Cause{
	ID:         "server.no-answer",
	Title:      "the connection is accepted and nothing answers",
	CannotTell: true,
	Meaning: "TCP connects, and no byte follows any hello, nor anything else that was said. An overloaded or stuck worker, a listener whose " +
		"program is gone, a protocol that waits for other words, or a path that loses what follows the handshake of TCP all look like this. " +
		"Over DTLS the server asks for its cookie, and nothing follows the hello that has it: GnuTLS refuses so.",
	Phase: parley.PhaseHello,
	Best:  parley.Seen,
	Mistaken: []Mistake{
		{For: "proxy.required", Test: "through the proxy of the environment nothing answers either"},
		{For: "tolerance.length", Test: "hellos of every length are met with silence"},
		{For: "middlebox.reset", Test: "hellos with every name, and without, are met with silence"},
		{For: "network.timeout", Test: "TCP connects: the SYN is answered"},
		{For: "server.dropped-connection", Test: "the connection stays open"},
		{For: "middlebox.mtu-blackhole", Test: "small hellos are not answered either"},
	},
	Asks: quietAsks,
	Find: func(v *View) []parley.Finding {
		if f, ok := v.onlyCookies(); ok {
			return []parley.Finding{f}
		}
		if f, ok := v.upgradeUnanswered("server.no-answer", "no answer in"); ok {
			return []parley.Finding{f}
		}
		if v.overUDP() || !v.AllEnd(parley.EndSilence) || v.trickles() || v.Proof.State == ProofProved || v.Proof.State == ProofOnce || v.said() {
			return nil
		}
		f := v.Finding("server.no-answer", parley.SideUnknown, parley.PhaseHello, parley.Seen,
			"TCP connects; no byte came back to any hello, nor to words in clear text.")
		f.NotExcluded = []parley.CauseID{"middlebox.reset", "middlebox.mtu-blackhole"}
		f.WouldTell = []string{"the server's log, and whether its accept queue is full: ss -ltn"}
		f.Intents = []parley.Intent{{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.ReadServerLog, Plain: "see whether the program behind the port runs and accepts, and what it waits for"}}
		return []parley.Finding{f}
	},
	Fixes:       []parley.Intent{{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.ReadServerLog, Plain: "see whether the program behind the port runs and accepts, and what it waits for"}},
	WillNotHelp: []string{"changing versions or suites on either side", "-k"},
	References:  []string{"RFC 8446, Section 4.1.2"},
	Cases: []Case{
		{
			Name: "nothing answers where an upgrade of SMTP is asked for, nor a hello", Fires: parley.Seen, Side: parley.SideUnknown,
			Transcript: `
client hello
server 192.0.2.7:8025 mail.example

base
> STARTTLS  smtp
> ClientHello  versions=1.2 suites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 groups=x25519
               schemes=rsa_pss_rsae_sha256 server_name=mail.example
prologue refused "no answer in 5s"

base - prologue
silence
`,
		},
		{
			Name: "no hello is answered, nor words in clear text", Fires: parley.Seen, Side: parley.SideUnknown,
			Transcript: `
client chrome
server 192.0.2.7:443 shop.example

base
silence

reference all of 1.2
silence

control plain "GET / HTTP/1.0\r\n\r\n"
silence
`,
		},
		{
			Name: "over DTLS a cookie is asked for, and nothing follows it", Fires: parley.Seen, Side: parley.SideUnknown,
			Transcript: `
client gnutls-3.7-dtls
server 192.0.2.7:5684 shop.example over=dtls

base
< HelloVerifyRequest  version=DTLS1.0 cookie=20
> ClientHello  legacy_version=DTLS1.2 hello_cookie=20 suites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
silence

reference all of DTLS1.2
< HelloVerifyRequest  version=DTLS1.0 cookie=20
> ClientHello  legacy_version=DTLS1.2 hello_cookie=20 suites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
silence
`,
		},
		{
			Name: "the connection is closed", Instead: "server.dropped-connection",
			Transcript: `
client chrome
server 192.0.2.7:443 shop.example

base
< FIN

reference all of 1.2
< FIN
`,
		},
		{
			Name: "the hello without 1.3 is answered", Instead: "version.intolerance",
			Transcript: `
client chrome
server 192.0.2.7:443 shop.example

base x2
silence

base - version 1.3 x2
< ServerHello  version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
`,
		},
	},
}

// onlyCookies is the finding where a server of DTLS asks every hello for its cookie, and
// says nothing to the one that brings it.
func (v *View) onlyCookies() (parley.Finding, bool) {
	if v.Scope.Transport != parley.TransportDTLS || !v.AllEnd(parley.EndSilence) || v.flipped() || !v.Refused() {
		return parley.Finding{}, false
	}
	for _, h := range v.hellos() {
		if h.Choice.Version != 0 {
			return parley.Finding{}, false // part of a flight came
		}
	}
	if !v.asksForCookies() {
		return parley.Finding{}, false // network.timeout has it
	}
	f := v.Finding("server.no-answer", parley.SideUnknown, parley.PhaseHello, parley.Seen,
		"The server asks every hello for its cookie (HelloVerifyRequest), and nothing follows the hello that brings it back, whatever it offers.",
		"GnuTLS answers what it refuses with nothing at all.")
	f.NotExcluded = []parley.CauseID{"psk.mismatch", "server.no-usable-certificate"}
	f.WouldTell = []string{"the server's log at this time: why it ends the handshake"}
	f.Intents = []parley.Intent{{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.ReadServerLog, Plain: "see in the server's log why it ends the handshake: a key it could not load, or one that is shared beforehand"}}
	return f, true
}

// asksForCookies says that a HelloVerifyRequest came in this scope: a server of DTLS is
// there.
func (v *View) asksForCookies() bool {
	return slices.ContainsFunc(v.E.Replies, func(r parley.Reply) bool {
		a, ok := v.E.Attempts[r.Attempt]
		return ok && a.Scope == v.Scope && slices.ContainsFunc(r.Events, func(e parley.Event) bool {
			_, is := e.Item.Message.(*wire.HelloVerifyRequest)
			return is
		})
	})
}

// quiet says that hellos were lost or cut off without a word of any kind.
func (v *View) quiet() bool {
	return v.AllEnd(parley.EndSilence, parley.EndFIN, parley.EndRST)
}

// trickles says that bytes came back to a hello, and too few of them.
func (v *View) trickles() bool {
	return slices.ContainsFunc(v.E.Replies, func(r parley.Reply) bool {
		a, ok := v.E.Attempts[r.Attempt]
		return ok && a.Scope.Addr == v.Scope.Addr && a.Scope.Via == v.Scope.Via && r.First > 0
	})
}

// said says that some control was answered with bytes.
func (v *View) said() bool { _, ok := v.spoken(); return ok }

// spoken returns the first bytes that the peer said in clear text in this
// scope, to a hello, to a control, or of itself.
func (v *View) spoken() (parley.Reply, bool) {
	for _, r := range v.E.Replies {
		a, ok := v.E.Attempts[r.Attempt]
		if ok && a.Scope.Addr == v.Scope.Addr && a.Scope.Via == v.Scope.Via && (len(r.Plain) > 0 || len(r.Banner) > 0) {
			return r, true
		}
	}
	return parley.Reply{}, false
}

// quietAsks are what to say in clear text to a peer that says nothing to a
// hello: some services wait for a line, or close on what they cannot read.
func quietAsks(v *View) []parley.Ask {
	if !v.quiet() {
		return nil
	}
	sep := []parley.CauseID{"server.no-answer", "server.dropped-connection", "plaintext.tls-to-plain-port"}
	var asks []parley.Ask
	for _, c := range v.controls() {
		asks = append(asks, parley.Ask{Attempt: c, Times: 1, Separates: sep})
	}
	return asks
}

// controls are said without a hello: a line of HTTP, which many protocols
// answer with a complaint of their own, and an MQTT CONNECT, which starts with
// a byte that text protocols do not.
func (v *View) controls() []parley.Attempt {
	if v.overUDP() {
		return nil
	}
	get := parley.Step{Kind: parley.StepSend, Data: []byte("GET / HTTP/1.0\r\n\r\n")}
	mqtt := parley.Step{Kind: parley.StepSend, Data: []byte("\x10\x12\x00\x04MQTT\x04\x02\x00\x3c\x00\x06parley")}
	return []parley.Attempt{v.Control("GET / in clear text", get), v.Control("MQTT CONNECT in clear text", mqtt)}
}
