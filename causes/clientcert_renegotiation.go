package causes

import (
	"github.com/parley-tls/parley"
)

var clientcertRenegotiation = &Cause{
	ID:    "clientcert.renegotiation",
	Title: "the server starts a new handshake after the request",
	Meaning: "The handshake completes without a client certificate. Once the server knows which path is asked for, it sends a HelloRequest, to ask for the certificate " +
		"in a second handshake (IIS per application, Apache httpd per directory). Many clients do not take part in that: Go and rustls by default, any " +
		"client over HTTP/2, and all under TLS 1.3, which has no renegotiation.",
	Phase: parley.PhaseClientCertificate,
	Best:  parley.Seen,
	Mistaken: []Mistake{
		{For: "clientcert.required", Test: "the first handshake has no CertificateRequest"},
		{For: "clientcert.post-handshake-auth", Test: "the version is 1.2 or older, and the server sends a HelloRequest"},
	},
	Asks: func(v *View) []parley.Ask { return v.askToGet("clientcert.renegotiation") },
	Find: func(v *View) []parley.Finding {
		r, ok := v.got()
		if _, again := r.LaterRequest(); !ok || !again || !v.Completes() {
			return nil
		}
		f := v.Finding("clientcert.renegotiation", parley.ServerSide, parley.PhaseClientCertificate, parley.Seen)
		f.Shows = r.Attempt
		f = asReasons(f, "The handshake completes, and the server answers the request with a HelloRequest, which begins a new one.",
			"What it would ask for there is not seen: it is a client certificate as a rule.", v.noRenegotiation())
		f.WouldTell = []string{v.withFiles()}
		return []parley.Finding{f}
	},
	Fixes: []parley.Intent{
		{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.AskClientAtOnce, Plain: "ask for the client certificate in the handshake, on a server name or port of its own"},
		{Side: parley.ClientSide, Grade: parley.Bridge, Kind: parley.AnswerLaterRequests, Plain: "allow renegotiation once, over HTTP/1.1 and TLS 1.2", Price: "what was sent before it was sent to a server that did not know the client"},
	},
	WillNotHelp: []string{"TLS 1.3, which has no renegotiation", "-k and other switches that stop the client's own verification"},
	References:  []string{"RFC 5246, Section 7.4.1.1", "RFC 9113, Section 9.2.1", "RFC 8446, Section 4.1.2"},
	Cases: []Case{
		{
			Name: "a HelloRequest answers the request", Fires: parley.Seen, Side: parley.ServerSide,
			Transcript: `
client go
server 192.0.2.7:443 shop.example
target https://shop.example

base until=finished
< ServerHello  version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
< ServerHelloDone
> Finished     encrypted
< Finished     encrypted

base = alpn http/1.1 = request "GET /"
< ServerHello  version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
< ServerHelloDone
> Finished     encrypted
< Finished     encrypted
< HelloRequest  encrypted
< FIN
`,
		},
		{
			Name: "the server asks in the handshake, and requires it", Instead: "clientcert.required",
			Transcript: `
client go
server 192.0.2.7:443 shop.example

base until=finished x2
< ServerHello  version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
< CertificateRequest  types=rsa_sign schemes=rsa_pkcs1_sha256
< ServerHelloDone
> Certificate  none
< Alert        fatal handshake_failure(40)
`,
		},
		{
			Name: "the request is answered",
			Transcript: `
client go
server 192.0.2.7:443 shop.example
target https://shop.example

base until=finished
< ServerHello  version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
< ServerHelloDone
> Finished     encrypted
< Finished     encrypted

base = alpn http/1.1 = request "GET /"
< ServerHello  version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
< ServerHelloDone
> Finished     encrypted
< Finished     encrypted
< ApplicationData  "HTTP/1.1 403 Forbidden\r\n\r\n" encrypted
`,
		},
	},
}

// refuseRenegotiation are stacks whose clients do not renegotiate unless told to.
var refuseRenegotiation = map[string]string{
	"go":     "Clients of Go end the connection then, unless tls.Config.Renegotiation allows it.",
	"rustls": "Clients of rustls never renegotiate.",
}

func (v *View) noRenegotiation() string {
	if v.Client == nil {
		return ""
	}
	return refuseRenegotiation[v.Client.Stack]
}
