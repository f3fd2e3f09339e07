// Package iana maps the code points of TLS to their names and back: versions,
// cipher suites, groups, signature schemes, extensions, alerts and the rest.
//
// The tables are generated offline from the files in registry. Those follow
// the registries of IANA and add code points that stand in no registry but
// that stacks really used, marked as not registered.
//
// Every type keeps an unknown code point and prints it as a number, such as
// 0x1a2b; every parser reads that number back. GREASE values (RFC 8701) are
// in no table: [IsGREASE] tells them.
//
// Constants of cipher suites carry the registry's own name. All others are
// prefixed: [GroupX25519], [SchemeRSAPSSRSAESHA256], [ExtServerName],
// [AlertHandshakeFailure], [TypeClientHello], [ContentHandshake].
package iana

//go:generate go run ../internal/gen/iana
