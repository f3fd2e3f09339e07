package parley

import (
	"slices"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// OffersOf reads a client's terms from its hello, a column for each version of the
// transport that it goes over: of AllVersions, or those of DTLS. A suite stands under the versions that can negotiate it, GREASE
// and signalling values under none. Without supported_versions a hello states
// its highest version only: whether the client goes on with a lower one is not
// known (RFC 8446, Section 4.2.1).
func OffersOf(h *wire.ClientHello) map[iana.Version]Column {
	columns := make(map[iana.Version]Column, len(AllVersions))
	for _, v := range TransportOf(h).Versions() {
		c := Column{Accepted: offered(h, v)}
		if c.Accepted.Is != No {
			c.Suites = stated(h.Suites, func(s iana.Suite) bool { return s.UsableAt(v) })
			c.Groups = groupsAt(h, v)
			c.Schemes = schemesAt(h, v)
		}
		columns[v] = c
	}
	return columns
}

func offered(h *wire.ClientHello, v iana.Version) Fact {
	_, stated := h.Extension(iana.ExtSupportedVersions)
	switch {
	case v == iana.SSL2:
		return Fact{Is: No, Why: "the hello is not in the format of SSL 2"}
	case stated && h.Offers(v):
		return Fact{Is: Yes}
	case stated:
		return Fact{Is: No, Why: "supported_versions lacks it"}
	case v == legacyOf(h.LegacyVersion):
		return Fact{Is: Yes}
	case v.Before(h.LegacyVersion) && v.Before(iana.TLS13):
		return Fact{Why: "a hello without supported_versions states its highest version only"}
	}
	return Fact{Is: No, Why: "it is above the highest version of the hello"}
}

// groupsAt returns the groups that count under v. Before 1.3 a hello without
// supported_groups leaves the group to the server (RFC 8422, Section 4); TLS
// 1.3 needs the extension (RFC 8446, Section 9.2).
func groupsAt(h *wire.ClientHello, v iana.Version) List[iana.Group] {
	if _, ok := h.Extension(iana.ExtSupportedGroups); !ok && v.Before(iana.TLS13) {
		return List[iana.Group]{}
	}
	return stated(h.Groups(), func(g iana.Group) bool {
		i, known := g.Info()
		switch {
		case !known:
			return true
		case v.Before(iana.TLS13):
			return i.Kind != iana.GroupHybrid && i.Kind != iana.GroupKEM
		}
		return i.TLS13
	})
}

// sha1Schemes is what a 1.2 hello without signature_algorithms stands for (RFC
// 5246, Section 7.4.1.4.1).
var sha1Schemes = []iana.Scheme{iana.SchemeRSAPKCS1SHA1, iana.SchemeDSASHA1, iana.SchemeECDSASHA1}

// schemesAt returns the schemes that can sign a handshake of v; before 1.2
// there are none to choose from.
func schemesAt(h *wire.ClientHello, v iana.Version) List[iana.Scheme] {
	_, has := h.Extension(iana.ExtSignatureAlgorithms)
	switch {
	case v.Before(iana.TLS12):
		return List[iana.Scheme]{}
	case v.TLS() == iana.TLS12 && !has:
		return Listed(sha1Schemes...)
	}
	return stated(h.Schemes(), func(s iana.Scheme) bool {
		i, known := s.Info()
		return !known || v.TLS() == iana.TLS12 || i.TLS13
	})
}

// stated is a complete list, in the hello's order, of what keep lets through.
func stated[T ~uint16](ids []T, keep func(T) bool) List[T] {
	var kept []T
	for _, id := range ids {
		if !iana.IsGREASE(uint16(id)) && keep(id) && !slices.Contains(kept, id) {
			kept = append(kept, id)
		}
	}
	return Listed(kept...)
}
