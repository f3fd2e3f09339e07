package probe

import (
	"bytes"
	"compress/zlib"
	"crypto"
	"crypto/rand"
	"crypto/tls"
	"encoding/binary"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/keys"
	"github.com/parley-tls/parley/wire"
)

// odd13 is a server of 1.3 that does one thing otherwise.
type odd13 struct {
	c           *net.TCPConn
	schedule    *keys.Schedule
	said        keys.Transcript
	half        *keys.Half   // that seals
	application *keys.Secret // of the server's data
}

// send seals a record.
func (s *odd13) send(t iana.ContentType, content []byte) {
	b, err := s.half.Seal(nil, t, content)
	if err != nil {
		panic(err)
	}
	s.c.Write(b)
}

// say adds a message to what was said, and sends it.
func (s *odd13) say(t iana.HandshakeType, body []byte) {
	m := wire.AppendMessage(nil, t, body)
	s.said.Add(m)
	s.send(iana.ContentHandshake, m)
}

// flight13 answers a hello up to the server's Finished; change may return other
// bodies, or nil for a message that is left out.
func flight13(c *net.TCPConn, change func(iana.HandshakeType, []byte) (iana.HandshakeType, []byte)) *odd13 {
	raw := readHello(c)
	hello, err := wire.ParseClientHello(raw[4:])
	if err != nil {
		panic(err)
	}
	s := &odd13{c: c}
	s.said.Add(raw)
	shares := hello.KeyShares()
	share := shares[len(shares)-1]
	public, secret, err := keys.Respond(rand.Reader, share.Group, share.Data)
	if err != nil {
		panic(err)
	}
	key := binary.BigEndian.AppendUint16(nil, uint16(share.Group))
	key = append(binary.BigEndian.AppendUint16(key, uint16(len(public))), public...)
	h := &wire.ServerHello{
		LegacyVersion: iana.TLS12, SessionID: hello.SessionID, Suite: iana.TLS_AES_128_GCM_SHA256,
		Extensions: []wire.Extension{{Type: iana.ExtSupportedVersions, Data: []byte{3, 4}}, {Type: iana.ExtKeyShare, Data: key}},
	}
	s.said.Add(h.Message())
	c.Write(wire.AppendRecords(nil, iana.ContentHandshake, iana.TLS12, h.Message()))
	s.schedule, _ = keys.NewSchedule(h.Suite)
	_, server, err := s.schedule.Handshake(secret, &s.said)
	if err != nil {
		panic(err)
	}
	s.half, _ = server.Half()
	say := func(t iana.HandshakeType, body []byte) {
		if change != nil {
			t, body = change(t, body)
		}
		if body != nil {
			s.say(t, body)
		}
	}
	chain := &wire.Certificate{TLS13: true, Raw: certificate().Certificate}
	say(iana.TypeEncryptedExtensions, (&wire.EncryptedExtensions{}).Body())
	say(iana.TypeCertificate, chain.Body())
	signed := keys.Signed13(wire.FromServer, s.schedule.Hash(&s.said))
	signature, err := keys.Sign(rand.Reader, certificate().PrivateKey.(crypto.Signer), iana.TLS13, iana.SchemeECDSASecp256r1SHA256, signed)
	if err != nil {
		panic(err)
	}
	verify := &wire.CertificateVerify{HasScheme: true, Scheme: iana.SchemeECDSASecp256r1SHA256, Signature: signature}
	say(iana.TypeCertificateVerify, verify.Body())
	finished, _ := server.Finished(&s.said)
	say(iana.TypeFinished, finished)
	_, s.application, _ = s.schedule.Application(&s.said)
	s.half, _ = s.application.Half()
	return s
}

// ticket is a NewSessionTicket.
var ticket = (&wire.NewSessionTicket{TLS13: true, Lifetime: 1, Ticket: []byte{1}}).Message()

