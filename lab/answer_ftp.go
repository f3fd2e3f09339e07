package lab

var answerFTP = Fault{
	Name:  "answer-ftp",
	Title: "an FTP server answers in clear and has no AUTH TLS",
	Want:  plainSeen,
	Start: plainPeer{
		greeting: "220 (vsFTPd 3.0.3)\r\n",
		reply: func(in []byte) (string, bool) {
			switch verb(in) {
			case "FEAT":
				return "211-Features:\r\n PASV\r\n SIZE\r\n UTF8\r\n211 End\r\n", true
			case "QUIT":
				return "221 Goodbye.\r\n", false
			}
			return "530 Please login with USER and PASS.\r\n", true
		},
	}.start,
}
