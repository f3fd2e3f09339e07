package scan

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ocsp"
	"golang.org/x/net/dns/dnsmessage"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/certificates"
	"github.com/parley-tls/parley/dns"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/internal/peers"
	mine "github.com/parley-tls/parley/pkix"
	"github.com/parley-tls/parley/survey"
	"github.com/parley-tls/parley/target"
)

// TestAChainIsJudgedAsItIsSent holds what a scan says of the chains of real
// servers against what is wrong with them.
func TestAChainIsJudgedAsItIsSent(t *testing.T) {
	for _, tt := range []struct {
		chain             string
		stack             peers.Stack
		complete, ordered parley.Truth
		builds            parley.Truth
		problems          string
	}{
		{"good", peers.Nginx, parley.Yes, parley.Yes, parley.Yes, ""},
		{"good", peers.GnuTLS, parley.Yes, parley.Yes, parley.Yes, ""},
		{"p256", peers.OpenSSL, parley.Yes, parley.Yes, parley.Yes, ""},
		{"root-sent", peers.Nginx, parley.Yes, parley.Yes, parley.Yes, "root-sent"},
		{"superfluous", peers.Nginx, parley.Yes, parley.Yes, parley.Yes, "superfluous"},
		{"repeated-leaf", peers.OpenSSL, parley.Yes, parley.Yes, parley.Yes, "superfluous"},
		{"wrong-order", peers.OpenSSL, parley.Yes, parley.No, parley.Yes, "wrong-order"},
		{"missing-intermediate", peers.Nginx, parley.Unknown, parley.Yes, parley.No, ""},
		{"self-signed", peers.Nginx, parley.Yes, parley.Yes, parley.No, ""},
		{"untrusted-root-sent", peers.OpenSSL, parley.Yes, parley.Yes, parley.No, ""},
		{"expired", peers.Nginx, parley.Yes, parley.Yes, parley.Yes, "expired"},
		{"expired-intermediate", peers.Nginx, parley.Yes, parley.Yes, parley.No, "expired"},
		{"wrong-host", peers.Nginx, parley.Yes, parley.Yes, parley.Yes, "name-mismatch"},
		{"cn-only", peers.Nginx, parley.Yes, parley.Yes, parley.Yes, "no-san"},
		{"not-a-ca", peers.OpenSSL, parley.Yes, parley.Yes, parley.No, "not-ca wrong-key-usage"},
		{"must-staple", peers.Nginx, parley.Yes, parley.Yes, parley.Yes, "no-staple"},
		{"client-eku", peers.OpenSSL, parley.Yes, parley.Yes, parley.Yes, "wrong-ext-key-usage"},
		{"sha1", peers.OpenSSL, parley.Yes, parley.Yes, parley.Yes, "weak-digest"},
	} {
		t.Run(tt.chain+"/"+string(tt.stack), func(t *testing.T) {
			chain, err := peers.ChainOf(tt.chain)
			if err != nil {
				t.Fatal(err)
			}
			s := peers.Start(t, tt.stack, peers.Config{Versions: []iana.Version{iana.TLS12}, Chain: tt.chain})
			depth := survey.DepthVersions
			if tt.chain == "must-staple" {
				depth = survey.DepthFull // a response has to be asked for
			}
			r := judged(t, s, Options{Depth: depth, Certs: Credentials{Stores: func() []parley.Store { return []parley.Store{{Name: "Lab", Date: "2026-11-22", Roots: chain.Roots}} }}})
			var kinds []string
			for _, p := range r.Problems {
				kinds = append(kinds, p.Kind.String())
			}
			if r.Complete != tt.complete || r.Ordered != tt.ordered || r.Stores[0].Builds != tt.builds || strings.Join(kinds, " ") != tt.problems {
				t.Errorf("complete %v, ordered %v, builds %v (%s), problems %q; want %v, %v, %v, %q", r.Complete, r.Ordered, r.Stores[0].Builds,
					r.Stores[0].Why, kinds, tt.complete, tt.ordered, tt.builds, tt.problems)
			}
		})
	}
}

