package clients

import (
	"cmp"
	"embed"
	"fmt"
	"slices"
	"strings"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

//go:embed dtls/*.hello
var dtlsSpecimens embed.FS

// overDTLS ends the id of a client of DTLS, behind that of the client of TLS with the
// same library.
const overDTLS = "-dtls"

// dtlsPanel is who a server of DTLS should work with today, of what could be measured:
// the libraries that VPNs, CoAP and calls are made with. Browsers speak it only
// within a call.
var dtlsPanel = []string{"openssl-3.0-dtls", "gnutls-3.7-dtls", "mbedtls-2.28-dtls", "java17-dtls"}

// dtlsFamilies are the clients of DTLS, each with its first hello under dtls, captured,
// and what it goes through with, measured against servers of OpenSSL and GnuTLS.
var dtlsFamilies = []family{
	{Name: "gnutls", Stack: "gnutls", Clients: []entry{{
		ID: "gnutls-3.7-dtls", Name: "GnuTLS 3.7.9 over DTLS", Aliases: []string{"gnutls-dtls", "gnutls-cli-udp"},
		Able: dtlsVersions, From: []parley.Source{dtlsMeasured("GnuTLS 3.7.9 completes DTLS 1.0 and 1.2")},
		Notes: []parley.Note{{About: parley.AxisVersion, Text: "GnuTLS on Debian completes DTLS 1.0", From: dtlsMeasured("GnuTLS 3.7.9")}},
		Knobs: []parley.Knob{
			{Intent: parley.OfferVersions, Grade: parley.Best, Versions: [2]iana.Version{iana.DTLS12, iana.DTLS12}, Text: "--priority NORMAL:-VERS-ALL:+VERS-DTLS1.2", From: gnutlsDoc},
			{Intent: parley.OfferVersions, Grade: parley.Bridge, Versions: [2]iana.Version{iana.DTLS10, iana.DTLS10}, Text: "--priority NORMAL:+VERS-DTLS1.0", Price: "DTLS 1.0, which RFC 8996 forbids", From: gnutlsDoc},
			gnutlsKnobs[1], gnutlsKnobs[2], gnutlsKnobs[3], gnutlsKnobs[4],
		},
	}}},
	{Name: "java", Stack: "java", Clients: []entry{{
		ID: "java17-dtls", Name: "Java 17 (17.0.15) over DTLS", Aliases: []string{"javadtls", "java-17-dtls"}, Able: dtlsVersions, MaxDH: 8192,
		From:  []parley.Source{dtlsMeasured("SSLContext DTLS of Java 17.0.15; with jdk.tls.disabledAlgorithms emptied it enables DTLSv1.0"), jdkDH},
		Notes: []parley.Note{{About: parley.AxisVersion, Text: "this JDK has DTLS 1.0 and leaves it off (jdk.tls.disabledAlgorithms)", From: dtlsMeasured("Java 17.0.15")}},
		Knobs: []parley.Knob{javaKnobs[1], javaKnobs[2]},
	}}},
	{Name: "mbedtls", Stack: "mbedtls", Clients: []entry{{
		ID: "mbedtls-2.28-dtls", Name: "mbed TLS 2.28.3 over DTLS", Aliases: []string{"mbedtls-dtls"}, Able: dtlsVersions,
		From: []parley.Source{dtlsMeasured("mbed TLS 2.28.3 completes DTLS 1.0 and 1.2")},
		Knobs: []parley.Knob{
			{Intent: parley.OfferVersions, Grade: parley.Best, Versions: [2]iana.Version{iana.DTLS12, iana.DTLS12}, Text: "mbedtls_ssl_conf_min_version(&conf, MBEDTLS_SSL_MAJOR_VERSION_3, MBEDTLS_SSL_MINOR_VERSION_3)", From: mbedtlsDoc},
			{Intent: parley.OfferSuites, Grade: parley.Best, Text: "mbedtls_ssl_conf_ciphersuites(&conf, list)", From: mbedtlsDoc},
			{Intent: parley.OfferGroups, Grade: parley.Best, Text: "mbedtls_ssl_conf_curves(&conf, list)", From: mbedtlsDoc},
			{Intent: parley.SendServerName, Grade: parley.Best, Text: "mbedtls_ssl_set_hostname(&ssl, NAME)", From: mbedtlsDoc},
		},
	}}},
	{Name: "openssl", Stack: "openssl", Clients: []entry{{
		ID: "openssl-3.0-dtls", Name: "OpenSSL 3.0.22 over DTLS (Debian 12)", Aliases: []string{"openssl-dtls", "openssl-3-dtls"},
		Able: dtlsVersions, From: []parley.Source{dtlsMeasured("OpenSSL 3.0.22 has DTLS 1.0 at SECLEVEL 0")},
		Notes: []parley.Note{
			{About: parley.AxisVersion, Text: "OpenSSL 3 has DTLS 1.0 and completes it at SECLEVEL 0 alone", From: dtlsMeasured("OpenSSL 3.0.22: legacy sigalg disallowed or unsupported")},
			opensslNotes[1], opensslNotes[2],
		},
		Knobs: openssl3Knobs,
	}}},
}

var (
	dtlsVersions = []iana.Version{iana.DTLS10, iana.DTLS12}
	mbedtlsDoc   = said("mbedtls/ssl.h of mbed TLS 2.28.3", "2026-11-22")
)

// dtlsMeasured is a source on this project's own measurements of clients of DTLS.
func dtlsMeasured(what string) parley.Source {
	return parley.Source{Document: what + ", measured on loopback", Date: "2026-11-22"}
}

// AllOver returns every client that goes over a transport by itself, sorted by id: for
// DTLS those of DTLS, for the others all that speak TLS. The caller owns the result.
func AllOver(t parley.Transport) []*parley.Client {
	if t != parley.TransportDTLS {
		return All()
	}
	var cs []*parley.Client
	for i := range dtlsFamilies {
		for j := range dtlsFamilies[i].Clients {
			cs = append(cs, build(&dtlsFamilies[i], &dtlsFamilies[i].Clients[j]))
		}
	}
	slices.SortFunc(cs, func(a, b *parley.Client) int { return cmp.Compare(a.ID, b.ID) })
	return cs
}

// PanelOver returns the clients of today over a transport, as of PanelDate. The caller
// owns the result.
func PanelOver(t parley.Transport) []*parley.Client {
	if t != parley.TransportDTLS {
		return Panel()
	}
	return members(dtlsPanel)
}

// GetOver returns the client of an id or an alias as it speaks over a transport: over
// DTLS "openssl-3.0" is the client of DTLS with that library. The error says which
// clients there are.
func GetOver(id string, t parley.Transport) (*parley.Client, error) {
	if t == parley.TransportDTLS && !strings.HasSuffix(canonical(id), overDTLS) {
		if c, err := Get(id + overDTLS); err == nil {
			return c, nil
		}
		c, err := Get(id)
		if err != nil {
			return nil, err
		}
		if over, err := Get(string(c.ID) + overDTLS); err == nil {
			return over, nil
		}
	}
	c, err := Get(id)
	if err != nil {
		return nil, err
	}
	return c, Speaks(c, t)
}

// Speaks is an error where the hello of a client does not go over a transport.
func Speaks(c *parley.Client, t parley.Transport) error {
	if len(c.Hellos) == 0 {
		return nil
	}
	switch has := parley.TransportOf(c.Hellos[0].Message); {
	case has == t || has == parley.TransportTCP && t == parley.TransportQUIC:
		return nil
	case t == parley.TransportDTLS:
		return fmt.Errorf("no hello of %s over DTLS is known; known are %s", c.ID, strings.Join(dtlsPanel, ", "))
	default:
		return fmt.Errorf("%s speaks DTLS, and the target does not: dtls://HOST:PORT does", c.ID)
	}
}

// OverDTLS says whether a client is one of DTLS.
func OverDTLS(id parley.ClientID) bool { return strings.HasSuffix(string(id), overDTLS) }
