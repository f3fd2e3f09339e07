package causes

import (
	"slices"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

var sigalgNoOverlap = &Cause{
	ID:    "sigalg.no-overlap",
	Title: "the server cannot sign with any scheme the client takes",
	Meaning: "The server proves who it is with a signature. None of the schemes in the client's signature_algorithms can be made with " +
		"the key of the server's certificate, or the server's own list leaves them out.",
	Phase: parley.PhaseParameters,
	Best:  parley.Proved,
	Mistaken: []Mistake{
		{For: "cert.weak-digest", Test: "the server refuses, and sends no certificate"},
		{For: "sigalg.missing-extension", Test: "the hello has signature_algorithms, and completes with one scheme more"},
		{For: "cipher.no-overlap", Test: "the hello completes with one scheme more and the suites as they were"},
		{For: "group.no-overlap", Test: "the hello completes with one scheme more and the groups as they were"},
	},
	Tries: func(v *View) [][]parley.Change {
		var sets [][]parley.Change
		for _, s := range v.hiddenSchemes() {
			sets = append(sets, []parley.Change{parley.AddScheme(s)})
		}
		return sets
	},
	Find: func(v *View) []parley.Finding {
		c, ok := v.Needs(parley.AxisScheme)
		if !ok || !v.Refused() || len(c.Values) == 0 || v.lacksSchemes() {
			return nil
		}
		scheme := iana.Scheme(c.Values[0])
		clientCurrent := slices.ContainsFunc(v.Base.Hello.Schemes(), currentScheme)
		serverCurrent := currentScheme(scheme)
		side := outside(clientCurrent, serverCurrent)
		f := v.Proven(v.Finding("sigalg.no-overlap", side, parley.PhaseParameters, parley.Inferred), parley.AxisScheme, parley.Inferred, "cipher.no-overlap", "group.no-overlap")
		f = asReasons(f, alone(f, "The signature scheme"), v.sent())
		f.Intents = []parley.Intent{
			{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.OfferSchemes, Schemes: []iana.Scheme{scheme}, Plain: "offer " + scheme.String()},
			{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.AcceptSchemes, Schemes: v.Base.Hello.Schemes(), Plain: "a certificate whose key signs with a scheme that the client offers"},
		}
		return []parley.Finding{f}
	},
	Fixes: []parley.Intent{
		{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.OfferSchemes, Plain: "offer the schemes of RSA and ECDSA with SHA-256 and better"},
		{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.AcceptSchemes, Plain: "a certificate whose key signs with a scheme that clients offer"},
	},
	WillNotHelp: []string{"importing the certificate", "-k", "another list of suites"},
	References:  []string{"RFC 8446, Section 4.2.3", "RFC 5246, Section 7.4.1.4.1"},
	Cases: []Case{
		{
			Name: "one scheme more completes: no side is behind", Fires: parley.Proved, Side: parley.SideUnknown,
			Transcript: `
client hello
server 192.0.2.7:443 shop.example

base x2
> ClientHello  versions=1.2 suites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 groups=x25519
               schemes=rsa_pss_rsae_sha256 server_name=shop.example
< Alert  fatal handshake_failure(40)

base + scheme rsa_pss_rsae_sha512 x2
< ServerHello  version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
`,
		},
		{
			Name: "the extension is not there at all", Instead: "sigalg.missing-extension",
			Transcript: `
client hello
server 192.0.2.7:443 shop.example

base x2
> ClientHello  versions=1.2 suites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 groups=x25519
               server_name=shop.example
< Alert  fatal handshake_failure(40)

base + extension signature_algorithms x2
< ServerHello  version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
`,
		},
		{
			Name: "one suite more completes with the schemes as they were", Instead: "cipher.no-overlap",
			Transcript: `
client hello
server 192.0.2.7:443 shop.example

base x2
> ClientHello  versions=1.2 suites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 groups=x25519
               schemes=rsa_pss_rsae_sha256 server_name=shop.example
< RST

base + suite TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384 x2
< ServerHello  version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384
`,
		},
	},
}

// lacksSchemes says that the base offers 1.2 and has no signature_algorithms.
func (v *View) lacksSchemes() bool {
	if v.Base.Hello == nil || v.Base.Hello.MaxVersion().Before(iana.TLS12) {
		return false
	}
	_, has := v.Base.Hello.Extension(iana.ExtSignatureAlgorithms)
	return !has
}

// schemes13 are the schemes of 1.3 by how often a server's certificate needs
// one that a client leaves out.
var schemes13 = []iana.Scheme{
	iana.SchemeECDSASecp521r1SHA512, iana.SchemeEd25519, iana.SchemeECDSASecp384r1SHA384, iana.SchemeRSAPSSRSAESHA512,
	iana.SchemeRSAPSSRSAESHA384, iana.SchemeECDSASecp256r1SHA256, iana.SchemeRSAPSSRSAESHA256, iana.SchemeEd448,
}

// hiddenSchemes are what the server may sign with in 1.3, where the signature
// is encrypted: the schemes that the base lacks, when nothing that can be seen
// explains the refusal. A certificate seen below 1.3 narrows them down.
func (v *View) hiddenSchemes() []iana.Scheme {
	if v.Base.Hello == nil || !v.Base.Hello.Offers(v.at(iana.TLS13)) {
		return nil // a hello in the format of SSL 2 has no schemes
	}
	if !v.Unexplained() || v.Answer.End != parley.EndAlert || v.Accepts(iana.TLS13) != parley.Yes {
		return nil
	}
	if _, spoken := spokenOf[v.Answer.Alert]; spoken {
		return nil
	}
	var out []iana.Scheme
	for _, s := range schemes13 {
		if !slices.Contains(v.Base.Hello.Schemes(), s) && v.keyCouldSign(s) {
			out = append(out, s)
		}
	}
	return out
}

// keyCouldSign says whether one of the certificates seen could sign with a
// scheme in 1.3, or that none was seen.
func (v *View) keyCouldSign(s iana.Scheme) bool {
	i, _ := s.Info()
	known := false
	for _, c := range v.Server.Chains {
		if c.Key == i.Key && (c.Group == 0 || c.Group == i.Group) {
			return true
		}
		known = known || c.Key != 0
	}
	return !known
}
