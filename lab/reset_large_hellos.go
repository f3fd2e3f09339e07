package lab

var resetLargeHellos = Fault{
	Name:  "reset-large-hellos",
	Title: "a box resets hellos of more than 1,200 bytes",
	Want:  located("middlebox.large-clienthello"),
	Start: behindBox(when(sight.large, resetAs(boxTTL))),
}
