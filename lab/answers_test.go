package lab

import (
	"strings"
	"testing"
)

// exchanges say what each fault answers to which hello, and to which it
// behaves. The answer is that of answer.String, or a beginning of it.
var exchanges = []struct {
	fault string
	say   []byte
	want  string
}{
	{"accept-1.0-and-1.1", offerToday.Record(), "alert 70"},
	{"accept-1.0-and-1.1", offerOld.Record(), "flight 1.0"},
	{"accept-1.0-and-1.1", Offer12.Record(), "flight 1.1"},
	{"accept-only-1.0", offerToday.Record(), "alert 70"},
	{"accept-only-1.0", Offer12.Record(), "flight 1.0"},
	{"answer-amqp", offerToday.Record(), `"AMQP\x00\x00\t\x01"`},
	{"answer-ftp", []byte("QUIT\r\n"), `"220 (vsFTPd 3.0.3)\r\n221 `},
	{"answer-http", offerToday.Record(), `"HTTP/1.1 400 `},
	{"answer-http", []byte("GET / HTTP/1.0\r\n\r\n"), `"HTTP/1.1 200 `},
	{"answer-imap", []byte("a LOGOUT\r\n"), `"* OK [CAPABILITY`},
	{"answer-ldap", offerToday.Record(), `"0$\x02\x01\x00x`},
	{"answer-mqtt", offerToday.Record(), `" \x02\x00\x01"`},
	{"answer-mysql", offerToday.Record(), `"J\x00\x00\x00\n8.0.36`},
	{"answer-pop3", []byte("QUIT\r\n"), `"+OK Dovecot ready.\r\n+OK`},
	{"answer-postgres", offerToday.Record(), "fin"},
	{"answer-redis", offerToday.Record(), `"-ERR Protocol error`},
	{"answer-smtp", []byte("QUIT\r\n"), `"220 mail.parley.test`},
	{"answer-ssh", offerToday.Record(), `"SSH-2.0-`},
	{"close-every-hello", offerToday.Record(), "fin"},
	{"close-every-hello", offerOld.Record(), "fin"},
	{"require-1.2", offerOld.Record(), "alert 70"},
	{"require-1.2", Offer12.Record(), "flight 1.2"},
	{"require-1.2", offerToday.Record(), "flight 1.3"},
	{"require-1.2-of-java", offerOld.Record(), "alert 70"},
	{"require-1.2-of-java", Offer12.Record(), "flight 1.2"},
	{"reset-every-hello", offerToday.Record(), "rst"},
	{"reset-every-hello", offerOld.Record(), "rst"},
	{"write-proxy-header", offerToday.Record(), `"PROXY TCP4 192.0.2.1 `},
}

func TestFaultsAnswerAsTheySay(t *testing.T) {
	t.Parallel()
	for _, x := range exchanges {
		t.Run(x.fault+" "+x.want, func(t *testing.T) {
			t.Parallel()
			got := ask(t, start(t, x.fault).Address, x.say).String()
			if !strings.HasPrefix(got, x.want) {
				t.Errorf("answers %s, want %s", got, x.want)
			}
		})
	}
}
