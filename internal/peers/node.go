package peers

import (
	_ "embed"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"

	"github.com/parley-tls/parley/iana"
)

// nodeVersions are the releases that install.sh fetches.
var nodeVersions = map[Stack]string{
	Node08: "0.8.28", Node010: "0.10.48", Node012: "0.12.18", Node4: "4.9.1", Node6: "6.17.1", Node8: "8.17.0",
}

// peersDir is where install.sh puts them.
func peersDir() string {
	if dir := os.Getenv("PARLEY_PEERS"); dir != "" {
		return dir
	}
	home, _ := os.UserHomeDir()
	return filepath.Join(home, ".cache", "parley-peers")
}

func nodeProgram(stack Stack) string {
	if v, ok := nodeVersions[stack]; ok {
		return filepath.Join(peersDir(), "node-"+v, "bin", "node")
	}
	return "node"
}

func init() {
	const all = "Versions Ciphers Cert CertFile KeyFile Chain ClientAuth ClientCA NoEMS Plain Extra"
	rsa := []Cert{RSA2048, RSA1024, RSA4096}
	ecdsa := append(slices.Clone(rsa), ECDSAP256, ECDSAP384, ECDSAP521)
	for stack, d := range map[Stack]*driver{
		// Before 0.12 a server has no ECDHE, and so no use for an ECDSA key.
		Node08:  {fields: all, versions: []iana.Version{iana.SSL2, iana.SSL3, iana.TLS10}, certs: rsa},
		Node010: {fields: all, versions: []iana.Version{iana.SSL3, iana.TLS10, iana.TLS11, iana.TLS12}, certs: rsa},
		Node012: {fields: all + " Groups DHBits", versions: []iana.Version{iana.SSL3, iana.TLS10, iana.TLS11, iana.TLS12}, certs: ecdsa},
		Node4:   {fields: all + " Groups DHBits", versions: []iana.Version{iana.TLS10, iana.TLS11, iana.TLS12}, certs: ecdsa},
		Node6:   {fields: all + " Groups DHBits ALPN", versions: []iana.Version{iana.TLS10, iana.TLS11, iana.TLS12}, certs: ecdsa},
		Node8:   {fields: all + " Groups DHBits ALPN", versions: []iana.Version{iana.TLS10, iana.TLS11, iana.TLS12}, certs: append(slices.Clone(ecdsa), Both, None)},
		Node20:  {fields: all + " Ciphers13 Groups SigAlgs DHBits SecLevel ALPN", versions: openssl3Versions, certs: allCerts},
	} {
		d.programs = []string{nodeProgram(stack)}
		d.version = []string{nodeProgram(stack), "-e", `console.log("Node.js " + process.version + ", OpenSSL " + process.versions.openssl)`}
		d.auths = []ClientAuth{Asked, Required}
		d.prepare = prepareNode
		drivers[stack] = d
	}
}

//go:embed testdata/server.js
var nodeServer string

// sslOpNo are OpenSSL's SSL_OP_NO_… options: Node's own constants for them
// differ between releases.
var sslOpNo = map[iana.Version]int64{iana.SSL2: 0x01000000, iana.SSL3: 0x02000000, iana.TLS10: 0x04000000, iana.TLS11: 0x10000000, iana.TLS12: 0x08000000, iana.TLS13: 0x20000000}

// nodeMethods are the values of secureProtocol that allow one version only.
// Those of TLS 1.1 and 1.2 are not in every release; secureOptions are.
var nodeMethods = map[iana.Version]string{iana.SSL2: "SSLv2_method", iana.SSL3: "SSLv3_method", iana.TLS10: "TLSv1_method"}

// prepareNode runs testdata/server.js. Extra are flags of node itself.
func prepareNode(j *job) error {
	options := map[string]any{"host": j.host(), "port": j.addr.Port(), "plain": j.Plain}
	var certs, keys []string
	for _, p := range j.pairs() {
		certs, keys = append(certs, p.cert), append(keys, p.key)
	}
	options["certs"], options["keys"] = certs, keys
	j.nodeVersions(options)
	ciphers := j.Ciphers // security levels came with OpenSSL 1.1.0
	if j.stack == Node20 {
		ciphers = j.ciphersOr("DEFAULT")
	}
	if j.Ciphers13 != "" {
		ciphers = j.Ciphers13 + ":" + orElse(ciphers, "DEFAULT")
	}
	dh, err := j.dhParams()
	if err != nil {
		return err
	}
	groups := j.Groups
	if j.stack != Node20 {
		groups = curveName(groups)
	}
	if groups == "" && j.stack == Node8 {
		// Its default is P-256 alone, and OpenSSL 1.0.2 wants the curve of the
		// certificate among the groups.
		switch j.Cert {
		case ECDSAP384, ECDSAP521:
			groups = "auto"
		}
	}
	for name, value := range map[string]string{"ciphers": ciphers, "ecdhCurve": groups, "sigalgs": j.SigAlgs, "dhparam": dh} {
		if value != "" {
			options[name] = value
		}
	}
	if len(j.ALPN) > 0 {
		options["ALPNProtocols"] = j.ALPN
	}
	if j.ClientAuth != NotAsked {
		// Node has nothing between: what does not verify is refused or is not.
		options["requestCert"], options["rejectUnauthorized"] = true, j.ClientAuth == Required
		if options["ca"], err = j.clientCAFile(); err != nil {
			return err
		}
	}
	text, err := json.Marshal(options)
	if err != nil {
		return err
	}
	script, err := j.write("server.js", nodeServer)
	if err != nil {
		return err
	}
	conf, err := j.write("options.json", string(text))
	j.argv = append(append([]string{nodeProgram(j.stack)}, j.Extra...), script, conf)
	return err
}

// nodeVersions turns Config.Versions into secureProtocol and secureOptions.
func (j *job) nodeVersions(options map[string]any) {
	var secure int64
	switch {
	case len(j.Versions) == 0:
	case j.stack == Node20:
		options["minVersion"] = opensslNames[slices.Min(j.Versions)]
		options["maxVersion"] = opensslNames[slices.Max(j.Versions)]
	case len(j.Versions) == 1 && nodeMethods[j.Versions[0]] != "":
		options["secureProtocol"] = nodeMethods[j.Versions[0]]
	default:
		options["secureProtocol"] = "SSLv23_method"
	}
	if len(j.Versions) > 0 && options["secureProtocol"] == nil || options["secureProtocol"] == "SSLv23_method" {
		for v, no := range sslOpNo {
			if !slices.Contains(j.Versions, v) {
				secure |= no
			}
		}
	}
	if j.stack == Node20 && j.NoEMS {
		secure |= 1 // SSL_OP_NO_EXTENDED_MASTER_SECRET; before OpenSSL 1.1.0 there is none
	}
	if secure != 0 {
		options["secureOptions"] = secure
	}
	if slices.Contains(j.Versions, iana.SSL3) && j.stack != Node08 {
		j.Extra = append([]string{"--enable-ssl3"}, j.Extra...)
	}
	if slices.Contains(j.Versions, iana.SSL2) {
		options["ciphers"] = "ALL"
	}
}
