package weaknesses

import (
	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

// server is an intent for the server's side. The settings of servers for suites name all
// that are accepted, so what takes out some of them leaves those of today.
func server(kind parley.IntentKind, plain string) parley.Intent {
	return parley.Intent{Side: parley.ServerSide, Grade: parley.Best, Kind: kind, Plain: plain}
}

// todays is the intent to accept the versions of today and no other.
var todays = parley.Intent{
	Side: parley.ServerSide, Grade: parley.Best, Kind: parley.AcceptVersions,
	Versions: []iana.Version{iana.TLS12, iana.TLS13}, Plain: "accept 1.2 and 1.3, and no other version",
}

// What several entries need.
const (
	onThePath   = "someone on the path who alters what passes"
	listens     = "someone who records the connection"
	rfc9325     = "RFC 9325, Section 4.1"
	rfc9325Date = "2022-11"
)

// noSSL is where it stands that there is no DTLS of an older version than 1.1: DTLS
// 1.0 was defined by what differs from 1.1.
var noSSL = []Reference{{"RFC 6347, Section 1: DTLS begins with what differs from 1.1", "2012-01"}}

// table is every weakness; the order is that of the issue they belong to: versions,
// suites, key exchange, extensions, certificates.
var table = []Weakness{
	{
		ID: "weakness.drown", Name: "SSL 2 (DROWN)", Title: "SSL 2 is accepted", Severity: High, look: drown,
		Needs:      listens + ", some 40,000 connections to SSL 2, and a session of any version whose secret was encrypted to the same RSA key",
		Unseen:     "whether another service with this key accepts SSL 2: that would expose the sessions of this one as well",
		Fix:        todays,
		References: []Reference{{"CVE-2016-0800", "2016-03"}, {"RFC 6176", "2011-03"}, {"Aviram et al., DROWN: Breaking TLS using SSLv2, USENIX Security", "2016-08"}},
		OverDTLS:   noSSL,
	},
	{
		ID: "weakness.poodle", Name: "SSL 3 with CBC (POODLE)", Title: "SSL 3 is accepted with CBC suites", Severity: High, look: suitesOf(isCBCUnderSSL3),
		Needs:      onThePath + " and has the client send some 256 requests for each byte; a client that goes down to SSL 3",
		Unseen:     "whether padding is verified above SSL 3: some servers did not, and that takes altered records to find out",
		Fix:        todays,
		References: []Reference{{"CVE-2014-3566", "2014-10"}, {"RFC 7568", "2015-06"}, {"Möller, Duong, Kotowicz, This POODLE Bites", "2014-09"}},
		OverDTLS:   noSSL,
	},
	{
		ID: "weakness.outdated-version", Name: "versions that RFCs forbid", Title: "versions that RFCs forbid are accepted", Severity: Low, look: outdated,
		Grades:     "high for SSL 2, medium for SSL 3, low for the others",
		Needs:      "a client that offers them, or that is brought to",
		Fix:        todays,
		References: []Reference{{"RFC 8996", "2021-03"}, {"RFC 7568", "2015-06"}, {"RFC 6176", "2011-03"}},
		OverDTLS:   []Reference{{"RFC 8996", "2021-03"}, {"RFC 9325, Section 3.1.2", rfc9325Date}},
	},
	{
		ID: "weakness.no-current-version", Name: "lack of the newest version", Title: "the newest version is not accepted", Severity: Medium, look: noCurrent,
		Grades:     "medium, and info where 1.2 is accepted",
		Needs:      "nothing: every client gets less than it can",
		Fix:        todays,
		References: []Reference{{"RFC 9325, Section 3.1.1", rfc9325Date}, {"RFC 8446", "2018-08"}},
		OverDTLS:   []Reference{{"RFC 9325, Section 3.1.2", rfc9325Date}, {"RFC 9147", "2022-04"}},
	},
	{
		ID: "weakness.null", Name: "suites that encrypt nothing", Title: "suites that encrypt nothing are accepted", Severity: High, look: suitesOf(isNull),
		Needs:      "a client that offers them; then whoever listens reads",
		Fix:        server(parley.LimitSuites, "turn off the suites with NULL"),
		References: []Reference{{rfc9325, rfc9325Date}},
	},
	{
		ID: "weakness.anonymous", Name: "suites that authenticate nobody", Title: "suites that authenticate nobody are accepted", Severity: High, look: suitesOf(isAnonymous),
		Needs:      onThePath + ", and a client that offers them: anyone can be the server then",
		Fix:        server(parley.LimitSuites, "turn off the suites with anon"),
		References: []Reference{{"RFC 5246, Appendix A.5", "2008-08"}},
	},
	{
		ID: "weakness.export", Name: "suites of export grade", Title: "suites of export grade are accepted", Severity: High, look: suitesOf(isExport),
		Needs:      listens + "; 40 or 56 bits are searched through in hours",
		Fix:        server(parley.LimitSuites, "turn off the suites with EXPORT"),
		References: []Reference{{rfc9325, rfc9325Date}},
	},
	{
		ID: "weakness.freak", Name: "RSA of export grade (FREAK)", Title: "RSA key exchange of export grade is accepted", Severity: High, look: suitesOf(isRSAExport),
		Needs:      onThePath + ", a client that takes an RSA key of 512 bits that it did not ask for, and hours to factor it",
		Unseen:     "whether the key of 512 bits is used again from one connection to the next",
		Fix:        server(parley.LimitSuites, "turn off the suites with RSA_EXPORT"),
		References: []Reference{{"CVE-2015-0204", "2015-01"}, {"Beurdouche et al., A Messy State of the Union, IEEE S&P", "2015-05"}},
	},
	{
		ID: "weakness.logjam", Name: "short Diffie-Hellman (Logjam)", Title: "Diffie-Hellman of export grade or of 1024 bits and less is accepted", Severity: High, look: logjam,
		Grades:     "high for suites of export grade and primes of up to 768 bits, medium for primes of 769 to 1024 bits",
		Needs:      onThePath + ", and a precomputation for the prime: of 512 bits anybody's, of 1024 bits a state's",
		Unseen:     "what was computed for the prime already",
		Fix:        server(parley.EnlargeDH, "use a prime of 2048 bits or ECDHE, and turn off the suites with DHE_EXPORT"),
		References: []Reference{{"CVE-2015-4000", "2015-05"}, {"Adrian et al., Imperfect Forward Secrecy, CCS", "2015-10"}},
	},
	{
		ID: "weakness.short-prime", Name: "Diffie-Hellman of 1025 to 2047 bits", Title: "a prime of Diffie-Hellman has more than 1024 bits and less than 2048", Severity: Low,
		look:       func(v *view) outcome { return v.primes(1024, 2048) },
		Needs:      listens + ", and more computation than was ever shown",
		Fix:        server(parley.EnlargeDH, "use a prime of 2048 bits or more, or ECDHE alone"),
		References: []Reference{{"RFC 9325, Section 4.5", rfc9325Date}},
	},
	{
		ID: "weakness.reused-dh-key", Name: "DHE key used again (Raccoon)", Title: "the key of DHE is used again", Severity: Low, look: reused,
		Needs:      onThePath + ", a server whose time depends on leading zeros of the secret, and very many connections; who takes the key reads all of them",
		Unseen:     "whether the server's code takes the same time for every secret",
		Fix:        server(parley.IntentUnknown, "a key of its own for each connection (SSL_OP_SINGLE_DH_USE), or ECDHE alone"),
		References: []Reference{{"CVE-2020-1968", "2020-09"}, {"Merget et al., Raccoon Attack, USENIX Security", "2021-08"}},
	},
	{
		ID: "weakness.short-cipher-key", Name: "ciphers below 112 bits", Title: "ciphers with keys below 112 bits are accepted", Severity: High, look: suitesOf(isShort),
		Needs:      listens + "; 56 bits of DES are searched through in a day",
		Fix:        server(parley.LimitSuites, "turn off the suites with single DES and with keys below 112 bits"),
		References: []Reference{{rfc9325, rfc9325Date}, {"RFC 5469", "2009-02"}},
	},
	{
		ID: "weakness.rc4", Name: "RC4", Title: "RC4 is accepted", Severity: Medium, look: preferred(isRC4),
		Needs:      listens + ", and millions of connections that send the same secret in the same place",
		Fix:        server(parley.LimitSuites, "turn off the suites with RC4"),
		References: []Reference{{"CVE-2013-2566", "2013-03"}, {"CVE-2015-2808", "2015-03"}, {"RFC 7465", "2015-02"}},
		OverDTLS:   []Reference{{"RFC 6347, Section 4.1.2.2", "2012-01"}, {"RFC 7465 (of TLS)", "2015-02"}},
	},
	{
		ID: "weakness.sweet32", Name: "64-bit block ciphers (Sweet32)", Title: "ciphers with blocks of 64 bits are accepted", Severity: Medium, look: preferred(isBlock64),
		Needs:      listens + ", and some hundred gigabytes under one key with the same secret in them",
		Unseen:     "after how many bytes the server changes keys or closes",
		Fix:        server(parley.LimitSuites, "turn off the suites with 3DES, DES, IDEA and RC2"),
		References: []Reference{{"CVE-2016-2183", "2016-08"}, {"Bhargavan, Leurent, On the Practical (In-)Security of 64-bit Block Ciphers, CCS", "2016-10"}},
	},
	{
		ID: "weakness.beast", Name: "CBC up to 1.0 (BEAST)", Title: "CBC suites are accepted in 1.0 or SSL 3", Severity: Low, look: suitesOf(isCBCUpTo10),
		Needs:      "someone who listens and chooses what the client sends; a client that does not split records 1/n-1, as browsers do since 2012",
		Unseen:     "what the clients do: it is they who are attacked",
		Fix:        todays,
		References: []Reference{{"CVE-2011-3389", "2011-09"}, {"RFC 8996", "2021-03"}},
		OverDTLS:   noSSL, // 1.1 has an IV of its own in every record
	},
	{
		ID: "weakness.lucky13", Name: "CBC authenticated before encryption (Lucky13)", Title: "CBC suites are accepted that authenticate before they encrypt", Severity: Info, look: lucky13,
		Needs:      onThePath + " close to the server, and code whose time depends on the padding",
		Unseen:     "whether the server's code takes the same time for every padding",
		Fix:        server(parley.LimitSuites, "accept AEAD suites alone"),
		References: []Reference{{"CVE-2013-0169", "2013-02"}, {"RFC 7366", "2014-09"}},
	},
	{
		ID: "weakness.rsa-key-exchange", Name: "RSA key exchange (ROBOT)", Title: "suites with RSA key exchange are accepted", Severity: Low, look: suitesOf(isRSAExchange),
		Needs:      "a server that answers wrong padding otherwise than right padding; or its key, at any time later: there is no forward secrecy",
		Unseen:     "how the server answers wrong padding: that takes an attack to find out",
		Fix:        server(parley.LimitSuites, "turn off the suites with RSA key exchange"),
		References: []Reference{{"CVE-2017-13099", "2017-12"}, {rfc9325, rfc9325Date}, {"Böck, Somorovsky, Young, Return Of Bleichenbacher's Oracle Threat, USENIX Security", "2018-08"}},
	},
	{
		ID: "weakness.crime", Name: "TLS compression (CRIME)", Title: "the server compresses what it encrypts", Severity: Medium,
		look: func(v *view) outcome {
			return v.feature(below13, v.s.Compression, parley.Yes, "compression is selected where it is offered", "no compression is selected")
		},
		Needs:      "someone who listens and chooses part of what the client sends beside a secret; a client that offers compression, as no browser does since 2012",
		Fix:        server(parley.IntentUnknown, "turn TLS compression off"),
		References: []Reference{{"CVE-2012-4929", "2012-09"}, {"RFC 9325, Section 3.3", rfc9325Date}},
	},
	{
		ID: "weakness.renegotiation", Name: "renegotiation without RFC 5746", Title: "the server does not answer renegotiation_info", Severity: Medium, look: renegotiation,
		Grades:     "high where a second hello on one connection is accepted, low where it is refused, medium where that is not known",
		Needs:      onThePath + ", and a server that lets a connection be renegotiated",
		Unseen:     "whether the server renegotiates at all, where nothing else says so",
		Fix:        server(parley.AllowRenegotiationInfo, "answer renegotiation_info"),
		References: []Reference{{"CVE-2009-3555", "2009-11"}, {"RFC 5746", "2010-02"}},
	},
	{
		ID: "weakness.client-renegotiation", Name: "renegotiation by the client", Title: "a client may ask for another handshake on its connection", Severity: Low,
		look: func(v *view) outcome {
			return v.feature(below13, v.again(), parley.Yes, "a second hello on one connection was accepted", "a second hello on one connection was refused")
		},
		Needs:      "a client that does nothing else: each handshake costs the server more than the client",
		Unseen:     "after how many the server ends the connection",
		Fix:        server(parley.IntentUnknown, "turn renegotiation by the client off (OpenSSL 3 has it off), or limit it"),
		References: []Reference{{"CVE-2011-1473", "2012-06"}, {"RFC 9325, Section 3.5", rfc9325Date}},
	},
	{
		ID: "weakness.early-data", Name: "early data", Title: "tickets offer early data", Severity: Info, look: earlyData,
		Needs:      "someone who records the first flight and sends it again, and an application that acts on it twice",
		Unseen:     "whether the server takes it, and what the application does with it",
		Fix:        server(parley.IntentUnknown, "turn early data off, or have the application take it for requests that change nothing"),
		References: []Reference{{"RFC 8446, Section 8", "2018-08"}, {"RFC 8470", "2018-09"}},
		OverDTLS:   []Reference{{"RFC 9147", "2022-04"}, {"RFC 8446, Section 8 (of TLS)", "2018-08"}},
	},
	{
		ID: "weakness.no-extended-master-secret", Name: "lack of extended_master_secret", Title: "the server does not answer extended_master_secret", Severity: Low,
		look: func(v *view) outcome {
			return v.feature([]iana.Version{iana.TLS10, iana.TLS11, iana.TLS12}, v.s.EMS, parley.No, "the ServerHello lacks extended_master_secret", "extended_master_secret is answered")
		},
		Needs:      "a client that presents its certificate to someone else's server too, and renegotiation or resumption (triple handshake)",
		Fix:        server(parley.AllowEMS, "answer extended_master_secret"),
		References: []Reference{{"RFC 7627", "2015-09"}, {"Bhargavan et al., Triple Handshakes and Cookie Cutters, IEEE S&P", "2014-05"}},
	},
	{
		ID: "weakness.no-fallback-scsv", Name: "lack of TLS_FALLBACK_SCSV", Title: "TLS_FALLBACK_SCSV does not keep clients from a lesser version", Severity: Low, look: fallback,
		Grades:     "low, and info where no version below 1.2 is accepted",
		Needs:      onThePath + ", and a client that tries again with less after a failure",
		Fix:        server(parley.UpgradeServer, "a release that knows TLS_FALLBACK_SCSV, or accept 1.2 and 1.3 alone"),
		References: []Reference{{"RFC 7507", "2015-04"}},
	},
	{
		ID: "weakness.heartbeat", Name: "heartbeat", Title: "the heartbeat extension is answered", Severity: Info,
		look: func(v *view) outcome {
			return v.feature([]iana.Version{iana.TLS10, iana.TLS11, iana.TLS12}, v.s.Extensions[iana.ExtHeartbeat], parley.Yes, "the ServerHello has heartbeat", "heartbeat is not answered")
		},
		Needs:      "OpenSSL 1.0.1 to 1.0.1f for Heartbleed; other software and later releases have the extension and not the fault",
		Unseen:     "whether a heartbeat with a false length is answered (Heartbleed): that takes an attack to find out",
		Fix:        server(parley.IntentUnknown, "turn heartbeats off, or a release without them"),
		References: []Reference{{"CVE-2014-0160", "2014-04"}, {"RFC 6520", "2012-02"}},
	},
	{
		ID: "weakness.short-key", Name: "short key of the certificate", Title: "the key of the certificate is short", Severity: Medium, look: shortKey,
		Grades:     "medium, and high for fewer than 1024 bits",
		Needs:      "a factorisation: of 512 bits it takes hours, of 768 bits it was shown, of 1024 bits it was not",
		Fix:        server(parley.ReissueCertificate, "a certificate with an RSA key of 2048 bits or more, or one of ECDSA in secp256r1"),
		References: []Reference{{"RFC 9325, Section 4.5", rfc9325Date}, {"NIST SP 800-131A Revision 2", "2019-03"}},
	},
	{
		ID: "weakness.broken-key", Name: "key that anybody can compute", Title: "the private key of the certificate can be computed", Severity: High, look: brokenKey,
		Needs:      "the certificate, which everybody is sent, and minutes to some days of computation",
		Unseen:     "whether the key is one of Debian's of 2008, which are in lists that parley does not have",
		Fix:        server(parley.ReissueCertificate, "a new key, made elsewhere, and a certificate for it; the old one revoked"),
		References: []Reference{{"CVE-2017-15361", "2017-10"}, {"CVE-2022-26320", "2022-03"}, {"Baseline Requirements 2.1.5, 6.1.1.3", "2025-05"}},
	},
	{
		ID: "weakness.broken-digest", Name: "certificate signed over MD5 or SHA-1", Title: "the certificate is signed over a digest that collides", Severity: Medium, look: brokenDigest,
		Grades:     "medium for SHA-1, high for older ones",
		Needs:      "a CA that signs what an attacker prepared; clients of today refuse such certificates",
		Fix:        server(parley.ReissueCertificate, "a certificate that is signed over SHA-256"),
		References: []Reference{{"CVE-2004-2761", "2008-12"}, {"Stevens et al., The first collision for full SHA-1, CRYPTO", "2017-08"}},
	},
}
