package causes

import (
	"slices"

	"github.com/parley-tls/parley"
)

// vocabulary is every id that parley can ever say, sorted: those of the causes
// here and of those to come. An id is never used again for something else, and
// a finding may name one as not excluded before its cause exists.
var vocabulary = []parley.CauseID{
	"alpn.no-overlap",
	"cert.constraint", "cert.critical-extension", "cert.key-mismatch", "cert.key-too-small",
	"cert.keyusage", "cert.malformed", "cert.must-staple", "cert.no-san", "cert.reused-serial",
	"cert.unsupported-key", "cert.unsupported-sigalg", "cert.weak-digest",
	"chain.expired-leaf", "chain.expired-root-path", "chain.incomplete", "chain.pinning",
	"chain.self-signed", "chain.stale-private-ca", "chain.truststore-missing",
	"chain.truststore-stale", "chain.untrusted-private-ca", "chain.untrusted-root",
	"cipher.cert-type-mismatch", "cipher.no-overlap",
	"clientcert.post-handshake-auth", "clientcert.renegotiation", "clientcert.required",
	"clientcert.untrusted", "clientcert.unusable",
	"clock.skew",
	"config.clienthello-inconsistent", "config.nothing-enabled",
	"crypto.fips",
	"dh.too-large", "dh.too-small",
	"ech.config-mismatch",
	"edge.addresses-disagree", "edge.answers-instead", "edge.host-not-provisioned",
	"extension.ems-required",
	"group.no-overlap",
	"library.broken-install", "library.bug",
	"middlebox.fingerprint-block", "middlebox.interception", "middlebox.large-clienthello",
	"middlebox.mtu-blackhole", "middlebox.plain-reply", "middlebox.reset",
	"name.ip-no-san", "name.mismatch",
	"network.corruption", "network.name-not-found", "network.refused", "network.timeout",
	"noise.non-tls-client", "noise.scanner", "noise.tcp-probe",
	"plaintext.http-to-tls-port", "plaintext.starttls-required", "plaintext.tls-to-plain-port",
	"policy.key-too-small", "policy.suite-weak", "policy.version-allowed",
	"proxy.connect-not-supported", "proxy.proxy-protocol-mismatch", "proxy.required",
	"proxy.tls-to-plain-proxy",
	"psk.mismatch",
	"renegotiation.legacy-server",
	"revocation.check-failed",
	"server.dropped-connection", "server.internal-error", "server.ip-not-allowed", "server.no-answer",
	"server.no-usable-certificate", "server.protocol-violation",
	"session.resumption-broken", "session.resumption-required",
	"setting.contradiction", "setting.security-level-hides-version", "setting.without-effect",
	"shutdown.no-close-notify",
	"sigalg.missing-extension", "sigalg.no-overlap",
	"sni.missing", "sni.unrecognized",
	"tolerance.empty-last-extension", "tolerance.extension", "tolerance.grease", "tolerance.length",
	"tolerance.record-split", "tolerance.retry", "tolerance.sni-form", "tolerance.suite-count",
	"usage.connection-shared",
	"version.client-pinned", "version.client-too-old", "version.fallback-scsv", "version.gap",
	"version.intolerance", "version.policy-min", "version.server-tls13-only",
	"version.server-too-old",
}

// Vocabulary returns every id of a cause, sorted, of those to come too.
func Vocabulary() []parley.CauseID { return slices.Clone(vocabulary) }

// Known says whether an id is in the vocabulary.
func Known(id parley.CauseID) bool {
	_, ok := slices.BinarySearch(vocabulary, id)
	return ok
}
