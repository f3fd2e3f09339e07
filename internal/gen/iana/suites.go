package main

import (
	"fmt"
	"strings"
)

// suite is what the name of a cipher suite says about it.
type suite struct {
	kx, auth, cipher, hash  string
	aead, cbc, export, scsv bool
	bits                    int
	min, max                string // Go constants; empty when it is never negotiated
}

// suiteConstants writes one constant for each suite, named as the registry
// names it.
func suiteConstants(b *strings.Builder, rows []row) error {
	b.WriteString("// Cipher suites, named as in the registry; the comment names the reference.\nconst (\n")
	for _, r := range rows {
		fmt.Fprintf(b, "%s Suite = 0x%04x%s\n", r.cells["name"], r.value, remark(r))
	}
	b.WriteString(")\n")
	return nil
}

// suiteTable writes the facts of each suite.
func suiteTable(b *strings.Builder, rows []row) error {
	b.WriteString("// suiteTable ascends by code point.\nvar suiteTable = []suiteRow{\n")
	for _, r := range rows {
		name := r.cells["name"]
		s, err := derive(name)
		if err != nil {
			return err
		}
		fmt.Fprintf(b, "{id: 0x%04x, info: SuiteInfo{Name: %q", r.value, name)
		if o := r.cells["openssl"]; o != "" {
			fmt.Fprintf(b, ", OpenSSLName: %q", o)
		}
		for _, f := range []struct{ field, value string }{
			{"Kx", s.kx}, {"Auth", s.auth}, {"Cipher", quoted(s.cipher)}, {"Hash", quoted(s.hash)}, {"Min", s.min}, {"Max", s.max},
		} {
			if f.value != "" {
				fmt.Fprintf(b, ", %s: %s", f.field, f.value)
			}
		}
		if s.bits != 0 {
			fmt.Fprintf(b, ", Bits: %d", s.bits)
		}
		flags(b, map[string]bool{"AEAD": s.aead, "CBC": s.cbc, "Export": s.export, "SCSV": s.scsv, "Registered": r.yes("registered")},
			"AEAD", "CBC", "Export", "SCSV", "Registered")
		fmt.Fprintf(b, ", Reference: %q}},\n", r.cells["reference"])
	}
	b.WriteString("}\n")
	return nil
}

func quoted(s string) string {
	if s == "" {
		return ""
	}
	return fmt.Sprintf("%q", s)
}

// exchange maps what stands before _WITH_ to key exchange and authentication.
var exchange = map[string][2]string{
	"RSA":              {"KxRSA", "AuthRSA"},
	"DH_DSS":           {"KxDH", "AuthDSS"},
	"DH_RSA":           {"KxDH", "AuthRSA"},
	"DHE_DSS":          {"KxDHE", "AuthDSS"},
	"DHE_RSA":          {"KxDHE", "AuthRSA"},
	"DH_anon":          {"KxDHAnon", "AuthAnon"},
	"ECDH_ECDSA":       {"KxECDH", "AuthECDSA"},
	"ECDH_RSA":         {"KxECDH", "AuthRSA"},
	"ECDHE_ECDSA":      {"KxECDHE", "AuthECDSA"},
	"ECDHE_RSA":        {"KxECDHE", "AuthRSA"},
	"ECDH_anon":        {"KxECDHAnon", "AuthAnon"},
	"PSK":              {"KxPSK", "AuthPSK"},
	"DHE_PSK":          {"KxDHEPSK", "AuthPSK"},
	"PSK_DHE":          {"KxDHEPSK", "AuthPSK"},
	"ECDHE_PSK":        {"KxECDHEPSK", "AuthPSK"},
	"RSA_PSK":          {"KxRSAPSK", "AuthRSA"},
	"SRP_SHA":          {"KxSRP", "AuthSRP"},
	"SRP_SHA_RSA":      {"KxSRP", "AuthRSA"},
	"SRP_SHA_DSS":      {"KxSRP", "AuthDSS"},
	"KRB5":             {"KxKRB5", "AuthKRB5"},
	"ECCPWD":           {"KxECCPWD", "AuthPassword"},
	"ECJPAKE":          {"KxECJPAKE", "AuthPassword"},
	"GOSTR341094":      {"KxGOST", "AuthGOST"},
	"GOSTR341001":      {"KxGOST", "AuthGOST"},
	"GOSTR341112_256":  {"KxGOST", "AuthGOST"},
	"CECPQ1_RSA":       {"KxCECPQ1", "AuthRSA"},
	"CECPQ1_ECDSA":     {"KxCECPQ1", "AuthECDSA"},
	"FORTEZZA_KEA":     {"KxFortezza", "AuthFortezza"},
	"NULL":             {"KxNull", "AuthNull"},
	"TLCP_ECDHE":       {"KxSM2DHE", "AuthSM2"},
	"TLCP_ECC":         {"KxSM2", "AuthSM2"},
	"TLCP_IBSDH":       {"KxSM2DHE", "AuthIBS"},
	"TLCP_IBC":         {"KxIBC", "AuthIBS"},
	"TLCP_RSA":         {"KxRSA", "AuthRSA"},
	"TLS13_negotiated": {"KxTLS13", "AuthTLS13"},
}

