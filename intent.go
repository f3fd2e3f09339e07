package parley

var intentNames = []string{"unknown", "offer-versions", "accept-versions", "offer-suites", "accept-suites",
	"offer-groups", "accept-groups", "offer-schemes", "accept-schemes", "send-server-name", "serve-name",
	"use-server-name", "offer-alpn", "accept-alpn", "install-certificate", "match-certificate-type", "enlarge-dh",
	"limit-dh", "allow-small-dh", "allow-ems", "allow-renegotiation-info", "upgrade-client", "upgrade-server", "speak-tls",
	"speak-plain", "use-starttls", "use-implicit-tls", "use-http-proxy-scheme", "allow-connect",
	"send-proxy-header", "drop-proxy-header", "repair-first-failure", "fix-address", "fix-name", "open-port",
	"present-certificate", "renew-client-certificate", "mend-client-files", "trust-client-issuer",
	"ask-client-at-once", "ask-client-optionally", "answer-later-requests", "renew-ech-config", "share-key",
	"trust-certificate", "allow-name", "allow-client", "use-other-way", "use-other-client", "use-proxy", "clamp-segments",
	"send-intermediates", "trim-chain", "order-chain", "renew-certificate",
	"reissue-certificate", "staple-response", "update-trust-store", "set-clock", "pass-unopened",
	"share-ticket-keys", "resume-nothing", "read-server-log", "limit-suites"}

// String returns the word of the JSON contract.
func (k IntentKind) String() string { return name(intentNames, int(k)) }

// MarshalText writes the word of the JSON contract.
func (k IntentKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (k *IntentKind) UnmarshalText(b []byte) error { return unname(intentNames, b, k, "intent") }

// Intents returns every kind of intent.
func Intents() []IntentKind {
	var all []IntentKind
	for i := range intentNames[1:] {
		all = append(all, IntentKind(i+1))
	}
	return all
}
