// Package pkix reads certificates, builds paths from them to trust anchors, and
// says what a client with given rules has against them (RFC 5280). It computes
// only: the time, the trust anchors and the rules come in as values.
//
// Begin with [Verify]. The reader, [Read], takes what real servers send: it
// notes faults of encoding and goes on where crypto/x509 would refuse.
package pkix
