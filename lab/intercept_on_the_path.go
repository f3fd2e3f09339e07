package lab

import (
	"context"

	"github.com/parley-tls/parley"
)

// interceptOnThePath answers in the place of every server, as a firewall does
// that nobody configured the client for.
var interceptOnThePath = Fault{
	Name:  "intercept-on-the-path",
	Title: "a firewall ends TLS with certificates of its own",
	Want:  Want{Cause: "middlebox.interception", Side: parley.PathSide, Certainty: parley.Proved, Exit: 1},
	Start: func(ctx context.Context, l *Lab) (Target, error) {
		ids, err := l.identities()
		if err != nil {
			return Target{}, err
		}
		i, err := newInterceptor()
		if err != nil {
			return Target{}, err
		}
		addr, err := l.serve(ctx, serveTLS(i.config()))
		return Target{Address: addr.String(), SNI: Name, CA: ids.rootPEM}, err
	},
}
