package survey

import (
	"slices"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// protocols are the application protocols that are asked for: those registered (RFC
// 7301, Section 6) but for some of one product, and others that servers have.
var protocols = []string{
	"h2", "http/1.1", "http/1.0", "spdy/3.1", "imap", "pop3", "smtp", "ftp", "xmpp-client", "xmpp-server", "postgresql", "mqtt", "dot", "acme-tls/1",
	"h3", "h2c", "http/0.9", "spdy/1", "spdy/2", "spdy/3", "stun.turn", "stun.nat-discovery", "webrtc", "c-webrtc", "managesieve", "coap", "co", "ntske/1", "sunrpc",
	"smb", "irc", "nntp", "nnsp", "doq", "sip/2", "tds/8.0", "dicom", "radius/1.0", "radius/1.1", "grpc-exp", "lmtp", "ldap", "mysql", "redis", "amqp",
}

// full asks for what the full depth knows besides suites, once those of the
// version are known.
func (c *column) full() {
	if c.filled || c.e.plan.Depth < DepthFull {
		return
	}
	c.filled = true
	if c.v == iana.SSL3 {
		c.fallbackToSSL3()
		return
	}
	for _, run := range groupRuns(c.v) {
		c.groups(run, true)
	}
	if !c.v.Before(iana.TLS13) {
		return
	}
	c.fallback()
	if !c.accepts(func(v iana.Version) bool { return c.v.Before(v) && v.Before(iana.TLS13) }) {
		c.features()
		c.names()
	}
}

// accepts says whether some other version is accepted for which is holds.
func (c *column) accepts(is func(iana.Version) bool) bool {
	return slices.ContainsFunc(c.e.plan.Scope.Transport.Versions(), func(v iana.Version) bool {
		o := c.e.columns[v]
		return o != nil && o.most > 0 && is(v)
	})
}

// groupRuns are the groups of v in runs of which most servers have one at most.
func groupRuns(v iana.Version) [][]iana.Group {
	runs := [][]iana.Group{{iana.GroupX25519}, {iana.GroupSecp256r1}, {iana.GroupSecp384r1}, {iana.GroupSecp521r1}}
	if v.TLS() == iana.TLS13 {
		runs = append(runs, []iana.Group{iana.GroupX25519MLKEM768}, []iana.Group{0x11eb, 0x11ed}, []iana.Group{0x0100, 0x0101, 0x0102, 0x0103, 0x0104})
	}
	rest := slices.DeleteFunc(parley.AllGroups(v), func(g iana.Group) bool {
		return slices.ContainsFunc(runs, func(r []iana.Group) bool { return slices.Contains(r, g) })
	})
	return append(runs, rest)
}

// fewGroups are asked for side by side once one of their run was selected.
const fewGroups = 5

// groups offers groups until what is left is refused. In 1.3 no share is sent:
// the server asks for that of the group that it selects. Below, some stacks want
// the group of their EC key to be offered: where nothing but such a key is used,
// its group stands behind the others, until it is selected.
func (c *column) groups(list []iana.Group, bound bool) {
	suites := c.accepted
	if c.v.Before(iana.TLS13) {
		suites = slices.DeleteFunc(slices.Clone(suites), func(s iana.Suite) bool {
			i, _ := s.Info()
			return i.Kx != iana.KxECDHE && i.Kx != iana.KxECDHAnon
		})
	}
	if len(list) == 0 || len(suites) == 0 {
		return
	}
	a := c.part("groups", suites)
	a.Hello = a.Hello.Clone()
	keys := slices.Clone(c.e.keys)
	if len(keys) == 0 {
		keys = append(keys, iana.GroupSecp256r1)
	}
	keys = slices.DeleteFunc(keys, func(g iana.Group) bool { return slices.Contains(list, g) })
	bound = bound && c.v.Before(iana.TLS13) && len(keys) > 0 && !slices.ContainsFunc(suites, func(s iana.Suite) bool {
		i, _ := s.Info()
		return i.Auth != iana.AuthECDSA
	})
	a.Hello.SetGroups(list)
	if bound {
		a.Hello.SetGroups(append(slices.Clone(list), keys...))
	}
	if c.v.TLS() == iana.TLS13 {
		a.Hello.SetKeyShares([]wire.KeyShare{})
	}
	a.Part.Axis = parley.AxisGroup
	c.e.ask(&query{attempt: a.Identify(), then: func(ans parley.Answer) {
		switch g := ans.Choice.Group; {
		case ans.Choice.Version != c.v || !ans.Accepted():
		case slices.Contains(list, g):
			rest := remove(list, g)
			if c.e.limit == 1 || len(rest) > fewGroups {
				c.groups(rest, bound)
				return
			}
			for _, x := range rest { // who has one of a kind has most of them
				c.groups([]iana.Group{x}, bound)
			}
		case bound:
			c.groups(list, false)
		}
	}})
}

// features offers what a ServerHello answers: with all suites, with those of CBC
// alone, and application protocols one after the other.
func (c *column) features() {
	with := func(suites []iana.Suite, alpn []string) parley.Attempt {
		a := c.part("features", suites)
		h := a.Hello.Clone()
		h.Compression = []iana.CompressionMethod{1, 0}
		h.SetExtension(iana.ExtSessionTicket, nil)
		h.SetExtension(iana.ExtStatusRequest, []byte{1, 0, 0, 0, 0})
		h.SetExtension(iana.ExtSCT, nil)
		h.SetExtension(iana.ExtEncryptThenMAC, nil)
		h.SetExtension(iana.ExtHeartbeat, []byte{1}) // peer_allowed_to_send (RFC 6520, Section 2)
		if len(alpn) > 0 {
			h.SetALPN(alpn)
		}
		a.Hello, a.Part.Axis = h, parley.AxisExtension
		return a.Identify()
	}
	cbc := slices.DeleteFunc(slices.Clone(c.accepted), func(s iana.Suite) bool { i, _ := s.Info(); return !i.CBC })
	if len(cbc) > 0 {
		c.e.ask(&query{attempt: with(cbc, nil), then: func(parley.Answer) {}})
	}
	var ask func(alpn []string)
	ask = func(alpn []string) {
		c.e.ask(&query{attempt: with(c.accepted, alpn), then: func(ans parley.Answer) {
			if p := ans.Choice.ALPN; ans.Accepted() && slices.Contains(alpn, p) {
				ask(slices.DeleteFunc(slices.Clone(alpn), func(x string) bool { return x == p }))
			}
		}})
	}
	ask(protocols)
}

// nobody is a name that no server has (RFC 6761, Section 6.4).
const nobody = "unknown.invalid"

// names asks with no name and with one that no server has.
func (c *column) names() {
	for _, name := range []string{"", nobody} {
		if name == c.e.plan.Scope.Name {
			continue
		}
		a := c.part("name "+name, c.accepted)
		a.Hello = a.Hello.Clone()
		a.Hello.SetServerName(name)
		a.Part.Axis = parley.AxisServerName
		c.e.ask(&query{attempt: a.Identify(), then: func(parley.Answer) {}})
	}
}

// fallback says TLS_FALLBACK_SCSV with the oldest version, if a higher one is
// accepted.
func (c *column) fallback() {
	if !c.accepts(func(v iana.Version) bool { return c.v.Before(v) }) || c.accepts(func(v iana.Version) bool { return v.Before(c.v) && v != iana.SSL3 }) {
		return
	}
	a := c.part("fallback", append(slices.Clone(c.accepted), iana.SCSVFallback))
	a.Part.Axis = parley.AxisFallback
	c.e.ask(&query{attempt: a.Identify(), then: func(parley.Answer) {}})
}

// fallbackToSSL3 says it with SSL 3, where one other version is accepted: with two, it
// is said with the lower of these.
func (c *column) fallbackToSSL3() {
	more := 0
	for _, v := range c.e.plan.Scope.Transport.Versions() {
		if o := c.e.columns[v]; o != nil && o.most > 0 && iana.SSL3.Before(v) {
			more++
		}
	}
	if more == 1 {
		a := c.part("fallback", append(slices.Clone(c.accepted), iana.SCSVFallback))
		a.Part.Axis = parley.AxisFallback
		c.e.ask(&query{attempt: a.Identify(), then: func(parley.Answer) {}})
	}
}
