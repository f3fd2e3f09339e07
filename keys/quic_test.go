package keys

import (
	"bytes"
	"encoding/hex"
	"errors"
	"testing"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// The examples of RFC 9001, Appendix A, and RFC 9369, Appendix A. Of the client's
// packets, which have 1,200 bytes each, stand here the begin and the tag, which is
// over the whole.
const (
	quicTo            = "8394c8f03e515708"
	quicClientCrypto  = "060040f1010000ed0303ebf8fa56f12939b9584a3896472ec40bb863cfd3e86804fe3a47f06a2b69484c00000413011302010000c000000010000e00000b6578616d706c652e636f6dff01000100000a00080006001d0017001800100007000504616c706e000500050100000000003300260024001d00209370b2c9caa47fbabaf4559fedba753de171fa71f50f1ce15d43e994ec74d748002b0003020304000d0010000e0403050306030203080408050806002d00020101001c00024001003900320408ffffffffffffffff05048000ffff07048000ffff0801100104800075300901100f088394c8f03e51570806048000ffff"
	quicClientPayload = 1162
	quicServerPayload = "02000000000600405a020000560303eefce7f7b37ba1d1632e96677825ddf73988cfc79825df566dc5430b9a045a1200130100002e00330024001d00209d3c940d89690b84d08a60993c144eca684d1081287c834d5311bcf32bb9da1a002b00020304"
	quicChaChaSecret  = "9ac312a7f877468ebe69422748ad00a15443f18203a07d6060f688f30f21632b"
)

var quicExamples = []struct {
	version                        iana.QUICVersion
	clientBegins, clientTag        string
	server, retry, retryTag, short string
}{
	{
		version:      iana.QUIC1,
		clientBegins: "c000000001088394c8f03e5157080000449e7b9aec34d1b1c98dd7689fb8ec11",
		clientTag:    "e221af44860018ab0856972e194cd934",
		server:       "cf000000010008f067a5502a4262b5004075c0d95a482cd0991cd25b0aac406a5816b6394100f37a1c69797554780bb38cc5a99f5ede4cf73c3ec2493a1839b3dbcba3f6ea46c5b7684df3548e7ddeb9c3bf9c73cc3f3bded74b562bfb19fb84022f8ef4cdd93795d77d06edbb7aaf2f58891850abbdca3d20398c276456cbc42158407dd074ee",
		retry:        "ff000000010008f067a5502a4262b5746f6b656e",
		retryTag:     "04a265ba2eff4d829058fb3f0f2496ba",
		short:        "4cfe4189655e5cd55c41f69080575d7999c25a5bfb",
	},
	{
		version:      iana.QUIC2,
		clientBegins: "d76b3343cf088394c8f03e5157080000449ea0c95e82ffe67b6abcdb4298b485",
		clientTag:    "a18b2faa745b6fe189cf772a9f84cbfc",
		server:       "dc6b3343cf0008f067a5502a4262b5004075d92faaf16f05d8a4398c47089698baeea26b91eb761d9b89237bbf87263017915358230035f7fd3945d88965cf17f9af6e16886c61bfc703106fbaf3cb4cfa52382dd16a393e42757507698075b2c984c707f0a0812d8cd5a6881eaf21ceda98f4bd23f6fe1a3e2c43edd9ce7ca84bed8521e2e140",
		retry:        "cf6b3343cf0008f067a5502a4262b5746f6b656e",
		retryTag:     "c8646ce8bfe33952d955543665dcc7b6",
		short:        "5558b1c60ae7b6b932bc27d786f4bc2bb20f2162ba",
	},
}

func TestInitialPacketsOfTheClientAreThoseOfTheRFCs(t *testing.T) {
	t.Parallel()
	for _, x := range quicExamples {
		client, _, err := QUICInitial(x.version, unhex(t, quicTo))
		if err != nil {
			t.Fatal(err)
		}
		frames := append(unhex(t, quicClientCrypto), make([]byte, quicClientPayload)...)[:quicClientPayload]
		header := wire.QUICHeader{Type: wire.QUICInitial, Version: x.version, To: unhex(t, quicTo), Number: 2}
		b, at := header.Append(nil, len(frames)+client.Overhead())
		b = client.Seal(b, at, frames)
		if got := hex.EncodeToString(b[:32]); got != x.clientBegins {
			t.Errorf("%v: the packet begins\n%s, want\n%s", x.version, got, x.clientBegins)
		}
		if got := hex.EncodeToString(b[len(b)-16:]); got != x.clientTag || len(b) != 1200 {
			t.Errorf("%v: %d bytes end with the tag %s, want 1200 and %s", x.version, len(b), got, x.clientTag)
		}
		p, rest, err := wire.ParseQUICPacket(b, 0)
		if err != nil || len(rest) != 0 || p.Type != wire.QUICInitial || p.Number != at {
			t.Fatalf("%v: read as %+v, %d bytes left, %v", x.version, p, len(rest), err)
		}
		if n, got, err := client.Open(p.Raw, p.Number, -1); err != nil || n != 2 || !bytes.Equal(got, frames) {
			t.Errorf("%v: opened as packet %d, %v, %d bytes", x.version, n, err, len(got))
		}
	}
}

func TestInitialPacketsOfTheServerOpen(t *testing.T) {
	t.Parallel()
	for _, x := range quicExamples {
		_, server, err := QUICInitial(x.version, unhex(t, quicTo))
		if err != nil {
			t.Fatal(err)
		}
		b := unhex(t, x.server)
		p, _, err := wire.ParseQUICPacket(b, 0)
		if err != nil {
			t.Fatal(err)
		}
		n, frames, err := server.Open(p.Raw, p.Number, -1)
		if err != nil || n != 1 || hex.EncodeToString(frames) != quicServerPayload {
			t.Errorf("%v: packet %d, %v:\n%x", x.version, n, err, frames)
		}
		for i := range b {
			b[i] ^= 1
			if p, _, err := wire.ParseQUICPacket(b, 0); err == nil && p.Number > 0 {
				if _, _, err := server.Open(p.Raw, p.Number, -1); !errors.Is(err, ErrRecord) {
					t.Errorf("%v: with byte %d changed: got %v, want ErrRecord", x.version, i, err)
				}
			}
			b[i] ^= 1
		}
	}
}

func TestTheTagOfARetryIsThatOfTheRFCs(t *testing.T) {
	t.Parallel()
	for _, x := range quicExamples {
		got, err := QUICRetryTag(x.version, unhex(t, quicTo), unhex(t, x.retry))
		if err != nil || hex.EncodeToString(got) != x.retryTag {
			t.Errorf("%v: got %x, %v, want %s", x.version, got, err, x.retryTag)
		}
	}
	if _, err := QUICRetryTag(0x1a2a3a4a, nil, nil); !errors.Is(err, ErrUnsupported) {
		t.Errorf("of no version: got %v, want ErrUnsupported", err)
	}
}

func TestShortPacketsOfChaCha20Open(t *testing.T) {
	t.Parallel()
	for _, x := range quicExamples {
		suite, err := find(0x1303, iana.TLS13)
		if err != nil {
			t.Fatal(err)
		}
		secret := &Secret{suite: suite, traffic: unhex(t, quicChaChaSecret)}
		p, err := secret.Packets(x.version)
		if err != nil {
			t.Fatal(err)
		}
		n, frames, err := p.Open(unhex(t, x.short), 1, 654360563)
		if err != nil || n != 654360564 || !bytes.Equal(frames, []byte{1}) {
			t.Errorf("%v: packet %d, %x, %v", x.version, n, frames, err)
		}
	}
}

func TestASuiteWithAShortTagProtectsNoPacket(t *testing.T) {
	t.Parallel()
	suite, err := find(0x1305, iana.TLS13)
	if err != nil {
		t.Fatal(err)
	}
	s := &Secret{suite: suite, traffic: make([]byte, 32)}
	if _, err := s.Packets(iana.QUIC1); !errors.Is(err, ErrUnsupported) {
		t.Errorf("got %v, want ErrUnsupported", err)
	}
}

func TestAPacketNumberIsTheOneThatIsDue(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		n       uint64
		bits    int
		largest int64
		want    uint64
	}{
		{n: 0x9b32, bits: 16, largest: 0xa82f30ea, want: 0xa82f9b32}, // RFC 9000, Appendix A.3
		{n: 0, bits: 8, largest: -1, want: 0},
		{n: 1, bits: 8, largest: 255, want: 257},
		{n: 255, bits: 8, largest: 256, want: 255},
		{n: 3, bits: 32, largest: 7, want: 3},
	} {
		if got := packetNumber(x.n, x.bits, x.largest); got != x.want {
			t.Errorf("%#x of %d bits after %d: got %#x, want %#x", x.n, x.bits, x.largest, got, x.want)
		}
	}
}
