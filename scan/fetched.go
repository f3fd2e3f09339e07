package scan

import (
	"context"
	"sync"

	"github.com/parley-tls/parley/fetch"
)

// The bounds of Fetched. What is beyond is fetched again.
const (
	maxFetched      = 4096
	maxFetchedBytes = 32 << 20
)

// Fetched remembers what places said that many certificates name: issuers and
// revocation lists. Each is asked once, also by scans that run at once.
type Fetched struct {
	mu   sync.Mutex
	got  map[string]*fetched
	size int
}

// fetched is what one place said, or is asked for.
type fetched struct {
	done chan struct{}
	body []byte
	err  error
	kept bool
}

// get asks a place, or returns what it said.
func (f *Fetched) get(ctx context.Context, g *fetch.Getter, url string, most int) ([]byte, error) {
	if f == nil {
		return g.Get(ctx, url, most)
	}
	f.mu.Lock()
	if e := f.got[url]; e != nil {
		f.mu.Unlock()
		select {
		case <-e.done:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		if e.kept {
			return e.body, e.err
		}
		return g.Get(ctx, url, most)
	}
	if f.got == nil {
		f.got = map[string]*fetched{}
	}
	if len(f.got) >= maxFetched {
		f.mu.Unlock()
		return g.Get(ctx, url, most)
	}
	e := &fetched{done: make(chan struct{})}
	f.got[url] = e
	f.mu.Unlock()

	body, err := g.Get(ctx, url, most)
	f.mu.Lock()
	defer f.mu.Unlock()
	if cut := err != nil && ctx.Err() != nil; !cut && f.size+len(body) <= maxFetchedBytes {
		f.size += len(body)
		e.body, e.err, e.kept = body, err, true
	} else {
		delete(f.got, url)
	}
	close(e.done)
	return body, err
}
