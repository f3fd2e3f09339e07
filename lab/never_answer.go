package lab

import "github.com/parley-tls/parley"

var neverAnswer = Fault{
	Name:  "never-answer",
	Title: "the server accepts TCP and never says a byte",
	Want:  Want{Cause: "server.no-answer", Side: parley.SideUnknown, Certainty: parley.Seen, Exit: 3},
	Start: endWith(stayQuiet),
}
