package probe

import (
	"bufio"
	"bytes"
	"crypto/ecdh"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/keys"
	"github.com/parley-tls/parley/wire"
)

// TestReplaysOfRealHellosDifferOnlyInWhatMustBeNew replays every hello of the
// corpus and puts the new parts back.
func TestReplaysOfRealHellosDifferOnlyInWhatMustBeNew(t *testing.T) {
	hellos := corpusHellos(t)
	for i, h := range hellos {
		got, made, err := freshen(rand.Reader, h, false)
		if err != nil {
			t.Fatal(err)
		}
		if got.Random == h.Random || len(h.SessionID) > 0 && bytes.Equal(got.SessionID, h.SessionID) {
			t.Errorf("hello %d: the random or the session ID is the old one", i)
		}
		shares := h.KeyShares()
		for j, s := range got.KeyShares() {
			if s.Group != shares[j].Group || len(s.Data) != len(shares[j].Data) {
				t.Errorf("hello %d: key share %d: got %v of %d bytes, want %v of %d bytes", i, j, s.Group, len(s.Data), shares[j].Group, len(shares[j].Data))
			}
			makes := slices.ContainsFunc(made, func(m *keys.Share) bool { return m.Group == s.Group && bytes.Equal(m.Public, s.Data) })
			if makes == bytes.Equal(s.Data, shares[j].Data) {
				t.Errorf("hello %d: key share of %v: new is %t", i, s.Group, !makes)
			}
		}
		want := h.Clone()
		want.RemoveExtension(iana.ExtPreSharedKey)
		want.RemoveExtension(iana.ExtEarlyData)
		want.Random, want.SessionID = got.Random, got.SessionID
		if len(shares) > 0 {
			want.SetKeyShares(got.KeyShares())
		}
		if ech, ok := got.Extension(iana.ExtECH); ok {
			want.SetExtension(iana.ExtECH, ech)
		}
		if !bytes.Equal(got.Message(), want.Message()) {
			t.Errorf("hello %d: more differs", i)
		}
	}
	if len(hellos) < 100 {
		t.Errorf("only %d hellos in the corpus", len(hellos))
	}
}

func corpusHellos(t *testing.T) []*wire.ClientHello {
	t.Helper()
	dir := os.Getenv("PARLEY_CORPUS")
	if dir == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("CI must set PARLEY_CORPUS")
		}
		t.Skip("PARLEY_CORPUS is not set")
	}
	f, err := os.Open(filepath.Join(dir, "hellos.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var hellos []*wire.ClientHello
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var row struct{ Hex string }
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		b, err := hex.DecodeString(row.Hex)
		if err != nil {
			t.Fatal(err)
		}
		d := wire.NewDecoder(wire.FromClient)
		d.Write(b)
		if it, ok := d.Next(); ok {
			if h, ok := it.Message.(*wire.ClientHello); ok {
				hellos = append(hellos, h)
			}
		}
	}
	return hellos
}

func TestWhatOnlyAResumptionCouldUseIsLeftOut(t *testing.T) {
	h := modern("probe.example")
	h.SetExtension(iana.ExtEarlyData, nil)
	h.SetExtension(iana.ExtPreSharedKey, make([]byte, 100))
	got, _, err := freshen(rand.Reader, h, false)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []iana.ExtensionType{iana.ExtEarlyData, iana.ExtPreSharedKey} {
		if _, ok := got.Extension(x); ok {
			t.Errorf("%v is sent", x)
		}
	}
	if _, ok := h.Extension(iana.ExtEarlyData); !ok {
		t.Error("the attempt's own hello was changed")
	}
}

