package lab

var closeEveryHello = Fault{
	Name:  "close-every-hello",
	Title: "every hello is answered by closing the connection",
	Want:  dropped,
	Start: endWith(hangUp),
}
