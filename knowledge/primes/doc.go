// Package primes knows the primes of finite-field Diffie-Hellman that many servers
// share: those of the RFCs, and those that server software has built in. Who
// computes ahead for such a prime does so for all of them at once
// (https://weakdh.org, 2015).
//
// To add one, add it to primes.txt.
package primes

import (
	_ "embed"
	"encoding/hex"
	"math/big"
	"strings"
	"sync"
)

// Known is a prime with a name.
type Known struct {
	Name   string // "ffdhe2048", "MODP group 14"
	Source string // "RFC 7919, Appendix A.1"
	Prime  *big.Int
}

// RFC says that a standard defines the prime: then it is known to be one that is
// fit for it, whatever its size is.
func (k Known) RFC() bool { return strings.HasPrefix(k.Source, "RFC ") }

//go:embed primes.txt
var text string

// All returns the primes in the order of the file.
func All() []Known { return known().all }

type index struct {
	all  []Known
	name map[string]Known // by the digits of the prime
}

var known = sync.OnceValue(func() index {
	out := index{name: map[string]Known{}}
	for block := range strings.SplitSeq(text, "\n\n") {
		head, digits, _ := strings.Cut(block, "\n")
		name, source, ok := strings.Cut(head, " | ")
		raw, err := hex.DecodeString(strings.ReplaceAll(strings.TrimSpace(digits), "\n", ""))
		if !ok || err != nil {
			continue // the comment; TestTheFileIsReadWhole sees to the others
		}
		k := Known{Name: name, Source: source, Prime: new(big.Int).SetBytes(raw)}
		out.all = append(out.all, k)
		out.name[k.Prime.Text(16)] = k
	}
	return out
})

// Find looks a prime up, big-endian; false: it is none that is known.
func Find(p []byte) (Known, bool) {
	k, ok := known().name[new(big.Int).SetBytes(p).Text(16)]
	return k, ok
}
