package lab

import "context"

var serve12 = Fault{
	Name:  "serve-1.2",
	Title: "nothing is wrong: 1.2 only, with ECDHE",
	Start: func(ctx context.Context, l *Lab) (Target, error) { return l.tlsTarget(ctx, upTo12) },
}