func TestEncryptedClientHelloIsNewAndHasItsForm(t *testing.T) {
	for _, tc := range []struct {
		name   string
		sent   []byte
		new    bool
		keeps  int // bytes at its beginning that stay
		points ecdh.Curve
	}{
		{name: "GREASE of X25519", sent: ech(0, make([]byte, 32), make([]byte, 144)), new: true, keeps: 8, points: ecdh.X25519()},
		{name: "of P-256", sent: ech(0, make([]byte, 65), make([]byte, 144)), new: true, keeps: 8, points: ecdh.P256()},
		{name: "of an unknown KEM", sent: ech(0, make([]byte, 7), make([]byte, 144)), new: true, keeps: 15},
		{name: "the inner form", sent: []byte{1}},
		{name: "of no form", sent: []byte{0, 1, 2, 3}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			h := modern("probe.example")
			h.SetExtension(iana.ExtECH, bytes.Clone(tc.sent))
			fresh, _, err := freshen(rand.Reader, h, false)
			if err != nil {
				t.Fatal(err)
			}
			got, _ := fresh.Extension(iana.ExtECH)
			if len(got) != len(tc.sent) || bytes.Equal(got, tc.sent) == tc.new || !bytes.Equal(got[:tc.keeps], tc.sent[:tc.keeps]) {
				t.Fatalf("got  %x\nfrom %x", got, tc.sent)
			}
			if tc.points != nil {
				if _, err := tc.points.NewPublicKey(got[8 : 8+int(got[7])]); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

// ech is an encrypted_client_hello (RFC 9849, Section 5).
func ech(kind byte, enc, payload []byte) []byte {
	b := append([]byte{kind, 0, 1, 0, 1, 9, byte(len(enc) >> 8), byte(len(enc))}, enc...)
	return append(append(b, byte(len(payload)>>8), byte(len(payload))), payload...)
}

func TestAHelloThatIsPaddedStaysSoWhenItChanges(t *testing.T) {
	h := modern("a.name.that.makes.it.longer.than.256.bytes.probe.example")
	h.SetKeyShares([]wire.KeyShare{{Group: iana.GroupX25519, Data: make([]byte, 32)}})
	h.SetExtension(iana.ExtPreSharedKey, make([]byte, 60))
	h.Pad(512)
	fresh, _, err := freshen(rand.Reader, h, false)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(fresh.Message()); n != 512 {
		t.Errorf("without its PSK: %d bytes, want 512", n)
	}
	got := make(chan *wire.ClientHello, 1)
	addr := serve(t, answers(
		func(c *wire.ClientHello) []byte {
			return flightOf(retryFor(c, wire.Extension{Type: iana.ExtKeyShare, Data: []byte{0, 23}}))
		},
		func(c *wire.ClientHello) []byte { got <- c; return record(iana.ContentAlert, 2, 80) },
	))
	if r := prober().Do(t.Context(), attempt(addr, h)); r.End != parley.EndAlert {
		t.Fatalf("got %s", summary(r))
	}
	if n := len((<-got).Message()); n != 512 {
		t.Errorf("after a retry: %d bytes, want 512", n)
	}
}

// cuts is a connection that records its writes, and answers with an alert.
type cuts struct {
	net.Conn
	sizes []int
	sent  []byte
}

func (c *cuts) Write(b []byte) (int, error) {
	c.sizes = append(c.sizes, len(b))
	c.sent = append(c.sent, b...)
	return c.Conn.Write(b)
}

func TestAHelloIsCutAsTheAttemptSays(t *testing.T) {
	h := classic("probe.example", iana.TLS12)
	size := len(h.Message())
	addr := serve(t, func(c *net.TCPConn) {
		io.ReadFull(c, make([]byte, size))
		c.Write(record(iana.ContentAlert, 2, 80))
		untilClosed(c)
	})
	for _, tc := range []struct {
		name     string
		split    parley.Split
		version  iana.Version
		records  []int
		segments []int
	}{
		{name: "whole", records: []int{size}, segments: []int{size + 5}},
		{name: "record version", version: iana.TLS12, records: []int{size}, segments: []int{size + 5}},
		{name: "records", split: parley.Split{Records: []int{64, size}}, records: []int{64, size - 64}, segments: []int{size + 10}},
		{name: "segments", split: parley.Split{Segments: []int{5, 90, 60}}, records: []int{size}, segments: pieces(size+5, 5, 90, 60)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d := &cutDialer{}
			p := prober()
			p.Dialer = d
			a := attempt(addr, h)
			a.Split, a.RecordVersion = tc.split, tc.version
			if r := p.Do(t.Context(), a); r.End != parley.EndAlert {
				t.Fatalf("got %s", summary(r))
			}
			if !slices.Equal(d.conn.sizes, tc.segments) {
				t.Errorf("writes: got %v, want %v", d.conn.sizes, tc.segments)
			}
			want := tc.version
			if want == 0 {
				want = iana.TLS10
			}
			var records []int
			for b := d.conn.sent; len(b) > 5; {
				n := int(b[3])<<8 | int(b[4])
				if v := iana.Version(b[1])<<8 | iana.Version(b[2]); v != want {
					t.Errorf("record version: got %v, want %v", v, want)
				}
				records = append(records, n)
				b = b[5+n:]
			}
			if !slices.Equal(records, tc.records) {
				t.Errorf("records: got %v, want %v", records, tc.records)
			}
		})
	}
}

// pieces cuts n into the sizes, of which the last repeats.
func pieces(n int, sizes ...int) (out []int) {
	for i := 0; n > 0; i++ {
		s := min(n, sizes[min(i, len(sizes)-1)])
		out = append(out, s)
		n -= s
	}
	return out
}

func TestAnSSL2HelloIsAnsweredInSSL2OrInTLS(t *testing.T) {
	t.Parallel()
	server := &wire.SSL2ServerHello{
		CertificateType: 1, Version: iana.SSL2, Certificate: []byte{0x30, 0}, Kinds: []iana.SSL2Suite{0x010080}, ConnectionID: make([]byte, 16),
	}
	hello := &wire.SSL2ClientHello{
		Version: iana.TLS10, Kinds: []iana.SSL2Suite{0x010080, 0x00002f}, Challenge: make([]byte, 16),
	}
	for _, tc := range []struct {
		name  string
		sent  []byte
		close bool
		end   parley.EndKind
		want  iana.Version
	}{
		{name: "SSL 2", sent: wire.AppendSSL2ServerHello(nil, server), end: parley.EndStopped, want: iana.SSL2},
		{name: "an error of SSL 2", sent: wire.AppendSSL2Record(nil, (&wire.SSL2Error{Code: 1}).Body()), close: true, end: parley.EndFIN},
		{name: "TLS", sent: flightOf(&wire.ServerHello{LegacyVersion: iana.TLS10, Suite: 0x2f, OmitExtensions: true},
			message(iana.TypeCertificate, 0, 0, 5, 0, 0, 2, 0x30, 0), message(iana.TypeServerHelloDone)), end: parley.EndStopped, want: iana.TLS10},
		{name: "an alert", sent: record(iana.ContentAlert, 2, 70), end: parley.EndAlert},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			addr := serve(t, func(c *net.TCPConn) {
				head := make([]byte, 2)
				io.ReadFull(c, head)
				body := make([]byte, int(head[0]&0x7f)<<8|int(head[1]))
				io.ReadFull(c, body)
				if h, err := wire.ParseSSL2ClientHello(body); err != nil || bytes.Equal(h.Challenge, hello.Challenge) {
					t.Errorf("the hello: %v, challenge %x", err, h.Challenge)
				}
				c.Write(tc.sent)
				if !tc.close {
					untilClosed(c)
				}
			})
			a := parley.Attempt{Scope: parley.Scope{Addr: addr}, SSL2: hello}.Identify()
			r := prober().Do(t.Context(), a)
			if got := r.AnswerTo(a).Choice.Version; r.End != tc.end || got != tc.want {
				t.Errorf("got %s and version %v, want %v and %v", summary(r), got, tc.end, tc.want)
			}
		})
	}
}
