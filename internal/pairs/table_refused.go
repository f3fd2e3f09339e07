package pairs

import (
	"slices"

	"github.com/parley-tls/parley/internal/peers"
)

// refusedPairs has the same failing clients before every stack: the wrong
// version, the wrong suites, and suites for another kind of key.
func refusedPairs() (all []Pair) {
	for _, s := range []peers.Stack{peers.OpenSSL, peers.GnuTLS, peers.Go, peers.Java, peers.NSS} {
		all = slices.Concat(all,
			before(s, peers.Config{Versions: v13},
				"openssl -tls1_2",
				"gnutls --priority=NORMAL:-VERS-ALL:+VERS-TLS1.2",
				"nss -V tls1.2:tls1.2",
				"java versions=TLSv1.2",
				"openssl -tls1_3 -ciphersuites TLS_AES_128_CCM_8_SHA256",
			),
			before(s, peers.Config{Versions: v12},
				"openssl -tls1_3",
				"gnutls --priority=NORMAL:-VERS-ALL:+VERS-TLS1.3",
				"nss -V tls1.3:tls1.3",
				"openssl -tls1_2 -cipher ECDHE-ECDSA-CHACHA20-POLY1305",
				"gnutls --priority=NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+ECDHE-ECDSA",
				"nss -V tls1.2:tls1.2 -c :C02B:C02C",
				"java versions=TLSv1.2 suites=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
				"go max=1.2 suites=TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
			),
			before(s, peers.Config{Versions: v12, Cert: peers.ECDSAP256},
				"nss -V tls1.2:tls1.2 -c :C02F:009C",
				"gnutls --priority=NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+ECDHE-RSA:+DHE-RSA",
				"go max=1.2 suites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
			),
		)
	}
	return all
}
