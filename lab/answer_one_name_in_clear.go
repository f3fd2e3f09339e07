package lab

import "github.com/parley-tls/parley"

var answerOneNameInClear = Fault{
	Name:  "answer-one-name-in-clear",
	Title: "a page in clear text answers for one server name",
	Want:  Want{Cause: "middlebox.plain-reply", Side: parley.SideUnknown, Certainty: parley.Proved, Exit: 1},
	Start: boxedName(when(sight.filtered, answerPage("302 Found", "<html><body>This site is not allowed here.</body></html>\n"))),
}
