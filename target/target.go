// Package target reads what a person typed for a target, and finds the addresses
// of it and the ways to it. What asks an endpoint a question begins here.
package target

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"github.com/parley-tls/parley"
)

// inClear are schemes that mean no TLS, and those that mean the same with it.
var inClear = map[string]string{
	"http": "https", "ws": "wss", "amqp": "amqps", "mqtt": "mqtts", "redis": "rediss", "sip": "sips", "grpc": "grpcs",
}

const (
	maxTarget = 2048 // bytes of what is typed
	maxName   = 253  // of a name, RFC 1035, Section 2.3.4, as text
	maxLabel  = 63
)

// Read reads what a person typed for a target: a host, host:port, an
// address, or a URL. A name in other letters than ASCII becomes what is asked of
// the DNS and of the server. Text is what was typed without what a handshake
// does not need, some of which is secret: user, password, path and query.
func Read(text string) (parley.Target, error) {
	t := parley.Target{Text: strings.TrimSpace(text), Port: 443}
	if len(t.Text) > maxTarget {
		return t, fmt.Errorf("%d bytes are too many for a target", len(t.Text))
	}
	name, rest, isURL := strings.Cut(t.Text, "://")
	setting := settingOf(name, rest)
	if !isURL {
		rest, name = t.Text, ""
	} else if service, known := parley.ServiceOf(strings.ToLower(name), setting); known {
		t.Port, t.StartTLS, t.Transport = service.Port, service.StartTLS, service.Transport
	} else if with := inClear[strings.ToLower(name)]; with != "" {
		return t, fmt.Errorf("%s:// means no TLS: want %s://, or host:port to see what answers there", strings.ToLower(name), with)
	} else {
		return t, fmt.Errorf("unknown scheme %q: known are %s", shortened(name), strings.Join(schemeNames(), " "))
	}
	if !isURL {
		if err := noNetwork(rest); err != nil {
			return t, err
		}
	}
	if at := strings.IndexAny(rest, "/?#"); at >= 0 {
		rest = rest[:at]
	}
	if isURL {
		rest = rest[strings.LastIndexByte(rest, '@')+1:]
		rest = strings.Replace(rest, "%25", "%", 1) // before a zone, RFC 6874, Section 2
		t.Text = name + "://" + rest
		if setting != "" {
			t.Text += "/?" + setting
		}
	} else {
		t.Text = rest
	}
	e, err := readEndpoint(rest)
	switch {
	case err != nil:
		return t, err
	case e.portless && !isURL:
		return t, fmt.Errorf("%q: no port stands behind the colon", rest)
	case e.port != 0:
		t.Port = e.port
	}
	t.Host = e.host
	return t, nil
}

// noNetwork says of an address with a prefix length that it is not one target; what
// stands behind the slash of a name is a path. A user is told without a repetition
// of what may be a password.
func noNetwork(text string) error {
	where, bits, _ := strings.Cut(text, "/")
	where = strings.TrimSuffix(strings.TrimPrefix(where, "["), "]")
	bits, _, _ = strings.Cut(bits, ":")
	a, err := netip.ParseAddr(where)
	if n, e := strconv.Atoi(bits); err == nil && e == nil {
		if n < 0 || n > a.BitLen() {
			return fmt.Errorf("%q is no network: that of %s has a prefix of 0 to %d bits", shortened(text), a, a.BitLen())
		}
		return fmt.Errorf("%q is a network: parley scan -f asks the addresses of those in a list", shortened(text))
	}
	if user, _, ok := strings.Cut(text, "@"); ok && strings.Contains(user, ":") && !strings.ContainsAny(user, "/?#") {
		return errors.New("a host has no @; a user stands in a URL, as in https://user@shop.example")
	}
	return nil
}

// settingOf returns the part of a URL's query that a handshake needs to know, as
// in postgres://host/db?sslnegotiation=direct; mostly there is none.
func settingOf(scheme, rest string) string {
	plain, _ := parley.ServiceOf(strings.ToLower(scheme), "")
	_, query, _ := strings.Cut(rest, "?")
	query, _, _ = strings.Cut(query, "#")
	for setting := range strings.SplitSeq(query, "&") {
		if s, _ := parley.ServiceOf(plain.Scheme, setting); s != plain {
			return setting
		}
	}
	return ""
}

// Protocol is what a hello to a target offers by ALPN where nobody names another:
// that of the scheme, if its servers demand one; else nothing.
func Protocol(t parley.Target) string {
	scheme, rest, _ := strings.Cut(t.Text, "://")
	s, _ := parley.ServiceOf(strings.ToLower(scheme), settingOf(scheme, rest))
	return s.ALPN
}

