package bench_test

import (
	"context"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/check"
	"github.com/parley-tls/parley/diagnose"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/knowledge/clients"
	"github.com/parley-tls/parley/lab"
	"github.com/parley-tls/parley/probe"
)

// start runs a fault of the lab until b ends, and returns where it is.
func start(b *testing.B, name string) string {
	b.Helper()
	f, err := lab.Get(name)
	if err != nil {
		b.Fatal(err)
	}
	l := lab.New()
	b.Cleanup(l.Close)
	t, err := f.Start(context.Background(), l)
	if err != nil {
		b.Fatal(err)
	}
	return t.Address
}

// evidence is that of a whole check, of a server whose fault takes a search.
func evidence(b *testing.B) *parley.Evidence {
	b.Helper()
	a, err := check.Run(b.Context(), check.Options{Target: start(b, "accept-only-1.0"), Panel: clients.Panel(), Now: time.Now()})
	if err != nil {
		b.Fatal(err)
	}
	return a.Evidence
}

func BenchmarkStep(b *testing.B) {
	e := evidence(b)
	b.ReportAllocs()
	for b.Loop() {
		diagnose.Step(e)
	}
}

func BenchmarkFold(b *testing.B) {
	e := evidence(b)
	scope := e.Attempts[e.Order[0]].Scope
	b.ReportAllocs()
	for b.Loop() {
		e.Fold(scope)
	}
}

func BenchmarkNegotiate(b *testing.B) {
	e := evidence(b)
	server := e.Fold(e.Attempts[e.Order[0]].Scope)
	client := *clients.Panel()[0]
	b.ReportAllocs()
	for b.Loop() {
		parley.Negotiate(client, server)
	}
}

func BenchmarkProbe(b *testing.B) {
	addr, err := net.ResolveTCPAddr("tcp", start(b, "serve-today"))
	if err != nil {
		b.Fatal(err)
	}
	at := addr.AddrPort()
	a := parley.Whole(parley.Scope{Addr: netip.AddrPortFrom(at.Addr().Unmap(), at.Port())}, iana.TLS13)
	p := &probe.Prober{}
	b.ReportAllocs()
	for b.Loop() {
		if r := p.Do(b.Context(), a); r.End != parley.EndStopped {
			b.Fatalf("ended as %v: %s", r.End, r.Detail)
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	target, panel := start(b, "accept-only-1.0"), clients.Panel()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := check.Run(b.Context(), check.Options{Target: target, Panel: panel, Now: time.Now()}); err != nil {
			b.Fatal(err)
		}
	}
}
