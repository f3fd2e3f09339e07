package peers

import (
	"os"
	"slices"
	"strings"

	"github.com/parley-tls/parley/iana"
)

func init() {
	drivers[HAProxy] = &driver{
		programs: []string{"/usr/sbin/haproxy"},
		version:  []string{"/usr/sbin/haproxy", "-v"},
		fields:   "Versions Ciphers Ciphers13 Groups SigAlgs Cert CertFile KeyFile Chain ClientAuth ClientCA DHBits SecLevel ALPN SNI NoEMS ProxyProtocol Plain Extra",
		versions: openssl3Versions,
		certs:    allCerts,
		sni:      []SNIPolicy{RequireName},
		auths:    []ClientAuth{Asked, Optional, Required},
		prepare:  prepareHAProxy,
	}
}

// prepareHAProxy writes one frontend that answers by itself. Extra goes onto
// its bind line.
func prepareHAProxy(j *job) error {
	bind := []string{"bind", j.addr.String()}
	var global []string
	if !j.Plain {
		bind = append(bind, "ssl")
		for i, p := range j.pairs() {
			one, err := j.joinPEM("haproxy"+string(rune('0'+i))+".pem", p)
			if err != nil {
				return err
			}
			bind = append(bind, "crt", one)
		}
		if len(j.Versions) > 0 {
			bind = append(bind, "ssl-min-ver", haproxyVersion(slices.Min(j.Versions)), "ssl-max-ver", haproxyVersion(slices.Max(j.Versions)))
			for v, no := range map[iana.Version]string{iana.TLS11: "no-tlsv11", iana.TLS12: "no-tlsv12"} {
				if v > slices.Min(j.Versions) && v < slices.Max(j.Versions) && !slices.Contains(j.Versions, v) {
					bind = append(bind, no)
				}
			}
		}
		dh, err := j.dhParams()
		if err != nil {
			return err
		}
		if dh != "" {
			global = append(global, "ssl-dh-param-file "+dh)
		}
		for _, l := range [][2]string{
			{"ciphers", j.ciphersOr("DEFAULT")}, {"ciphersuites", j.Ciphers13}, {"curves", j.Groups}, {"alpn", strings.Join(j.ALPN, ",")},
		} {
			if l[1] != "" {
				bind = append(bind, l[0], l[1])
			}
		}
		asks, err := j.clientAuth(map[ClientAuth][]string{
			Asked:    {"ca-file", "$CA", "verify", "optional", "ca-ignore-err", "all", "crt-ignore-err", "all"},
			Optional: {"ca-file", "$CA", "verify", "optional"},
			Required: {"ca-file", "$CA", "verify", "required"},
		})
		if err != nil {
			return err
		}
		bind = append(bind, asks...)
		if j.SNI == RequireName {
			bind = append(bind, "strict-sni")
		}
	}
	if j.ProxyProtocol {
		bind = append(bind, "accept-proxy")
	}
	bind = append(bind, j.Extra...)
	conf, err := j.write("haproxy.cfg", "global\nlog stdout format raw local0 debug\nmaxconn 100\n"+strings.Join(global, "\n")+`
defaults
mode http
log global
option httplog
timeout client 30s
timeout server 30s
timeout connect 5s
frontend peer
`+strings.Join(bind, " ")+"\nhttp-request return status 200 content-type text/plain string ok\n")
	if err != nil {
		return err
	}
	j.argv = []string{"/usr/sbin/haproxy", "-db", "-f", conf}
	return j.useOpenSSLConf()
}

func haproxyVersion(v iana.Version) string {
	if v == iana.TLS10 {
		return "TLSv1.0"
	}
	return opensslNames[v]
}

// joinPEM writes a chain and its key as one file.
func (j *job) joinPEM(name string, p pair) (string, error) {
	cert, err := os.ReadFile(p.cert)
	if err != nil {
		return "", err
	}
	key, err := os.ReadFile(p.key)
	if err != nil {
		return "", err
	}
	return j.write(name, string(cert)+string(key))
}
