package lab

var resetOneNameAlike = Fault{
	Name:  "reset-one-name-alike",
	Title: "hellos with one name are reset, and nothing tells by whom",
	Want:  notLocated("middlebox.reset"),
	Start: boxedName(when(sight.filtered, reset)),
}
