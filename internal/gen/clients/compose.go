package main

import (
	"encoding/hex"
	"log"
	"slices"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// serverName is the name that the captures ask for, and so the composed hellos.
const serverName = "tls.parley.test"

// random stands in composed hellos; whoever sends one replaces it.
const random = "parley: composed from documents."

// specimen is a hello that no program of ours has sent.
type specimen struct {
	id   string
	head header
	raw  []byte
}

func composed(captures map[[2]string][]hello) []specimen {
	return []specimen{
		java6(), java7(), dotnet45(),
		android44(parse(captures[[2]string{"node https", "v0.10.30"}][0])),
		fips(parse(captures[[2]string{"openssl s_client", "3.0.22"}][0])),
	}
}

func specimenOf(id string, h *wire.ClientHello, head header) specimen {
	copy(h.Random[:], random)
	return specimen{id: id, head: append(head, [2]string{"date", date}),
		raw: wire.AppendRecords(nil, iana.ContentHandshake, iana.TLS10, h.Message())}
}

// java6 is JDK 6 as of 6u22 (SCSV of RFC 5746): no extensions at all, in a TLS
// record. The JDK prefers the SSL 2 format around the same suites.
func java6() specimen {
	h := &wire.ClientHello{
		LegacyVersion: iana.TLS10, Compression: []iana.CompressionMethod{0}, OmitExtensions: true,
		Suites: []iana.Suite{0x0004, 0x0005, 0x002f, 0x0033, 0x0032, 0x000a, 0x0016, 0x0013,
			0x0009, 0x0015, 0x0012, 0x0003, 0x0008, 0x0014, 0x0011, 0x00ff},
	}
	return specimenOf("java6", h, header{
		{"client", "Java 6 HttpsURLConnection, default settings"},
		{"stack", "JSSE"},
		{"composed", "published fingerprint of the plain form, JA3 769,4-5-47-51-50-10-22-19-9-21-18-3-8-20-17-255,,,"},
		{"completes", "1.0"},
	})
}

// java7 is JDK 7 with TLS 1.0 and strong cryptography of limited strength (no
// 256-bit keys, as shipped): the suites of the provider's order of preference
// that TLS 1.0 can use, and the groups of its source.
func java7() specimen {
	h := &wire.ClientHello{
		LegacyVersion: iana.TLS10, Compression: []iana.CompressionMethod{0},
		Suites: []iana.Suite{0xc009, 0xc013, 0x002f, 0xc004, 0xc00e, 0x0033, 0x0032, 0xc007, 0xc011, 0x0005,
			0xc002, 0xc00c, 0xc008, 0xc012, 0x000a, 0xc003, 0xc00d, 0x0016, 0x0013, 0x0004, 0x00ff},
	}
	h.SetGroups([]iana.Group{23, 1, 3, 19, 21, 6, 7, 9, 10, 24, 11, 12, 25, 13, 14, 15, 16, 17, 2, 18, 4, 5, 20, 8, 22})
	h.SetPointFormats([]iana.ECPointFormat{0})
	h.SetServerName(serverName)
	return specimenOf("java7", h, header{
		{"client", "Java 7 HttpsURLConnection, default settings"},
		{"stack", "JSSE"},
		{"composed", "preference of suites in the JSSE provider (Oracle, 2011); groups of SupportedEllipticCurvesExtension (OpenJDK 7); " +
			"suites, groups and point formats as in a published fingerprint (cloudflare/mitmengine)"},
		{"completes", "1.0"},
	})
}

// dotnet45 is .NET Framework 4.5 on Windows 7 or Server 2008 R2: the suites
// that Schannel enables for TLS 1.0 there, in Microsoft's order.
func dotnet45() specimen {
	h := &wire.ClientHello{
		LegacyVersion: iana.TLS10, Compression: []iana.CompressionMethod{0},
		Suites: []iana.Suite{0xc014, 0xc013, 0x0039, 0x0033, 0x0035, 0x002f, 0xc00a, 0xc009,
			0x0038, 0x0032, 0x000a, 0x0013, 0x0005, 0x0004},
	}
	h.SetServerName(serverName)
	h.SetExtension(iana.ExtStatusRequest, []byte{1, 0, 0, 0, 0})
	h.SetGroups([]iana.Group{23, 24})
	h.SetPointFormats([]iana.ECPointFormat{0})
	h.SetExtension(iana.ExtExtendedMasterSecret, nil)
	h.SetExtension(iana.ExtRenegotiationInfo, []byte{0})
	return specimenOf("dotnet-4.5", h, header{
		{"client", ".NET Framework 4.5 HttpWebRequest on Windows 7, default settings"},
		{"stack", "Schannel"},
		{"composed", "suites of TLS Cipher Suites in Windows 7 (Microsoft, 2018-05-31); extensions of a published fingerprint (cloudflare/mitmengine)"},
		{"completes", "1.0"},
	})
}

// android44 takes the order of an OpenSSL of that time for the suites that the
// platform's documentation names as enabled by default at API level 19.
func android44(h *wire.ClientHello) specimen {
	enabled := []iana.Suite{
		0x0003, 0x0004, 0x0005, 0x0008, 0x0009, 0x000a, 0x0011, 0x0012, 0x0013, 0x0014, 0x0015, 0x0016,
		0x002f, 0x0032, 0x0033, 0x0035, 0x0038, 0x0039,
		0xc002, 0xc003, 0xc004, 0xc005, 0xc007, 0xc008, 0xc009, 0xc00a,
		0xc00c, 0xc00d, 0xc00e, 0xc00f, 0xc011, 0xc012, 0xc013, 0xc014, 0x00ff,
	}
	h.LegacyVersion = iana.TLS10
	h.SessionID = nil
	h.Suites = slices.DeleteFunc(h.Suites, func(s iana.Suite) bool { return !slices.Contains(enabled, s) })
	h.RemoveExtension(iana.ExtSignatureAlgorithms)
	h.RemoveExtension(iana.ExtHeartbeat)
	h.RemoveExtension(13172) // next_protocol_negotiation
	h.SetServerName(serverName)
	return specimenOf("android-4.4", h, header{
		{"client", "Android 4.4 HttpsURLConnection, default settings"},
		{"stack", "OpenSSL 1.0.1"},
		{"composed", "versions and suites enabled at API level 19 (Android SSLSocket reference); " +
			"order, groups and extensions of OpenSSL 1.0.1h as captured from Node.js 0.10.30"},
		{"completes", "1.0"},
	})
}

// fips is OpenSSL 3 with the FIPS provider alone: the hello of the default
// provider without what FIPS 140-3 does not approve.
func fips(h *wire.ClientHello) specimen {
	h.Suites = slices.DeleteFunc(h.Suites, chacha)
	h.SetGroups(slices.DeleteFunc(h.Groups(), func(g iana.Group) bool { return g == 0x001d || g == 0x001e }))
	h.SetSchemes(slices.DeleteFunc(h.Schemes(), func(s iana.Scheme) bool { return s == 0x0807 || s == 0x0808 }))
	h.SetSupportedVersions([]iana.Version{iana.TLS13, iana.TLS12})
	// The share is the base point of P-256: any point on the curve will do.
	point, err := hex.DecodeString("04" +
		"6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296" +
		"4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5")
	if err != nil {
		log.Fatal(err)
	}
	h.SetKeyShares([]wire.KeyShare{{Group: 0x0017, Data: point}})
	return specimenOf("openssl-3.0-fips", h, header{
		{"client", "OpenSSL 3.0 with the FIPS provider"},
		{"stack", "OpenSSL 3.0"},
		{"composed", "hello of OpenSSL 3.0.22 as captured, without ChaCha20-Poly1305, X25519, X448, Ed25519 and Ed448 " +
			"(OSSL_PROVIDER-FIPS, EVP_KEYEXCH-X25519 manual pages) and without 1.0 and 1.1"},
		{"completes", "1.2 1.3"},
		{"dh", "2048"},
		{"rsa", "2048"},
		{"demands", "renegotiation ems"},
	})
}

func chacha(s iana.Suite) bool {
	return s == 0x1303 || s >= 0xcca8 && s <= 0xccae
}

func parse(c hello) *wire.ClientHello {
	raw, err := hex.DecodeString(c.Hex)
	if err != nil || len(raw) < 9 {
		log.Fatalf("capture of %s %s: %v", c.Client, c.Version, err)
	}
	h, err := wire.ParseClientHello(raw[9:])
	if err != nil {
		log.Fatalf("capture of %s %s: %v", c.Client, c.Version, err)
	}
	return h
}
