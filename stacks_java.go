package parley

import "github.com/parley-tls/parley/iana"

// javaStack is SunJSSE of OpenJDK 17. The server's order of suites decides, the
// client's that of groups and schemes. Before 1.3 it selects a group of its own
// where none is common, and a suite without a look at schemes, which it binds to
// groups as 1.3 does.
var javaStack = &stack{
	name:          "java",
	measured:      "OpenJDK 17, November 2026",
	readsFallback: No,
	groupless:     Yes,
	ffdhe:         true,
	looksAtLeaf:   true,
	schemeLate:    true,
	bindsGroup:    true,
	forcesGroup:   true,
	suites: func(n *negotiation, v iana.Version, ids []iana.Suite) []iana.Suite {
		if n.server.ServerOrder == No {
			return ids
		}
		return serverOrder(n, v, ids)
	},
	group13:      func(_ *negotiation, ids, shares []iana.Group) iana.Group { return firstShared(ids, shares) },
	group12:      func(_ *negotiation, _ iana.Version, ids []iana.Group) iana.Group { return ids[0] },
	pickSigner:   bySchemes,
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
	special: func(_ *negotiation, h hit) ([]iana.Alert, bool) {
		switch {
		case h.what == noGroup && h.version == iana.TLS13:
			return []iana.Alert{iana.AlertUnexpectedMessage}, true
		case h.what == noScheme:
			// The second where a scheme fits the kind of key and not the key, and in 1.2.
			return []iana.Alert{iana.AlertHandshakeFailure, iana.AlertInternalError}, true
		}
		return nil, false
	},
}
