package main

import (
	"fmt"
	"strings"
)

// plain describes a registry whose code points have a name and nothing more.
type plain struct {
	file   string // of the registry, without its ending
	typ    string // Go type of the code points
	prefix string // of the constants
	table  string // Go name of the table
	what   string // in the comment
	digits int    // hexadecimal digits of a code point
}

var plains = []plain{
	{file: "alerts", typ: "Alert", prefix: "Alert", table: "alertTable", what: "Alert descriptions", digits: 2},
	{file: "certificate_compression", typ: "CertificateCompression", prefix: "CertCompression", table: "certCompressionTable", what: "Certificate compression algorithms", digits: 4},
	{file: "client_certificate_types", typ: "ClientCertificateType", prefix: "ClientCert", table: "clientCertTable", what: "Client certificate types", digits: 2},
	{file: "compression_methods", typ: "CompressionMethod", prefix: "Compression", table: "compressionTable", what: "Compression methods", digits: 2},
	{file: "content_types", typ: "ContentType", prefix: "Content", table: "contentTable", what: "Record content types", digits: 2},
	{file: "ec_point_formats", typ: "ECPointFormat", prefix: "PointFormat", table: "pointFormatTable", what: "EC point formats", digits: 2},
	{file: "extensions", typ: "ExtensionType", prefix: "Ext", table: "extensionTable", what: "Extension types", digits: 4},
	{file: "handshake_types", typ: "HandshakeType", prefix: "Type", table: "handshakeTable", what: "Handshake message types", digits: 2},
	{file: "psk_modes", typ: "PSKMode", prefix: "PSKMode", table: "pskModeTable", what: "PSK key exchange modes", digits: 2},
	{file: "ssl2_ciphers", typ: "SSL2Suite", prefix: "SSL_CK_", table: "ssl2Table", what: "SSL 2.0 cipher kinds", digits: 6},
}

// plainRegistry writes the constants of a plain registry and its table.
func plainRegistry(b *strings.Builder, p plain, rows []row) {
	fmt.Fprintf(b, "// %s; the comment names the reference.\nconst (\n", p.what)
	for _, r := range rows {
		fmt.Fprintf(b, "%s%s %s = 0x%0*x%s\n", p.prefix, r.cells["go"], p.typ, p.digits, r.value, remark(r))
	}
	fmt.Fprintf(b, ")\n\nvar %s = table{\n", p.table)
	for _, r := range rows {
		fmt.Fprintf(b, "{code: 0x%0*x, name: %q%s},\n", p.digits, r.value, r.cells["name"], aliases(r))
	}
	b.WriteString("}\n")
}

// remark is the comment behind a constant.
func remark(r row) string {
	switch ref := r.cells["reference"]; {
	case ref == "":
		return ""
	case r.yes("registered"):
		return " // " + ref
	default:
		return " // " + ref + ", not registered"
	}
}

func aliases(r row) string {
	if r.cells["aliases"] == "" {
		return ""
	}
	return fmt.Sprintf(", aliases: %q", r.cells["aliases"])
}

// groups writes the constants of the groups, their names and their facts.
func groups(b *strings.Builder, rows []row) error {
	kinds := map[string]string{"ecdhe": "GroupECDHE", "ffdhe": "GroupFFDHE", "hybrid": "GroupHybrid", "kem": "GroupKEM", "arbitrary": "GroupArbitrary"}
	plainRegistry(b, plain{typ: "Group", prefix: "Group", table: "groupTable", what: "Groups", digits: 4}, rows)
	b.WriteString("\n// groupFacts runs parallel to groupTable.\nvar groupFacts = []GroupInfo{\n")
	for _, r := range rows {
		kind := kinds[r.cells["kind"]]
		if kind == "" {
			return fmt.Errorf("%s: no kind %q", r.cells["name"], r.cells["kind"])
		}
		var sizes [3]int
		for i, column := range []string{"bits", "client_share", "server_share"} {
			n, err := r.number(column)
			if err != nil {
				return err
			}
			sizes[i] = n
		}
		fmt.Fprintf(b, "{Name: %q, Kind: %s", r.cells["name"], kind)
		for i, field := range []string{"Bits", "ClientShare", "ServerShare"} {
			if sizes[i] != 0 {
				fmt.Fprintf(b, ", %s: %d", field, sizes[i])
			}
		}
		flags(b, map[string]bool{"TLS13": r.yes("tls13"), "Registered": r.yes("registered")}, "TLS13", "Registered")
		b.WriteString("},\n")
	}
	b.WriteString("}\n")
	return nil
}

// schemes writes the constants of the signature schemes, names and facts.
func schemes(b *strings.Builder, rows []row) error {
	keys := map[string]string{
		"rsa": "KeyRSA", "rsapss": "KeyRSAPSS", "ecdsa": "KeyECDSA", "dsa": "KeyDSA", "ed25519": "KeyEd25519", "ed448": "KeyEd448",
		"mldsa": "KeyMLDSA", "gost": "KeyGOST", "sm2": "KeySM2", "ibs": "KeyIBS",
	}
	plainRegistry(b, plain{typ: "Scheme", prefix: "Scheme", table: "schemeTable", what: "Signature schemes", digits: 4}, rows)
	b.WriteString("\n// schemeFacts runs parallel to schemeTable.\nvar schemeFacts = []SchemeInfo{\n")
	for _, r := range rows {
		key := keys[r.cells["key"]]
		if key == "" {
			return fmt.Errorf("%s: no key type %q", r.cells["name"], r.cells["key"])
		}
		fmt.Fprintf(b, "{Name: %q, Key: %s", r.cells["name"], key)
		if h := r.cells["hash"]; h != "" {
			fmt.Fprintf(b, ", Hash: %q", h)
		}
		if g := r.cells["group"]; g != "" {
			fmt.Fprintf(b, ", Group: Group%s", strings.ToUpper(g[:1])+strings.ReplaceAll(g[1:], "tls13", "TLS13"))
		}
		flags(b, map[string]bool{"TLS13": r.yes("tls13"), "Registered": r.yes("registered")}, "TLS13", "Registered")
		b.WriteString("},\n")
	}
	b.WriteString("}\n")
	return nil
}

// flags writes those of the boolean fields, in order, that are set.
func flags(b *strings.Builder, set map[string]bool, order ...string) {
	for _, f := range order {
		if set[f] {
			fmt.Fprintf(b, ", %s: true", f)
		}
	}
}