// judged scans a server and returns what is said of its one chain.
func judged(t *testing.T, s *peers.Server, o Options) certificates.Report {
	t.Helper()
	o.Question = target.Question{Text: s.Addr.String(), SNI: peers.Name}
	o.Now, o.Dialer = time.Now(), &onlyLoopback{}
	res, err := Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(res.Endpoints[0].Certificates); n != 1 {
		t.Fatalf("%d chains, want one; learned %v", n, res.Endpoints[0].Learned())
	}
	return res.Endpoints[0].Certificates[0]
}

// office is a CA of its own with what its certificates point to, over HTTP.
type office struct {
	http                       *httptest.Server
	root, middle, leaf, signer *x509.Certificate
	rootKey, middleKey, key    *ecdsa.PrivateKey
	signerKey                  *ecdsa.PrivateKey
	state                      int // of x/crypto/ocsp
	revoked                    []*big.Int
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{state: ocsp.Good}
	mux := http.NewServeMux()
	o.http = httptest.NewServer(mux)
	t.Cleanup(o.http.Close)
	mux.HandleFunc("/middle.der", func(w http.ResponseWriter, _ *http.Request) { w.Write(o.middle.Raw) })
	mux.HandleFunc("/ocsp", func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		q, err := ocsp.ParseRequest(b)
		if err != nil || q.SerialNumber.Cmp(o.leaf.SerialNumber) != 0 {
			w.Write(ocsp.UnauthorizedErrorResponse)
			return
		}
		w.Write(o.respond(t))
	})
	mux.HandleFunc("/crl", func(w http.ResponseWriter, _ *http.Request) {
		list := &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: time.Now().Add(-time.Hour), NextUpdate: time.Now().Add(time.Hour)}
		for _, n := range o.revoked {
			list.RevokedCertificateEntries = append(list.RevokedCertificateEntries, x509.RevocationListEntry{SerialNumber: n, RevocationTime: time.Now().Add(-2 * time.Hour)})
		}
		der, err := x509.CreateRevocationList(rand.Reader, list, o.middle, o.middleKey)
		if err != nil {
			t.Error(err)
		}
		w.Write(der)
	})
	for _, k := range []**ecdsa.PrivateKey{&o.rootKey, &o.middleKey, &o.key, &o.signerKey} {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		*k = key
	}
	ca := func(n int64, name string) *x509.Certificate {
		return &x509.Certificate{
			SerialNumber: big.NewInt(n), Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().AddDate(-1, 0, 0), NotAfter: time.Now().AddDate(1, 0, 0),
			IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		}
	}
	end := func(n int64, usage x509.ExtKeyUsage) *x509.Certificate {
		return &x509.Certificate{
			SerialNumber: new(big.Int).Lsh(big.NewInt(n), 64), Subject: pkix.Name{CommonName: peers.Name}, DNSNames: []string{peers.Name},
			NotBefore: time.Now().AddDate(0, 0, -9), NotAfter: time.Now().AddDate(0, 0, 80), KeyUsage: x509.KeyUsageDigitalSignature,
			ExtKeyUsage: []x509.ExtKeyUsage{usage}, IssuingCertificateURL: []string{o.http.URL + "/middle.der"},
			OCSPServer: []string{o.http.URL + "/ocsp"}, CRLDistributionPoints: []string{o.http.URL + "/crl"},
		}
	}
	sign := func(c, by *x509.Certificate, key crypto.Signer, with *ecdsa.PrivateKey) *x509.Certificate {
		der, err := x509.CreateCertificate(rand.Reader, c, by, key.Public(), with)
		if err != nil {
			t.Fatal(err)
		}
		out, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	o.root = ca(1, "office root")
	o.root = sign(o.root, o.root, o.rootKey, o.rootKey)
	o.middle = sign(ca(2, "office middle"), o.root, o.middleKey, o.rootKey)
	o.leaf = sign(end(3, x509.ExtKeyUsageServerAuth), o.middle, o.key, o.middleKey)
	o.signer = sign(end(4, x509.ExtKeyUsageOCSPSigning), o.middle, o.signerKey, o.middleKey)
	return o
}

