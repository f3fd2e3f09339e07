package main

import (
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/http/httpproxy"

	"github.com/parley-tls/parley"
)

// proxyKinds are the schemes of proxies that are spoken.
var proxyKinds = []string{"http", "https", "socks5", "socks5h"}

// proxies are the ways in which to ask: directly and, where there is a proxy,
// through it. What the environment says holds for the target as it does for
// other programs: NO_PROXY and loopback addresses are left out.
func (a *app) proxies(flag string, t parley.Target) ([]string, error) {
	via := flag
	switch flag {
	case "none", "":
		return nil, nil
	case "env":
		u, err := a.envProxy(t)
		if err != nil || u == nil {
			return nil, err
		}
		via = u.String()
	}
	if !strings.Contains(via, "://") {
		via = "http://" + via
	}
	u, err := url.Parse(via)
	if err != nil || u.Hostname() == "" {
		return nil, wrong("--proxy http://proxy.example:3128, --proxy none", "%q is not the URL of a proxy", flag)
	}
	if !slices.Contains(proxyKinds, u.Scheme) {
		return nil, wrong("known are "+strings.Join(proxyKinds, " "), "unknown kind of proxy %q", u.Scheme)
	}
	return []string{"", via}, nil
}

// envProxy is the proxy that the environment names for the target.
func (a *app) envProxy(t parley.Target) (*url.URL, error) {
	first := func(names ...string) string {
		for _, n := range names {
			if v := a.getenv(n); v != "" {
				return v
			}
		}
		return ""
	}
	c := httpproxy.Config{
		HTTPSProxy: first("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"),
		NoProxy:    first("NO_PROXY", "no_proxy"),
	}
	u, err := c.ProxyFunc()(&url.URL{Scheme: "https", Host: net.JoinHostPort(t.Host, strconv.Itoa(int(t.Port)))})
	if err != nil {
		return nil, wrong("--proxy none asks directly only", "read the proxy of the environment: %w", err)
	}
	return u, nil
}

// isGlobal6 says whether an address needs a route for IPv6.
func isGlobal6(a netip.Addr) bool {
	return a.Is6() && !a.Is4In6() && a.IsGlobalUnicast() && !a.IsPrivate()
}
