// Package parley is the vocabulary of the TLS handshake doctor: what a side of
// a handshake offers or accepts (terms), what was tried on the wire (attempts
// and replies), what follows from two sides' terms (Negotiate), and what was
// found (findings). It computes only: it opens no socket and reads no clock.
//
// Three rules hold for every type here:
//
//   - Unknown is a value. The zero value of every enum is unknown; a fact that
//     was not learned is never no, zero or ok.
//   - A fact remembers where it comes from.
//   - Nothing here formats for a person; package report does.
package parley
