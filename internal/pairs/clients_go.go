package pairs

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/netip"
	"runtime"
	"strings"
	"time"

	"github.com/parley-tls/parley/iana"
)

var goVersion = "crypto/tls of " + runtime.Version()

// runGo handshakes in this process. The options: min= max= (versions), suites=
// (registry names), groups= (registry names), name=, alpn=.
func (c ClientSpec) runGo(to netip.AddrPort) (printed, error) {
	config := &tls.Config{InsecureSkipVerify: true, ClientSessionCache: nil}
	for _, o := range c.Options {
		name, value, _ := strings.Cut(o, "=")
		list := strings.FieldsFunc(value, func(r rune) bool { return r == ':' })
		switch name {
		case "min", "max":
			v, err := iana.ParseVersion(value)
			if err != nil {
				return printed{}, err
			}
			if name == "min" {
				config.MinVersion = uint16(v)
			} else {
				config.MaxVersion = uint16(v)
			}
		case "suites":
			for _, s := range list {
				id, err := iana.ParseSuite(s)
				if err != nil {
					return printed{}, err
				}
				config.CipherSuites = append(config.CipherSuites, uint16(id))
			}
		case "groups":
			for _, s := range list {
				id, err := iana.ParseGroup(s)
				if err != nil {
					return printed{}, err
				}
				config.CurvePreferences = append(config.CurvePreferences, tls.CurveID(id))
			}
		case "name":
			config.ServerName = value
		case "alpn":
			config.NextProtos = list
		default:
			return printed{}, fmt.Errorf("pairs: go has no option %q", o)
		}
	}
	ctx, stop := context.WithTimeout(context.Background(), patience)
	defer stop()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", to.String())
	if err != nil {
		return printed{}, err
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(patience))
	client := tls.Client(conn, config)
	if err := client.HandshakeContext(ctx); err != nil {
		return printed{text: err.Error()}, nil
	}
	p := printed{ok: true}
	if certs := client.ConnectionState().PeerCertificates; len(certs) > 0 {
		p.key = certs[0].PublicKeyAlgorithm.String()
	}
	return p, nil
}