// respond is a response about the leaf, by a delegated responder.
func (o *office) respond(t testing.TB) []byte {
	t.Helper()
	der, err := ocsp.CreateResponse(o.middle, o.signer, ocsp.Response{
		Status: o.state, SerialNumber: o.leaf.SerialNumber, ThisUpdate: time.Now().Add(-time.Hour), NextUpdate: time.Now().Add(24 * time.Hour),
		RevokedAt: time.Now().Add(-48 * time.Hour), RevocationReason: ocsp.KeyCompromise, Certificate: o.signer,
	}, o.signerKey)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// serve has nginx present the leaf and what more is given, with a staple if there
// is one.
func (o *office) serve(t *testing.T, versions []iana.Version, staple []byte, more ...*x509.Certificate) *peers.Server {
	t.Helper()
	return o.serveWith(t, peers.Nginx, versions, staple, more...)
}

// serveWith is serve with another server.
func (o *office) serveWith(t *testing.T, stack peers.Stack, versions []iana.Version, staple []byte, more ...*x509.Certificate) *peers.Server {
	t.Helper()
	dir := t.TempDir()
	file := func(name string, b []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	var chain bytes.Buffer
	for _, c := range append([]*x509.Certificate{o.leaf}, more...) {
		pem.Encode(&chain, &pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
	}
	key, err := x509.MarshalPKCS8PrivateKey(o.key)
	if err != nil {
		t.Fatal(err)
	}
	c := peers.Config{Versions: versions, CertFile: file("chain.pem", chain.Bytes()), KeyFile: file("key.pem", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}))}
	if staple != nil {
		response := file("staple.der", staple)
		c.Extra = map[peers.Stack][]string{
			peers.Nginx: {"ssl_stapling on;", "ssl_stapling_file " + response + ";"}, peers.OpenSSL: {"-status_file", response},
			peers.GnuTLS: {"--ocsp-response", response, "--ignore-ocsp-response-errors"},
		}[stack]
	}
	return peers.Start(t, stack, c)
}

func (o *office) stores() []parley.Store {
	return []parley.Store{{Name: "Office", Date: "2026-11-22", Roots: [][]byte{o.root.Raw}}}
}

func TestAStapleIsReadAndJudged(t *testing.T) {
	for i, versions := range [][]iana.Version{{iana.TLS12}, {iana.TLS13}, {iana.TLS12, iana.TLS13}, {iana.TLS12}} {
		stack := []peers.Stack{peers.Nginx, peers.Nginx, peers.OpenSSL, peers.GnuTLS}[i]
		for _, state := range []int{ocsp.Good, ocsp.Revoked} {
			o := newOffice(t)
			o.state = state
			r := judged(t, o.serveWith(t, stack, versions, o.respond(t), o.middle), Options{Depth: survey.DepthFull, Certs: Credentials{Stores: o.stores}})
			want := map[int]mine.State{ocsp.Good: mine.Good, ocsp.Revoked: mine.Revoked}[state]
			if len(r.Revocation) != 1 || r.Revocation[0].Is != want || r.Revocation[0].Kind != certificates.Staple {
				t.Errorf("%v: got %+v, want a staple that says %v", versions, r.Revocation, want)
			}
			if len(r.Problems) > 0 {
				t.Errorf("%v: problems %v", versions, r.Problems)
			}
		}
	}
	o := newOffice(t)
	if r := judged(t, o.serve(t, []iana.Version{iana.TLS12}, nil, o.middle), Options{Depth: survey.DepthFull, Certs: Credentials{Stores: o.stores}}); len(r.Revocation) != 0 {
		t.Errorf("got %+v of a server that staples nothing", r.Revocation)
	}
}

func TestMissingIssuersAreFetchedWhereThatIsAskedFor(t *testing.T) {
	o := newOffice(t)
	s := o.serve(t, []iana.Version{iana.TLS12}, nil)
	r := judged(t, s, Options{Depth: survey.DepthVersions, Certs: Credentials{Stores: o.stores}})
	if r.Complete != parley.No || r.Missing != "CN=office middle" || len(r.Fetched) != 0 || r.Stores[0].Builds != parley.No {
		t.Errorf("complete %v, missing %q, fetched %d, builds %v; want an incomplete chain and nothing fetched", r.Complete, r.Missing, len(r.Fetched), r.Stores[0].Builds)
	}
	r = judged(t, s, Options{Depth: survey.DepthVersions, Certs: Credentials{Stores: o.stores, FetchIssuers: true}})
	if r.Complete != parley.No || len(r.Fetched) != 1 || r.Stores[0].Builds != parley.Yes {
		t.Errorf("complete %v, fetched %d, builds %v; want the issuer fetched, and still an incomplete chain", r.Complete, len(r.Fetched), r.Stores[0].Builds)
	}
	r = judged(t, s, Options{Depth: survey.DepthVersions, Certs: Credentials{FetchIssuers: true}})
	if r.Complete != parley.No || len(r.Fetched) != 1 || len(r.Path) != 2 {
		t.Errorf("no programme has the root: complete %v, fetched %d, path %d; want the same", r.Complete, len(r.Fetched), len(r.Path))
	}
}

func TestRevocationIsAskedForWhereThatIsAskedFor(t *testing.T) {
	for _, revoked := range []bool{false, true} {
		o := newOffice(t)
		want := mine.Good
		if revoked {
			want, o.state, o.revoked = mine.Revoked, ocsp.Revoked, []*big.Int{o.leaf.SerialNumber}
		}
		s := o.serve(t, []iana.Version{iana.TLS12}, nil, o.middle)
		r := judged(t, s, Options{Depth: survey.DepthVersions, Certs: Credentials{Stores: o.stores, Revocation: true}})
		if len(r.Revocation) != 2 || r.Revocation[0].Is != want || r.Revocation[1].Is != want {
			t.Errorf("revoked %v: got %+v; want OCSP and CRL to say %v", revoked, r.Revocation, want)
		}
		o.http.Close()
		r = judged(t, s, Options{Depth: survey.DepthVersions, Certs: Credentials{Stores: o.stores, Revocation: true}})
		for _, st := range r.Revocation {
			if st.Is != mine.StateUnknown || st.Why == "" {
				t.Errorf("nobody answers: got %+v, want unknown with a reason", st)
			}
		}
		if r := judged(t, s, Options{Depth: survey.DepthVersions, Certs: Credentials{Stores: o.stores}}); len(r.Revocation) != 0 {
			t.Errorf("asked without having to: %+v", r.Revocation)
		}
	}
}

// zone is a resolver on loopback with records of any type.
func zone(t *testing.T, records map[string][]byte) *dns.Resolver {
	t.Helper()
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	go func() {
		b := make([]byte, 1500)
		for {
			n, from, err := c.ReadFrom(b)
			if err != nil {
				return
			}
			var p dnsmessage.Parser
			h, err := p.Start(b[:n])
			if err != nil {
				return
			}
			q, err := p.Question()
			if err != nil {
				return
			}
			m := dnsmessage.Message{Header: dnsmessage.Header{ID: h.ID, Response: true, AuthenticData: true}, Questions: []dnsmessage.Question{q}}
			if data, ok := records[q.Type.String()+" "+q.Name.String()]; ok {
				m.Answers = []dnsmessage.Resource{{
					Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class}, Body: &dnsmessage.UnknownResource{Type: q.Type, Data: data},
				}}
			}
			out, err := m.Pack()
			if err != nil {
				return
			}
			c.WriteTo(out, from)
		}
	}()
	return &dns.Resolver{Servers: []netip.AddrPort{netip.MustParseAddrPort(c.LocalAddr().String())}, Timeout: 5 * time.Second}
}

