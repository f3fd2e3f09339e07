package pkix

import (
	"bytes"

	"github.com/parley-tls/parley"
)

// Pool is a set of trust anchors with a name.
type Pool struct {
	Name string // "system", "--ca FILE", "Mozilla"
	// Public: its CAs are the public ones, so that what clients demand of those
	// alone holds.
	Public bool
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

// PoolOf reads a store.
func PoolOf(s parley.Store) *Pool { return NewPool(s.Name, s.Roots...) }

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
