package lab

import (
	"net/netip"

	"github.com/parley-tls/parley/iana"
)

var refuseAddressesAsNames = Fault{
	Name:  "refuse-addresses-as-names",
	Title: "the server refuses an IP address in server_name",
	Start: behindBox(when(func(s sight) bool { n, _ := s.ServerName(); _, err := netip.ParseAddr(n); return err == nil }, refuse(iana.AlertDecodeError))),
}
