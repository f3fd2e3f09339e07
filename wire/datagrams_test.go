package wire

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/parley-tls/parley/iana"
	_ "github.com/parley-tls/parley/internal/property"
)

// inClear is a record of DTLS before any keys.
func inClear(typ iana.ContentType, seq uint64, payload ...byte) []byte {
	return AppendDTLSRecord(nil, DTLSRecord{Type: typ, Version: iana.DTLS12, Seq: seq, Payload: payload})
}

// piece is a record with one piece of a handshake message.
func piece(seq uint64, b []byte) []byte { return inClear(iana.ContentHandshake, seq, b...) }

// readDatagrams returns the items of datagrams, with those that the end brings.
func readDatagrams(from Sender, limit int, datagrams ...[]byte) []Item {
	d := NewDatagramDecoder(from)
	d.Limit = limit
	var items []Item
	for _, b := range datagrams {
		d.Write(b)
		for it, ok := d.Next(); ok; it, ok = d.Next() {
			items = append(items, it)
		}
	}
	for it, ok := d.Close(); ok; it, ok = d.Close() {
		items = append(items, it)
	}
	return items
}

// helloOver12 is a ServerHello that selects DTLS 1.2.
func helloOver12() []byte {
	return (&ServerHello{LegacyVersion: iana.DTLS12, Suite: 0xc02f, OmitExtensions: true}).Message()
}

func TestWhatComesInDatagramsIsToldApart(t *testing.T) {
	t.Parallel()
	verify := (&HelloVerifyRequest{Version: iana.DTLS10, Cookie: []byte("a cookie")}).Message()
	another := (&HelloVerifyRequest{Version: iana.DTLS10, Cookie: []byte("another")}).Message()
	done := AppendMessage(nil, iana.TypeServerHelloDone, nil)
	hello := func(seq uint16) []byte { return piece(uint64(seq), Fragments(helloOver12(), seq)[0]) }
	cut := Fragments(helloOver12(), 0, 10, 5)
	long := slices.Clone(cut[0])
	copy(long[1:], []byte{0xff, 0xff, 0xff})
	otherwise := slices.Clone(cut[1])
	otherwise[3]++
	beyond := slices.Clone(cut[0])
	beyond[11] = 0xff
	sealed := AppendDTLSRecord(nil, DTLSRecord{Type: iana.ContentHandshake, Version: iana.DTLS12, Epoch: 1, Payload: make([]byte, 40)})
	tests := []struct {
		name string
		in   [][]byte
		want string
	}{
		{"a hello", [][]byte{hello(0)}, "handshake server_hello"},
		{"the same twice", [][]byte{hello(0), hello(0)}, "handshake server_hello"},
		{"several records in a datagram", [][]byte{join(hello(0), piece(1, Fragments(done, 1)[0]))}, "handshake server_hello, handshake server_hello_done"},
		{"several messages in a record", [][]byte{piece(0, join(Fragments(helloOver12(), 0)[0], Fragments(done, 1)[0]))}, "handshake server_hello, handshake server_hello_done"},
		{"the last piece is lost", [][]byte{piece(0, cut[0]), piece(1, cut[1])}, "truncated server_hello"},
		{"the first message is lost", [][]byte{piece(1, Fragments(done, 1)[0])}, "truncated"},
		{"a HelloVerifyRequest, twice", [][]byte{piece(0, Fragments(verify, 0)[0]), piece(0, Fragments(verify, 0)[0])}, "handshake hello_verify_request"},
		{"two of them", [][]byte{piece(0, Fragments(verify, 0)[0]), piece(0, Fragments(another, 0)[0])}, "handshake hello_verify_request, handshake hello_verify_request"},
		{"what follows counts on", [][]byte{piece(0, Fragments(verify, 0)[0]), hello(1)}, "handshake hello_verify_request, handshake server_hello"},
		{"what follows counts from zero", [][]byte{piece(0, Fragments(verify, 0)[0]), hello(0), piece(9, Fragments(done, 1)[0])}, "handshake hello_verify_request, handshake server_hello, handshake server_hello_done"},
		{"an alert, repeated", [][]byte{inClear(iana.ContentAlert, 3, 2, 40), inClear(iana.ContentAlert, 3, 2, 40)}, "alert fatal handshake_failure(40)"},
		{"half an alert", [][]byte{inClear(iana.ContentAlert, 3, 2)}, "malformed"},
		{"what is encrypted", [][]byte{hello(0), inClear(iana.ContentChangeCipherSpec, 4, 1), sealed}, "handshake server_hello, change_cipher_spec, encrypted handshake"},
		{"an alert under keys", [][]byte{AppendDTLSRecord(nil, DTLSRecord{Type: iana.ContentAlert, Version: iana.DTLS12, Epoch: 1, Payload: []byte{2, 40}})}, "encrypted alert"},
		{"a message beyond the limit", [][]byte{piece(0, long), hello(1)}, "too large server_hello, handshake server_hello"},
		{"pieces that disagree", [][]byte{piece(0, cut[0]), piece(1, otherwise)}, "malformed, truncated server_hello"},
		{"a piece that ends behind its message", [][]byte{piece(0, beyond)}, "malformed"},
		{"a record that ends behind its datagram", [][]byte{hello(0)[:30]}, "malformed"},
		{"a message far ahead", [][]byte{piece(0, Fragments(done, 40)[0])}, ""},
		{"something else", [][]byte{[]byte("HTTP/1.1 400"), []byte("more")}, "not TLS"},
		{"TLS over UDP", [][]byte{serverHello(iana.TLS12, false)}, "not TLS"},
		{"something else, and a hello", [][]byte{[]byte("noise"), hello(0)}, "handshake server_hello"},
		{"a hello with something behind it", [][]byte{join(hello(0), []byte("noise"))}, "handshake server_hello"},
	}
	for _, tt := range tests {
		if got := kinds(readDatagrams(FromServer, 1000, tt.in...)); got != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.name, got, tt.want)
		}
	}
}

