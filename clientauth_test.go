package parley_test

import (
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/transcript"
)

// firstReply is the reply to the first attempt of a transcript.
func firstReply(t *testing.T, text string) (parley.Attempt, parley.Reply) {
	t.Helper()
	d, err := transcript.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	e := d.Evidence()
	r := e.Replies[0]
	return e.Attempts[r.Attempt], r
}

const asked = `
client hello
server 192.0.2.7:443 shop.example

base until=reply
> ClientHello  supported_versions=1.3 suites=TLS_AES_128_GCM_SHA256
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
`

func TestWhatAnAnswerInHTTPSaysOfAClientCertificate(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct {
		status int
		demand parley.HTTPDemand
	}{
		`HTTP/1.1 400 Bad Request\r\n\r\nNo required SSL certificate was sent`:       {400, parley.HTTPRequires},
		`HTTP/1.1 400 Bad Request\r\n\r\n400 The SSL certificate error`:              {400, parley.HTTPRefuses},
		`HTTP/1.1 200 OK\r\n\r\nNo required SSL certificate was sent`:                {200, parley.HTTPUnknown},
		`HTTP/1.1 4x0 Bad Request\r\n\r\nNo required SSL certificate was sent`:       {0, parley.HTTPUnknown},
		`* OK IMAP ready; No required SSL certificate was sent`:                      {0, parley.HTTPUnknown},
		`HTTP/1.1 403 Forbidden\r\n\r\nCannot perform Post-Handshake Authentication`: {403, parley.HTTPCannotAsk},
	} {
		_, r := firstReply(t, asked+"< Finished encrypted\n> Finished encrypted\n< ApplicationData  \""+text+"\" encrypted\n")
		if status, demand, _ := r.HTTP(); status != want.status || demand != want.demand {
			t.Errorf("%s: %d %v, want %d %v", text, status, demand, want.status, want.demand)
		}
	}
}

func TestARequestOfTheHandshakeIsToldFromOneBehindIt(t *testing.T) {
	t.Parallel()
	a, r := firstReply(t, asked+"< Finished encrypted\n> Finished encrypted\n< CertificateRequest  schemes=rsa_pss_rsae_sha256 encrypted\n")
	if later, again := r.LaterRequest(); later == nil || again || r.CertificateRequest() != nil {
		t.Errorf("behind the handshake: later %v, again %v, early %v", later, again, r.CertificateRequest())
	}
	if ans := r.AnswerTo(a); ans.AsksClient != parley.No {
		t.Errorf("the handshake asks: %v, want no", ans.AsksClient)
	}
	a, r = firstReply(t, asked+"< CertificateRequest  schemes=rsa_pss_rsae_sha256 encrypted\n< Finished encrypted\n> Certificate  none encrypted\n> Finished encrypted\n< FIN\n")
	if later, again := r.LaterRequest(); later != nil || again || r.CertificateRequest() == nil {
		t.Errorf("in the handshake: later %v, again %v, early %v", later, again, r.CertificateRequest())
	}
	if chain, sent := r.Presented(); !sent || len(chain) != 0 {
		t.Errorf("presented %d certificates, %v; want none, and that they were sent", len(chain), sent)
	}
	if ans := r.AnswerTo(a); !ans.OfTheClient() || ans.Phase != parley.PhaseClientCertificate {
		t.Errorf("%+v is not taken for a refusal of the client", ans)
	}
}

func TestAlertsOfTheKeysRefuseNoClient(t *testing.T) {
	t.Parallel()
	for alert, want := range map[string]bool{"certificate_required(116)": true, "handshake_failure(40)": true, "decode_error(50)": true, "bad_record_mac(20)": false, "decrypt_error(51)": false} {
		a, r := firstReply(t, asked+"< CertificateRequest  schemes=rsa_pss_rsae_sha256 encrypted\n< Finished encrypted\n> Certificate  none encrypted\n< Alert  fatal "+alert+" encrypted\n")
		if got := r.AnswerTo(a).OfTheClient(); got != want {
			t.Errorf("%s: %v, want %v", alert, got, want)
		}
	}
}
