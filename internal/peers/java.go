package peers

import (
	"crypto/sha256"
	"crypto/x509"
	_ "embed"
	"encoding/pem"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"

	"github.com/parley-tls/parley/iana"
)

func init() {
	drivers[Java] = &driver{
		programs: []string{"java", "javac"},
		version:  []string{"java", "-version"},
		fields:   "Versions Ciphers Ciphers13 Groups SigAlgs Cert CertFile KeyFile Chain ClientAuth ClientCA DHBits ALPN SNI NoEMS Plain Extra",
		versions: []iana.Version{iana.SSL3, iana.TLS10, iana.TLS11, iana.TLS12, iana.TLS13},
		certs:    allCerts,
		sni:      []SNIPolicy{RejectUnknown},
		auths:    []ClientAuth{Optional, Required},
		prepare:  prepareJava,
	}
}

var javaNames = map[iana.Version]string{iana.SSL3: "SSLv3", iana.TLS10: "TLSv1", iana.TLS11: "TLSv1.1", iana.TLS12: "TLSv1.2", iana.TLS13: "TLSv1.3"}

//go:embed testdata/Server.java
var javaServer []byte

// javaClasses compiles the server, once for each version of its source:
// "java Server.java" would do it at each start.
var javaClasses = sync.OnceValues(func() (string, error) {
	return cached(fmt.Sprintf("java-%x", sha256.Sum256(javaServer))[:21], func(dir string) error { return compileJava(dir, "Server", javaServer) })
})

// compileJava puts a class and its source into a directory.
func compileJava(dir, class string, text []byte) error {
	source := filepath.Join(dir, class+".java")
	if err := os.WriteFile(source, text, 0o644); err != nil {
		return err
	}
	cmd := exec.Command("javac", "-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC", "-proc:none", "-d", dir, source)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("javac: %w: %s", err, out)
	}
	return nil
}

// prepareJava runs testdata/Server.java. Groups, SigAlgs and suites are Java's
// names, separated by commas; Extra are flags of the virtual machine. With
// Versions or Ciphers, or the flag -Dpeer.weak=true, the policy of the JDK
// (jdk.tls.disabledAlgorithms) is lifted.
func prepareJava(j *job) error {
	classes, err := javaClasses()
	if err != nil {
		return err
	}
	j.argv = []string{"java", "-cp", classes, "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m"}
	if j.DHBits == 512 {
		return fmt.Errorf("it has no Diffie-Hellman parameters of 512 bits")
	}
	var names []string
	for _, v := range j.Versions {
		names = append(names, javaNames[v])
	}
	for _, p := range [][2]string{
		{"peer.host", j.host()}, {"peer.port", j.port()},
		{"peer.versions", strings.Join(names, ",")},
		{"peer.suites", strings.Trim(j.Ciphers13+","+j.Ciphers, ",")},
		{"peer.alpn", strings.Join(j.ALPN, ",")},
		{"jdk.tls.namedGroups", j.Groups}, {"jdk.tls.server.SignatureSchemes", j.SigAlgs},
	} {
		if p[1] != "" {
			j.argv = append(j.argv, "-D"+p[0]+"="+p[1])
		}
	}
	if j.DHBits != 0 {
		j.argv = append(j.argv, fmt.Sprintf("-Djdk.tls.ephemeralDHKeySize=%d", j.DHBits))
	}
	if j.NoEMS {
		j.argv = append(j.argv, "-Djdk.tls.useExtendedMasterSecret=false")
	}
	if j.SNI == RejectUnknown {
		j.argv = append(j.argv, "-Dpeer.name="+Name)
	}
	if j.Plain {
		j.argv = append(j.argv, "-Dpeer.plain=true")
	}
	if chain, err := ChainOf(j.Chain); err == nil && chain.Weak {
		j.argv = append(j.argv, "-Dpeer.weak=true")
	}
	asks, err := j.clientAuth(map[ClientAuth][]string{
		Optional: {"-Dpeer.clients=$CA", "-Dpeer.auth=want"},
		Required: {"-Dpeer.clients=$CA", "-Dpeer.auth=need"},
	})
	if err != nil {
		return err
	}
	j.argv = append(append(append(j.argv, asks...), j.Extra...), "Server")
	for i, p := range j.pairs() {
		key, err := j.pkcs8(p.key, fmt.Sprintf("java%d.pem", i))
		if err != nil {
			return err
		}
		j.argv = append(j.argv, p.cert, key)
	}
	return nil
}

// pkcs8 rewrites a key as PKCS #8, the only form Java reads.
func (j *job) pkcs8(path, name string) (string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return "", fmt.Errorf("%s holds no PEM", path)
	}
	var key any
	switch block.Type {
	case "RSA PRIVATE KEY":
		key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	case "EC PRIVATE KEY":
		key, err = x509.ParseECPrivateKey(block.Bytes)
	default:
		key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	}
	if err != nil {
		return "", err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return "", err
	}
	return j.write(name, string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})))
}
