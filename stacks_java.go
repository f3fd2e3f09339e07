package parley

import "github.com/parley-tls/parley/iana"

// javaStack is JSSE.
var javaStack = &stack{
	name:          "java",
	measured:      "OpenJDK 17, November 2026",
	readsFallback: Yes,
	groupless:     Yes,
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
	},
}
