package lab

import "github.com/parley-tls/parley/iana"

var refuseOddRecordVersions = Fault{
	Name:  "refuse-odd-record-versions",
	Title: "the server refuses records of versions that TLS has not",
	Start: behindBox(when(func(s sight) bool { return s.record < iana.TLS10 || s.record > iana.TLS12 }, refuse(iana.AlertProtocolVersion))),
}
