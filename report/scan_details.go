package report

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/knowledge/primes"
	"github.com/parley-tls/parley/pkix"
)

// detailLines are what the full depth learns of how a server does what it accepts,
// "label" and text: the short of it for a screen, and all with verbose.
func detailLines(s *parley.Server, verbose bool) (out [][2]string) {
	add := func(label, text string) {
		if text != "" {
			out = append(out, [2]string{label, text})
		}
	}
	add("keys", keysText(s))
	add("names", namesText(s))
	for _, l := range handshakeLines(s, verbose) {
		add(l[0], l[1])
	}
	if !verbose {
		add("asks", requestText(s))
		return out
	}
	for _, v := range slices.Backward(s.Scope.Transport.Versions()) {
		if r, ok := s.Details.Requests[v]; ok {
			add("asks", v.String()+": "+requestWhole(r))
		}
	}
	return out
}

// full says that the whole depth was asked for.
func (s *Scan) full() bool { return s.Depth == "full" }

func (v *scanScreen) details(s *parley.Server) (out []string) {
	if v.s.full() {
		for _, l := range detailLines(s, v.o.Verbose) {
			out = append(out, v.listed(l[0], l[1], map[bool]int{false: 2, true: 99}[v.o.Verbose])...)
		}
	}
	return out
}

// groupOrder says whose order of groups decides, and what of it is not known.
func groupOrder(col parley.Column) string {
	switch {
	case len(col.Groups.Yes()) < 2:
	case col.GroupOrder == parley.Yes && col.Groups.Order == parley.Yes:
		return "; the server's order decides"
	case col.GroupOrder == parley.Yes:
		return "; the server's order decides, as far as it was asked for"
	case col.GroupOrder == parley.No:
		return "; the client's order decides"
	case col.GroupOrder == parley.Mixed:
		return "; now the server's order decides, now the client's"
	}
	return ""
}

// keysText says which primes there are, and what of keys is not as it should be.
func keysText(s *parley.Server) string {
	d := s.Details.DH
	var parts []string
	for _, p := range d.Primes {
		parts = append(parts, primeText(p))
	}
	for _, f := range []struct {
		what string
		parley.Fact
	}{{"DHE", d.Reused}, {"ECDHE", d.ECReused}} {
		if f.Is == parley.Yes {
			parts = append(parts, "the same key of "+f.what+" came twice")
		}
	}
	if len(parts) == len(d.Primes) && d.ECReused.Is == parley.No && d.Reused.Is != parley.Unknown == (len(d.Primes) > 0) {
		parts = append(parts, "no key came twice")
	}
	return strings.Join(parts, ", ")
}

func primeText(p parley.Prime) string {
	text := fmt.Sprintf("DHE of %d bits", p.Bits)
	if k, ok := primes.Find(p.P); ok {
		text += " (" + k.Name + ")"
	}
	return text
}

// namesText says what comes without a name, and with another.
func namesText(s *parley.Server) string {
	var words, texts []string
	for _, n := range s.Details.Names {
		who := "with an unknown one"
		if n.Name == "" {
			who = "without a name"
		}
		words, texts = append(words, who), append(texts, nameText(n))
	}
	if len(words) == 2 && texts[0] == texts[1] {
		slices.Sort(words) // "with …", then "without …"
		return words[1] + " and " + words[0] + ": " + texts[0]
	}
	for i := range words {
		words[i] += ": " + texts[i]
	}
	slices.Sort(words)
	return strings.Join(words, "; ")
}

func nameText(n parley.NameAnswer) string {
	switch n.Same {
	case parley.Yes:
		return "the same certificate"
	case parley.No:
		if c, err := pkix.Read(n.Leaf); err == nil {
			return "another certificate, of " + c.Subject.Short()
		}
		return "another certificate"
	}
	return n.Answer.Words()
}

// requestText says what is wanted of a client, short.
func requestText(s *parley.Server) string {
	text := authTerms(s.Auth)
	if text == "" {
		return ""
	}
	for _, v := range slices.Backward(s.Scope.Transport.Versions()) {
		if r, ok := s.Details.Requests[v]; ok {
			names := authorityNames(r, pkix.Name.Short)
			switch n := len(names); {
			case n == 0:
				return text + ", of any CA"
			case n > 2:
				return fmt.Sprintf("%s, of %d CAs, %s first", text, n, names[0])
			default:
				return text + ", of " + strings.Join(names, " or ")
			}
		}
	}
	return text
}

// requestWhole is all that a request says.
func requestWhole(r parley.ClientRequest) string {
	parts := []string{"CAs: any"}
	if names := authorityNames(r, func(n pkix.Name) string { return n.Text }); len(names) > 0 {
		parts[0] = "CAs: " + strings.Join(names, " | ")
	}
	if len(r.Types) > 0 {
		parts = append(parts, "types: "+strings.Join(words(r.Types), ", "))
	}
	if len(r.Schemes) > 0 {
		parts = append(parts, "schemes: "+strings.Join(words(r.Schemes), ", "))
	}
	return strings.Join(parts, "; ")
}

func authorityNames(r parley.ClientRequest, text func(pkix.Name) string) []string {
	out := []string{}
	for _, der := range r.Authorities {
		out = append(out, text(pkix.ReadName(der)))
	}
	return out
}

// words are values as they are called.
func words[T fmt.Stringer](list []T) []string {
	out := []string{}
	for _, x := range list {
		out = append(out, x.String())
	}
	return out
}

