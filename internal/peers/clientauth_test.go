package peers

import (
	"bytes"
	"cmp"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os/exec"
	"reflect"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/internal/golden"
)

// requests are what a client of a protocol other than HTTP says first; a mail
// server speaks first, and is sent nothing.
var requests = map[Stack]string{
	Postfix:    "",
	Dovecot:    "",
	PostgreSQL: "\x00\x00\x00\x14\x00\x03\x00\x00user\x00peers\x00\x00",
	Redis:      "PING\r\n",
	Mosquitto:  "\x10\x0d\x00\x04MQTT\x04\x02\x00\x3c\x00\x01p",
	Slapd:      "\x30\x0c\x02\x01\x01\x60\x07\x02\x01\x03\x04\x00\x80\x00",
}

// meet connects to s with a client certificate (none for ""), says the first
// words of its protocol, and tells how far it got.
func meet(t *testing.T, s *Server, version iana.Version, kind ClientKind) string {
	t.Helper()
	conn, err := net.Dial("tcp", s.Addr.String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(10 * time.Second))
	if s.Stack == PostgreSQL {
		conn.Write([]byte{0, 0, 0, 8, 4, 210, 22, 47})
		io.ReadFull(conn, make([]byte, 1))
	}
	config := &tls.Config{InsecureSkipVerify: true, ServerName: Name, MinVersion: uint16(version), MaxVersion: uint16(version), Renegotiation: tls.RenegotiateOnceAsClient}
	for _, suite := range goSuites() {
		config.CipherSuites = append(config.CipherSuites, suite.ID)
	}
	asked := 0
	config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
		asked++
		if kind == "" {
			return &tls.Certificate{}, nil
		}
		c, err := Client(kind)
		return &c, err
	}
	c := tls.Client(conn, config)
	if err := c.Handshake(); err != nil {
		return fmt.Sprintf("asked %d, refused: %s", asked, ending(err))
	}
	before := asked
	request, other := requests[s.Stack]
	if !other {
		request = "GET / HTTP/1.0\r\nHost: " + Name + "\r\n\r\n"
	}
	c.Write([]byte(request)) // what was said to it before is still to be read
	line := make([]byte, 512)
	n, err := c.Read(line)
	line = line[:n]
	if s.Stack == PostgreSQL && bytes.Contains(line, []byte("57P03")) {
		return meet(t, s, version, kind) // it listens before it is ready
	}
	said := fmt.Sprintf("asked %d", before)
	if asked > before {
		said += fmt.Sprintf(" and %d later", asked-before)
	}
	words := strings.Fields(string(line))
	switch {
	case len(line) == 0:
		return said + ", finished: " + ending(err)
	case !other && len(words) > 1:
		return said + ", finished: HTTP " + words[1]
	}
	return fmt.Sprintf("%s, finished: %.4q", said, line)
}

// ending names how a server ended a connection.
func ending(err error) string {
	var op *net.OpError
	var timeout net.Error
	switch {
	case errors.As(err, &op) && op.Op == "remote error":
		return iana.Alert(reflect.ValueOf(op.Err).Uint()).String()
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "closed" // FIN or RST: it depends on whether our request came first
	case errors.As(err, &timeout) && timeout.Timeout():
		return "silence"
	}
	return err.Error()
}

// TestWhatEachStackDoesWithClientCertificates holds what the stacks were seen
// to do, for the tests of what is made of it.
func TestWhatEachStackDoesWithClientCertificates(t *testing.T) {
	matrix(t)
	var mu sync.Mutex
	var rows []string
	t.Run("meet", func(t *testing.T) {
		for _, stack := range Stacks() {
			for _, auth := range drivers[stack].auths {
				for _, version := range []iana.Version{iana.TLS12, iana.TLS13} {
					c := Config{Versions: []iana.Version{version}, ClientAuth: auth}
					if !slices.Contains(drivers[stack].versions, version) || nodeVersions[stack] != "" && stack != Node8 {
						continue
					}
					if stack == PostgreSQL {
						c.StartTLS = "postgres"
					}
					t.Run(fmt.Sprint(stack, "/", auth, "/", version), func(t *testing.T) {
						t.Parallel()
						s := Start(t, stack, c)
						met := map[string][]string{}
						for _, kind := range append([]ClientKind{""}, ClientKinds...) {
							how := meet(t, s, version, kind)
							met[how] = append(met[how], cmp.Or(string(kind), "none"))
						}
						mu.Lock()
						defer mu.Unlock()
						for how, kinds := range met {
							rows = append(rows, fmt.Sprintf("%-10s  %-13s  %s  %-45s %s", stack, auth, version, how, strings.Join(kinds, " ")))
						}
					})
				}
			}
		}
	})
	slices.Sort(rows)
	golden.AssertString(t, "testdata/clientauth.txt", strings.Join(rows, "\n")+"\n")
}

func TestAClientThatOffersPostHandshakeAuthIsAskedAfterItsRequest(t *testing.T) {
	cert, key := ClientFiles(t, TrustedClient)
	for _, stack := range []Stack{Apache, NSS} {
		t.Run(string(stack), func(t *testing.T) {
			t.Parallel()
			s := Start(t, stack, Config{Versions: []iana.Version{iana.TLS13}, ClientAuth: RequiredLater})
			for _, tt := range []struct {
				flags []string
				want  bool
			}{
				{flags: []string{"-enable_pha", "-cert", cert, "-key", key}, want: true},
				{flags: []string{"-enable_pha"}},
				{flags: []string{"-cert", cert, "-key", key}},
			} {
				cmd := exec.CommandContext(t.Context(), "openssl", append([]string{"s_client", "-connect", s.Addr.String(), "-tls1_3", "-quiet"}, tt.flags...)...)
				cmd.Stdin = strings.NewReader("GET / HTTP/1.0\r\nHost: " + Name + "\r\n\r\n")
				out, _ := cmd.CombinedOutput()
				if got := strings.Contains(string(out), " 200 OK"); got != tt.want {
					t.Errorf("s_client %v is served: %t, want %t\n%s", tt.flags, got, tt.want, out)
				}
			}
		})
	}
}
