package peers

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strconv"

	"github.com/quic-go/quic-go"
)

func init() {
	drivers[QUICGo] = &driver{
		fields: "Groups Cert CertFile KeyFile Chain ClientAuth ClientCA ALPN SNI Extra",
		certs:  allCerts,
		sni:    []SNIPolicy{RejectUnknown, RequireName},
		auths:  []ClientAuth{Asked, Optional, Required},
		narrow: true, udp: true,
		serve: serveQUIC,
	}
	drivers[NGTCP2] = &driver{
		programs: []string{"gtlsserver"},
		version:  []string{"dpkg-query", "-W", "ngtcp2-server"},
		fields:   "Ciphers Groups Cert CertFile KeyFile Chain Extra",
		certs:    allCerts,
		narrow:   true, udp: true,
		prepare: func(j *job) error {
			argv := append([]string{"gtlsserver", "--quiet", "--no-quic-dump", "--no-http-dump", "--htdocs=" + j.dir}, j.Extra...)
			if j.Ciphers != "" {
				argv = append(argv, "--ciphers="+j.Ciphers)
			}
			if j.Groups != "" {
				argv = append(argv, "--groups="+j.Groups)
			}
			j.argv = append(argv, j.addr.Addr().String(), strconv.Itoa(int(j.addr.Port())), j.keyPath, j.certPath)
			return nil
		},
	}
}

// serveQUIC serves quic-go from the test process itself. Extra is "retry": each
// client has to show that its address is its own; "1" or "2": that version of QUIC
// alone.
func serveQUIC(j *job) (func(), error) {
	config, err := j.goConfig()
	if err != nil {
		return nil, err
	}
	conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(j.addr))
	if err != nil {
		return nil, err
	}
	t := &quic.Transport{Conn: conn}
	over := &quic.Config{Versions: []quic.Version{quic.Version1, quic.Version2}}
	for _, word := range j.Extra {
		switch word {
		case "retry":
			t.VerifySourceAddress = func(net.Addr) bool { return true }
		case "1":
			over.Versions = []quic.Version{quic.Version1}
		case "2":
			over.Versions = []quic.Version{quic.Version2}
		default:
			conn.Close()
			return nil, fmt.Errorf("it knows no flag %q", word)
		}
	}
	config.NextProtos = slices.Clone(j.ALPN)
	l, err := t.Listen(config, over)
	if err != nil {
		conn.Close()
		return nil, err
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			if _, err := l.Accept(context.Background()); err != nil {
				return
			}
		}
	}()
	return func() { l.Close(); t.Close(); conn.Close(); <-done }, nil
}
