package survey

import (
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

func TestCredentialsAreAskedForWhereNothingElseDid(t *testing.T) {
	t.Parallel()
	yes := parley.Fact{Is: parley.Yes}
	column12 := parley.Column{Accepted: yes, Suites: parley.Listed[iana.Suite](0xc02b, 0xc02f)}
	column13 := parley.Column{Accepted: yes, Suites: parley.Listed[iana.Suite](0x1301)}
	rsa, ecdsa := parley.Chain{Key: iana.KeyRSA}, parley.Chain{Key: iana.KeyECDSA}
	for _, tt := range []struct {
		name    string
		accepts map[iana.Version]parley.Column
		chains  []parley.Chain
		want    int
		version iana.Version
	}{
		{"one key in clear", map[iana.Version]parley.Column{iana.TLS12: column12, iana.TLS13: column13}, []parley.Chain{rsa}, 0, 0},
		{"two keys in clear", map[iana.Version]parley.Column{iana.TLS12: column12, iana.TLS13: column13}, []parley.Chain{rsa, ecdsa}, 2, iana.TLS12},
		{"1.3 alone", map[iana.Version]parley.Column{iana.TLS13: column13}, nil, 2, iana.TLS13},
		{"nothing", nil, nil, 0, 0},
	} {
		n := LearnCredentials(Plan{Depth: DepthFull, Pace: PaceUsual}, &parley.Server{Accepts: tt.accepts, Chains: tt.chains})
		asks := n.Next()
		if len(asks) != tt.want {
			t.Errorf("%s: %d attempts, want %d", tt.name, len(asks), tt.want)
		}
		for _, a := range asks {
			_, staple := a.Hello.Extension(iana.ExtStatusRequest)
			_, timestamps := a.Hello.Extension(iana.ExtSCT)
			if !staple || !timestamps || a.Part.Version != tt.version || (a.Until == parley.StopFinished) != (tt.version == iana.TLS13) {
				t.Errorf("%s: %+v", tt.name, a)
			}
		}
	}
}
