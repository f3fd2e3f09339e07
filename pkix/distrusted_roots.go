package pkix

import (
	"time"

	"github.com/parley-tls/parley"
)

// read is the day on which the sources below were read.
const read = "2026-11-22"

func source(document string) parley.Source { return parley.Source{Document: document, Date: read} }

// upTo is the end of a day.
func upTo(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 23, 59, 59, 0, time.UTC) }

// The Chrome Root Store, in its version 17 and in version 36 (as a copy of the
// repository has it), and the rules of OpenJDK.
var (
	chrome17 = source("https://github.com/chromium/chromium, net/data/ssl/chrome_root_store/root_store.textproto at c076418dc96836106b8e93b3456fb9f97253dd39")
	chrome36 = source("https://github.com/benji-cannot-code/fast-vc-chromium-benchmark-run-4, net/data/ssl/chrome_root_store/root_store.textproto at 06cc78ea81729e7e00d99cd8f8701302b436b814; " +
		"https://www.securityweek.com/chrome-to-distrust-chunghwa-telecom-and-netlock-certificates/amp/")
	openjdk      = source("https://github.com/openjdk/jdk, src/java.base/share/classes/sun/security/validator/CADistrustPolicy.java at 33d85e2907db477a68281ef57c9e1435ff49e0a7")
	appleChanges = source("https://support.apple.com/zh-tw/121668")
	wosignApple  = source("https://support.apple.com/da-dk/HT202858")
	wosignChrome = source("https://www.securityweek.com/google-completely-ban-wosign-startcom-certificates-chrome-61/")
)