func TestRecordsOf13AreOpaque(t *testing.T) {
	t.Parallel()
	h := &ServerHello{LegacyVersion: iana.DTLS12, Suite: 0x1301, Extensions: []Extension{{Type: iana.ExtSupportedVersions, Data: []byte{0xfe, 0xfc}}}}
	got := kinds(readDatagrams(FromServer, 0, piece(0, Fragments(h.Message(), 0)[0]), []byte{0x2e, 1, 2, 0, 3, 1, 2, 3}))
	if want := "handshake server_hello, application_data"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if v := h.Version(); v != iana.DTLS13 {
		t.Errorf("it selects %v", v)
	}
}

// messagesOf are the handshake messages of a recorded flight, in clear.
func messagesOf(flow []byte) (out [][]byte) {
	for _, it := range decodeAll(FromServer, flow) {
		if it.Kind == KindHandshake {
			out = append(out, it.Raw)
		}
	}
	return out
}

// TestAnyWayOfDatagramsComesToTheSameMessages cuts recorded flights, puts the pieces
// into records and datagrams in any order, some of them twice.
func TestAnyWayOfDatagramsComesToTheSameMessages(t *testing.T) {
	t.Parallel()
	var all [][][]byte
	for _, flow := range flights(t) {
		if m := messagesOf(flow); len(m) > 0 {
			all = append(all, m)
		}
	}
	slices.SortFunc(all, func(a, b [][]byte) int { return bytes.Compare(slices.Concat(a...), slices.Concat(b...)) })
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SampledFrom(all).Draw(t, "flight")
		var records [][]byte
		for i, m := range want {
			for _, sizes := range rapid.SliceOfN(rapid.SliceOfN(rapid.IntRange(1, 600), 0, 4), 1, 3).Draw(t, "cuts") {
				for _, f := range Fragments(m, uint16(i), sizes...) {
					if len(records) < 2000 || sizes == nil {
						records = append(records, piece(uint64(len(records)), f))
					}
				}
			}
			records = append(records, piece(uint64(len(records)), Fragments(m, uint16(i))[0])) // sent again, whole
		}
		seed := rapid.Uint64().Draw(t, "order")
		rand.New(rand.NewPCG(seed, 1)).Shuffle(len(records), func(i, j int) { records[i], records[j] = records[j], records[i] })
		var datagrams [][]byte
		for len(records) > 0 {
			n := min(len(records), rapid.IntRange(1, 5).Draw(t, "together"))
			datagrams = append(datagrams, join(records[:n]...))
			records = records[n:]
		}
		var got [][]byte
		for _, it := range readDatagrams(FromServer, 0, datagrams...) {
			if it.Kind != KindHandshake {
				t.Fatalf("an item of kind %v: %v", it.Kind, it.Err)
			}
			got = append(got, it.Raw)
		}
		if !slices.EqualFunc(got, want, bytes.Equal) {
			t.Fatalf("%d messages came out, want %d", len(got), len(want))
		}
	})
}

func TestWhatIsKeptOfUnfinishedMessagesIsBounded(t *testing.T) {
	t.Parallel()
	const limit = 1000
	d := NewDatagramDecoder(FromServer)
	d.Limit = limit
	most := 0
	for n := range 1 << 12 {
		m := AppendMessage(nil, iana.TypeCertificate, make([]byte, limit))
		f := Fragments(m, uint16(n%aheadMost), 500, 3, 200)[1+n%3]
		d.Write(piece(uint64(n), f))
		kept := 0
		for _, p := range d.asm.open {
			kept += len(p.item.Raw) - messageHeader
		}
		most = max(most, kept)
	}
	if most == 0 || most > 2*limit {
		t.Errorf("%d bytes were kept, of which at most %d are to be", most, 2*limit)
	}
}

