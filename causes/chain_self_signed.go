package causes

import "github.com/parley-tls/parley"

var chainSelfSigned = &Cause{
	ID:    "chain.self-signed",
	Title: "the certificate is its own issuer, and is not trusted",
	Meaning: "The server sends one certificate, signed with its own key. Nobody else vouches for it, so a client can trust it only " +
		"if it was given that very certificate. Development servers, appliances and fresh installations make one for themselves.",
	Phase: parley.PhaseVerification,
	Best:  parley.Seen,
	Mistaken: []Mistake{
		{For: "chain.untrusted-private-ca", Test: "issuer and subject of the first certificate are the same"},
		{For: "chain.stale-private-ca", Test: "no other certificate issued it, whatever has its name in a store"},
		{For: "middlebox.interception", Test: "the certificate is the same from another network"},
	},
	Find: func(v *View) []parley.Finding {
		fs := v.lacking("chain.self-signed", parley.ServerSide, v.gaps(gapSelfSigned, gapTrustedNotTaken), func(m missing) string {
			text := "Issuer and subject of the certificate are both " + m.Certificate.Subject.Short()
			if m.gap == gapTrustedNotTaken {
				return text + "; " + m.Pool + " has it, and " + v.Who() + " takes no certificate for a trust anchor that is no CA."
			}
			return text + ", and no store has it."
		})
		for i := range fs {
			fs[i].Intents = []parley.Intent{
				{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.InstallCertificate,
					Plain: "install a certificate for " + v.Identity() + " from a CA that the clients trust"},
				{Side: parley.ClientSide, Grade: parley.Bridge, Kind: parley.TrustCertificate,
					Plain: "add this one certificate to the store that the program reads, and to no other",
					Price: "it must be done on every client, and again when the certificate changes"},
			}
		}
		return fs
	},
	Explains: leafFaults,
	Fixes: []parley.Intent{
		{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.InstallCertificate, Plain: "install a certificate from a CA that the clients trust"},
		{Side: parley.ClientSide, Grade: parley.Bridge, Kind: parley.TrustCertificate, Plain: "add this one certificate to the store that the program reads",
			Price: "it must be done on every client, and again when the certificate changes"},
	},
	WillNotHelp: []string{"another version or suite", "renewing it in the same way", "turning verification off: anyone on the path can then answer in the server's place"},
	References:  []string{"RFC 5280, Section 6.1", "RFC 9325, Section 6.1"},
	Cases: []Case{
		{
			Name: "issuer and subject are the same", Fires: parley.Seen, Side: parley.ServerSide,
			Transcript: `
client openssl-3.0
now 2026-11-22
certificate root  ca
certificate leaf  cn=shop.example names=shop.example
trust system root
server 192.0.2.7:443 shop.example

base until=finished
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
< Certificate  cert=leaf encrypted
< Finished  encrypted
> Finished  encrypted
stopped
`,
		},
		{
			Name: "the store has another certificate of that name", Fires: parley.Seen, Side: parley.ServerSide,
			Transcript: `
client openssl-3.0
now 2026-11-22
certificate old   cn=shop.example names=shop.example
certificate leaf  cn=shop.example names=shop.example
trust system old
server 192.0.2.7:443 shop.example

base until=finished
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
< Certificate  cert=leaf encrypted
< Finished  encrypted
> Finished  encrypted
stopped
`,
		},
		{
			Name: "the client was given the certificate to trust",
			Transcript: `
client openssl-3.0
now 2026-11-22
certificate leaf  cn=shop.example names=shop.example
trust "--ca leaf.pem" leaf
server 192.0.2.7:443 shop.example

base until=finished x3
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
< Certificate  cert=leaf encrypted
< Finished  encrypted
> Finished  encrypted
stopped
`,
		},
	},
}
