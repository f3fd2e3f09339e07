package parley

import "github.com/parley-tls/parley/iana"

// gnutlsStack is GnuTLS 3.7. It takes the client's order of everything unless
// %SERVER_PRECEDENCE is set; a server without TLS 1.3 does not look at
// supported_versions.
var gnutlsStack = &stack{
	name:          "gnutls",
	measured:      "3.7, November 2026",
	readsFallback: Yes,
	groupless:     Yes,
	ffdhe:         true,
	readsVersions: func(best iana.Version) bool { return best >= iana.TLS13 },
	suites:        unlessServer,
	group13: func(n *negotiation, ids, _ []iana.Group) iana.Group {
		if n.server.ServerOrder == Yes {
			return byServer(ids, n.accepts[iana.TLS13].Groups)[0]
		}
		return ids[0]
	},
	group12: func(n *negotiation, v iana.Version, ids []iana.Group) iana.Group {
		if n.server.ServerOrder == Yes {
			return byServer(ids, n.accepts[v].Groups)[0]
		}
		return ids[0]
	},
	pickSigner:   func(_ *negotiation, _ iana.Version, able []signer) signer { return able[0] },
	orderSchemes: clientSchemes,
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
	special: func(n *negotiation, h hit) ([]iana.Alert, bool) {
		if h.what != noVersion || n.has(iana.ExtSupportedVersions) != No {
			return nil, false
		}
		for _, v := range AllVersions {
			if v < iana.TLS13 && n.accepts[v].Accepted.Is != No {
				return nil, false
			}
		}
		// With 1.3 alone, a hello that could not offer it finds no suite.
		return []iana.Alert{iana.AlertHandshakeFailure}, true
	},
}
