package causes

import (
	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

var serverNoUsableCertificate = &Cause{
	ID:    "server.no-usable-certificate",
	Title: "the server has no certificate that it could use",
	Meaning: "TLS is on and no certificate could be loaded, or none fits. Every client is refused with handshake_failure whatever it offers, " +
		"and the server logs \"no shared cipher\" for each.",
	Phase: parley.PhaseParameters,
	Best:  parley.Inferred,
	Mistaken: []Mistake{
		{For: "cipher.no-overlap", Test: "no client completes, whatever it offers"},
		{For: "cipher.cert-type-mismatch", Test: "no handshake of 1.3 shows a certificate, and 1.3 is not refused for its version"},
		{For: "sni.unrecognized", Test: "the same hello with another name, or none, is refused all the same"},
		{For: "sni.missing", Test: "the hello with a server_name is refused all the same"},
	},
	Asks: func(v *View) []parley.Ask {
		if !v.refusesAllWithAlert() {
			return nil
		}
		return []parley.Ask{v.AskWhole(iana.TLS13, "server.no-usable-certificate", "cipher.cert-type-mismatch")}
	},
	Find: func(v *View) []parley.Finding {
		if !v.refusesAllWithAlert() || v.Proof.State == ProofProved || v.Proof.State == ProofOnce {
			return nil
		}
		for _, ver := range []iana.Version{iana.TLS12, iana.TLS13} {
			ans, ok := v.Whole(ver)
			if !ok || ans.End != parley.EndAlert || !certificateAlert(ans.Alert) {
				return nil
			}
		}
		f := v.Finding("server.no-usable-certificate", parley.ServerSide, parley.PhaseParameters, parley.Inferred,
			"Everything known of 1.2 and of 1.3 was offered, and each was refused with "+v.Answer.Alert.String()+".", v.sent())
		f.NotExcluded = []parley.CauseID{"edge.host-not-provisioned", "psk.mismatch"}
		f.WouldTell = []string{"the server's log: \"no shared cipher\" for every client, and its words at start"}
		f.Intents = []parley.Intent{
			{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.InstallCertificate, Plain: "load a certificate and its key; see the server's log at start for the path it could not read"},
		}
		return []parley.Finding{f}
	},
	Fixes:       []parley.Intent{{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.InstallCertificate, Plain: "load a certificate and its key; see the server's log at start for the path it could not read"}},
	WillNotHelp: []string{"adding suites or versions on either side", "importing the certificate", "-k"},
	References:  []string{"RFC 8446, Section 4.4.2.2", "RFC 5246, Section 7.4.2"},
	Cases: []Case{
		{
			Name: "everything of 1.2 and of 1.3 is refused with handshake_failure", Fires: parley.Inferred, Side: parley.ServerSide,
			Transcript: `
client openssl-3.0
server 192.0.2.7:443 shop.example

base
< Alert  fatal handshake_failure(40)

reference all of 1.2
< Alert  fatal handshake_failure(40)

reference all of 1.3
< Alert  fatal handshake_failure(40)
`,
		},
		{
			Name: "1.3 is refused for the version: 1.2 alone is on", Instead: "cipher.cert-type-mismatch",
			Transcript: `
client openssl-3.0
server 192.0.2.7:443 shop.example

base
< Alert  fatal handshake_failure(40)

reference all of 1.2
< Alert  fatal handshake_failure(40)

reference all of 1.3
< Alert  fatal protocol_version(70)
`,
		},
		{
			Name: "another name completes", Instead: "sni.unrecognized",
			Transcript: `
client openssl-3.0
server 192.0.2.7:443 shop.example

base x2
< Alert  fatal handshake_failure(40)

reference all of 1.2
< Alert  fatal handshake_failure(40)

reference all of 1.3
< Alert  fatal handshake_failure(40)

base - server_name x2
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
`,
		},
	},
}

func certificateAlert(a iana.Alert) bool {
	return a == iana.AlertHandshakeFailure || a == iana.AlertInternalError
}

// refusesAllWithAlert says that no hello completes and the base is refused in
// the way of a server that has nothing to show.
func (v *View) refusesAllWithAlert() bool {
	return v.Refused() && v.Answer.End == parley.EndAlert && certificateAlert(v.Answer.Alert) && v.NothingCompletes()
}
