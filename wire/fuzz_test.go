package wire

import (
	"bytes"
	"slices"
	"testing"

	"github.com/parley-tls/parley/iana"
)

// versions under which fuzzed messages are read: the forms differ.
var formVersions = []iana.Version{iana.SSL3, iana.TLS10, iana.TLS12, iana.TLS13}

// kxSuites holds a suite of each key exchange that ServerKeyExchange can have.
var kxSuites = []iana.Suite{0x0033, 0x009e, 0xc013, 0xc02f, 0x00a6, 0xc018, 0x00a8, 0x00aa, 0xc035, 0x00ac, 0x0003, 0xc01d, 0xc01e, 0x1301, 0xfeed}

func FuzzClientHello(f *testing.F) {
	for _, rec := range helloRecords(f) {
		f.Add(helloBody(f, rec))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		h, err := ParseClientHello(body)
		if err != nil {
			return
		}
		if got := h.Body(); !bytes.Equal(got, body) {
			t.Fatalf("written back\n%x\nwant\n%x", got, body)
		}
		n := h.Normalize()
		if len(n.Body()) != len(body) {
			t.Fatal("normalizing changed the length")
		}
		if !bytes.Equal(n.Normalize().Body(), n.Body()) {
			t.Fatal("the normal form has another normal form")
		}
		if d := Diff(h, h.Clone()); d != nil {
			t.Fatalf("a hello differs from its clone: %v", d)
		}
		Diff(h, n)
		h.MaxVersion()
		h.Offers(iana.TLS13)
		c := h.Clone()
		c.SetServerName("shop.example")
		if _, dup := c.Extension(iana.ExtServerName); !dup {
			t.Fatal("the server name that was set is not there")
		}
	})
}

// flightBodies are the bodies of recorded messages of type t.
func flightBodies(f *testing.F, typ iana.HandshakeType) [][]byte {
	var out [][]byte
	for _, flow := range flights(f) {
		for _, it := range decodeAll(FromServer, flow) {
			if it.HasType && it.Type == typ {
				out = append(out, it.Raw[4:])
			}
		}
	}
	return out
}

func FuzzServerHello(f *testing.F) {
	for _, b := range flightBodies(f, iana.TypeServerHello) {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		h, err := ParseServerHello(b)
		if err != nil {
			return
		}
		if got := h.Body(); !bytes.Equal(got, b) {
			t.Fatalf("written back\n%x\nwant\n%x", got, b)
		}
		h.Version()
		h.KeyShare()
		h.ALPN()
		h.Downgrade()
		h.Cookie()
	})
}

func FuzzCertificate(f *testing.F) {
	for _, b := range flightBodies(f, iana.TypeCertificate) {
		f.Add(b)
		f.Add((&Certificate{Raw: [][]byte{b[6:]}, TLS13: true, Extensions: [][]Extension{{{Type: iana.ExtStatusRequest, Data: []byte{1}}}}}).Body())
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, v := range formVersions {
			if m, err := ParseCertificate(b, v); err == nil && !bytes.Equal(m.Body(), b) {
				t.Fatalf("%v: written back\n%x\nwant\n%x", v, m.Body(), b)
			}
		}
	})
}

func FuzzServerKeyExchange(f *testing.F) {
	for _, b := range flightBodies(f, iana.TypeServerKeyExchange) {
		f.Add(b)
	}
	for _, b := range oddKeyExchanges {
		f.Add(unhex(f, b.body))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, v := range formVersions {
			for _, s := range kxSuites {
				if m, err := ParseServerKeyExchange(b, v, s); err == nil && !bytes.Equal(m.Body(), b) {
					t.Fatalf("%v %v: written back\n%x\nwant\n%x", v, s, m.Body(), b)
				}
			}
		}
	})
}

func FuzzCertificateRequest(f *testing.F) {
	for _, b := range flightBodies(f, iana.TypeCertificateRequest) {
		f.Add(b)
	}
	f.Add(unhex(f, "00 0008 000d 0004 0002 0403"))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, v := range formVersions {
			if m, err := ParseCertificateRequest(b, v); err == nil && !bytes.Equal(m.Body(), b) {
				t.Fatalf("%v: written back\n%x\nwant\n%x", v, m.Body(), b)
			}
		}
	})
}

func FuzzSSL2(f *testing.F) {
	f.Add(ssl2Hello.Body())
	f.Add(ssl2Answer.Body())
	f.Add((&SSL2Error{Code: 1}).Body())
	f.Fuzz(func(t *testing.T, b []byte) {
		if m, err := parseSSL2(b); err == nil && m != nil {
			if got := body(m); !bytes.Equal(got, b) {
				t.Fatalf("written back\n%x\nwant\n%x", got, b)
			}
		}
		for _, from := range []Sender{FromServer, FromClient} {
			if len(b) < 1<<15 {
				decodeAll(from, AppendSSL2Record(nil, b), b)
			}
		}
	})
}

func FuzzDecoder(f *testing.F) {
	for _, flow := range flights(f) {
		f.Add(flow, uint16(7), false)
	}
	for _, rec := range helloRecords(f) {
		f.Add(rec, uint16(11), true)
	}
	f.Add(AppendSSL2ClientHello(nil, ssl2Hello), uint16(1), true)
	f.Add(AppendSSL2ServerHello(nil, ssl2Answer), uint16(1), false)
	f.Fuzz(func(t *testing.T, stream []byte, piece uint16, client bool) {
		from := FromServer
		if client {
			from = FromClient
		}
		want := decodeAll(from, stream)
		size := 0
		for _, it := range want {
			if it.Kind == KindUnknown {
				t.Fatalf("an item without a kind: %+v", it)
			}
			if (it.Kind == KindTruncated) != (it.Missing > 0) {
				t.Fatalf("truncated, but nothing is missing, or the reverse: %+v", it)
			}
			if it.Offset < 0 || it.Offset > int64(len(stream)) {
				t.Fatalf("offset %d in a stream of %d bytes", it.Offset, len(stream))
			}
			size += len(it.Raw)
		}
		if size > len(stream) {
			t.Fatalf("items hold %d bytes of a stream of %d", size, len(stream))
		}
		if len(stream) == 0 {
			return
		}
		pieces := slices.Collect(slices.Chunk(stream, max(1, int(piece)%len(stream))))
		if got := decodeAll(from, pieces...); !sameItems(got, want) {
			t.Fatalf("in pieces of %d bytes it is read as\n%swant\n%s", len(pieces[0]), describeItems(got), describeItems(want))
		}
	})
}
