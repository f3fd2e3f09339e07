package pairs

import (
	"slices"
	"strings"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/internal/peers"
)

// Table returns every pair, in the order in which they are recorded.
func Table() []Pair {
	return slices.Concat(opensslPairs(), gnutlsPairs(), goPairs(), javaPairs(), nssPairs(), refusedPairs())
}

// before lists clients, one a string: the stack, then its options, separated
// by spaces.
func before(stack peers.Stack, config peers.Config, clients ...string) []Pair {
	var all []Pair
	for _, c := range clients {
		words := strings.Fields(c)
		all = append(all, Pair{
			Server: ServerSpec{Stack: stack, Config: config},
			Client: ClientSpec{Stack: words[0], Options: words[1:]},
		})
	}
	return all
}

// Versions in the order of their numbers.
var (
	v1011 = []iana.Version{iana.TLS10, iana.TLS11}
	v12   = []iana.Version{iana.TLS12}
	v1213 = []iana.Version{iana.TLS12, iana.TLS13}
	v13   = []iana.Version{iana.TLS13}
	vAll  = []iana.Version{iana.TLS10, iana.TLS11, iana.TLS12, iana.TLS13}
)
