// Package check answers the question "why does this handshake fail, or does
// it": it reads a target, runs the attempts that a diagnosis asks for within
// a budget, and hands back the answer as a value.
package check

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/probe"
)

// Options say what to check and how.
type Options struct {
	Target  string         // host, host:port, address, or URL
	Client  *parley.Client // the client in question; nil: Panel
	OwnName bool           // the client's hello asks for a name of its own, which stays
	Panel   []*parley.Client
	SNI     string // the server name to ask for, in place of the host
	NoSNI   bool   // ask for none
	Connect string // address[:port] to connect to, in place of what the host resolves to
	// Addrs are the addresses of the host, in place of a lookup.
	Addrs  []netip.Addr
	Family int // 4 or 6: only these addresses; 0: both
	ALPN   []string
	// StartTLS is the upgrade to speak before the hello; a URL scheme such as
	// smtp:// says it too.
	StartTLS string
	Proxies  []string      // ways to ask, as URLs; "" is directly; nil: directly
	Timeout  time.Duration // of the whole check; 0: 10 s
	Now      time.Time
	Prober   *probe.Prober
	Local    parley.Local
	// Progress is called when an attempt ends, from several goroutines.
	Progress func(parley.Reply)

	broke *atomic.Pointer[string] // the first panic of a goroutine of Run
}

// Connections is how many connections a check opens to one address at most.
const Connections = 15

// proofReserve of them are kept for the final proof.
const proofReserve = 4

type scheme struct {
	port     uint16
	starttls string
}

// schemes are the URL schemes and what they mean: the port, and the upgrade
// that comes before the hello.
var schemes = map[string]scheme{
	"https": {443, ""}, "wss": {443, ""}, "tls": {443, ""}, "grpcs": {443, ""},
	"smtp": {25, "smtp"}, "submission": {587, "smtp"}, "smtps": {465, ""}, "lmtp": {24, "lmtp"},
	"imap": {143, "imap"}, "imaps": {993, ""}, "pop3": {110, "pop3"}, "pop3s": {995, ""}, "sieve": {4190, "sieve"},
	"ftp": {21, "ftp"}, "ftps": {990, ""}, "nntp": {119, "nntp"}, "nntps": {563, ""},
	"ldap": {389, "ldap"}, "ldaps": {636, ""}, "xmpp": {5222, "xmpp"}, "xmpps": {5223, ""},
	"postgres": {5432, "postgres"}, "postgresql": {5432, "postgres"}, "mysql": {3306, "mysql"}, "mariadb": {3306, "mysql"},
	"amqps": {5671, ""}, "mqtts": {8883, ""}, "rediss": {6379, ""}, "ircs": {6697, ""}, "dot": {853, ""}, "sips": {5061, ""},
}

// ReadTarget reads what a person typed for a target.
func ReadTarget(text string) (parley.Target, error) {
	t := parley.Target{Text: text, Port: 443}
	s := strings.TrimSpace(text)
	if name, rest, ok := strings.Cut(s, "://"); ok {
		sc, known := schemes[strings.ToLower(name)]
		if !known {
			return t, fmt.Errorf("unknown scheme %q: known are %s", name, strings.Join(schemeNames(), " "))
		}
		u, err := url.Parse("x://" + rest)
		if err != nil || u.Host == "" {
			return t, fmt.Errorf("%q is not a URL with a host", text)
		}
		t.Port, t.StartTLS, s = sc.port, sc.starttls, u.Host
	}
	host, port := s, ""
	switch a, err := netip.ParseAddr(strings.Trim(s, "[]")); {
	case err == nil:
		host = a.String()
	case strings.Contains(s, ":"):
		if host, port, err = net.SplitHostPort(s); err != nil {
			return t, fmt.Errorf("%q is neither host nor host:port", text)
		}
	}
	if port != "" {
		n, err := strconv.ParseUint(port, 10, 16)
		if err != nil || n == 0 {
			return t, fmt.Errorf("%q is not a port", port)
		}
		t.Port = uint16(n)
	}
	if host == "" || strings.ContainsAny(host, " /\\\t\n\"'") {
		return t, fmt.Errorf("%q is not a host", text)
	}
	t.Host = strings.TrimSuffix(host, ".")
	return t, nil
}

func schemeNames() []string {
	var names []string
	for n := range schemes {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// target reads the options' target, and which server name to ask for.
func (o *Options) target() (parley.Target, error) {
	t, err := ReadTarget(o.Target)
	if err != nil {
		return t, err
	}
	if o.StartTLS != "" {
		t.StartTLS = o.StartTLS
	}
	if _, err := netip.ParseAddr(t.Host); err != nil {
		t.Name = t.Host
	}
	if o.SNI != "" {
		t.Name = o.SNI
	}
	if o.OwnName && t.Name == "" && o.Client != nil && len(o.Client.Hellos) > 0 && o.Client.Hellos[0].Message != nil {
		t.Name, _ = o.Client.Hellos[0].Message.ServerName()
	}
	if o.NoSNI {
		t.Name = ""
	}
	t.Proxies = o.Proxies
	if len(t.Proxies) == 0 {
		t.Proxies = []string{""}
	}
	return t, nil
}
