package pairs

import (
	"fmt"
	"testing"
	"time"

	"github.com/parley-tls/parley/internal/peers"
)

// Run runs pairs with the real software, each server started once, and hands
// out what each came to, with what the client printed.
func Run(t *testing.T, all []Pair, done func(Record, string)) {
	software := map[string]string{}
	groups, order := map[string][]Pair{}, []string{}
	for _, p := range all {
		k := p.Server.key()
		if groups[k] == nil {
			order = append(order, k)
		}
		groups[k] = append(groups[k], p)
		if _, ok := software[p.Client.Stack]; !ok {
			software[p.Client.Stack] = p.Client.software()
		}
	}
	for _, k := range order {
		t.Run(k, func(t *testing.T) {
			spec := groups[k][0].Server
			server := peers.Start(t, spec.Stack, spec.Config)
			means, err := spec.means()
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range groups[k] {
				r, text, err := p.run(server)
				if err != nil {
					t.Errorf("%v: %v", p.Client, err)
					continue
				}
				r.Versions, r.Means = [2]string{server.Version, software[p.Client.Stack]}, means
				done(r, text)
			}
		})
	}
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
