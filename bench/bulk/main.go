// Command bulk is the other half of bench/bulk.sh: a server that answers at
// every loopback address, and the least that a probe of many can do, against
// which parley's time is held.
package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"flag"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/netip"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

func main() {
	at := flag.String("serve", "", "serve TLS at `PORT` of every loopback address")
	highest := flag.String("max", "1.3", "the highest version of the server: 1.2 or 1.3")
	refuse := flag.Bool("refuse", false, "the server refuses every hello with an alert")
	list := flag.String("floor", "", "connect, one hello, one record, close, for each address of `FILE`")
	workers := flag.Int("c", 64, "of the floor: connections at once")
	flag.Parse()
	var err error
	switch {
	case *at != "":
		err = serve(*at, *highest, *refuse)
	case *list != "":
		err = floor(*list, *workers)
	default:
		flag.Usage()
		os.Exit(2)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bulk:", err)
		os.Exit(1)
	}
}

// serve answers until it is ended. Only loopback peers are served.
func serve(port, highest string, refuse bool) error {
	cert, err := certificate()
	if err != nil {
		return err
	}
	config := &tls.Config{Certificates: []tls.Certificate{cert}, MaxVersion: tls.VersionTLS13, NextProtos: []string{"h2", "http/1.1"}}
	if highest == "1.2" {
		config.MaxVersion = tls.VersionTLS12
	}
	if refuse {
		config.GetConfigForClient = func(*tls.ClientHelloInfo) (*tls.Config, error) {
			return &tls.Config{Certificates: config.Certificates, MinVersion: tls.VersionTLS13 + 1}, nil
		}
	}
	l, err := net.Listen("tcp4", ":"+port)
	if err != nil {
		return err
	}
	for {
		c, err := l.Accept()
		if err != nil {
			return err
		}
		if a, ok := c.RemoteAddr().(*net.TCPAddr); !ok || !a.IP.IsLoopback() {
			c.Close()
			continue
		}
		go func() {
			defer c.Close()
			c.SetDeadline(time.Now().Add(5 * time.Second))
			tls.Server(c, config).Handshake() // how it ends is the client's matter
		}()
	}
}

// certificate makes a self-signed certificate.
func certificate() (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "shop.example"}, DNSNames: []string{"shop.example"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, leaf, leaf, key.Public(), key)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, err
}

// floor asks every address the same bytes and reads one record.
func floor(file string, workers int) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	hello := wire.AppendRecords(nil, iana.ContentHandshake, iana.TLS10, parley.WholeHello(iana.TLS13, "").Message())
	addrs := make(chan netip.AddrPort)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			dialer, in := net.Dialer{KeepAlive: -1}, make([]byte, 17<<10)
			for at := range addrs {
				c, err := dialer.Dial("tcp", at.String())
				if err != nil {
					fmt.Fprintln(os.Stderr, err)
					continue
				}
				c.SetDeadline(time.Now().Add(5 * time.Second))
				c.Write(hello)
				io.ReadAtLeast(c, in, 5)
				c.(*net.TCPConn).SetLinger(0)
				c.Close()
			}
		})
	}
	for line := range strings.Lines(string(text)) {
		at, err := netip.ParseAddrPort(strings.TrimSpace(line))
		if err != nil {
			return err
		}
		addrs <- at
	}
	close(addrs)
	wg.Wait()
	return nil
}
