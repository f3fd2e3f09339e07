package clients

import (
	"slices"
	"strings"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

// verification is the rules of some clients: those of one stack, as it is set up
// there. What a document says stands in the rules of the stack; what a program
// changes, beside its ids.
type verification struct {
	ids   string
	rules parley.Verification
}

// verifications are the rules of all clients that were measured. PhantomJS and
// others on OpenSSL 1.0 stand with it; Links has roots of its own and was not
// measured.
var verifications = []verification{
	// OpenSSL, by version and security level.
	{ids: "node-0.10 node-0.10.0 node-0.10.30 node-0.12", rules: with(openssl10, after)},
	{ids: "node-6 node-8 phantomjs", rules: with(openssl10, after)},
	{ids: "openssl-1.0.0", rules: with(openssl10, never)},
	{ids: "node-10.0", rules: with(openssl11, after, noEd25519, ownNames)},
	{ids: "node-10", rules: with(openssl11, after, ownNames)},
	{ids: "node-16", rules: with(openssl11, ownNames)},
	{ids: "openssl-1.1.1", rules: level2(openssl11)},
	{ids: "perl-5.32 ruby-2.7", rules: with(level2(openssl11), ownNames)},
	{ids: "php-7.4 python-2.7", rules: with(level2(openssl11), namesAfter, ownNames)},
	{ids: "node-18 node-fetch-18 node-fetch-22", rules: openssl3},
	{ids: "node node-fetch openssl-3.0 openssl-3.5", rules: level2(openssl3)},
	{ids: "perl-5.36 perl-5.40 ruby-3.3", rules: with(level2(openssl3), ownNames)},
	{ids: "python-3.11 python-3.11-upstream", rules: with(level2(openssl3), noPartialWildcards)},
	{ids: "mariadb-10.11 php-8.2 php-8.4 psql", rules: with(level2(openssl3), namesAfter, ownNames)},
	{ids: "mariadb-11.8 w3m", rules: with(level2(openssl3), after, ownNames)},
	{ids: "curl", rules: with(level2(openssl3), namesAfter, partialChain, noPartialWildcards, curlNames)},
	{ids: "curl-8.23", rules: with(level2(openssl3), after, partialChain, noPartialWildcards, curlNames)},

	// BoringSSL.
	{ids: "chromium-64", rules: with(chromium, after, takesSHA1, takesCommonName, before85)},
	{ids: "chromium-67", rules: with(chromium, after, takesSHA1, before85)},
	{ids: "chromium-72", rules: with(chromium, after, before85)},
	{ids: "chromium-78 chromium-80", rules: with(chromium, before85)},
	{ids: "chromium-90 chromium-92 chromium-109", rules: chromium},
	{ids: "chromium-117 chromium-123 chromium-130 chromium-131 chromium-143", rules: with(chromium, ownRoots)},
	{ids: "chrome", rules: with(chromium, ownRoots, transparency)},
	{ids: "bun", rules: bun},

	// GnuTLS.
	{ids: "gnutls-3.7 gnutls-3.8", rules: gnutls},
	{ids: "aria2 curl-gnutls git-2.47 wget wget-sid", rules: with(gnutls, after)},
	{ids: "git", rules: with(gnutls, after, from2048)},

	// Go.
	{ids: "go-1.9 go-1.11", rules: with(golang, takesSHA1, takesCommonName, noEd25519, anySize, takesNegativeSerial)},
	{ids: "go-1.13", rules: with(golang, takesSHA1, takesCommonName, anySize, takesNegativeSerial)},
	{ids: "go-1.15 go-1.17", rules: with(golang, takesSHA1, anySize, takesNegativeSerial)},
	{ids: "go-1.18 go-1.21 go-1.22", rules: with(golang, anySize, takesNegativeSerial)},
	{ids: "go-1.23", rules: with(golang, anySize)},
	{ids: "go-1.24 go-1.26 go", rules: golang},

	// JSSE.
	{ids: "java8 java11 java11.0.33", rules: with(jsse, noEd25519, noEd448, otherGroups)},
	{ids: "java17 java21", rules: jsse},
	{ids: "java25 java27", rules: with(jsse, javaRoots)},

	// NSS: its own tools. Firefox verifies by rules of its own.
	{ids: "nss-3.87 nss-3.110 nss-3.132", rules: nssTools},
	{ids: "firefox", rules: firefox},

	{ids: "mbedtls-2.16 mbedtls-2.28 mbedtls-3.6", rules: mbedtls},
	{ids: "wolfssl-4.6", rules: wolfssl},
	{ids: "wolfssl-5.5", rules: with(wolfssl, never)},
}

// verifies returns the rules of a client; nil: not known.
func verifies(id string) *parley.Verification {
	for _, v := range verifications {
		for _, of := range strings.Fields(v.ids) {
			if of == id {
				rules := v.rules
				rules.Groups, rules.From = slices.Clone(rules.Groups), slices.Clone(rules.From)
				return &rules
			}
		}
	}
	return nil
}

// with is the rules of a stack, changed as a program changes them.
func with(v parley.Verification, changes ...func(*parley.Verification)) parley.Verification {
	for _, change := range changes {
		change(&v)
	}
	return v
}

func after(v *parley.Verification) {
	v.When, v.NamesWhen = parley.AfterHandshake, parley.AfterHandshake
}
func namesAfter(v *parley.Verification)          { v.NamesWhen = parley.AfterHandshake }
func never(v *parley.Verification)               { v.When, v.NamesWhen = parley.NeverVerifies, parley.NeverVerifies }
func takesSHA1(v *parley.Verification)           { v.SHA1 = parley.Yes }
func takesCommonName(v *parley.Verification)     { v.CommonName = parley.Yes }
func takesNegativeSerial(v *parley.Verification) { v.NegativeSerial = parley.Yes }
func noEd25519(v *parley.Verification)           { v.Ed25519 = parley.No }
func noEd448(v *parley.Verification)             { v.Ed448 = parley.No }
func partialChain(v *parley.Verification)        { v.PartialChain = parley.Yes }
func noPartialWildcards(v *parley.Verification)  { v.PartialWildcards = parley.No }
func curlNames(v *parley.Verification) {
	v.CommonNameBesideSAN, v.AddressInCommonName = parley.No, parley.Yes
}
func otherGroups(v *parley.Verification) { v.Groups = nil }

// ownNames is a program that compares names itself, in cases that were not
// measured.
func ownNames(v *parley.Verification) {
	v.CommonNameBesideSAN, v.PartialWildcards, v.TopWildcards = parley.Unknown, parley.Unknown, parley.Unknown
}

func from2048(v *parley.Verification) { v.LeafRSABits, v.CARSABits = 2048, 2048 }
func before85(v *parley.Verification) { v.PublicMaxDays = 0 }
func anySize(v *parley.Verification)  { v.LeafRSABits, v.CARSABits = 512, 512 }

// ownRoots is Chromium since it goes by the Chrome Root Store: on Linux since 114.
func ownRoots(v *parley.Verification) {
	v.Programme = "Chrome"
	v.From = append(v.From[:len(v.From):len(v.From)], said("https://github.com/chromium/chromium, net/data/ssl/chrome_root_store/faq.md at 10757f2e3719caab61e0767ce12cae51dc080b45", "2024-06-01"))
}

// transparency is Chrome as Google builds it; whether another build of Chromium
// demands it is for its builder to say.
func transparency(v *parley.Verification) {
	v.PublicSCT = parley.Yes
	v.From = append(v.From[:len(v.From):len(v.From)],
		said("https://googlechrome.github.io/CertificateTransparency/", "2026-11-22"),
		said("https://github.com/youtube/cobalt, chrome/browser/browser_features.cc: enabled where GOOGLE_CHROME_BRANDING is set", "2026-11-22"))
}

// javaRoots is Java with jdk.security.caDistrustPolicies for all of the CAs of
// pkix.
func javaRoots(v *parley.Verification) {
	v.Programme = "Java"
	v.From = append(v.From[:len(v.From):len(v.From)],
		said("https://github.com/openjdk/jdk, src/java.base/share/classes/sun/security/validator/CADistrustPolicy.java at 33d85e2907db477a68281ef57c9e1435ff49e0a7", "2026-11-22"))
}

var (
	trustedFirst = said("https://github.com/openssl/openssl, doc/man3/X509_VERIFY_PARAM_set_flags.pod at 0048817523b6b9d0bf514c90ad9c6a99167d0293: "+
		"X509_V_FLAG_TRUSTED_FIRST is always set since 1.1.0", "2026-11-22")
	securityLevel = said("https://github.com/openssl/openssl, doc/man3/SSL_CTX_set_security_level.pod at 02e14a65fd6cc63204b43a79d510e95a63bdd901: "+
		"since 1.1.0; level 1 is 80 bits, level 2 is 112", "2026-11-22")
	// flatStore is why a client that reads a file of roots applies no date to one.
	flatStore = said("https://github.com/lfs-book/make-ca/pull/33: a file of PEM cannot say from when on a root is distrusted", "2025-02-07")
)

// level2 is OpenSSL at SECLEVEL 2, as Debian sets it and OpenSSL 3.2 does:
// 112 bits of security.
func level2(v parley.Verification) parley.Verification {
	v.SHA1, v.MD5 = parley.No, parley.No
	from2048(&v)
	v.From = append(v.From[:len(v.From):len(v.From)], securityLevel)
	return v
}

// measuredFaults is the source of what a stack does with a self-signed leaf, an
// untrusted root, a missing intermediate, a wrong name, a common name alone,
// times, SHA-1 and RSA of 1,024 bits.
func measuredFaults(stack string) parley.Source {
	return measured(stack + " given ten faults of certificates")
}

// measuredChains is the source of what a client does with chains of one fault
// each: in order and time, in use and encoding (check/real_chain_test.go and installed_test.go).
func measuredChains(client string) parley.Source {
	return measured(client + " given eighty chains of one fault each")
}

// opensslGroups are those of 'openssl ecparam -list_curves' that have a number
// in TLS and 112 bits of security.
var opensslGroups = []iana.Group{
	iana.GroupSecp224r1, iana.GroupSecp256r1, iana.GroupSecp256k1, iana.GroupSecp384r1, iana.GroupSecp521r1,
	iana.GroupBrainpoolP256r1, iana.GroupBrainpoolP384r1, iana.GroupBrainpoolP512r1,
}

// openssl10 is OpenSSL 1.0: no security levels.
var openssl10 = parley.Verification{
	When: parley.InHandshake, Names: parley.Yes, NamesWhen: parley.InHandshake, CommonName: parley.Yes,
	SHA1: parley.Yes, MD5: parley.Yes, LeafRSABits: 512, CARSABits: 512, Programme: parley.AsGiven,
	Groups: opensslGroups, ECDSA: parley.Yes, Ed25519: parley.No, Ed448: parley.No, RSAPSS: parley.Yes,
	TrustedLeaf: parley.No, Reorders: parley.Yes, KeyUsage: parley.Yes, SigningUsage: parley.No, CAExtKeyUsage: parley.Yes,
	AnyExtKeyUsage: parley.No, CALeaf: parley.Yes, TwiceExtension: parley.Yes,
	CommonNameBesideSAN: parley.No, PartialWildcards: parley.Yes, TopWildcards: parley.No,
	PartialChain: parley.No, SentFirst: parley.Yes, ExpiredRoot: parley.No, FetchesIssuers: parley.No, MustStaple: parley.No,
	UnknownCritical: parley.No, NegativeSerial: parley.Yes,
	From: []parley.Source{
		measuredFaults("Node.js 0.10 to 8 on OpenSSL 1.0.1 and 1.0.2"),
		trustedFirst, securityLevel, flatStore,
	},
}

// openssl11 and openssl3 are at SECLEVEL 1: 80 bits of security, which SHA-1
// has in 1.1 and has no more in 3.0.
var (
	openssl11 = parley.Verification{
		When: parley.InHandshake, Names: parley.Yes, NamesWhen: parley.InHandshake, CommonName: parley.Yes,
		SHA1: parley.Yes, MD5: parley.No, LeafRSABits: 1024, CARSABits: 1024, Programme: parley.AsGiven,
		CommonNameBesideSAN: parley.Yes, PartialWildcards: parley.Yes, TopWildcards: parley.No,
		Groups: opensslGroups, ECDSA: parley.Yes, Ed25519: parley.Yes, Ed448: parley.Yes, RSAPSS: parley.Yes,
		SigningUsage: parley.No, CAExtKeyUsage: parley.Yes, AnyExtKeyUsage: parley.No,
		PartialChain: parley.No, TrustedLeaf: parley.Yes, SentFirst: parley.No, ExpiredRoot: parley.No, Reorders: parley.Yes,
		FetchesIssuers: parley.No, MustStaple: parley.No, UnknownCritical: parley.No, KeyUsage: parley.Yes, CALeaf: parley.Yes,
		NegativeSerial: parley.Yes,
		From: []parley.Source{
			measuredFaults("Node.js 10 to 16 on OpenSSL 1.1"),
			trustedFirst, securityLevel, flatStore,
		},
	}
	openssl3 = with(openssl11, func(v *parley.Verification) {
		v.SHA1, v.TwiceExtension, v.LaxEncoding = parley.No, parley.No, parley.No
		v.From = []parley.Source{
			measuredFaults("Node.js 17 to 24 on OpenSSL 3.0"),
			measuredChains("Node.js 20 and s_client of OpenSSL 3.0"),
			said("https://www.mail-archive.com/openssl-commits@openssl.org/msg33797.html: SHA-1 and MD5 in certificates are below SECLEVEL 1", "2021-10-13"),
			flatStore,
		}
	})
)

var chromium = parley.Verification{
	When: parley.InHandshake, Names: parley.Yes, NamesWhen: parley.InHandshake, CommonName: parley.No, PartialWildcards: parley.No,
	SHA1: parley.No, MD5: parley.No, LeafRSABits: 1024, CARSABits: 1024,
	Groups: []iana.Group{iana.GroupSecp256r1, iana.GroupSecp384r1, iana.GroupSecp521r1},
	ECDSA:  parley.Yes, Ed25519: parley.No, Ed448: parley.No,
	SentFirst: parley.No, Reorders: parley.Yes, FetchesIssuers: parley.Yes, MustStaple: parley.No, UnknownCritical: parley.No,
	PublicMaxDays: 398,
	From: []parley.Source{
		measuredFaults("Chromium 64 to 156"),
		said("https://github.com/chromium/chromium, net/cert/cert_verify_proc.cc at 013de2947332084317599171c1b7e4a79e04f18b: "+
			"398 days since 2020-09-01, 825 since 2018-03-01, below known roots; no copy that was read has the 200 days that bind CAs since 2026-03-15", "2026-11-22"),
		said("https://github.com/chromium/chromium, net/cert/cert_verify_proc_builtin.cc at 03509d286b9957d73ecaa59355ce7339e2d5da80 and "+
			"net/cert/cert_verify_proc_nss.cc at 550840a6a780af4812843ff8ea907b3cc1aa12d6: issuers are fetched", "2026-11-22"),
	},
}

// bun verifies with BoringSSL's builder, and names as Node.js does.
var bun = parley.Verification{
	When: parley.InHandshake, Names: parley.Yes, NamesWhen: parley.InHandshake, CommonName: parley.Yes,
	SHA1: parley.Yes, LeafRSABits: 1024, CARSABits: 1024, ECDSA: parley.Yes, Ed25519: parley.Yes,
	MustStaple: parley.No, UnknownCritical: parley.No,
	From: []parley.Source{measuredFaults("Bun 1.4.5 (BoringSSL)")},
}

var gnutls = parley.Verification{
	When: parley.InHandshake, Names: parley.Yes, NamesWhen: parley.InHandshake, CommonName: parley.Yes,
	SHA1: parley.No, MD5: parley.No, LeafRSABits: 1024, CARSABits: 1024, Programme: parley.AsGiven,
	ECDSA: parley.Yes, Ed25519: parley.Yes, Ed448: parley.Yes, RSAPSS: parley.Yes,
	CommonNameBesideSAN: parley.No, PartialWildcards: parley.No, TopWildcards: parley.No,
	Groups:       []iana.Group{iana.GroupSecp192r1, iana.GroupSecp224r1, iana.GroupSecp256r1, iana.GroupSecp384r1, iana.GroupSecp521r1},
	SigningUsage: parley.Yes, CAExtKeyUsage: parley.Yes, AnyExtKeyUsage: parley.Yes, TrustedLeaf: parley.Yes, FirstIssuer: parley.Yes,
	PartialChain: parley.Yes, SentFirst: parley.No, ExpiredRoot: parley.No, Reorders: parley.Yes, FetchesIssuers: parley.No,
	MustStaple: parley.Yes, UnknownCritical: parley.No, KeyUsage: parley.Yes, CALeaf: parley.Yes,
	NegativeSerial: parley.Yes, TwiceExtension: parley.No, LaxEncoding: parley.No,
	From: []parley.Source{
		measuredFaults("programs on GnuTLS 3.6 to 3.8"),
		measuredChains("gnutls-cli 3.7.9"),
		said("https://build.opensuse.org/projects/home:dirkmueller:acdc:as_python3_module/packages/gnutls.22970/files/"+
			"0003-x509-trigger-fallback-verification-path-when-cert-is.patch: an expired certificate no longer hides another path", "2020-05-31"),
		flatStore,
	},
}

// golang is crypto/x509 of today.
var golang = parley.Verification{
	When: parley.InHandshake, Names: parley.Yes, NamesWhen: parley.InHandshake, CommonName: parley.No, PartialWildcards: parley.No,
	SHA1: parley.No, MD5: parley.No, LeafRSABits: 1024, CARSABits: 1024, Programme: parley.AsGiven,
	Groups: []iana.Group{iana.GroupSecp224r1, iana.GroupSecp256r1, iana.GroupSecp384r1, iana.GroupSecp521r1},
	ECDSA:  parley.Yes, Ed25519: parley.Yes, Ed448: parley.No, RSAPSS: parley.Yes,
	PartialChain: parley.Yes, TrustedLeaf: parley.Yes, SentFirst: parley.No, ExpiredRoot: parley.No, Reorders: parley.Yes,
	FetchesIssuers: parley.No, MustStaple: parley.No, UnknownCritical: parley.No, KeyUsage: parley.No, CALeaf: parley.Yes,
	TopWildcards: parley.Yes, SigningUsage: parley.No, CAExtKeyUsage: parley.Yes,
	AnyExtKeyUsage: parley.Yes, NegativeSerial: parley.No, TwiceExtension: parley.No, LaxEncoding: parley.No,
	From: []parley.Source{
		measuredFaults("Go 1.9 to 1.27"),
		said("https://go.dev/doc/godebug as doc/godebug.md of Go 1.26.8: x509sha1, rsa1024min, x509negativeserial", "2026-11-22"),
		flatStore,
	},
}

// jsse is the PKIX trust manager of Java. It holds SHA-1 against public roots
// alone.
var jsse = parley.Verification{
	When: parley.InHandshake, Names: parley.Yes, NamesWhen: parley.InHandshake, CommonName: parley.Yes,
	SHA1: parley.Yes, MD5: parley.No, LeafRSABits: 1024, CARSABits: 1024,
	CommonNameBesideSAN: parley.Yes, PartialWildcards: parley.Yes, InnerWildcards: parley.Yes, TopWildcards: parley.Yes,
	Groups: []iana.Group{iana.GroupSecp256r1, iana.GroupSecp384r1, iana.GroupSecp521r1},
	ECDSA:  parley.Yes, Ed25519: parley.Yes, Ed448: parley.Yes, RSAPSS: parley.Yes,
	SigningUsage: parley.Yes, CAExtKeyUsage: parley.No, AnyExtKeyUsage: parley.Yes,
	PartialChain: parley.Yes, TrustedLeaf: parley.Yes, SentFirst: parley.No, ExpiredRoot: parley.Yes, Reorders: parley.Yes,
	FetchesIssuers: parley.No, MustStaple: parley.No, UnknownCritical: parley.No, KeyUsage: parley.Yes, CALeaf: parley.Yes,
	NegativeSerial: parley.Yes, TwiceExtension: parley.No,
	From: []parley.Source{
		measuredFaults("Java 8 to 27"),
		measuredChains("Java 17"),
		said("conf/security/java.security of OpenJDK 17 and of Temurin 25, as installed: jdk.certpath.disabledAlgorithms, jdk.security.caDistrustPolicies", "2026-11-22"),
	},
}

// nssTools are those of NSS, which verify by CERT_VerifyCertificate.
var nssTools = parley.Verification{
	When: parley.InHandshake, Names: parley.Yes, NamesWhen: parley.InHandshake, CommonName: parley.Yes,
	SHA1: parley.Yes, MD5: parley.No, LeafRSABits: 1024, CARSABits: 1024, ECDSA: parley.Yes, Ed25519: parley.No, Ed448: parley.No,
	SentFirst: parley.No, ExpiredRoot: parley.No, Reorders: parley.Yes, FetchesIssuers: parley.No, MustStaple: parley.No,
	UnknownCritical: parley.No, KeyUsage: parley.Yes, CALeaf: parley.No,
	NegativeSerial: parley.Yes, TwiceExtension: parley.Yes, LaxEncoding: parley.Yes,
	From: []parley.Source{measuredFaults("NSS 3.61 to 3.132 (tstclnt)"), measuredChains("tstclnt of NSS 3.87")},
}

// firefox verifies by mozilla::pkix.
var firefox = parley.Verification{
	When: parley.InHandshake, Names: parley.Yes, NamesWhen: parley.InHandshake, CommonName: parley.No, PartialWildcards: parley.No,
	MD5: parley.No, LeafRSABits: 1024, CARSABits: 1024,
	Groups: []iana.Group{iana.GroupSecp256r1, iana.GroupSecp384r1, iana.GroupSecp521r1},
	ECDSA:  parley.Yes, Ed25519: parley.No, Ed448: parley.No,
	SentFirst: parley.No, Reorders: parley.Yes, UnknownCritical: parley.No, CALeaf: parley.No, Programme: "Mozilla",
	From: []parley.Source{
		said("https://wiki.mozilla.org/CA/Additional_Trust_Changes: after a distrust-after date Firefox takes no certificate that begins later", "2026-11-22"),
		measured("Firefox 159 refuses a common name alone and takes RSA of 1,024 bits below a CA that a user added"),
	},
}

var mbedtls = parley.Verification{
	When: parley.InHandshake, Names: parley.Yes, NamesWhen: parley.InHandshake, CommonName: parley.Yes,
	SHA1: parley.No, MD5: parley.No, LeafRSABits: 2048, CARSABits: 2048,
	ECDSA: parley.Yes, Ed25519: parley.No, Ed448: parley.No,
	FetchesIssuers: parley.No, MustStaple: parley.No, UnknownCritical: parley.No,
	From: []parley.Source{measuredFaults("mbed TLS 2.16, 2.28 and 3.6")},
}

var wolfssl = parley.Verification{
	When: parley.InHandshake, Names: parley.Yes, NamesWhen: parley.InHandshake, CommonName: parley.Yes,
	SHA1: parley.Yes, LeafRSABits: 1024, CARSABits: 1024, ECDSA: parley.Yes, Ed25519: parley.Yes,
	FetchesIssuers: parley.No,
	From:           []parley.Source{measuredFaults("wolfSSL 4.6 and 5.5, each in a small program")},
}
