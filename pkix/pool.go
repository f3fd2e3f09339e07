package pkix

import (
	"bytes"
	"sync"

	"github.com/parley-tls/parley"
)

// Pool is a set of trust anchors with a name.
type Pool struct {
	Name string // "system", "--ca FILE", "Mozilla"
	// Unread counts certificates that could not be read.
	Unread    int
	roots     []*Certificate
	bySubject map[string][]*Certificate
	byKeyID   map[string][]*Certificate
	byRaw     map[string]bool
}

// NewPool reads certificates of trust anchors.
func NewPool(name string, ders ...[]byte) *Pool {
	p := &Pool{Name: name, bySubject: map[string][]*Certificate{}, byKeyID: map[string][]*Certificate{}, byRaw: map[string]bool{}}
	for _, der := range ders {
		c, err := Read(der)
		if err != nil {
			p.Unread++
			continue
		}
		p.add(c)
	}
	return p
}

// PoolOf reads a store. A diagnosis asks for the same few stores at every step,
// and reading one is most of its work, so the pools that were read last are kept.
// A store and its pool must not change.
func PoolOf(s parley.Store) *Pool {
	if len(s.Roots) == 0 {
		return NewPool(s.Name)
	}
	return lately.get(store{&s.Roots[0], len(s.Roots), s.Name}, func() *Pool { return NewPool(s.Name, s.Roots...) })
}

// store is the identity of a store. It holds on to the roots, so that no other
// store can come to lie in their place.
type store struct {
	first *[]byte
	n     int
	name  string
}

// lately has the pools that were read last.
var lately pools

type pools struct {
	mu   sync.Mutex
	kept [8]struct {
		store
		pool *Pool
	}
	next int // the place of the oldest
}

func (p *pools) get(s store, read func() *Pool) *Pool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, k := range p.kept {
		if k.pool != nil && k.store == s {
			return k.pool
		}
	}
	k := &p.kept[p.next]
	p.next = (p.next + 1) % len(p.kept)
	k.store, k.pool = s, read()
	return k.pool
}

func (p *Pool) add(c *Certificate) {
	if p.byRaw[string(c.Raw)] {
		return
	}
	p.byRaw[string(c.Raw)] = true
	p.roots = append(p.roots, c)
	p.bySubject[c.Subject.canonical] = append(p.bySubject[c.Subject.canonical], c)
	for _, id := range [][]byte{c.SubjectKeyID, c.Key.ID} {
		if id != nil {
			p.byKeyID[string(id)] = append(p.byKeyID[string(id)], c)
		}
	}
}

// Len is the number of trust anchors.
func (p *Pool) Len() int { return len(p.roots) }

// Certificates are the trust anchors, in the order given.
func (p *Pool) Certificates() []*Certificate { return p.roots }

// Contains says whether c itself is a trust anchor.
func (p *Pool) Contains(c *Certificate) bool { return p.byRaw[string(c.Raw)] }

// Named returns the trust anchors of a name.
func (p *Pool) Named(n Name) []*Certificate { return p.bySubject[n.canonical] }

// Keyed returns the trust anchors with a key of this identifier.
func (p *Pool) Keyed(id []byte) []*Certificate { return p.byKeyID[string(id)] }

// sameKey says that two certificates hold the same key for the same name: one
// may stand for the other in a path.
func sameKey(a, b *Certificate) bool {
	return a.Subject.Equal(b.Subject) && bytes.Equal(a.Key.Raw, b.Key.Raw)
}
