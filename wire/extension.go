package wire

import (
	"bytes"
	"slices"

	"golang.org/x/crypto/cryptobyte"

	"github.com/parley-tls/parley/iana"
)

// Extension is one extension of a hello, certificate or ticket, its content
// uninterpreted (RFC 8446, Section 4.2).
type Extension struct {
	Type iana.ExtensionType
	Data []byte
}

// KeyShare is one public value of key_share (RFC 8446, Section 4.2.8).
type KeyShare struct {
	Group iana.Group
	Data  []byte
}

// readExtensions reads a block of extensions with its length.
func readExtensions(r *reader) []Extension {
	list := r.list("extensions", 2)
	n, scan := 0, list
	for scan.more() {
		scan.uint16("extension_type")
		scan.vector("extension_data", 2)
		n++
	}
	if r.join(&scan); r.err != nil {
		return nil
	}
	out := make([]Extension, n)
	for i := range out {
		out[i].Type = iana.ExtensionType(list.uint16("extension_type"))
		out[i].Data = list.vector("extension_data", 2)
	}
	return out
}

func addExtensions(b *cryptobyte.Builder, exts []Extension) {
	b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
		for _, e := range exts {
			b.AddUint16(uint16(e.Type))
			addVector(b, 2, e.Data)
		}
	})
}

// findExtension returns the content of the first extension of type t.
func findExtension(exts []Extension, t iana.ExtensionType) ([]byte, bool) {
	for i := range exts {
		if exts[i].Type == t {
			return exts[i].Data, true
		}
	}
	return nil, false
}

func cloneExtensions(exts []Extension) []Extension {
	out := slices.Clone(exts)
	for i := range out {
		out[i].Data = bytes.Clone(out[i].Data)
	}
	return out
}

// sizeOf is a guess of the bytes that exts take, to allocate once.
func sizeOf(exts []Extension) int {
	n := 2
	for _, e := range exts {
		n += 4 + len(e.Data)
	}
	return n
}

// readALPN reads a list of ALPN protocols (RFC 7301, Section 3.1).
func readALPN(data []byte) ([]string, bool) {
	r := newReader("application_layer_protocol_negotiation", data)
	list := r.list("protocol_name_list", 2)
	var out []string
	for list.more() {
		out = append(out, string(list.vector("protocol_name", 1)))
	}
	r.join(&list)
	return out, r.done() == nil
}
