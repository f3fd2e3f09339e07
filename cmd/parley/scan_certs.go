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
	fs.StringArrayVar(&f.ca, "ca", nil, "trust the certificates of `FILE` too, as the clients do")
	fs.BoolVar(&f.aia, "aia", false, "fetch issuers that were not sent from where certificates say")
	fs.BoolVar(&f.revocation, "revocation", false, "ask the OCSP responders and CRLs that certificates name")
	fs.StringVar(&f.dns, "dns", "auto", "ask for CAA, TLSA and HTTPS: auto (full depth, public names), none, `ADDR`[:PORT]")
}

// credentials reads them.
func (f *scanFlags) credentials(o *scan.Options, t parley.Target) error {
	o.Certs = scan.Credentials{Stores: trust.Programmes, FetchIssuers: f.aia, Revocation: f.revocation}
	if err := f.own(&o.Certs); err != nil {
		return err
	}
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
		var err error
		o.Certs.DNS, err = resolver(f.dns)
		return err
	}
	return nil
}

// own reads the files of --ca.
func (f *scanFlags) own(c *scan.Credentials) error {
	for _, name := range f.ca {
		s, err := trust.File("--ca ", name)
		if err != nil {
			return wrong("a file of certificates in PEM", "--ca: %w", err)
		}
		c.Own = append(c.Own, s)
	}
	return nil
}

// resolver is that of --dns ADDR[:PORT].
func resolver(text string) (*dns.Resolver, error) {
	at, err := netip.ParseAddrPort(text)
	if err != nil {
		a, err := netip.ParseAddr(text)
		if err != nil {
			return nil, wrong("--dns 192.0.2.53, --dns none", "--dns %q is no address of a resolver", text)
		}
		at = netip.AddrPortFrom(a, 53)
	}
	return &dns.Resolver{Servers: []netip.AddrPort{at}}, nil
}

// manyCredentials reads them for many targets. There the programmes are asked, and
// the DNS, only where a flag wants it: each costs more than a hello.
func (f *scanFlags) manyCredentials(o *scan.ManyOptions) error {
	if !f.aia && !f.revocation && !f.flags.Changed("dns") && len(f.ca) == 0 {
		return nil
	}
	o.Certs = scan.Credentials{Stores: trust.Programmes, FetchIssuers: f.aia, Revocation: f.revocation, Fetched: &scan.Fetched{}}
	if err := f.own(&o.Certs); err != nil {
		return err
	}
	if o.Depth == survey.DepthUnknown {
		o.Depth = survey.DepthVersions // a handshake to the certificate, in 1.3 too
	}
	switch {
	case !f.flags.Changed("dns") || f.dns == "none":
		return nil
	case f.dns == "auto":
		r, err := dns.System()
		if o.Certs.DNS = r; err != nil {
			o.Certs.WhyNoDNS = err.Error()
		}
		return nil
	}
	var err error
	o.Certs.DNS, err = resolver(f.dns)
	return err
}