func TestHostileServersOf13EndWithAReason(t *testing.T) {
	t.Parallel()
	keyUpdate := wire.AppendMessage(nil, iana.TypeKeyUpdate, []byte{1})
	late := func(then func(*odd13)) func(*net.TCPConn) {
		return func(c *net.TCPConn) {
			then(flight13(c, nil))
			untilClosed(c)
		}
	}
	early := func(change func(iana.HandshakeType, []byte) (iana.HandshakeType, []byte)) func(*net.TCPConn) {
		return func(c *net.TCPConn) {
			flight13(c, change)
			untilClosed(c)
		}
	}
	without := func(typ iana.HandshakeType) func(*net.TCPConn) {
		return early(func(x iana.HandshakeType, b []byte) (iana.HandshakeType, []byte) {
			if x == typ {
				return x, nil
			}
			return x, b
		})
	}
	other := func(typ iana.HandshakeType, b []byte) func(*net.TCPConn) {
		return early(func(x iana.HandshakeType, was []byte) (iana.HandshakeType, []byte) {
			if x == typ {
				return x, b
			}
			return x, was
		})
	}
	for _, tc := range []struct {
		name   string
		handle func(*net.TCPConn)
		want   string
	}{
		{"says nothing more", late(func(*odd13) {}), "silence"},
		{"a ticket, then nothing", late(func(s *odd13) { s.send(iana.ContentHandshake, ticket) }), "stopped"},
		{"closes", func(c *net.TCPConn) { flight13(c, nil); c.CloseWrite(); untilClosed(c) }, "stopped"},
		{"resets", func(c *net.TCPConn) {
			s := flight13(c, nil)
			readHello(s.c)
			s.c.SetLinger(0)
		}, "rst"},
		{"an alert in clear", late(func(s *odd13) { s.c.Write([]byte{21, 3, 3, 0, 2, 2, 51}) }), "alert fatal decrypt_error(51)"},
		{"an alert of the wrong level", late(func(s *odd13) { s.send(iana.ContentAlert, []byte{1, 116}) }), "alert warning certificate_required(116)"},
		{"a flood of tickets", late(func(s *odd13) {
			for range 200 {
				s.send(iana.ContentHandshake, ticket)
			}
		}), "limit: more than 64 records or messages"},
		{"endless key updates", late(func(s *odd13) {
			for range 200 {
				s.send(iana.ContentHandshake, keyUpdate)
				s.application, _ = s.application.Update()
				s.half, _ = s.application.Half()
			}
		}), "limit: more than 64 records or messages"},
		{"a key update without new keys", late(func(s *odd13) {
			s.send(iana.ContentHandshake, keyUpdate)
			s.send(iana.ContentHandshake, ticket)
		}), "malformed: record: expected one under the keys of this handshake, got one of 35 bytes that does not decrypt"},
		{"data without end", late(func(s *odd13) {
			for range 100 {
				s.send(iana.ContentApplicationData, make([]byte, 1<<14))
			}
		}), "limit: more than 262144 bytes"},
		{"a record that does not decrypt", late(func(s *odd13) { s.c.Write(append([]byte{23, 3, 3, 0, 40}, make([]byte, 40)...)) }),
			"malformed: record: expected one under the keys of this handshake, got one of 40 bytes that does not decrypt"},
		{"a second Finished", late(func(s *odd13) {
			s.send(iana.ContentHandshake, wire.AppendMessage(nil, iana.TypeFinished, make([]byte, 32)))
		}),
			"malformed: message: expected one that may follow a handshake, got finished"},
		{"another verify_data", other(iana.TypeFinished, make([]byte, 32)), "malformed: Finished: expected the verify_data of this handshake, got another"},
		{"no EncryptedExtensions", without(iana.TypeEncryptedExtensions), "malformed: message: expected encrypted_extensions, got certificate"},
		{"no Certificate", without(iana.TypeCertificate), "malformed: message: expected certificate, got certificate_verify"},
		{"no CertificateVerify", without(iana.TypeCertificateVerify), "malformed: message: expected certificate_verify, got finished"},
		{"an answer to what was not asked", other(iana.TypeEncryptedExtensions, []byte{0, 4, 0, 15, 0, 0}),
			"malformed: EncryptedExtensions: extensions: expected answers to those sent, got heartbeat"},
		{"a scheme not offered", other(iana.TypeCertificateVerify, []byte{8, 7, 0, 0}),
			"malformed: CertificateVerify: algorithm: expected one of the 8 schemes offered, got ed25519"},
		{"a Certificate cut short", other(iana.TypeCertificate, []byte{0, 0, 0, 9}),
			"malformed: Certificate: certificate_list at byte 1: expected 9 bytes, got 0 bytes"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			a := wholly(attempt(serve(t, tc.handle), modern("probe.example")), parley.StopFinished, nil)
			began := time.Now()
			r := prober().Do(t.Context(), a)
			if got := summary(r); got != tc.want {
				t.Errorf("got %q, want %q\n%s", got, tc.want, items(r))
			}
			if took := time.Since(began); took > 3*time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
}

// TestDripsOfDataEnd meets a server that sends a byte of a record at a time.
func TestDripsOfDataEnd(t *testing.T) {
	t.Parallel()
	addr := serve(t, func(c *net.TCPConn) {
		flight13(c, nil)
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		for range tick.C {
			if _, err := c.Write([]byte{23}); err != nil {
				return
			}
		}
	})
	r := prober().Do(t.Context(), wholly(attempt(addr, modern("probe.example")), parley.StopFinished, nil))
	if r.Took > 2*time.Second || r.End == parley.EndStopped {
		t.Errorf("got %s after %v", summary(r), r.Took)
	}
}

func TestCompressedCertificatesAreReadAsFarAsThatGoes(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name       string
		algorithm  byte
		add        int // to the length that is stated
		end        string
		unfollowed string
		read       bool
	}{
		{name: "zlib", algorithm: 1, end: "stopped", read: true},
		{name: "brotli", algorithm: 2, end: "stopped", unfollowed: "the certificate came compressed with brotli"},
		{name: "zlib of another length", algorithm: 1, add: 1, end: "malformed: CompressedCertificate: "},
		{name: "a bomb", algorithm: 1, add: -400, end: "malformed: CompressedCertificate: "},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			addr := serve(t, func(c *net.TCPConn) {
				s := flight13(c, func(typ iana.HandshakeType, body []byte) (iana.HandshakeType, []byte) {
					if typ != iana.TypeCertificate {
						return typ, body
					}
					var packed bytes.Buffer
					w := zlib.NewWriter(&packed)
					w.Write(body)
					w.Close()
					size, n := len(body)+tc.add, packed.Len()
					b := []byte{0, tc.algorithm, byte(size >> 16), byte(size >> 8), byte(size), byte(n >> 16), byte(n >> 8), byte(n)}
					return iana.TypeCompressedCertificate, append(b, packed.Bytes()...)
				})
				s.send(iana.ContentHandshake, ticket)
				untilClosed(c)
			})
			h := modern("probe.example")
			h.SetExtension(iana.ExtCompressCertificate, []byte{4, 0, 1, 0, 2})
			r := prober().Do(t.Context(), wholly(attempt(addr, h), parley.StopFinished, nil))
			if got := summary(r); !strings.HasPrefix(got, tc.end) || r.Unfollowed != tc.unfollowed {
				t.Errorf("got %q, unfollowed %q\n%s", got, r.Unfollowed, items(r))
			}
			if read := strings.Contains(items(r), "server handshake certificate\n"); read != tc.read {
				t.Errorf("the certificate is read: %t, want %t\n%s", read, tc.read, items(r))
			}
			if want := tc.read; want != (r.Signature == parley.SignatureByLeaf) {
				t.Errorf("the signature is by %v", r.Signature)
			}
		})
	}
}

