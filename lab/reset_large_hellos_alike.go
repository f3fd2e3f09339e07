package lab

var resetLargeHellosAlike = Fault{
	Name:  "reset-large-hellos-alike",
	Title: "hellos over 1,200 bytes are reset, and nothing tells by whom",
	Want:  notLocated("middlebox.large-clienthello"),
	Start: behindBox(when(sight.large, reset)),
}