func TestTheDNSIsHeldAgainstTheChain(t *testing.T) {
	o := newOffice(t)
	s := o.serve(t, []iana.Version{iana.TLS12}, nil, o.middle)
	spki := sha256.Sum256(o.leaf.RawSubjectPublicKeyInfo)
	above := peers.Name[strings.Index(peers.Name, ".")+1:]
	name := "65280 _" + s.Addr.String()[strings.LastIndex(s.Addr.String(), ":")+1:] + "._tcp." + peers.Name + "."
	for _, tt := range []struct {
		tlsa []byte
		want parley.Truth
	}{
		{append([]byte{3, 1, 1}, spki[:]...), parley.Yes},
		{append([]byte{2, 0, 0}, o.middle.Raw...), parley.Yes},
		{append([]byte{2, 1, 1}, spki[:]...), parley.No},
		{append([]byte{3, 1, 9}, spki[:]...), parley.Unknown},
	} {
		z := zone(t, map[string][]byte{
			"257 " + above + ".":                    append([]byte{0, 5}, "issueca.example"...),
			strings.Replace(name, "65280", "52", 1): tt.tlsa,
		})
		r := judged(t, s, Options{Depth: survey.DepthVersions, Certs: Credentials{Stores: o.stores, DNS: z}})
		if d := r.DNS; d == nil || d.CAA.Domain != above || len(d.CAA.Records) != 1 || d.CAA.Records[0].Value != "ca.example" || d.TLSA.Meets() != tt.want || d.TLSA.Authentic != parley.Yes {
			t.Errorf("TLSA %v: got %+v; want %v", tt.tlsa[:3], r.DNS, tt.want)
		}
	}
	r := judged(t, s, Options{Depth: survey.DepthVersions, Certs: Credentials{WhyNoDNS: "no resolver"}})
	if r.DNS == nil || r.DNS.CAA.Err != "no resolver" || r.DNS.TLSA.Meets() != parley.Unknown {
		t.Errorf("got %+v; want it unknown, with the reason", r.DNS)
	}
	if r.DNS.CAA.Domain != "" {
		t.Error("records without a resolver")
	}
}

