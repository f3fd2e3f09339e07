package causes

import "github.com/parley-tls/parley"

var clientcertUnusable = &Cause{
	ID:    "clientcert.unusable",
	Title: "the client cannot use its own certificate and key",
	Meaning: "The client has a certificate and cannot present it: the file holds no certificate or no key in PEM, the key is locked by a passphrase or belongs to " +
		"another certificate, or the key cannot sign in any of the ways that the server's request lists. Before the last of these nothing of it is on the " +
		"wire: the client ends by itself, or goes on as if it had none and is refused for that.",
	Phase: parley.PhaseClientCertificate,
	Best:  parley.Seen,
	Mistaken: []Mistake{
		{For: "clientcert.required", Test: "a certificate was given, and could not be presented"},
		{For: "clientcert.untrusted", Test: "the server never saw the certificate"},
	},
	Find: func(v *View) []parley.Finding {
		chain, sent := v.Reply().Presented()
		if v.Base.Cert == nil || !sent || len(chain) > 0 || !v.refusesClient() && !(v.Completes() && v.answersWith(parley.HTTPRequires)) {
			return nil
		}
		f := v.Finding("clientcert.unusable", parley.ClientSide, parley.PhaseClientCertificate, parley.Seen)
		f = asReasons(f, "The server's request lists no way in which the key of "+v.Base.Cert.Name+" can sign, so the client presents an empty Certificate.",
			namesSchemes(v))
		f.Intents = []parley.Intent{
			{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.RenewClientCertificate, Plain: "a certificate whose key is of a kind that the server lists"},
			{Side: parley.ServerSide, Grade: parley.Bridge, Kind: parley.AcceptSchemes, Plain: "signature schemes for the key of the client's certificate"},
		}
		return []parley.Finding{f}
	},
	Fixes: []parley.Intent{{
		Side: parley.ClientSide, Grade: parley.Best, Kind: parley.MendClientFiles, Plain: "certificate and key in PEM that belong together; a key without a passphrase, or the passphrase for it",
	}},
	WillNotHelp: []string{"the server's CA in the client's trust store", "-k and other switches that stop the client's own verification", "changing versions on either side"},
	References:  []string{"RFC 7468, Section 5", "RFC 8446, Section 4.4.2.3", "RFC 5246, Section 7.4.6"},
	Cases: []Case{
		{
			Name: "the key belongs to another certificate", Fires: parley.Seen, Side: parley.ClientSide,
			Transcript: `
client go
server 192.0.2.7:443 shop.example
local unusable_client_certificate="the key in me.key belongs to another certificate than the one in me.pem"
`,
		},
		{
			Name: "the server lists no scheme for the key", Fires: parley.Seen, Side: parley.ClientSide,
			Transcript: `
client go
server 192.0.2.7:443 shop.example

base until=finished presents=ed25519.pem x2
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
< CertificateRequest  schemes=rsa_pss_rsae_sha256 encrypted
< Finished     encrypted
> Certificate  none encrypted
< Alert        fatal certificate_required(116) encrypted
`,
		},
		{
			Name: "the certificate goes out and is refused", Instead: "clientcert.untrusted",
			Transcript: `
client go
server 192.0.2.7:443 shop.example

base until=finished presents=me.pem x2
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
< CertificateRequest  schemes=rsa_pss_rsae_sha256 encrypted
< Finished     encrypted
> Certificate  cert=rsa-2048,rsa_pkcs1_sha256,me encrypted
< Alert        fatal unknown_ca(48) encrypted
`,
		},
	},
}

// namesSchemes says what a server's request lists to sign with.
func namesSchemes(v *View) string {
	m := v.Reply().CertificateRequest()
	if m == nil || len(m.Schemes) == 0 {
		return ""
	}
	if len(m.Schemes) > 3 {
		return "It lists " + list(m.Schemes[:3]) + " and more."
	}
	return "It lists " + list(m.Schemes) + "."
}

// UnusableFinding is the finding of a check that was not begun, because the
// client certificate that it was given cannot be used.
func UnusableFinding(e *parley.Evidence) parley.Finding {
	return parley.Finding{
		Cause: "clientcert.unusable", Side: parley.ClientSide, Phase: parley.PhaseClientCertificate, Certainty: parley.Seen,
		Because:     []parley.Reason{{Text: sentence(e.Local.Unusable)}, {Text: "No connection was opened."}},
		Intents:     clientcertUnusable.Fixes,
		WillNotHelp: clientcertUnusable.WillNotHelp,
	}
}
