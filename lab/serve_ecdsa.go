package lab

import "context"

var serveECDSA = Fault{
	Name:  "serve-ecdsa",
	Title: "nothing is wrong: 1.2 and 1.3, an ECDSA certificate",
	Start: func(ctx context.Context, l *Lab) (Target, error) { return l.tlsTarget(ctx, ecdsaConfig) },
}
