// Package transcript is the one notation in which parley shows a handshake: in
// screens, test cases, documentation and captures. A printer and a parser
// invert each other.
//
// A document is a title, the client and server in question, and attempts:
//
//	# the client stops at 1.0 and the server starts at 1.2
//	client java7
//	server 192.0.2.7:443 shop.example
//
//	base x2
//	> ClientHello  legacy_version=1.0 suites=TLS_RSA_WITH_AES_128_CBC_SHA
//	< Alert        fatal protocol_version(70)                          after 52 ms
//
//	base + version 1.2 x2
//	< ServerHello  version=1.2 suite=TLS_RSA_WITH_AES_128_CBC_SHA
//
// # Lines
//
// ">" is sent by the client, "<" by the server. A line that begins with a space
// continues the one before; after a comma it continues a list. Lines with "#"
// before the first attempt are the title. An attempt begins with its role:
// "base [NAME]", "reference NAME", "control NAME", or, for a variant, the name of
// the attempt it changes and the change set: "base + version 1.2 - server_name".
// "control plain "…"" sends those bytes and no hello. Behind the name may stand
// "as NAME" (a variant that others change), "until=finished", "until=reply", "presents=NAME" (the
// client's certificate), "resume" (the hello carries a ticket of its base), "others=N", "connect=N" (milliseconds) and "xN": how
// often the attempt was made, interleaved with the other attempts. A variant's
// hello is left out where it is that of its base with the change applied. Each
// "server" line sets the scope of the attempts below it; the first is the target.
// "over=dtls" behind it says what carries the handshake, if it is not TCP.
//
// What was read with the keys of the connection ends in "encrypted". "> request
// "…"" below the hello is the application data that follows the handshake,
// "unfollowed "…"" says why nothing encrypted could be read, and "signature
// other" whose key signed: leaf, other, none.
//
// # Ends
//
// A fatal alert is an end, and so is the last message of a server that was
// answered as far as wanted. Others have lines of their own: "< FIN", "< RST",
// "< plaintext "…"", "silence", "stopped", "connect refused", "connect timeout",
// "connect unreachable", "name not found", "name error", "proxy refused "…"",
// "prologue refused "…"", "malformed "…"", "limit", "local error "…"",
// "interrupted", and "not run "…"" for an attempt that was asked for and not made.
// "< TTL peer=52" and "< TTL end=higher" say what an attempt learned that was
// made to watch TTLs: those of the peer's segments, and how that of the end compares.
// What a proxy answers in clear text to TLS stands as "< plaintext" before
// "proxy refused".
//
// # Defaults
//
// A base without a ClientHello line is the hello of the client named, where the
// reader knows it (Doc.EvidenceOf). References are written down by name alone:
// "all of 1.2" offers everything known of 1.2, "RSA only of all of 1.2" what an
// RSA key can serve of it.
//
// # Terms
//
// A hello's extensions are terms in wire order, by IANA name, with the values
// of those that negotiation reads: server_name=, groups=, schemes=,
// cert_schemes=, key_share=, alpn=, psk_modes=, point_formats=,
// supported_versions=, padding=. Other content is NAME=hex:…; a name alone has the
// usual content, which is empty but for renegotiation_info and status_request;
// NAME=- is empty content. Unknown code points are numbers: 0x1a2b. "versions=1.2"
// may be written for legacy_version=1.2, "versions=1.3,1.2" for
// supported_versions=1.3,1.2. A hello of DTLS says hello_cookie=BYTES where it
// has the cookie of a HelloVerifyRequest.
//
// Terms at their default are left out: legacy_version=1.2 beside
// supported_versions, compression=null, an empty session_id, one record and one
// write, record=1.0 (SSL3 for a hello of SSL 3,
// DTLS1.0 for one of DTLS).
//
// # Certificates
//
// A certificate is written as its key, its signature and its names. Where a
// chain matters, the document makes certificates of its own before the attempts,
// which then go by their names: "< Certificate  cert=leaf cert=middle".
//
//	now 2026-11-22
//	certificate root    ca cn="Shop Root"
//	certificate middle  ca by=root
//	certificate leaf    by=middle names=shop.example until=2026-10-01
//	trust system root
//
// Terms: ca, by=NAME (else it signs itself), key-of=NAME (another certificate for
// the same key), cn=, o=, names= (DNS names and
// addresses), from= and until= (days), key=rsa-1024, digest=sha1, usage=, eku=,
// critical=OID, permit= and exclude= (name constraints), must_staple, issuer=URL,
// serial=, broken (the signature does not verify). "trust second Mozilla root" is
// a second opinion; "trust system root others=120" has more roots, which are not
// shown. "fetched URL middle" is what was had from where a certificate
// says that its issuer is, "fetched URL failed "404 Not Found"" that nothing was.
//
// # What a transcript does not carry
//
// Randoms (but the mark of a downgrade), session IDs, key shares, signatures,
// tickets, OCSP responses, DH values and encrypted content keep their length at
// most; they are read back as zeros. A certificate keeps its key, its signature scheme and its names.
// Times are rounded to a millisecond, below ten to a tenth.
package transcript

import (
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// Doc is a document: attempts and what came back.
type Doc struct {
	// Title says what the document shows; lines are separated by "\n".
	Title string
	// Client is the client in question: an id, "panel", or empty.
	Client parley.ClientID
	// Target differs from what the first scope says only if the document says so.
	Target parley.Target
	// Lookup is what the resolver said; by default that the name has the
	// addresses of the scopes.
	Lookup parley.Lookup
	Local  parley.Local
	// Now is the time of the check, a day; zero: none is known.
	Now time.Time
	// Certificates are those that the document makes, Trust the sets of them that
	// clients trust.
	Certificates []Declared
	Trust        []Trusted
	// Fetched are those that were had from where others say that their issuer is.
	Fetched []Fetched
	Blocks  []Block
}

// Block is one attempt and one of its answers. An attempt that got different
// answers has several blocks.
type Block struct {
	Scope parley.Scope
	Role  parley.Role
	// Name is how others refer to it. A base's default is "base".
	Name string
	// On is the name of the attempt that a variant changes.
	On      string
	Changed []parley.Change
	// Times is how often it was made with this answer.
	Times int
	// NotRun says why it was not made; Times is 0 then.
	NotRun   string
	Prologue []parley.Step
	// Hello is nil for a control without one, and for a variant whose hello
	// follows from its base.
	Hello         *wire.ClientHello
	SSL2          *wire.SSL2ClientHello
	RecordVersion iana.Version
	// Whole is the version of which the hello offers everything, 0 otherwise.
	Whole iana.Version
	Split parley.Split
	// Until, Cert and Request say how far it goes and what it presents there.
	Until   parley.Stop
	Resume  bool // the hello carries a ticket
	Cert    *parley.ClientCert
	Request []byte
	// Reply is the answer, without Attempt and At.
	Reply parley.Reply

	declared []Declared // certificates that go by a name
}
