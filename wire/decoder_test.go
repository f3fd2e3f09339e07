package wire

import (
	"bytes"
	"strings"
	"testing"

	"github.com/parley-tls/parley/iana"
)

func rec(typ iana.ContentType, payload ...byte) []byte {
	return AppendRecord(nil, Record{Type: typ, Version: iana.TLS12, Payload: payload})
}

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

// serverHello is a ServerHello record that selects v and a suite.
func serverHello(v iana.Version, retry bool) []byte {
	h := &ServerHello{LegacyVersion: min(v, iana.TLS12), Suite: 0xc02f, OmitExtensions: true}
	if v == iana.TLS13 {
		h.Suite, h.OmitExtensions = 0x1301, false
		h.Extensions = []Extension{{Type: iana.ExtSupportedVersions, Data: []byte{3, 4}}}
	}
	if retry {
		h.Random = HelloRetryRequestRandom
	}
	return rec(iana.ContentHandshake, h.Message()...)
}

// kinds lists the items in short.
func kinds(items []Item) string {
	var out []string
	for _, it := range items {
		s := it.Kind.String()
		if it.HasType {
			s += " " + it.Type.String()
		}
		if it.Kind == KindAlert {
			s += " " + it.Alert.String()
		}
		out = append(out, s)
	}
	return strings.Join(out, ", ")
}

func TestTheDecoderTellsWhatFollowsAServerHello(t *testing.T) {
	t.Parallel()
	ccs, warning, fatal := rec(iana.ContentChangeCipherSpec, 1), rec(iana.ContentAlert, 1, 112), rec(iana.ContentAlert, 2, 40)
	finished := rec(iana.ContentHandshake, bytes.Repeat([]byte{0xaa}, 40)...)
	data := rec(iana.ContentApplicationData, 1, 2, 3)
	done := AppendMessage(nil, iana.TypeServerHelloDone, nil)
	hello12, hello13 := serverHello(iana.TLS12, false), serverHello(iana.TLS13, false)
	tests := []struct {
		name   string
		stream []byte
		want   string
	}{
		{"a warning before the hello", join(warning, hello12), "alert warning unrecognized_name(112), handshake server_hello"},
		{"several alerts in one record", rec(iana.ContentAlert, 1, 112, 2, 40), "alert warning unrecognized_name(112), alert fatal handshake_failure(40)"},
		{"an alert over two records", join(rec(iana.ContentAlert, 2), rec(iana.ContentAlert, 40)), "alert fatal handshake_failure(40)"},
		{"half an alert", rec(iana.ContentAlert, 2), "truncated"},
		{"an empty alert record", rec(iana.ContentAlert), "malformed"},
		{"several messages in one record", rec(iana.ContentHandshake, join(hello12[5:], done)...), "handshake server_hello, handshake server_hello_done"},
		{
			"an alert inside a message", join(rec(iana.ContentHandshake, hello12[5:9]...), fatal, rec(iana.ContentHandshake, hello12[9:]...)),
			"alert fatal handshake_failure(40), handshake server_hello",
		},
		{"empty records", join(rec(iana.ContentHandshake), hello12, rec(iana.ContentApplicationData)), "handshake server_hello, application_data"},
		{"resumption in 1.2", join(hello12, ccs, finished, data), "handshake server_hello, change_cipher_spec, encrypted handshake, application_data"},
		{"an encrypted alert in 1.2", join(hello12, ccs, rec(iana.ContentAlert, make([]byte, 26)...)), "handshake server_hello, change_cipher_spec, encrypted alert"},
		{"an alert in clear after encrypted records in 1.2", join(hello12, ccs, finished, fatal), "handshake server_hello, change_cipher_spec, encrypted handshake, alert fatal handshake_failure(40)"},
		{"1.3", join(hello13, ccs, data, data), "handshake server_hello, change_cipher_spec, application_data, application_data"},
		{"an alert in clear after encrypted records in 1.3", join(hello13, ccs, data, fatal), "handshake server_hello, change_cipher_spec, application_data, alert fatal handshake_failure(40)"},
		{"HelloRetryRequest", join(serverHello(iana.TLS13, true), ccs, hello13, data), "handshake server_hello, change_cipher_spec, handshake server_hello, application_data"},
		{"a ChangeCipherSpec of two bytes", rec(iana.ContentChangeCipherSpec, 1, 1), "malformed"},
		{"a heartbeat", rec(iana.ContentHeartbeat, 1, 0, 0), "heartbeat"},
		{"a record of type 26", join(hello12, rec(26, 1)), "handshake server_hello, unknown record"},
		{"a message that makes no sense", rec(iana.ContentHandshake, 2, 0, 0, 1, 0xff), "malformed server_hello"},
		{"an unknown message", rec(iana.ContentHandshake, 99, 0, 0, 0), "handshake 0x63"},
		{"a record too long", join(hello12, []byte{22, 3, 3, 0xff, 0xff}), "handshake server_hello, malformed"},
		{"text behind a hello", join(hello12, []byte("HTTP/1.1 400 Bad Request\r\n")), "handshake server_hello, malformed"},
		{"nothing", nil, ""},
	}
	for _, tt := range tests {
		if got := kinds(decodeAll(FromServer, tt.stream)); got != tt.want {
			t.Errorf("%s:\n%s\nwant\n%s", tt.name, got, tt.want)
		}
		var bytewise [][]byte
		for i := range tt.stream {
			bytewise = append(bytewise, tt.stream[i:i+1])
		}
		if got := kinds(decodeAll(FromServer, bytewise...)); got != tt.want {
			t.Errorf("%s, byte by byte:\n%s\nwant\n%s", tt.name, got, tt.want)
		}
	}
}

