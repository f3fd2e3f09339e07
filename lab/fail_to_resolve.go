package lab

import "golang.org/x/net/dns/dnsmessage"

var failToResolve = Fault{
	Name:  "fail-to-resolve",
	Title: "the resolver answers that it failed: SERVFAIL",
	Want:  noName,
	Start: unresolved(dnsmessage.RCodeServerFailure),
}
