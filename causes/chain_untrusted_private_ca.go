package causes

import "github.com/parley-tls/parley"

var chainUntrustedPrivateCA = &Cause{
	ID:    "chain.untrusted-private-ca",
	Title: "the certificate is of a CA that the client does not trust",
	Meaning: "The chain is whole as far as it goes, and ends in a CA of an organisation, a cluster or a product that the client was never " +
		"given. Programs have stores of their own: what the system or the browser trusts need not be trusted by Java, Python or Node.js.",
	Phase: parley.PhaseVerification,
	Best:  parley.Seen,
	Mistaken: []Mistake{
		{For: "clientcert.untrusted", Test: "it is the server's certificate, and the client that does not trust it"},
		{For: "chain.untrusted-root", Test: "the root was never a public one"},
		{For: "chain.self-signed", Test: "issuer and subject of the first certificate differ"},
		{For: "chain.incomplete", Test: "the root was sent or fetched and no store has it, or nothing tells that the issuer is below another CA"},
		{For: "chain.stale-private-ca", Test: "no trusted root has the name of the issuer"},
		{For: "middlebox.interception", Test: "the issuer is the same from another network"},
	},
	Find: func(v *View) []parley.Finding {
		ms := v.gaps(gapPrivateRoot, gapUnknownRoot, gapRootOrIssuer, gapNotRoot)
		fs := v.lacking("chain.untrusted-private-ca", parley.ClientSide, ms, func(m missing) string {
			switch m.gap {
			case gapPrivateRoot:
				return "The path ends in " + m.anchor + ", which issued itself and is in no store."
			case gapNotRoot:
				return m.Certificate.Subject.Short() + " is trusted and was issued by " + m.Certificate.Issuer.Short() +
					", which is not: " + v.Who() + " goes on to a root."
			}
			return "The path ends at " + m.Certificate.Subject.Short() + "; its issuer, " + m.Certificate.Issuer.Short() +
				", is in no store, and Mozilla's has it no more than the others."
		})
		if len(fs) > 0 && (ms[0].gap == gapUnknownRoot || ms[0].gap == gapRootOrIssuer) {
			f := &fs[0]
			f.Certainty, f.NotExcluded = parley.Inferred, []parley.CauseID{"chain.incomplete"}
			f.Because[0].Text = "The path ends at " + ms[0].Certificate.Subject.Short() + "; its issuer, " + ms[0].Certificate.Issuer.Short() +
				", was not sent and is in no store that was asked."
			if len(ms[0].URLs) > 0 && len(v.E.Issuers) == 0 {
				f.WouldTell = []string{v.withAIA()}
			}
			if ms[0].gap == gapRootOrIssuer {
				issuer := ms[0].Certificate.Issuer.Short()
				f.Because[0].Text += " Whether that is a root, or an intermediate that the server leaves out, is not on the wire."
				f.WouldTell = []string{"the certificate of " + issuer + ": whether issuer and subject of it are the same"}
				f.Intents = []parley.Intent{ms[0].trustIssuer(parley.Best), {Side: parley.ServerSide, Grade: parley.Best, Kind: parley.SendIntermediates,
					Plain: "where " + issuer + " is below another CA, send its certificate behind the leaf"}}
			}
		}
		return fs
	},
	Fixes: []parley.Intent{
		{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.TrustCertificate, Plain: "add the CA's root to the store that this program reads",
			Price: "whoever has the CA's key can then speak for any name to this client"},
		{Side: parley.ServerSide, Grade: parley.Bridge, Kind: parley.InstallCertificate, Plain: "install a certificate of a public CA, where the name is public"},
	},
	WillNotHelp: []string{"adding it to the store of the system where the program reads its own", "adding the leaf in place of the root",
		"turning verification off: anyone on the path can then answer in the server's place"},
	References: []string{"RFC 5280, Section 6.1", "RFC 8446, Section 4.4.2"},
	Cases: []Case{
		{
			Name: "the root of the chain was sent and no store has it", Fires: parley.Seen, Side: parley.ClientSide,
			Transcript: `
client go
now 2026-11-22
certificate public  ca
certificate root    ca cn="Shop Internal CA"
certificate leaf    by=root names=shop.example
trust system public
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.2 suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 renegotiation_info
< Certificate  cert=leaf cert=root
< ServerHelloDone
`,
		},
		{
			Name: "leaf and intermediate came, and no store knows who issued that", Fires: parley.Inferred, Side: parley.ClientSide,
			Transcript: `
client go
now 2026-11-22
certificate public  ca
certificate root    ca cn="Shop Internal CA"
certificate middle  ca by=root
certificate leaf    by=middle names=shop.example
trust system public
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.2 suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 renegotiation_info
< Certificate  cert=leaf cert=middle
< ServerHelloDone
`,
		},
		{
			Name: "the leaf of a root came alone, and no store has that", Fires: parley.Inferred, Side: parley.ClientSide,
			Transcript: `
client go
now 2026-11-22
certificate public  ca
certificate root    ca cn="Shop Internal CA"
certificate leaf    by=root names=shop.example
trust system public
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.2 suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 renegotiation_info
< Certificate  cert=leaf
< ServerHelloDone
`,
		},
		{
			Name: "the leaf of a root came alone, and says where its issuer is", Instead: "chain.incomplete",
			Transcript: `
client go
now 2026-11-22
certificate public  ca
certificate root    ca cn="Shop Internal CA"
certificate leaf    by=root names=shop.example issuer=http://ca.example/ca.der
trust system public
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.2 suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 renegotiation_info
< Certificate  cert=leaf
< ServerHelloDone
`,
		},
		{
			Name: "the client was given the CA",
			Transcript: `
client go
now 2026-11-22
certificate root  ca cn="Shop Internal CA"
certificate leaf  by=root names=shop.example
trust "--ca shop.pem" root
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.2 suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 renegotiation_info
< Certificate  cert=leaf
< ServerHelloDone
`,
		},
		{
			Name: "a trusted root has the name of the issuer, and another key", Instead: "chain.stale-private-ca",
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
	},
}
