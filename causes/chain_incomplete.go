package causes

import (
	"slices"
	"strings"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/pkix"
)

var chainIncomplete = &Cause{
	ID:    "chain.incomplete",
	Title: "the server leaves out an intermediate certificate",
	Meaning: "Between the server's certificate and a root that clients trust stands an intermediate, and the server does not send it. A client " +
		"that has it from elsewhere, or fetches it, connects; the others do not. That is why it works in a browser and fails in programs.",
	Phase: parley.PhaseVerification,
	Best:  parley.Seen,
	Mistaken: []Mistake{
		{For: "cert.keyusage", Test: "nothing that was sent issued the certificate"},
		{For: "chain.untrusted-private-ca", Test: "the issuer is known to be below another CA, or with it at hand the path ends in a root that the client trusts"},
		{For: "chain.truststore-missing", Test: "another store that has the root does not complete the chain either"},
		{For: "chain.truststore-stale", Test: "another store that has the root does not complete the chain either"},
	},
	Find: func(v *View) []parley.Finding {
		ms := v.gaps(gapIssuer, gapIssuerOrRoot, gapOrder)
		fs := v.lacking("chain.incomplete", parley.ServerSide, ms, v.leftOut)
		if len(fs) == 0 {
			return nil
		}
		f := &fs[0]
		f.Intents = slices.Clone(chainIncompleteFixes)
		switch {
		case ms[0].gap == gapOrder:
			f.Intents = []parley.Intent{{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.OrderChain, Plain: "send the leaf first, then each certificate's issuer behind it"}}
		case ms[0].gap == gapIssuerOrRoot:
			f.Certainty, f.NotExcluded = parley.Inferred, []parley.CauseID{"chain.untrusted-private-ca"}
			f.Intents = append(f.Intents, ms[0].trustIssuer(parley.Bridge))
			if len(ms[0].URLs) > 0 && len(v.E.Issuers) == 0 {
				f.WouldTell = []string{v.withAIA()}
			}
		case len(ms[0].used) > 0:
			f.Intents[0].Plain = "send " + few(shorts(ms[0].used)) + " behind the leaf, in one file"
		}
		return fs
	},
	Fixes: chainIncompleteFixes,
	WillNotHelp: []string{"importing the intermediate on the clients: the next one fails again", "another version or suite",
		"renewing the certificate without the file of the chain"},
	References: []string{"RFC 8446, Section 4.4.2", "RFC 5246, Section 7.4.2", "RFC 5280, Section 4.2.2.1"},
	Cases: []Case{
		{
			Name: "the intermediate was fetched from where the leaf says", Fires: parley.Seen, Side: parley.ServerSide,
			Transcript: `
client openssl-3.0
now 2026-11-22
certificate root    ca
certificate middle  ca by=root
certificate leaf    by=middle names=shop.example issuer=http://ca.example/middle.der
trust system root
fetched http://ca.example/middle.der middle
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.2 suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 renegotiation_info
< Certificate  cert=leaf
< ServerHelloDone
`,
		},
		{
			Name: "a leaf comes alone, and says where its issuer is", Fires: parley.Inferred, Side: parley.ServerSide,
			Transcript: `
client openssl-3.0
now 2026-11-22
certificate root    ca
certificate middle  ca by=root
certificate leaf    by=middle names=shop.example issuer=http://ca.example/middle.der
trust system root
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.2 suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 renegotiation_info
< Certificate  cert=leaf
< ServerHelloDone
`,
		},
		{
			Name: "a leaf comes alone, and a root of its issuer's organisation is trusted", Fires: parley.Inferred, Side: parley.ServerSide,
			Transcript: `
client openssl-3.0
now 2026-11-22
certificate root    ca o="Shop Trust"
certificate middle  ca by=root o="Shop Trust" cn="Issuing CA 2"
certificate leaf    by=middle names=shop.example
trust system root
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.2 suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 renegotiation_info
< Certificate  cert=leaf
< ServerHelloDone
`,
		},
		{
			Name: "a leaf comes alone, and a CA was given for the server", Fires: parley.Inferred, Side: parley.ServerSide,
			Transcript: `
client openssl-3.0
now 2026-11-22
certificate root    ca
certificate middle  ca by=root
certificate leaf    by=middle names=shop.example
trust "--ca ca.pem" root
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.2 suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 renegotiation_info
< Certificate  cert=leaf
< ServerHelloDone
`,
		},
		{
			Name: "a leaf comes alone, and nothing is known of its issuer", Instead: "chain.untrusted-private-ca",
			Transcript: `
client openssl-3.0
now 2026-11-22
certificate root    ca
certificate middle  ca by=root
certificate leaf    by=middle names=shop.example
trust system root
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.2 suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 renegotiation_info
< Certificate  cert=leaf
< ServerHelloDone
`,
		},
		{
			Name: "Chrome fetches what is left out",
			Transcript: `
client chrome
now 2026-11-22
certificate root    ca
certificate middle  ca by=root
certificate leaf    by=middle names=shop.example issuer=http://ca.example/middle.der
trust system root
fetched http://ca.example/middle.der middle
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.2 suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 renegotiation_info
< Certificate  cert=leaf
< ServerHelloDone
`,
		},
		{
			Name: "leaf and intermediate lead to a trusted root",
			Transcript: `
client openssl-3.0
now 2026-11-22
certificate root    ca
certificate middle  ca by=root
certificate leaf    by=middle names=shop.example
trust system root
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.2 suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 renegotiation_info
< Certificate  cert=leaf cert=middle
< ServerHelloDone
`,
		},
		{
			Name: "the path ends in a root that was sent and is not trusted", Instead: "chain.untrusted-private-ca",
			Transcript: `
client openssl-3.0
now 2026-11-22
certificate other   ca
certificate root    ca
certificate leaf    by=root names=shop.example
trust system other
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.2 suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 renegotiation_info
< Certificate  cert=leaf cert=root
< ServerHelloDone
`,
		},
	},
}

