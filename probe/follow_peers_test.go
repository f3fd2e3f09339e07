package probe

import (
	"crypto"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/internal/golden"
	"github.com/parley-tls/parley/internal/peers"
	"github.com/parley-tls/parley/wire"
)

// request is what a follower asks of a web server.
const request = "GET / HTTP/1.0\r\nHost: " + peers.Name + "\r\n\r\n"

// wholly makes an attempt go through the handshake.
func wholly(a parley.Attempt, until parley.Stop, cert *parley.ClientCert) parley.Attempt {
	a.Until, a.Cert = until, cert
	if until == parley.StopReply {
		a.Request = []byte(request)
	}
	return a.Identify()
}

// plainALPN is a hello without ALPN, so that a server answers in the protocol in
// which it is asked.
func plainALPN(h *wire.ClientHello) *wire.ClientHello {
	h.SetALPN([]string{"http/1.1"})
	return h
}

// how tells in a line how an attempt went: what the server asked, how it ended,
// and what it had said since our second flight.
func how(a parley.Attempt, r parley.Reply) string {
	ans := r.AnswerTo(a)
	s := summary(r)
	if ans.AsksClient == parley.Yes {
		s = "asked, " + s
	}
	after := false
	var said []string
	for _, e := range r.Events {
		if e.From == parley.ClientSide {
			after = after || e.Item.Type != iana.TypeClientHello
			continue
		}
		if !after {
			continue
		}
		word := e.Item.Kind.String()
		switch {
		case e.Item.Kind == wire.KindApplicationData:
			word, _, _ = strings.Cut(string(e.Item.Raw), "\r\n")
		case e.Item.HasType:
			word = e.Item.Type.String()
		case e.Item.Kind == wire.KindAlert:
			word = e.Item.Alert.Description.String()
		}
		if len(said) == 0 || said[len(said)-1] != word {
			said = append(said, word)
		}
	}
	if len(said) > 0 {
		s += " (" + strings.Join(said, ", ") + ")"
	}
	if r.Unfollowed != "" {
		s += " unfollowed: " + r.Unfollowed
	}
	return s
}

// certificates are what the attempts present.
func certificates(t *testing.T) []*parley.ClientCert {
	t.Helper()
	list := []*parley.ClientCert{nil, parley.ThrowAway}
	for _, kind := range []peers.ClientKind{peers.TrustedClient, peers.UntrustedClient} {
		c, err := peers.Client(kind)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, &parley.ClientCert{Name: string(kind), Chain: c.Certificate, Key: c.PrivateKey.(crypto.Signer)})
	}
	return list
}

// TestWhatRealServersSayToAWholeHandshake holds how each stack ends a handshake
// that our own keys went through with, by what it does about client certificates.
func TestWhatRealServersSayToAWholeHandshake(t *testing.T) {
	realServer(t)
	certs := certificates(t)
	var mu sync.Mutex
	var rows []string
	t.Run("meet", func(t *testing.T) {
		for _, stack := range []peers.Stack{
			peers.Apache, peers.GnuTLS, peers.Go, peers.HAProxy, peers.Java, peers.NSS, peers.Nginx, peers.Node20, peers.Node8, peers.OpenSSL,
		} {
			for _, auth := range []peers.ClientAuth{peers.NotAsked, peers.Asked, peers.Optional, peers.Required, peers.RequiredLater} {
				for _, v := range []iana.Version{iana.TLS12, iana.TLS13} {
					c := peers.Config{Versions: []iana.Version{v}, ClientAuth: auth}
					if peers.Unsupported(stack, c) != nil {
						continue
					}
					t.Run(fmt.Sprint(stack, "/", auth, "/", v), func(t *testing.T) {
						s := peers.Start(t, stack, c)
						for _, until := range []parley.Stop{parley.StopFinished, parley.StopReply} {
							met := map[string][]string{}
							for _, cert := range certs {
								name := "none"
								if cert != nil {
									name = cert.Name
								}
								a := wholly(attempt(s.Addr, plainALPN(modern(peers.Name))), until, cert)
								r := patient().Do(t.Context(), a)
								met[how(a, r)] = append(met[how(a, r)], name)
								if r.Signature != parley.SignatureByLeaf {
									t.Errorf("the signature is by %v, want %v", r.Signature, parley.SignatureByLeaf)
								}
							}
							mu.Lock()
							for how, names := range met {
								if len(names) == len(certs) {
									names = []string{"any"}
								}
								rows = append(rows, fmt.Sprintf("%-8s %-13v %v %-8v %-30s %s", stack, auth, v, until, strings.Join(names, " "), how))
							}
							mu.Unlock()
						}
					})
				}
			}
		}
	})
	slices.Sort(rows)
	golden.AssertString(t, "testdata/through.txt", strings.Join(rows, "\n")+"\n")
}

// TestEveryStackIsGoneThroughWith meets each server that speaks TLS as a client
// of its protocol does, up to the end and with no certificate.
func TestEveryStackIsGoneThroughWith(t *testing.T) {
	realServer(t)
	upgrades := map[peers.Stack]string{
		peers.Postfix: "smtp", peers.Dovecot: "imap", peers.PostgreSQL: "postgres", peers.MariaDB: "mysql", peers.Slapd: "ldap", peers.Vsftpd: "ftp",
	}
	for _, stack := range peers.Stacks() {
		if stack == peers.SSHD || stack == peers.Squid {
			continue
		}
		t.Run(string(stack), func(t *testing.T) {
			s := peers.Start(t, stack, peers.Config{StartTLS: upgrades[stack]})
			for _, v := range []iana.Version{iana.TLS12, iana.TLS13} {
				h := modern(peers.Name)
				if v == iana.TLS12 {
					h = classic(peers.Name, v)
				}
				h.SetALPN(nil)
				h.Suites = append(h.Suites, iana.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384) // vsftpd has one
				a := attempt(s.Addr, h)
				if p := upgrades[stack]; p != "" {
					a.Prologue = []parley.Step{{Kind: parley.StepStartTLS, Text: p}}
				}
				a = wholly(a, parley.StopFinished, nil)
				r := patient().Do(t.Context(), a)
				if v == iana.TLS13 && r.AnswerTo(a).Unoffered {
					continue // Node.js 0.8 knows nothing of supported_versions
				}
				wentThrough(t, a, r)
			}
		})
	}
}
