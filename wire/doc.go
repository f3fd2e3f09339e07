// Package wire turns bytes into TLS records and handshake messages, and back,
// from a ClientHello to the end of a server's first flight, with alerts, the
// hello and answer of SSL 2, and the same over datagrams: DTLS.
//
// It describes what was sent, not what should have been: unknown values keep
// their number, odd order and duplicates are kept, and a message that parses is
// written back byte for byte. Bodies are the bytes after the handshake header;
// messages include it (RFC 8446, Section 4). Parsed values refer to the memory
// they were parsed from.
package wire