func TestTheDecoderOfAClientTellsItsSecondHelloFromAFinished(t *testing.T) {
	t.Parallel()
	hello := rec(iana.ContentHandshake, parseHello(t, "openssl-3.0.22").Message()...)
	ccs := rec(iana.ContentChangeCipherSpec, 1)
	for want, stream := range map[string][]byte{
		"handshake client_hello, change_cipher_spec, handshake client_hello": join(hello, ccs, hello),
		"handshake client_hello, change_cipher_spec, encrypted handshake":    join(hello, ccs, rec(iana.ContentHandshake, bytes.Repeat([]byte{1}, 40)...)),
	} {
		if got := kinds(decodeAll(FromClient, stream)); got != want {
			t.Errorf("%s\nwant\n%s", got, want)
		}
	}
	d := NewDecoder(FromClient)
	d.SetNegotiated(iana.TLS12, 0xc02f)
	d.Write(join(hello, ccs, hello))
	var items []Item
	for it, ok := d.Next(); ok; it, ok = d.Next() {
		items = append(items, it)
	}
	if got, want := kinds(items), "handshake client_hello, change_cipher_spec, encrypted handshake"; got != want {
		t.Errorf("once 1.2 is negotiated: %s\nwant\n%s", got, want)
	}
}

func TestTheDecoderKnowsWhatIsNotTLSFromTheFewestBytes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		stream  string
		from    Sender
		decided int // bytes after which it is known not to be TLS; 0 means never
	}{
		{"HTTP/1.1 400 Bad Request\r\n", FromServer, 1},
		{"220 mail.example ESMTP\r\n", FromServer, 4},
		{"-ERR unknown command\r\n", FromServer, 4},
		{"* OK IMAP4 ready\r\n", FromServer, 4},
		{"+OK ready\r\n", FromServer, 4},
		{"SSH-2.0-OpenSSH_9.2\r\n", FromServer, 1},
		{"<?xml version='1.0'?>", FromServer, 4},
		{"\x4a\x00\x00\x00\x0a8.0.36", FromServer, 1},
		{"\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x00\x04\x00\x04\x00", FromServer, 4},
		{"AMQP\x00\x00\x09\x01", FromServer, 1},
		{"\x16\xfe\xff\x00\x00", FromServer, 4},
		{"\x00\x00\x00\x00\x00", FromServer, 3},
		{"GET / HTTP/1.1\r\n", FromClient, 1},
		{"\x80\x2e\x07\x00\x02", FromClient, 3},
		{"\x80\x2e\x01\x47\x45", FromClient, 4},
		{"\x16\x03\x01", FromServer, 0},
		{"\x16\x03", FromServer, 0},
		{"\x16", FromServer, 0},
		{"\x15\x03\x00\x00\x02\x02\x28", FromServer, 0},
		{"\x80\x2e\x01\x00\x02", FromClient, 0},
		{"\x80\x2e\x01\x03\x01", FromClient, 0},
		{"\x80\x2e\x04\x00\x01\x00\x02", FromServer, 0},
	}
	for _, tt := range tests {
		d := NewDecoder(tt.from)
		decided := 0
		for i := range tt.stream {
			d.Write([]byte(tt.stream[i : i+1]))
			it, ok := d.Next()
			if ok && it.Kind == KindNotTLS {
				decided = i + 1
				if string(it.Raw) != tt.stream[:i+1] {
					t.Errorf("%q: raw %q after %d bytes", tt.stream, it.Raw, decided)
				}
			}
		}
		if decided != tt.decided {
			t.Errorf("%q is known not to be TLS after %d bytes, want %d", tt.stream, decided, tt.decided)
		}
		if decided > 0 && string(d.Banner()) != tt.stream {
			t.Errorf("%q: banner %q", tt.stream, d.Banner())
		}
	}
}

