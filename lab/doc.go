// Package lab holds peers and paths that do one thing wrong, on loopback,
// without root and without files: one file a fault, named for it. They are what
// "parley lab" starts, what "parley tour" shows and what tests diagnose.
//
// A fault comes from one of two engines. Where crypto/tls can be made to have
// it, crypto/tls has it. The rest is played by a script: a second server of our
// own that ends with its first flight, negotiates from Terms, and misbehaves on
// request. Both refuse as OpenSSL does unless a fault says otherwise.
//
// Everything a Lab starts ends with the context given to Start or with
// Lab.Close, whichever comes first, and Close waits for it.
package lab
