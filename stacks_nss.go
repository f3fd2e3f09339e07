package parley

import "github.com/parley-tls/parley/iana"

// nssStack is NSS 3.87. Its own order decides on suites, groups and schemes,
// at the price of a HelloRetryRequest where the client guessed another group.
var nssStack = &stack{
	name:          "nss",
	measured:      "3.87, November 2026",
	readsFallback: Yes,
	groupless:     Yes,
	looksAtLeaf:   true,
	schemeLate:    true,
	suites:        serverOrder,
	group13: func(n *negotiation, ids, _ []iana.Group) iana.Group {
		return byServer(ids, n.accepts[iana.TLS13].Groups)[0]
	},
	group12: func(n *negotiation, v iana.Version, ids []iana.Group) iana.Group {
		return byServer(ids, n.accepts[v].Groups)[0]
	},
	pickSigner: func(_ *negotiation, _ iana.Version, able []signer) signer { return able[0] },
	orderSchemes: func(n *negotiation, v iana.Version, s signer) []iana.Scheme {
		return byServer(s.schemes, n.accepts[v].Schemes)
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
		noGroups:            {iana.AlertMissingExtension},
		noEMSFromClient:     {iana.AlertHandshakeFailure},
		versionNotGone:      {iana.AlertProtocolVersion},
		versionNotOffered:   {iana.AlertProtocolVersion},
		primeTooSmall:       {iana.AlertHandshakeFailure},
		primeTooLarge:       {iana.AlertHandshakeFailure},
		keyTooSmall:         {iana.AlertBadCertificate},
		noEMSFromServer:     {iana.AlertHandshakeFailure},
		noRenegotiationInfo: {iana.AlertHandshakeFailure},
		groupNotOffered:     {iana.AlertIllegalParameter},
		leafNotOffered:      {iana.AlertIllegalParameter},
	},
}
