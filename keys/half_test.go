package keys

import (
	"bytes"
	"crypto/rand"
	"errors"
	"testing"

	"pgregory.net/rapid"

	"github.com/parley-tls/parley/iana"
	_ "github.com/parley-tls/parley/internal/property"
	"github.com/parley-tls/parley/wire"
)

// pair is a suite in a version, and whether the MAC covers the ciphertext.
type pair struct {
	suite   iana.Suite
	version iana.Version
	after   bool
}

// pairs are all that this package has.
func pairs() (all []pair) {
	for _, s := range iana.Suites() {
		for v := iana.SSL3; v <= iana.TLS13; v++ {
			if Supports(s, v) {
				all = append(all, pair{suite: s, version: v})
				if info, _ := s.Info(); info.CBC && v > iana.SSL3 {
					all = append(all, pair{suite: s, version: v, after: true})
				}
			}
		}
	}
	return all
}

// halves are the client's protection, once to seal and once to open.
func (p pair) halves(t rapid.TB) (seals, opens *Half) {
	t.Helper()
	make := func() *Half {
		if p.version == iana.TLS13 {
			s, err := NewSchedule(p.suite)
			if err != nil {
				t.Fatal(err)
			}
			c, _, err := s.Handshake([]byte("shared"), &Transcript{})
			if err != nil {
				t.Fatal(err)
			}
			h, err := c.Half()
			if err != nil {
				t.Fatal(err)
			}
			return h
		}
		m, err := NewMaster(p.version, p.suite, []byte("premaster"), [32]byte{1}, [32]byte{2}, nil)
		if err != nil {
			t.Fatal(err)
		}
		h, _, err := m.Halves(p.after, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	return make(), make()
}

func TestWhatIsSealedOpens(t *testing.T) {
	all := pairs()
	if len(all) < 150 {
		t.Fatalf("%d suites and versions, expected more than 150", len(all))
	}
	for _, p := range all {
		seals, opens := p.halves(t)
		for i, content := range [][]byte{[]byte("hello"), {}, bytes.Repeat([]byte{7}, 31), make([]byte, maxContent+5)} {
			seals.Pad = i
			typ := iana.ContentApplicationData
			if i == 0 {
				typ = iana.ContentHandshake
			}
			sealed, err := seals.Seal(nil, typ, content)
			if err != nil {
				t.Fatalf("%+v: %v", p, err)
			}
			if got, got2 := opened(t, opens, sealed); got != typ || !bytes.Equal(got2, content) {
				t.Errorf("%+v: got %v of %d bytes, want %v of %d", p, got, len(got2), typ, len(content))
			}
		}
	}
}

// opened opens all records of b.
func opened(t *testing.T, h *Half, b []byte) (typ iana.ContentType, content []byte) {
	t.Helper()
	for len(b) > 0 {
		n := 5 + int(b[3])<<8 + int(b[4])
		inner, c, err := h.Open(iana.ContentType(b[0]), b[5:n])
		if err != nil {
			t.Fatal(err)
		}
		typ, content, b = inner, append(content, c...), b[n:]
	}
	return typ, content
}

func TestARecordThatWasChangedDoesNotOpen(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SampledFrom(pairs()).Draw(t, "pair")
		seals, opens := p.halves(t)
		sealed, err := seals.Seal(nil, iana.ContentHandshake, rapid.SliceOfN(rapid.Byte(), 0, 64).Draw(t, "content"))
		if err != nil {
			t.Fatal(err)
		}
		payload := sealed[5:]
		payload[rapid.IntRange(0, len(payload)-1).Draw(t, "at")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		if p.version == iana.SSL3 { // which leaves the content of the padding open
			return
		}
		if _, _, err := opens.Open(iana.ContentType(sealed[0]), payload); !errors.Is(err, ErrRecord) {
			t.Errorf("got %v, want %v", err, ErrRecord)
		}
	})
}

func TestARecordOfNothingButPaddingDoesNotOpen(t *testing.T) {
	t.Parallel()
	seals, opens := pair{suite: iana.TLS_AES_128_GCM_SHA256, version: iana.TLS13}.halves(t)
	payload, err := seals.records.seal(nil, 0, iana.ContentApplicationData, make([]byte, 16))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := opens.Open(iana.ContentApplicationData, payload); !errors.Is(err, ErrRecord) {
		t.Errorf("got %v, want %v", err, ErrRecord)
	}
}

func TestKeyUpdatesChangeTheKeys(t *testing.T) {
	t.Parallel()
	s, err := NewSchedule(iana.TLS_CHACHA20_POLY1305_SHA256)
	if err != nil {
		t.Fatal(err)
	}
	c, _ := secrets(t)(s.Handshake([]byte("shared"), &Transcript{}))
	next, err := c.Update()
	if err != nil {
		t.Fatal(err)
	}
	seals, _ := c.Half()
	opens, _ := next.Half()
	sealed, _ := seals.Seal(nil, iana.ContentHandshake, []byte("old"))
	if _, _, err := opens.Open(iana.ContentApplicationData, sealed[5:]); err == nil {
		t.Error("a record under the old keys opens under the new")
	}
}

func FuzzOpen(f *testing.F) {
	all := pairs()
	for i := range all {
		seals, _ := all[i].halves(f)
		sealed, err := seals.Seal(nil, iana.ContentHandshake, []byte("content"))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(uint16(i), sealed)
	}
	f.Fuzz(func(t *testing.T, i uint16, b []byte) {
		p := all[int(i)%len(all)]
		_, opens := p.halves(t)
		d := wire.NewDecoder(wire.FromServer)
		d.Write(b)
		for it, ok := d.Next(); ok; it, ok = d.Next() {
			if _, content, err := opens.Open(it.RecordType, it.Raw); err == nil && len(content) > len(it.Raw) {
				t.Errorf("%+v: %d bytes come of %d", p, len(content), len(it.Raw))
			}
		}
		if _, content, err := opens.Open(iana.ContentApplicationData, b); err == nil && len(content) > len(b) {
			t.Errorf("%+v: %d bytes come of %d", p, len(content), len(b))
		}
	})
}
