// Package certificates judges what a server shows of itself: a chain as it was
// sent, the programmes of whose roots a path leads to one, certificate
// timestamps, what is said of revocation, and what stands in the DNS. It computes
// only: what was fetched comes in as values. Begin with [Judge].
package certificates
