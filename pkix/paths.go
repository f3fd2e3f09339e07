package pkix

import (
	"bytes"
	"slices"

	"github.com/parley-tls/parley"
)

// The bounds of the search: a server can send thousands of certificates that
// name one another.
const (
	maxSent   = 256
	maxDepth  = 16
	maxPaths  = 64
	maxChecks = 128
)

// builder finds the paths from a leaf to trust anchors.
type builder struct {
	roots    []*Pool
	sent     map[*Certificate]int
	bySubj   map[string][]*Certificate // sent and extra, in their order
	checked  map[[2]*Certificate]parley.Truth
	paths    [][]Step
	visiting []Step
}

func newBuilder(roots []*Pool, sent, extra []*Certificate) *builder {
	b := &builder{
		roots: roots, sent: map[*Certificate]int{}, bySubj: map[string][]*Certificate{}, checked: map[[2]*Certificate]parley.Truth{},
	}
	seen := map[string]bool{}
	for i, list := range [][]*Certificate{sent, extra} {
		for j, c := range list {
			if c == nil || seen[string(c.Raw)] {
				continue
			}
			seen[string(c.Raw)] = true
			if i == 0 {
				b.sent[c] = j
			}
			b.bySubj[c.Subject.canonical] = append(b.bySubj[c.Subject.canonical], c)
		}
	}
	return b
}

func (b *builder) step(c *Certificate, pool string) Step {
	if i, ok := b.sent[c]; ok {
		return Step{Certificate: c, Sent: i, Pool: pool}
	}
	return Step{Certificate: c, Sent: -1, Pool: pool}
}

// walk finds every path that begins with what is visited and goes on with c.
// What was sent is followed before trust anchors are looked for, so that the
// first path found is the one of a client that does so (SentFirst).
func (b *builder) walk(c *Certificate) {
	if len(b.visiting) >= maxDepth || len(b.paths) >= maxPaths {
		return
	}
	b.visiting = append(b.visiting, b.step(c, ""))
	defer func() { b.visiting = b.visiting[:len(b.visiting)-1] }()
	selfSigned := c.SelfIssued() && b.signed(c, c) != parley.No
	if pool := b.trusted(c); pool != nil {
		b.end(b.step(c, pool.Name))
	}
	if selfSigned {
		return
	}
	for _, issuer := range b.bySubj[c.Issuer.canonical] {
		if !b.visited(issuer) && b.signed(c, issuer) != parley.No {
			b.walk(issuer)
		}
	}
	for _, p := range b.roots {
		for _, issuer := range p.Named(c.Issuer) {
			if _, ok := b.inPath(issuer); ok || b.signed(c, issuer) == parley.No {
				continue
			}
			if !b.known(issuer) {
				b.walk(issuer)
			}
		}
	}
}

// greedy returns the path that takes a trust anchor where one fits, and else the
// first certificate sent that does; -1: it leads nowhere.
func (b *builder) greedy(c *Certificate) int {
	var path []*Certificate
	for len(path) < maxDepth && !slices.Contains(path, c) {
		path = append(path, c)
		if b.trusted(c) != nil {
			return b.find(path)
		}
		next := b.first(c, b.anchors(c))
		if next == nil {
			next = b.first(c, b.bySubj[c.Issuer.canonical])
		}
		if next == nil {
			return -1
		}
		c = next
	}
	return -1
}

func (b *builder) anchors(c *Certificate) (all []*Certificate) {
	for _, p := range b.roots {
		all = append(all, p.Named(c.Issuer)...)
	}
	return all
}

func (b *builder) first(c *Certificate, issuers []*Certificate) *Certificate {
	for _, issuer := range issuers {
		if issuer != c && b.signed(c, issuer) != parley.No {
			return issuer
		}
	}
	return nil
}

// find returns the place of a path among those found.
func (b *builder) find(path []*Certificate) int {
	return slices.IndexFunc(b.paths, func(p []Step) bool {
		return slices.EqualFunc(p, path, func(s Step, c *Certificate) bool { return bytes.Equal(s.Certificate.Raw, c.Raw) })
	})
}

// known says that a certificate with these bytes was sent or given besides, and
// so was walked already.
func (b *builder) known(c *Certificate) bool {
	for _, d := range b.bySubj[c.Subject.canonical] {
		if bytes.Equal(c.Raw, d.Raw) {
			return true
		}
	}
	return false
}

func (b *builder) end(last Step) {
	if len(b.paths) < maxPaths {
		path := append([]Step(nil), b.visiting...)
		path[len(path)-1] = last
		b.paths = append(b.paths, path)
	}
}

func (b *builder) trusted(c *Certificate) *Pool {
	for _, p := range b.roots {
		if p.Contains(c) {
			return p
		}
	}
	return nil
}

// visited says that the path has this name with this key: another certificate
// for it leads nowhere new.
func (b *builder) visited(c *Certificate) bool {
	_, ok := b.inPath(c)
	return ok
}

func (b *builder) inPath(c *Certificate) (int, bool) {
	for i, s := range b.visiting {
		if s.Certificate == c || sameKey(s.Certificate, c) {
			return i, true
		}
	}
	return 0, false
}

// signed says whether issuer's key signed c. Beyond the bound of the search
// nothing more is computed, and the answer is no.
func (b *builder) signed(c, issuer *Certificate) parley.Truth {
	pair := [2]*Certificate{c, issuer}
	if t, ok := b.checked[pair]; ok {
		return t
	}
	if len(b.checked) >= maxChecks {
		return parley.No
	}
	t := c.SignedBy(issuer)
	if t == parley.Unknown && c.AuthorityKeyID != nil && issuer.SubjectKeyID != nil &&
		!bytes.Equal(c.AuthorityKeyID, issuer.SubjectKeyID) {
		t = parley.No
	}
	b.checked[pair] = t
	return t
}

// lead follows the sent certificates from c as far as they go, for a chain from
// which no path leads to a trust anchor.
func (b *builder) lead(c *Certificate) []Step {
	path := []Step{b.step(c, "")}
	b.visiting = path
	defer func() { b.visiting = nil }()
	for len(path) < maxDepth {
		if c.SelfIssued() && b.signed(c, c) != parley.No {
			break
		}
		var next *Certificate
		for _, issuer := range b.bySubj[c.Issuer.canonical] {
			if !b.visited(issuer) && b.signed(c, issuer) != parley.No {
				next = issuer
				break
			}
		}
		if next == nil {
			break
		}
		c = next
		path = append(path, b.step(c, ""))
		b.visiting = path
	}
	return path
}
