package probe

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
)

// The security types of RFB that matter to an upgrade, of the registry that
// RFC 6143, Section 7.1.2 names.
const (
	vncTLS      = 18
	vncVeNCrypt = 19
)

// vncTypes are the names of security types.
var vncTypes = map[byte]string{
	1: "None", 2: "VncAuth", 5: "RA2", 6: "RA2ne", 16: "Tight", 17: "Ultra", vncTLS: "TLS", vncVeNCrypt: "VeNCrypt",
	20: "SASL", 21: "MD5", 22: "xvp", 30: "Apple", 129: "Tight-Unix",
}

// vncSubtypes are the types inside VeNCrypt that TLS precedes, best first: those
// with a certificate, then those with anonymous key exchange.
var vncSubtypes = []uint32{260, 261, 262, 264, 257, 258, 259, 263} // X509None, X509Vnc, X509Plain, X509SASL, TLSNone, TLSVnc, TLSPlain, TLSSASL

// upgradeVNC selects VeNCrypt, version 0.2, and in it a type with TLS.
func (x *run) upgradeVNC() *end {
	version, e := x.exactly(12)
	if e != nil {
		return e
	}
	if !strings.HasPrefix(string(version), "RFB ") {
		return x.stranger("RFB", version)
	}
	x.greet(version)
	if string(version) < "RFB 003.007\n" {
		return refused("%s selects the security type itself, and has none with TLS", strings.TrimSpace(string(version)))
	}
	reply := "RFB 003.008\n"
	if string(version) < reply {
		reply = "RFB 003.007\n"
	}
	if e := x.link.write([]byte(reply)); e != nil {
		return e
	}
	types, e := x.counted(1)
	switch {
	case e != nil:
		return e
	case len(types) == 0:
		return x.vncReason()
	case slices.Contains(types, vncVeNCrypt):
		return x.vencrypt()
	case slices.Contains(types, vncTLS): // GNOME's: TLS at once, with anonymous key exchange
		return x.link.write([]byte{vncTLS})
	}
	return refused("VeNCrypt is not offered: %s", vncNames(types))
}

// counted reads a number in one byte, and so many items of size bytes.
func (x *run) counted(size int) ([]byte, *end) {
	n, e := x.exactly(1)
	if e != nil {
		return nil, e
	}
	return x.exactly(int(n[0])*size, n...)
}

// vncReason reads why a server offers no security type at all.
func (x *run) vncReason() *end {
	size, e := x.exactly(4)
	if e != nil {
		return e
	}
	n := binary.BigEndian.Uint32(size)
	if n > maxHeader {
		return refused("no security type is offered, for a reason of %d bytes", n)
	}
	reason, e := x.exactly(int(n), size...)
	if e != nil {
		return e
	}
	return refused("no security type is offered: %s", reason)
}

// vencrypt goes from the security type to the byte before TLS.
func (x *run) vencrypt() *end {
	if e := x.link.write([]byte{vncVeNCrypt}); e != nil {
		return e
	}
	version, e := x.exactly(2)
	if e != nil {
		return e
	}
	if version[0] == 0 && version[1] < 2 {
		return refused("VeNCrypt %d.%d, want 0.2", version[0], version[1])
	}
	if e := x.link.write([]byte{0, 2}); e != nil {
		return e
	}
	ok, e := x.exactly(1)
	if e != nil {
		return e
	}
	if ok[0] != 0 {
		return refused("VeNCrypt 0.2 is refused (%d)", ok[0])
	}
	list, e := x.counted(4)
	if e != nil {
		return e
	}
	var offered []uint32
	for ; len(list) > 0; list = list[4:] {
		offered = append(offered, binary.BigEndian.Uint32(list))
	}
	i := slices.IndexFunc(vncSubtypes, func(t uint32) bool { return slices.Contains(offered, t) })
	if i < 0 {
		return refused("no type of VeNCrypt with TLS is offered: %d", offered)
	}
	if e := x.link.write(binary.BigEndian.AppendUint32(nil, vncSubtypes[i])); e != nil {
		return e
	}
	if ok, e = x.exactly(1); e != nil {
		return e
	}
	if ok[0] != 1 {
		return refused("type %d of VeNCrypt is refused (%d)", vncSubtypes[i], ok[0])
	}
	return nil
}

// vncNames writes security types as "None(1) VncAuth(2)".
func vncNames(types []byte) string {
	var names []string
	for _, t := range types {
		names = append(names, fmt.Sprintf("%s(%d)", vncTypes[t], t))
	}
	return strings.Join(names, " ")
}
