package parley_test

import (
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/transcript"
)

// replyOf is the first reply of a document whose lines follow a base hello.
func replyOf(t *testing.T, lines string) parley.Answer {
	t.Helper()
	e := transcript.MustParse("client x\nserver 192.0.2.7:443\n\nbase until=finished\n" +
		"> ClientHello supported_versions=1.3,1.2 suites=TLS_AES_128_GCM_SHA256\n" + lines).Evidence()
	return e.Replies[0].AnswerTo(e.Attempts[e.Order[0]])
}

func TestAnEndIsOfThePhaseThatTheHandshakeWasIn(t *testing.T) {
	t.Parallel()
	const hello12 = "< ServerHello version=1.2 suite=TLS_RSA_WITH_AES_128_GCM_SHA256\n"
	const hello13 = "< ServerHello version=1.3 suite=TLS_AES_128_GCM_SHA256\n"
	for _, tt := range []struct {
		name, lines string
		phase       parley.Phase
		asks        parley.Truth
		refused     bool
		later       bool
	}{
		{"before the ServerHello", "< Alert fatal handshake_failure(40)\n", parley.PhaseHello, parley.Unknown, true, false},
		{"within the first flight", hello12 + "< FIN\n", parley.PhaseParameters, parley.Unknown, true, false},
		{"after a flight without a request", hello12 + "< ServerHelloDone\n> Finished encrypted\n< FIN\n", parley.PhaseFinished, parley.No, false, true},
		{"after an empty certificate", hello12 + "< CertificateRequest types=rsa_sign schemes=rsa_pkcs1_sha256\n< ServerHelloDone\n> Certificate none\n< Alert fatal handshake_failure(40)\n",
			parley.PhaseClientCertificate, parley.Yes, false, true},
		{"while the flight of 1.3 is under way", hello13 + "< EncryptedExtensions encrypted\n< Alert fatal internal_error(80) encrypted\n", parley.PhaseFinished, parley.Unknown, false, true},
		{"after the flight of 1.3", hello13 + "< Finished encrypted\n> Finished encrypted\n< RST\n", parley.PhaseFinished, parley.No, false, true},
		{"after one that nobody read", hello13 + "< ApplicationData size=800\nstopped\n", parley.PhaseFinished, parley.Unknown, false, false},
	} {
		ans := replyOf(t, tt.lines)
		if ans.Phase != tt.phase || ans.AsksClient != tt.asks || ans.Refused() != tt.refused || ans.RefusedLater() != tt.later {
			t.Errorf("%s: phase %v, asks %v, refused %v, later %v; want %v, %v, %v, %v", tt.name,
				ans.Phase, ans.AsksClient, ans.Refused(), ans.RefusedLater(), tt.phase, tt.asks, tt.refused, tt.later)
		}
	}
}

func TestAnEmptyCertificateTellsWhatIsDemanded(t *testing.T) {
	t.Parallel()
	const request = "< ServerHello version=1.3 suite=TLS_AES_128_GCM_SHA256\n< CertificateRequest encrypted\n< Finished encrypted\n> Certificate none encrypted\n> Finished encrypted\n"
	for _, tt := range []struct {
		name, lines         string
		requested, required parley.Truth
	}{
		{"an alert: required", request + "< Alert fatal certificate_required(116) encrypted\n", parley.Yes, parley.Yes},
		{"it goes on: optional", request + "< Alert warning close_notify(0) encrypted\nstopped\n", parley.Yes, parley.No},
		{"a bare close: not told", request + "< FIN\n", parley.Yes, parley.Unknown},
		{"not asked at all", "< ServerHello version=1.3 suite=TLS_AES_128_GCM_SHA256\n< Finished encrypted\n> Finished encrypted\nstopped\n", parley.No, parley.Unknown},
	} {
		e := transcript.MustParse("client x\nserver 192.0.2.7:443\n\nbase until=finished\n" +
			"> ClientHello supported_versions=1.3,1.2 suites=TLS_AES_128_GCM_SHA256\n" + tt.lines).Evidence()
		auth := e.Fold(e.Attempts[e.Order[0]].Scope).Auth
		if auth.Requested.Is != tt.requested || auth.Required.Is != tt.required {
			t.Errorf("%s: requested %v, required %v; want %v, %v", tt.name, auth.Requested.Is, auth.Required.Is, tt.requested, tt.required)
		}
	}
}
