package causes

import (
	"bytes"
	"crypto/x509"
	"fmt"
	"slices"
	"strings"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

var clientcertUntrusted = &Cause{
	ID:    "clientcert.untrusted",
	Title: "the server does not accept the client's certificate",
	Meaning: "The server asked for a client certificate, got one, and refused it. Its issuer is none of the CAs that the server trusts for clients, an intermediate " +
		"between them is missing from what the client sends, it has run out, or it is not meant for clients. The CAs for clients are a list of their own on the " +
		"server, and have nothing to do with the issuer of the server's certificate.",
	Phase: parley.PhaseClientCertificate,
	Best:  parley.Proved,
	Mistaken: []Mistake{
		{For: "clientcert.required", Test: "a certificate was presented"},
		{For: "clientcert.unusable", Test: "the certificate went out, and the server judged it"},
		{For: "chain.untrusted-private-ca", Test: "the alert comes from the server: it is the client's certificate that is refused"},
	},
	Tries: func(v *View) [][]parley.Change {
		if v.Base.Cert == nil || !v.RefusedLater() || v.Answer.AsksClient != parley.Yes {
			return nil
		}
		return [][]parley.Change{{parley.PresentNone}, {parley.PresentThrowAway}}
	},
	Asks: func(v *View) []parley.Ask { return v.askToGet("clientcert.untrusted") },
	Find: func(v *View) []parley.Finding {
		if chain, sent := v.Reply().Presented(); v.Base.Cert == nil || sent && len(chain) == 0 {
			return nil
		}
		f := v.Finding("clientcert.untrusted", parley.SideUnknown, parley.PhaseClientCertificate, parley.Inferred)
		switch {
		case v.refusesClient():
			f = v.refusesThis(f)
		case v.Completes() && v.answersWith(parley.HTTPRefuses):
			r, _ := v.got()
			status, _, words := r.HTTP()
			f.Certainty, f.Shows = parley.Seen, r.Attempt
			f = asReasons(f, fmt.Sprintf("The handshake completes, and the request is answered with HTTP %d: %q.", status, words))
		case v.Completes() && v.Answer.AsksClient == parley.Yes && v.hangsUp():
			r, _ := v.got()
			f.NotExcluded, f.Shows = []parley.CauseID{"server.dropped-connection"}, r.Attempt
			f = asReasons(f, "The handshake completes with this certificate, and the server hangs up on the request without a word.")
		default:
			return nil
		}
		facts, own := v.certificateFacts()
		if own {
			f.Side = parley.ClientSide
		}
		proof := f.Because
		f = asReasons(f, append(facts, v.late())...)
		if own && len(proof) > 1 {
			// What is wrong with the certificate says more than how that was shown.
			f.Because = slices.Concat(proof[:1], f.Because[len(proof):], proof[1:])
		}
		f.Intents = untrustedFixes(own)
		return []parley.Finding{f}
	},
	Fixes:       untrustedFixes(false),
	WillNotHelp: []string{"-k and other switches that stop the client's own verification", "importing the server's CA on the client: it is not the server that is distrusted", "changing versions or cipher suites on either side"},
	References:  []string{"RFC 8446, Section 4.4.2.4", "RFC 8446, Section 4.2.4", "RFC 5246, Section 7.4.4"},
	Cases: []Case{
		{
			Name: "without it the handshake completes", Fires: parley.Proved, Side: parley.SideUnknown,
			Transcript: `
client go
server 192.0.2.7:443 shop.example

base until=finished presents=me.pem x2
< ServerHello  version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
< CertificateRequest  types=rsa_sign,ecdsa_sign schemes=rsa_pkcs1_sha256
< ServerHelloDone
> Certificate  cert=rsa-2048,rsa_pkcs1_sha256,me
< Alert        fatal unknown_ca(48)

base - client_certificate x2
< ServerHello  version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
< CertificateRequest  types=rsa_sign,ecdsa_sign schemes=rsa_pkcs1_sha256
< ServerHelloDone
> Certificate  none
stopped

base = client_certificate throw-away
< ServerHello  version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
< CertificateRequest  types=rsa_sign,ecdsa_sign schemes=rsa_pkcs1_sha256
< ServerHelloDone
> Certificate  cert=rsa-2048,rsa_pkcs1_sha256,throw-away
< Alert        fatal unknown_ca(48)
`,
		},
		{
			Name: "the alert says it of this and of any other", Fires: parley.Seen, Side: parley.SideUnknown,
			Transcript: `
client go
server 192.0.2.7:443 shop.example

base until=finished presents=me.pem
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
< CertificateRequest  schemes=rsa_pss_rsae_sha256 encrypted
< Finished     encrypted
> Certificate  cert=rsa-2048,rsa_pkcs1_sha256,me encrypted
< Alert        fatal bad_certificate(42) encrypted

base - client_certificate
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
< CertificateRequest  schemes=rsa_pss_rsae_sha256 encrypted
< Finished     encrypted
> Certificate  none encrypted
< Alert        fatal bad_certificate(42) encrypted
`,
		},
		{
			Name: "the server hangs up on the request", Fires: parley.Inferred, Side: parley.SideUnknown,
			Transcript: `
client go
server 192.0.2.7:443 shop.example

base until=finished presents=me.pem
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
< CertificateRequest  schemes=rsa_pss_rsae_sha256 encrypted
< Finished     encrypted
> Certificate  cert=rsa-2048,rsa_pkcs1_sha256,me encrypted
> Finished     encrypted
stopped

base = alpn http/1.1 = request "GET /"
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
< CertificateRequest  schemes=rsa_pss_rsae_sha256 encrypted
< Finished     encrypted
> Certificate  cert=rsa-2048,rsa_pkcs1_sha256,me encrypted
> Finished     encrypted
< FIN
`,
		},
		{
			Name: "no certificate was presented", Instead: "clientcert.required",
			Transcript: `
client go
server 192.0.2.7:443 shop.example

base until=finished x2
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
< CertificateRequest  schemes=rsa_pss_rsae_sha256 encrypted
< Finished     encrypted
> Certificate  none encrypted
< Alert        fatal certificate_required(116) encrypted
`,
		},
		{
			Name: "the certificate is accepted",
			Transcript: `
client go
server 192.0.2.7:443 shop.example

base until=finished presents=me.pem
< ServerHello  version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
< CertificateRequest  types=rsa_sign,ecdsa_sign schemes=rsa_pkcs1_sha256
< ServerHelloDone
> Certificate  cert=rsa-2048,rsa_pkcs1_sha256,me
< Finished     encrypted
`,
		},
	},
}

// certificateAlerts are those that say of a certificate that it is refused
// (RFC 8446, Section 6.2).
var certificateAlerts = []iana.Alert{
	iana.AlertBadCertificate, iana.AlertUnsupportedCertificate, iana.AlertCertificateRevoked, iana.AlertCertificateExpired,
	iana.AlertCertificateUnknown, iana.AlertUnknownCA, iana.AlertAccessDenied,
}

// refusesThis is the finding of a server that ends the handshake after the
// client's certificate.
func (v *View) refusesThis(f parley.Finding) parley.Finding {
	otherwise, not := parley.Inferred, []parley.CauseID{"server.internal-error"}
	switch {
	case v.RefusedBy(certificateAlerts...):
		otherwise, not = parley.Seen, nil
	case v.Answer.End != parley.EndAlert:
		not = []parley.CauseID{"server.dropped-connection"}
	}
	f = v.Proven(f, parley.AxisClientCertificate, otherwise, not...)
	return asReasons(f, "The server asks for a client certificate, gets "+v.Base.Cert.Name+", and ends the handshake: "+v.Answer.Words()+".", v.pairWords(f))
}

// hangsUp says that a request was met by the end of the connection, before any answer.
func (v *View) hangsUp() bool {
	r, ok := v.got()
	return ok && (r.End == parley.EndFIN || r.End == parley.EndRST || r.End == parley.EndAlert) && len(r.Application()) == 0
}

// certificateFacts are what the certificate presented has against it, by what
// the server asked for and by itself. own: it is the certificate that is at fault.
func (v *View) certificateFacts() (facts []string, own bool) {
	chain := presented(v.Reply())
	m := v.Reply().CertificateRequest()
	if len(chain) == 0 {
		return []string{namesCAs(m)}, false
	}
	leaf := chain[0]
	fault := func(text string) { facts, own = append(facts, text), true }
	switch now := v.E.Now; {
	case now.IsZero() || leaf.NotAfter.IsZero() || leaf.NotAfter.Before(leaf.NotBefore):
	case now.After(leaf.NotAfter):
		fault("It expired on " + leaf.NotAfter.UTC().Format("2006-01-02") + ".")
	case now.Before(leaf.NotBefore):
		fault("It is valid only from " + leaf.NotBefore.UTC().Format("2006-01-02") + " on.")
	}
	if n := len(leaf.ExtKeyUsage) + len(leaf.UnknownExtKeyUsage); n > 0 && !slices.Contains(leaf.ExtKeyUsage, x509.ExtKeyUsageClientAuth) &&
		!slices.Contains(leaf.ExtKeyUsage, x509.ExtKeyUsageAny) {
		fault("Its extended key usage lacks clientAuth: it is not meant for clients (RFC 5280, Section 4.2.1.12).")
	}
	if m == nil {
		return facts, own
	}
	if !fits(leaf, m) {
		fault("Its key is of a kind that the server's request does not list.")
	}
	switch listed := issuedByListed(chain, m); {
	case len(m.Authorities) == 0 || !listed && len(authorities(m)) == 0:
		facts = append(facts, namesCAs(m))
	case listed:
		facts = append(facts, "Its issuer "+issuer(leaf)+" is among the CAs that the server names: whether its own copy of that CA is the same cannot be seen from here.")
	default:
		fault("Its issuer " + issuer(leaf) + " is not among the CAs that the server names.")
		facts = append(facts, namesCAs(m))
	}
	return facts, own
}

func issuer(c *x509.Certificate) string {
	if n := nameOf(c.RawIssuer); n != "" {
		return n
	}
	return "(without a name)"
}

// issuedByListed says that a certificate of the chain was issued by, or is, one
// of the CAs that the request names.
func issuedByListed(chain []*x509.Certificate, m *wire.CertificateRequest) bool {
	return slices.ContainsFunc(m.Authorities, func(name []byte) bool {
		return slices.ContainsFunc(chain, func(c *x509.Certificate) bool {
			return bytes.Equal(c.RawIssuer, name) || bytes.Equal(c.RawSubject, name)
		})
	})
}

// fits says that a request lists a way for a certificate's key to sign: by its
// type up to 1.1, and by a scheme from 1.2 on. What cannot be told fits.
func fits(leaf *x509.Certificate, m *wire.CertificateRequest) bool {
	var want string
	switch leaf.PublicKeyAlgorithm {
	case x509.RSA:
		want = "rsa_"
	case x509.ECDSA:
		want = "ecdsa_"
	case x509.Ed25519:
		want = "ed25519"
	default:
		return true
	}
	if len(m.Schemes) > 0 {
		return slices.ContainsFunc(m.Schemes, func(s iana.Scheme) bool { return strings.HasPrefix(s.String(), want) })
	}
	if want == "ed25519" {
		want = "ecdsa_" // RFC 8422, Section 5.5
	}
	return len(m.Types) == 0 || slices.ContainsFunc(m.Types, func(t iana.ClientCertificateType) bool { return strings.HasPrefix(t.String(), want) })
}

func untrustedFixes(own bool) []parley.Intent {
	client := parley.Intent{
		Side: parley.ClientSide, Grade: parley.Best, Kind: parley.RenewClientCertificate,
		Plain: "a certificate for clients from a CA that the server trusts, with the intermediates behind it in the same file",
	}
	server := parley.Intent{
		Side: parley.ServerSide, Grade: parley.Best, Kind: parley.TrustClientIssuer, Plain: "the CA of the client's certificate in the list of CAs for clients",
		Price: "every certificate of that CA is let in",
	}
	if own {
		server.Grade = parley.Bridge
		return []parley.Intent{client, server}
	}
	return []parley.Intent{server, client}
}
