package lab

var dropLargeHellos = Fault{
	Name:  "drop-large-hellos",
	Title: "hellos over 1,200 bytes are lost",
	Want:  notLocated("middlebox.large-clienthello"),
	Start: behindBox(when(sight.large, stayQuiet)),
}
