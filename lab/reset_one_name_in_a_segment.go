package lab

var resetOneNameInASegment = Fault{
	Name:  "reset-one-name-in-a-segment",
	Title: "a box resets a server name that it reads in one segment",
	Want:  located("middlebox.reset"),
	Start: boxedName(when(func(s sight) bool { return s.filtered() && s.whole }, reset)),
}
