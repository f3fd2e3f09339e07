package parley

import (
	"slices"

	"github.com/parley-tls/parley/iana"
)

// goStack is crypto/tls. It selects the certificate first, the suite by an
// order of its own that no setting changes, and with a post-quantum group on
// both sides that group, at the price of a HelloRetryRequest. A server of h2
// alone lets clients of http/1.1 pass, without ALPN.
var goStack = &stack{
	name:          "go",
	measured:      "Go 1.26, November 2026",
	readsFallback: Yes,
	groupless:     No,
	schemeLate:    true,
	chainFirst:    true,
	suites: func(n *negotiation, v iana.Version, ids []iana.Suite) []iana.Suite {
		order := goOrder
		if !goPrefersAES(n, v) {
			order = append(slices.Clone(goChaCha), goOrder...)
		}
		return byServer(ids, Listed(order...))
	},
	group13: func(n *negotiation, ids, shares []iana.Group) iana.Group {
		ids = byServer(ids, n.accepts[iana.TLS13].Groups)
		if hybrid := slices.DeleteFunc(slices.Clone(ids), func(g iana.Group) bool { return !isPostQuantum(g) }); len(hybrid) > 0 {
			return firstShared(hybrid, shares)
		}
		return firstShared(ids, shares)
	},
	group12:      func(_ *negotiation, _ iana.Version, ids []iana.Group) iana.Group { return ids[0] },
	pickSigner:   func(_ *negotiation, _ iana.Version, able []signer) signer { return able[0] },
	orderSchemes: clientSchemes,
	lets: func(server, client []string) bool {
		return slices.Contains(server, "h2") && slices.Contains(client, "http/1.1")
	},
	alerts: map[obstacle][]iana.Alert{
		noVersion:           {iana.AlertProtocolVersion},
		fallbackMark:        {iana.AlertInappropriateFallback},
		nameMissing:         {iana.AlertUnrecognizedName, iana.AlertInternalError},
		nameRejected:        {iana.AlertUnrecognizedName, iana.AlertInternalError},
		noProtocol:          {iana.AlertNoApplicationProtocol},
		noSuite:             {iana.AlertHandshakeFailure},
		noKeyForSuite:       {iana.AlertHandshakeFailure},
		noGroup:             {iana.AlertHandshakeFailure},
		noGroupForLeaf:      {iana.AlertHandshakeFailure},
		noScheme:            {iana.AlertHandshakeFailure},
		noSchemes:           {iana.AlertMissingExtension},
		noGroups:            {iana.AlertHandshakeFailure},
		noEMSFromClient:     {iana.AlertHandshakeFailure},
		versionNotGone:      {iana.AlertProtocolVersion},
		versionNotOffered:   {iana.AlertProtocolVersion},
		keyTooSmall:         {iana.AlertBadCertificate},
		noEMSFromServer:     {iana.AlertHandshakeFailure},
		noRenegotiationInfo: {iana.AlertHandshakeFailure},
		groupNotOffered:     {iana.AlertIllegalParameter},
		leafNotOffered:      {iana.AlertIllegalParameter},
	},
}

// goOrder is the order where AES is fast, as on every usual server.
var goOrder = []iana.Suite{
	0x1301, 0x1302, 0x1303,
	0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc009, 0xc013, 0xc00a, 0xc014,
	0x009c, 0x009d, 0x002f, 0x0035, 0xc012, 0x000a, 0xc023, 0xc027, 0x003c, 0xc007, 0xc011, 0x0005,
}

var goChaCha = []iana.Suite{0x1303, 0x1301, 0x1302, 0xcca9, 0xcca8}

// goPrefersAES: the first suite of the hello that Go knows is one of AES-GCM.
func goPrefersAES(n *negotiation, v iana.Version) bool {
	suites := n.offers[v].Suites.Yes()
	if n.hello != nil {
		suites = n.hello.Suites
	}
	for _, s := range suites {
		if slices.Contains(goOrder, s) {
			i, _ := s.Info()
			return i.AEAD && i.Cipher != "CHACHA20_POLY1305" && i.Kx != iana.KxRSA
		}
	}
	return false
}

func isPostQuantum(g iana.Group) bool {
	i, _ := g.Info()
	return i.Kind == iana.GroupHybrid || i.Kind == iana.GroupKEM
}
