package peers

import (
	"crypto/sha256"
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/parley-tls/parley/iana"
)

var dtlsVersions = []iana.Version{iana.DTLS10, iana.DTLS12}

func init() {
	drivers[OpenSSLDTLS] = &driver{
		narrow: true, udp: true, listens: true,
		programs: []string{"openssl"},
		version:  opensslVersion,
		fields:   "Versions Ciphers Groups SigAlgs Cert CertFile KeyFile ClientAuth ClientCA DHBits SecLevel ALPN NoEMS Extra",
		versions: dtlsVersions,
		certs:    allCerts,
		auths:    []ClientAuth{Asked, Optional, Required},
		prepare: func(j *job) error {
			err := prepareOpenSSL(j)
			j.argv[slices.Index(j.argv, "-www")] = "-dtls" // which has no web page
			return err
		},
	}
	drivers[GnuTLSDTLS] = &driver{
		narrow: true, udp: true,
		programs: []string{"gnutls-serv"},
		version:  []string{"gnutls-serv", "--version"},
		fields:   "Versions Ciphers Groups SigAlgs Cert CertFile KeyFile ClientAuth ClientCA DHBits NoEMS NoSecureRenegotiation Extra",
		versions: dtlsVersions,
		certs:    allCerts,
		auths:    []ClientAuth{Asked, Optional, Required},
		prepare: func(j *job) error {
			err := prepareGnuTLS(j)
			j.argv[slices.Index(j.argv, "--http")] = "--udp"
			return err
		},
	}
	drivers[JavaDTLS] = &driver{
		narrow: true, udp: true,
		programs: []string{"java", "javac"},
		version:  []string{"java", "-version"},
		fields:   "Versions Ciphers Cert CertFile KeyFile Extra",
		versions: dtlsVersions,
		certs:    []Cert{RSA2048, ECDSAP256},
		prepare:  prepareJavaDTLS,
	}
	drivers[CoAP] = &driver{
		narrow: true, udp: true,
		programs: []string{"coap-server-openssl"},
		fields:   "Cert CertFile KeyFile Extra",
		certs:    []Cert{RSA2048, ECDSAP256},
		prepare: func(j *job) error {
			// It asks clients for a certificate, unless it is told to take any.
			j.argv = []string{"coap-server-openssl", "-A", j.host(), "-p", fmt.Sprint(j.addr.Port() - 1), "-c", j.certPath, "-j", j.keyPath, "-n"}
			j.argv = append(j.argv, j.Extra...)
			return nil
		},
	}
}

//go:embed testdata/DTLSServer.java
var javaDTLSServer []byte

// prepareJavaDTLS runs testdata/DTLSServer.java. Ciphers are Java's names, separated
// by commas; Extra are flags of the virtual machine.
func prepareJavaDTLS(j *job) error {
	name := fmt.Sprintf("java-dtls-%x", sha256.Sum256(javaDTLSServer))[:26] // of this version of the source
	classes, err := cached(name, func(dir string) error { return compileJava(dir, "DTLSServer", javaDTLSServer) })
	if err != nil {
		return err
	}
	var names []string
	for _, v := range j.Versions {
		names = append(names, map[iana.Version]string{iana.DTLS10: "DTLSv1.0", iana.DTLS12: "DTLSv1.2"}[v])
	}
	j.argv = []string{"java", "-cp", classes, "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m", "-Djava.net.preferIPv4Stack=true"}
	for _, p := range [][2]string{
		{"peer.host", j.host()}, {"peer.port", j.port()}, {"peer.suites", j.Ciphers},
		{"peer.versions", strings.Join(names, ",")},
	} {
		if p[1] != "" {
			j.argv = append(j.argv, "-D"+p[0]+"="+p[1])
		}
	}
	key, err := j.pkcs8(j.keyPath, "java.pem")
	j.argv = append(append(j.argv, j.Extra...), "DTLSServer", j.certPath, key)
	return err
}
