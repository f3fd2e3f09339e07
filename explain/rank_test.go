package explain

import (
	"strings"
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/knowledge/errors"
)

func TestReportsMoveTheGuessesOfAMeaning(t *testing.T) {
	t.Parallel()
	guesses := []errors.Guess{{Cause: "cipher.no-overlap", Why: "one"}, {Cause: "sni.missing", Why: "two"}, {Cause: "clientcert.required", Why: "three"}}
	order := func(r *errors.Reported) string {
		ids := ""
		out := begin(guesses, r)
		for len(out) > 0 {
			best := 0
			for i := range out {
				if out[i].score > out[best].score {
					best = i
				}
			}
			ids += " " + string(out[best].ID)
			out = append(out[:best], out[best+1:]...)
		}
		return ids
	}
	tests := []struct {
		name string
		r    *errors.Reported
		want string
	}{
		{"no report", nil, " cipher.no-overlap sni.missing clientcert.required"},
		{"a single report", &errors.Reported{Counts: []errors.Count{{Cause: "clientcert.required", Reports: 1}}}, " cipher.no-overlap sni.missing clientcert.required"},
		{"some reports", &errors.Reported{Counts: []errors.Count{{Cause: "clientcert.required", Reports: 5}}}, " cipher.no-overlap clientcert.required sni.missing"},
		{"many reports", &errors.Reported{Counts: []errors.Count{{Cause: "clientcert.required", Reports: 40}}}, " clientcert.required cipher.no-overlap sni.missing"},
	}
	for _, tt := range tests {
		if got := order(tt.r); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
	out := begin(guesses, tests[3].r)
	if !strings.HasSuffix(out[2].Why, "three (40 of 40 public reports)") || out[0].Why != "one" {
		t.Errorf("why: %q and %q", out[0].Why, out[2].Why)
	}
}

func TestOfTwoMessagesThatSayTheSameTheOneThatDecidesIsExplained(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text      string
		cause     parley.CauseID
		certainty parley.Certainty
	}{
		{"net::ERR_CERT_COMMON_NAME_INVALID", "name.mismatch", parley.Inferred},
		{"net::ERR_CERT_COMMON_NAME_INVALID\nThis server could not prove that it is a.example; its security certificate is from b.example.", "name.mismatch", parley.Seen},
		{"x509: certificate has expired or is not yet valid", "chain.expired-leaf", parley.Inferred},
		{"x509: certificate has expired or is not yet valid: current time 2026-11-21T21:28:53Z is after 2026-01-01T00:00:00Z", "chain.expired-leaf", parley.Seen},
		{"x509: certificate has expired or is not yet valid: current time 2026-11-21T21:28:53Z is after 2021-09-30T14:01:15Z", "chain.expired-root-path", parley.Seen},
	}
	for _, tt := range tests {
		a := explainText(tt.text)
		if len(a.Causes) == 0 || a.Causes[0].ID != tt.cause || a.Causes[0].Certainty != tt.certainty {
			t.Errorf("%q: %+v, want %s %s", tt.text, a.Causes, tt.cause, tt.certainty)
		}
	}
}

func TestWhatElseStandsInTheTextDecides(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text      string
		cause     parley.CauseID
		certainty parley.Certainty
	}{
		{"--1970-01-01 00:01:13--  https://www.example.net/\nERROR: The certificate of 'www.example.net' is not trusted.", "clock.skew", parley.Seen},
		{"ERROR: The certificate of 'www.example.net' is not trusted.", "chain.truststore-missing", parley.Inferred},
		{"peeraddr=192.0.2.103:587 state=SSLv3/TLS write client hello: wrong version number", "plaintext.starttls-required", parley.Seen},
		{"peeraddr=192.0.2.103:5870 state=SSLv3/TLS write client hello: wrong version number", "plaintext.tls-to-plain-port", parley.Inferred},
		{"error:1408F10B:SSL routines:ssl3_get_record:wrong version number:ssl3_record.c:587:", "plaintext.tls-to-plain-port", parley.Inferred},
		{"TLS handshake error from 192.0.2.1:51214: no certificate available for 'cloudflare-ech.com'", "ech.config-mismatch", parley.Seen},
		{"verify error:num=21:unable to verify the first certificate\n0 s:CN = www.example.net\ni:C = US, O = Let's Encrypt, CN = R3", "chain.incomplete", parley.Seen},
		{"verify error:num=21:unable to verify the first certificate\n0 s:CN = www.example.net\ni:O = Example Corp, CN = Office CA", "chain.incomplete", parley.Inferred},
		{"x509: certificate is valid for 192.0.2.1, 192.0.2.3, not 192.0.2.2", "name.mismatch", parley.Seen},
		{"x509: certificate is valid for shop.example, not 192.0.2.2", "name.ip-no-san", parley.Seen},
		{"SSL certificate problem: self signed certificate", "chain.self-signed", parley.Seen},
		{"request to https://registry.npmjs.org/ failed: self signed certificate", "middlebox.interception", parley.Inferred},
	}
	for _, tt := range tests {
		a := explainText(tt.text)
		if len(a.Causes) == 0 || a.Causes[0].ID != tt.cause || a.Causes[0].Certainty != tt.certainty {
			t.Errorf("%q: %s %+v, want %s %s", tt.text, a.Meaning, a.Causes, tt.cause, tt.certainty)
		}
	}
}
