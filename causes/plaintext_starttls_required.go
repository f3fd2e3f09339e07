package causes

import (
	"strconv"
	"strings"

	"github.com/parley-tls/parley"
)

var plaintextStartTLSRequired = &Cause{
	ID:    "plaintext.starttls-required",
	Title: "the port starts TLS in another way than the client",
	Meaning: "One side speaks the protocol first and turns to TLS after a command (STARTTLS, AUTH TLS, SSLRequest, PRELOGIN), the other speaks TLS from the " +
		"first byte: mostly the client opens with TLS at once on a port that upgrades, and at times it waits for the upgrade on a port of TLS at once, or asks for it in " +
		"another protocol than the port's. Either side is sound; the client's setting names the wrong kind of TLS for this port.",
	Phase: parley.PhaseStartTLS,
	Best:  parley.Proved,
	Mistaken: []Mistake{
		{For: "plaintext.tls-to-plain-port", Test: "the upgrade command is offered, and the hello completes behind it"},
	},
	Tries: func(v *View) [][]parley.Change {
		if v.Asked() && v.Answer.End == parley.EndPrologue {
			return append(v.otherUpgrades(), []parley.Change{dropPrologue})
		}
		return upgradeTries(v)
	},
	Find: func(v *View) []parley.Finding {
		if f, ok := v.otherProtocol(); ok {
			return []parley.Finding{f}
		}
		if f, ok := v.tlsAtOnce(); ok {
			return []parley.Finding{f}
		}
		c, ok := v.Needs(parley.AxisPrologue)
		proto, isUpgrade := strings.CutPrefix(c.Text, "starttls ")
		if !ok || !isUpgrade || v.Completes() || v.Proof.State != ProofProved && v.Proof.State != ProofOnce {
			return nil
		}
		f := v.Proven(v.Finding("plaintext.starttls-required", parley.ClientSide, parley.PhaseStartTLS, parley.Inferred), parley.AxisPrologue, parley.Inferred)
		f.Title = "the port starts in clear text and upgrades to TLS"
		name, said, _, spoke := v.speaker()
		if spoke {
			f = asReasons(f, answered(name, said))
		}
		f = asReasons(f, alone(f, "The upgrade before the hello"))
		f.Intents = []parley.Intent{
			{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.UseStartTLS, Text: proto, Plain: "choose STARTTLS in the client (" + upgradeSetting(proto) + ")"},
		}
		if p := implicitPort(proto); p != "" {
			f.Intents = append(f.Intents, parley.Intent{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.UseImplicitTLS, Text: proto,
				Plain: "or the port with TLS from the first byte, " + p + ", if the server has it"})
		}
		return []parley.Finding{f}
	},
	Explains: []parley.CauseID{"plaintext.tls-to-plain-port", "server.dropped-connection", "server.no-answer"},
	Fixes: []parley.Intent{
		{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.UseStartTLS, Plain: "choose STARTTLS in the client"},
		{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.UseImplicitTLS, Plain: "or the port with TLS from the first byte, if the server has it; on such a port, TLS at once"},
	},
	WillNotHelp: []string{"setting a TLS version", "-k", "upgrading the TLS library"},
	References:  []string{"RFC 3207", "RFC 8314, Section 3", "RFC 2595", "RFC 4511, Section 4.14"},
	Cases: []Case{
		{
			Name: "SMTP greets, and completes behind STARTTLS", Fires: parley.Proved, Side: parley.ClientSide,
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
			Name: "PostgreSQL closes on a hello, and completes behind its SSLRequest", Fires: parley.Proved, Side: parley.ClientSide,
			Transcript: `
client chrome
server 192.0.2.7:5432 db.example

base x2
< FIN

base + prologue starttls postgres x2
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
`,
		},
		{
			Name: "SQL Server closes on a hello, and completes behind its PRELOGIN", Fires: parley.Proved, Side: parley.ClientSide,
			Transcript: `
client chrome
server 192.0.2.7:1433 db.example

base x2
< FIN

base + prologue starttls mssql x2
< ServerHello  version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
`,
		},
		{
			Name: "NATS sends its INFO, and completes behind it", Fires: parley.Proved, Side: parley.ClientSide,
			Transcript: `
client chrome
server 192.0.2.7:4222 bus.example

base x2
< plaintext  "INFO {\"tls_required\":true} \r\n"

base + prologue starttls nats x2
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
`,
		},
		{
			Name: "SMTP greets a client of IMAP, and completes behind the STARTTLS of SMTP", Fires: parley.Proved, Side: parley.ClientSide,
			Transcript: `
client hello
server 192.0.2.7:2025 mail.example

base x2
> STARTTLS  imap
> ClientHello  versions=1.2 suites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 groups=x25519
               schemes=rsa_pss_rsae_sha256 server_name=mail.example
< banner  "220 mail.example ESMTP\r\n"
prologue refused  "220 mail.example ESMTP"

base = prologue starttls smtp x2
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
`,
		},
		{
			Name: "SMTP greets, and does not know STARTTLS", Instead: "plaintext.tls-to-plain-port",
			Transcript: `
client chrome
server 192.0.2.7:587 mail.example

base
< plaintext  "220 mail.example ESMTP\r\n"

base + prologue starttls smtp
prologue refused  "502 5.5.1 command not implemented"
`,
		},
	},
}

