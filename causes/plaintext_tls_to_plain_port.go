package causes

import (
	"slices"
	"strings"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/internal/lazy"
)

var plaintextTLSToPlainPort = &Cause{
	ID:    "plaintext.tls-to-plain-port",
	Title: "the server does not speak TLS on this port",
	Meaning: "A hello is answered, or preceded, by another protocol in clear text. Clients report it as \"wrong version number\", \"first record does " +
		"not look like a TLS handshake\", RX_RECORD_TOO_LONG: they read text as a record header. It has nothing to do with versions.",
	Phase: parley.PhasePlaintext,
	Best:  parley.Seen,
	Mistaken: []Mistake{
		{For: "middlebox.plain-reply", Test: "no hello is answered in TLS here, whatever its name or way"},
		{For: "plaintext.starttls-required", Test: "the protocol's upgrade command is refused or not offered"},
		{For: "proxy.tls-to-plain-proxy", Test: "no proxy is asked, or the proxy is asked without TLS"},
		{For: "version.server-too-old", Test: "the first bytes are no TLS record"},
		{For: "proxy.proxy-protocol-mismatch", Test: "what answers is no PROXY header, and no hello completes behind one"},
		{For: "server.protocol-violation", Test: "the first bytes are no TLS record"},
	},
	Find: func(v *View) []parley.Finding {
		if !v.Asked() || v.Completes() || v.Scope.Via != "" && v.Answer.End == parley.EndProxyRefused {
			return nil
		}
		if v.Answer.End == parley.EndPrologue {
			name, said, other := v.speaksOther()
			switch {
			case v.Proof.State == ProofProved || v.Proof.State == ProofOnce:
				return nil // another upgrade, or none, is what the port wants
			case other:
				return []parley.Finding{v.notThatProtocol(name, said)}
			case !declined(v.Reply().Detail):
				return nil
			}
			return []parley.Finding{v.upgradeOff()}
		}
		protocol, said, r, ok := v.speaker()
		if !ok || len(v.Base.Prologue) > 0 || v.Proof.State == ProofProved || v.Proof.State == ProofOnce || v.Proof.State == ProofPending {
			return nil
		}
		f := v.Finding("plaintext.tls-to-plain-port", v.plainSide(), parley.PhasePlaintext, parley.Seen, answered(protocol, said))
		f.Shows = r.Attempt
		if d := v.upgradeRefused(); d != "" {
			f = asReasons(f, d)
		}
		f.Intents = []parley.Intent{
			{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.SpeakPlain, Text: protocol, Plain: "use the port that speaks TLS, or the scheme without TLS" + scheme(protocol)},
			{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.SpeakTLS, Text: protocol, Plain: "turn TLS on in this listener, and restart it"},
		}
		if f.Side == parley.ServerSide {
			f.Intents[0], f.Intents[1] = f.Intents[1], f.Intents[0]
		}
		return []parley.Finding{f}
	},
	Explains: []parley.CauseID{"server.dropped-connection", "server.no-answer"},
	Fixes: []parley.Intent{
		{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.SpeakPlain, Plain: "use the port that speaks TLS, or the scheme without TLS"},
		{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.SpeakTLS, Plain: "turn TLS on in this listener, and restart it"},
	},
	WillNotHelp: []string{"setting a TLS version", "-k", "upgrading the TLS library"},
	References:  []string{"RFC 8446, Section 5.1"},
	Cases: []Case{
		{
			Name: "HTTP answers on port 443", Fires: parley.Seen, Side: parley.ServerSide,
			Transcript: `
client chrome
server 192.0.2.7:443 shop.example

base
< plaintext  "HTTP/1.1 400 Bad Request\r\n"
`,
		},
		{
			Name: "HTTP answers on port 80", Fires: parley.Seen, Side: parley.ClientSide,
			Transcript: `
client chrome
server 192.0.2.7:80 shop.example

base
< plaintext  "HTTP/1.1 400 Bad Request\r\n"
`,
		},
		{
			Name: "SSH answers on a port of no fixed use", Fires: parley.Seen, Side: parley.SideUnknown,
			Transcript: `
client chrome
server 192.0.2.7:2022 shop.example

base
< plaintext  "SSH-2.0-OpenSSH_9.2\r\n"
`,
		},
		{
			Name: "SMTP greets, and completes behind STARTTLS", Instead: "plaintext.starttls-required",
			Transcript: `
client chrome
server 192.0.2.7:587 mail.example

base x2
< plaintext  "220 mail.example ESMTP\r\n"

base + prologue starttls smtp x2
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
`,
		},
		{
			Name: "STARTTLS, asked for, is not offered", Fires: parley.Seen, Side: parley.SideUnknown,
			Transcript: `
client chrome
server 192.0.2.7:587 mail.example

base
prologue refused "STARTTLS is not offered: 250 mail.example"
`,
		},
		{
			Name: "HTTP answers where an upgrade of SMTP is asked for", Fires: parley.Seen, Side: parley.ClientSide,
			Transcript: `
client hello
server 192.0.2.7:8025 mail.example

base
> STARTTLS  smtp
> ClientHello  versions=1.2 suites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 groups=x25519
               schemes=rsa_pss_rsae_sha256 server_name=mail.example
prologue refused "no answer in 5s"

base - prologue
< plaintext  "HTTP/1.1 400 Bad Request\r\n"
`,
		},
		{
			Name: "VNC greets, and has no VeNCrypt", Fires: parley.Seen, Side: parley.ClientSide,
			Transcript: `
client chrome
server 192.0.2.7:5900 desk.example

base
< plaintext  "RFB 003.008\n"

base + prologue starttls vnc
prologue refused  "VeNCrypt is not offered: VncAuth(2)"
`,
		},
		{
			Name: "the answer is a TLS record of an old version", Instead: "version.server-too-old",
			Transcript: `
client chrome
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.0 suite=TLS_RSA_WITH_AES_128_CBC_SHA
`,
		},
	},
}

