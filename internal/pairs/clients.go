package pairs

import (
	"cmp"
	"context"
	"fmt"
	"net/netip"
	"os/exec"
	"regexp"
	"strings"

	"github.com/parley-tls/parley/iana"
)

// printed is what a client said of a handshake.
type printed struct {
	ok     bool
	scheme string // registry's name; empty: it does not say
	key    string
	text   string // all of it
	// refused: it says that the server sent an alert, which may have been encrypted.
	refused bool
	alert   iana.Alert // of refused; 0: not told
}

// received matches how a program says that an alert came from the server.
var received = regexp.MustCompile(`SSL alert number (\d+)|Received alert \[(\d+)\]|Received fatal alert: (\w+)|^remote error: tls`)

func (p *printed) readAlert() {
	m := received.FindStringSubmatch(p.text)
	if p.ok || m == nil {
		return
	}
	p.refused = true
	if a, err := iana.ParseAlert(cmp.Or(m[1], m[2], m[3])); err == nil {
		p.alert = a
	}
}

// run runs the client against to.
func (c ClientSpec) run(to netip.AddrPort) (printed, error) {
	switch c.Stack {
	case "go":
		return c.runGo(to)
	case "java":
		return c.runJava(to)
	}
	host, port := to.Addr().String(), fmt.Sprint(to.Port())
	var argv []string
	switch c.Stack {
	case "openssl":
		argv = append([]string{"openssl", "s_client", "-connect", to.String()}, c.Options...)
	case "gnutls":
		argv = append([]string{"gnutls-cli", "--insecure", "--verify-allow-broken", "-p", port}, append(c.Options, host)...)
	case "nss":
		argv = append([]string{"tstclnt", "-D", "-o", "-Q", "-h", host, "-p", port}, c.Options...)
	default:
		return printed{}, fmt.Errorf("pairs: no client %q", c.Stack)
	}
	text, err := command(argv)
	p := printed{text: text}
	switch c.Stack {
	case "openssl":
		p.ok = err == nil
		p.scheme, p.key = opensslScheme(text)
	case "gnutls":
		p.ok = strings.Contains(text, "Handshake was completed")
		p.scheme, p.key = gnutlsScheme(text)
	case "nss":
		// Its exit status says nothing of the handshake.
		p.ok = strings.Contains(text, "cache misses") && !strings.Contains(text, "failed")
	}
	return p, nil
}

// command runs a program without input and returns what it printed.
func command(argv []string) (string, error) {
	ctx, stop := context.WithTimeout(context.Background(), patience)
	defer stop()
	out, err := exec.CommandContext(ctx, argv[0], argv[1:]...).CombinedOutput()
	return string(out), err
}

var (
	peerDigest = regexp.MustCompile(`(?m)^Peer signing digest: (\S+)$`)
	peerType   = regexp.MustCompile(`(?m)^Peer signature type: (\S+)$`)
	gnutlsLine = regexp.MustCompile(`(?m)^- Description: \(.*?\)-\((.*?)\)-\((.*?)\)`)
)

// opensslScheme joins s_client's two lines into a scheme's name.
func opensslScheme(text string) (scheme, key string) {
	typ := peerType.FindStringSubmatch(text)
	if typ == nil {
		return "", ""
	}
	hash := ""
	if d := peerDigest.FindStringSubmatch(text); d != nil {
		hash = strings.ToLower(d[1])
	}
	switch typ[1] {
	case "RSA-PSS":
		return "rsa_pss_rsae_" + hash, "RSA"
	case "RSA":
		return "rsa_pkcs1_" + hash, "RSA"
	case "ECDSA":
		group := map[string]string{"sha256": "secp256r1_", "sha384": "secp384r1_", "sha512": "secp521r1_"}[hash]
		return "ecdsa_" + group + hash, "ECDSA"
	case "Ed25519":
		return "ed25519", "Ed25519"
	case "Ed448":
		return "ed448", "Ed448"
	}
	return "", ""
}

// gnutlsScheme reads the scheme in gnutls-cli's description of a session.
func gnutlsScheme(text string) (scheme, key string) {
	m := gnutlsLine.FindStringSubmatch(text)
	if m == nil {
		return "", ""
	}
	for _, s := range iana.Schemes() {
		i, _ := s.Info()
		name := strings.NewReplacer("_", "", "-", "").Replace(strings.ToUpper(i.Name))
		// GnuTLS writes RSA-SHA256 for rsa_pkcs1_sha256, EdDSA-Ed25519 for ed25519.
		said := strings.NewReplacer("-", "", "EDDSA", "").Replace(strings.ToUpper(m[2]))
		if name == said || strings.Replace(name, "PKCS1", "", 1) == said {
			return i.Name, i.Key.String()
		}
	}
	return "", ""
}

// software says what runs a client of this stack, in one line.
func (c ClientSpec) software() string {
	argv := map[string][]string{
		"openssl": {"openssl", "version"},
		"gnutls":  {"gnutls-cli", "--version"},
		"nss":     {"dpkg-query", "-W", "-f", "NSS tstclnt ${Version}\n", "libnss3-tools"},
		"java":    {"java", "-version"},
	}[c.Stack]
	if argv == nil {
		return goVersion
	}
	text, _ := command(argv)
	line, _, _ := strings.Cut(text, "\n")
	return line
}
