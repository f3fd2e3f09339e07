package causes

import "github.com/parley-tls/parley"

var serverProtocolViolation = &Cause{
	ID:    "server.protocol-violation",
	Title: "the server answers with what TLS does not allow",
	Meaning: "What came back is TLS and breaks its rules: a suite or an extension that was not offered, a length that does not fit, a message " +
		"out of order. Clients end it with illegal_parameter, decode_error or unexpected_message, or close.",
	Phase: parley.PhaseHello,
	Best:  parley.Seen,
	Mistaken: []Mistake{
		{For: "cert.key-mismatch", Test: "the signature of the server is by the key of its certificate"},
		{For: "plaintext.tls-to-plain-port", Test: "the first bytes are a TLS record"},
		{For: "version.server-too-old", Test: "what was not offered is something else than the version"},
	},
	Find: func(v *View) []parley.Finding {
		if !v.Asked() || v.Answer.End != parley.EndMalformed {
			return nil
		}
		f := v.Finding("server.protocol-violation", parley.ServerSide, max(parley.PhaseHello, v.Answer.Phase), parley.Seen, sentence(v.Reply().Detail))
		f.Intents = []parley.Intent{
			{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.UpgradeServer, Plain: "a newer release of what answers there; this is a defect in its TLS code or of a box in between"},
		}
		return []parley.Finding{f}
	},
	Fixes:       []parley.Intent{{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.UpgradeServer, Plain: "a newer release of what answers there"}},
	WillNotHelp: []string{"importing the certificate", "-k", "changing the client's settings"},
	References:  []string{"RFC 8446, Section 4.1.3", "RFC 8446, Section 6.2"},
	Cases: []Case{
		{
			Name: "a suite that was not offered", Fires: parley.Seen, Side: parley.ServerSide,
			Transcript: `
client chrome
server 192.0.2.7:443 shop.example

base
malformed  "ServerHello: cipher_suite: got TLS_RSA_WITH_RC4_128_SHA, which was not offered"
`,
		},
		{
			Name: "a Finished that does not prove the handshake, after a whole flight", Fires: parley.Seen, Side: parley.ServerSide,
			Transcript: `
client chrome
server 192.0.2.7:443 shop.example

base until=finished
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
< EncryptedExtensions  encrypted
< Finished     encrypted
malformed  "Finished: expected the verify_data of this handshake, got another"

reference all of 1.2
< FIN
`,
		},
		{
			Name: "a version that was not offered, as old servers select", Instead: "version.server-too-old",
			Transcript: `
client chrome
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.0 suite=TLS_RSA_WITH_AES_128_CBC_SHA
`,
		},
		{
			Name: "the first bytes are no TLS record", Instead: "plaintext.tls-to-plain-port",
			Transcript: `
client chrome
server 192.0.2.7:443 shop.example

base
< plaintext  "HTTP/1.1 400 Bad Request\r\n"
`,
		},
	},
}
