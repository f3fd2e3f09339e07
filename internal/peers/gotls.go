package peers

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
)

func init() {
	drivers[Go] = &driver{
		fields:   "Versions Ciphers Groups Cert CertFile KeyFile Chain ClientAuth ClientCA ALPN SNI ProxyProtocol Plain",
		versions: openssl3Versions,
		certs:    append([]Cert{None}, allCerts...),
		sni:      []SNIPolicy{RejectUnknown, RequireName},
		auths:    []ClientAuth{Asked, Optional, Required},
		serve:    serveGo,
	}
}

// goGroups are the names of crypto/tls, as Config.Groups takes them.
var goGroups = []tls.CurveID{tls.X25519, tls.CurveP256, tls.CurveP384, tls.CurveP521, tls.X25519MLKEM768, tls.SecP256r1MLKEM768, tls.SecP384r1MLKEM1024}

// serveGo serves crypto/tls from the test process itself.
func serveGo(j *job) (func(), error) {
	out := &syncBuffer{}
	j.memory = out.String
	var config *tls.Config
	if !j.Plain {
		var err error
		if config, err = j.goConfig(); err != nil {
			return nil, err
		}
	}
	l, err := net.Listen("tcp", j.addr.String())
	if err != nil {
		return nil, err
	}
	if j.ProxyProtocol {
		l = proxyListener{l}
	}
	server := &http.Server{
		Handler:  http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "ok\n") }),
		ErrorLog: log.New(out, "", 0),
	}
	if config != nil {
		// http.Server would add h2 to what the test asked for.
		server.TLSNextProto = map[string]func(*http.Server, *tls.Conn, http.Handler){}
		l = tls.NewListener(l, config)
	}
	done := make(chan struct{})
	go func() { server.Serve(l); close(done) }()
	return func() { server.Close(); <-done }, nil
}

func (j *job) goConfig() (*tls.Config, error) {
	config := &tls.Config{NextProtos: j.ALPN, MinVersion: tls.VersionTLS12}
	if len(j.Versions) > 0 {
		config.MinVersion, config.MaxVersion = uint16(slices.Min(j.Versions)), uint16(slices.Max(j.Versions))
		if int(config.MaxVersion-config.MinVersion) != len(j.Versions)-1 {
			return nil, fmt.Errorf("it cannot leave a gap between versions: %v", j.Versions)
		}
	}
	for name := range splitList(j.Ciphers) {
		i := slices.IndexFunc(goSuites(), func(s *tls.CipherSuite) bool { return s.Name == name })
		if i < 0 || slices.Equal(goSuites()[i].SupportedVersions, []uint16{tls.VersionTLS13}) {
			return nil, fmt.Errorf("it has no choice of cipher suite %q", name)
		}
		config.CipherSuites = append(config.CipherSuites, goSuites()[i].ID)
	}
	for name := range splitList(j.Groups) {
		i := slices.IndexFunc(goGroups, func(g tls.CurveID) bool { return g.String() == name })
		if i < 0 {
			return nil, fmt.Errorf("it has no group %q among %v", name, goGroups)
		}
		config.CurvePreferences = append(config.CurvePreferences, goGroups[i])
	}
	if j.Chain != "" {
		// LoadX509KeyPair refuses what crypto/x509 does not read, and a key that
		// is not the leaf's. A server that fills in the fields itself sends both.
		c, err := ChainOf(j.Chain)
		if err != nil {
			return nil, err
		}
		key, err := x509.ParsePKCS8PrivateKey(c.Key)
		if err != nil {
			return nil, err
		}
		config.Certificates = []tls.Certificate{{Certificate: c.Served, PrivateKey: key}}
	} else if err := j.loadPairs(config); err != nil {
		return nil, err
	}
	if err := j.goClientAuth(config); err != nil {
		return nil, err
	}
	// crypto/tls sends unrecognized_name(112) when there is no certificate at
	// all, so that is what a name it shall not know is given.
	none := &tls.Config{MinVersion: config.MinVersion, MaxVersion: config.MaxVersion,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return nil, nil }}
	config.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		unknown := hello.ServerName != Name && hello.ServerName != ""
		if len(config.Certificates) == 0 || j.SNI != AcceptAny && unknown || j.SNI == RequireName && hello.ServerName == "" {
			return none, nil
		}
		return nil, nil
	}
	return config, nil
}

func (j *job) loadPairs(config *tls.Config) error {
	for _, p := range j.pairs() {
		cert, err := tls.LoadX509KeyPair(p.cert, p.key)
		if err != nil {
			return err
		}
		config.Certificates = append(config.Certificates, cert)
	}
	return nil
}

// goClientAuth is the wish of j in the words of crypto/tls.
func (j *job) goClientAuth(config *tls.Config) error {
	if j.ClientAuth == NotAsked {
		return nil
	}
	file, err := j.clientCAFile()
	if err != nil {
		return err
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	config.ClientCAs = x509.NewCertPool()
	if !config.ClientCAs.AppendCertsFromPEM(text) {
		return fmt.Errorf("%s holds no certificate", file)
	}
	config.ClientAuth = map[ClientAuth]tls.ClientAuthType{
		Asked: tls.RequestClientCert, Optional: tls.VerifyClientCertIfGiven, Required: tls.RequireAndVerifyClientCert,
	}[j.ClientAuth]
	return nil
}

func goSuites() []*tls.CipherSuite { return append(tls.CipherSuites(), tls.InsecureCipherSuites()...) }

// splitList yields the words of a list separated by commas or colons.
func splitList(s string) func(func(string) bool) {
	return slices.Values(strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ':' || r == ' ' }))
}

// proxyListener takes the PROXY line off each connection.
type proxyListener struct{ net.Listener }

// Accept returns a connection whose first read skips the PROXY line, or fails
// if there is none.
func (l proxyListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &proxyConn{Conn: c, r: bufio.NewReader(c)}, nil
}

type proxyConn struct {
	net.Conn
	r    *bufio.Reader
	once sync.Once
	err  error
}

// Read skips the PROXY line before the first byte it returns.
func (c *proxyConn) Read(p []byte) (int, error) {
	c.once.Do(func() {
		start, err := c.r.Peek(6)
		switch {
		case err != nil:
			c.err = err
		case string(start) != "PROXY ":
			c.err = fmt.Errorf("no PROXY line but %q", start)
		default:
			_, c.err = c.r.ReadSlice('\n')
		}
	})
	if c.err != nil {
		return 0, c.err
	}
	return c.r.Read(p)
}

// syncBuffer is a log that several connections write.
type syncBuffer struct {
	mu sync.Mutex
	b  strings.Builder
}

// Write appends p.
func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

// String returns what was written so far.
func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}
