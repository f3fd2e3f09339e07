package clients_test

import (
	"bytes"
	"encoding/hex"
	"os"
	"strings"
	"testing"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/knowledge/clients"
	"github.com/parley-tls/parley/wire"
)

func TestFromBytesReadsEveryFormOfAHello(t *testing.T) {
	t.Parallel()
	h := get(t, "java7").Hellos[0].Message
	message := h.Message()
	record := wire.AppendRecords(nil, iana.ContentHandshake, iana.TLS10, message)
	text := hex.EncodeToString(record)
	spaced := strings.Join(strings.SplitAfter(hex.Dump(nil)+strings.ToUpper(text), "01"), " ")
	for name, raw := range map[string][]byte{
		"one record":           record,
		"many records":         wire.AppendRecords(nil, iana.ContentHandshake, iana.TLS10, message, 1, 0, 3, 50),
		"a bare message":       message,
		"hexadecimal":          []byte(text),
		"hexadecimal, spaced":  []byte(spaced + "\r\n"),
		"hexadecimal, colons":  []byte(strings.TrimSuffix(colons(record), ":")),
		"C source":             []byte("0x" + strings.Join(pairs(text), ", 0x")),
		"with comments":        []byte("# from a capture: 16\n" + text[:50] + "\n# more\n" + text[50:]),
		"followed by a record": wire.AppendRecords(record, iana.ContentChangeCipherSpec, iana.TLS12, []byte{1}),
	} {
		c, err := clients.FromBytes(raw)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := c.Hellos[0].Message.Message(); !bytes.Equal(got, message) {
			t.Errorf("%s: got %x, want %x", name, got, message)
		}
		if v := c.Hellos[0].RecordVersion; v != iana.TLS10 {
			t.Errorf("%s: record version %v, want 1.0", name, v)
		}
		if c.Hellos[0].Composed || c.ID != "hello" {
			t.Errorf("%s: client %+v", name, c)
		}
	}
}

func pairs(text string) (out []string) {
	for ; len(text) > 0; text = text[2:] {
		out = append(out, text[:2])
	}
	return out
}

func colons(b []byte) string { return strings.Join(pairs(hex.EncodeToString(b)), ":") }

func TestFromBytesReadsASpecimenFile(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("specimens/chrome.hello")
	if err != nil {
		t.Fatal(err)
	}
	c, err := clients.FromBytes(text)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := c.Hellos[0].Message.Message(), get(t, "chrome").Hellos[0].Message.Message(); !bytes.Equal(got, want) {
		t.Errorf("got %x, want %x", got, want)
	}
}

func TestFromBytesReadsAnSSL2Hello(t *testing.T) {
	t.Parallel()
	raw := wire.AppendSSL2ClientHello(nil, &wire.SSL2ClientHello{
		Version: iana.TLS10, Kinds: []iana.SSL2Suite{0x00002f, 0x010080}, Challenge: make([]byte, 16),
	})
	c, err := clients.FromBytes(raw)
	if err != nil {
		t.Fatal(err)
	}
	if h := c.Hellos[0]; h.SSL2 == nil || h.Message != nil || h.SSL2.Version != iana.TLS10 || h.RecordVersion != iana.SSL2 {
		t.Errorf("got %+v, want an SSL 2 hello of 1.0", h)
	}
}

func TestFromBytesSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	record := wire.AppendRecords(nil, iana.ContentHandshake, iana.TLS10, get(t, "java7").Hellos[0].Message.Message())
	for name, tt := range map[string]struct {
		raw  []byte
		want string
	}{
		"empty":             {nil, "no bytes of a ClientHello"},
		"comments only":     {[]byte("# nothing\n"), "no bytes of a ClientHello"},
		"odd digits":        {[]byte("160"), "3 hexadecimal digits do not make whole bytes"},
		"not hexadecimal":   {[]byte("16 03\nxy"), `line 2: 'x' is not a hexadecimal digit`},
		"an alert":          {[]byte{21, 3, 1, 0, 2, 2, 70}, "not a ClientHello: begins with 15030100020246, an alert"},
		"text in binary":    {[]byte("GET / HTTP/1.1\r\n\r\n\xff"), "not a ClientHello: HTTP in clear"},
		"DTLS":              {[]byte{22, 0xfe, 0xfd, 0, 0}, "not a ClientHello: begins as a record of DTLS, and has no whole one: not TLS"},
		"a ServerHello":     {[]byte{2, 0, 0, 38, 3, 3}, "not a ClientHello: begins with 020000260303, a ServerHello"},
		"ServerHello":       {[]byte{22, 3, 3, 0, 4, 2, 0, 0, 0}, "handshake message server_hello, not a ClientHello"},
		"cut":               {record[:40], "record 1: 35 of 173 bytes"},
		"cut in the header": {record[:3], "record 1: 3 of 5 bytes of its header"},
		"a strange second":  {[]byte{22, 3, 1, 0, 1, 1, 23, 3, 1, 0, 1, 1}, "record 2: content type application_data within the ClientHello"},
		"half a message":    {append(record[5:60:60], 0), "ClientHello of 52 bytes, says it has 169"},
		"too long":          {bytes.Repeat([]byte{'0'}, 200_000), "too many bytes for a ClientHello, at most 147456"},
		"a capture":         {[]byte("\xd4\xc3\xb2\xa1\x02\x00"), "not a ClientHello: a packet capture"},
		"a large capture":   {append([]byte("\n\r\r\n"), make([]byte, 1<<20)...), "not a ClientHello: a packet capture"},
		"PEM":               {[]byte("-----BEGIN CERTIFICATE-----\n"), "not a ClientHello: PEM, as certificates and keys are"},
		"JSON":              {[]byte(`{"schema":"parley.case/1"}`), "not a ClientHello: JSON"},
		"gzip":              {[]byte("\x1f\x8b\x08\x00"), "not a ClientHello: compressed by gzip"},
		"SSL 2 cut":         {[]byte{0x80, 40, 1, 3, 1}, "SSL 2 record of 3 bytes, says it has 40"},
	} {
		_, err := clients.FromBytes(tt.raw)
		if err == nil {
			t.Errorf("%s: no error", name)
			continue
		}
		if err.Error() != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", name, err, tt.want)
		}
	}
}

func FuzzFromBytes(f *testing.F) {
	for _, c := range clients.All() {
		h := c.Hellos[0].Message
		f.Add(wire.AppendRecords(nil, iana.ContentHandshake, iana.TLS10, h.Message()))
	}
	f.Add([]byte("16:03:01 # x\n0x00"))
	f.Add([]byte{0x80, 12, 1, 3, 1, 0, 3, 0, 0, 0, 0, 0, 0, 47})
	f.Fuzz(func(t *testing.T, raw []byte) {
		c, err := clients.FromBytes(raw)
		if err != nil {
			return
		}
		h := c.Hellos[0]
		if (h.Message == nil) == (h.SSL2 == nil) {
			t.Fatalf("one of the two forms is wanted: %+v", h)
		}
		if h.Message == nil {
			return
		}
		again, err := clients.FromBytes(h.Message.Message())
		if err != nil {
			t.Fatalf("what was read is not read again: %v", err)
		}
		if !bytes.Equal(again.Hellos[0].Message.Message(), h.Message.Message()) {
			t.Fatal("what was read changes when it is read again")
		}
	})
}