func TestTextBehindAHelloIsKeptAsBanner(t *testing.T) {
	t.Parallel()
	d := NewDecoder(FromServer)
	d.Write(append(serverHello(iana.TLS12, false), "HTTP/1.1 4"...))
	d.Next()
	d.Next()
	d.Write([]byte("00 Bad Request"))
	if got, want := string(d.Banner()), "HTTP/1.1 400 Bad Request"; got != want {
		t.Errorf("banner %q, want %q", got, want)
	}
}

func TestAShortTextThatEndsIsNotTLS(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]ItemKind{"22": KindNotTLS, "*": KindNotTLS, "\x16": KindTruncated, "\x15\x03": KindTruncated, "\x80": KindTruncated} {
		items := decodeAll(FromServer, []byte(text))
		if len(items) != 1 || items[0].Kind != want {
			t.Errorf("%q: %s, want %v", text, kinds(items), want)
		}
	}
}

func TestABannerStopsAt4096Bytes(t *testing.T) {
	t.Parallel()
	d := NewDecoder(FromServer)
	for range 3000 {
		d.Write([]byte("220 "))
	}
	it, ok := d.Next()
	d.Write(make([]byte, 5000))
	if !ok || len(it.Raw) != bannerSize || len(d.Banner()) != bannerSize {
		t.Errorf("%v: raw %d bytes, banner %d bytes, want %d", ok, len(it.Raw), len(d.Banner()), bannerSize)
	}
	if it, ok := d.Next(); ok {
		t.Errorf("another item follows: %+v", it)
	}
}

func TestAMessageOverTheLimitIsReportedAndSkipped(t *testing.T) {
	t.Parallel()
	big := AppendMessage(nil, iana.TypeCertificate, make([]byte, 300_000))
	stream := join(AppendRecords(nil, iana.ContentHandshake, iana.TLS12, append(big, AppendMessage(nil, iana.TypeServerHelloDone, nil)...)))
	items := decodeAll(FromServer, stream)
	if got, want := kinds(items), "too large certificate, handshake server_hello_done"; got != want {
		t.Fatalf("%s, want %s", got, want)
	}
	if got, want := items[0].Err.Error(), "handshake: length at byte 1: expected at most 262144 bytes, got 300000 bytes"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	d := NewDecoder(FromServer)
	d.Limit = 300_000
	d.Write(stream)
	if it, _ := d.Next(); it.Kind != KindHandshake || len(it.Raw) != 300_004 || it.Records != 19 {
		t.Errorf("within the limit: %v, %d bytes, %d records", it.Kind, len(it.Raw), it.Records)
	}
}

func TestTheDecoderKeepsNoMoreThanARecordAndAMessage(t *testing.T) {
	t.Parallel()
	d := NewDecoder(FromServer)
	record := rec(iana.ContentApplicationData, make([]byte, maxPlaintext)...)
	for range 1000 {
		for piece := range bytes.Lines(record[:len(record)-1]) {
			d.Write(piece)
		}
		d.Write(record[len(record)-1:])
		if _, ok := d.Next(); !ok {
			t.Fatal("a complete record is no item")
		}
	}
	if cap(d.buf) > 1<<18 {
		t.Errorf("it keeps %d bytes", cap(d.buf))
	}
}

func TestOffsetsCountFromTheStartOfTheStream(t *testing.T) {
	t.Parallel()
	hello := serverHello(iana.TLS12, false)
	stream := join(hello[:5], hello[5:], rec(iana.ContentAlert, 2, 40))
	for _, items := range [][]Item{decodeAll(FromServer, stream), decodeAll(FromServer, cut(stream, 3, len(hello), len(hello)+2)...)} {
		if len(items) != 2 || items[0].Offset != 0 || items[1].Offset != int64(len(hello)) {
			t.Errorf("read as\n%s", describeItems(items))
		}
	}
}

func TestWhatAServerHelloSelectedIsRemembered(t *testing.T) {
	t.Parallel()
	for _, v := range []iana.Version{iana.TLS10, iana.TLS12, iana.TLS13} {
		d := NewDecoder(FromServer)
		d.Write(serverHello(v, false))
		d.Next()
		if got, suite := d.Negotiated(); got != v || suite == 0 {
			t.Errorf("negotiated %v, %v, want %v", got, suite, v)
		}
	}
}
