package lab

var ignoreHellosWith13 = Fault{
	Name:  "ignore-hellos-with-1.3",
	Title: "the server falls silent when a hello mentions 1.3",
	Want:  intolerant,
	Start: intolerantOf13(stayQuiet),
}
