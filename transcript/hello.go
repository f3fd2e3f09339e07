package transcript

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// helloTerms writes a ClientHello.
func helloTerms(h *wire.ClientHello) []string {
	var out []string
	exts := h.Extensions
	_, has := h.Extension(iana.ExtSupportedVersions)
	if has && exts[0].Type == iana.ExtSupportedVersions {
		out = append(out, showExtension(clientViews, exts[0]).String())
		exts = exts[1:]
	}
	if !has || h.LegacyVersion != iana.TLS12 {
		out = append(out, "legacy_version="+versions.name(h.LegacyVersion))
	}
	if len(h.SessionID) > 0 {
		out = append(out, "session_id="+strconv.Itoa(len(h.SessionID)))
	}
	if len(h.Cookie) > 0 {
		out = append(out, "hello_cookie="+strconv.Itoa(len(h.Cookie)))
	}
	out = append(out, "suites="+suites.list(h.Suites))
	if len(h.Compression) != 1 || h.Compression[0] != 0 {
		out = append(out, "compression="+compression.list(h.Compression))
	}
	for _, e := range exts {
		out = append(out, showExtension(clientViews, e).String())
	}
	if len(h.Extensions) == 0 && !h.OmitExtensions {
		out = append(out, "no_extensions")
	}
	return out
}

// framing is what a hello's line says beside the hello.
type framing struct {
	record iana.Version
	split  parley.Split
	whole  iana.Version
}

func (f framing) terms(usualRecord iana.Version) []string {
	var out []string
	if f.whole != 0 {
		out = append(out, "whole="+versions.name(f.whole))
	}
	if f.record != usualRecord {
		out = append(out, "record="+versions.name(f.record))
	}
	if len(f.split.Records) > 0 {
		out = append(out, "records="+sizes(f.split.Records))
	}
	if len(f.split.Segments) > 0 {
		out = append(out, "segments="+sizes(f.split.Segments))
	}
	return out
}

// read takes a term that belongs to the framing.
func (f *framing) read(t term) (mine bool, err error) {
	switch t.key {
	case "whole":
		f.whole, err = versions.parse(t.value)
	case "record":
		f.record, err = versions.parse(t.value)
	case "records":
		f.split.Records, err = parseSizes(t.value)
	case "segments":
		f.split.Segments, err = parseSizes(t.value)
	default:
		return false, nil
	}
	if err == nil && t.bare {
		err = fmt.Errorf("%s needs a value", t.key)
	}
	return true, err
}

// usualRecord is the record version of a first flight: 1.0 (RFC 8446, Section
// 5.1), SSL 3 for a hello of SSL 3, or DTLS 1.0.
func usualRecord(h *wire.ClientHello) iana.Version { return parley.FirstRecord(h.LegacyVersion) }

func sizes(list []int) string {
	out := make([]string, len(list))
	for i, n := range list {
		out[i] = strconv.Itoa(n)
	}
	return strings.Join(out, ",")
}

