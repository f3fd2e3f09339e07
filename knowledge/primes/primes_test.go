package primes

import (
	"crypto/rand"
	"math/big"
	"strings"
	"testing"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/keys"
)

func TestTheFileIsReadWhole(t *testing.T) {
	t.Parallel()
	if got, want := len(All()), strings.Count(text, " | "); got != want || want < 30 {
		t.Errorf("%d primes are read of %d", got, want)
	}
	for _, k := range All() {
		if got, ok := Find(append([]byte{0}, k.Prime.Bytes()...)); !ok || got.Name != k.Name {
			t.Errorf("%s is found as %q", k.Name, got.Name)
		}
	}
}

// TestEveryPrimeIsOne looks for mistakes in the digits: all are prime, and but for
// those that are made for a subgroup so is the half below each.
func TestEveryPrimeIsOne(t *testing.T) {
	t.Parallel()
	for _, k := range All() {
		if k.Prime.BitLen() > 4096 { // seconds each; they were computed from their definitions
			continue
		}
		half := new(big.Int).Rsh(k.Prime, 1)
		subgroup := strings.Contains(k.Name, "subgroup") || strings.Contains(k.Name, "DSA")
		if !k.Prime.ProbablyPrime(0) || !subgroup && !half.ProbablyPrime(0) {
			t.Errorf("%s is no safe prime", k.Name)
		}
	}
}

// TestTheGroupsOfRFC7919AreThoseThatTheKeysHave compares the file with what package
// keys computes from their definition: the primes follow from one share of each.
func TestTheGroupsOfRFC7919AreThoseThatTheKeysHave(t *testing.T) {
	t.Parallel()
	for g := iana.Group(0x0100); g <= 0x0101; g++ {
		s, err := keys.NewShare(rand.Reader, g)
		if err != nil {
			t.Fatal(err)
		}
		bits := len(s.Public) * 8
		for _, k := range All() {
			if k.RFC() && strings.HasPrefix(k.Name, "ffdhe") && k.Prime.BitLen() == bits {
				// A secret with a peer whose public value is the prime less two is one
				// below the prime, and a valid share; one of the prime itself is out of range.
				if _, err := s.Agree(k.Prime.Bytes()); err == nil {
					t.Errorf("%s: its own prime is taken for a share", k.Name)
				}
				if _, err := s.Agree(new(big.Int).Sub(k.Prime, big.NewInt(2)).Bytes()); err != nil {
					t.Errorf("%s: %v", k.Name, err)
				}
			}
		}
	}
}
