package causes

import (
	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

var extensionEMSRequired = &Cause{
	ID:    "extension.ems-required",
	Title: "one side demands extended_master_secret, the other lacks it",
	Meaning: "FIPS 140-3 modules refuse a TLS 1.2 key derivation without the extended master secret (RFC 7627). A peer without the extension, " +
		"often an appliance or an old load balancer, cannot be talked to in 1.2. TLS 1.3 has no such question.",
	Phase: parley.PhaseParameters,
	Best:  parley.Proved,
	Mistaken: []Mistake{
		{For: "cipher.no-overlap", Test: "the ServerHello arrives and lacks the extension, or the hello completes with it"},
	},
	Tries: func(v *View) [][]parley.Change {
		if !v.Refused() || v.Base.Hello == nil || iana.TLS12.Before(v.Base.Hello.MaxVersion()) || !v.Unexplained() {
			return nil
		}
		if _, has := v.Base.Hello.Extension(iana.ExtExtendedMasterSecret); has {
			return nil
		}
		return [][]parley.Change{{addEMS}}
	},
	Find: func(v *View) []parley.Finding {
		if v.ClientRefuses() == RefusesNoEMS {
			f := v.Finding("extension.ems-required", parley.ServerSide, parley.PhaseParameters, parley.Seen,
				"The hello offers extended_master_secret and the ServerHello lacks it; "+v.Who()+" ends the handshake then.")
			f.Intents = []parley.Intent{
				{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.AllowEMS, Plain: "a release that answers extended_master_secret, or accept 1.3"},
				{Side: parley.ClientSide, Grade: parley.Last, Kind: parley.AllowEMS, Plain: "take 1.2 without it", Price: "leaves FIPS mode"},
			}
			return []parley.Finding{f}
		}
		c, ok := v.Needs(parley.AxisExtension)
		if !ok || !v.Refused() || c.Op != parley.Add || len(c.Values) == 0 || iana.ExtensionType(c.Values[0]) != iana.ExtExtendedMasterSecret {
			return nil
		}
		f := v.Proven(v.Finding("extension.ems-required", parley.ClientSide, parley.PhaseParameters, parley.Inferred), parley.AxisExtension, parley.Inferred)
		f = asReasons(f, alone(f, "extended_master_secret"), v.sent())
		f.Intents = []parley.Intent{{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.UpgradeClient, Plain: "a release that offers extended_master_secret or 1.3"}}
		return []parley.Finding{f}
	},
	Fixes: []parley.Intent{
		{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.AllowEMS, Plain: "a release that answers extended_master_secret, or accept 1.3"},
		{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.UpgradeClient, Plain: "a release that offers extended_master_secret or 1.3"},
	},
	WillNotHelp: []string{"importing the certificate", "-k", "another list of suites"},
	References:  []string{"RFC 7627, Section 5.2", "RFC 9325, Section 3.5"},
	Cases: []Case{
		{
			Name: "a FIPS client, and a ServerHello without it", Fires: parley.Seen, Side: parley.ServerSide,
			Transcript: `
client openssl-3.0-fips
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 renegotiation_info
`,
		},
		{
			Name: "a server that demands it of a hello without", Fires: parley.Proved, Side: parley.ClientSide,
			Transcript: `
client hello
server 192.0.2.7:443 shop.example

base x2
> ClientHello  versions=1.2 suites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 groups=x25519
               schemes=rsa_pss_rsae_sha256 server_name=shop.example
< Alert  fatal handshake_failure(40)

base + extension extended_master_secret x2
< ServerHello  version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 extended_master_secret
`,
		},
		{
			Name: "a client that does not demand it",
			Transcript: `
client openssl-3.0
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 renegotiation_info
`,
		},
	},
}

var addEMS = parley.Change{
	Axis: parley.AxisExtension, Op: parley.Add, Values: []uint16{uint16(iana.ExtExtendedMasterSecret)},
}
