package causes

import (
	"fmt"

	"github.com/parley-tls/parley"
)

var dhTooSmall = &Cause{
	ID:    "dh.too-small",
	Title: "the client does not take so small a Diffie-Hellman prime",
	Meaning: "The server selects a DHE suite and sends a prime shorter than the client takes; the client ends it, with handshake_failure, " +
		"insufficient_security or its own words (\"dh key too small\"). The alert comes from the client; the prime from the server.",
	Phase: parley.PhaseParameters,
	Best:  parley.Seen,
	Mistaken: []Mistake{
		{For: "cert.key-too-small", Test: "the prime of the key exchange is short, not the key of a certificate"},
		{For: "cipher.no-overlap", Test: "a ServerKeyExchange arrives: a suite was selected"},
		{For: "dh.too-large", Test: "the prime is shorter than the client's least, not longer than its most"},
	},
	Find: func(v *View) []parley.Finding {
		if v.ClientRefuses() != RefusesSmallDH {
			return nil
		}
		bits := v.Answer.Choice.DHBits
		f := v.Finding("dh.too-small", parley.ServerSide, parley.PhaseParameters, parley.Seen,
			fmt.Sprintf("The ServerKeyExchange carries a prime of %d bits; %s takes %d and more.", bits, v.Who(), v.Client.DHBits[0]))
		f.Intents = []parley.Intent{
			{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.EnlargeDH, Plain: "accept ECDHE suites, or use a prime of 2048 bits and more"},
			{Side: parley.ClientSide, Grade: parley.Bridge, Kind: parley.LimitDH, Plain: "leave the DHE suites out, if the server accepts another kind"},
		}
		if bits >= 1024 { // what clients still take at a lower level
			f.Intents = append(f.Intents, parley.Intent{Side: parley.ClientSide, Grade: parley.Bridge, Kind: parley.AllowSmallDH,
				Plain: fmt.Sprintf("take a prime of %d bits, in this program alone", bits), Price: "such primes can be broken"})
			f.Intents[1], f.Intents[2] = f.Intents[2], f.Intents[1] // it works whatever else the server accepts
		}
		return []parley.Finding{f}
	},
	Explains: []parley.CauseID{"cipher.no-overlap"},
	Fixes: []parley.Intent{
		{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.EnlargeDH, Plain: "accept ECDHE suites, or use a prime of 2048 bits and more"},
		{Side: parley.ClientSide, Grade: parley.Bridge, Kind: parley.LimitDH, Plain: "leave the DHE suites out, if the server accepts another kind"},
	},
	WillNotHelp: []string{"importing the certificate", "-k", "changing the versions on either side"},
	References:  []string{"RFC 9325, Section 4.5", "RFC 7919"},
	Cases: []Case{
		{
			Name: "OpenSSL 3 is sent 1024 bits", Fires: parley.Seen, Side: parley.ServerSide,
			Transcript: `
client openssl-3.0
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.2 suite=TLS_DHE_RSA_WITH_AES_128_GCM_SHA256 renegotiation_info
< ServerKeyExchange  dh=1024 scheme=rsa_pss_rsae_sha256
`,
		},
		{
			Name: "OpenSSL 3 is sent 2048 bits, which it takes",
			Transcript: `
client openssl-3.0
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.2 suite=TLS_DHE_RSA_WITH_AES_128_GCM_SHA256 renegotiation_info
< ServerKeyExchange  dh=2048 scheme=rsa_pss_rsae_sha256
`,
		},
	},
}
