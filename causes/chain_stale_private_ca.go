package causes

import "github.com/parley-tls/parley"

var chainStalePrivateCA = &Cause{
	ID:    "chain.stale-private-ca",
	Title: "the client trusts an older CA of the same name",
	Meaning: "The client has a root with the name of the certificate's issuer, and another key. The CA was made anew: a cluster, a proxy or a " +
		"development CA was set up again under its old name, and the client kept the root of the one before.",
	Phase: parley.PhaseVerification,
	Best:  parley.Seen,
	Mistaken: []Mistake{
		{For: "chain.untrusted-private-ca", Test: "a trusted root has the name of the issuer, and does not verify its signature"},
		{For: "chain.self-signed", Test: "another certificate issued the server's, and the trusted one of its name is a CA"},
		{For: "cert.malformed", Test: "the key that the certificate names for its issuer is another one than the root's"},
	},
	Find: func(v *View) []parley.Finding {
		return v.lacking("chain.stale-private-ca", parley.ClientSide, v.gaps(gapStale), func(m missing) string {
			text := m.Pool + " has " + m.Other.Subject.Short()
			if !m.Other.NotBefore.IsZero() {
				text += " of " + day(m.Other.NotBefore)
			}
			return text + ", the issuer's name, and its key does not verify the signature of " + m.Certificate.Subject.Short() + "."
		})
	},
	Fixes: []parley.Intent{
		{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.TrustCertificate, Plain: "replace the CA's root with the one that it has now",
			Price: "servers whose certificates the old one issued need theirs anew"},
		{Side: parley.ServerSide, Grade: parley.Bridge, Kind: parley.ReissueCertificate, Plain: "where the old CA's key is still there, have it issue the certificate"},
	},
	WillNotHelp: []string{"renewing the certificate with the new CA", "adding the same root once more", "another version or suite"},
	References:  []string{"RFC 5280, Section 4.2.1.1", "RFC 5280, Section 6.1"},
	Cases: []Case{
		{
			Name: "the root of the same name has another key", Fires: parley.Seen, Side: parley.ClientSide,
			Transcript: `
client go
now 2026-11-22
certificate old   ca cn="Cluster CA"
certificate new   ca cn="Cluster CA"
certificate leaf  by=new names=shop.example
trust "--ca ca.crt" old
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.2 suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 renegotiation_info
< Certificate  cert=leaf
< ServerHelloDone
`,
		},
		{
			Name: "both roots of the name are trusted",
			Transcript: `
client go
now 2026-11-22
certificate old   ca cn="Cluster CA"
certificate new   ca cn="Cluster CA"
certificate leaf  by=new names=shop.example
trust "--ca ca.crt" old new
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.2 suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 renegotiation_info
< Certificate  cert=leaf
< ServerHelloDone
`,
		},
		{
			Name: "the certificate issued itself, and one of its name is trusted", Instead: "chain.self-signed",
			Transcript: `
client go
now 2026-11-22
certificate old   ca cn=localhost
certificate leaf  cn=localhost names=shop.example
trust system old
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.2 suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 renegotiation_info
< Certificate  cert=leaf
< ServerHelloDone
`,
		},
		{
			Name: "no root of that name is trusted", Instead: "chain.untrusted-private-ca",
			Transcript: `
client go
now 2026-11-22
certificate other  ca
certificate new    ca cn="Cluster CA"
certificate leaf   by=new names=shop.example
trust system other
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.2 suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 renegotiation_info
< Certificate  cert=leaf cert=new
< ServerHelloDone
`,
		},
	},
}
