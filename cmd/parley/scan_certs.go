package main

import (
	"net/netip"

	"github.com/spf13/pflag"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/certificates"
	"github.com/parley-tls/parley/dns"
	"github.com/parley-tls/parley/scan"
	"github.com/parley-tls/parley/survey"
	"github.com/parley-tls/parley/trust"
)

// credentialFlags are those about what is asked of others than the server.
func (f *scanFlags) credentialFlags(fs *pflag.FlagSet) {
	fs.BoolVar(&f.aia, "aia", false, "fetch issuers that were not sent from where certificates say")
	fs.BoolVar(&f.revocation, "revocation", false, "ask the OCSP responders and CRLs that certificates name")
	fs.StringVar(&f.dns, "dns", "auto", "ask for CAA, TLSA and HTTPS: auto (full depth, public names), none, `ADDR`[:PORT]")
}

// credentials reads them.
func (f *scanFlags) credentials(o *scan.Options, t parley.Target) error {
	o.Certs = scan.Credentials{Stores: trust.Programmes, FetchIssuers: f.aia, Revocation: f.revocation}
	switch f.dns {
	case "none":
	case "auto":
		if o.Depth == survey.DepthFull && !certificates.Local(t.Host) {
			r, err := dns.System()
			if o.Certs.DNS = r; err != nil {
				o.Certs.WhyNoDNS = err.Error()
			}
		}
	default:
		at, err := netip.ParseAddrPort(f.dns)
		if err != nil {
			a, err := netip.ParseAddr(f.dns)
			if err != nil {
				return wrong("--dns 192.0.2.53, --dns none", "--dns %q is no address of a resolver", f.dns)
			}
			at = netip.AddrPortFrom(a, 53)
		}
		o.Certs.DNS = &dns.Resolver{Servers: []netip.AddrPort{at}}
	}
	return nil
}
