package wire

import (
	"bytes"
	"reflect"
	"slices"
	"testing"

	"github.com/parley-tls/parley/iana"
)

var ssl2Hello = &SSL2ClientHello{
	Version: iana.SSL2, Kinds: []iana.SSL2Suite{0x010080, 0x0700c0}, SessionID: []byte{}, Challenge: bytes.Repeat([]byte{0xc4}, 16),
}

var ssl2Answer = &SSL2ServerHello{
	CertificateType: 1, Version: iana.SSL2, Certificate: []byte{0x30, 0}, Kinds: []iana.SSL2Suite{0x0700c0},
	ConnectionID: bytes.Repeat([]byte{0x1d}, 16),
}

func TestAnSSL2HelloAndAnswerAreReadAsTheyWereWritten(t *testing.T) {
	t.Parallel()
	hello := decodeAll(FromClient, AppendSSL2ClientHello(nil, ssl2Hello))
	if len(hello) != 1 || hello[0].Kind != KindSSL2 || !reflect.DeepEqual(hello[0].Message, ssl2Hello) {
		t.Errorf("hello: %+v", hello)
	}
	answer := decodeAll(FromServer, AppendSSL2ServerHello(nil, ssl2Answer))
	if len(answer) != 1 || answer[0].Kind != KindSSL2 || !reflect.DeepEqual(answer[0].Message, ssl2Answer) {
		t.Errorf("answer: %+v", answer)
	}
	padded := decodeAll(FromClient, AppendSSL2Padded(nil, ssl2Hello.Body(), 5))
	if len(padded) != 1 || !reflect.DeepEqual(padded[0].Message, ssl2Hello) {
		t.Errorf("hello behind a header of three bytes: %+v", padded)
	}
	refusal := decodeAll(FromServer, []byte{0x80, 3, 0, 0, 1})
	if len(refusal) != 1 || !reflect.DeepEqual(refusal[0].Message, &SSL2Error{Code: 1}) {
		t.Errorf("error: %+v", refusal)
	}
}

func TestAnSSL2HelloMayOfferTLSAndBeFollowedByIt(t *testing.T) {
	t.Parallel()
	h := &SSL2ClientHello{Version: iana.TLS10, Kinds: []iana.SSL2Suite{0x00002f, 0x010080, 0x00000a}, Challenge: make([]byte, 16)}
	stream := AppendSSL2ClientHello(nil, h)
	stream = AppendRecord(stream, Record{Type: iana.ContentAlert, Version: iana.TLS10, Payload: []byte{2, 40}})
	items := decodeAll(FromClient, stream)
	if len(items) != 2 || items[0].Kind != KindSSL2 || items[1].Kind != KindAlert {
		t.Fatalf("read as\n%s", describeItems(items))
	}
	if got := items[0].Message.(*SSL2ClientHello).Suites(); !slices.Equal(got, []iana.Suite{0x2f, 0x0a}) {
		t.Errorf("suites %v", got)
	}
}

func TestEveryTruncationOfSSL2IsReportedAsOne(t *testing.T) {
	t.Parallel()
	streams := map[Sender][]byte{FromClient: AppendSSL2ClientHello(nil, ssl2Hello), FromServer: AppendSSL2ServerHello(nil, ssl2Answer)}
	for from, stream := range streams {
		for n := 1; n < len(stream); n++ {
			items := decodeAll(from, stream[:n])
			missing := len(stream) - n
			if n == 1 {
				missing = 1 // of the header
			}
			if len(items) != 1 || items[0].Kind != KindTruncated || items[0].Missing != missing {
				t.Errorf("%v cut at %d: %s", from, n, describeItems(items))
			}
		}
	}
}

func TestAfterAnSSL2ServerHelloRecordsAreOpaque(t *testing.T) {
	t.Parallel()
	stream := AppendSSL2Record(AppendSSL2ServerHello(nil, ssl2Answer), []byte{0x99, 0x98})
	items := decodeAll(FromServer, stream)
	if len(items) != 2 || items[1].Kind != KindSSL2 || items[1].Message != nil || !bytes.Equal(items[1].Raw, []byte{0x99, 0x98}) {
		t.Errorf("read as\n%s", describeItems(items))
	}
}
