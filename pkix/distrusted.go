package pkix

import "strings"

// removed are CAs whose roots the browsers' programs took out for cause.
// Sources: the dated statements of the Mozilla and Chrome root programs named
// beside each.
var removed = []struct{ name, by, organisation, commonName string }{
	{name: "DigiNotar", by: "all root programs, 2011-09", organisation: "DigiNotar"},
	{name: "CNNIC", by: "Mozilla and Chrome, 2015-04", organisation: "CNNIC"},
	{name: "WoSign", by: "Mozilla 51 and Chrome 56, 2017-01", organisation: "WoSign CA Limited"},
	{name: "StartCom", by: "Mozilla 51 and Chrome 56, 2017-01", organisation: "StartCom Ltd."},
	{name: "Symantec", by: "Chrome 70 and Firefox 63, 2018-10", organisation: "Symantec Corporation"},
	{name: "VeriSign (Symantec)", by: "Chrome 70 and Firefox 63, 2018-10", organisation: "VeriSign, Inc."},
	{name: "GeoTrust (Symantec)", by: "Chrome 70 and Firefox 63, 2018-10", organisation: "GeoTrust Inc."},
	{name: "thawte (Symantec)", by: "Chrome 70 and Firefox 63, 2018-10", organisation: "thawte, Inc."},
	{name: "TrustCor", by: "Mozilla, Chrome and Microsoft, 2022-12", organisation: "TrustCor Systems S. de R.L."},
	{name: "e-Tugra", by: "Mozilla and Chrome, 2023-07", organisation: "E-Tuğra EBG Bilişim Teknolojileri ve Hizmetleri A.Ş."},
	{name: "Entrust", by: "Chrome 131 for certificates logged after 2024-11-11", organisation: "Entrust, Inc.", commonName: "Entrust Root Certification Authority"},
}

// distrusted returns the CA that a root's name belongs to and who removed it,
// where it was removed.
func distrusted(root Name) (name, by string) {
	for _, r := range removed {
		if root.O == r.organisation && strings.HasPrefix(root.CN, r.commonName) {
			return r.name, r.by
		}
	}
	return "", ""
}
