package lab

// serveDHE is the good counterpart of send-dh-1024.
var serveDHE = Fault{
	Name:  "serve-dhe",
	Title: "nothing is wrong: 1.2 with DHE and a prime of 2,048 bits",
	As:    "openssl-3.0",
	Start: scripted(dheTerms(only12, dhPrime2048)),
}
