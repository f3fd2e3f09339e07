package lab

import (
	"slices"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

var ignoreGroups = Fault{
	Name:  "ignore-groups",
	Title: "the server takes a group that it was not offered",
	Start: behindBox(when(func(s sight) bool {
		return len(s.Groups()) > 0 && !slices.ContainsFunc(s.Groups(), func(g iana.Group) bool { return !strangeGroup(g) }) && s.Offers(iana.TLS13)
	}, selects(func(_ *wire.ClientHello, s *wire.ServerHello) {
		s.Suite, s.OmitExtensions = iana.TLS_AES_128_GCM_SHA256, false
		s.Extensions = []wire.Extension{
			{Type: iana.ExtSupportedVersions, Data: []byte{3, 4}},
			{Type: iana.ExtKeyShare, Data: append([]byte{0, byte(iana.GroupX25519), 0, 32}, fixedShare()...)},
		}
	}))),
}
