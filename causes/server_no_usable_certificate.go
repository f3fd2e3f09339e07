package causes

import (
	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

var serverNoUsableCertificate = &Cause{
	ID:    "server.no-usable-certificate",
	Title: "the server has no certificate that it could use",
	Meaning: "TLS is on and no certificate could be loaded, or none fits. Every client is refused with handshake_failure whatever it offers, " +
		"and the server logs \"no shared cipher\" for each. One that accepts anonymous suites goes through with a client that offers those, " +
		"and neither side then knows whom it speaks with.",
	Phase: parley.PhaseParameters,
	Best:  parley.Proved,
	Mistaken: []Mistake{
		{For: "cert.key-mismatch", Test: "no certificate is sent"},
		{For: "psk.mismatch", Test: "suites of pre-shared keys are refused all the same"},
		{For: "cipher.no-overlap", Test: "no client completes, whatever it offers"},
		{For: "cipher.cert-type-mismatch", Test: "no handshake of 1.3 shows a certificate, and 1.3 is not refused for its version"},
		{For: "sni.unrecognized", Test: "the same hello with another name, or none, is refused all the same"},
		{For: "version.policy-min", Test: "1.0 and 1.1 end with handshake_failure too, or newer versions are on"},
		{For: "sni.missing", Test: "the hello with a server_name is refused all the same"},
	},
	Tries: func(v *View) [][]parley.Change {
		if set := v.anonymousSet(); set != nil {
			return [][]parley.Change{set}
		}
		return nil
	},
	Asks: func(v *View) []parley.Ask {
		if !v.refusesAllWithAlert() {
			return nil
		}
		return []parley.Ask{v.AskWhole(iana.TLS13, "server.no-usable-certificate", "cipher.cert-type-mismatch")}
	},
	Find: func(v *View) []parley.Finding {
		if f, ok := v.anonymousAlone(); ok {
			return []parley.Finding{f}
		}
		if _, key := v.ownKeyRefused(); key || v.HasKey() {
			return nil // psk.mismatch has it, or nothing is amiss
		}
		if !v.refusesAllWithAlert() || v.Proof.State == ProofProved || v.Proof.State == ProofOnce {
			return nil
		}
		how, ok := v.refusesAllVersions()
		if !ok {
			return nil
		}
		f := v.Finding("server.no-usable-certificate", parley.ServerSide, parley.PhaseParameters, parley.Inferred, how, v.sent())
		f.NotExcluded = []parley.CauseID{"edge.host-not-provisioned"}
		if set := v.sharedKeySet(); set == nil || v.untried(set) {
			f.NotExcluded = append(f.NotExcluded, "psk.mismatch")
		}
		f.WouldTell = []string{"the server's log: \"no shared cipher\" for every client, and its words at start"}
		f.Intents = []parley.Intent{loadCertificate}
		return []parley.Finding{f}
	},
	Fixes:       []parley.Intent{loadCertificate},
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
			Name: "anonymous suites complete, and nothing that needs a certificate does", Fires: parley.Proved, Side: parley.ServerSide,
			Transcript: `
client chrome
server 192.0.2.7:443 shop.example

base x2
< Alert  fatal handshake_failure(40)

base + suite ` + anonymousNames + ` x2
< ServerHello        version=1.2 suite=TLS_DH_anon_WITH_AES_128_GCM_SHA256
< ServerKeyExchange  dh=2048

reference all of 1.2
< Alert  fatal handshake_failure(40)

reference all of 1.3
< Alert  fatal protocol_version(70)
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

// loadCertificate is the fix of a server without a certificate.
var loadCertificate = parley.Intent{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.InstallCertificate,
	Plain: "load a certificate and its key; see the server's log at start for the path it could not read"}

func certificateAlert(a iana.Alert) bool {
	return a == iana.AlertHandshakeFailure || a == iana.AlertInternalError
}

// refusesAllVersions says how the server refuses everything of every version,
// if it does, and if that is not how cipher.cert-type-mismatch or
// version.policy-min looks. OpenSSL turns 1.3 off where no certificate is loaded.
func (v *View) refusesAllVersions() (how string, ok bool) {
	said := map[iana.Version]iana.Alert{}
	telling := v.tellingVersions()
	v10, v12, v13 := telling[0], telling[1], telling[2]
	for _, ver := range telling {
		ans, asked := v.Whole(ver)
		if !asked || ans.End != parley.EndAlert || !certificateAlert(ans.Alert) && ans.Alert != iana.AlertProtocolVersion {
			if ver == v10 {
				continue
			}
			return "", false
		}
		said[ver] = ans.Alert
	}
	off12, off13 := said[v12] == iana.AlertProtocolVersion, said[v13] == iana.AlertProtocolVersion
	_, asked := v.Whole(iana.SSL3)
	switch {
	case !off12 && !off13:
		return "Everything known of " + v12.String() + " and of " + v13.String() + " was offered, and each was refused with " + said[v12].String() + ".", true
	case off13 && said[v10] == iana.AlertInternalError:
		return "", false // a policy of the server, which is version.policy-min
	case !off12 && certificateAlert(said[v10]) && !v.enabledWithoutSuite(iana.TLS12):
		return v13.String() + " is off, and everything known of " + v12.String() + " and of " + v10.String() + " is refused with " + said[v10].String() + ".", true
	case !off12 || off13 && !asked:
		return "", false // 1.2 alone, which is cipher.cert-type-mismatch; or SSL 3 may be on
	case !off13:
		return v13.String() + " is on, for " + v12.String() + " is refused as a version, and everything known of " + v13.String() + " is refused.", true
	case certificateAlert(said[v10]):
		return v12.String() + " and " + v13.String() + " are off, and everything known of " + v10.String() + " is refused with " + said[v10].String() + ".", true
	}
	return "Every version is refused as a version, whatever is offered under it: the server has none on.", true
}

// refusesAllWithAlert says that no hello completes and the base is refused in
// the way of a server that has nothing to show.
func (v *View) refusesAllWithAlert() bool {
	return v.Refused() && v.Answer.End == parley.EndAlert && (certificateAlert(v.Answer.Alert) || v.Answer.Alert == iana.AlertProtocolVersion) && v.NothingCompletes()
}
