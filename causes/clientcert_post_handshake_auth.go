package causes

import (
	"fmt"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

var clientcertPostHandshakeAuth = &Cause{
	ID:    "clientcert.post-handshake-auth",
	Title: "the server asks the client who it is after the handshake",
	Meaning: "Under TLS 1.3 the handshake completes without a client certificate. For this request the server wants one and would ask for it by a " +
		"CertificateRequest behind the handshake, which a client has to offer to answer: its hello has no post_handshake_auth. No browser offers it over HTTP/2, " +
		"where it is not allowed. Apache httpd per directory answers with 403 then; other servers close, or send an alert.",
	Phase: parley.PhaseClientCertificate,
	Best:  parley.Seen,
	Mistaken: []Mistake{
		{For: "clientcert.required", Test: "the handshake has no CertificateRequest"},
		{For: "clientcert.renegotiation", Test: "the version is 1.3"},
	},
	Asks: func(v *View) []parley.Ask {
		asks := v.askToGet("clientcert.post-handshake-auth")
		if r, ok := v.got(); ok && v.Completes() && v.turnedAway(r) {
			asks = append(asks, parley.Ask{Attempt: v.get(offerPostHandshakeAuth), Times: 1, Separates: []parley.CauseID{"clientcert.post-handshake-auth"}})
		}
		return asks
	},
	Find: func(v *View) []parley.Finding {
		r, ok := v.got()
		if !ok || !v.Completes() || !v.turnedAway(r) {
			return nil
		}
		f := v.Finding("clientcert.post-handshake-auth", parley.ServerSide, parley.PhaseClientCertificate, parley.Seen)
		f.Shows = r.Attempt
		status, demand, words := r.HTTP()
		with, asked := v.got(offerPostHandshakeAuth)
		later, _ := with.LaterRequest()
		asked = asked && later != nil
		switch {
		case asked:
			f.Shows = with.Attempt
			f = asReasons(f, "The request is refused ("+how(r, status)+"); with post_handshake_auth in the same hello the server answers it with a CertificateRequest.", namesCAs(later))
		case demand == parley.HTTPCannotAsk:
			f = asReasons(f, fmt.Sprintf("The request is answered with HTTP %d: %q.", status, words))
		default:
			return nil
		}
		f.WouldTell = []string{v.withFiles()}
		return []parley.Finding{f}
	},
	Fixes: []parley.Intent{
		{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.AskClientAtOnce, Plain: "ask for the client certificate in the handshake, on a server name or port of its own"},
		{Side: parley.ClientSide, Grade: parley.Bridge, Kind: parley.AnswerLaterRequests, Plain: "offer post_handshake_auth, over HTTP/1.1, in a client that has it"},
		{Side: parley.ServerSide, Grade: parley.Last, Kind: parley.AcceptVersions, Versions: []iana.Version{iana.TLS12}, Plain: "1.2 alone for this site, where renegotiation asks for it", Price: "gives up 1.3, and clients that do not renegotiate stay out"},
	},
	WillNotHelp: []string{"a client certificate alone, which the client is not asked for", "-k and other switches that stop the client's own verification"},
	References:  []string{"RFC 8446, Section 4.6.2", "RFC 8446, Section 4.2.6", "RFC 8740, Section 3"},
	Cases: []Case{
		{
			Name: "with post_handshake_auth the server asks for it", Fires: parley.Seen, Side: parley.ServerSide,
			Transcript: `
client go
server 192.0.2.7:443 shop.example
target https://shop.example

base until=finished
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
< Finished     encrypted
> Finished     encrypted
stopped

base = alpn http/1.1 = request "GET /"
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
< Finished     encrypted
> Finished     encrypted
< ApplicationData  "HTTP/1.1 403 Forbidden\r\n\r\n" encrypted

base = alpn http/1.1 + extension post_handshake_auth = request "GET /"
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
< Finished     encrypted
> Finished     encrypted
< CertificateRequest  schemes=rsa_pss_rsae_sha256 encrypted
`,
		},
		{
			Name: "the server says so itself", Fires: parley.Seen, Side: parley.ServerSide,
			Transcript: `
client go
server 192.0.2.7:443 shop.example
target https://shop.example

base until=finished
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
< Finished     encrypted
> Finished     encrypted
stopped

base = alpn http/1.1 = request "GET /"
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
< Finished     encrypted
> Finished     encrypted
< ApplicationData  "HTTP/1.1 403 Forbidden\r\n\r\nReason: Cannot perform Post-Handshake Authentication." encrypted
`,
		},
		{
			Name: "a 403 for other reasons",
			Transcript: `
client go
server 192.0.2.7:443 shop.example
target https://shop.example

base until=finished
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
< Finished     encrypted
> Finished     encrypted
stopped

base = alpn http/1.1 = request "GET /"
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
< Finished     encrypted
> Finished     encrypted
< ApplicationData  "HTTP/1.1 403 Forbidden\r\n\r\n" encrypted

base = alpn http/1.1 + extension post_handshake_auth = request "GET /"
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
< Finished     encrypted
> Finished     encrypted
< ApplicationData  "HTTP/1.1 403 Forbidden\r\n\r\n" encrypted
`,
		},
	},
}

var offerPostHandshakeAuth = parley.Change{Axis: parley.AxisExtension, Op: parley.Add, Values: []uint16{uint16(iana.ExtPostHandshakeAuth)}}

// turnedAway says that a request under 1.3, of a client that cannot be asked
// later, was met by a no.
func (v *View) turnedAway(r parley.Reply) bool {
	if _, has := v.Base.Hello.Extension(iana.ExtPostHandshakeAuth); has || v.Answer.Choice.Version != iana.TLS13 {
		return false
	}
	switch status, _, _ := r.HTTP(); {
	case status == 401 || status == 403:
		return true
	case r.End == parley.EndAlert:
		return cannotAsk(r)
	}
	return false
}

// cannotAsk says that a request was met by an alert that a server has
// for a client that it cannot ask.
func cannotAsk(r parley.Reply) bool {
	switch r.Alert.Description {
	case iana.AlertMissingExtension, iana.AlertCertificateRequired, iana.AlertUnexpectedMessage, iana.AlertHandshakeFailure:
		return true
	}
	return false
}

// how says in a clause how a request was met.
func how(r parley.Reply, status int) string {
	if status > 0 {
		return fmt.Sprintf("HTTP %d", status)
	}
	return fmt.Sprintf("alert %d %s", uint8(r.Alert.Description), r.Alert.Description)
}
