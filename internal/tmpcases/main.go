package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/check"
	"github.com/parley-tls/parley/diagnose"
	"github.com/parley-tls/parley/knowledge/clients"
	"github.com/parley-tls/parley/lab"
	"github.com/parley-tls/parley/probe"
	"github.com/parley-tls/parley/transcript"
)

func sig(r diagnose.Result) string {
	var s []string
	for _, f := range r.Findings {
		s = append(s, fmt.Sprint(f.Cause, f.Side, f.Certainty, f.Symptoms == nil))
	}
	return strings.Join(s, ";") + r.Verdict.String()
}

func text(d *transcript.Doc) (string, bool) {
	s := d.String()
	p, err := transcript.Parse(s)
	if err != nil {
		return err.Error(), false
	}
	e, err := p.EvidenceOf(clients.Get)
	if err != nil {
		return err.Error(), false
	}
	return sig(diagnose.Step(e)), true
}

func cp(d *transcript.Doc) *transcript.Doc {
	n := *d
	n.Blocks = slices.Clone(d.Blocks)
	for i := range n.Blocks {
		n.Blocks[i].Reply.Events = slices.Clone(d.Blocks[i].Reply.Events)
	}
	return &n
}

func minimise(d *transcript.Doc, want string) *transcript.Doc {
	try := func(f func(*transcript.Doc) bool) bool {
		n := cp(d)
		if !f(n) {
			return false
		}
		if got, ok := text(n); ok && got == want {
			d = n
			return true
		}
		return false
	}
	try(func(n *transcript.Doc) bool { n.Target = parley.Target{}; n.Lookup = parley.Lookup{}; return true })
	try(func(n *transcript.Doc) bool { n.Local = parley.Local{}; return true })
	for i := len(d.Blocks) - 1; i >= 0; i-- {
		i := i
		try(func(n *transcript.Doc) bool { n.Blocks = slices.Delete(n.Blocks, i, i+1); return true })
	}
	for i := range d.Blocks {
		try(func(n *transcript.Doc) bool { n.Blocks[i].Reply.Connect, n.Blocks[i].Reply.Others = 0, 0; return true })
		try(func(n *transcript.Doc) bool {
			n.Blocks[i].Reply.Took, n.Blocks[i].Reply.First = 0, 0
			for j := range n.Blocks[i].Reply.Events {
				n.Blocks[i].Reply.Events[j].After = 0
			}
			return true
		})
		try(func(n *transcript.Doc) bool { n.Blocks[i].Times = 1; return true })
		for j := len(d.Blocks[i].Reply.Events) - 1; j >= 0; j-- {
			try(func(n *transcript.Doc) bool {
				n.Blocks[i].Reply.Events = slices.Delete(n.Blocks[i].Reply.Events, j, j+1)
				return true
			})
		}
		try(func(n *transcript.Doc) bool {
			h := n.Blocks[i].Hello != nil
			n.Blocks[i].Hello = nil
			n.Blocks[i].RecordVersion = 0
			return h
		})
	}
	return d
}

func main() {
	l := lab.New()
	defer l.Close()
	want := map[parley.CauseID]int{}
	for _, f := range lab.All() {
		if len(os.Args) > 1 && !slices.Contains(os.Args[1:], f.Name) {
			continue
		}
		if f.Want.Cause == "plaintext.tls-to-plain-port" && want[f.Want.Cause] > 1 {
			continue
		}
		want[f.Want.Cause]++
		ctx, cancel := context.WithCancel(context.Background())
		t, err := f.Start(ctx, l)
		if err != nil {
			panic(err)
		}
		o := check.Options{Target: t.Address, SNI: t.SNI, ALPN: t.ALPN, StartTLS: t.StartTLS, Timeout: 10 * time.Second, Now: time.Now()}
		o.Prober = &probe.Prober{}
		if t.Proxy != "" {
			o.Proxies = []string{t.Proxy}
		}
		if t.Resolver != "" {
			o.Prober.Resolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, n, _ string) (net.Conn, error) {
				var d net.Dialer
				return d.DialContext(ctx, n, t.Resolver)
			}}
		}
		switch {
		case len(t.Hello) > 0:
			o.Client, err = clients.FromBytes(t.Hello)
			o.OwnName = true
		case f.As != "":
			o.Client, err = clients.Get(string(f.As))
		default:
			o.Panel = clients.Panel()
		}
		if err != nil {
			panic(err)
		}
		a, err := check.Run(ctx, o)
		if err != nil {
			panic(err)
		}
		cancel()
		d := transcript.FromEvidence(a.Evidence)
		s := sig(a.Result)
		got, _ := text(d)
		fmt.Printf("##### %s  %s\n", f.Name, s)
		if got != s {
			fmt.Printf("!!!!! transcript says %s\n%s\n", got, d)
			continue
		}
		fmt.Println(minimise(d, s))
	}
}
