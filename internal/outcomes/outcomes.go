// Package outcomes reads what real clients did when a server had a fault, as the
// corpus has it: the measure of what parley says of a client.
package outcomes

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/parley-tls/parley"
)

// Outcome is what one release of one client did with one fault: a row of
// error-matrix.jsonl.
type Outcome struct {
	Client, Version, Stack, Failure, Message string
	Exit                                     int
	Saw                                      []string `json:"server_saw"`
}

// reached is how far the server saw the client come: the request, the end of
// the handshake, or less.
func (o Outcome) reached() string {
	saw := strings.Join(o.Saw, "\n")
	for _, mark := range []string{"request read", "handshake done"} {
		if strings.Contains(saw, mark) {
			return mark
		}
	}
	return "less"
}

// SentNone says that the server refused before it sent a certificate: nothing
// was verified.
func (o Outcome) SentNone() bool {
	saw := strings.Join(o.Saw, "\n")
	return strings.Contains(saw, "peer doesn't support any of the certificate's signature algorithms") ||
		strings.Contains(saw, "no cipher suite supported by both")
}

// Accepted says that the client came as far, and ended as well, as with a good
// certificate. Some fail then too, since the server speaks HTTP to them.
func (o Outcome) Accepted(good Outcome) bool {
	return o.reached() == good.reached() && o.Exit == good.Exit
}

// ids finds the client of a row: by its name and as much of its version as an
// id has, or for one without by the library that it is built on.
var ids = []struct{ client, stack, id string }{
	{client: "go net/http", id: "go-VERSION"},
	{client: "chromium", id: "chromium-VERSION"},
	{client: "node https", id: "node-VERSION"},
	{client: "node fetch (undici)", id: "node-fetch-VERSION"},
	{client: "java HttpsURLConnection", id: "javaVERSION"},
	{client: "openssl s_client", id: "openssl-VERSION"},
	{client: "gnutls-cli", id: "gnutls-VERSION"},
	{client: "nss tstclnt", id: "nss-VERSION"},
	{client: "python urllib (pyenv)", id: "python-3.11-upstream"},
	{client: "python urllib", id: "python-VERSION"},
	{client: "python urllib2", id: "python-VERSION"},
	{client: "perl LWP", id: "perl-VERSION"},
	{client: "php streams", id: "php-VERSION"},
	{client: "ruby net/http", id: "ruby-VERSION"},
	{client: "mbed TLS mini client", id: "mbedtls-VERSION"},
	{client: "wolfSSL mini client", id: "wolfssl-VERSION"},
	{client: "aria2c", id: "aria2-VERSION"},
	{client: "wget", id: "wget-VERSION"},
	{client: "curl", id: "curl-VERSION"},
	{client: "pycurl (libcurl-gnutls)", stack: "OpenSSL", id: "curl-VERSION"},
	{client: "pycurl (libcurl-gnutls)", stack: "GnuTLS", id: "curl-gnutls-VERSION"},
	{client: "git (libcurl-gnutls)", id: "git-VERSION"},
	{client: "mariadb client", id: "mariadb-VERSION"},
	{client: "ldapsearch", id: "ldapsearch-VERSION"},
	{client: "bun fetch", id: "bun"}, {client: "lynx", id: "lynx"}, {client: "msmtp", id: "msmtp"},
	{client: "phantomjs", id: "phantomjs"}, {client: "psql", id: "psql"}, {client: "w3m", id: "w3m"}, {client: "links", id: "links"},
}

var digits = regexp.MustCompile(`[0-9]+(\.[0-9]+)*`)

// As returns the client whose outcome it is, as get knows it by its id; nil: none.
func (o Outcome) As(get func(id string) (*parley.Client, error)) *parley.Client {
	version := digits.FindString(strings.TrimPrefix(o.Version, "2:"))
	version = strings.TrimPrefix(version, "1.8.0")
	if version == "" {
		version = "8"
	}
	for _, as := range ids {
		if as.client != o.Client || !strings.HasPrefix(o.Stack, as.stack) {
			continue
		}
		for v := version; ; v = v[:strings.LastIndexByte(v, '.')] {
			if c, err := get(strings.Replace(as.id, "VERSION", v, 1)); err == nil {
				return c
			}
			if !strings.Contains(v, ".") {
				break
			}
		}
	}
	return nil
}

// Release names the release of the client: outcomes of one are to be compared.
func (o Outcome) Release() [3]string { return [3]string{o.Client, o.Version, o.Stack} }

// Read reads the outcomes of a corpus.
func Read(corpus string) ([]Outcome, error) {
	f, err := os.Open(filepath.Join(corpus, "error-matrix.jsonl"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out []Outcome
	for d := json.NewDecoder(f); d.More(); {
		var o Outcome
		if err := d.Decode(&o); err != nil {
			return nil, err
		}
		out = append(out, o)
	}
	return out, nil
}