// detailFacts adds the same as "key: value".
func detailFacts(f *facts, s *parley.Server) {
	d := &s.Details
	f.add("asks", authTerms(s.Auth))
	for _, p := range d.DH.Primes {
		text := strconv.Itoa(p.Bits)
		if k, ok := primes.Find(p.P); ok {
			text += " " + k.Name
		}
		f.add("dh-prime", text)
	}
	f.add("dh-key-reused", d.DH.Reused.Is.String())
	f.add("ecdh-key-reused", d.DH.ECReused.Is.String())
	for _, v := range slices.Backward(s.Scope.Transport.Versions()) {
		if is := s.Accepts[v].GroupOrder; is != parley.Unknown {
			f.add("group-order", v.String()+" "+is.String())
		}
		if r, ok := d.Requests[v]; ok {
			f.add("client-certificate-request", v.String()+" "+requestWhole(r))
		}
	}
	f.add("hello-retry-request", d.Retries.Is.String())
	f.add("hello-retry-request-for-order", d.RetriesForOrder.Is.String())
	for _, n := range d.Names {
		f.add("other-name", strings.TrimSpace(n.Name+": "+nameText(n)))
	}
	handshakeFacts(f, s)
}

// detailsJSON is the contract of it: additive within version 1.
type (
	detailsJSON struct {
		DH          dhJSON                         `json:"dh"`
		GroupOrder  map[string]parley.Truth        `json:"group_order"`
		SchemeOrder map[string]parley.Truth        `json:"scheme_order"`
		Retry       retryJSON                      `json:"hello_retry_request"`
		Requests    map[string]certificateWishJSON `json:"client_certificate_requests"`
		OtherNames  []otherNameJSON                `json:"other_names"`
		Answers     map[string]parley.Truth        `json:"extensions_1_3"`
		ALPN13      string                         `json:"alpn_1_3"`
		Compression compressionJSON                `json:"certificate_compression"`
		Sessions    sessionsJSON                   `json:"sessions"`
		Again       againJSON                      `json:"second_handshake"`
		ECH         echJSON                        `json:"encrypted_client_hello"`
	}
	dhJSON struct {
		Primes   []primeJSON  `json:"primes"`
		Reused   parley.Truth `json:"key_reused"`
		ECReused parley.Truth `json:"ecdh_key_reused"`
	}
	primeJSON struct {
		Bits      int      `json:"bits"`
		Name      string   `json:"name"`
		Source    string   `json:"source"`
		Generator string   `json:"generator"`
		Prime     string   `json:"prime"`
		Versions  []string `json:"versions"`
		From      []string `json:"from"`
	}
	retryJSON struct {
		Asks     parley.Truth `json:"for_a_share"`
		ForOrder parley.Truth `json:"for_the_preferred_group"`
	}
	certificateWishJSON struct {
		Types       []string `json:"types"`
		Schemes     []string `json:"schemes"`
		Authorities []string `json:"authorities"`
		From        []string `json:"from"`
	}
	otherNameJSON struct {
		Name    string       `json:"name"`
		Version string       `json:"version"`
		Answer  string       `json:"answer"`
		Same    parley.Truth `json:"same_certificate"`
		Subject string       `json:"subject"`
		From    []string     `json:"from"`
	}
)

// detailsDocument is the contract's form of Details.
func detailsDocument(s *parley.Server) *detailsJSON {
	d := &s.Details
	out := &detailsJSON{
		DH:         dhJSON{Primes: []primeJSON{}, Reused: d.DH.Reused.Is, ECReused: d.DH.ECReused.Is},
		GroupOrder: map[string]parley.Truth{}, SchemeOrder: map[string]parley.Truth{}, OtherNames: []otherNameJSON{},
		Retry: retryJSON{Asks: d.Retries.Is, ForOrder: d.RetriesForOrder.Is}, Requests: map[string]certificateWishJSON{},
	}
	for _, p := range d.DH.Primes {
		k, _ := primes.Find(p.P)
		vs := slices.Sorted(slices.Values(p.Versions))
		out.DH.Primes = append(out.DH.Primes, primeJSON{
			Bits: p.Bits, Name: k.Name, Source: k.Source, Generator: hex.EncodeToString(p.G), Prime: hex.EncodeToString(p.P),
			Versions: words(vs), From: sources(p.From),
		})
	}
	for v, col := range s.Accepts {
		if v != iana.SSL2 && v != iana.SSL3 && (col.Accepted.Is == parley.Yes || col.Accepted.Is == parley.Mixed) {
			out.GroupOrder[v.String()] = col.GroupOrder
			if v >= iana.TLS12 {
				out.SchemeOrder[v.String()] = col.SchemeOrder
			}
		}
	}
	for v, r := range d.Requests {
		out.Requests[v.String()] = certificateWishJSON{
			Types: words(r.Types), Schemes: words(r.Schemes), Authorities: authorityNames(r, func(n pkix.Name) string { return n.Text }), From: sources(r.From),
		}
	}
	for _, n := range d.Names {
		x := otherNameJSON{Name: n.Name, Version: n.Version.String(), Answer: n.Answer.Words(), Same: n.Same, From: sources([]parley.Source{n.From})}
		if c, err := pkix.Read(n.Leaf); err == nil {
			x.Subject = c.Subject.Text
		}
		out.OtherNames = append(out.OtherNames, x)
	}
	out.fill(s)
	return out
}