// TestWhoseKeySignedIsTold meets servers whose key is that of the leaf, of
// another certificate that they send, or of none.
func TestWhoseKeySignedIsTold(t *testing.T) {
	t.Parallel()
	good, strange := certificate(), newCertificate()
	for name, tc := range map[string]struct {
		chain [][]byte
		want  parley.Signature
	}{
		"leaf":  {[][]byte{good.Certificate[0], strange.Certificate[0]}, parley.SignatureByLeaf},
		"other": {[][]byte{strange.Certificate[0], good.Certificate[0]}, parley.SignatureByOther},
		"none":  {[][]byte{strange.Certificate[0]}, parley.SignatureByNone},
	} {
		for _, h := range []*wire.ClientHello{modern("probe.example"), classic("probe.example", iana.TLS12), classic("probe.example", iana.TLS11)} {
			addr := goServer(t, &tls.Config{MinVersion: tls.VersionTLS10, Certificates: []tls.Certificate{{Certificate: tc.chain, PrivateKey: good.PrivateKey}}})
			r := prober().Do(t.Context(), wholly(attempt(addr, h), parley.StopFinished, nil))
			if r.Signature != tc.want || r.End != parley.EndStopped {
				t.Errorf("%s, %v: got %v and %s, want %v", name, h.MaxVersion(), r.Signature, summary(r), tc.want)
			}
		}
	}
}

func TestWhatCannotBeFollowedIsSaid(t *testing.T) {
	t.Parallel()
	camellia := func(c *net.TCPConn) {
		readHello(c)
		h := &wire.ServerHello{LegacyVersion: iana.TLS12, Suite: iana.TLS_RSA_WITH_CAMELLIA_128_CBC_SHA, OmitExtensions: true}
		chain := &wire.Certificate{Raw: certificate().Certificate}
		done := wire.AppendMessage(append(h.Message(), chain.Message()...), iana.TypeServerHelloDone, nil)
		c.Write(wire.AppendRecords(nil, iana.ContentHandshake, iana.TLS12, done))
		untilClosed(c)
	}
	h := classic("probe.example", iana.TLS12)
	h.Suites = append(h.Suites, iana.TLS_RSA_WITH_CAMELLIA_128_CBC_SHA)
	a := wholly(attempt(serve(t, camellia), h), parley.StopFinished, nil)
	r := prober().Do(t.Context(), a)
	if !strings.Contains(r.Unfollowed, "CAMELLIA") || r.End != parley.EndStopped || !r.AnswerTo(a).Completes() {
		t.Errorf("got %s, unfollowed %q", summary(r), r.Unfollowed)
	}
	r = prober().Do(t.Context(), attempt(serve(t, camellia), h))
	if r.Unfollowed != "" {
		t.Errorf("an attempt that wants no more says %q", r.Unfollowed)
	}
}

