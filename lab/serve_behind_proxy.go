package lab

import "context"

var serveBehindProxy = Fault{
	Name:  "serve-behind-proxy",
	Title: "nothing is wrong: a proxy does CONNECT",
	Start: func(ctx context.Context, l *Lab) (Target, error) {
		return behindProxy(ctx, l, "http", httpProxy(tunnel))
	},
}
