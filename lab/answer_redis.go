package lab

// answerRedis answers a hello at once. Redis waits for a line feed, which
// nearly every hello has somewhere in its random bytes.
var answerRedis = Fault{
	Name:  "answer-redis",
	Title: "a Redis server answers in clear",
	Want:  plainSeen,
	Start: plainPeer{reply: func(in []byte) (string, bool) {
		switch {
		case isTLS(in):
			return "-ERR Protocol error: unbalanced quotes in request\r\n", false
		case verb(in) == "PING" || word(in, 2) == "PING":
			return "+PONG\r\n", true
		}
		return "-ERR unknown command, with args beginning with: \r\n", true
	}}.start,
}
