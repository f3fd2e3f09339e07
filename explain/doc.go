// Package explain reads any text and says what of it speaks of TLS: what it
// says, whose verdict that is, which causes remain, and which test decides.
//
// It computes: a text comes in as a reader, and the catalogue of package errors
// is all it knows. What it finds in a text that is a program's own words is at
// best seen, and mostly inferred; only a check proves.
package explain
