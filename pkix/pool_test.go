package pkix_test

import (
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/pkix"
)

func TestAStoreIsReadOnceWhileItIsInUse(t *testing.T) {
	roots := [][]byte{{1}, {2}}
	a := parley.Store{Name: "a", Roots: roots}
	first := pkix.PoolOf(a)
	if first.Unread != 2 {
		t.Errorf("%d roots unread, want 2", first.Unread)
	}
	if pkix.PoolOf(a) != first {
		t.Error("the same store was read twice")
	}
	for _, other := range []parley.Store{
		{Name: "b", Roots: roots},
		{Name: "a", Roots: roots[:1]},
		{Name: "a", Roots: roots[1:]},
		{Name: "a", Roots: [][]byte{{1}, {2}}},
	} {
		p := pkix.PoolOf(other)
		if p == first || p.Name != other.Name || p.Unread != len(other.Roots) {
			t.Errorf("%v got the pool of another store: %+v", other, p)
		}
	}
	for range 20 {
		pkix.PoolOf(parley.Store{Name: "a", Roots: [][]byte{{3}}})
	}
	if p := pkix.PoolOf(a); p == first {
		t.Error("a store is kept after many others were read")
	}
}
