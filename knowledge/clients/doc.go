// Package clients is what parley knows of TLS clients: dated facts as data, one
// file a family. Each client has a specimen, the hello that it sends, and its
// terms are read from there: a hello is not a policy, so what a client
// completes and demands stands beside what it offers.
//
// A client is added in one place each: the hello with its header under
// specimens, and an entry in the file of its family; a test names what is
// missing. Most specimens are generated from captures.
package clients

//go:generate go run ../../internal/gen/clients specimens
