package errors

import "github.com/parley-tls/parley"

// received are the alerts that a peer can send, and what a program leaves open
// that prints one of them as received. The reason lies in what was sent to the
// peer; its log has the details.
var received = []Meaning{
	{ID: "alert.0", Alert: 0, Says: "The peer ended the connection in good order (close_notify).", Tells: TellsVaguely,
		Guesses: []Guess{
			{Cause: "server.dropped-connection", Why: "the peer closed before the handshake was through"},
			{Cause: "clientcert.required", Why: "some servers close in place of an alert when no client certificate came"},
			{Cause: "shutdown.no-close-notify", Why: "the end of one connection is reported as a failure of the next"},
		}},
	{ID: "alert.10", Alert: 10, Says: "The peer got a message that it did not expect at that point.", Tells: TellsHow,
		Guesses: []Guess{
			{Cause: "library.bug", Why: "two implementations disagree on the order of messages"},
			{Cause: "clientcert.renegotiation", Why: "a renegotiation is a message that the other side does not expect"},
			{Cause: "version.intolerance", Why: "old servers stumble over what newer versions send"},
			{Cause: "plaintext.starttls-required", Why: "TLS began while the other side was still in the plain protocol"},
		}},
	{ID: "alert.20", Alert: 20, Says: "The peer could not decrypt or authenticate a record.", Tells: TellsHow, Guesses: macGuesses, Folk: macFolk},
	{ID: "alert.21", Alert: 21, Says: "The peer could not decrypt a record (an alert of TLS 1.0).", Tells: TellsHow, Guesses: macGuesses, Folk: macFolk},
	{ID: "alert.22", Alert: 22, Says: "The peer got a record longer than the protocol allows.", Tells: TellsHow,
		Guesses: []Guess{
			{Cause: "proxy.proxy-protocol-mismatch", Why: "a PROXY header before the hello, read as a record, has an absurd length"},
			{Cause: "plaintext.http-to-tls-port", Why: "so has other text in the place of a hello"},
			{Cause: "library.bug", Why: "a record was cut or joined wrongly"},
		}},
	{ID: "alert.30", Alert: 30, Says: "The peer could not decompress what it got.", Tells: TellsHow,
		Guesses: []Guess{{Cause: "library.bug", Why: "compression is refused by all current stacks; old ones disagree on it"}}},
	{ID: "alert.40", Alert: 40, Says: "The peer found no acceptable set of parameters, and does not say which of them it lacks.", Tells: TellsHow,
		Guesses: []Guess{
			{Cause: "cipher.no-overlap", Why: "the commonest reason: no cipher suite in common"},
			{Cause: "sni.missing", Why: "some servers refuse a hello without a server name in this way"},
			{Cause: "group.no-overlap", Why: "no group in common gives the same alert"},
			{Cause: "clientcert.required", Why: "in TLS 1.2 the lack of a client certificate gives the same alert"},
			{Cause: "edge.host-not-provisioned", Why: "an edge without a certificate for the name answers so"},
		},
		AsServer: []Guess{
			{Cause: "sigalg.no-overlap", Why: "the client could not use the signature or the certificate"},
			{Cause: "cipher.no-overlap", Why: "the client did not accept what was selected"},
			{Cause: "dh.too-small", Why: "clients refuse a small group of the server in this way"},
			{Cause: "noise.scanner", Why: "probes end their handshakes so"},
		},
		Folk: []string{"Turning verification off on the machine that prints it: the other side is the one that refused."},
		Lore: []Lore{{Signs: []string{"sslv3"}, Says: "Enabling SSL 3.0 for the name of the alert: sslv3 is its date of birth, not the version in use."}}},
	{ID: "alert.41", Alert: 41, Says: "The peer wants a certificate (an alert of SSL 3.0).", Tells: TellsWhy,
		Guesses: []Guess{{Cause: "clientcert.required", Why: "the alert answers an empty Certificate"}}},
	{ID: "alert.42", Alert: 42, Says: "The peer found the certificate it was sent unusable.", Tells: TellsHow,
		Guesses: []Guess{
			{Cause: "chain.untrusted-private-ca", Why: "clients without the private root refuse so; then this is the server's log"},
			{Cause: "clientcert.untrusted", Why: "in a client's log it is the client's certificate that was refused"},
			{Cause: "chain.self-signed", Why: "clients refuse a self-signed certificate so"},
			{Cause: "clientcert.required", Why: "some servers answer a missing client certificate so"},
		},
		AsClient: []Guess{
			{Cause: "clientcert.required", Why: "the server asked for a certificate, and none or an empty one was sent"},
			{Cause: "clientcert.untrusted", Why: "the client's certificate was sent and refused"},
			{Cause: "cert.keyusage", Why: "a certificate not meant for clients is refused so"},
		},
		AsServer: []Guess{
			{Cause: "chain.untrusted-private-ca", Why: "the client does not have the root of this server's chain"},
			{Cause: "chain.self-signed", Why: "the client refuses the self-signed certificate of this server"},
			{Cause: "name.mismatch", Why: "the client asked for a name that the certificate does not have"},
			{Cause: "chain.pinning", Why: "the client accepts only keys it knows"},
			{Cause: "noise.scanner", Why: "probes refuse every certificate"},
		},
		Folk: certAlertFolk},
	{ID: "alert.43", Alert: 43, Says: "The peer cannot use a certificate of that type.", Tells: TellsHow,
		Guesses: []Guess{
			{Cause: "cert.keyusage", Why: "the certificate is not meant for that use"},
			{Cause: "cert.unsupported-key", Why: "the kind of key is not known to the peer"},
			{Cause: "clientcert.untrusted", Why: "the server does not take that client certificate"},
			{Cause: "cipher.cert-type-mismatch", Why: "the key does not fit what was negotiated"},
		},
		Folk: certAlertFolk},
	{ID: "alert.44", Alert: 44, Says: "The peer found the certificate it was sent revoked.", Tells: TellsHow,
		Guesses: []Guess{
			{Cause: "clientcert.untrusted", Why: "the server's revocation list names the client's certificate"},
			{Cause: "revocation.check-failed", Why: "the list itself may be out of date"},
		},
		Folk: certAlertFolk},
	{ID: "alert.45", Alert: 45, Says: "The peer found the certificate it was sent expired.", Tells: TellsHow,
		Guesses: []Guess{
			{Cause: "chain.expired-leaf", Why: "in a server's log: clients refuse this server's certificate"},
			{Cause: "clientcert.untrusted", Why: "in a client's log: the client's certificate has expired"},
			{Cause: "clock.skew", Why: "the clock of the peer is wrong"},
			{Cause: "chain.expired-root-path", Why: "the peer built its path over an expired root"},
		},
		AsClient: []Guess{
			{Cause: "clientcert.untrusted", Why: "the server refused the client's certificate as expired"},
			{Cause: "clock.skew", Why: "the clock of the server is wrong"},
		},
		AsServer: []Guess{
			{Cause: "chain.expired-leaf", Why: "clients refuse this server's certificate"},
			{Cause: "chain.expired-root-path", Why: "old clients build the path over an expired root"},
			{Cause: "clock.skew", Why: "the clocks of those clients are wrong"},
		},
		Folk: certAlertFolk},
	{ID: "alert.46", Alert: 46, Says: "The peer refused the certificate it was sent, for a reason it does not give.", Tells: TellsHow,
		Guesses: []Guess{
			{Cause: "chain.self-signed", Why: "browsers refuse a self-signed certificate so; then this is the server's log"},
			{Cause: "chain.untrusted-private-ca", Why: "clients without the private root refuse so"},
			{Cause: "clientcert.untrusted", Why: "in a client's log it is the client's certificate that was refused"},
			{Cause: "name.mismatch", Why: "browsers refuse a wrong name so"},
		},
		AsClient: []Guess{
			{Cause: "clientcert.untrusted", Why: "the client's certificate was sent and refused"},
			{Cause: "clientcert.required", Why: "Java and Windows servers answer a missing client certificate so"},
		},
		AsServer: []Guess{
			{Cause: "chain.self-signed", Why: "clients refuse the self-signed certificate of this server"},
			{Cause: "chain.untrusted-private-ca", Why: "clients do not have the root of this server's chain"},
			{Cause: "name.mismatch", Why: "clients asked for a name that the certificate does not have"},
			{Cause: "chain.pinning", Why: "apps with pinned keys refuse so"},
			{Cause: "middlebox.interception", Why: "where this is a product that intercepts, its root is not in the client"},
		},
		Folk: certAlertFolk},
	{ID: "alert.47", Alert: 47, Says: "The peer found a value out of range or not consistent with others.", Tells: TellsHow,
		Guesses: []Guess{
			{Cause: "library.bug", Why: "one of the two implementations has a defect"},
			{Cause: "config.clienthello-inconsistent", Why: "a hand-made hello promises what its library cannot do"},
			{Cause: "version.intolerance", Why: "old servers answer new versions so"},
			{Cause: "server.protocol-violation", Why: "the server judges by rules that no standard has"},
		}},
	{ID: "alert.48", Alert: 48, Says: "The peer does not know the authority that issued the certificate it was sent.", Tells: TellsHow,
		Guesses: []Guess{
			{Cause: "chain.untrusted-private-ca", Why: "in a server's log: clients do not have the root of this server's chain"},
			{Cause: "clientcert.untrusted", Why: "in a client's log: the server does not know the issuer of the client's certificate"},
			{Cause: "chain.self-signed", Why: "clients refuse a self-signed certificate so"},
			{Cause: "chain.incomplete", Why: "a missing intermediate looks the same to the client"},
		},
		AsClient: []Guess{
			{Cause: "clientcert.untrusted", Why: "the server does not know the issuer of the client's certificate"},
			{Cause: "chain.incomplete", Why: "the client sends its leaf without the intermediates", Side: parley.ClientSide},
		},
		AsServer: []Guess{
			{Cause: "chain.untrusted-private-ca", Why: "clients do not have the root of this server's chain"},
			{Cause: "chain.self-signed", Why: "clients refuse the self-signed certificate of this server"},
			{Cause: "chain.truststore-missing", Why: "a client without trust anchors refuses every server so"},
			{Cause: "chain.incomplete", Why: "a missing intermediate looks the same to the client"},
			{Cause: "chain.stale-private-ca", Why: "clients may hold an older root of the same name"},
		},
		Folk: certAlertFolk},
	{ID: "alert.49", Alert: 49, Says: "The peer accepted the certificate and refuses access.", Tells: TellsHow,
		Guesses: []Guess{
			{Cause: "clientcert.untrusted", Why: "the certificate is valid, its holder is not allowed"},
			{Cause: "clientcert.required", Why: "some servers answer a missing client certificate so"},
			{Cause: "server.ip-not-allowed", Why: "the source address may not connect"},
		}},
	{ID: "alert.50", Alert: 50, Says: "The peer could not parse a message.", Tells: TellsHow,
		Guesses: []Guess{
			{Cause: "library.bug", Why: "one of the two implementations has a defect"},
			{Cause: "tolerance.extension", Why: "old servers stumble over extensions they do not know"},
			{Cause: "middlebox.large-clienthello", Why: "a hello that was cut cannot be parsed"},
			{Cause: "psk.mismatch", Why: "a ticket of another server is refused so by some"},
		}},
	{ID: "alert.51", Alert: 51, Says: "The peer could not verify a signature, a Finished or a key exchange.", Tells: TellsHow,
		Guesses: []Guess{
			{Cause: "psk.mismatch", Why: "different keys on the two sides give it"},
			{Cause: "cert.key-mismatch", Why: "a key that does not belong to the certificate signs wrongly"},
			{Cause: "library.bug", Why: "one of the two implementations has a defect"},
			{Cause: "chain.stale-private-ca", Why: "a root of the same name with another key gives it"},
		}},
	{ID: "alert.60", Alert: 60, Says: "The peer refused under export rules of the 1990s.", Tells: TellsHow,
		Guesses: []Guess{{Cause: "version.client-too-old", Why: "only stacks of that time know this alert"}}},
	{ID: "alert.70", Alert: 70, Says: "The peer refused every protocol version that was offered.", Tells: TellsHow,
		Guesses: []Guess{
			{Cause: "version.client-too-old", Why: "the client's library ends below the server's minimum"},
			{Cause: "version.client-pinned", Why: "a setting of the client ends below the server's minimum"},
			{Cause: "version.server-too-old", Why: "the server ends below what the client still offers"},
			{Cause: "version.policy-min", Why: "a local policy took away the version they would share"},
			{Cause: "version.server-tls13-only", Why: "a server with TLS 1.3 alone refuses 1.2 so"},
		},
		AsServer: []Guess{
			{Cause: "version.server-too-old", Why: "the client refused the version that this server selected"},
			{Cause: "version.policy-min", Why: "a policy of the client forbids the version that this server selected"},
			{Cause: "noise.scanner", Why: "probes walk through the versions"},
		},
		Folk: []string{
			"Turning off verification (-k and its kin): no certificate was seen yet.",
			"Upgrading the openssl command where the program that fails has a library of its own.",
		},
		Lore: []Lore{{Signs: []string{"tlsv1"}, Says: "Enabling TLS 1.0 for the name of the alert: it begins with tlsv1 because it came with TLS 1.0."}}},
	{ID: "alert.71", Alert: 71, Says: "The peer demands stronger parameters than were offered.", Tells: TellsHow,
		Guesses: []Guess{
			{Cause: "cipher.no-overlap", Why: "the cipher suites that were offered are too weak for the peer"},
			{Cause: "dh.too-small", Why: "a small group is refused so"},
			{Cause: "version.policy-min", Why: "the peer's policy forbids what would be shared"},
			{Cause: "cert.key-too-small", Why: "a small key is refused so"},
		}},
	{ID: "alert.80", Alert: 80, Says: "The peer failed for a reason that it does not give.", Tells: TellsHow,
		Guesses: []Guess{
			{Cause: "sni.missing", Why: "servers that need a name to choose a certificate fail so without one"},
			{Cause: "sni.unrecognized", Why: "so do servers that have nothing for the name"},
			{Cause: "server.ip-not-allowed", Why: "some services refuse a source address so"},
			{Cause: "version.policy-min", Why: "a server whose own policy forbids the SHA-1 signature of TLS 1.0 fails so"},
			{Cause: "server.internal-error", Why: "the server's log has the reason"},
		}},
	{ID: "alert.86", Alert: 86, Says: "The peer saw a retry at a lower version, though it has a higher one.", Tells: TellsWhy, Decides: true,
		Guesses: []Guess{{Cause: "version.fallback-scsv", Why: "the alert says so"}},
		Folk:    []string{"Turning the fallback signal off: the first attempt failed for a reason of its own; look at that one."}},
	{ID: "alert.90", Alert: 90, Says: "The peer gave up for a reason outside of the protocol.", Tells: TellsHow,
		Guesses: []Guess{
			{Cause: "server.dropped-connection", Why: "the program on the other side gave up"},
			{Cause: "chain.untrusted-private-ca", Why: "a person declined the certificate"},
		}},
	{ID: "alert.100", Alert: 100, Says: "The peer does not renegotiate.", Tells: TellsWhy, Decides: true,
		Guesses: []Guess{{Cause: "clientcert.renegotiation", Why: "a server that asks for a certificate only on some paths renegotiates, and the other side will not"}}},
	{ID: "alert.109", Alert: 109, Says: "The peer misses an extension that the protocol demands.", Tells: TellsHow,
		Guesses: []Guess{
			{Cause: "sigalg.missing-extension", Why: "a hello without signature schemes is refused so"},
			{Cause: "group.no-overlap", Why: "a hello without groups is refused so"},
			{Cause: "sni.missing", Why: "a server may demand the name"},
			{Cause: "library.bug", Why: "the extension belongs there"},
		}},
	{ID: "alert.110", Alert: 110, Says: "The peer got an extension that it had not asked for.", Tells: TellsHow,
		Guesses: []Guess{
			{Cause: "server.protocol-violation", Why: "a server that answers what was not asked"},
			{Cause: "library.bug", Why: "one of the two implementations has a defect"},
		}},
	{ID: "alert.111", Alert: 111, Says: "The peer could not fetch the certificate by its URL.", Tells: TellsHow,
		Guesses: []Guess{{Cause: "clientcert.untrusted", Why: "the certificate was named by a URL that the server cannot read"}}},
	{ID: "alert.112", Alert: 112, Says: "The peer has nothing for the server name that was asked for.", Tells: TellsWhy, Decides: true,
		Guesses: []Guess{
			{Cause: "sni.unrecognized", Why: "the alert says so"},
			{Cause: "sni.missing", Why: "a few servers send it where no name came"},
		},
		Lore: []Lore{{Signs: inJava, Says: "-Djsse.enableSNIExtension=false: without a name every other name on that address fails; the name or the server's alias is what is wrong."}}},
	{ID: "alert.113", Alert: 113, Says: "The peer could not use the stapled OCSP response.", Tells: TellsHow,
		Guesses: []Guess{
			{Cause: "revocation.check-failed", Why: "the stapled response is out of date or of another certificate"},
			{Cause: "cert.must-staple", Why: "the certificate demands a response that is good"},
		}},
	{ID: "alert.114", Alert: 114, Says: "The peer found another certificate behind the URL than was promised.", Tells: TellsHow,
		Guesses: []Guess{{Cause: "clientcert.untrusted", Why: "the certificate behind the URL was replaced"}}},
	{ID: "alert.115", Alert: 115, Says: "The peer does not know the pre-shared key's identity.", Tells: TellsWhy, Decides: true,
		Guesses: []Guess{{Cause: "psk.mismatch", Why: "the alert says so"}}},
	{ID: "alert.116", Alert: 116, Says: "The peer demands a client certificate and got none.", Tells: TellsWhy, Decides: true,
		Guesses: []Guess{{Cause: "clientcert.required", Why: "the alert says so; in TLS 1.3 it comes after the client believes it is connected"}}},
	{ID: "alert.120", Alert: 120, Says: "The peer shares no ALPN protocol.", Tells: TellsWhy, Decides: true,
		Guesses: []Guess{{Cause: "alpn.no-overlap", Why: "the alert says so"}}},
	{ID: "alert.121", Alert: 121, Says: "The peer demands an encrypted ClientHello with its current key.", Tells: TellsWhy, Decides: true,
		Guesses: []Guess{{Cause: "ech.config-mismatch", Why: "the alert says so"}}},
	{ID: "alert.unknown", Alert: -1, Says: "The peer sent an alert that is not named.", Tells: TellsVaguely,
		Guesses: []Guess{
			{Cause: "cipher.no-overlap", Why: "handshake_failure(40) is the commonest alert"},
			{Cause: "clientcert.required", Why: "after Finished an alert mostly speaks of the client's certificate"},
			{Cause: "version.client-too-old", Why: "protocol_version(70) comes next"},
			{Cause: "sni.missing", Why: "several alerts answer a missing name"},
		}},
}

var macGuesses = []Guess{
	{Cause: "usage.connection-shared", Why: "two processes that use one connection after a fork are the commonest reason"},
	{Cause: "session.resumption-broken", Why: "a resumed session with the wrong keys fails so"},
	{Cause: "library.bug", Why: "a defect of one implementation, mostly of hardware crypto"},
	{Cause: "network.corruption", Why: "bits that were damaged on the way are found here first"},
}

var macFolk = []string{"Turning verification off: what cannot be decrypted is no certificate."}

// inJava are signs of Java.
var inJava = []string{"java", "jdk", "jsse", "jvm", "sun.security"}

var certAlertFolk = []string{
	"Reinstalling roots on the machine that prints it: the other side refused, so its trust decides.",
	"Turning off verification on the machine that prints it, for the same reason.",
}
