package peers

import (
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"

	"github.com/parley-tls/parley/iana"
)

var nssNames = map[iana.Version]string{iana.SSL3: "ssl3", iana.TLS10: "tls1.0", iana.TLS11: "tls1.1", iana.TLS12: "tls1.2", iana.TLS13: "tls1.3"}

func init() {
	drivers[NSS] = &driver{
		programs: []string{"selfserv", "certutil", "pk12util", "openssl"},
		version:  []string{"dpkg-query", "-W", "-f", "NSS selfserv ${Version}", "libnss3-tools"},
		fields:   "Versions Ciphers Groups SigAlgs Cert CertFile KeyFile ClientAuth ClientCA ALPN Extra",
		versions: []iana.Version{iana.SSL3, iana.TLS10, iana.TLS11, iana.TLS12, iana.TLS13},
		certs:    []Cert{RSA2048, RSA1024, RSA4096, ECDSAP256, ECDSAP384, ECDSAP521, Both},
		auths:    []ClientAuth{Optional, Required, RequiredLater},
		prepare:  prepareNSS,
	}
}

// prepareNSS puts the certificates into a database and runs selfserv, which
// listens on every address. Extra are flags.
func prepareNSS(j *job) error {
	db := "sql:" + j.dir
	if err := j.command("certutil", "-N", "-d", db, "--empty-password"); err != nil {
		return err
	}
	j.argv = []string{"selfserv", "-d", db, "-p", j.port(), "-D"}
	for i, p := range j.pairs() {
		nick, file := fmt.Sprintf("peer%d", i), j.path(fmt.Sprintf("peer%d.p12", i))
		// The database takes PKCS #12 only.
		if err := j.command("openssl", "pkcs12", "-export", "-in", p.cert, "-inkey", p.key, "-name", nick, "-passout", "pass:peers", "-out", file); err != nil {
			return err
		}
		if err := j.command("pk12util", "-i", file, "-d", db, "-K", "", "-W", "peers"); err != nil {
			return err
		}
		flag := "-n"
		if keyIsECDSA(p.key) {
			flag = "-e"
		}
		j.argv = append(j.argv, flag, nick)
	}
	asks, err := j.clientAuth(map[ClientAuth][]string{
		Optional: {"-r"}, Required: {"-r", "-r"}, RequiredLater: {"-r", "-r", "-r", "-r"},
	})
	if err != nil {
		return err
	}
	if asks != nil {
		if err := j.command("certutil", "-A", "-d", db, "-n", "clients", "-t", "T,,", "-i", j.path("clients.pem")); err != nil {
			return err
		}
	}
	if j.ClientAuth == RequiredLater && (len(j.Versions) == 0 || slices.Contains(j.Versions, iana.TLS13)) {
		asks = append(asks, "-E")
	}
	j.argv = append(j.argv, asks...)
	if len(j.Versions) > 0 {
		low, high := slices.Min(j.Versions), slices.Max(j.Versions)
		if int(high-low) != len(j.Versions)-1 {
			return errors.New("it cannot leave a gap between versions")
		}
		j.argv = append(j.argv, "-V", nssNames[low]+":"+nssNames[high])
	}
	for _, l := range [][2]string{{"-c", j.Ciphers}, {"-I", j.Groups}, {"-J", j.SigAlgs}} {
		if l[1] != "" {
			j.argv = append(j.argv, l[0], l[1])
		}
	}
	switch {
	case j.ALPN == nil:
	case slices.Equal(j.ALPN, []string{"http/1.1"}):
		j.argv = append(j.argv, "-Q")
	default:
		return fmt.Errorf("ALPN is http/1.1 or none, not %q", j.ALPN)
	}
	j.argv = append(j.argv, j.Extra...)
	return nil
}

// keyIsECDSA reports whether the key file holds an ECDSA key in any form.
func keyIsECDSA(path string) bool {
	out, err := exec.Command("openssl", "pkey", "-in", path, "-noout", "-text").Output()
	return err == nil && strings.Contains(string(out), "ASN1 OID")
}