var chainIncompleteFixes = []parley.Intent{
	{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.SendIntermediates, Plain: "send the leaf, then each intermediate, in one file"},
}

// leftOut says what is missing of a chain, and how that is known.
func (v *View) leftOut(m missing) string {
	if m.gap == gapOrder {
		return "Certificate " + m.Certificate.Subject.Short() + " stands before the one that it issued, and " + v.Who() + " takes them in their order only."
	}
	text := "Nothing that was sent is the issuer of " + m.Certificate.Subject.Short() + ", " + m.Certificate.Issuer.Short() + "."
	if m.gap == gapIssuer {
		used := shorts(m.used)
		text += " " + strings.ToUpper(m.from[:1]) + m.from[1:] + ": with " + few(used) + " the path ends in " + m.anchor + "."
	}
	if m.gap == gapIssuerOrRoot {
		text += " " + m.sign
	}
	if m.gap == gapIssuerOrRoot && len(v.E.Issuers) > 0 && v.E.Issuers[0].Err != "" {
		text += " It could not be fetched: " + v.E.Issuers[0].Err + "."
	}
	return text
}

// trustIssuer is the fix where the issuer of a leaf that came alone is a root.
func (m missing) trustIssuer(g parley.Grade) parley.Intent {
	return parley.Intent{Side: parley.ClientSide, Grade: g, Kind: parley.TrustCertificate,
		Plain: "where " + m.Certificate.Issuer.Short() + " is a private root, add it to the store that this program reads",
		Price: "whoever has the CA's key can then speak for any name to this client"}
}

func shorts(cs []*pkix.Certificate) []string {
	var out []string
	for _, c := range cs {
		out = append(out, c.Subject.Short())
	}
	return out
}

// withAIA is the command that fetches what is missing.
func (v *View) withAIA() string {
	command := "parley check " + v.E.Target.Text
	if n := v.E.Target.Name; n != "" && n != v.E.Target.Host {
		command += " --sni " + n
	}
	return command + " --aia"
}