// cipherBits maps each cipher to its nominal key size.
var cipherBits = map[string]int{
	"NULL": 0, "RC4_40": 40, "RC4_56": 56, "RC4_128": 128, "RC2_CBC_40": 40, "RC2_CBC_56": 56, "IDEA_CBC": 128,
	"DES40_CBC": 40, "DES_CBC_40": 40, "DES_CBC": 56, "3DES_EDE_CBC": 168, "FORTEZZA_CBC": 80, "SEED_CBC": 128,
	"AES_128_CBC": 128, "AES_256_CBC": 256, "AES_128_GCM": 128, "AES_256_GCM": 256,
	"AES_128_CCM": 128, "AES_256_CCM": 256, "AES_128_CCM_8": 128, "AES_256_CCM_8": 256,
	"CAMELLIA_128_CBC": 128, "CAMELLIA_256_CBC": 256, "CAMELLIA_128_GCM": 128, "CAMELLIA_256_GCM": 256,
	"ARIA_128_CBC": 128, "ARIA_256_CBC": 256, "ARIA_128_GCM": 128, "ARIA_256_GCM": 256,
	"CHACHA20_POLY1305": 256, "SALSA20": 256, "ESTREAM_SALSA20": 256, "AEGIS_128L": 128, "AEGIS_256": 256,
	"SM1": 128, "SM4_CBC": 128, "SM4_GCM": 128, "SM4_CCM": 128,
	"28147_CNT": 256, "KUZNYECHIK_CTR": 256, "MAGMA_CTR": 256,
	"KUZNYECHIK_MGM_L": 256, "KUZNYECHIK_MGM_S": 256, "MAGMA_MGM_L": 256, "MAGMA_MGM_S": 256,
}

// derive reads the facts of a suite out of its name.
func derive(name string) (suite, error) {
	var s suite
	if strings.HasSuffix(name, "_SCSV") {
		s.scsv = true
		return s, nil
	}
	left, right := split(name)
	for _, grade := range []string{"_EXPORT", "_EXPORT1024"} {
		if l, ok := strings.CutSuffix(left, grade); ok {
			left, s.export = l, true
		}
	}
	kx, ok := exchange[left]
	if !ok {
		return s, fmt.Errorf("%s: no key exchange %q", name, left)
	}
	s.kx, s.auth = kx[0], kx[1]
	s.cipher, s.hash = cipherAndHash(left, right)
	if s.bits, ok = cipherBits[s.cipher]; !ok {
		return s, fmt.Errorf("%s: no cipher %q", name, s.cipher)
	}
	s.cbc = strings.Contains(s.cipher, "_CBC")
	for _, mode := range []string{"_GCM", "_CCM", "POLY1305", "AEGIS", "_MGM"} {
		s.aead = s.aead || strings.Contains(s.cipher, mode)
	}
	s.min, s.max = versions(left, s)
	return s, nil
}

// split cuts a name into key exchange and cipher. Suites of TLS 1.3 have no
// _WITH_, and those of TLCP have no TLS_ either.
func split(name string) (left, right string) {
	name = strings.TrimSuffix(name, "_OLD")
	body, ok := strings.CutPrefix(name, "TLS_")
	if !ok {
		body, ok = strings.CutPrefix(name, "SSL_")
	}
	if !ok {
		left, right, _ = strings.Cut(name, "_")
		return "TLCP_" + left, right
	}
	left, right, ok = strings.Cut(body, "_WITH_")
	if !ok {
		return "TLS13_negotiated", body
	}
	left = strings.TrimSuffix(strings.TrimSuffix(left, "_OLDFIPS"), "_FIPS")
	if strings.Contains(right, "_MGM_") {
		left = "TLS13_negotiated"
	}
	return left, right
}

// cipherAndHash cuts what stands behind _WITH_. The hash is that of the MAC,
// or of the PRF where the cipher or a MAC of its own protects the records.
func cipherAndHash(left, right string) (cipher, hash string) {
	switch {
	case left == "NULL":
		return "NULL", ""
	case right == "SHA256_SHA256" || right == "SHA384_SHA384":
		return "NULL", right[:6] // RFC 9150: integrity only
	case strings.Contains(right, "_MGM_"):
		return right, "STREEBOG256"
	case strings.HasSuffix(right, "_CCM") || strings.HasSuffix(right, "_CCM_8"):
		return right, "SHA256" // RFC 6655, Section 3
	}
	i := strings.LastIndex(right, "_")
	cipher, hash = right[:i], right[i+1:]
	switch {
	case hash == "SHA1":
		hash = "SHA"
	case left == "GOSTR341112_256":
		hash = "STREEBOG256"
	case hash == "IMIT":
		hash = "GOSTR3411"
	}
	return cipher, hash
}

// versions bounds the versions that can negotiate a suite.
func versions(left string, s suite) (low, high string) {
	psk := strings.Contains(left, "PSK") && !strings.HasPrefix(s.cipher, "ARIA")
	switch {
	case left == "NULL" || strings.HasPrefix(left, "TLCP_"):
		return "", ""
	case left == "TLS13_negotiated":
		return "TLS13", "TLS13"
	case left == "FORTEZZA_KEA":
		return "SSL3", "SSL3"
	case s.aead, strings.HasSuffix(s.cipher, "_CTR"):
		return "TLS12", "TLS12"
	case s.hash == "SHA256" || s.hash == "SHA384":
		if psk { // RFC 5487, Section 3: 1.0 and 1.1 take their own PRF
			return "TLS10", "TLS12"
		}
		return "TLS12", "TLS12"
	case strings.HasPrefix(s.cipher, "28147") || strings.HasPrefix(left, "GOST"):
		return "TLS10", "TLS12"
	}
	return "SSL3", "TLS12"
}
