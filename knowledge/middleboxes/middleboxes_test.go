package middleboxes_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/knowledge/middleboxes"
)

// public are issuers of certificates that nobody made on the way.
var public = []middleboxes.Name{
	{CN: "R11", O: "Let's Encrypt"}, {CN: "E7", O: "Let's Encrypt"}, {CN: "WE1", O: "Google Trust Services"},
	{CN: "DigiCert TLS RSA SHA256 2020 CA1", O: "DigiCert Inc"}, {CN: "Amazon RSA 2048 M02", O: "Amazon"},
	{CN: "Sectigo RSA Domain Validation Secure Server CA", O: "Sectigo Limited"}, {CN: "Cisco QuoVadis"}, {O: "Fortinet"},
	{CN: "Shop Internal CA 2", O: "Shop Inc."}, {},
}

func TestEverySpecimenMatchesItsProductAndNoOther(t *testing.T) {
	t.Parallel()
	for _, p := range middleboxes.Products() {
		if len(p.Is) == 0 || p.Kind == middleboxes.KindUnknown {
			t.Errorf("%s: want a specimen and a kind", p.Name)
		}
		for _, n := range p.Is {
			for _, o := range middleboxes.Products() {
				if got, want := o.Matches(n), o.Name == p.Name; got != want {
					t.Errorf("%v of %s: %s matches is %v", n, p.Name, o.Name, got)
				}
			}
		}
		for _, n := range slices.Concat(p.IsNot, public) {
			if p.Matches(n) {
				t.Errorf("%v matches %s", n, p.Name)
			}
		}
	}
}

// without are the entries for which no document was found. The list may only
// get shorter.
var without = []string{
	"Burp", "Charles", "ESET", "Netskope",
	"Akamai", "Azure Front Door", "CloudFront", "Fastly", "GitHub Pages", "Heroku", "Netlify", "Vercel",
}

func TestEveryEntryWasReadSomewhereOrIsMarked(t *testing.T) {
	t.Parallel()
	from := map[string]parley.Source{}
	for _, p := range middleboxes.Products() {
		from[p.Name] = p.From
		if p.Sourced() == slices.Contains(without, p.Name) {
			t.Errorf("%s: sourced is %v", p.Name, p.Sourced())
		}
	}
	for _, e := range middleboxes.Edges() {
		from[e.Name] = e.From
	}
	for name, s := range from {
		has := strings.HasPrefix(s.Document, "https://") && s.Date != ""
		if has == slices.Contains(without, name) {
			t.Errorf("%s: the source is %+v; want an address that was opened and the day, or the name among those without", name, s)
		}
	}
	for _, name := range without {
		if _, ok := from[name]; !ok {
			t.Errorf("%s is no entry", name)
		}
	}
}

func TestEntriesAreSortedByName(t *testing.T) {
	t.Parallel()
	byName := func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) }
	if !slices.IsSortedFunc(middleboxes.Products(), func(a, b middleboxes.Product) int { return byName(a.Name, b.Name) }) {
		t.Error("the products are not sorted by name")
	}
	if !slices.IsSortedFunc(middleboxes.Edges(), func(a, b middleboxes.Edge) int { return byName(a.Name, b.Name) }) {
		t.Error("the edge networks are not sorted by name")
	}
}

func TestAnEdgeIsKnownByItsOwnNames(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"sni.cloudflaressl.com": "Cloudflare", "*.cloudfront.net": "CloudFront", "a248.e.akamai.net": "Akamai",
		"*.vercel.app": "Vercel", "shop.example": "", "cloudfront.net.shop.example": "", "evilcloudfront.net": "",
	} {
		if got, _ := middleboxes.EdgeNamed([]string{"other.example", name}); got.Name != want {
			t.Errorf("%s: %q, want %q", name, got.Name, want)
		}
	}
	origin := middleboxes.Name{O: "CloudFlare, Inc.", OU: "CloudFlare Origin SSL Certificate Authority"}
	if e, ok := middleboxes.EdgeOfOrigin(origin); !ok || e.Name != "Cloudflare" {
		t.Errorf("%v: %q", origin, e.Name)
	}
	if _, ok := middleboxes.EdgeOfOrigin(middleboxes.Name{O: "Shop"}); ok {
		t.Error("any issuer is that of an edge's origins")
	}
}
