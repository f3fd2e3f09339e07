package wire

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/internal/golden"
)

func flights(t testing.TB) map[string][]byte { return specimens(t, "flights", ".flow") }

// describeItem writes an item on one line.
func describeItem(it Item) string {
	s := fmt.Sprintf("%5d  %v", it.Offset, it.Kind)
	if it.HasType {
		s += fmt.Sprintf(" %v", it.Type)
	}
	if it.Kind == KindAlert {
		s += fmt.Sprintf(" %v", it.Alert)
	}
	s += fmt.Sprintf("  record %v ×%d, %d bytes", it.Record, it.Records, len(it.Raw))
	if it.Missing > 0 {
		s += fmt.Sprintf(", %d missing", it.Missing)
	}
	if it.Err != nil {
		s += ": " + it.Err.Error()
	}
	if m := describeMessage(it.Message); m != "" {
		s += "\n       " + m
	}
	return s
}

func describeMessage(m any) string {
	switch m := m.(type) {
	case *ServerHello:
		group, _ := m.Group()
		mark, _ := m.Downgrade()
		return fmt.Sprintf("version %v, suite %v, group %v, downgrade %v, retry %v, extensions %s",
			m.Version(), m.Suite, group, mark, m.IsHelloRetryRequest(), extensionOrder(&ClientHello{Extensions: m.Extensions}))
	case *Certificate:
		return fmt.Sprintf("%d certificates", len(m.Raw))
	case *ServerKeyExchange:
		return fmt.Sprintf("%v, hint %q, P %d bits, group %v, public %d bytes, scheme %v, signature %d bytes",
			m.KeyExchange, m.Hint, m.PBits, m.Group, len(m.Public)+len(m.Ys), m.Scheme, len(m.Signature))
	case *CertificateRequest:
		return fmt.Sprintf("types %v, %d schemes, %d authorities", names8(m.Types), len(m.Schemes), len(m.Authorities))
	case *CertificateStatus:
		return fmt.Sprintf("type %d, %d responses", m.Type, len(m.Responses))
	}
	return ""
}

func describeItems(items []Item) string {
	var b strings.Builder
	for _, it := range items {
		b.WriteString(describeItem(it) + "\n")
	}
	return b.String()
}

func TestARecordedFlightIsReadAsItWas(t *testing.T) {
	t.Parallel()
	for name, flow := range flights(t) {
		items := decodeAll(FromServer, flow)
		golden.AssertString(t, "testdata/flights/"+name+".want", describeItems(items))
		for _, it := range items {
			if it.Kind == KindMalformed {
				t.Errorf("%s: %v", name, it.Err)
			}
		}
	}
}

// body writes a message back, if it is one that can be written.
func body(m any) []byte {
	if m, ok := m.(interface{ Body() []byte }); ok {
		return m.Body()
	}
	return nil
}

func TestEveryMessageOfARecordedFlightIsWrittenBackByteForByte(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	for name, flow := range flights(t) {
		for _, it := range decodeAll(FromServer, flow) {
			if got := body(it.Message); got != nil {
				seen[fmt.Sprintf("%T", it.Message)]++
				if !bytes.Equal(got, it.Raw[4:]) {
					t.Errorf("%s: %v written back\n%x\nwant\n%x", name, it.Type, got, it.Raw[4:])
				}
			}
		}
	}
	for _, m := range []any{&ServerHello{}, &Certificate{}, &ServerKeyExchange{}, &CertificateRequest{}, &CertificateStatus{}} {
		if seen[fmt.Sprintf("%T", m)] == 0 {
			t.Errorf("no flight holds a %T", m)
		}
	}
}

// sameItems compares items; what Raw of KindNotTLS holds depends on the pieces.
func sameItems(a, b []Item) bool {
	return slices.EqualFunc(a, b, func(x, y Item) bool {
		if x.Kind == KindNotTLS && y.Kind == KindNotTLS {
			x.Raw, y.Raw = nil, nil
		}
		return reflect.DeepEqual(x, y)
	})
}

