// Package check answers the question "why does this handshake fail, or does
// it": it reads a target, runs the attempts that a diagnosis asks for within
// a budget, and hands back the answer as a value.
package check

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"sync/atomic"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/probe"
	"github.com/parley-tls/parley/target"
)

// Options say what to check and how.
type Options struct {
	Target  string         // host, host:port, address, or URL
	Client  *parley.Client // the client in question; nil: Panel
	OwnName bool           // the client's hello asks for a name of its own, which stays
	Panel   []*parley.Client
	SNI     string // the server name to ask for, in place of the host
	NoSNI   bool   // ask for none
	Connect string // address[:port] to connect to, in place of what the host resolves to
	// Compare: Connect is the origin behind an edge. What the host resolves to is
	// asked as well, and the two are compared.
	Compare bool
	// Addrs are the addresses of the host, in place of a lookup.
	Addrs  []netip.Addr
	Family int // 4 or 6: only these addresses; 0: both
	ALPN   []string
	// Cert is presented where the server asks for a client certificate; nil: an
	// empty Certificate is. Unusable says why the one that was given cannot be
	// used, and then nothing is asked.
	Cert     *parley.ClientCert
	Unusable string
	// StartTLS is the upgrade to speak before the hello; a URL scheme such as
	// smtp:// says it too.
	StartTLS string
	// Guess: where neither is said, the upgrade is guessed from the port. It is not
	// where the question is about a client that opens with TLS.
	Guess   bool
	Proxies []string      // ways to ask, as URLs; "" is directly; nil: directly
	Timeout time.Duration // of the whole check; 0: 10 s
	Now     time.Time
	Prober  *probe.Prober
	Local   parley.Local
	// Trust are the sets of roots that a server's certificate is judged by, and
	// those that are a second opinion.
	Trust []parley.Store
	// FetchIssuers gets issuers that servers do not send from where their
	// certificates say that they are, over HTTP: other hosts are asked then.
	FetchIssuers bool
	// Resume: the check also resumes a session, with a ticket that it was given.
	Resume bool
	// Progress is called when an attempt ends, from several goroutines.
	Progress func(parley.Reply)

	guessed int                     // connections that the guess took
	broke   *atomic.Pointer[string] // the first panic of a goroutine of Run
}

// Connections is how many connections a check opens to one address at most.
const Connections = 15

// proofReserve of them are kept for the final proof.
const proofReserve = 4

// question is what the options say of the target.
func (o *Options) question() *target.Question {
	return &target.Question{
		Text: o.Target, SNI: o.SNI, NoSNI: o.NoSNI, Connect: o.Connect, Compare: o.Compare, Addrs: o.Addrs, Family: o.Family,
		StartTLS: o.StartTLS, Proxies: o.Proxies, Local: o.Local,
	}
}

// target reads the options' target, and which server name to ask for.
func (o *Options) target() (parley.Target, error) {
	t, err := o.question().Target()
	if err != nil {
		return t, err
	}
	if err := o.speaks(t); err != nil {
		return t, err
	}
	if o.OwnName && t.Name == "" && !o.NoSNI && o.Client != nil && len(o.Client.Hellos) > 0 && o.Client.Hellos[0].Message != nil {
		t.Name, _ = o.Client.Hellos[0].Message.ServerName()
	}
	if p := target.Protocol(t); p != "" && o.ALPN == nil && t.StartTLS == "" {
		o.ALPN = []string{p}
	}
	return t, o.protocols()
}

// speaks looks whether somebody in question speaks over the target's transport.
func (o *Options) speaks(t parley.Target) error {
	over := func(c *parley.Client) bool {
		return len(c.Hellos) > 0 && (parley.TransportOf(c.Hellos[0].Message) == parley.TransportDTLS) == (t.Transport == parley.TransportDTLS)
	}
	switch {
	case o.Client != nil && t.Transport == parley.TransportDTLS && !over(o.Client):
		return fmt.Errorf("the hello of %s is of TLS, which goes over TCP; %s is over DTLS", o.Client.ID, t.Text)
	case o.Client != nil && !over(o.Client):
		return fmt.Errorf("the hello of %s is of DTLS; dtls://HOST:PORT is a target for it", o.Client.ID)
	case t.Transport == parley.TransportDTLS && o.Cert != nil:
		return fmt.Errorf("a certificate of the client comes after what parley can follow over DTLS; parley check %s without it goes that far", t.Text)
	}
	return nil
}

// protocols looks whether a hello can carry the application protocols.
func (o *Options) protocols() error {
	if o.ALPN != nil && len(o.ALPN) == 0 {
		return errors.New("no application protocol is named")
	}
	for _, p := range o.ALPN {
		if len(p) == 0 || len(p) > 255 { // RFC 7301, Section 3.1
			return fmt.Errorf("an application protocol of %d bytes, want 1 to 255", len(p))
		}
	}
	if len(strings.Join(o.ALPN, " ")) > 1<<14 {
		return errors.New("the list of application protocols is too long for a hello")
	}
	return nil
}