func TestAMessageInTooManyPartsIsTakenWhenItComesWhole(t *testing.T) {
	t.Parallel()
	m := AppendMessage(nil, iana.TypeCertificateStatus, append([]byte{1, 0, 0x0b, 0xb4}, make([]byte, 2996)...))
	var in [][]byte
	for i, f := range Fragments(m, 0, 1) {
		if i%2 == 0 {
			in = append(in, piece(0, f))
		}
	}
	if got, want := kinds(readDatagrams(FromServer, 0, append(in, piece(0, Fragments(m, 0)[0]))...)), "handshake certificate_status"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestAHelloOfDTLSHasItsCookie(t *testing.T) {
	t.Parallel()
	h := &ClientHello{
		LegacyVersion: iana.DTLS12, SessionID: []byte{1}, Cookie: []byte("cookie"), Suites: []iana.Suite{0xc02f},
		Compression: []iana.CompressionMethod{0}, OmitExtensions: true,
	}
	got, err := ParseClientHello(h.Body())
	if err != nil || string(got.Cookie) != "cookie" || !slices.Equal(got.Suites, h.Suites) || !bytes.Equal(got.Body(), h.Body()) {
		t.Errorf("got %+v, %v", got, err)
	}
	if !got.Offers(iana.DTLS10) || !got.Offers(iana.DTLS12) || got.Offers(iana.DTLS13) || got.Offers(iana.TLS12) || got.MaxVersion() != iana.DTLS12 {
		t.Errorf("a hello of DTLS 1.2 offers other versions than 1.0 and 1.2; at most %v", got.MaxVersion())
	}
	h.LegacyVersion = iana.DTLS10
	if h.Offers(iana.DTLS12) || !h.Offers(iana.DTLS10) || h.MaxVersion() != iana.DTLS10 {
		t.Error("a hello of DTLS 1.0 offers 1.2")
	}
	h.LegacyVersion = iana.DTLS12
	h.SetSupportedVersions([]iana.Version{iana.DTLS12, iana.DTLS13})
	if h.MaxVersion() != iana.DTLS13 || !h.Offers(iana.DTLS13) || h.Offers(iana.DTLS10) {
		t.Errorf("supported_versions is not what counts: at most %v", h.MaxVersion())
	}
	h.LegacyVersion = iana.TLS12
	if got, _ := ParseClientHello(h.Body()); got == nil || got.Cookie != nil {
		t.Error("a hello of TLS has a cookie")
	}
}

// packed are datagrams one behind the other, each behind its length.
func packed(datagrams ...[]byte) (b []byte) {
	for _, d := range datagrams {
		b = binary.BigEndian.AppendUint16(b, uint16(len(d)))
		b = append(b, d...)
	}
	return b
}

func unpacked(b []byte) (out [][]byte) {
	for len(b) >= 2 {
		n := min(int(binary.BigEndian.Uint16(b)), len(b)-2)
		out = append(out, b[2:2+n])
		b = b[2+n:]
	}
	return out
}

func FuzzDatagrams(f *testing.F) {
	verify := (&HelloVerifyRequest{Version: iana.DTLS10, Cookie: []byte("a cookie")}).Message()
	f.Add(packed(piece(0, Fragments(verify, 0)[0]), piece(1, Fragments(helloOver12(), 1)[0]), inClear(iana.ContentAlert, 2, 2, 40)), false)
	for _, flow := range flights(f) {
		var datagrams [][]byte
		for i, m := range messagesOf(flow) {
			for _, p := range Fragments(m, uint16(i), 300) {
				datagrams = append(datagrams, piece(uint64(len(datagrams)), p))
			}
		}
		slices.Reverse(datagrams)
		f.Add(packed(datagrams...), false)
	}
	f.Fuzz(func(t *testing.T, b []byte, client bool) {
		from := FromServer
		if client {
			from = FromClient
		}
		datagrams := unpacked(b)
		once := readDatagrams(from, 0, datagrams...)
		size, malformed := 0, false
		for _, it := range once {
			if it.Kind == KindUnknown || (it.Kind == KindTruncated) != (it.Missing > 0) || it.Offset < 0 || it.Offset > int64(len(b)) {
				t.Fatalf("not an item: %+v", it)
			}
			size += len(it.Raw)
			malformed = malformed || it.Kind == KindMalformed
		}
		if size > len(b) {
			t.Fatalf("items hold %d bytes of datagrams of %d", size, len(b))
		}
		if malformed {
			return
		}
		var doubled [][]byte
		for _, d := range datagrams {
			doubled = append(doubled, d, d)
		}
		twice := readDatagrams(from, 0, doubled...)
		same := func(x, y Item) bool { return x.Kind == y.Kind && bytes.Equal(x.Raw, y.Raw) }
		if !slices.EqualFunc(once, twice, same) {
			t.Fatalf("each datagram twice is read as\n%s\nwant\n%s", kinds(twice), kinds(once))
		}
	})
}
