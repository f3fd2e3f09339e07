package middleboxes

import (
	"strings"

	"github.com/parley-tls/parley"
)

// Edge is a network that ends TLS before the servers of its customers. It is
// known by the names of the certificates that it answers with for none of them.
type Edge struct {
	Name string
	// Names are DNS names; one that begins with a dot stands for all below it.
	Names []string
	// OriginCA is the organisation of a CA whose certificates are meant for the way
	// from the edge to the origin alone; empty: it has none.
	OriginCA string
	From     parley.Source // empty: no document was found
}

// Edges returns every edge network, by name.
func Edges() []Edge { return append([]Edge(nil), edges...) }

// EdgeNamed returns the edge network that a certificate with these names is of;
// false: of none that is known. Names of customers beside them do not count
// against it.
func EdgeNamed(names []string) (Edge, bool) {
	for _, e := range edges {
		for _, own := range e.Names {
			for _, n := range names {
				n = strings.ToLower(strings.TrimPrefix(n, "*"))
				if n == own || strings.HasPrefix(own, ".") && strings.HasSuffix(n, own) {
					return e, true
				}
			}
		}
	}
	return Edge{}, false
}

// EdgeOfOrigin returns the edge network that a certificate of this issuer is
// meant for; false: it is of no such CA.
func EdgeOfOrigin(issuer Name) (Edge, bool) {
	for _, e := range edges {
		if e.OriginCA != "" && strings.EqualFold(issuer.OU, e.OriginCA) {
			return e, true
		}
	}
	return Edge{}, false
}

var edges = []Edge{
	{Name: "Akamai", Names: []string{"a248.e.akamai.net", ".akamaized.net", ".akamaihd.net", ".edgesuite.net", ".edgekey.net"}, From: unsourced},
	{Name: "Azure Front Door", Names: []string{".azureedge.net", ".azurefd.net"}, From: unsourced},
	{Name: "Cloudflare", Names: []string{".cloudflaressl.com"},
		OriginCA: "CloudFlare Origin SSL Certificate Authority", From: read("https://github.com/jgamblin/BurpTest/issues/30: sni190005.cloudflaressl.com beside the names of customers; the CA for origins is from reports")},
	{Name: "CloudFront", Names: []string{".cloudfront.net"}, From: unsourced},
	{Name: "Fastly", Names: []string{".fastly.net", ".fastlylb.net"}, From: unsourced},
	{Name: "GitHub Pages", Names: []string{".github.io", ".githubusercontent.com"}, From: unsourced},
	{Name: "Heroku", Names: []string{".herokuapp.com"}, From: unsourced},
	{Name: "Netlify", Names: []string{".netlify.app", ".netlify.com"}, From: unsourced},
	{Name: "Vercel", Names: []string{".vercel.app", ".vercel-infra.com"}, From: unsourced},
}
