package check_test

import (
	"crypto"
	"fmt"
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
	// The server names its CAs, and the issuer is none of them.
	certUntrusted     = want{"clientcert.untrusted", parley.ClientSide, parley.Proved, 1}
	certUntrustedSeen = want{"clientcert.untrusted", parley.ClientSide, parley.Seen, 1}
	// The issuer has the name of one of them: what is not the same about it is
	// not on the wire.
	certStale         = want{"clientcert.untrusted", parley.SideUnknown, parley.Proved, 1}
	certStaleSeen     = want{"clientcert.untrusted", parley.SideUnknown, parley.Seen, 1}
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
			required, untrusted, stale := certRequired, certUntrusted, certStale
			own, selfSigned, serverOnly := untrusted, untrusted, untrusted
			lenient := peers.Optional
			switch {
			case stack == peers.Nginx: // completes every handshake, and answers with 400
				required, untrusted, stale = certRequiredSeen, certUntrustedSeen, certStaleSeen
				own, selfSigned, serverOnly = untrusted, untrusted, untrusted
			case stack == peers.NSS && version == iana.TLS12: // 42 to none, and to any that is self-signed
				required, selfSigned = certRequiredGuess, certUntrustedSeen
			case stack == peers.GnuTLS: // looks at no extended key usage
				serverOnly = want{}
			case stack == peers.Node8 || stack == peers.Node20: // verifies all or nothing
				lenient = peers.Asked
			}
			if stack == peers.Node8 { // the name in its list of CAs cannot be read
				untrusted, selfSigned = certStale, certStale
			}
			all = append(all,
				demand{stack: stack, version: version, auth: lenient},
				demand{stack: stack, version: version, auth: lenient, presents: peers.TrustedClient},
				demand{stack: stack, version: version, auth: peers.Required, presents: peers.TrustedClient},
				demand{stack: stack, version: version, auth: peers.Required, want: required},
				demand{stack: stack, version: version, auth: peers.Required, presents: peers.UntrustedClient, want: untrusted},
				demand{stack: stack, version: version, auth: peers.Required, presents: peers.ExpiredClient, want: own},
				demand{stack: stack, version: version, auth: peers.Required, presents: peers.StaleClient, want: stale},
				demand{stack: stack, version: version, auth: peers.Required, presents: peers.SelfSignedClient, want: selfSigned},
				demand{stack: stack, version: version, auth: peers.Required, presents: peers.ServerOnlyClient, want: serverOnly},
			)
		}
	}
	return append(all,
		demand{stack: peers.Apache, version: iana.TLS12, auth: peers.RequiredLater, want: certRenegotiation},
		demand{stack: peers.Apache, version: iana.TLS13, auth: peers.RequiredLater, want: certPostHandshake},
		demand{stack: peers.NSS, version: iana.TLS12, auth: peers.RequiredLater, want: certRenegotiation},
	)
}

// present gives a check a client certificate.
func present(o *check.Options, kind peers.ClientKind) error {
	c, err := peers.Client(kind)
	if err != nil {
		return err
	}
	o.Cert = &parley.ClientCert{Name: string(kind) + ".pem", Chain: c.Certificate, Key: c.PrivateKey.(crypto.Signer)}
	return nil
}

func TestAServerThatAsksForAClientCertificateIsToldFromOneThatRequiresIt(t *testing.T) {
	// One server each, which all certificates are presented to: to start one
	// takes longer than to check it.
	var servers []string
	of := map[string][]demand{}
	for _, a := range demands() {
		at := fmt.Sprintf("%s/%s/%s", a.stack, a.version, a.auth)
		if of[at] == nil {
			servers = append(servers, at)
		}
		of[at] = append(of[at], a)
	}
	for _, at := range servers {
		t.Run(at, func(t *testing.T) {
			t.Parallel()
			first := of[at][0]
			s := peers.Start(t, first.stack, peers.Config{Versions: ids(first.version), ClientAuth: first.auth})
			for _, a := range of[at] {
				t.Run(string(a.presents), func(t *testing.T) { a.meet(t, s) })
			}
		})
	}
}

func (a demand) meet(t *testing.T, s *peers.Server) {
	o := options(t, pair{}, s.Addr)
	o.Target = "https://" + o.Target
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
	samePairs(t, got)
	if got.Connections > check.Connections {
		t.Errorf("%d connections, want at most %d", got.Connections, check.Connections)
	}
}
