package lab

import "github.com/parley-tls/parley"

// refuseFallback is a server as it should be: the client's hello says that it
// is a retry at a lower version.
var refuseFallback = Fault{
	Name:  "refuse-fallback",
	Title: "the client retries with 1.2 at a server that has 1.3",
	Want:  Want{Cause: "version.fallback-scsv", Side: parley.ClientSide, Certainty: parley.Proved, Exit: 1},
	Start: withHello(OfferFallback, today),
}
