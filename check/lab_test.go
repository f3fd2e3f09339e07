package check_test

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/check"
	"github.com/parley-tls/parley/knowledge/clients"
	"github.com/parley-tls/parley/lab"
	"github.com/parley-tls/parley/probe"
	"github.com/parley-tls/parley/trust"
)

// atFault starts a fault of the lab and returns the options of the check that
// diagnoses it.
func atFault(t *testing.T, name string) check.Options {
	t.Helper()
	l := lab.New()
	t.Cleanup(l.Close)
	return atFaultOf(t, l, name)
}

// atFaultOf is atFault in a lab whose certificates are made once.
func atFaultOf(t *testing.T, l *lab.Lab, name string) check.Options {
	t.Helper()
	f, err := lab.Get(name)
	if err != nil {
		t.Fatal(err)
	}
	target, err := f.Start(context.Background(), l)
	if err != nil {
		t.Fatal(err)
	}
	o := check.Options{
		Target: target.Address, SNI: target.SNI, Connect: target.Origin, Compare: target.Origin != "", ALPN: target.ALPN, StartTLS: target.StartTLS, Now: time.Now(),
		Prober: &probe.Prober{Dialer: &loopbackOnly{Dialer: net.Dialer{ControlContext: probe.Control}}},
	}
	if roots, err := trust.Certificates([]byte(target.CA)); err == nil {
		o.Trust = []parley.Store{{Name: "--ca ca.pem", Roots: roots}}
	}
	o.FetchIssuers, o.Resume = target.AIA, target.Resume
	if target.Trust != nil {
		o.Trust = target.Trust
	}
	switch {
	case len(target.Hello) > 0:
		o.OwnName = true
		o.Client, err = clients.FromBytes(target.Hello)
	case f.As != "":
		o.Client, err = clients.Get(string(f.As))
	default:
		o.Panel = clients.Panel()
	}
	if err != nil {
		t.Fatal(err)
	}
	if target.ClientCert != "" {
		o.Cert, err = check.ReadClientCert(check.PEMFile{Name: "client.pem", Data: []byte(target.ClientCert)}, check.PEMFile{Name: "client.key", Data: []byte(target.ClientKey)})
		if err != nil {
			o.Unusable = err.Error()
		}
	}
	if target.Proxy != "" {
		o.Proxies = []string{"", target.Proxy}
	}
	if target.Resolver != "" {
		o.Prober.Resolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&loopbackOnly{}).DialContext(ctx, network, target.Resolver)
		}}
	}
	return o
}
