package parley

import (
	"slices"

	"github.com/parley-tls/parley/iana"
)

// opensslStack is OpenSSL 3. It takes the client's order of suites unless it
// is told otherwise, the first key share whose group it has, else asks for the
// first group of its own list.
var opensslStack = &stack{
	name:          "openssl",
	measured:      "OpenSSL 3.0, November 2026",
	readsFallback: Yes,
	groupless:     Yes,
	looksAtLeaf:   true,
	schemeAlways:  true,
	refusesLeaf:   true,
	readsMark:     true,
	suites:        unlessServer,
	group13: func(n *negotiation, ids, shares []iana.Group) iana.Group {
		for _, g := range shares {
			if slices.Contains(ids, g) {
				return g
			}
		}
		return byServer(ids, n.accepts[iana.TLS13].Groups)[0]
	},
	group12: func(n *negotiation, v iana.Version, ids []iana.Group) iana.Group {
		if n.server.ServerOrder == Yes {
			return byServer(ids, n.accepts[v].Groups)[0]
		}
		return ids[0]
	},
	pickSigner: bySchemes,
	orderSchemes: func(n *negotiation, v iana.Version, s signer) []iana.Scheme {
		if n.server.ServerOrder == Yes {
			return byServer(s.schemes, n.accepts[v].Schemes)
		}
		return s.schemes
	},
	alerts: map[obstacle][]iana.Alert{
		noVersion:           {iana.AlertProtocolVersion},
		fallbackMark:        {iana.AlertInappropriateFallback},
		nameMissing:         {iana.AlertUnrecognizedName},
		nameRejected:        {iana.AlertUnrecognizedName},
		noProtocol:          {iana.AlertNoApplicationProtocol},
		noSuite:             {iana.AlertHandshakeFailure},
		noKeyForSuite:       {iana.AlertHandshakeFailure},
		noGroup:             {iana.AlertHandshakeFailure},
		noGroupForLeaf:      {iana.AlertHandshakeFailure},
		noScheme:            {iana.AlertHandshakeFailure},
		noSchemes:           {iana.AlertMissingExtension},
		noGroups:            {iana.AlertMissingExtension, iana.AlertHandshakeFailure},
		noEMSFromClient:     {iana.AlertHandshakeFailure},
		versionNotGone:      {iana.AlertInternalError, iana.AlertProtocolVersion},
		versionNotOffered:   {iana.AlertProtocolVersion},
		primeTooSmall:       {iana.AlertHandshakeFailure},
		primeTooLarge:       {iana.AlertHandshakeFailure},
		keyTooSmall:         {iana.AlertBadCertificate, iana.AlertHandshakeFailure},
		noEMSFromServer:     {iana.AlertHandshakeFailure},
		noRenegotiationInfo: {iana.AlertHandshakeFailure},
		groupNotOffered:     {iana.AlertIllegalParameter},
		leafNotOffered:      {iana.AlertIllegalParameter},
		downgradeMark:       {iana.AlertIllegalParameter},
	},
}

// bySchemes picks the chain whose scheme stands first in the client's list.
func bySchemes(n *negotiation, v iana.Version, able []signer) signer {
	order := n.offers[v].Schemes.Yes()
	best := able[0]
	for _, s := range able[1:] {
		if place(order, s.schemes[0]) < place(order, best.schemes[0]) {
			best = s
		}
	}
	return best
}