func parseSizes(s string) ([]int, error) {
	var out []int
	for w := range strings.SplitSeq(s, ",") {
		n, err := number(w, 1<<16)
		if err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, nil
}

// readHello inverts helloTerms.
func readHello(terms []term) (*wire.ClientHello, framing, error) {
	h := &wire.ClientHello{Compression: []iana.CompressionMethod{0}}
	var f framing
	empty := false
	for _, t := range terms {
		var err error
		if mine, ferr := f.read(t); mine {
			if ferr != nil {
				return nil, f, ferr
			}
			continue
		}
		switch {
		case t.key == "legacy_version":
			h.LegacyVersion, err = versions.parse(t.value)
		case t.key == "versions":
			err = readVersions(h, t.value)
		case t.key == "session_id":
			var n int
			n, err = number(t.value, 255)
			h.SessionID = make([]byte, n)
		case t.key == "hello_cookie":
			var n int
			n, err = number(t.value, 255)
			h.Cookie = make([]byte, n)
		case t.key == "suites":
			h.Suites, err = suites.parseList(t.value)
		case t.key == "compression":
			h.Compression, err = compression.parseList(t.value)
		case t.key == "no_extensions" && t.bare:
			empty = true
		default:
			var e wire.Extension
			e, err = readExtension(clientViews, t)
			h.Extensions = append(h.Extensions, e)
		}
		if err != nil {
			return nil, f, err
		}
	}
	if h.LegacyVersion == 0 {
		h.LegacyVersion = iana.TLS12
	}
	h.OmitExtensions = len(h.Extensions) == 0 && !empty
	if len(h.Cookie) > 0 && !h.LegacyVersion.IsDTLS() {
		return nil, f, fmt.Errorf("only a hello of DTLS has a place for a cookie")
	}
	if f.record == 0 {
		f.record = usualRecord(h)
	}
	if len(h.Suites) > 0x7fff || len(h.Compression) > 255 {
		return nil, f, fmt.Errorf("a list is too long for a ClientHello")
	}
	return h, f, extensionsFit(h.Extensions)
}

func extensionsFit(exts []wire.Extension) error {
	n := 0
	for _, e := range exts {
		n += 4 + len(e.Data)
	}
	if n > 0xffff {
		return fmt.Errorf("extensions of %d bytes do not fit into a hello", n)
	}
	return nil
}

// readVersions reads the short form: one version that legacy_version can say,
// or a list for supported_versions.
func readVersions(h *wire.ClientHello, s string) error {
	vs, err := versions.parseList(s)
	if err != nil {
		return err
	}
	if len(vs) == 1 && !iana.TLS12.Before(vs[0]) {
		h.LegacyVersion = vs[0]
		return nil
	}
	if len(vs) > 0 && vs[0].IsDTLS() {
		h.LegacyVersion = iana.DTLS12
	}
	if len(vs) > 127 {
		return fmt.Errorf("%d versions are too many", len(vs))
	}
	h.SetSupportedVersions(vs)
	return nil
}

// serverTerms writes a ServerHello or a HelloRetryRequest.
func serverTerms(h *wire.ServerHello) []string {
	views := serverViews
	if h.IsHelloRetryRequest() {
		views = retryViews
	}
	exts := h.Extensions
	out := []string{"version=" + versions.name(h.LegacyVersion)}
	if len(exts) > 0 && exts[0].Type == iana.ExtSupportedVersions && h.LegacyVersion == iana.TLS12 {
		if v, ok := showOne(versions)(exts[0].Data); ok && v == "1.3" {
			out[0], exts = "version=1.3", exts[1:]
		}
	}
	if len(h.SessionID) > 0 {
		out = append(out, "session_id="+strconv.Itoa(len(h.SessionID)))
	}
	out = append(out, "suite="+suites.name(h.Suite))
	if h.Compression != 0 {
		out = append(out, "compression="+compression.name(h.Compression))
	}
	for _, e := range exts {
		out = append(out, showExtension(views, e).String())
	}
	if len(h.Extensions) == 0 && !h.OmitExtensions {
		out = append(out, "no_extensions")
	}
	if v, ok := h.Downgrade(); ok {
		out = append(out, "downgrade="+versions.name(v))
	}
	return out
}

// readServerHello inverts serverTerms.
func readServerHello(terms []term, retry bool) (*wire.ServerHello, error) {
	h := &wire.ServerHello{}
	views := serverViews
	if retry {
		h.Random = wire.HelloRetryRequestRandom
		views = retryViews
	}
	empty := false
	for _, t := range terms {
		var err error
		switch {
		case t.key == "version":
			h.LegacyVersion, err = versions.parse(t.value)
			if h.LegacyVersion == iana.TLS13 {
				h.LegacyVersion = iana.TLS12
				h.Extensions = append([]wire.Extension{{Type: iana.ExtSupportedVersions, Data: []byte{3, 4}}}, h.Extensions...)
			}
		case t.key == "session_id":
			var n int
			n, err = number(t.value, 255)
			h.SessionID = make([]byte, n)
		case t.key == "suite":
			h.Suite, err = suites.parse(t.value)
		case t.key == "compression":
			h.Compression, err = compression.parse(t.value)
		case t.key == "downgrade":
			err = setDowngrade(h, t.value)
		case t.key == "no_extensions" && t.bare:
			empty = true
		default:
			var e wire.Extension
			e, err = readExtension(views, t)
			h.Extensions = append(h.Extensions, e)
		}
		if err != nil {
			return nil, err
		}
	}
	if h.LegacyVersion == 0 {
		return nil, fmt.Errorf("a ServerHello needs version=")
	}
	h.OmitExtensions = len(h.Extensions) == 0 && !empty
	return h, extensionsFit(h.Extensions)
}

// setDowngrade marks the random (RFC 8446, Section 4.1.3).
func setDowngrade(h *wire.ServerHello, s string) error {
	if h.IsHelloRetryRequest() {
		return fmt.Errorf("a HelloRetryRequest marks no downgrade")
	}
	copy(h.Random[24:], "DOWNGRD")
	switch s {
	case "1.2":
		h.Random[31] = 1
	case "1.1":
		h.Random[31] = 0
	default:
		return fmt.Errorf("downgrade is 1.2 or 1.1, not %q", s)
	}
	return nil
}

// ssl2Terms writes a hello of SSL 2.
func ssl2Terms(h *wire.SSL2ClientHello) []string {
	out := []string{"version=" + versions.name(h.Version), "kinds=" + kinds.list(h.Kinds)}
	if len(h.SessionID) > 0 {
		out = append(out, "session_id="+strconv.Itoa(len(h.SessionID)))
	}
	if len(h.Challenge) != 16 {
		out = append(out, "challenge="+strconv.Itoa(len(h.Challenge)))
	}
	return out
}

// readSSL2 inverts ssl2Terms.
func readSSL2(terms []term) (*wire.SSL2ClientHello, framing, error) {
	h := &wire.SSL2ClientHello{Version: iana.SSL2, Challenge: make([]byte, 16)}
	var f framing
	for _, t := range terms {
		if mine, err := f.read(t); mine {
			if err != nil {
				return nil, f, err
			}
			continue
		}
		var err error
		n := 0
		switch t.key {
		case "version":
			h.Version, err = versions.parse(t.value)
		case "kinds":
			h.Kinds, err = kinds.parseList(t.value)
		case "session_id":
			n, err = number(t.value, 32)
			h.SessionID = make([]byte, n)
		case "challenge":
			n, err = number(t.value, 1024)
			h.Challenge = make([]byte, n)
		default:
			err = fmt.Errorf("unknown term %q", t.key)
		}
		if err != nil {
			return nil, f, err
		}
	}
	if len(h.Kinds) > 10000 {
		return nil, f, fmt.Errorf("too many cipher kinds")
	}
	return h, f, nil
}