// upgradeSetting is how clients of a protocol call the upgrade.
func upgradeSetting(proto string) string {
	switch proto {
	case "postgres":
		return "libpq: sslnegotiation=postgres, the default"
	case "mysql":
		return "the driver's ssl-mode, not a TLS wrapper"
	case "ldap":
		return "ldap:// with StartTLS, not ldaps://"
	case "ftp":
		return "explicit FTPS, AUTH TLS"
	case "mssql":
		return "Encrypt=Mandatory; Strict, which is TDS 8.0, opens with TLS"
	case "rdp":
		return "the client's negotiation, not a TLS wrapper"
	case "vnc":
		return "VeNCrypt with X509"
	case "nats":
		return "nats://, not tls:// or TLS first"
	case "telnet":
		return "the option START_TLS"
	case "smtp":
		return "STARTTLS, in Nodemailer secure: false"
	}
	return "STARTTLS, not TLS on connect"
}

// implicitPort is the port of a protocol with TLS from the first byte, if it has
// one.
func implicitPort(proto string) string {
	if u, ok := parley.UpgradeNamed(proto); ok && u.TLSPort != 0 {
		return strconv.Itoa(int(u.TLSPort))
	}
	return ""
}

var dropPrologue = parley.Change{Axis: parley.AxisPrologue, Op: parley.Remove}

// tlsAtOnce is the finding the other way round: the client waits for an
// upgrade on a port that speaks TLS from the first byte.
func (v *View) tlsAtOnce() (parley.Finding, bool) {
	c, ok := v.Needs(parley.AxisPrologue)
	if !ok || c.Op != parley.Remove || v.Answer.End != parley.EndPrologue || v.Proof.State != ProofProved && v.Proof.State != ProofOnce {
		return parley.Finding{}, false
	}
	proto := v.E.Target.StartTLS
	f := v.Proven(v.Finding("plaintext.starttls-required", parley.ClientSide, parley.PhaseStartTLS, parley.Inferred), parley.AxisPrologue, parley.Inferred)
	f.Title = "the port speaks TLS from the first byte, and upgrades nothing"
	f = asReasons(f, "The port speaks TLS from the first byte, and the client begins in clear text to upgrade ("+proto+").", alone(f, "Leaving the upgrade out"))
	f.Intents = []parley.Intent{
		{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.UseImplicitTLS, Text: proto, Plain: "choose TLS from the first byte in the client, or the port that upgrades"},
	}
	return f, true
}
