package wire

import (
	"bytes"
	"encoding/hex"
	"reflect"
	"slices"
	"testing"

	"github.com/parley-tls/parley/iana"
)

// quicDatagrams are whole datagrams: those of RFC 9001 and RFC 9369, Appendix A,
// a list of versions, and a packet of a version that is not read.
var quicDatagrams = map[string]string{
	"initial":   "cf000000010008f067a5502a4262b5004075c0d95a482cd0991cd25b0aac406a5816b6394100f37a1c69797554780bb38cc5a99f5ede4cf73c3ec2493a1839b3dbcba3f6ea46c5b7684df3548e7ddeb9c3bf9c73cc3f3bded74b562bfb19fb84022f8ef4cdd93795d77d06edbb7aaf2f58891850abbdca3d20398c276456cbc42158407dd074ee",
	"initial 2": "dc6b3343cf0008f067a5502a4262b5004075d92faaf16f05d8a4398c47089698baeea26b91eb761d9b89237bbf87263017915358230035f7fd3945d88965cf17f9af6e16886c61bfc703106fbaf3cb4cfa52382dd16a393e42757507698075b2c984c707f0a0812d8cd5a6881eaf21ceda98f4bd23f6fe1a3e2c43edd9ce7ca84bed8521e2e140",
	"retry":     "ff000000010008f067a5502a4262b5746f6b656e04a265ba2eff4d829058fb3f0f2496ba",
	"retry 2":   "cf6b3343cf0008f067a5502a4262b5746f6b656ec8646ce8bfe33952d955543665dcc7b6",
	"short":     "4cfe4189655e5cd55c41f69080575d7999c25a5bfb",
	"versions":  "80000000000008f067a5502a4262b500000001ff00001d6b3343cf4a8a0aca",
	"other":     "c0faceb0020401020304040506070800112233",
}

