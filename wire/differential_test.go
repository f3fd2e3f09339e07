package wire

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"reflect"
	"slices"
	"testing"

	"github.com/parley-tls/parley/iana"
)

var errSeen = errors.New("the hello was seen")

// goReads hands stream to crypto/tls as a server and returns what it read.
func goReads(t *testing.T, stream []byte) *tls.ClientHelloInfo {
	t.Helper()
	client, server := net.Pipe()
	defer client.Close()
	defer server.Close()
	go func() { client.Write(stream); io.Copy(io.Discard, client) }()
	var seen *tls.ClientHelloInfo
	err := tls.Server(server, &tls.Config{
		MinVersion: tls.VersionTLS10,
		GetConfigForClient: func(info *tls.ClientHelloInfo) (*tls.Config, error) {
			seen = info
			return nil, errSeen
		},
	}).Handshake()
	if seen == nil {
		t.Fatalf("crypto/tls does not read the hello: %v", err)
	}
	return seen
}

// goWrites returns the hello of a crypto/tls client, as records.
func goWrites(config *tls.Config) []byte {
	client, server := net.Pipe()
	defer client.Close()
	go tls.Client(client, config).Handshake()
	buf := make([]byte, 1<<15)
	n, _ := server.Read(buf)
	server.Close()
	return buf[:n]
}

func numbers[T, U ~uint16](v []T) []U {
	out := make([]U, len(v))
	for i := range v {
		out[i] = U(v[i])
	}
	return out
}

func TestAHelloIsReadAsCryptoTLSReadsIt(t *testing.T) {
	t.Parallel()
	streams := helloRecords(t)
	for name, config := range map[string]*tls.Config{
		"go client":                {ServerName: "shop.example", NextProtos: []string{"h2", "http/1.1"}},
		"go client, 1.2":           {InsecureSkipVerify: true, MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{0xc02f, 0x009c}},
		"go client, one group":     {ServerName: "shop.example", CurvePreferences: []tls.CurveID{tls.CurveP384}},
		"go client, 1.0 to 1.1":    {ServerName: "shop.example", MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11},
		"go client, 1.3 and later": {ServerName: "shop.example", MinVersion: tls.VersionTLS13},
	} {
		streams[name] = goWrites(config)
	}
	for name, stream := range streams {
		h, err := ParseClientHello(helloBody(t, stream))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		info := goReads(t, AppendRecords(nil, iana.ContentHandshake, iana.TLS10, h.Message()))
		check := func(what string, got, want any) {
			t.Helper()
			if g := reflect.ValueOf(got); g.Kind() == reflect.Slice && g.Len() == 0 && reflect.ValueOf(want).Len() == 0 {
				return
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%s: %s = %v, crypto/tls reads %v", name, what, got, want)
			}
		}
		check("suites", numbers[iana.Suite, uint16](h.Suites), info.CipherSuites)
		sni, _ := h.ServerName()
		check("server name", sni, info.ServerName)
		check("groups", numbers[iana.Group, tls.CurveID](h.Groups()), info.SupportedCurves)
		check("schemes", numbers[iana.Scheme, tls.SignatureScheme](h.Schemes()), info.SignatureSchemes)
		check("ALPN", h.ALPN(), info.SupportedProtos)
		check("extensions", numbers[iana.ExtensionType, uint16](extensionTypes(h)), info.Extensions)
		for _, v := range []iana.Version{iana.TLS10, iana.TLS11, iana.TLS12, iana.TLS13} {
			check("offers "+v.String(), h.Offers(v), slices.Contains(info.SupportedVersions, uint16(v)))
		}
	}
}
