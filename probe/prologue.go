package probe

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/parley-tls/parley"
)

// prologue runs the steps before the hello.
func (x *run) prologue() *end {
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
		return upgrade(x)
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
	return &end{kind: parley.EndPrologue, detail: strings.ToValidUTF8(detail[:min(len(detail), 300)], "?")}
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
