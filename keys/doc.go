// Package keys derives the keys of a handshake and protects its records, for
// either side: TLS 1.3, TLS 1.0 to 1.2, and SSL 3.
//
// It has no policy. What the two sides selected is followed if there is a way
// to follow it at all, however weak; what there is none for is ErrUnsupported,
// so that a caller can tell "not known" from "wrong".
//
// Nothing here touches the world: randomness comes in as an io.Reader, with
// the exception of the server's half of ML-KEM, whose implementation takes none.
// It is not written for secrecy: what it protects is a probe that carries none.
package keys

import "errors"

// ErrUnsupported says that this package lacks a suite, a group, a scheme or a
// kind of key.
var ErrUnsupported = errors.New("not supported by this key schedule")

// ErrRecord says that a record does not open under the keys.
var ErrRecord = errors.New("the record does not decrypt")
