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
	via, from := flag, "--proxy"
	switch flag {
	case "none":
		return nil, nil
	case "env":
		if via, from = a.envProxy(t); via == "" {
			return nil, nil
		}
	}
	if !strings.Contains(via, "://") {
		via = "http://" + via
	}
	u, err := url.Parse(via)
	if err != nil || u.Hostname() == "" || !isPort(u.Port()) {
		return nil, wrong(proxyHint(from), "%s is not the URL of a proxy", from)
	}
	if !slices.Contains(proxyKinds, u.Scheme) {
		return nil, wrong(proxyHint(from), "%s: unknown kind of proxy %q: known are %s", from, u.Scheme, strings.Join(proxyKinds, " "))
	}
	return []string{"", via}, nil
}

// proxyHint says what to write; what was written may hold a password.
func proxyHint(from string) string {
	if from == "--proxy" {
		return "--proxy http://proxy.example:3128, --proxy none"
	}
	return "--proxy none asks directly only, --proxy URL takes another"
}

// withoutLogin is the URL of a proxy as it may be shown.
func withoutLogin(text string) string {
	scheme, rest, isURL := strings.Cut(text, "://")
	if !isURL {
		scheme, rest = "", text
	}
	rest = rest[strings.LastIndexByte(rest, '@')+1:]
	if isURL {
		return scheme + "://" + rest
	}
	return rest
}

func isPort(text string) bool {
	n, err := strconv.ParseUint(text, 10, 16)
	return text == "" || err == nil && n > 0
}

// envProxy is the proxy that the environment names for the target, and which
// variable does; empty where none does, or where it leaves the target out.
func (a *app) envProxy(t parley.Target) (via, from string) {
	first := func(names ...string) (value, name string) {
		for _, n := range names {
			if v := strings.TrimSpace(a.getenv(n)); v != "" {
				return v, n
			}
		}
		return "", ""
	}
	via, from = first("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")
	no, _ := first("NO_PROXY", "no_proxy")
	// What the variable holds is read later, for httpproxy passes over a value
	// that is no URL; it only says whether the target is left out.
	c := httpproxy.Config{HTTPSProxy: "http://proxy.invalid", NoProxy: no}
	u, err := c.ProxyFunc()(&url.URL{Scheme: "https", Host: net.JoinHostPort(t.Host, strconv.Itoa(int(t.Port)))})
	if via == "" || err != nil || u == nil {
		return "", ""
	}
	return via, from
}

// isGlobal6 says whether an address needs a route for IPv6.
func isGlobal6(a netip.Addr) bool {
	return a.Is6() && !a.Is4In6() && a.IsGlobalUnicast() && !a.IsPrivate()
}
