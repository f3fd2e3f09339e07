package check_test

import (
	"context"
	"net"
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/check"
	"github.com/parley-tls/parley/knowledge/clients"
	"github.com/parley-tls/parley/lab"
	"github.com/parley-tls/parley/probe"
)

// everyFault are the faults that every hello of the corpus is checked at: one
// of each way to answer. The others see a hello of every tenth program.
var everyFault = []string{
	"accept-only-1.0", "answer-http", "close-every-hello", "load-no-certificate", "refuse-every-server-name", "retry-twice",
	"send-wrong-lengths", "serve-today",
}

// TestNoHelloOfTheCorpusBreaksACheck checks as every hello of the corpus at a
// few faults, and as the hellos of some programs at all faults; outside of CI it is
// content with a part of that, and with PARLEY_WHOLE=1 it checks every hello at
// every fault. What is tested is that there is no panic, which Run would hand on.
//
// It does not run beside other tests: it counts goroutines.
func TestNoHelloOfTheCorpusBreaksACheck(t *testing.T) {
	hellos := corpus(t)
	before := runtime.NumGoroutine()
	l := lab.New()
	type target struct {
		fault  lab.Fault
		target lab.Target
	}
	few, all := map[string]bool{}, []target{}
	for _, name := range everyFault {
		few[name] = true
	}
	for _, f := range lab.All() {
		if f.Want.Exit == 3 && f.Want.Cause != "" || f.Name == "drip-bytes" {
			continue // what answers nothing reads no hello, and takes its time
		}
		at, err := f.Start(context.Background(), l)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, target{fault: f, target: at})
	}
	type run struct {
		hello captured
		at    target
	}
	var runs []run
	programs := map[string]bool{}
	for i, h := range hellos {
		tenth := !programs[h.Client] && len(programs)%10 == 0 && os.Getenv("CI") == "true"
		programs[h.Client] = true
		each := 2 // two captures of each client stand side by side
		if os.Getenv("CI") != "true" {
			each = 16
		}
		for _, at := range all {
			if tenth || os.Getenv("PARLEY_WHOLE") != "" || few[at.fault.Name] && i%each == 0 {
				runs = append(runs, run{hello: h, at: at})
			}
		}
	}
	inEveryCase(t, len(runs), func(i int) {
		r := runs[i]
		c, err := clients.FromBytes(r.hello.raw)
		if err != nil {
			t.Errorf("%v: %v", r.hello, err)
			return
		}
		p := &probe.Prober{Dialer: &loopbackOnly{Dialer: net.Dialer{ControlContext: probe.Control}}, Silence: time.Second}
		if to := r.at.target.Resolver; to != "" {
			p.Resolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
				return (&loopbackOnly{}).DialContext(ctx, network, to)
			}}
		}
		o := check.Options{Target: r.at.target.Address, Client: c, OwnName: true, StartTLS: r.at.target.StartTLS, Now: time.Now(), Prober: p}
		a, err := check.Run(context.Background(), o)
		if err != nil {
			t.Errorf("%v at %s: %v", r.hello, r.at.fault.Name, err)
			return
		}
		if len(a.Evidence.Replies) == 0 && a.Result.Verdict != parley.VerdictUnknown {
			t.Errorf("%v at %s: %v without an answer", r.hello, r.at.fault.Name, a.Result.Verdict)
		}
		for _, x := range a.Evidence.Replies {
			if x.End == parley.EndLocal {
				t.Errorf("%v at %s: %s", r.hello, r.at.fault.Name, x.Detail)
			}
		}
	})
	t.Logf("%d checks, %d hellos, %d faults", len(runs), len(hellos), len(all))
	l.Close()
	nothingLeft(t, before)
}
