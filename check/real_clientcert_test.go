package check_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/check"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/internal/peers"
)

// askingStacks are those whose servers are asked about client certificates;
// what each was seen to do is in internal/peers/testdata/clientauth.txt.
var askingStacks = []peers.Stack{
	peers.OpenSSL, peers.Nginx, peers.Apache, peers.HAProxy, peers.Go, peers.Java, peers.GnuTLS, peers.NSS, peers.Node8, peers.Node20,
}

var (
	certRequired      = want{"clientcert.required", parley.ClientSide, parley.Proved, 1}
	certRequiredSeen  = want{"clientcert.required", parley.ClientSide, parley.Seen, 1}
	certRequiredGuess = want{"clientcert.required", parley.ClientSide, parley.Inferred, 1}
	certUntrusted     = want{"clientcert.untrusted", parley.SideUnknown, parley.Proved, 1}
	certUntrustedSeen = want{"clientcert.untrusted", parley.SideUnknown, parley.Seen, 1}
	certExpired       = want{"clientcert.untrusted", parley.ClientSide, parley.Proved, 1}
	certExpiredSeen   = want{"clientcert.untrusted", parley.ClientSide, parley.Seen, 1}
	certRenegotiation = want{"clientcert.renegotiation", parley.ServerSide, parley.Seen, 1}
	certPostHandshake = want{"clientcert.post-handshake-auth", parley.ServerSide, parley.Seen, 1}
)

// demand is a server that asks for a client certificate, and a check of it.
type demand struct {
	stack    peers.Stack
	version  iana.Version
	auth     peers.ClientAuth
	presents peers.ClientKind // empty: none
	want     want
}

// demands are all stacks in both versions: without a certificate a server that
// leaves it to the client is fine and one that requires it is not; one that
// does not verify is refused either way.
func demands() []demand {
	var all []demand
	for _, stack := range askingStacks {
		for _, version := range ids(iana.TLS12, iana.TLS13) {
			if stack == peers.Node8 && version == iana.TLS13 {
				continue
			}
			required, untrusted, expired := certRequired, certUntrusted, certExpired
			lenient := peers.Optional
			switch {
			case stack == peers.Nginx: // completes every handshake, and answers with 400
				required, untrusted, expired = certRequiredSeen, certUntrustedSeen, certExpiredSeen
			case stack == peers.NSS && version == iana.TLS12: // 42 to none, and to any that is self-signed
				required = certRequiredGuess
			case stack == peers.Node8 || stack == peers.Node20: // verifies all or nothing
				lenient = peers.Asked
			}
			all = append(all,
				demand{stack: stack, version: version, auth: lenient},
				demand{stack: stack, version: version, auth: lenient, presents: peers.TrustedClient},
				demand{stack: stack, version: version, auth: peers.Required, presents: peers.TrustedClient},
				demand{stack: stack, version: version, auth: peers.Required, want: required},
				demand{stack: stack, version: version, auth: peers.Required, presents: peers.UntrustedClient, want: untrusted},
				demand{stack: stack, version: version, auth: peers.Required, presents: peers.ExpiredClient, want: expired},
			)
		}
	}
	return append(all,
		demand{stack: peers.Apache, version: iana.TLS12, auth: peers.RequiredLater, want: certRenegotiation},
		demand{stack: peers.Apache, version: iana.TLS13, auth: peers.RequiredLater, want: certPostHandshake},
		demand{stack: peers.NSS, version: iana.TLS12, auth: peers.RequiredLater, want: certRenegotiation},
	)
}

// awaited are the causes that no check names yet: rows that want one of them
// do not run. It becomes shorter as they come.
var awaited = []parley.CauseID{
	"clientcert.required", "clientcert.untrusted", "clientcert.renegotiation", "clientcert.post-handshake-auth",
}

// present gives a check a client certificate; nil as long as a check takes none.
var present func(o *check.Options, kind peers.ClientKind) error

func TestAServerThatAsksForAClientCertificateIsToldFromOneThatRequiresIt(t *testing.T) {
	for _, a := range demands() {
		if slices.Contains(awaited, a.want.cause) || a.presents != "" && present == nil {
			continue
		}
		t.Run(fmt.Sprintf("%s/%s/%s/%s", a.stack, a.version, a.auth, a.presents), func(t *testing.T) {
			t.Parallel()
			s := peers.Start(t, a.stack, peers.Config{Versions: ids(a.version), ClientAuth: a.auth})
			o := options(t, pair{}, s.Addr)
			if a.presents != "" {
				if err := present(&o, a.presents); err != nil {
					t.Fatal(err)
				}
			}
			got, err := check.Run(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			if said, want := answer(got), a.want.String(); said != want {
				t.Errorf("got  %s\nwant %s\n%s%s", said, want, trail(got), s.Version)
			}
		})
	}
}
