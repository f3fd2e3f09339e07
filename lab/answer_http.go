package lab

var answerHTTP = Fault{
	Name:  "answer-http",
	Title: "a web server answers in clear",
	Want:  plainSeen,
	Start: plainPeer{reply: func(in []byte) (string, bool) {
		switch verb(in) {
		case "GET", "HEAD":
			return "HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Type: text/plain\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n", false
		}
		return "HTTP/1.1 400 Bad Request\r\nServer: nginx\r\nContent-Type: text/html\r\nContent-Length: 16\r\nConnection: close\r\n\r\n<h1>Bad</h1>\r\n\r\n", false
	}}.start,
}