// TestHostileServersOf12EndWithAReason has what crypto/tls says after its
// ChangeCipherSpec changed on the way.
func TestHostileServersOf12EndWithAReason(t *testing.T) {
	t.Parallel()
	const opaque = "malformed: record: expected one under the keys of this handshake, got one of 40 bytes that does not decrypt"
	for _, tc := range []struct {
		name   string
		change func(record []byte) []byte // of the server, after its first flight
		want   string
	}{
		{"nothing changed", func(b []byte) []byte { return b }, "stopped"},
		{"a Finished that does not decrypt", func(b []byte) []byte {
			if b[0] == 22 && len(b) == 45 {
				b[20] ^= 1
			}
			return b
		}, opaque},
		{"no ChangeCipherSpec", func(b []byte) []byte {
			if b[0] == 20 {
				return nil
			}
			return b
		}, ""}, // what is encrypted is read as if in clear, and makes no sense
		{"two of them", func(b []byte) []byte {
			if b[0] == 20 {
				return append(b, b...)
			}
			return b
		}, "malformed: record: expected the server's Finished, got ChangeCipherSpec"},
		{"data in place of the Finished", func(b []byte) []byte {
			if b[0] == 22 && len(b) == 45 {
				b[0] = 23
			}
			return b
		}, opaque},
		{"an alert in clear", func(b []byte) []byte {
			if b[0] == 20 {
				return []byte{21, 3, 3, 0, 2, 2, 49}
			}
			return nil
		}, "alert fatal access_denied(49)"},
		{"a close", func([]byte) []byte { return nil }, "silence"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			addr := serve(t, func(c *net.TCPConn) {
				s := tls.Server(&changing{TCPConn: c, change: tc.change}, &tls.Config{Certificates: []tls.Certificate{certificate()}, MaxVersion: tls.VersionTLS12})
				if s.Handshake() == nil {
					io.Copy(io.Discard, s)
				}
				untilClosed(c)
			})
			h := classic("probe.example", iana.TLS12)
			h.Suites = []iana.Suite{iana.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256}
			r := prober().Do(t.Context(), wholly(attempt(addr, h), parley.StopFinished, nil))
			if got := summary(r); !strings.HasPrefix(got, tc.want) || (r.End == parley.EndStopped) != (tc.want == "stopped") {
				t.Errorf("got %q, want %q\n%s", got, tc.want, items(r))
			}
		})
	}
}

// changing changes each record that a server writes after its first flight.
type changing struct {
	*net.TCPConn
	writes int
	change func([]byte) []byte
}

func (c *changing) Write(b []byte) (int, error) {
	if c.writes++; c.writes == 1 {
		return c.TCPConn.Write(b)
	}
	for rest := b; len(rest) >= 5; {
		n := 5 + int(rest[3])<<8 + int(rest[4])
		c.TCPConn.Write(c.change(bytes.Clone(rest[:n])))
		rest = rest[n:]
	}
	return len(b), nil
}

// TestAVersionThatWasNotListedEndsTheHandshake holds for a server that reads
// legacy_version alone: the client ends what it selects.
func TestAVersionThatWasNotListedEndsTheHandshake(t *testing.T) {
	t.Parallel()
	h := modern("probe.example")
	h.SetSupportedVersions([]iana.Version{iana.TLS13})
	addr := serve(t, func(c *net.TCPConn) {
		readHello(c)
		s := &wire.ServerHello{LegacyVersion: iana.TLS12, Suite: iana.TLS_RSA_WITH_AES_128_CBC_SHA, OmitExtensions: true}
		chain := &wire.Certificate{Raw: certificate().Certificate}
		done := wire.AppendMessage(append(s.Message(), chain.Message()...), iana.TypeServerHelloDone, nil)
		c.Write(wire.AppendRecords(nil, iana.ContentHandshake, iana.TLS12, done))
		untilClosed(c)
	})
	a := wholly(attempt(addr, h), parley.StopFinished, nil)
	r := prober().Do(t.Context(), a)
	if ans := r.AnswerTo(a); r.End != parley.EndStopped || !ans.Unoffered || strings.Contains(items(r), "client ") {
		t.Errorf("got %s\n%s", summary(r), items(r))
	}
}
