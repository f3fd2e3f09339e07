package diagnose_test

import (
	"strings"
	"testing"

	"github.com/parley-tls/parley/diagnose"
)

func TestAnEdgeIsNamedByItsOwnCertificate(t *testing.T) {
	t.Parallel()
	res := diagnose.Step(evidence(t, `
client openssl-3.0
now 2026-11-22
certificate root  ca
certificate edge  by=root names=*.cloudfront.net
certificate leaf  by=root names=shop.example
trust system root
target shop.example:443 host=shop.example port=443 name=shop.example origin=192.0.2.9:443
server 192.0.2.7:443 shop.example

base until=finished
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
< Certificate  cert=edge encrypted
< Finished  encrypted
stopped

server 192.0.2.9:443 shop.example

base until=finished
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
< Certificate  cert=leaf encrypted
< Finished  encrypted
stopped
`))
	if got := told(res); got != "edge.answers-instead, side server, seen" {
		t.Fatalf("got %s, want edge.answers-instead", got)
	}
	f := res.Findings[0]
	if got := f.Because[0].Text; !strings.Contains(got, "192.0.2.7:443 (CloudFront)") {
		t.Errorf("got %q, want CloudFront in it", got)
	}
	if got := f.Intents[0].Plain; !strings.Contains(got, "edge, CloudFront,") {
		t.Errorf("got %q, want that the edge is to be changed", got)
	}
	if len(f.Symptoms) != 1 || f.Symptoms[0].Cause != "name.mismatch" {
		t.Errorf("got %v, want name.mismatch as the one symptom", f.Symptoms)
	}
}