func unhexQUIC(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestPacketsOfQUICAreReadAsWhatTheyAre(t *testing.T) {
	t.Parallel()
	id := []byte{0xf0, 0x67, 0xa5, 0x50, 0x2a, 0x42, 0x62, 0xb5}
	for name, want := range map[string]QUICPacket{
		"initial":   {Type: QUICInitial, Version: iana.QUIC1, To: []byte{}, From: id, Token: []byte{}, Number: 18},
		"initial 2": {Type: QUICInitial, Version: iana.QUIC2, To: []byte{}, From: id, Token: []byte{}, Number: 18},
		"retry":     {Type: QUICRetry, Version: iana.QUIC1, To: []byte{}, From: id, Token: []byte("token")},
		"retry 2":   {Type: QUICRetry, Version: iana.QUIC2, To: []byte{}, From: id, Token: []byte("token")},
		"short":     {Type: QUICShort, To: []byte{}, Number: 1},
		"versions":  {Type: QUICVersionNegotiation, To: []byte{}, From: id, Versions: []iana.QUICVersion{iana.QUIC1, iana.QUICDraft29, iana.QUIC2, 0x4a8a0aca}},
		"other":     {Type: QUICOther, Version: 0xfaceb002, To: []byte{1, 2, 3, 4}, From: []byte{5, 6, 7, 8}},
	} {
		b := unhexQUIC(t, quicDatagrams[name])
		got, rest, err := ParseQUICPacket(b, 0)
		if err != nil || len(rest) > 0 {
			t.Errorf("%s: %v, %d bytes left", name, err, len(rest))
			continue
		}
		want.Raw = b
		if !reflect.DeepEqual(*got, want) {
			t.Errorf("%s: got\n%+v, want\n%+v", name, *got, want)
		}
	}
}

func TestADatagramOfQUICHoldsSeveralPackets(t *testing.T) {
	t.Parallel()
	var b []byte
	for _, name := range []string{"initial", "initial 2", "short"} {
		b = append(b, unhexQUIC(t, quicDatagrams[name])...)
	}
	var got []QUICPacketType
	for len(b) > 0 {
		p, rest, err := ParseQUICPacket(b, 0)
		if err != nil {
			t.Fatal(err)
		}
		got, b = append(got, p.Type), rest
	}
	if want := []QUICPacketType{QUICInitial, QUICInitial, QUICShort}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestTruncatedPacketsOfQUICAreRefused(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"initial", "initial 2"} {
		b := unhexQUIC(t, quicDatagrams[name])
		for n := range b {
			if p, _, err := ParseQUICPacket(b[:n], 0); err == nil {
				t.Errorf("%s: %d bytes of %d are read as %v", name, n, len(b), p.Type)
			}
		}
	}
	for _, bad := range []string{"80000000000000", "800000000000000000", "ff000000010000" + "04a265ba2eff4d829058fb3f0f2496ba", "00", "c0000000011501"} {
		if p, _, err := ParseQUICPacket(unhexQUIC(t, bad), 0); err == nil {
			t.Errorf("%s is read as %+v", bad, p)
		}
	}
}

func TestFramesOfQUICAreReadAndWritten(t *testing.T) {
	t.Parallel()
	acked := [][2]uint64{{7, 9}, {4, 5}, {0, 0}}
	b := AppendQUICAck(nil, acked)
	b = AppendQUICCrypto(b, 70000, []byte("hello"))
	b = append(b, 0, 0, byte(QUICPing))
	b = append(b, 0x0e, 1, 2, 3, 'a', 'b', 'c')                               // STREAM with offset and length
	b = append(b, 0x18, 1, 0, 2, 9, 9, 0, 1, 2, 3, 4, 5, 6, 7)                // NEW_CONNECTION_ID
	b = append(b, 8, 9, 10, 11, 12, 13, 14, 15)                               // its token
	b = append(b, byte(QUICConnectionClose), 0x41, 0x28, 6, 3, 'b', 'a', 'd') // of a CRYPTO frame
	got, err := ParseQUICFrames(b)
	if err != nil {
		t.Fatal(err)
	}
	want := []QUICFrame{
		{Type: QUICAck, Acked: acked}, {Type: QUICCrypto, Offset: 70000, Data: []byte("hello")}, {Type: QUICPing}, {Type: 0x0e}, {Type: 0x18},
		{Type: QUICConnectionClose, Code: 0x128, Frame: QUICCrypto, Data: []byte("bad")},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v, want\n%+v", got, want)
	}
	if a, ok := got[5].Code.Alert(); !ok || a != iana.AlertHandshakeFailure {
		t.Errorf("the close carries alert %v, %t; want handshake_failure", a, ok)
	}
	for n := 1; n < len(b); n++ {
		ParseQUICFrames(b[:n])
	}
	for _, bad := range []string{"", "02", "0205000006", "02050001010302", "0600", "060005aabb", "21", "1c0100", "06ffffffffffffffff01aa", "1801"} {
		if fs, err := ParseQUICFrames(unhexQUIC(t, bad)); err == nil {
			t.Errorf("%q is read as %+v", bad, fs)
		}
	}
}

func TestTransportParametersAreReadAndWritten(t *testing.T) {
	t.Parallel()
	b := unhexQUIC(t, "0408ffffffffffffffff05048000ffff07048000ffff0801100104800075300901100f088394c8f03e5157080604"+"8000ffff"+"0c00"+"11086b3343cf00000001"+"1b0101")
	ps, err := ParseQUICParameters(b)
	if err != nil {
		t.Fatal(err)
	}
	if got := AppendQUICParameters(nil, ps); !bytes.Equal(got, b) {
		t.Errorf("written as\n%x, want\n%x", got, b)
	}
	var got []string
	for _, p := range ps {
		got = append(got, p.ID.String()+" "+p.Text())
	}
	want := []string{
		"initial_max_data 4611686018427387903 bytes", "initial_max_stream_data_bidi_local 65535 bytes",
		"initial_max_stream_data_uni 65535 bytes", "initial_max_streams_bidi 16", "max_idle_timeout 30000 ms",
		"initial_max_streams_uni 16", "initial_source_connection_id 8394c8f03e515708",
		"initial_max_stream_data_bidi_remote 65535 bytes", "disable_active_migration ",
		"version_information uses QUIC2, speaks QUIC1", "GREASE 0x1b 01",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%q, want\n%q", got, want)
	}
	for _, bad := range []string{"04", "0405", "04010104010f", "ffffffffffffffffff"} {
		if ps, err := ParseQUICParameters(unhexQUIC(t, bad)); err == nil {
			t.Errorf("%s is read as %+v", bad, ps)
		}
	}
}

func FuzzQUICPacket(f *testing.F) {
	for _, s := range quicDatagrams {
		f.Add(unhexQUIC(f, s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for rest := b; len(rest) > 0; {
			p, after, err := ParseQUICPacket(rest, 8)
			if err != nil {
				return
			}
			if len(p.Raw)+len(after) > len(rest) || len(after) >= len(rest) {
				t.Fatalf("%d bytes became %d and %d", len(rest), len(p.Raw), len(after))
			}
			if p.Number > len(p.Raw) {
				t.Fatalf("a number at %d of %d bytes", p.Number, len(p.Raw))
			}
			rest = after
		}
	})
}

func FuzzQUICFrames(f *testing.F) {
	f.Add(AppendQUICAck(nil, [][2]uint64{{7, 9}, {4, 5}}))
	f.Add(AppendQUICCrypto(nil, 0, []byte("hello")))
	f.Add(AppendQUICClose(nil, 0x128))
	f.Add([]byte{0x0e, 1, 2, 3, 'a', 'b', 'c', 0x1e})
	f.Fuzz(func(t *testing.T, b []byte) {
		frames, err := ParseQUICFrames(b)
		if err != nil {
			return
		}
		for _, fr := range frames {
			last := uint64(1) << 62
			for _, a := range fr.Acked {
				if a[0] > a[1] || a[1] >= last {
					t.Fatalf("ranges %v of %x", fr.Acked, b)
				}
				last = a[0]
			}
			if len(fr.Acked) > 0 && len(fr.Acked) < maxQUICRanges {
				again, err := ParseQUICFrames(AppendQUICAck(nil, fr.Acked))
				if err != nil || !reflect.DeepEqual(again[0].Acked, fr.Acked) {
					t.Fatalf("ranges %v are written as others: %v", fr.Acked, err)
				}
			}
		}
	})
}

func FuzzQUICParameters(f *testing.F) {
	f.Add(unhexQUIC(f, "0408ffffffffffffffff05048000ffff0f088394c8f03e5157080c0011086b3343cf00000001"))
	f.Fuzz(func(t *testing.T, b []byte) {
		ps, err := ParseQUICParameters(b)
		if err != nil {
			return
		}
		for _, p := range ps {
			p.Text()
		}
		again, err := ParseQUICParameters(AppendQUICParameters(nil, ps))
		if err != nil || !reflect.DeepEqual(again, ps) {
			t.Fatalf("%v is written as %v: %v", ps, again, err)
		}
	})
}
