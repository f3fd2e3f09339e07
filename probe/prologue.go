package probe

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"strings"
	"time"
	"unicode"

	"github.com/parley-tls/parley"
)

// prologue runs the steps before the hello. Whatever a peer does, they take no
// longer than a few answers may.
func (x *run) prologue() *end {
	x.by = time.Now().Add(5 * x.link.silence)
	for _, s := range x.a.Prologue {
		if e := x.step(s); e != nil {
			return e
		}
	}
	return nil
}

func (x *run) step(s parley.Step) *end {
	switch s.Kind {
	case parley.StepStartTLS:
		upgrade, ok := upgrades[s.Text]
		if !ok {
			return &end{kind: parley.EndLocal, detail: "unknown protocol to upgrade: " + s.Text}
		}
		if e := upgrade(x); e != nil {
			return e
		}
		return x.ahead()
	case parley.StepProxyHeader:
		local, remote := x.link.endpoints()
		header, ok := proxyHeader(s.Text, local, remote)
		if !ok {
			return &end{kind: parley.EndLocal, detail: "unknown version of the PROXY protocol: " + s.Text}
		}
		return x.link.write(header)
	case parley.StepSend:
		return x.link.write(s.Data)
	case parley.StepListen:
		return x.listen()
	}
	return &end{kind: parley.EndLocal, detail: "unknown step: " + s.Kind.String()}
}

// ahead looks for what came in clear behind the answer to the upgrade. A server
// of TLS waits for the hello: these bytes are from something on the path, or from
// a server that would be taken in by one, and a client that kept them would take
// them for what TLS protects.
func (x *run) ahead() *end {
	if b := x.link.take(); len(b) > 0 {
		return refused("in clear behind the answer to the upgrade: %s", identify(b))
	}
	return nil
}

// sooner returns the earlier time.
func sooner(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// exactly reads n bytes. What was read before of the same answer stands in what
// is said when they do not come.
func (x *run) exactly(n int, before ...byte) ([]byte, *end) {
	b, e := x.link.exactly(n, x.by)
	if e != nil {
		return nil, x.cut(e, append(before, b...))
	}
	return b, nil
}

// stranger refuses an answer that is not of the protocol, and says whose it is.
func (x *run) stranger(protocol string, came []byte) *end {
	came = x.link.banner(append(came, x.link.take()...))
	x.greet(came)
	return refused("no %s: %s", protocol, identify(came))
}

// listen waits for the peer to speak. That it does not, or that it closes, is
// no end yet: what comes next will show it.
func (x *run) listen() *end {
	e := x.link.fill(time.Time{})
	if e == nil {
		x.greet(x.link.banner(x.link.take()))
		return nil
	}
	switch e.kind {
	case parley.EndRST:
		x.link.reset = true // the next read would see a close
		return nil
	case parley.EndFIN, parley.EndSilence:
		return nil
	}
	return e
}

// greet keeps what the peer said first.
func (x *run) greet(b []byte) {
	if len(x.r.Banner) == 0 {
		x.r.Banner = append([]byte(nil), b[:min(len(b), keep)]...)
	}
}

// proxyHeader writes the header of the PROXY protocol, version v1 or v2, that
// a proxy between local and remote would send.
func proxyHeader(version string, local, remote netip.AddrPort) ([]byte, bool) {
	same := local.IsValid() && remote.IsValid() && local.Addr().Is4() == remote.Addr().Is4()
	switch version {
	case "v1":
		if !same {
			return []byte("PROXY UNKNOWN\r\n"), true
		}
		family := "TCP4"
		if !local.Addr().Is4() {
			family = "TCP6"
		}
		return fmt.Appendf(nil, "PROXY %s %s %s %d %d\r\n", family,
			local.Addr().WithZone(""), remote.Addr().WithZone(""), local.Port(), remote.Port()), true
	case "v2":
		b := []byte("\r\n\r\n\x00\r\nQUIT\n\x21")
		if !same {
			return append(b, 0, 0, 0), true
		}
		family := byte(0x11)
		if !local.Addr().Is4() {
			family = 0x21
		}
		addrs := append(local.Addr().AsSlice(), remote.Addr().AsSlice()...)
		addrs = binary.BigEndian.AppendUint16(addrs, local.Port())
		addrs = binary.BigEndian.AppendUint16(addrs, remote.Port())
		b = binary.BigEndian.AppendUint16(append(b, family), uint16(len(addrs)))
		return append(b, addrs...), true
	}
	return nil, false
}

// refused says that the peer did not go along with the upgrade, in its words.
func refused(format string, args ...any) *end {
	detail := fmt.Sprintf(format, args...)
	detail = strings.Map(func(r rune) rune {
		switch {
		case r == '\r' || r == '\n' || r == '\t':
			return ' '
		case !unicode.IsPrint(r):
			return '?'
		}
		return r
	}, strings.ToValidUTF8(detail[:min(len(detail), 300)], "?"))
	return &end{kind: parley.EndPrologue, detail: strings.TrimSpace(detail)}
}

// cut makes the end of a connection an end of the prologue. What came without
// being a whole answer is said too.
func (x *run) cut(e *end, came []byte) *end {
	if e.kind == parley.EndInterrupted {
		return e
	}
	if len(came) > 0 {
		x.greet(came)
		return refused("%s, after %s", x.instead(e), identify(came))
	}
	return refused("%s", x.instead(e))
}
