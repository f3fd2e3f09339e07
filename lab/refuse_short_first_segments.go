package lab

import "github.com/parley-tls/parley/iana"

var refuseShortFirstSegments = Fault{
	Name:  "refuse-short-first-segments",
	Title: "the server takes the first segment for the whole hello",
	Start: behindBox(when(func(s sight) bool { return !s.whole && len(s.Message()) < 1200 }, refuse(iana.AlertDecodeError))),
}
