package keys

import (
	"bytes"
	"crypto/rand"
	"errors"
	"math/big"
	"testing"

	"github.com/parley-tls/parley/iana"
)

func TestBothSidesOfEveryGroupAgree(t *testing.T) {
	t.Parallel()
	for g := range methods {
		t.Run(g.String(), func(t *testing.T) {
			t.Parallel()
			s, err := NewShare(rand.Reader, g)
			if err != nil {
				t.Fatal(err)
			}
			info, _ := g.Info()
			if len(s.Public) != info.ClientShare {
				t.Errorf("the share has %d bytes, the registry says %d", len(s.Public), info.ClientShare)
			}
			if other, err := NewShare(rand.Reader, g); err != nil || bytes.Equal(other.Public, s.Public) {
				t.Errorf("the next share is the same (%v)", err)
			}
			public, theirs, err := Respond(rand.Reader, g, s.Public)
			if g == iana.GroupX448 || g == iana.GroupX25519Kyber768Draft00 {
				if !errors.Is(err, ErrUnsupported) {
					t.Errorf("got %v, want %v", err, ErrUnsupported)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if len(public) != info.ServerShare {
				t.Errorf("the answer has %d bytes, the registry says %d", len(public), info.ServerShare)
			}
			ours, err := s.Agree(public)
			if err != nil || !bytes.Equal(ours, theirs) || len(ours) == 0 {
				t.Errorf("got %x and %v, want %x", ours, err, theirs)
			}
			if _, err := s.Agree(public[1:]); err == nil {
				t.Error("a share that is a byte short is taken")
			}
			if _, _, err := Respond(rand.Reader, g, s.Public[1:]); err == nil {
				t.Error("a client's share that is a byte short is taken")
			}
		})
	}
}

func TestAGroupThatIsNotKnownIsUnsupported(t *testing.T) {
	t.Parallel()
	if _, err := NewShare(rand.Reader, iana.GroupSecp256k1); !errors.Is(err, ErrUnsupported) {
		t.Errorf("got %v, want %v", err, ErrUnsupported)
	}
}

// TestTheFinitePrimesAreSafePrimes holds for the numbers of RFC 7919 and, but by
// chance, for no others. The longest take seconds, and the definition is one.
func TestTheFinitePrimesAreSafePrimes(t *testing.T) {
	t.Parallel()
	for _, bits := range []int{2048, 3072, 4096} {
		p := ffdhePrime(bits)
		half := new(big.Int).Rsh(p, 1)
		if p.BitLen() != bits || !p.ProbablyPrime(0) || !half.ProbablyPrime(0) {
			t.Errorf("%d bits: %x is no safe prime", bits, p)
		}
	}
}

func TestParametersThatAreNoneAreRefused(t *testing.T) {
	t.Parallel()
	good := ffdhePrime(2048).Bytes()
	for name, p := range map[string][]byte{"none": nil, "zero": make([]byte, 256), "even": append(bytes.Clone(good[:255]), 2), "short": {7}} {
		if _, err := NewDH(rand.Reader, p, []byte{2}); err == nil {
			t.Errorf("%s: a prime that is none is taken", name)
		}
	}
	if _, err := NewDH(rand.Reader, bytes.Repeat([]byte{0xff}, 3000), []byte{2}); !errors.Is(err, ErrUnsupported) {
		t.Errorf("a prime of 24,000 bits: got %v, want %v", err, ErrUnsupported)
	}
	k, err := NewDH(rand.Reader, good, []byte{2})
	if err != nil {
		t.Fatal(err)
	}
	for _, peer := range [][]byte{nil, {0}, {1}, good} {
		if _, err := k.Agree(peer); err == nil {
			t.Errorf("the public value %x is taken", peer)
		}
	}
}
