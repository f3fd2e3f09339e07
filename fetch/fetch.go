// Package fetch gets over HTTP what certificates point to: issuers, OCSP
// responses, revocation lists. Anybody can write a certificate, so time, bytes
// and redirects are bounded, and nothing else than HTTP is spoken.
package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/parley-tls/parley/probe"
)

// The bounds of one answer.
const (
	Timeout      = 5 * time.Second
	maxRedirects = 3
)

// Getter gets. The zero Getter goes out directly.
type Getter struct {
	Dialer   probe.Dialer  // nil: the system's, with Resolver
	Resolver *net.Resolver // nil: the system's
	// Proxies are the ways to the target; where none of them is the direct one, "",
	// the first leads out. Logins are users and passwords by the host of a proxy.
	Proxies []string
	Logins  map[string]*url.Userinfo
	// Timeout bounds one answer; 0: Timeout.
	Timeout time.Duration
}

// Is says whether a text is an address that Get takes.
func Is(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https")
}

// Get gets what is at a URL, up to one byte more than most.
func (g *Getter) Get(ctx context.Context, at string, most int) ([]byte, error) {
	return g.do(ctx, http.MethodGet, at, "", nil, most)
}

// Post sends a body of a content type, and reads the answer as Get does.
func (g *Getter) Post(ctx context.Context, at, kind string, body []byte, most int) ([]byte, error) {
	return g.do(ctx, http.MethodPost, at, kind, body, most)
}

func (g *Getter) do(ctx context.Context, method, at, kind string, body []byte, most int) ([]byte, error) {
	if !Is(at) {
		return nil, errors.New("no HTTP address")
	}
	timeout := g.Timeout
	if timeout <= 0 {
		timeout = Timeout
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, at, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", "parley")
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	resp, err := g.client().Do(req)
	if err != nil {
		if u, is := err.(*url.Error); is {
			err = u.Err // the URL stands beside it
		}
		if errors.Is(err, context.DeadlineExceeded) {
			err = fmt.Errorf("no answer in %v", timeout)
		}
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("HTTP %s", strings.TrimSpace(resp.Status))
	}
	b, err := io.ReadAll(io.LimitReader(resp.Body, int64(most)+1))
	if len(b) > most {
		return b, fmt.Errorf("more than %d bytes", most)
	}
	return b, err
}

func (g *Getter) client() *http.Client {
	transport := &http.Transport{DisableKeepAlives: true, Proxy: g.wayOut}
	if g.Dialer != nil {
		transport.DialContext = g.Dialer.DialContext
	} else {
		transport.DialContext = (&net.Dialer{Resolver: g.Resolver}).DialContext
	}
	return &http.Client{Transport: transport, CheckRedirect: func(r *http.Request, via []*http.Request) error {
		if len(via) > maxRedirects || !Is(r.URL.String()) {
			return http.ErrUseLastResponse
		}
		return nil
	}}
}

// wayOut is the proxy that leads out, where none of the ways is the direct one.
func (g *Getter) wayOut(*http.Request) (*url.URL, error) {
	if len(g.Proxies) == 0 || slices.Contains(g.Proxies, "") {
		return nil, nil
	}
	u, err := url.Parse(g.Proxies[0])
	if err == nil {
		u.User = g.Logins[u.Host]
	}
	return u, err
}
