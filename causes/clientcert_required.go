package causes

import (
	"fmt"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

var clientcertRequired = &Cause{
	ID:    "clientcert.required",
	Title: "the server needs a client certificate and got none",
	Meaning: "The server asks for a client certificate (mutual TLS) and ends the handshake, or refuses the request that follows it, when the client has none. " +
		"In TLS 1.3 the server learns this from the client's last flight: the refusal comes when the client believes that it is connected, as an error of the first read. " +
		"The alert differs: certificate_required(116) in 1.3, handshake_failure(40) or bad_certificate(42) before it, and some servers complete the handshake and refuse in HTTP.",
	Phase: parley.PhaseClientCertificate,
	Best:  parley.Proved,
	Mistaken: []Mistake{
		{For: "cipher.no-overlap", Test: "the server's flight came, with a CertificateRequest in it, before the alert"},
		{For: "clientcert.untrusted", Test: "the client's Certificate is empty"},
		{For: "clientcert.unusable", Test: "no certificate was given"},
		{For: "clientcert.renegotiation", Test: "the request for a certificate comes within the handshake"},
		{For: "clientcert.post-handshake-auth", Test: "the request for a certificate comes within the handshake"},
	},
	Tries: func(v *View) [][]parley.Change {
		if v.Base.Cert != nil || !v.RefusedLater() || v.Answer.AsksClient != parley.Yes {
			return nil
		}
		return [][]parley.Change{{parley.PresentThrowAway}}
	},
	Asks: func(v *View) []parley.Ask { return v.askToGet("clientcert.required") },
	Find: func(v *View) []parley.Finding {
		if v.Base.Cert != nil || !v.Asked() {
			return nil
		}
		f := v.Finding("clientcert.required", parley.ClientSide, parley.PhaseClientCertificate, parley.Inferred)
		switch {
		case v.refusesClient():
			f = v.refusesNone(f)
		case v.Completes() && v.answersWith(parley.HTTPRequires):
			f = v.refusesInHTTP(f)
		default:
			return nil
		}
		f = asReasons(f, namesCAs(v.Reply().CertificateRequest()))
		f.WouldTell = []string{v.withFiles()}
		f.Intents = requiredFixes(authorities(v.Reply().CertificateRequest()))
		return []parley.Finding{f}
	},
	Fixes:       requiredFixes(nil),
	WillNotHelp: []string{"changing versions or cipher suites on either side", "-k and other switches that stop the client's own verification", "importing the server's CA: it is not the server that is distrusted"},
	References:  []string{"RFC 8446, Section 4.4.2.4", "RFC 8446, Section 4.3.2", "RFC 5246, Section 7.4.6"},
	Cases: []Case{
		{
			Name: "1.3: another alert follows a certificate that nobody trusts", Fires: parley.Proved, Side: parley.ClientSide,
			Transcript: `
client chrome
server 192.0.2.7:443 shop.example

base until=finished x2
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
< CertificateRequest  schemes=rsa_pss_rsae_sha256 encrypted
< Finished     encrypted
> Certificate  none encrypted
> Finished     encrypted
< Alert        fatal certificate_required(116) encrypted

base = client_certificate throw-away x2
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
< CertificateRequest  schemes=rsa_pss_rsae_sha256 encrypted
< Finished     encrypted
> Certificate  cert=ecdsa-secp256r1,ecdsa_secp256r1_sha256,throw-away encrypted
> Finished     encrypted
< Alert        fatal unknown_ca(48) encrypted
`,
		},
		{
			Name: "the alert says it, and any certificate meets the same one", Fires: parley.Seen, Side: parley.ClientSide,
			Transcript: `
client go
server 192.0.2.7:443 shop.example

base until=finished
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
< CertificateRequest  schemes=rsa_pss_rsae_sha256 encrypted
< Finished     encrypted
> Certificate  none encrypted
< Alert        fatal certificate_required(116) encrypted

base = client_certificate throw-away
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
< CertificateRequest  schemes=rsa_pss_rsae_sha256 encrypted
< Finished     encrypted
> Certificate  cert=ecdsa-secp256r1,ecdsa_secp256r1_sha256,throw-away encrypted
< Alert        fatal certificate_required(116) encrypted
`,
		},
		{
			Name: "1.2: alert 40 after an empty Certificate, whatever is presented", Fires: parley.Inferred, Side: parley.ClientSide,
			Transcript: `
client java8
server 192.0.2.7:443 shop.example

base until=finished
< ServerHello  version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
< CertificateRequest  types=rsa_sign,ecdsa_sign schemes=rsa_pkcs1_sha256
< ServerHelloDone
> Certificate  none
< Alert        fatal handshake_failure(40)

base = client_certificate throw-away
< ServerHello  version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
< CertificateRequest  types=rsa_sign,ecdsa_sign schemes=rsa_pkcs1_sha256
< ServerHelloDone
> Certificate  cert=ecdsa-secp256r1,ecdsa_secp256r1_sha256,throw-away
< Alert        fatal handshake_failure(40)
`,
		},
		{
			Name: "the handshake completes, and the answer in HTTP refuses", Fires: parley.Seen, Side: parley.ClientSide,
			Transcript: `
client go
server 192.0.2.7:443 shop.example

base until=finished
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
< CertificateRequest  schemes=rsa_pss_rsae_sha256 encrypted
< Finished     encrypted
> Certificate  none encrypted
> Finished     encrypted
stopped

base = alpn http/1.1 = request "GET /"
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
< CertificateRequest  schemes=rsa_pss_rsae_sha256 encrypted
< Finished     encrypted
> Certificate  none encrypted
> Finished     encrypted
< ApplicationData  "HTTP/1.1 400 Bad Request\r\n\r\nNo required SSL certificate was sent" encrypted
`,
		},
		{
			Name: "the server asks, and goes on without one",
			Transcript: `
client go
server 192.0.2.7:443 shop.example

base until=finished
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
< CertificateRequest  schemes=rsa_pss_rsae_sha256 encrypted
< Finished     encrypted
> Certificate  none encrypted
> Finished     encrypted
stopped

base = alpn http/1.1 = request "GET /"
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
< CertificateRequest  schemes=rsa_pss_rsae_sha256 encrypted
< Finished     encrypted
> Certificate  none encrypted
> Finished     encrypted
< ApplicationData  "HTTP/1.1 200 OK\r\n\r\n" encrypted
`,
		},
		{
			Name: "alert 40 comes before the server asks for anything", Instead: "cipher.no-overlap",
			Transcript: `
client hello
server 192.0.2.7:443 shop.example

base x2
> ClientHello  versions=1.2 suites=TLS_RSA_WITH_AES_128_CBC_SHA groups=x25519 schemes=rsa_pss_rsae_sha256
< Alert  fatal handshake_failure(40)

base + suite TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 x2
< ServerHello  version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
< ServerHelloDone
`,
		},
	},
}

// refusesNone is the finding of a server that ends the handshake after an
// empty Certificate.
func (v *View) refusesNone(f parley.Finding) parley.Finding {
	otherwise, not := parley.Inferred, []parley.CauseID{"server.internal-error"}
	switch {
	case v.RefusedBy(iana.AlertCertificateRequired):
		otherwise, not = parley.Seen, nil
	case v.Answer.End != parley.EndAlert:
		not = []parley.CauseID{"server.dropped-connection"}
	}
	f = v.Proven(f, parley.AxisClientCertificate, otherwise, not...)
	return asReasons(f, "The server asks for a client certificate, gets an empty Certificate, and ends the handshake: "+v.Answer.Words()+".", v.pairWords(f), v.late())
}

// answersWith says what the server's answer to a request says of a client certificate.
func (v *View) answersWith(d parley.HTTPDemand) bool {
	r, ok := v.got()
	if !ok {
		return false
	}
	_, demand, _ := r.HTTP()
	return demand == d
}

// refusesInHTTP is the finding of a server that completes the handshake and
// refuses the request.
func (v *View) refusesInHTTP(f parley.Finding) parley.Finding {
	r, _ := v.got()
	status, _, words := r.HTTP()
	f.Certainty, f.Shows = parley.Seen, r.Attempt
	return asReasons(f, fmt.Sprintf("The handshake completes, and the request is answered with HTTP %d: %q.", status, words),
		"So a client that looks at the handshake alone sees nothing.")
}

func requiredFixes(cas []string) []parley.Intent {
	plain := "a certificate from a CA that the server trusts, and its key"
	if len(cas) > 0 && len(cas) <= 2 {
		plain = "a certificate from " + words(cas) + ", and its key"
	}
	return []parley.Intent{
		{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.PresentCertificate, Plain: plain},
		{
			Side: parley.ServerSide, Grade: parley.Bridge, Kind: parley.AskClientOptionally, Plain: "ask for a client certificate and go on without one",
			Price: "clients without a certificate get in, unless the application behind it refuses them",
		},
	}
}
