// Package errors is the catalogue of what programs print when a handshake
// fails: the messages of TLS libraries, and of what stands on top of them, as
// their sources print them.
//
// # One place a stack
//
// Each stack has a file with one literal, a Stack. A row of it is an Entry: a
// text, and the Meaning it carries. Meanings are shared, because stacks say the
// same in different words: "wrong version number", "unknown protocol" and
// "Unrecognized SSL message, plaintext connection?" are one. What a meaning
// leaves possible, in which order, and why, stands once, in meanings_*.go, for
// a client that prints it and for a server that prints it.
//
// To add a message, add a row to the stack that prints it:
//
//	{Text: "dh key too small", Code: "394", Means: "dh.small"},
//
// and, where the text has holes, a specimen that it must match:
//
//	{Text: "server selected unsupported protocol version <x>", Means: "version.server-old",
//		Like: []string{"tls: server selected unsupported protocol version 301"}},
//
// The pages in docs/causes show some of the texts: go generate ./causes writes
// them anew. bench/messages records what real clients print, and says what of it
// is not read yet.
//
// # The notation of a text
//
// A text is matched without regard to case. A blank, a run of blanks, "_", and
// "-" after a letter are one and the same, so that one row serves "certificate
// has expired", CERTIFICATE_HAS_EXPIRED and X509_V_ERR_CERTIFICATE_HAS_EXPIRED.
// Where the text begins or ends with a letter or digit, a word must begin or
// end there. Holes are
//
//	<n>  a decimal number, perhaps negative
//	<x>  a hexadecimal number, perhaps after 0x
//	<w>  a word: anything but blanks
//	<h>  the name of a host, with hyphens, which are matched as blanks
//	<*>  anything, but on the same line
//
// A number that a hole took is the entry's, where Entry.Takes says so: that of
// an alert, or one that the stack prints in place of a message (Entry.Code).
//
// # What binds
//
// Who refused follows from who says what (Meaning.By). An alert that was
// received is the peer's refusal; a library that speaks of its own verdict
// refused itself; what fails before a byte is sent is local.
//
// A row is the message as the library's source has it, never a line that one
// person once reported: the meaning must hold for whoever meets it next.
//
//go:generate go run ../../internal/gen/reported
package errors
