package lab

var resetOneName = Fault{
	Name:  "reset-one-name",
	Title: "a box resets hellos that ask for one server name",
	Want:  located("middlebox.reset"),
	Start: boxedName(when(sight.filtered, resetAs(boxTTL))),
}
