package errors

// browsers are the pages that browsers show in place of a site; more than one has the
// same words, and their codes stand with chromium and nss.
var browsers = Stack{
	ID: "browsers", Name: "browsers", Date: "2026-11",
	From:   "Chromium 60 to 145: components/security_interstitials; Firefox 60 to 145: browser/locales, aboutNetError; Safari 11 to 26; Internet Explorer 9 to 11",
	Unlike: []string{"Your connection is secure", "This site is secure", "The certificate is valid"},
	Entries: []Entry{
		{Text: "Your connection is not private", Means: "verify.any"},
		{Text: "Your connection isn't private", Means: "verify.any"},
		{Text: "This Connection Is Not Private", Means: "verify.any"},
		{Text: "Your connection is not secure", Means: "verify.any"},
		{Text: "Warning: Potential Security Risk Ahead", Means: "verify.any"},
		{Text: "Did Not Connect: Potential Security Issue", Means: "verify.any"},
		{Text: "Attackers might be trying to steal your information", Means: "verify.any"},
		{Text: "There is a problem with this website's security certificate", Means: "verify.any"},
		{Text: "This site is not secure", Means: "verify.any"},
		{Text: "has configured their website improperly", Means: "verify.any"},
		{Text: "uses an invalid security certificate", Means: "verify.any"},
		{Text: "Your clock is behind", Means: "verify.clock"},
		{Text: "Your clock is ahead", Means: "verify.clock"},
		{Text: "Your computer's clock is wrong", Means: "verify.clock"},
		{Text: "Your computer thinks it is", Means: "verify.clock"},
		{Text: "The certificate is not trusted because it is self-signed", Means: "verify.self-signed"},
		{Text: "The certificate is not trusted because the issuer certificate is unknown", Means: "verify.untrusted"},
		{Text: "The certificate is not trusted because no issuer chain was provided", Means: "verify.first"},
		{Text: "The certificate is only valid for", Means: "verify.name"},
		{Text: "The certificate will not be valid until", Means: "verify.not-yet"},
		{Text: "The certificate expired on", Means: "verify.expired"},
		{Text: "was not issued by a trusted certificate authority", Means: "verify.untrusted"},
		{Text: "was issued for a different website's address", Means: "verify.name"},
		{Text: "presented by this website has expired or is not yet valid", Means: "verify.dates"},
	},
}
