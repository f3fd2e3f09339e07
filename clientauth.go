package parley

import (
	"bytes"
	"slices"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// HTTPDemand is what the answer to an HTTP request says about a client
// certificate, in its own words.
type HTTPDemand uint8

// The demands. HTTPRequires: none came, and one must. HTTPRefuses: the one that
// came is not accepted. HTTPCannotAsk: the server wanted to ask after the
// handshake, and the client had not offered to answer.
const (
	HTTPUnknown HTTPDemand = iota
	HTTPRequires
	HTTPRefuses
	HTTPCannotAsk
)

var demandNames = []string{"unknown", "requires", "refuses", "cannot-ask"}

// String returns the demand's word.
func (d HTTPDemand) String() string { return name(demandNames, int(d)) }

// httpWords are what HTTP servers are known to say of it, and who says so. The
// numbers of IIS are those of https://learn.microsoft.com/en-us/troubleshoot/developer/webapps/iis/www-authentication-authorization/errors-403-7-reject-client-certificate-rquest
// (7, 16), of https://jeffpar.github.io/kbarchive/kb/294/Q294305/ (13), and of
// https://blogs.msdn.microsoft.com/saurabh_singh/2007/06/09/client-certificate-revisited-how-to-troubleshoot-client-certificate-related-issues/
// (17), read on 2026-11-22; that "Error" stands before them is from reports.
var httpWords = []struct {
	words  string
	demand HTTPDemand
	by     string
}{
	{words: "No required SSL certificate was sent", demand: HTTPRequires, by: "nginx"},
	{words: "The SSL certificate error", demand: HTTPRefuses, by: "nginx"},
	{words: "Cannot perform Post-Handshake Authentication", demand: HTTPCannotAsk, by: "Apache httpd"},
	{words: "Error 403.7", demand: HTTPRequires, by: "IIS"},
	{words: "Error 403.13", demand: HTTPRefuses, by: "IIS"},
	{words: "Error 403.16", demand: HTTPRefuses, by: "IIS"},
	{words: "Error 403.17", demand: HTTPRefuses, by: "IIS"},
}

// unlikeAlerts are those that say something else than that a client's identity
// is not accepted: of keys, of the format, of a message out of order (RFC 8446,
// Section 6.2).
var unlikeAlerts = []iana.Alert{
	iana.AlertUnexpectedMessage, iana.AlertBadRecordMAC, iana.AlertRecordOverflow,
	iana.AlertIllegalParameter, iana.AlertDecryptError, iana.AlertInternalError, iana.AlertProtocolVersion,
}

// OfTheClient says that a server which asked for the client's certificate ended
// the handshake after the answer to that, in a way that such a refusal has. Not
// every alert of it is about certificates: servers send 40 and 50 too.
func (a Answer) OfTheClient() bool {
	if !a.RefusedLater() || a.AsksClient != Yes {
		return false
	}
	switch a.End {
	case EndAlert:
		return !slices.Contains(unlikeAlerts, a.Alert)
	case EndFIN, EndRST:
		return true
	}
	return false
}

// HTTP is what came back to the request of an attempt: the status of the
// answer, what its words say of a client certificate, and the words. Status 0:
// it was no answer of HTTP.
func (r Reply) HTTP() (status int, demand HTTPDemand, words string) {
	text := r.Application()
	if len(text) < 12 || !bytes.HasPrefix(text, []byte("HTTP/1.")) {
		return 0, HTTPUnknown, ""
	}
	for _, c := range text[9:12] {
		if c < '0' || c > '9' {
			return 0, HTTPUnknown, ""
		}
		status = 10*status + int(c-'0')
	}
	if status < 400 {
		return status, HTTPUnknown, ""
	}
	for _, w := range httpWords {
		if bytes.Contains(text, []byte(w.words)) {
			return status, w.demand, w.words
		}
	}
	return status, HTTPUnknown, ""
}

// Application is the application data that the server sent, as far as it was read.
func (r Reply) Application() []byte {
	var text []byte
	for _, e := range r.Events {
		if e.From == ServerSide && e.Item.Protected && e.Item.Kind == wire.KindApplicationData {
			text = append(text, e.Item.Raw...)
		}
	}
	return text
}

// CertificateRequest is the server's demand for a client certificate in its
// first flight; nil: there was none, or it could not be read.
func (r Reply) CertificateRequest() *wire.CertificateRequest {
	early, _ := r.requests()
	return early
}

// LaterRequest is what a server asks for when the handshake is over: a
// CertificateRequest of 1.3 (RFC 8446, Section 4.6.2), or a new handshake by
// HelloRequest up to 1.2 (RFC 5246, Section 7.4.1.1). Nil, false: neither.
func (r Reply) LaterRequest() (asked *wire.CertificateRequest, again bool) {
	_, asked = r.requests()
	again = slices.ContainsFunc(r.Events, func(e Event) bool {
		_, is := e.Item.Message.(*wire.HelloRequest)
		return is && e.From == ServerSide && e.Item.Protected
	})
	return asked, again
}

func (r Reply) requests() (early, later *wire.CertificateRequest) {
	over := false
	for _, e := range r.Events {
		switch m := e.Item.Message.(type) {
		case *wire.Finished:
			over = over || e.From == ClientSide
		case *wire.CertificateRequest:
			switch {
			case e.From != ServerSide:
			case over && later == nil:
				later = m
			case !over && early == nil:
				early = m
			}
		}
	}
	return early, later
}

// Presented is the chain that went out to a server that asked, leaf first, and
// whether a Certificate went out at all.
func (r Reply) Presented() (chain [][]byte, sent bool) {
	for _, e := range r.Events {
		if m, ok := e.Item.Message.(*wire.Certificate); ok && e.From == ClientSide {
			return m.Raw, true
		}
	}
	return nil, false
}
