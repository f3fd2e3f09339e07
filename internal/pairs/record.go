package pairs

import (
	"fmt"
	"testing"
	"time"

	"github.com/parley-tls/parley/internal/peers"
)

// Result is a pair that was run, and what the client printed.
type Result struct {
	Record
	Text string
}

// Run runs pairs with the real software and returns what each came to, in
// their order. Each server is started once; as many run at a time as go test
// runs tests in parallel.
func Run(t *testing.T, all []Pair) []Result {
	software := map[string]string{}
	groups := map[string][]int{}
	for i, p := range all {
		k := p.Server.key()
		groups[k] = append(groups[k], i)
		if _, ok := software[p.Client.Stack]; !ok {
			software[p.Client.Stack] = p.Client.software()
		}
	}
	results := make([]Result, len(all))
	t.Run("pairs", func(t *testing.T) {
		for k, pairs := range groups {
			t.Run(k, func(t *testing.T) {
				t.Parallel()
				spec := all[pairs[0]].Server
				server := peers.Start(t, spec.Stack, spec.Config)
				means, err := spec.means()
				if err != nil {
					t.Fatal(err)
				}
				for _, i := range pairs {
					r, text, err := all[i].run(server)
					if err != nil {
						t.Errorf("%v: %v", all[i].Client, err)
						continue
					}
					r.Versions, r.Means = [2]string{server.Version, software[r.Client.Stack]}, means
					results[i] = Result{Record: r, Text: text}
				}
			})
		}
	})
	return results
}

func (p Pair) run(server *peers.Server) (Record, string, error) {
	wait := patience
	if p.Client.Stack == "nss" {
		wait = patienceNSS
	}
	relay, err := startRelay(server.Addr, wait)
	if err != nil {
		return Record{}, "", err
	}
	began := time.Now()
	said, err := p.Client.run(relay.addr())
	said.text += fmt.Sprintf("\ntook %v", time.Since(began).Round(time.Millisecond))
	seen := read(relay.close())
	said.readAlert()
	if err == nil && seen.hello == nil {
		err = fmt.Errorf("the client sent no hello: %s", said.text)
	}
	if err != nil {
		return Record{}, "", err
	}
	return Record{Pair: p, Hello: seen.helloHex(), Outcome: seen.outcome(said)}, said.text, nil
}
