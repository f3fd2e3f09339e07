package causes

import (
	"net/url"
	"strings"

	"github.com/parley-tls/parley"
)

// viaProxy says that the base went through a proxy that did not open the way.
func (v *View) viaProxy() bool {
	return v.Scope.Via != "" && v.Asked() && v.Answer.End == parley.EndProxyRefused
}

// plainProxy says that a proxy asked over TLS answered in clear text.
func (v *View) plainProxy() bool {
	return v.viaProxy() && strings.HasPrefix(v.Scope.Via, "https://") && len(v.Reply().Plain) > 0
}

// proxyAddress is the proxy in the way, as host and port, without what its URL
// says of user and password; empty: the way is direct.
func (v *View) proxyAddress() string {
	u, err := url.Parse(v.Scope.Via)
	if err != nil {
		return "in the way"
	}
	return u.Host
}

// ofProxy makes a finding about a connection that was not made one about the proxy,
// which is what was not reached.
func (v *View) ofProxy(f parley.Finding, title string) parley.Finding {
	p := v.proxyAddress()
	f.Title, f.Side = title, parley.PathSide
	f.Intents = []parley.Intent{
		{Side: parley.PathSide, Grade: parley.Best, Kind: parley.OpenPort, Plain: "start the proxy at " + p + ", or let its port through"},
		{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.UseProxy, Plain: "name the proxy that this network has, in place of " + p + ", or none where it has none"},
	}
	return f
}

// unreached says what became of a connection that was not made: to the
// address, or to the proxy through which it is asked for.
func (v *View) unreached(what string) string {
	if p := v.proxyAddress(); p != "" {
		return "On the way to the proxy " + p + ": " + what + "; the target was not asked for."
	}
	return strings.ToUpper(what[:1]) + what[1:] + "; no hello was sent."
}
