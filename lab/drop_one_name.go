package lab

var dropOneName = Fault{
	Name:  "drop-one-name",
	Title: "hellos that ask for one server name are lost",
	Want:  notLocated("middlebox.reset"),
	Start: boxedName(when(sight.filtered, stayQuiet)),
}
