package probe

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"net/url"
	"time"
)

// The replies of a SOCKS5 proxy (RFC 1928, Section 6).
var socksReplies = map[byte]string{
	1: "general failure", 2: "not allowed by the ruleset", 3: "network unreachable", 4: "host unreachable",
	5: "connection refused", 6: "TTL expired", 7: "command not supported", 8: "address type not supported",
}

const (
	socksNoAuth   = 0x00
	socksPassword = 0x02
)

// connectSOCKS5 asks for a tunnel (RFC 1928; RFC 1929 for the password). With
// socks5h the proxy resolves the name.
func (x *run) connectSOCKS5(u *url.URL) *end {
	greeting := []byte{5, 1, socksNoAuth}
	if u.User != nil {
		greeting = []byte{5, 2, socksNoAuth, socksPassword}
	}
	choice, e := x.socksAsk(greeting, 2)
	if e != nil {
		return e
	}
	if choice[0] != 5 {
		plain := x.link.banner(append(choice, x.link.take()...))
		return refusedBy(plain, "not SOCKS5: %s", identify(plain))
	}
	switch {
	case choice[1] == socksPassword && u.User != nil:
		if e := x.socksPassword(u.User); e != nil {
			return e
		}
	case choice[1] != socksNoAuth:
		return refusedBy(nil, "no acceptable way to authenticate (0x%02x)", choice[1])
	}
	return x.socksConnect(proxied{Scope: x.a.Scope, byName: u.Scheme == "socks5h"})
}

func (x *run) socksPassword(user *url.Userinfo) *end {
	name := user.Username()
	password, _ := user.Password()
	if len(name) > 255 || len(password) > 255 {
		return refusedBy(nil, "the user name or password is longer than 255 bytes")
	}
	b := append([]byte{1, byte(len(name))}, name...)
	b = append(append(b, byte(len(password))), password...)
	status, e := x.socksAsk(b, 2)
	if e == nil && status[1] != 0 {
		e = refusedBy(nil, "the user name or password is refused (0x%02x)", status[1])
	}
	return e
}

func (x *run) socksConnect(to proxied) *end {
	request := []byte{5, 1, 0} // CONNECT
	host := to.host()
	if len(host) > 255 {
		return refusedBy(nil, "a name longer than 255 bytes")
	}
	switch a, err := netip.ParseAddr(host); {
	case err != nil:
		request = append(append(request, 3, byte(len(host))), host...)
	case a.Is4():
		request = append(append(request, 1), a.AsSlice()...)
	default:
		request = append(append(request, 4), a.AsSlice()...)
	}
	defer func(d time.Duration) { x.link.silence = d }(x.link.silence)
	x.link.silence = max(x.link.silence, orDefault(x.p.ConnectTimeout, DefaultConnectTimeout))
	reply, e := x.socksAsk(binary.BigEndian.AppendUint16(request, to.Addr.Port()), 5)
	switch {
	case e != nil:
		return e
	case reply[0] != 5:
		return refusedBy(reply, "not SOCKS5: %s", identify(reply))
	case reply[1] != 0:
		words, ok := socksReplies[reply[1]]
		if !ok {
			words = fmt.Sprintf("reply 0x%02x", reply[1])
		}
		return refusedBy(nil, "%s", words)
	}
	// The address it is bound to says nothing here, but stands before the tunnel.
	more := map[byte]int{1: 4 + 2 - 1, 3: int(reply[4]) + 2, 4: 16 + 2 - 1}[reply[3]]
	if more == 0 {
		return refusedBy(nil, "an address of unknown type %d", reply[3])
	}
	if _, e := x.link.exactly(more, time.Time{}); e != nil {
		return x.noTunnel(e)
	}
	return nil
}

// socksAsk writes b and reads an answer of n bytes.
func (x *run) socksAsk(b []byte, n int) ([]byte, *end) {
	if e := x.link.write(b); e != nil {
		return nil, e
	}
	answer, e := x.link.exactly(n, time.Time{})
	if e == nil {
		return answer, nil
	}
	if len(answer) > 0 && answer[0] != 5 {
		return nil, refusedBy(answer, "not SOCKS5: %s", identify(answer))
	}
	return nil, x.noTunnel(e)
}
