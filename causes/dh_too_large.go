package causes

import (
	"fmt"

	"github.com/parley-tls/parley"
)

var dhTooLarge = &Cause{
	ID:    "dh.too-large",
	Title: "the client cannot take so large a Diffie-Hellman prime",
	Meaning: "Old Java takes primes of at most 1024 bits (6 and 7) or 2048 (8, until 2017) and fails on a longer one with \"Could not generate DH keypair\". " +
		"The server is right; the client's limit is the fault.",
	Phase: parley.PhaseParameters,
	Best:  parley.Seen,
	Mistaken: []Mistake{
		{For: "dh.too-small", Test: "the prime is longer than the client's most, not shorter than its least"},
	},
	Find: func(v *View) []parley.Finding {
		if v.ClientRefuses() != RefusesLargeDH {
			return nil
		}
		bits := v.Answer.Choice.DHBits
		f := v.Finding("dh.too-large", parley.ClientSide, parley.PhaseParameters, parley.Seen,
			fmt.Sprintf("The ServerKeyExchange carries a prime of %d bits; %s takes %d at most.", bits, v.Who(), v.Client.DHBits[1]))
		f.Intents = []parley.Intent{
			{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.LimitDH, Plain: "a newer release, or leave the DHE suites out so that ECDHE is selected"},
			{Side: parley.ServerSide, Grade: parley.Bridge, Kind: parley.AcceptSuites, Plain: "prefer ECDHE suites to DHE"},
		}
		return []parley.Finding{f}
	},
	Fixes: []parley.Intent{
		{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.LimitDH, Plain: "a newer release, or leave the DHE suites out so that ECDHE is selected"},
		{Side: parley.ServerSide, Grade: parley.Bridge, Kind: parley.AcceptSuites, Plain: "prefer ECDHE suites to DHE"},
	},
	WillNotHelp: []string{"a smaller prime on the server, which weakens it for everyone", "importing the certificate"},
	References:  []string{"RFC 7919", "RFC 9325, Section 4.5"},
	Cases: []Case{
		{
			Name: "Java 7 is sent 4096 bits", Fires: parley.Seen, Side: parley.ClientSide,
			Transcript: `
client java7
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.0 suite=TLS_DHE_RSA_WITH_AES_128_CBC_SHA
< ServerKeyExchange  dh=4096
`,
		},
		{
			Name: "Java 7 is sent 1024 bits, which it takes",
			Transcript: `
client java7
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.0 suite=TLS_DHE_RSA_WITH_AES_128_CBC_SHA
< ServerKeyExchange  dh=1024
`,
		},
	},
}
