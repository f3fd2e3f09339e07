// Command verdicts checks every fault that it reads from its input, one after
// the other, and prints when the leading cause was first known, when the whole
// check was over, and what it took. A fault over its budget makes it exit 1.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/check"
	"github.com/parley-tls/parley/diagnose"
	"github.com/parley-tls/parley/knowledge/clients"
	"github.com/parley-tls/parley/lab"
	"github.com/parley-tls/parley/probe"
)

// place is a fault that runs, by its name, and how to reach it.
type place struct {
	Fault  string
	Target lab.Target
}

// silent are the faults in which it takes waiting to see that nothing comes.
var silent = []string{
	"drop-connections", "drop-large-hellos", "drop-large-segments", "drop-one-name", "ignore-hellos-of-256-to-511",
	"ignore-hellos-with-1.3", "lose-large-flights", "never-answer",
}

// The budgets: until the leading cause stands, and of the whole check.
const (
	firstBudget  = time.Second
	wholeBudget  = 2 * time.Second
	silentBudget = 4 * time.Second
)

func main() {
	runs := flag.Int("n", 3, "runs of each fault; the median is printed")
	flag.Parse()
	fmt.Println("| fault | answer | first verdict s | whole s | connections | at once | rounds | in budget |")
	fmt.Println("|---|---|---|---|---|---|---|---|")
	over := 0
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		var p place
		err := json.Unmarshal(in.Bytes(), &p)
		if err == nil {
			var within bool
			if within, err = p.row(*runs); !within {
				over++
			}
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "verdicts:", err)
			os.Exit(2)
		}
	}
	fmt.Printf("\n%d over budget (answered: %v first, %v whole; silent: %v)\n", over, firstBudget, wholeBudget, silentBudget)
	if over > 0 {
		os.Exit(1)
	}
}

// row checks a fault several times and prints its medians.
func (p place) row(runs int) (within bool, err error) {
	var firsts, wholes []time.Duration
	var last timed
	for range runs {
		if last, err = p.check(); err != nil {
			return false, fmt.Errorf("%s: %w", p.Fault, err)
		}
		firsts, wholes = append(firsts, last.first), append(wholes, last.Elapsed)
	}
	slices.Sort(firsts)
	slices.Sort(wholes)
	first, whole := firsts[runs/2], wholes[runs/2]
	within = first <= firstBudget && whole <= wholeBudget
	if slices.Contains(silent, p.Fault) {
		within = whole <= silentBudget
	}
	words := "yes"
	if !within {
		words = "**no**"
	}
	fmt.Printf("| %s | %s | %.2f | %.2f | %d | %d | %d | %s |\n", p.Fault, leading(last.Result), first.Seconds(), whole.Seconds(),
		last.Connections, last.Peak, last.Rounds, words)
	return within, nil
}

// timed is an answer and when its leading cause was first known.
type timed struct {
	*check.Answer
	first time.Duration
}

// check checks the fault once.
func (p place) check() (timed, error) {
	o, err := p.options()
	if err != nil {
		return timed{}, err
	}
	type key struct {
		id parley.AttemptID
		at time.Duration
	}
	var mu sync.Mutex
	known := map[key]time.Duration{}
	began := time.Now()
	o.Progress = func(r parley.Reply) {
		mu.Lock()
		defer mu.Unlock()
		known[key{r.Attempt, r.At}] = time.Since(began)
	}
	a, err := check.Run(context.Background(), *o)
	if err != nil {
		return timed{}, err
	}
	t := timed{Answer: a}
	var moments []time.Duration
	for _, m := range known {
		moments = append(moments, m)
	}
	slices.Sort(moments)
	moments = slices.Compact(moments)
	// From the end back, until the answer was another one.
	for _, m := range slices.Backward(moments) {
		e := *a.Evidence
		e.Replies = slices.DeleteFunc(slices.Clone(e.Replies), func(r parley.Reply) bool { return known[key{r.Attempt, r.At}] > m })
		if leading(diagnose.Step(&e)) != leading(a.Result) {
			break
		}
		t.first = m
	}
	return t, nil
}

// leading is what an answer says first.
func leading(r diagnose.Result) string {
	if len(r.Findings) == 0 {
		return r.Verdict.String()
	}
	return string(r.Findings[0].Cause)
}

// options are those of the check that diagnoses the fault.
func (p place) options() (*check.Options, error) {
	f, err := lab.Get(p.Fault)
	if err != nil {
		return nil, err
	}
	t := p.Target
	o := &check.Options{
		Target: t.Address, SNI: t.SNI, Connect: t.Origin, Compare: t.Origin != "", ALPN: t.ALPN, StartTLS: t.StartTLS, FetchIssuers: t.AIA, Resume: t.Resume, Now: time.Now(),
		Prober: &probe.Prober{Resolver: resolver(t.Resolver)},
	}
	switch {
	case len(t.Hello) > 0:
		o.OwnName = true
		o.Client, err = clients.FromBytes(t.Hello)
	case f.As != "":
		o.Client, err = clients.Get(string(f.As))
	default:
		o.Panel = clients.Panel()
	}
	if t.Proxy != "" {
		o.Proxies = []string{"", t.Proxy}
	}
	return o, err
}

// resolver is the one at an address; nil: the system's.
func resolver(address string) *net.Resolver {
	if address == "" {
		return nil
	}
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, network, address)
	}}
}