// removed are CAs that lost trust for cause. Roots that a programme ends for
// their age, or at the wish of their CA, are not among them.
var removed = []removal{
	{
		name: "DigiNotar", roots: []Name{{O: "DigiNotar"}},
		rules: []distrust{{programme: "Mozilla", from: source("https://blog.mozilla.org/security/2011/09/02/diginotar-removal-follow-up/")}},
	},
	{
		name: "CNNIC", roots: []Name{{O: "CNNIC"}, {O: "China Internet Network Information Center"}},
		rules: []distrust{
			{programme: "Chrome", from: source("https://helpnetsecurity.com/2015/04/03/mozilla-revokes-trust-for-cnnic-certificates")},
			{programme: "Mozilla", after: upTo(2015, 3, 31), from: source("https://helpnetsecurity.com/2015/04/03/mozilla-revokes-trust-for-cnnic-certificates")},
		},
	},
	{
		name: "WoSign", roots: []Name{{O: "WoSign CA Limited"}},
		rules: []distrust{
			{programme: "Chrome", from: wosignChrome},
			{programme: "Apple", after: upTo(2016, 11, 30), from: wosignApple},
		},
	},
	{
		name: "StartCom", roots: []Name{{O: "StartCom Ltd."}},
		rules: []distrust{
			{programme: "Chrome", from: wosignChrome},
			{programme: "Apple", after: upTo(2016, 11, 30), from: wosignApple},
		},
	},
	{
		name: "Symantec", roots: []Name{
			{O: "Symantec Corporation"}, {O: "VeriSign, Inc."}, {O: "GeoTrust Inc."}, {O: "thawte, Inc."}, {O: "Thawte Consulting cc"},
		},
		rules: []distrust{
			{programme: "Chrome", from: source("https://www.securityweek.com/mozilla-delays-distrust-symantec-certificates/")},
			{programme: "Mozilla", from: source("Debian, ca-certificates 20230311+deb12u1, changelog: removed with Mozilla's bundles 2.40 to 2.50; https://blog.mozilla.org/security/2018/07/30/update-on-the-distrust-of-symantec-tls-certificates/")},
			{programme: "Java", after: upTo(2019, 4, 16), from: openjdk},
		},
	},
	{
		name: "TrustCor", roots: []Name{{O: "TrustCor Systems S. de R.L."}},
		rules: []distrust{
			{programme: "Chrome", from: source("https://www.advantagecomputers.com/sustaining-digital-certificate-security-trustcor-certificate-distrust/")},
			{programme: "Mozilla", after: upTo(2022, 11, 30), from: source("https://github.com/nodejs/node/issues/45762")},
			{programme: "Microsoft", after: upTo(2022, 11, 1), from: source("https://github.com/nodejs/node/issues/45762")},
		},
	},
	{
		name: "e-Tugra", roots: []Name{{O: "E-Tuğra EBG Bilişim Teknolojileri ve Hizmetleri A.Ş."}, {O: "E-Tugra EBG A.S."}},
		rules: []distrust{{programme: "Mozilla", from: source("https://github.com/nodejs/node/commit/ef85828d2437e284decd603cdd598ab04eb82914")}},
	},
	{
		name: "Camerfirma", roots: []Name{{CN: "Chambers of Commerce Root - 2008"}, {CN: "Global Chambersign Root - 2008"}},
		rules: []distrust{
			{programme: "Mozilla", from: source("https://github.com/rn10950/RetroZilla/pull/52: bug 1692094")},
			{programme: "Apple", after: upTo(2024, 11, 15), from: appleChanges},
			{programme: "Java", after: upTo(2025, 4, 15), from: openjdk},
		},
	},
	{
		name: "GLOBALTRUST", roots: []Name{{O: "e-commerce monitoring GmbH", CN: "GLOBALTRUST 2020"}},
		rules: []distrust{
			{programme: "Chrome", after: upTo(2024, 6, 30), logged: true, from: chrome17},
			{programme: "Mozilla", after: upTo(2024, 6, 30), from: source("https://github.com/rustls/webpki-roots/pull/74")},
		},
	},
	{
		name: "Entrust", roots: []Name{
			{O: "Entrust, Inc.", CN: "Entrust Root Certification Authority"},
			{O: "Entrust, Inc.", CN: "Entrust Root Certification Authority - EC1"},
			{O: "Entrust, Inc.", CN: "Entrust Root Certification Authority - G2"},
			{O: "Entrust, Inc.", CN: "Entrust Root Certification Authority - G4"},
			{O: "Entrust.net", CN: "Entrust.net Certification Authority (2048)"},
			{O: "AffirmTrust", CN: "AffirmTrust Commercial"},
			{O: "AffirmTrust", CN: "AffirmTrust Networking"},
			{O: "AffirmTrust", CN: "AffirmTrust Premium"},
			{O: "AffirmTrust", CN: "AffirmTrust Premium ECC"},
		},
		rules: []distrust{
			{programme: "Chrome", after: upTo(2024, 11, 11), logged: true, from: chrome17},
			{programme: "Mozilla", after: upTo(2024, 11, 30), from: source("https://sslmate.com/blog/post/entrust_distrust_more_disruptive_than_intended")},
			{programme: "Apple", after: upTo(2024, 11, 15), from: appleChanges},
			{programme: "Java", after: upTo(2024, 11, 11), from: openjdk},
		},
	},
	{
		name: "Chunghwa Telecom", roots: []Name{{O: "Chunghwa Telecom Co., Ltd.", OU: "ePKI Root Certification Authority"}},
		rules: []distrust{
			{programme: "Chrome", after: upTo(2025, 7, 31), logged: true, from: chrome36},
			{programme: "Java", after: upTo(2026, 3, 17), from: openjdk},
		},
	},
	{
		name: "Chunghwa Telecom", roots: []Name{{O: "Chunghwa Telecom Co., Ltd.", CN: "HiPKI Root CA - G1"}},
		rules: []distrust{{programme: "Chrome", after: upTo(2025, 7, 31), logged: true, from: chrome36}},
	},
	{
		name: "NetLock", roots: []Name{{O: "NetLock Kft.", CN: "NetLock Arany (Class Gold) Főtanúsítvány"}},
		rules: []distrust{{programme: "Chrome", after: upTo(2025, 7, 31), logged: true, from: chrome36}},
	},
}
