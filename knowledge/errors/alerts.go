package errors

import "github.com/parley-tls/parley"

// AlertName is an alert, and how stacks spell it.
type AlertName struct {
	Number int
	// Name is that of the registry.
	Name string
	// Spelled are the other spellings: OpenSSL's, Go's, GnuTLS's, Java's are the
	// registry's name with other separators unless they stand here.
	Spelled []string
	// Sent is the id of the Meaning of sending it: a verdict of one's own.
	Sent string
}

// Alerts are the alerts of TLS, by number.
var Alerts = []AlertName{
	{Number: 0, Name: "close_notify", Spelled: []string{"warning close notify"}, Sent: "alert.out"},
	{Number: 10, Name: "unexpected_message", Sent: "peer.malformed"},
	{Number: 20, Name: "bad_record_mac", Spelled: []string{"bad record mac", "bad mac"}, Sent: "record.mac"},
	{Number: 21, Name: "decryption_failed", Spelled: []string{"decryption_failed_RESERVED"}, Sent: "record.mac"},
	{Number: 22, Name: "record_overflow", Sent: "not-tls.length"},
	{Number: 30, Name: "decompression_failure", Spelled: []string{"decompression failed"}, Sent: "peer.malformed"},
	{Number: 40, Name: "handshake_failure", Spelled: []string{"handshake failed"}, Sent: "sent.40"},
	{Number: 41, Name: "no_certificate", Spelled: []string{"no_certificate_RESERVED"}, Sent: "alert.out"},
	{Number: 42, Name: "bad_certificate", Spelled: []string{"certificate is bad"}, Sent: "verify.failed"},
	{Number: 43, Name: "unsupported_certificate", Spelled: []string{"certificate is not supported"}, Sent: "verify.usage"},
	{Number: 44, Name: "certificate_revoked", Spelled: []string{"revoked certificate", "certificate was revoked"}, Sent: "verify.revoked"},
	{Number: 45, Name: "certificate_expired", Spelled: []string{"expired certificate", "certificate is expired"}, Sent: "verify.expired"},
	{Number: 46, Name: "certificate_unknown", Spelled: []string{"unknown certificate"}, Sent: "verify.failed"},
	{Number: 47, Name: "illegal_parameter", Sent: "server.violates"},
	{Number: 48, Name: "unknown_ca", Spelled: []string{"unknown certificate authority", "ca is unknown"}, Sent: "verify.untrusted"},
	{Number: 49, Name: "access_denied", Spelled: []string{"access was denied"}, Sent: "client.refused"},
	{Number: 50, Name: "decode_error", Spelled: []string{"error decoding message"}, Sent: "peer.malformed"},
	{Number: 51, Name: "decrypt_error", Spelled: []string{"error decrypting message"}, Sent: "signature"},
	{Number: 60, Name: "export_restriction", Spelled: []string{"export_restriction_RESERVED"}, Sent: "alert.out"},
	{Number: 70, Name: "protocol_version", Spelled: []string{"protocol version not supported", "error in protocol version"}, Sent: "sent.70"},
	{Number: 71, Name: "insufficient_security", Spelled: []string{"insufficient security level"}, Sent: "cipher.none-shared"},
	{Number: 80, Name: "internal_error", Sent: "internal"},
	{Number: 86, Name: "inappropriate_fallback", Sent: "version.fallback"},
	{Number: 90, Name: "user_canceled", Spelled: []string{"user cancelled"}, Sent: "alert.out"},
	{Number: 100, Name: "no_renegotiation", Spelled: []string{"no renegotiation is allowed"}, Sent: "renegotiation.refused"},
	{Number: 109, Name: "missing_extension", Spelled: []string{"an extension was expected but was not seen"}, Sent: "peer.malformed"},
	{Number: 110, Name: "unsupported_extension", Spelled: []string{"an unsupported extension was sent"}, Sent: "server.violates"},
	{Number: 111, Name: "certificate_unobtainable", Spelled: []string{"could not retrieve the specified certificate"}, Sent: "alert.out"},
	{Number: 112, Name: "unrecognized_name", Spelled: []string{"the server name sent was not recognized"}, Sent: "sni.unknown"},
	{Number: 113, Name: "bad_certificate_status_response", Sent: "verify.crl"},
	{Number: 114, Name: "bad_certificate_hash_value", Sent: "alert.out"},
	{Number: 115, Name: "unknown_psk_identity", Spelled: []string{"the srp/psk username is missing or not known"}, Sent: "psk"},
	{Number: 116, Name: "certificate_required", Spelled: []string{"certificate is required"}, Sent: "client.none"},
	{Number: 120, Name: "no_application_protocol", Spelled: []string{"no supported application protocol could be negotiated"}, Sent: "alpn.none"},
	{Number: 121, Name: "ech_required", Spelled: []string{"encrypted client hello required"}, Sent: "ech"},
}

// sent are meanings of alerts that this side sent, where nothing else has them.
var sent = []Meaning{
	{ID: "sent.70", Says: "This side accepted none of the versions of the other, and said so.", By: BySelf, Phase: parley.PhaseHello, Tells: TellsHow, Alert: -1,
		Guesses: []Guess{
			{Cause: "version.client-too-old", Why: "in a server: the client offers nothing as new as its minimum"},
			{Cause: "version.server-too-old", Why: "in a client: the server selected a version below its minimum"},
			{Cause: "version.policy-min", Why: "a policy of this machine sets the minimum"},
			{Cause: "version.client-pinned", Why: "a setting of the client ends below the minimum"},
		},
		AsClient: []Guess{
			{Cause: "version.server-too-old", Why: "the server selected a version below the minimum"},
			{Cause: "version.policy-min", Why: "a policy of this machine sets the minimum, where the library itself could go lower"},
			{Cause: "version.client-pinned", Why: "the program allows only certain versions"},
		},
		AsServer: []Guess{
			{Cause: "version.client-too-old", Why: "the client offers nothing as new as this server's minimum"},
			{Cause: "version.client-pinned", Why: "a setting of the client ends below the minimum"},
			{Cause: "version.policy-min", Why: "a policy of this server sets the minimum"},
			{Cause: "noise.scanner", Why: "probes offer old versions to see what happens"},
		}},
	{ID: "sent.40", Says: "This side found no acceptable set of parameters, and said so.", By: BySelf, Tells: TellsHow, Alert: -1,
		Guesses: []Guess{
			{Cause: "cipher.no-overlap", Why: "no cipher suite in common"},
			{Cause: "sigalg.no-overlap", Why: "no signature scheme that fits the certificate"},
			{Cause: "group.no-overlap", Why: "no group in common"},
			{Cause: "cipher.cert-type-mismatch", Why: "or a certificate that does not fit"},
		}},
}
