package lab

import (
	"context"

	"github.com/parley-tls/parley"
)

// endTLSBeforeTheOrigin is an edge as it should be, and the server behind it,
// whose certificate nobody renewed: clients of the name do not see it.
var endTLSBeforeTheOrigin = Fault{
	Name:  "end-tls-before-the-origin",
	Title: "the edge answers; the origin's certificate has expired",
	Want:  Want{Cause: "edge.answers-instead", Side: parley.ServerSide, Certainty: parley.Seen, Exit: 1},
	Start: func(ctx context.Context, l *Lab) (Target, error) {
		p, err := newPKI("practice")
		if err != nil {
			return Target{}, err
		}
		edge, err := p.signed()
		if err != nil {
			return Target{}, err
		}
		origin, err := p.signed(p.lasting(-95, -5))
		if err != nil {
			return Target{}, err
		}
		front, err := l.serve(ctx, serveTLS(edge.config()))
		if err != nil {
			return Target{}, err
		}
		behind, err := l.serve(ctx, serveTLS(origin.config()))
		return Target{Address: front.String(), Origin: behind.String(), SNI: Name, CA: edge.ca}, err
	},
}
