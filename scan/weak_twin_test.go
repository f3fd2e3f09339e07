package scan

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/binary"
	"io"
	"math/big"
	"net"
	"slices"
	"testing"
	"time"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/survey"
	"github.com/parley-tls/parley/target"
	"github.com/parley-tls/parley/wire"
)

// twin is a server of 1.2 with one suite of DHE, up to the end of its first flight,
// for what no server of today can be told to do.
type twin struct {
	compresses bool // where it is offered
	reuses     bool // its public value
	bits       int  // of its prime
	leaf       []byte
}

func (w *twin) listen(t *testing.T) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "twin"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	if w.leaf, err = x509.CreateCertificate(rand.Reader, c, c, key.Public(), key); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go w.serve(conn)
		}
	}()
	return l.Addr().String()
}

func (w *twin) serve(conn net.Conn) {
	defer conn.Close()
	d := wire.NewDecoder(wire.FromClient)
	buf := make([]byte, 4096)
	for {
		n, err := conn.Read(buf)
		if err != nil {
			return
		}
		d.Write(buf[:n])
		if it, ok := d.Next(); ok {
			hello, is := it.Message.(*wire.ClientHello)
			conn.Write(w.answer(hello, is))
			break
		}
	}
	conn.(*net.TCPConn).CloseWrite()
	io.Copy(io.Discard, conn)
}

const twinSuite = iana.Suite(0x009e) // TLS_DHE_RSA_WITH_AES_128_GCM_SHA256

func (w *twin) answer(h *wire.ClientHello, is bool) []byte {
	refuse := func(d iana.Alert) []byte {
		return wire.AppendRecords(nil, iana.ContentAlert, iana.TLS12, wire.Alert{Level: 2, Description: d}.Append(nil))
	}
	switch {
	case !is || h.LegacyVersion != iana.TLS12 || len(h.SupportedVersions()) > 0 && !slices.Contains(h.SupportedVersions(), iana.TLS12):
		return refuse(iana.AlertProtocolVersion)
	case !h.HasSuite(twinSuite):
		return refuse(iana.AlertHandshakeFailure)
	}
	sh := &wire.ServerHello{LegacyVersion: iana.TLS12, Suite: twinSuite, Random: [32]byte{1}, OmitExtensions: true}
	if w.compresses && slices.Contains(h.Compression, 1) {
		sh.Compression = 1
	}
	public := make([]byte, w.bits/8)
	if rand.Read(public); w.reuses {
		public = bytes.Repeat([]byte{7}, w.bits/8)
	}
	var params []byte
	for _, field := range [][]byte{bytes.Repeat([]byte{0xff}, w.bits/8), {2}, public} {
		params = append(binary.BigEndian.AppendUint16(params, uint16(len(field))), field...)
	}
	params = append(params, 4, 1, 0, 1, 0) // rsa_pkcs1_sha256, and one byte of signature
	flight := sh.Message()
	list := append([]byte{0, byte(len(w.leaf) >> 8), byte(len(w.leaf))}, w.leaf...)
	flight = append(flight, wire.AppendMessage(nil, iana.TypeCertificate, append([]byte{0, byte(len(list) >> 8), byte(len(list))}, list...))...)
	flight = append(flight, wire.AppendMessage(nil, iana.TypeServerKeyExchange, params)...)
	flight = append(flight, wire.AppendMessage(nil, iana.TypeServerHelloDone, nil)...)
	return wire.AppendRecords(nil, iana.ContentHandshake, iana.TLS12, flight)
}

func TestWhatNoServerOfTodayDoesIsSeenAtATwin(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		twin twin
		yes  string
	}{
		{"compresses", twin{compresses: true, bits: 2048}, "crime"},
		{"reuses its key", twin{reuses: true, bits: 2048}, "reused-dh-key"},
		{"short prime", twin{bits: 1536}, "short-prime"},
		{"none of these", twin{bits: 2048}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			res, err := Run(t.Context(), Options{Question: target.Question{Text: tt.twin.listen(t)}, Depth: survey.DepthFull, Dialer: &onlyLoopback{}})
			if err != nil {
				t.Fatal(err)
			}
			found := res.Endpoints[0].Weaknesses()
			for _, f := range found {
				t.Logf("%s %s %s: %s", f.Is, f.Severity, f.ID, f.Why)
			}
			compareWeak(t, found, tt.yes+" renegotiation no-extended-master-secret no-current-version", "client-renegotiation short-key broken-key broken-digest")
		})
	}
}
