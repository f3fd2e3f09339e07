package lab

var serveToday = Fault{
	Name:  "serve-today",
	Title: "nothing is wrong: 1.2 and 1.3, an RSA certificate",
	Start: today,
}
