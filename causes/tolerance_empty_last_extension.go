package causes

import "github.com/parley-tls/parley"

var toleranceLastExtension = &Cause{
	ID:    "tolerance.empty-last-extension",
	Title: "the server fails on an empty extension at the end",
	Meaning: "Some servers read past the end of a hello whose last extension has no content, and refuse it or close. It depends on nothing but " +
		"the order in which a client writes its extensions.",
	Phase: parley.PhaseHello,
	Best:  parley.Proved,
	Mistaken: []Mistake{
		{For: "tolerance.extension", Test: "with another extension at the end the hello completes, and nothing is left out"},
	},
	Tries: func(v *View) [][]parley.Change {
		last, ok := v.emptyLast()
		if !ok || !v.oddlyRefused() {
			return nil
		}
		return [][]parley.Change{{last}}
	},
	Find: func(v *View) []parley.Finding {
		c, ok := v.flippedBy(parley.AxisExtension)
		return v.intolerant("tolerance.empty-last-extension", ok && c.Op == parley.Replace, "The place of the empty extension")
	},
	Fixes: []parley.Intent{
		{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.UpgradeServer, Plain: "a release or firmware that reads the last extension to its end"},
		{Side: parley.ClientSide, Grade: parley.Bridge, Kind: parley.UpgradeClient, Plain: "a release that writes another extension last, or padding"},
	},
	WillNotHelp: []string{"importing the certificate", "-k", "another list of suites"},
	References:  []string{"RFC 8446, Section 4.2"},
	Cases: []Case{
		{
			Name: "with another extension at the end the hello completes", Fires: parley.Proved, Side: parley.ServerSide,
			Transcript: `
client openssl-3.0
server 192.0.2.7:443 shop.example

base x2
> ClientHello  suites=TLS_AES_128_GCM_SHA256 server_name=shop.example
               supported_versions=1.3 groups=x25519 schemes=rsa_pss_rsae_sha256
               key_share=x25519 extended_master_secret
< Alert  fatal decode_error(50)

base = extension key_share last x2
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
`,
		},
		{
			Name: "the last extension has content",
			Transcript: `
client openssl-3.0
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
`,
		},
	},
}

// emptyLast moves the extension before the last one to the end, if the last has
// no content.
func (v *View) emptyLast() (parley.Change, bool) {
	h := v.Base.Hello
	if h == nil || v.Base.SSL2 != nil || len(h.Extensions) < 2 || len(h.Extensions[len(h.Extensions)-1].Data) > 0 {
		return parley.Change{}, false
	}
	for i := len(h.Extensions) - 2; i >= 0; i-- {
		if e := h.Extensions[i]; len(e.Data) > 0 {
			return parley.Change{Axis: parley.AxisExtension, Op: parley.Replace, Values: []uint16{uint16(e.Type)}, Text: parley.ToTheEnd}, true
		}
	}
	return parley.Change{}, false
}
