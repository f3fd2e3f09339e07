package lab

import (
	"slices"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

var selectByTheSecondByte = Fault{
	Name:  "select-by-the-second-byte",
	Title: "the server compares the second byte of suites alone",
	Start: behindBox(when(func(s sight) bool {
		return len(s.Suites) > 0 && !slices.ContainsFunc(s.Suites, func(x iana.Suite) bool { return !strangeSuite(x) })
	}, selects(func(_ *wire.ClientHello, s *wire.ServerHello) {}))),
}
