package lab

import (
	"context"
	"crypto/tls"
	"net"
	"net/netip"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// requireServerNameOfJava is asked for by a name, by a client that sends none.
// It accepts 1.0, or Java 6 would not come as far.
var requireServerNameOfJava = Fault{
	Name:  "require-server-name-of-java",
	Title: "the client knows the server name and does not send it",
	Want:  needsName,
	As:    "java6",
	Start: func(ctx context.Context, l *Lab) (Target, error) {
		t, err := l.tlsTarget(ctx, oldConfig(tls.VersionTLS10, tls.VersionTLS12), func(h *wire.ClientHello) ending {
			if _, sent := h.ServerName(); !sent {
				return refuse(iana.AlertUnrecognizedName)
			}
			return nil
		})
		if err != nil {
			return Target{}, err
		}
		return l.named(ctx, t)
	},
}

// named gives t, which is at 127.0.0.1, the name of the lab.
func (l *Lab) named(ctx context.Context, t Target) (Target, error) {
	_, port, err := net.SplitHostPort(t.Address)
	if err != nil {
		return Target{}, err
	}
	t.Address, t.Addresses = net.JoinHostPort(Name, port), []netip.Addr{loopback}
	t.Resolver, err = l.resolve(ctx, Name, t.Addresses, dnsmessage.RCodeNameError)
	return t, err
}
