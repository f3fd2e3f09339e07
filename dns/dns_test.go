package dns

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// reply is what the server of a test makes of a query: header and answers.
type reply func(q dnsmessage.Question, h *dnsmessage.Header) []dnsmessage.Resource

// answer packs what reply says to a query.
func answer(t testing.TB, query []byte, say reply) []byte {
	t.Helper()
	var p dnsmessage.Parser
	h, err := p.Start(query)
	if err != nil {
		t.Error(err)
		return nil
	}
	q, err := p.Question()
	if err != nil {
		t.Error(err)
		return nil
	}
	m := dnsmessage.Message{Header: dnsmessage.Header{ID: h.ID, Response: true}, Questions: []dnsmessage.Question{q}}
	m.Answers = say(q, &m.Header)
	b, err := m.Pack()
	if err != nil {
		t.Error(err)
	}
	return b
}

// serve answers over UDP and TCP on one port of loopback.
func serve(t testing.TB, udp, tcp reply) *Resolver {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := netip.MustParseAddrPort(l.Addr().String())
	u, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(at))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close(); u.Close() })
	go func() {
		b := make([]byte, 1500)
		for {
			n, from, err := u.ReadFromUDPAddrPort(b)
			if err != nil {
				return
			}
			stray := append([]byte(nil), answer(t, b[:n], udp)...)
			stray[0] ^= 0xff // an answer to another question comes first
			u.WriteToUDPAddrPort(stray, from)
			u.WriteToUDPAddrPort(answer(t, b[:n], udp), from)
		}
	}()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			var size [2]byte
			c.Read(size[:])
			b := make([]byte, binary.BigEndian.Uint16(size[:]))
			c.Read(b)
			out := answer(t, b, tcp)
			c.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(out))), out...))
			c.Close()
		}
	}()
	return &Resolver{Servers: []netip.AddrPort{at}, Timeout: 5 * time.Second}
}

func record(name string, kind uint16, data ...byte) dnsmessage.Resource {
	n := dnsmessage.MustNewName(name)
	return dnsmessage.Resource{
		Header: dnsmessage.ResourceHeader{Name: n, Type: dnsmessage.Type(kind), Class: dnsmessage.ClassINET},
		Body:   &dnsmessage.UnknownResource{Type: dnsmessage.Type(kind), Data: data},
	}
}

func TestRecordsOfAnyTypeAreAskedFor(t *testing.T) {
	t.Parallel()
	said := func(q dnsmessage.Question, h *dnsmessage.Header) []dnsmessage.Resource {
		switch q.Name.String() {
		case "shop.example.":
			h.AuthenticData = true
			alias := dnsmessage.Resource{Header: dnsmessage.ResourceHeader{Name: q.Name, Type: dnsmessage.TypeCNAME, Class: dnsmessage.ClassINET}, Body: &dnsmessage.CNAMEResource{CNAME: dnsmessage.MustNewName("edge.example.")}}
			return []dnsmessage.Resource{alias, record("edge.example.", uint16(q.Type), 1, 2, 3)}
		case "broken.example.":
			h.RCode = dnsmessage.RCodeServerFailure
		case "gone.example.":
			h.RCode = dnsmessage.RCodeNameError
		case "long.example.":
			h.Truncated = true
		}
		return nil
	}
	r := serve(t, said, func(q dnsmessage.Question, h *dnsmessage.Header) []dnsmessage.Resource {
		return []dnsmessage.Resource{record(q.Name.String(), uint16(q.Type), 9)}
	})
	ctx := context.Background()
	if a, err := r.Lookup(ctx, "shop.example", TypeCAA); err != nil || !a.Authentic || len(a.Records) != 1 || string(a.Records[0]) != "\x01\x02\x03" {
		t.Errorf("got %+v, %v; want the record behind the alias", a, err)
	}
	if a, err := r.Lookup(ctx, "long.example.", TypeTLSA); err != nil || len(a.Records) != 1 || a.Records[0][0] != 9 {
		t.Errorf("got %+v, %v; want what TCP says", a, err)
	}
	if a, err := r.Lookup(ctx, "gone.example", TypeCAA); err != nil || !a.Missing {
		t.Errorf("got %+v, %v; want a missing name", a, err)
	}
	if a, err := r.Lookup(ctx, "empty.example", TypeCAA); err != nil || a.Missing || a.Records != nil {
		t.Errorf("got %+v, %v; want no records", a, err)
	}
	if _, err := r.Lookup(ctx, "broken.example", TypeCAA); err == nil || !strings.Contains(err.Error(), "SERVFAIL") {
		t.Errorf("got %v, want the resolver's error", err)
	}
	if _, err := r.Lookup(ctx, strings.Repeat("a", 64)+".example", TypeCAA); err == nil {
		t.Error("a label of 64 bytes is asked for")
	}
}

func TestAResolverThatIsSilentIsNoAnswer(t *testing.T) {
	t.Parallel()
	u, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer u.Close()
	silent := netip.MustParseAddrPort(u.LocalAddr().String())
	r := &Resolver{Servers: []netip.AddrPort{silent}, Timeout: 30 * time.Millisecond}
	if _, err := r.Lookup(context.Background(), "shop.example", TypeCAA); !errors.Is(err, errSilent) {
		t.Errorf("got %v, want %v", err, errSilent)
	}
	good := serve(t, func(q dnsmessage.Question, h *dnsmessage.Header) []dnsmessage.Resource {
		return []dnsmessage.Resource{record(q.Name.String(), uint16(q.Type), 4)}
	}, nil)
	r = &Resolver{Servers: append([]netip.AddrPort{silent}, good.Servers...), Timeout: 200 * time.Millisecond}
	if a, err := r.Lookup(context.Background(), "shop.example", TypeCAA); err != nil || len(a.Records) != 1 {
		t.Errorf("got %+v, %v; want what the second resolver says", a, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := r.Lookup(ctx, "shop.example", TypeCAA); err == nil {
		t.Error("a question that was called off is answered")
	}
}

func TestTheResolversOfASystemAreRead(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "resolv.conf")
	if err := os.WriteFile(file, []byte("# one\nnameserver 192.0.2.1\nsearch example\nnameserver 2001:db8::1\nnameserver name\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := read(file)
	if err != nil || len(r.Servers) != 2 || r.Servers[1].String() != "[2001:db8::1]:53" {
		t.Errorf("got %+v, %v", r, err)
	}
	if _, err := read(filepath.Join(t.TempDir(), "none")); !errors.Is(err, ErrNoResolver) {
		t.Errorf("got %v, want %v", err, ErrNoResolver)
	}
}

// FuzzParse holds that no answer makes the reader fail.
func FuzzParse(f *testing.F) {
	query, _, err := question("shop.example", TypeCAA)
	if err != nil {
		f.Fatal(err)
	}
	query[0], query[1] = 0, 0
	f.Add(answer(f, query, func(q dnsmessage.Question, h *dnsmessage.Header) []dnsmessage.Resource {
		return []dnsmessage.Resource{record(q.Name.String(), TypeCAA, 0, 5, 'i', 's', 's', 'u', 'e', 'x')}
	}))
	f.Fuzz(func(t *testing.T, b []byte) {
		a, _, _ := parse(b, 0, TypeCAA)
		if len(a.Records) > maxRecords {
			t.Error("more than the limit is kept")
		}
	})
}
