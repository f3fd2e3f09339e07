package errors

import "github.com/parley-tls/parley"

// Page is what the page of a cause says that no check finds yet.
type Page struct {
	Meaning     string // paragraphs, separated by blank lines
	Fixes       []parley.Intent
	WillNotHelp []string
	References  []string
}

// PageOf returns the page of a cause that no check finds yet.
func PageOf(id parley.CauseID) (Page, bool) {
	p, ok := pages[id]
	return p, ok
}

// fix is a way to end a cause, in words.
func fix(side parley.Side, grade parley.Grade, plain string) parley.Intent {
	return parley.Intent{Side: side, Grade: grade, Plain: plain}
}

const (
	onClient = parley.ClientSide
	onServer = parley.ServerSide
	onPath   = parley.PathSide
	best     = parley.Best
	bridge   = parley.Bridge
	last     = parley.Last
)

var pages = map[parley.CauseID]Page{
	"cert.reused-serial": {
		Meaning: "Issuer and serial number name a certificate. Firefox and other programs on NSS remember them, and refuse a second certificate with the same two. Appliances that make their own certificate at each start number it alike.",
		Fixes: []parley.Intent{
			fix(onServer, best, "issue the certificate anew with a random serial number, or under an issuer name of its own"),
			fix(onClient, bridge, "remove the remembered certificate from the profile (Authorities and Servers, or cert9.db)"),
		},
		WillNotHelp: []string{"Another name in the certificate: the issuer and the number are what collide.", "An exception: the certificate is refused before exceptions count."},
		References:  []string{"RFC 5280, Section 4.1.2.2"},
	},
	"cert.unsupported-sigalg": {
		Meaning: "A certificate of the chain is signed with an algorithm that the verifier does not have: RSA-PSS, Ed25519, a post-quantum one, or ECDSA with a digest it never learned. Some verifiers name it; others pass the certificate over and report that no issuer is known.",
		Fixes: []parley.Intent{
			fix(onServer, best, "have the chain issued with ECDSA or RSA and SHA-256, which all verifiers have"),
			fix(onClient, best, "upgrade the library that verifies"),
		},
		WillNotHelp: []string{"Importing the root: it is there, the signature below it is what cannot be checked.", "Other cipher suites: the signature is in the certificate."},
		References:  []string{"RFC 8446, Section 4.2.3", "RFC 5280, Section 4.1.1.2"},
	},
	"chain.pinning": {
		Meaning: "The client accepts only keys or issuers that it was shipped with, or does not read the roots that a person installed on the device. Whatever else answers is refused, a product that intercepts as well as a renewed certificate with another key.",
		Fixes: []parley.Intent{
			fix(onClient, best, "ship the new pin with the app before the key changes, and a second pin as a reserve"),
			fix(onServer, bridge, "renew the certificate with the same key, or under the same issuer, as the pin asks"),
			fix(onPath, best, "leave the app's hosts out of the interception"),
		},
		WillNotHelp: []string{"Installing the root on the device: the app does not read that store.", "Setting versions or cipher suites: the certificate was seen, and refused."},
		References:  []string{"RFC 7469"},
	},
	"config.clienthello-inconsistent": {
		Meaning: "The hello promises what the library behind it cannot do: hello and library were put together by hand, as programs do that imitate a browser. The server takes the promise at its word, and the client fails on the answer.",
		Fixes: []parley.Intent{
			fix(onClient, best, "offer only versions, groups and extensions that the library carries out"),
			fix(onClient, bridge, "take the hello of a profile that the library ships as a whole"),
		},
		WillNotHelp: []string{"Anything on the server: it answers within the offer.", "Turning verification off: no certificate is at stake."},
		References:  []string{"RFC 8446, Section 4.1.2"},
	},
	"config.nothing-enabled": {
		Meaning: "The settings of the program, of its library and of the system leave no version or no cipher suite that all of them allow. Nothing is sent; the server never hears of it.\n\nCommon pairs: a program that asks for TLS 1.0 on a Java or an OpenSSL that turned it off; a maximum below the minimum; a list of suites that the security level empties.",
		Fixes: []parley.Intent{
			fix(onClient, best, "allow 1.2 and 1.3 in the program, as enabledTLSProtocols of MySQL Connector/J or -Djdk.tls.client.protocols does"),
			fix(onClient, best, "upgrade the driver or program that asks for the old version"),
			fix(onClient, last, "allow the old version in the policy again, for this program alone"),
		},
		WillNotHelp: []string{"Anything on the server: it was never asked.", "Importing certificates: none was seen.", "Removing entries from jdk.tls.disabledAlgorithms for all programs: the driver's own setting is what is out of date."},
		References:  []string{"RFC 8996, Section 2"},
	},
	"crypto.fips": {
		Meaning: "The library runs with a module that allows approved algorithms only. A key exchange, a digest, a key size or a file format outside of the list fails inside the library, often with a message that does not mention FIPS.",
		Fixes: []parley.Intent{
			fix(onClient, best, "configure the approved alternative: groups secp256r1 or secp384r1, AES-GCM, keys of 2,048 bits, PKCS #8 files encrypted with AES"),
			fix(onServer, best, "offer an approved suite and group, and extended_master_secret for 1.2"),
			fix(onClient, last, "run this program without the FIPS provider, where the rules allow it"),
		},
		WillNotHelp: []string{"Lowering the security level: the module decides, not the level.", "Importing certificates."},
		References:  []string{"RFC 7627, Section 5.4"},
	},
	"library.broken-install": {
		Meaning: "The program cannot load its TLS library, or loads one that does not belong to it: a Python built without OpenSSL, two versions of a shared library, a missing DLL, a path from another installation.",
		Fixes: []parley.Intent{
			fix(onClient, best, "install the library that the program was built for, or the program anew with its own"),
			fix(onClient, bridge, "remove paths to other installations from PATH, LD_LIBRARY_PATH and OPENSSL_CONF"),
		},
		WillNotHelp: []string{"Anything on the server or the network: nothing was sent.", "Turning verification off."},
		References:  []string{"RFC 8446, Section 4.1.2"},
	},
	"library.bug": {
		Meaning: "One of the two implementations has a defect: it sends what the protocol does not allow, or refuses what it does. Mostly a release has mended it, and the message with the version numbers leads to the report.",
		Fixes: []parley.Intent{
			fix(onClient, best, "upgrade the library, and see whether the failure ends with it"),
			fix(onServer, best, "upgrade the server's library or firmware, likewise"),
			fix(onClient, bridge, "turn off the one feature that provokes it (a version, a group, tickets) for this server alone"),
		},
		WillNotHelp: []string{"Turning verification off: the certificate is not what fails.", "Downgrading for good: the next release needs the mended side all the same."},
		References:  []string{"RFC 8446, Section 9.3"},
	},
	"network.corruption": {
		Meaning: "Bytes change on the way, in memory, a driver, an offload engine or a cable. TCP's checksum misses some of it, TLS none: the first damaged record ends the connection with bad_record_mac. Large transfers meet it, small ones do not.",
		Fixes: []parley.Intent{
			fix(onPath, best, "replace the part: test memory, the network card and its driver on that machine"),
			fix(onPath, bridge, "turn off the card's checksum and segmentation offload, and see whether it ends"),
		},
		WillNotHelp: []string{"Other cipher suites or versions: they notice the damage, they do not cause it.", "Larger buffers, as http.postBuffer of git."},
		References:  []string{"RFC 8446, Section 6.2"},
	},
	"noise.non-tls-client": {
		Meaning: "Something that speaks another protocol connects to the port: a probe, an old agent, a monitor. The server refuses what it cannot read, and logs it.",
		Fixes: []parley.Intent{
			fix(onServer, best, "leave it; log such lines at a lower level"),
			fix(onClient, best, "point the agent or monitor at the right port, where its address is known"),
		},
		WillNotHelp: []string{"Changing versions or cipher suites of the server: the other side speaks no TLS."},
		References:  []string{"RFC 8446, Section 5.1"},
	},
	"noise.scanner": {
		Meaning: "A public address is probed all day. Probes offer old versions, odd suites, no name or no TLS at all, to see what happens, and leave. Several kinds of failures from one address, in bursts, are their mark. Nobody is missing anything.",
		Fixes: []parley.Intent{
			fix(onServer, best, "leave it; count such lines and alert on real traffic"),
			fix(onServer, bridge, "log failed handshakes at debug level, or limit them by address"),
		},
		WillNotHelp: []string{"Enabling the old versions that are asked for.", "Replacing the certificate: probes do not trust any."},
		References:  []string{"RFC 8446, Section 6.2"},
	},
	"noise.tcp-probe": {
		Meaning: "A balancer or monitor opens the connection to see that the port answers, and closes it without a byte, or resets it. The server logs an end of file in the handshake, at a regular pace and from a few inner addresses.",
		Fixes: []parley.Intent{
			fix(onPath, best, "let the health check speak TLS or HTTPS, as check-ssl of HAProxy or an HTTPS probe of Kubernetes does"),
			fix(onServer, bridge, "leave it, and log such lines at a lower level"),
		},
		WillNotHelp: []string{"Anything in the certificate or the versions: no hello was sent."},
		References:  []string{"RFC 8446, Section 6.1"},
	},
	"plaintext.http-to-tls-port": {
		Meaning: "The client speaks plain HTTP, or another protocol in clear, to a port that expects TLS. Servers answer with status 400 or an alert; a client that reads the alert as HTTP reports \"malformed HTTP response\" and shows the bytes 15 03.",
		Fixes: []parley.Intent{
			fix(onClient, best, "say https:// (or mqtts, amqps, rediss, ldaps, ssl=true) for this port"),
			fix(onServer, best, "redirect clients of the plain port, and listen for plain text on a port of its own"),
			fix(onPath, best, "let the proxy in front speak TLS to this backend, or send it to the plain port"),
		},
		WillNotHelp: []string{"Setting TLS versions or cipher suites: the client speaks none.", "Turning verification off: no handshake began.", "A new certificate."},
		References:  []string{"RFC 8446, Section 5.1", "RFC 9110, Section 4.2.2"},
	},
	"policy.key-too-small": {
		Meaning: "The key of a certificate meets the clients of today, and not the policy that the server is held to.",
		Fixes: []parley.Intent{
			fix(onServer, best, "have the certificate issued for a key of the size that the policy names"),
		},
		WillNotHelp: []string{"Larger suites: AES-256 does not make the key of the certificate longer."},
		References:  []string{"RFC 9325, Section 4.5"},
	},
	"policy.suite-weak": {
		Meaning: "The server accepts a cipher suite that the policy excludes. Clients of today select another; the policy counts what is possible.",
		Fixes: []parley.Intent{
			fix(onServer, best, "remove the suite from the list, once the logs show no client that needs it"),
		},
		WillNotHelp: []string{"The server's order of preference: it does not take the suite away."},
		References:  []string{"RFC 9325, Section 4.2"},
	},
	"policy.version-allowed": {
		Meaning: "The server accepts a version that the policy excludes. Clients of today select a newer one; the policy counts what is possible.",
		Fixes: []parley.Intent{
			fix(onServer, best, "raise the minimum to 1.2 at the layer where TLS ends, once the logs show no client below it"),
		},
		WillNotHelp: []string{"A setting at the origin where an edge or balancer ends TLS before it.", "Removing cipher suites: 1.2 and 1.0 share them."},
		References:  []string{"RFC 8996, Section 2", "RFC 9325, Section 3.1.1"},
	},
	"revocation.check-failed": {
		Meaning: "The client insists on the revocation status, and cannot learn it: the address in the certificate is closed off, the list is past its next update, the responder's answer is signed by a certificate that has expired, or the certificate names no address at all.",
		Fixes: []parley.Intent{
			fix(onPath, best, "let the client reach the addresses of OCSP and CRL that the certificate names, in plain HTTP"),
			fix(onServer, best, "staple a current OCSP response; as the issuer, publish the list anew before its next update"),
			fix(onClient, bridge, "accept an unknown status where it cannot be learned, as curl --ssl-revoke-best-effort does"),
			fix(onClient, last, "turn the revocation check off for this program"),
		},
		WillNotHelp: []string{"Importing roots: the chain is trusted, its status is not known.", "Setting versions or cipher suites."},
		References:  []string{"RFC 5280, Section 6.3", "RFC 6960, Section 4.2.2"},
	},
	"server.internal-error": {
		Meaning: "The server says that it failed inside, and not why: alert internal_error(80). Its log has the reason. Where all clients meet it, it is a certificate or key that cannot be used, or a backend that gave up; where some do, it is what they offer: no name, an unknown name, an old version.",
		Fixes: []parley.Intent{
			fix(onServer, best, "read the server's log at the time of the alert, and mend what stands there"),
			fix(onClient, bridge, "send the server name, and offer 1.2 and 1.3, which leaves the server's own reasons"),
		},
		WillNotHelp: []string{"Importing certificates, or turning verification off: the server refused.", "Downgrading the client's library."},
		References:  []string{"RFC 8446, Section 6.2"},
	},
	"server.ip-not-allowed": {
		Meaning: "The service accepts connections of listed addresses only, and refuses the others inside TLS, MongoDB Atlas with alert internal_error(80). All nodes refuse at once; from a listed address the same client connects.",
		Fixes: []parley.Intent{
			fix(onServer, best, "add the client's public address to the access list of the service"),
			fix(onClient, best, "connect from an address that is listed: through the VPN, the NAT gateway or the peering"),
		},
		WillNotHelp: []string{"Turning off verification: the server is the one that refused.", "Another version of the library or of the driver.", "0.0.0.0/0 in the list: it opens the service to everybody."},
		References:  []string{"RFC 8446, Section 6.2"},
	},
	"session.resumption-required": {
		Meaning: "In FTP over TLS the server demands that the data connection resumes the session of the control connection, as a proof that both are of one client. Clients that cannot do so log in, and fail at the first listing or transfer: \"522 SSL connection failed\", \"425 Unable to build data connection\".",
		Fixes: []parley.Intent{
			fix(onClient, best, "take a client or library that resumes the control connection's session, or upgrade to the release that does"),
			fix(onClient, bridge, "limit the client to 1.2, where resumption by session is simpler to share"),
			fix(onServer, last, "let the server go without: require_ssl_reuse=NO (vsftpd), NoSessionReuseRequired (ProFTPD)"),
		},
		WillNotHelp: []string{"Passive in place of active mode: both need the same session.", "Turning verification off.", "Opening ports: the data connection is reached, and refused."},
		References:  []string{"RFC 4217, Section 10.2"},
	},
	"setting.contradiction": {
		Meaning: "Two settings contradict each other, and one of them wins without a word.",
		Fixes: []parley.Intent{
			fix(onServer, best, "keep the setting that the software reads last, and remove the other"),
		},
		WillNotHelp: []string{"Repeating the setting in one more file."},
		References:  []string{"RFC 9325, Section 3"},
	},
	"setting.security-level-hides-version": {
		Meaning: "A version is enabled, and the security level of OpenSSL excludes all that it needs: 1.0 and 1.1 sign with SHA-1, which level 1 of OpenSSL 3 does not allow. Clients of that version get an alert, while the configuration says that it is on.",
		Fixes: []parley.Intent{
			fix(onServer, best, "take the old version out of the configuration"),
			fix(onServer, last, "begin the suite list of this one server with @SECLEVEL=0"),
		},
		WillNotHelp: []string{"Adding suites: the signature is what is not allowed.", "MinProtocol in openssl.cnf, where the server sets its own versions."},
		References:  []string{"RFC 8996, Section 2"},
	},
	"setting.without-effect": {
		Meaning: "The setting is read and does nothing, because another one decides: a second listener on the same address, a section that is never reached, a layer in front that ends TLS.",
		Fixes: []parley.Intent{
			fix(onServer, best, "set it where TLS ends, in the section that the software reads for that address"),
		},
		WillNotHelp: []string{"Restarting: the setting is read already.", "Appending MinProtocol to openssl.cnf: it falls into the last section."},
		References:  []string{"RFC 9325, Section 3"},
	},
	"shutdown.no-close-notify": {
		Meaning: "The peer closed the connection without close_notify, the message that says that nothing was cut off. OpenSSL 3 reports it as \"unexpected eof while reading\" where older releases kept silent. With HTTP the length of the answer is known, so nothing is lost.",
		Fixes: []parley.Intent{
			fix(onServer, best, "end connections with close_notify: upgrade the server, or let its shutdown finish"),
			fix(onClient, bridge, "accept such an end where the length is known: SSL_OP_IGNORE_UNEXPECTED_EOF, suppress_ragged_eofs"),
		},
		WillNotHelp: []string{"Setting versions or cipher suites: the handshake went through.", "Turning verification off.", "Downgrading to OpenSSL 1.1.1: it hides the report."},
		References:  []string{"RFC 8446, Section 6.1", "RFC 9112, Section 9.8"},
	},
	"usage.connection-shared": {
		Meaning: "Two processes or threads use one TLS connection, mostly after a fork: workers of uWSGI, gunicorn, Celery, Puma or PHP-FPM inherit a connection that the parent opened. Each counts its records alone, and the other side cannot authenticate what arrives: \"decryption failed or bad record mac\".",
		Fixes: []parley.Intent{
			fix(onClient, best, "open connections after the fork: lazy-apps of uWSGI, engine.dispose() in the worker, post_fork hooks, on_worker_boot of Puma"),
			fix(onClient, best, "give each thread a connection of its own, or a pool that locks"),
		},
		WillNotHelp: []string{"sslmode=disable: the bytes mix all the same, and the damage goes unseen.", "Other cipher suites or versions.", "Reconnecting on error: the next request shares again."},
		References:  []string{"RFC 8446, Section 5.3"},
	},
}