// forNow are the answers that say no for the time being: reply codes that begin
// with 4 (RFC 5321, Section 4.2.1; RFC 959, Section 4.2.1).
var forNow = lazy.Regexp(`^4\d\d[ -]`)

// declined says whether the answer to an upgrade says that there is none.
// Silence, the end of the connection and a no for the time being leave it open.
func declined(detail string) bool {
	ended := slices.ContainsFunc([]string{"no answer in", "closed without", "reset without", "limit:", "in clear behind"}, func(p string) bool {
		return strings.HasPrefix(detail, p)
	})
	return !ended && !forNow().MatchString(detail)
}

// upgradeOff is the finding when the upgrade that the user asked for is not to
// be had.
func (v *View) upgradeOff() parley.Finding {
	f := v.Finding("plaintext.tls-to-plain-port", parley.SideUnknown, parley.PhaseStartTLS, parley.Seen,
		sentence("the upgrade to TLS is refused: "+v.Reply().Detail))
	f.Intents = []parley.Intent{{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.SpeakTLS, Plain: "turn TLS on in this service: load a certificate, and restart it"}}
	return f
}

// notThatProtocol is the finding when the upgrade that the user asked for is one of
// another protocol than what answers.
func (v *View) notThatProtocol(name, said string) parley.Finding {
	asked, _ := v.asksUpgrade()
	f := v.Finding("plaintext.tls-to-plain-port", parley.ClientSide, parley.PhaseStartTLS, parley.Seen, answered(name, said))
	f.Title = "the port speaks " + name + ", not " + upgradeTitle(asked)
	f = asReasons(f, "The upgrade was asked for in "+upgradeTitle(asked)+", which is not what listens here.")
	f.Intents = []parley.Intent{{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.SpeakPlain, Text: name,
		Plain: "take the port of " + upgradeTitle(asked) + ", or speak " + name + " to this one"}}
	if u, ok := parley.UpgradeSpoken(name, v.Scope.Addr.Port()); ok {
		f.WouldTell = []string{"--starttls " + u.Name + " in place of --starttls " + asked}
	}
	return f
}

// answered says in a sentence what answers: "SSH answers: SSH-2.0-OpenSSH_9.2".
func answered(protocol, said string) string {
	if protocol == "" {
		return "What answers is not TLS, and no protocol that parley knows: " + said + "."
	}
	if said == "" {
		return protocol + " answers."
	}
	return protocol + " answers: " + said
}

// scheme names the plain URL scheme of a protocol, where it has one.
func scheme(protocol string) string {
	s := map[string]string{"HTTP": "http://", "LDAP": "ldap://", "FTP": "ftp://", "MQTT": "mqtt://", "AMQP": "amqp://", "Redis": "redis://"}[protocol]
	if s == "" {
		return ""
	}
	return " (" + s + ")"
}

// upgradeRefused is the server's answer to the upgrade command, if it was tried.
func (v *View) upgradeRefused() string {
	for _, set := range upgradeTries(v) {
		for _, r := range v.E.RepliesTo(v.Base.With(set...).ID) {
			if r.End == parley.EndPrologue {
				_, p, _ := strings.Cut(set[0].Text, " ")
				return sentence("its upgrade to TLS (" + p + ") is refused: " + r.Detail)
			}
		}
	}
	return ""
}

// sentence makes a clause a sentence. What begins it and is no word, as the name of a
// file or of a host, keeps its letters.
func sentence(s string) string {
	s = strings.TrimSpace(s)
	if s == "" {
		return ""
	}
	if first, _, _ := strings.Cut(s, " "); !strings.ContainsAny(strings.TrimRight(first, ".,:;"), `./\_=:@0123456789`) {
		s = strings.ToUpper(s[:1]) + s[1:]
	}
	if !strings.HasSuffix(s, ".") {
		s += "."
	}
	return s
}