func cut(stream []byte, at ...int) [][]byte {
	var out [][]byte
	slices.Sort(at)
	last := 0
	for _, n := range at {
		out = append(out, stream[last:n])
		last = n
	}
	return append(out, stream[last:])
}

func TestHowAStreamIsCutIntoPiecesDoesNotMatter(t *testing.T) {
	t.Parallel()
	streams := flights(t)
	for name, rec := range helloRecords(t) {
		streams["hello "+name] = rec
	}
	random := rand.New(rand.NewPCG(1, 2))
	for name, stream := range streams {
		from := FromServer
		if strings.HasPrefix(name, "hello ") {
			from = FromClient
		}
		want := decodeAll(from, stream)
		bytewise := slices.Collect(slices.Chunk(stream, 1))
		if got := decodeAll(from, bytewise...); !sameItems(got, want) {
			t.Errorf("%s: byte by byte it is read as\n%swant\n%s", name, describeItems(got), describeItems(want))
		}
		for range 30 {
			var at []int
			for range random.IntN(12) {
				at = append(at, random.IntN(len(stream)+1))
			}
			if got := decodeAll(from, cut(stream, at...)...); !sameItems(got, want) {
				t.Errorf("%s: cut at %v it is read as\n%swant\n%s", name, at, describeItems(got), describeItems(want))
			}
		}
	}
}

func TestATruncatedFlightNeverYieldsAFalseMessage(t *testing.T) {
	t.Parallel()
	for name, flow := range flights(t) {
		want := decodeAll(FromServer, flow)
		if want[0].Kind == KindNotTLS {
			continue
		}
		ends := recordEnds(flow)
		for n := range flow {
			got := decodeAll(FromServer, flow[:n])
			var complete []Item
			for i, it := range got {
				if it.Kind == KindTruncated {
					if it.Missing <= 0 {
						t.Fatalf("%s cut at %d: truncated, but nothing is missing: %+v", name, n, it)
					}
					continue
				}
				if i > 0 && got[i-1].Kind == KindTruncated {
					t.Fatalf("%s cut at %d: an item follows a truncated one", name, n)
				}
				complete = append(complete, it)
			}
			if len(complete) > len(want) || !sameItems(complete, want[:len(complete)]) {
				t.Fatalf("%s cut at %d is read as\n%swant a beginning of\n%s", name, n, describeItems(got), describeItems(want))
			}
			if atEnd := n == 0 || ends[n]; !atEnd && len(complete) == len(got) {
				t.Fatalf("%s cut at %d, inside a record: nothing is reported truncated", name, n)
			}
		}
	}
}

// recordEnds are the offsets at which a record ends.
func recordEnds(flow []byte) map[int]bool {
	ends := map[int]bool{}
	for at := 0; at+5 <= len(flow); {
		at += 5 + int(flow[at+3])<<8 + int(flow[at+4])
		ends[at] = true
	}
	return ends
}

func TestAFlightInRecordsOfOneByteIsReadAsTheSameMessages(t *testing.T) {
	t.Parallel()
	for name, flow := range flights(t) {
		var payload []byte
		var want []Item
		for _, it := range decodeAll(FromServer, flow) {
			if it.Kind == KindHandshake {
				payload = append(payload, it.Raw...)
				want = append(want, it)
			}
		}
		for _, sizes := range [][]int{{1}, {4}, {5}, {64}, {1, 0, 3}, nil} {
			got := decodeAll(FromServer, AppendRecords(nil, iana.ContentHandshake, iana.TLS12, payload, sizes...))
			ok := slices.EqualFunc(got, want, func(x, y Item) bool {
				return x.Kind == y.Kind && bytes.Equal(x.Raw, y.Raw) && reflect.DeepEqual(x.Message, y.Message)
			})
			if len(payload) > 0 && !ok {
				t.Errorf("%s in records of %v is read as\n%swant\n%s", name, sizes, describeItems(got), describeItems(want))
			}
		}
	}
}