func TestWhatOtherNamesGetIsNotJudgedForThisOne(t *testing.T) {
	o, other := newOffice(t), newOffice(t)
	pair := func(o *office) *tls.Certificate {
		return &tls.Certificate{Certificate: [][]byte{o.leaf.Raw, o.middle.Raw}, PrivateKey: o.key}
	}
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{GetCertificate: func(h *tls.ClientHelloInfo) (*tls.Certificate, error) {
		if h.ServerName == peers.Name {
			return pair(o), nil
		}
		return pair(other), nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() { c.(*tls.Conn).Handshake(); c.Close() }()
		}
	}()
	res, err := Run(t.Context(), Options{
		Question: target.Question{Text: l.Addr().String(), SNI: peers.Name}, Depth: survey.DepthFull, Now: time.Now(), Dialer: &onlyLoopback{},
		Certs: Credentials{Stores: o.stores},
	})
	if err != nil {
		t.Fatal(err)
	}
	if e := res.Endpoints[0]; len(e.Certificates) != 1 || e.Certificates[0].Stores[0].Builds != parley.Yes {
		t.Errorf("%d chains are judged; want that of the name", len(e.Certificates))
	}
}

func TestTimestampsOfTheHandshakeAreRead(t *testing.T) {
	o := newOffice(t)
	sct := make([]byte, 47) // of a log that nobody knows, with an empty signature
	sct[1], sct[43] = 7, 4
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{MaxVersion: version, Certificates: []tls.Certificate{{
			Certificate: [][]byte{o.leaf.Raw, o.middle.Raw}, PrivateKey: o.key, SignedCertificateTimestamps: [][]byte{sct, sct},
		}}, MinVersion: version})
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		go func() {
			for {
				c, err := l.Accept()
				if err != nil {
					return
				}
				go func() { c.(*tls.Conn).Handshake(); c.Close() }()
			}
		}()
		r := judged(t, &peers.Server{Addr: netip.MustParseAddrPort(l.Addr().String())}, Options{Depth: survey.DepthFull, Certs: Credentials{Stores: o.stores}})
		if len(r.CT.Timestamps) != 2 || r.CT.Timestamps[0].Via != "handshake" || !strings.HasPrefix(r.CT.Timestamps[0].ID, "Bw") || r.CT.Timestamps[0].Signature != parley.Unknown || r.CT.Fault != "" {
			t.Errorf("%x: got %+v; want two of a log that is not known", version, r.CT)
		}
	}
}
