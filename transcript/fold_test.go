package transcript

import (
	"strings"
	"testing"
)

const wideLines = `client java7
server 192.0.2.7:443 shop.example

base x2
< ServerHello  version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 renegotiation_info
               extended_master_secret downgrade=1.2 key_share=x25519:32  after 2.1 ms
< Certificate  cert=rsa-2048,ecdsa_secp256r1_sha256,shop.parley.test,*.parley.test,localhost
                                                                 after 2.1 ms
< ServerHelloDone                                               after 2.1 ms

base + version 1.2 + suite TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 + group x25519 connect=0.2
< Alert        fatal protocol_version(70)
`

func TestAFoldedTranscriptIsNoWiderThanAskedAndReadsTheSame(t *testing.T) {
	t.Parallel()
	before, err := Parse(wideLines)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{60, 72, 80} {
		folded := Fold(wideLines, n)
		for l := range strings.SplitSeq(folded, "\n") {
			if len(l) > n {
				t.Errorf("%d columns, want at most %d: %s", len(l), n, l)
			}
		}
		after, err := Parse(folded)
		if err != nil {
			t.Fatalf("to %d columns: %v\n%s", n, err, folded)
		}
		if got, want := after.String(), before.String(); got != want {
			t.Errorf("to %d columns it reads otherwise:\n%s\nwant:\n%s", n, got, want)
		}
	}
	if got := Fold(wideLines, 100); got != wideLines {
		t.Errorf("what fits is changed:\n%s", got)
	}
}
