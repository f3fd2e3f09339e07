package peers

import (
	"bytes"
	"cmp"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
)

// Beside the real servers stands one twin: no SQL Server runs in Debian. What is
// here is written from [MS-TDS], Sections 2.2.3.1 (packets), 2.2.6.5 (PRELOGIN)
// and 3.3.5.1 (what a server does with one).

func init() {
	drivers[TDSTwin] = &driver{
		version:  []string{"echo", "a twin of SQL Server, from [MS-TDS]"},
		fields:   "CertFile KeyFile Plain StartTLS",
		certs:    []Cert{RSA2048},
		starttls: []string{"mssql"},
		narrow:   true,
		serve:    serveTDS,
	}
}

// serveTDS serves TDS 7.4, whose TLS stands in packets and goes up to 1.2; without
// StartTLS it is TDS 8.0, whose TLS comes first and must agree on its protocol.
func serveTDS(j *job) (stop func(), err error) {
	config := &tls.Config{MaxVersion: tls.VersionTLS12}
	if !j.Plain {
		certificate, err := tls.LoadX509KeyPair(j.certPath, j.keyPath)
		if err != nil {
			return nil, err
		}
		config.Certificates = []tls.Certificate{certificate}
	}
	l, err := net.Listen("tcp", j.addr.String())
	if err != nil {
		return nil, err
	}
	go func() {
		for {
			conn, err := l.Accept()
			if errors.Is(err, net.ErrClosed) {
				return
			}
			go func() {
				defer conn.Close()
				if j.StartTLS == "" && !j.Plain {
					serveStrict(conn, config.Certificates)
					return
				}
				ServeTDS(conn, config, 0)
			}()
		}
	}()
	return func() { l.Close() }, nil
}

func serveStrict(conn net.Conn, certificates []tls.Certificate) {
	s := tls.Server(conn, &tls.Config{Certificates: certificates, GetConfigForClient: func(h *tls.ClientHelloInfo) (*tls.Config, error) {
		if len(h.SupportedProtos) == 0 {
			return nil, errors.New("TDS 8.0 wants ALPN")
		}
		return nil, nil
	}, NextProtos: []string{"tds/8.0"}})
	io.Copy(io.Discard, s)
}

// The types of packets, and what ENCRYPTION says.
const (
	tdsResponse, tdsPrelogin     = 0x04, 0x12
	tdsEncryptOn, tdsEncryptNone = 0x01, 0x02
)

// ServeTDS answers a PRELOGIN and goes through the handshake of c behind it, in
// packets of so many bytes (0: as many as there may be). Then it says in TLS
// alone what it heard. Without a certificate in c it has no TLS.
func ServeTDS(conn net.Conn, c *tls.Config, packet int) error {
	inside := &tdsConn{Conn: conn, packet: cmp.Or(packet, 4096-8), wrapped: true}
	prelogin := make([]byte, 4096)
	n, err := inside.Read(prelogin)
	if err != nil {
		return err
	}
	if wants, err := tdsEncryption(prelogin[:n]); err != nil || wants != tdsEncryptOn {
		return fmt.Errorf("ENCRYPTION is %d, %v; want ENCRYPT_ON", wants, err)
	}
	// VERSION 15.0.2000 and ENCRYPTION.
	answer := []byte{tdsResponse, 1, 0, 26, 0, 0, 1, 0, 0, 0, 11, 0, 6, 1, 0, 17, 0, 1, 0xff, 15, 0, 0x07, 0xd0, 0, 0, tdsEncryptOn}
	if len(c.Certificates) == 0 {
		answer[len(answer)-1] = tdsEncryptNone
	}
	if _, err := conn.Write(answer); err != nil || len(c.Certificates) == 0 {
		return err
	}
	s := tls.Server(inside, c)
	if err := s.Handshake(); err != nil {
		return nil // the client's matter
	}
	inside.wrapped = false
	heard := make([]byte, 256)
	if n, _ := s.Read(heard); n > 0 {
		fmt.Fprintf(s, "heard %q", heard[:n])
	}
	io.Copy(io.Discard, s)
	return nil
}

// tdsEncryption returns what a PRELOGIN says for ENCRYPTION.
func tdsEncryption(b []byte) (byte, error) {
	for i := 0; i+5 <= len(b) && b[i] != 0xff; i += 5 {
		at, n := int(binary.BigEndian.Uint16(b[i+1:])), int(binary.BigEndian.Uint16(b[i+3:]))
		if at+n > len(b) {
			return 0, fmt.Errorf("option %d reaches beyond the packet", b[i])
		}
		if b[i] == 1 && n == 1 {
			return b[at], nil
		}
	}
	return 0, errors.New("no ENCRYPTION")
}

// tdsConn has what is written in packets, and reads packets, while wrapped.
type tdsConn struct {
	net.Conn
	packet  int
	wrapped bool
	in      bytes.Buffer
}

func (c *tdsConn) Write(b []byte) (int, error) {
	if !c.wrapped {
		return c.Conn.Write(b)
	}
	for rest := b; len(rest) > 0; {
		n := min(len(rest), c.packet)
		head := []byte{tdsPrelogin, 0, 0, 0, 0, 0, 0, 0}
		if n == len(rest) {
			head[1] = 1
		}
		binary.BigEndian.PutUint16(head[2:], uint16(n+8))
		if _, err := c.Conn.Write(append(head, rest[:n]...)); err != nil {
			return 0, err
		}
		rest = rest[n:]
	}
	return len(b), nil
}

func (c *tdsConn) Read(b []byte) (int, error) {
	if !c.wrapped && c.in.Len() == 0 {
		return c.Conn.Read(b)
	}
	for c.in.Len() == 0 {
		head := make([]byte, 8)
		if _, err := io.ReadFull(c.Conn, head); err != nil {
			return 0, err
		}
		n := int(binary.BigEndian.Uint16(head[2:])) - 8
		if head[0] != tdsPrelogin || n < 0 || n > 4096-8 {
			return 0, fmt.Errorf("no packet of a PRELOGIN or a handshake: %x", head)
		}
		if _, err := io.CopyN(&c.in, c.Conn, int64(n)); err != nil {
			return 0, err
		}
	}
	return c.in.Read(b)
}
