package lab

import (
	"context"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/parley-tls/parley"
)

var denyTheName = Fault{
	Name:  "deny-the-name",
	Title: "the name has no address: NXDOMAIN",
	Want:  noName,
	Start: unresolved(dnsmessage.RCodeNameError),
}

var noName = Want{Cause: "network.name-not-found", Side: parley.SideUnknown, Certainty: parley.Seen, Exit: 3}

// unresolved is the Start of a name that a resolver answers with code.
func unresolved(code dnsmessage.RCode) func(context.Context, *Lab) (Target, error) {
	return func(ctx context.Context, l *Lab) (Target, error) {
		resolver, err := l.resolve(ctx, "", nil, code)
		return Target{Address: "gone.parley.test:443", Resolver: resolver}, err
	}
}
