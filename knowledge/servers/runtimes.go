package servers

import (
	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

var golang = software{Name: "go", Knobs: []parley.Knob{
	{Intent: parley.AcceptVersions, Grade: parley.Best, Versions: [2]iana.Version{iana.TLS12, iana.TLS13}, Text: "tls.Config{MinVersion: tls.VersionTLS12}", From: goTLS},
	{Intent: parley.AcceptVersions, Grade: parley.Last, Versions: [2]iana.Version{iana.TLS10, iana.TLS11}, Text: "tls.Config{MinVersion: tls.VersionTLS10}", Price: forbidden, From: goTLS},
	{
		Intent: parley.AcceptSuites, Grade: parley.Best,
		Text:  "tls.Config{CipherSuites: []uint16{tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256}}",
		Price: "names the whole list of 1.2", From: goTLS,
	},
	{
		Intent: parley.LimitSuites, Grade: parley.Best,
		Text:  "tls.Config{CipherSuites: []uint16{tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256}}",
		Price: "names the whole list of 1.2", From: goTLS,
	},
	{Intent: parley.AcceptGroups, Grade: parley.Best, Text: "tls.Config{CurvePreferences: []tls.CurveID{tls.X25519, tls.CurveP256, tls.CurveP384}}", From: goTLS},
	{Intent: parley.InstallCertificate, Grade: parley.Best, Text: `tls.LoadX509KeyPair("FULLCHAIN.pem", "KEY.pem")`, From: goTLS},
	{Intent: parley.SendIntermediates, Grade: parley.Best, Text: `tls.LoadX509KeyPair("FULLCHAIN.pem", "KEY.pem")`, Price: "the leaf, then each intermediate", From: goTLS},
	{Intent: parley.TrimChain, Grade: parley.Best, Text: `tls.LoadX509KeyPair("FULLCHAIN.pem", "KEY.pem")`, Price: "without the expired certificate", From: goTLS},
	{Intent: parley.OrderChain, Grade: parley.Best, Text: `tls.LoadX509KeyPair("FULLCHAIN.pem", "KEY.pem")`, Price: "it says at start where the key is not the leaf's", From: goTLS},
	{Intent: parley.RenewCertificate, Grade: parley.Best, Text: "tls.Config{GetCertificate: load}", Price: "load reads the files anew; with Certificates the process must start again", From: goTLS},
	{Intent: parley.ReissueCertificate, Grade: parley.Best, Text: `tls.LoadX509KeyPair("FULLCHAIN.pem", "KEY.pem")`, Price: "the new chain", From: goTLS},
	{Intent: parley.StapleResponse, Grade: parley.Best, Text: "tls.Certificate{OCSPStaple: response}", Price: "the program fetches the response", From: goTLS},
	{Intent: parley.MatchCertificateType, Grade: parley.Best, Text: "tls.Config{Certificates: []tls.Certificate{withRSA, withECDSA}}", Price: ofEach, From: goTLS},
	{Intent: parley.ServeName, Grade: parley.Best, Text: "tls.Config{Certificates: []tls.Certificate{forOther, forName}}", From: goTLS},
	{Intent: parley.SpeakTLS, Grade: parley.Best, Text: `http.ListenAndServeTLS(":443", "FULLCHAIN.pem", "KEY.pem", handler)`, From: said("Go, package net/http", "2026-11-21")},
	{Intent: parley.AcceptALPN, Grade: parley.Best, Text: `tls.Config{NextProtos: []string{"h2", "http/1.1"}}`, From: goTLS},
}}

var goTLS = said("Go, package crypto/tls", "2026-11-21")

var java = software{Name: "java", Knobs: []parley.Knob{
	{Intent: parley.AcceptVersions, Grade: parley.Best, Versions: [2]iana.Version{iana.TLS12, iana.TLS13}, Text: "-Djdk.tls.server.protocols=TLSv1.2,TLSv1.3", From: probed("OpenJDK 17.0.15")},
	{
		Intent: parley.AcceptVersions, Grade: parley.Last, Versions: [2]iana.Version{iana.TLS10, iana.TLS11},
		Text:  "-Djava.security.properties=FILE, in FILE jdk.tls.disabledAlgorithms= the list of java.security without TLSv1, TLSv1.1",
		Price: forbidden, From: probed("OpenJDK 17.0.15"),
	},
	{Intent: parley.AcceptSuites, Grade: parley.Best, Text: "-Djdk.tls.server.cipherSuites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_AES_128_GCM_SHA256", From: jsseGuide},
	{
		Intent: parley.LimitSuites, Grade: parley.Best,
		Text: "-Djdk.tls.server.cipherSuites=TLS_AES_128_GCM_SHA256,TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", From: jsseGuide,
	},
	{Intent: parley.AcceptGroups, Grade: parley.Best, Text: "-Djdk.tls.namedGroups=x25519,secp256r1,secp384r1", From: jsseGuide},
	{Intent: parley.InstallCertificate, Grade: parley.Best, Text: "-Djavax.net.ssl.keyStore=KEYS.p12 -Djavax.net.ssl.keyStorePassword=PASSWORD", From: jsseGuide},
	{Intent: parley.SendIntermediates, Grade: parley.Best, Text: "openssl pkcs12 -export -in FULLCHAIN.pem -inkey KEY.pem -out KEYS.p12", Price: "the leaf, then each intermediate; then start again", From: jsseGuide},
	{Intent: parley.TrimChain, Grade: parley.Best, Text: "openssl pkcs12 -export -in FULLCHAIN.pem -inkey KEY.pem -out KEYS.p12", Price: "without the expired certificate", From: jsseGuide},
	{Intent: parley.OrderChain, Grade: parley.Best, Text: "openssl pkcs12 -export -in FULLCHAIN.pem -inkey KEY.pem -out KEYS.p12", Price: "it fails where the key is not of one of the certificates", From: jsseGuide},
	{Intent: parley.RenewCertificate, Grade: parley.Best, Text: "keytool -importcert -trustcacerts -keystore KEYS.p12 -alias NAME -file FULLCHAIN.pem", Price: "the process reads its key store when it starts", From: jsseGuide},
	{Intent: parley.ReissueCertificate, Grade: parley.Best, Text: "openssl pkcs12 -export -in FULLCHAIN.pem -inkey KEY.pem -out KEYS.p12", Price: "the new chain; then start again", From: jsseGuide},
	{Intent: parley.StapleResponse, Grade: parley.Best, Text: "-Djdk.tls.server.enableStatusRequestExtension=true", Price: "the process reaches the responder", From: jsseGuide},
	{Intent: parley.MatchCertificateType, Grade: parley.Best, Text: "keytool -importkeystore -srckeystore OTHER.p12 -destkeystore KEYS.p12", Price: ofEach, From: jsseGuide},
	{Intent: parley.EnlargeDH, Grade: parley.Best, Text: "-Djdk.tls.ephemeralDHKeySize=2048", From: jsseGuide},
	{Intent: parley.AcceptALPN, Grade: parley.Best, Text: `SSLParameters.setApplicationProtocols(new String[]{"h2", "http/1.1"})`, From: jsseGuide},
	{Intent: parley.ReadServerLog, Grade: parley.Best, Text: "-Djavax.net.debug=ssl:handshake", From: jsseGuide},
}}

var jsseGuide = said("Oracle, JSSE Reference Guide", "2026-11-21")

var node = software{Name: "node", Knobs: []parley.Knob{
	{Intent: parley.AcceptVersions, Grade: parley.Best, Versions: [2]iana.Version{iana.TLS12, iana.TLS13}, Text: "minVersion: 'TLSv1.2'", From: nodeTLS},
	{Intent: parley.AcceptVersions, Grade: parley.Last, Versions: [2]iana.Version{iana.TLS10, iana.TLS11}, Text: "node --tls-min-v1.0 --tls-cipher-list=DEFAULT@SECLEVEL=0", Price: forbidden, From: probed("Node.js 20.20.2")},
	{Intent: parley.AcceptSuites, Grade: parley.Best, Text: "ciphers: '" + suites12 + "'", From: nodeTLS},
	{Intent: parley.LimitSuites, Grade: parley.Best, Text: "ciphers: '" + suites13 + ":" + suites12 + "'", From: nodeTLS},
	{Intent: parley.AcceptGroups, Grade: parley.Best, Text: "ecdhCurve: 'X25519:P-256:P-384'", From: nodeTLS},
	{Intent: parley.AcceptSchemes, Grade: parley.Best, Text: "sigalgs: '" + schemes + "'", From: nodeTLS},
	{Intent: parley.InstallCertificate, Grade: parley.Best, Text: "cert: fs.readFileSync('FULLCHAIN.pem'), key: fs.readFileSync('KEY.pem')", From: nodeTLS},
	{Intent: parley.SendIntermediates, Grade: parley.Best, Text: "cert: fs.readFileSync('FULLCHAIN.pem')", Price: "the leaf, then each intermediate", From: nodeTLS},
	{Intent: parley.TrimChain, Grade: parley.Best, Text: "cert: fs.readFileSync('FULLCHAIN.pem')", Price: "without the expired certificate", From: nodeTLS},
	{Intent: parley.OrderChain, Grade: parley.Best, Text: "cert: fs.readFileSync('FULLCHAIN.pem'), key: fs.readFileSync('KEY.pem')", Price: "the leaf first, and its key", From: nodeTLS},
	{Intent: parley.RenewCertificate, Grade: parley.Best, Text: "server.setSecureContext({cert, key})", Price: "with the new files", From: nodeTLS},
	{Intent: parley.ReissueCertificate, Grade: parley.Best, Text: "cert: fs.readFileSync('FULLCHAIN.pem'), key: fs.readFileSync('KEY.pem')", Price: "the new chain", From: nodeTLS},
	{Intent: parley.StapleResponse, Grade: parley.Best, Text: "server.on('OCSPRequest', (cert, issuer, done) => done(null, response))", Price: "the program fetches the response", From: nodeTLS},
	{Intent: parley.MatchCertificateType, Grade: parley.Best, Text: "cert: [rsaChain, ecdsaChain], key: [rsaKey, ecdsaKey]", Price: ofEach, From: nodeTLS},
	{Intent: parley.EnlargeDH, Grade: parley.Best, Text: "dhparam: fs.readFileSync('DH2048.pem')", Price: makeDH, From: nodeTLS},
	{Intent: parley.ServeName, Grade: parley.Best, Text: "server.addContext('NAME', {cert, key})", From: nodeTLS},
	{Intent: parley.SpeakTLS, Grade: parley.Best, Text: "https.createServer({cert, key}, handler)", From: nodeTLS},
	{Intent: parley.AcceptALPN, Grade: parley.Best, Text: "ALPNProtocols: ['h2', 'http/1.1']", From: nodeTLS},
}}

var nodeTLS = said("Node.js documentation, tls; accepted by 20.20.2", "2026-11-21")
