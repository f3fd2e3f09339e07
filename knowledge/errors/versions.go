package errors

import (
	"regexp"
	"sync"

	"github.com/parley-tls/parley"
)

// Version is a client that a text names with its version, which is enough to
// check as that client.
type Version struct {
	Client parley.ClientID // an id of knowledge/clients
	Signs  string          // an expression, without regard to case
}

// Versions are the clients that texts name, those with the narrower signs
// first.
var Versions = []Version{
	{"java6", `\b(java(/| |-)?(se )?(1\.6|6)|jdk ?-?(1\.)?6|jdk1\.6\.0|1\.6\.0_\d+)\b`},
	{"java7", `\b(java(/| |-)?(se )?(1\.7|7)|jdk ?-?(1\.)?7|jdk1\.7\.0|1\.7\.0_\d+)\b`},
	{"java8", `\b(java(/| |-)?(se )?(1\.8|8)|jdk ?-?(1\.)?8|jdk1\.8\.0|1\.8\.0_\d+)\b`},
	{"java11", `\b(java(/| |-)?11|(open)?jdk ?-?11)\b`},
	{"java17", `\b(java(/| |-)?17|(open)?jdk ?-?17)\b`},
	{"java21", `\b(java(/| |-)?21|(open)?jdk ?-?21)\b`},
	{"android-4.4", `\bandroid 4\.4\b`},
	{"dotnet-4.5", `\.net (framework )?4\.5\b`},
	{"go-1.11", `\bgo ?1\.11\b`},
	{"go-1.13", `\bgo ?1\.13\b`},
	{"go-1.15", `\bgo ?1\.15\b`},
	{"go-1.17", `\bgo ?1\.17\b`},
	{"go-1.18", `\bgo ?1\.18\b`},
	{"go-1.21", `\bgo ?1\.21\b`},
	{"go-1.22", `\bgo ?1\.22\b`},
	{"go-1.23", `\bgo ?1\.23\b`},
	{"go-1.24", `\bgo ?1\.24\b`},
	{"python-2.7", `\bpython ?(-urllib/)?2\.7\b`},
	{"python-3.11", `\bpython ?3\.11\b`},
	{"node-0.10", `\bnode(\.js)? ?v?0\.10\b`},
	{"node-0.12", `\bnode(\.js)? ?v?0\.12\b`},
	{"node-6", `\bnode(\.js)? ?v?6\.`},
	{"node-8", `\bnode(\.js)? ?v?8\.`},
	{"node-10", `\bnode(\.js)? ?v?10\.`},
	{"node-16", `\bnode(\.js)? ?v?16\.`},
	{"node-18", `\bnode(\.js)? ?v?18\.`},
	{"php-7.4", `\bphp ?/?7\.4\b`},
	{"ruby-2.7", `\bruby ?2\.7\b`},
	{"openssl-1.0.0", `\bopenssl(/| )1\.0\.0`},
	{"openssl-1.1.1", `\bopenssl(/| )1\.1\.1`},
	{"openssl-3.5", `\bopenssl(/| )3\.5`},
	{"openssl-3.0", `\bopenssl(/| )3\.0`},
	{"gnutls-3.7", `\bgnutls(/| )3\.7`},
	{"gnutls-3.8", `\bgnutls(/| )3\.8`},
	{"mbedtls-2.16", `\bmbed ?tls(/| )2\.16`},
	{"mbedtls-2.28", `\bmbed ?tls(/| )2\.28`},
}

// versionSigns are the expressions of Versions.
var versionSigns = sync.OnceValue(func() []*regexp.Regexp {
	var out []*regexp.Regexp
	for _, v := range Versions {
		out = append(out, regexp.MustCompile(`(?i)`+v.Signs))
	}
	return out
})

// ClientIn is the client that a text names with its version, if it names one
// alone.
func ClientIn(text string) parley.ClientID {
	id := parley.ClientID("")
	for i, re := range versionSigns() {
		switch {
		case !re.MatchString(text):
		case id != "":
			return "" // which of them failed is not known
		default:
			id = Versions[i].Client
		}
	}
	return id
}
