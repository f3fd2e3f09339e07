package check_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/check"
	"github.com/parley-tls/parley/trust"
)

// publisher says where the next issuer is in each issuer that it gives out.
type publisher struct {
	*httptest.Server
	asked atomic.Int32
}

// publish starts a publisher; answer gets the number of the request, from one.
func publish(t *testing.T, answer func(p *publisher, w http.ResponseWriter, r *http.Request, n int)) *publisher {
	t.Helper()
	p := &publisher{}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer(p, w, r, int(p.asked.Add(1)))
	}))
	t.Cleanup(p.Close)
	return p
}

// level is the certificate n steps above the leaf, which is level 0. Each is
// issued by the next, which none of them is.
func (p *publisher) level(t *testing.T, n int, key, parent crypto.Signer) []byte {
	t.Helper()
	name := func(n int) pkix.Name { return pkix.Name{CommonName: fmt.Sprintf("level %d", n)} }
	cert := &x509.Certificate{
		SerialNumber: big.NewInt(int64(n) + 1), Subject: name(n), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		BasicConstraintsValid: true, IsCA: n > 0, IssuingCertificateURL: []string{fmt.Sprintf("%s/%d", p.URL, n+1)},
	}
	if n == 0 {
		cert.DNSNames = []string{"shop.parley.test"}
	}
	der, err := x509.CreateCertificate(rand.Reader, cert, &x509.Certificate{Subject: name(n + 1)}, key.Public(), parent)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func TestWhatPublishesIssuersCannotHoldACheckUp(t *testing.T) {
	t.Parallel()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		name   string
		answer func(p *publisher, w http.ResponseWriter, r *http.Request, n int)
		asked  int32 // requests
		err    string
	}{
		{name: "issuers without end", asked: 4, answer: func(p *publisher, w http.ResponseWriter, r *http.Request, n int) {
			w.Write(p.level(t, n, key, key))
		}},
		{name: "one issuer again and again", asked: 1, answer: func(p *publisher, w http.ResponseWriter, r *http.Request, n int) {
			w.Write(p.level(t, 0, key, key))
		}},
		{name: "none", asked: 1, err: "HTTP 404 Not Found", answer: func(p *publisher, w http.ResponseWriter, r *http.Request, n int) {
			http.NotFound(w, r)
		}},
		{name: "a page", asked: 1, err: "no certificate", answer: func(p *publisher, w http.ResponseWriter, r *http.Request, n int) {
			fmt.Fprint(w, "<html>sign in</html>")
		}},
		{name: "a body without end", asked: 1, err: fmt.Sprintf("more than %d bytes", trust.MaxIssuers), answer: func(p *publisher, w http.ResponseWriter, r *http.Request, n int) {
			for chunk := bytes.Repeat([]byte("0"), 1<<16); r.Context().Err() == nil; {
				if _, err := w.Write(chunk); err != nil {
					return
				}
			}
		}},
		{name: "redirects without end", asked: 4, err: "HTTP 302 Found", answer: func(p *publisher, w http.ResponseWriter, r *http.Request, n int) {
			http.Redirect(w, r, fmt.Sprintf("/%d", n), http.StatusFound)
		}},
		{name: "a redirect to a file", asked: 1, err: "HTTP 302 Found", answer: func(p *publisher, w http.ResponseWriter, r *http.Request, n int) {
			http.Redirect(w, r, "file:///etc/ssl/certs/ca-certificates.crt", http.StatusFound)
		}},
		{name: "a reset", asked: 1, err: "reset", answer: func(p *publisher, w http.ResponseWriter, r *http.Request, n int) {
			c, _, err := w.(http.Hijacker).Hijack()
			if err == nil {
				c.(*net.TCPConn).SetLinger(0)
				c.Close()
			}
		}},
	} {
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			p := publish(t, x.answer)
			a := checkBehind(t, p, key)
			if got := p.asked.Load(); got != x.asked {
				t.Errorf("%d requests, want %d", got, x.asked)
			}
			var errs []string
			for _, i := range a.Evidence.Issuers {
				if i.Err != "" {
					errs = append(errs, i.Err)
				}
			}
			if got := strings.Join(errs, "; "); (x.err == "") != (got == "") || !strings.Contains(got, x.err) {
				t.Errorf("errors %q, want %q", got, x.err)
			}
			for _, f := range a.Result.Findings {
				if f.Cause == "chain.incomplete" && f.Certainty >= parley.Seen {
					t.Errorf("%s is %v, and no issuer leads to a root", f.Cause, f.Certainty)
				}
			}
			if a.Result.Verdict == parley.VerdictOK {
				t.Error("a leaf without a path to a root is fine")
			}
		})
	}
}

// checkBehind checks a server whose leaf names the publisher, with --aia.
func checkBehind(t *testing.T, p *publisher, key crypto.Signer) *check.Answer {
	t.Helper()
	conf := &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{p.level(t, 0, key, key)}, PrivateKey: key}}}
	at, stop := serving(t, func(c net.Conn) { tls.Server(c, conf).Handshake() })
	defer stop()
	o := asking(at.String())
	o.SNI, o.Prober, o.FetchIssuers = "shop.parley.test", patient(), true
	root, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "root"}, NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}, &x509.Certificate{Subject: pkix.Name{CommonName: "root"}}, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	o.Trust = []parley.Store{{Name: "system", Roots: [][]byte{root}}}
	a, err := check.Run(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	return a
}
