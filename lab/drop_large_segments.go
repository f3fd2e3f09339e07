package lab

var dropLargeSegments = Fault{
	Name:  "drop-large-segments",
	Title: "a box drops segments of more than 1,200 bytes",
	Want:  located("middlebox.large-clienthello"),
	Start: behindBox(when(func(s sight) bool { return s.large() && s.whole }, stayQuiet)),
}
