package clients

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// Name returns the id of a known client that sends a hello like h, and how sure
// that is: inferred at most, because clients of one library send one hello, and
// some programs imitate others. The server name, the order of extensions, which
// current browsers shuffle, GREASE values, padding and key material do not
// count. Of several such clients it is the first by id that was captured.
func Name(h *wire.ClientHello) (parley.ClientID, parley.Certainty) {
	if id, ok := known()[fingerprint(h)]; ok {
		return id, parley.Inferred
	}
	return "", parley.NotCertain
}

// known maps fingerprints to ids: first hellos before retries, captured ones
// before composed ones.
var known = sync.OnceValue(func() map[string]parley.ClientID {
	of := map[string]parley.ClientID{}
	all := All()
	for _, retry := range []bool{false, true} {
		for _, made := range []bool{false, true} {
			for _, c := range all {
				for i, h := range c.Hellos {
					if h.Message == nil || h.Composed != made || (i > 0) != retry {
						continue
					}
					if key := fingerprint(h.Message); of[key] == "" {
						of[key] = c.ID
					}
				}
			}
		}
	}
	return of
})

// fingerprint writes what identifies the sender of a hello.
func fingerprint(h *wire.ClientHello) string {
	var types []iana.ExtensionType
	for _, e := range h.Extensions {
		switch e.Type {
		case iana.ExtServerName, iana.ExtPadding, iana.ExtCookie, iana.ExtPreSharedKey, iana.ExtEarlyData:
			continue
		}
		types = append(types, e.Type)
	}
	types = ungreased(types)
	slices.Sort(types)
	var shares []iana.Group
	for _, s := range h.KeyShares() {
		shares = append(shares, s.Group)
	}
	return fmt.Sprintf("%v|%v|%v|%v|%v|%v|%v|%s|%v", h.LegacyVersion, ungreased(h.SupportedVersions()), ungreased(h.Suites),
		types, ungreased(h.Groups()), ungreased(shares), ungreased(h.Schemes()), strings.Join(h.ALPN(), ","), greased(h.Suites))
}

func ungreased[T ~uint16](values []T) []T {
	return slices.DeleteFunc(slices.Clone(values), func(v T) bool { return iana.IsGREASE(uint16(v)) })
}

func greased[T ~uint16](values []T) bool {
	return slices.ContainsFunc(values, func(v T) bool { return iana.IsGREASE(uint16(v)) })
}
