package clients

import (
	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

// The JDK's versions, by what its code has.
var (
	upTo10 = []iana.Version{iana.SSL3, iana.TLS10}
	upTo12 = []iana.Version{iana.SSL3, iana.TLS10, iana.TLS11, iana.TLS12}
	upTo13 = []iana.Version{iana.SSL3, iana.TLS10, iana.TLS11, iana.TLS12, iana.TLS13}
)

var javaFamily = family{Name: "java", Stack: "java", Clients: []entry{
	{
		ID: "java6", Name: "Java 6 (6u45)", Aliases: []string{"java1.6", "java6u45"},
		Able: upTo10, MaxDH: 1024,
		Notes: []parley.Note{
			{About: parley.AxisVersion, Text: "Java 6 ends at 1.0", From: said("Oracle, JDK 8 will use TLS 1.2 as default", "2014")},
			{About: parley.AxisServerName, Text: "Java 6 sends no server_name", From: said("testssl.sh client-simulation, wire capture", "2026-11-21")},
			{About: parley.AxisDH, Text: "Java 6 takes DH primes up to 1,024 bits", From: said("testssl.sh client-simulation", "2026-11-21")},
		},
		Knobs: []parley.Knob{
			javaWith12, javaWith13,
			httpsSuites,
		},
		From: []parley.Source{oracleDefault},
	},
	{
		ID: "java7", Name: "Java 7 (7u80)", Aliases: []string{"java1.7", "java7u80"},
		Able: upTo12, MaxDH: 1024,
		Notes: []parley.Note{
			{About: parley.AxisVersion, Text: "Java 7 has 1.2 and leaves it off", From: said("Oracle", "2011")},
			{About: parley.AxisDH, Text: "Java 7 takes DH primes up to 1,024 bits", From: opsJava},
		},
		Knobs: []parley.Knob{
			{Intent: parley.OfferVersions, Grade: parley.Best, Versions: [2]iana.Version{iana.TLS12, iana.TLS12}, Text: "-Dhttps.protocols=TLSv1.2", Price: "HttpsURLConnection only", From: opsJava},
			{Intent: parley.OfferVersions, Grade: parley.Best, Versions: [2]iana.Version{iana.TLS12, iana.TLS12}, Text: "-Djdk.tls.client.protocols=TLSv1.2", Price: "needs 7u95", From: opsJava},
			javaWith12, javaWith13,
			httpsSuites, httpsNoDH,
		},
		From: []parley.Source{opsJava},
	},
	{
		ID: "java8", Name: "Java 8 (8u504)", Aliases: []string{"java1.8", "java8u504"},
		Able: upTo13, MaxDH: 8192, From: []parley.Source{jdkDH},
		Notes: []parley.Note{
			{About: parley.AxisVersion, Text: "Java 8 has 1.0 and 1.1 and leaves them off since 8u291", From: said("Oracle, 8u291 release notes, JDK-8202343", "2021-04")},
			{About: parley.AxisVersion, Text: "Java 8 offers 1.3 since 8u341", From: said("Progress DataDirect, CryptoProtocolVersion", "2026-11-21")},
			{About: parley.AxisDH, Text: "Java 8 took DH primes up to 2,048 bits until 2017", From: jdkDH},
		},
		Knobs: javaKnobs,
	},
	{
		ID: "java11", Name: "Java 11 (11.0.24)", Aliases: []string{"java11.0.24"}, Able: upTo13, MaxDH: 8192,
		Notes: []parley.Note{javaOldOff}, Knobs: javaKnobs, From: []parley.Source{jdkDH},
	},
	{
		ID: "java11.0.33", Name: "Java 11 (11.0.33-ea)", Able: upTo13, MaxDH: 8192,
		Notes: []parley.Note{javaOldOff, javaNoRSA}, Knobs: javaKnobs, From: []parley.Source{jdkDH},
	},
	{
		ID: "java17", Name: "Java 17 (17.0.15)", Aliases: []string{"java17.0.15"}, Able: upTo13, MaxDH: 8192,
		Notes: []parley.Note{javaOldOff}, Knobs: javaKnobs, From: []parley.Source{jdkDH},
	},
	{
		ID: "java21", Name: "Java 21 (21.0.13)", Aliases: []string{"java21.0.12", "java21.0.13", "java25.0.3"}, Able: upTo13, MaxDH: 8192,
		Notes: []parley.Note{javaOldOff, javaNoRSA}, Knobs: javaKnobs, From: []parley.Source{jdkDH},
	},
	{
		ID: "java25", Name: "Java 25 (25.0.5)", Aliases: []string{"java25.0.5"}, Able: upTo13, MaxDH: 8192,
		Notes: []parley.Note{javaOldOff, javaNoRSA}, Knobs: javaKnobs, From: []parley.Source{jdkDH},
	},
	{
		ID: "java27", Name: "Java 27 (27.0.1)", Aliases: []string{"java", "java27.0.1"}, Able: upTo13, MaxDH: 8192,
		Notes: []parley.Note{javaOldOff, javaNoRSA}, Knobs: javaKnobs, From: []parley.Source{jdkDH},
	},
}}

var (
	oracleDefault = said("Oracle, JDK 8 will use TLS 1.2 as default", "2014")
	opsJava       = said("ops.java, Enable TLS 1.2 on Java 7", "2026-11-21")
	jdkDH         = said("OpenJDK, JDK-8072452, in 8u releases since IcedTea 3.4.0", "2017-06-08")
	jsseGuide     = said("Oracle, JSSE Reference Guide", "2026-11-21")

	javaOldOff = parley.Note{About: parley.AxisVersion, Text: "this JDK has 1.0 and 1.1 and leaves them off (jdk.tls.disabledAlgorithms)",
		From: said("Oracle, 11.0.11 release notes, JDK-8202343", "2021-04")}
	javaNoRSA = parley.Note{About: parley.AxisSuite, Text: "this JDK leaves RSA key exchange off (TLS_RSA_*)",
		From: said("OpenJDK pull request 22163, JDK-8245545", "2025-03")}

	javaWith12 = parley.Knob{Intent: parley.UpgradeClient, Grade: parley.Best, Versions: [2]iana.Version{iana.TLS11, iana.TLS12}, Text: "Java 8 or later", From: oracleDefault}
	javaWith13 = parley.Knob{Intent: parley.UpgradeClient, Grade: parley.Best, Versions: [2]iana.Version{iana.TLS13, iana.TLS13}, Text: "Java 11 or later, or Java 8 from 8u341 on",
		From: said("Progress DataDirect, CryptoProtocolVersion", "2026-11-21")}

	httpsSuites = parley.Knob{Intent: parley.OfferSuites, Grade: parley.Best, Text: "-Dhttps.cipherSuites=SUITE,SUITE",
		Price: "HttpsURLConnection only", From: jsseGuide}
	httpsNoDH = parley.Knob{Intent: parley.LimitDH, Grade: parley.Bridge,
		Text:  "-Dhttps.cipherSuites=TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
		Price: "HttpsURLConnection only; the server must accept ECDHE", From: jsseGuide}
)

// javaKnobs are those of the JDKs that disable by jdk.tls.disabledAlgorithms.
var javaKnobs = []parley.Knob{
	{
		Intent: parley.OfferVersions, Grade: parley.Bridge, Versions: [2]iana.Version{iana.TLS10, iana.TLS11},
		Text:  "-Djava.security.properties=FILE, in FILE jdk.tls.disabledAlgorithms= the list of java.security without TLSv1, TLSv1.1",
		Price: "1.0 and 1.1 for every connection of this JVM", From: measured("Java 17.0.15"),
	},
	{
		Intent: parley.OfferSuites, Grade: parley.Bridge,
		Text:  "-Djava.security.properties=FILE, in FILE jdk.tls.disabledAlgorithms= the list of java.security without the suite",
		Price: "the suite for every connection of this JVM", From: said("OpenJDK, conf/security/java.security", "2026-11-21"),
	},
	{Intent: parley.OfferGroups, Grade: parley.Best, Text: "-Djdk.tls.namedGroups=x25519,secp256r1,secp384r1,secp521r1", From: jsseGuide},
	{Intent: parley.SendServerName, Grade: parley.Best, Text: "a host name with a dot in the URL", From: measured("HttpsURLConnection, Java 8 to 27")},
	httpsSuites,
}