// endpoint is a host and the port that was named.
type endpoint struct {
	host     string
	port     uint16 // 0: none
	portless bool   // a colon, and no port behind it
}

// readEndpoint reads a host or address, with or without a port.
func readEndpoint(text string) (e endpoint, err error) {
	text = strings.TrimSpace(text)
	host, port, named := text, "", false
	if inside, behind, ok := strings.Cut(strings.TrimPrefix(text, "["), "]"); ok && text[0] == '[' {
		if _, err := netip.ParseAddr(inside); err != nil {
			return e, fmt.Errorf("%q is not an address", shortened(inside))
		}
		host = inside
		if port, named = strings.CutPrefix(behind, ":"); !named && behind != "" {
			return e, fmt.Errorf("%q is neither host nor host:port", shortened(text))
		}
	} else if strings.Count(text, ":") == 1 {
		host, port, named = strings.Cut(text, ":")
	}
	e.portless = named && port == ""
	if port != "" {
		n, err := strconv.ParseUint(port, 10, 16)
		if err != nil || n == 0 {
			return e, fmt.Errorf("%q is not a port, want 1 to 65535", shortened(port))
		}
		e.port = uint16(n)
	}
	if a, err := netip.ParseAddr(strings.TrimSuffix(host, ".")); err == nil {
		if err := readZone(a.Zone()); err != nil {
			return e, fmt.Errorf("%q: %w", shortened(text), err)
		}
		e.host = a.String()
		return e, nil
	}
	if strings.Contains(host, ":") {
		return e, fmt.Errorf("%q is neither host nor host:port; an IPv6 address with a port is written [::1]:443", shortened(text))
	}
	e.host, err = ReadName(host)
	return e, err
}

func readZone(zone string) error {
	for _, c := range zone {
		if !nameByte(c) && c != '.' {
			return fmt.Errorf("%q is not the zone of an address", zone)
		}
	}
	return nil
}

// ReadName reads a host's name and returns it as the DNS and server_name have
// it: in ASCII, without a dot at its end.
func ReadName(text string) (string, error) {
	name := strings.TrimSuffix(text, ".")
	if name == "" {
		return "", fmt.Errorf("%q is not a host", text)
	}
	if strings.ContainsFunc(name, func(r rune) bool { return r > 0x7f }) {
		ascii, err := idna.Lookup.ToASCII(name)
		if err != nil || !utf8.ValidString(name) {
			return "", fmt.Errorf("%q is not a host: its letters do not make an internationalized name", shortened(text))
		}
		name = ascii
	}
	if len(name) > maxName {
		return "", fmt.Errorf("a name of %d bytes is too long, want at most %d", len(name), maxName)
	}
	labels := strings.Split(name, ".")
	for _, l := range labels {
		switch at := strings.IndexFunc(l, func(r rune) bool { return !nameByte(r) }); {
		case l == "":
			return "", fmt.Errorf("%q is not a host: nothing stands between its dots", shortened(text))
		case at >= 0:
			return "", fmt.Errorf("%q is not a host: %q cannot stand in it", shortened(text), []rune(l[at:])[0])
		case len(l) > maxLabel:
			return "", fmt.Errorf("%q is not a host: one of its parts has %d bytes, want at most %d", shortened(text), len(l), maxLabel)
		}
	}
	if isNumber(labels[len(labels)-1]) {
		if _, err := netip.ParseAddr(name); err == nil {
			return "", errors.New("an address is not a server name (RFC 6066, Section 3)")
		}
		return "", fmt.Errorf("%q is neither a name nor an address", shortened(text))
	}
	return name, nil
}

// nameByte says whether r stands in names; the underscore does in practice.
func nameByte(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_'
}

// isNumber says whether a name that ends in this label would be read as an
// IPv4 address by some programs and not by others.
func isNumber(label string) bool {
	_, err := strconv.ParseUint(label, 10, 64)
	if hex, ok := strings.CutPrefix(strings.ToLower(label), "0x"); ok {
		_, err = strconv.ParseUint(hex, 16, 64)
	}
	return err == nil
}

// shortened keeps an error on the screen.
func shortened(s string) string {
	if len(s) > 100 {
		return s[:100] + "..."
	}
	return s
}

func schemeNames() []string {
	var names []string
	for _, s := range parley.Services() {
		names = append(names, s.Scheme)
	}
	return names
}
