package lab

import "github.com/parley-tls/parley"

var require12OfJava = Fault{
	Name:  "require-1.2-of-java",
	Title: "the server wants 1.2, which the client has and leaves off",
	Want:  Want{Cause: "version.client-pinned", Side: parley.ClientSide, Certainty: parley.Proved, Exit: 1},
	As:    "java7",
	Start: today,
}
