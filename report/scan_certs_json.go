package report

import (
	"fmt"
	"strings"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/certificates"
	"github.com/parley-tls/parley/knowledge/ctlogs"
	"github.com/parley-tls/parley/pkix"
)

type (
	credentialJSON struct {
		Chain      chainJSON       `json:"chain"`
		Problems   []chainProblem  `json:"problems"`
		Stores     []storeJSON     `json:"stores"`
		CT         transparentJSON `json:"ct"`
		Revocation []statusJSON    `json:"revocation"`
		Lints      []lintJSON      `json:"requirements"`
		DNS        *dnsJSON        `json:"dns"`
		From       []string        `json:"from"`
	}
	chainJSON struct {
		Sent      []sentJSON   `json:"sent"`
		Complete  parley.Truth `json:"complete"`
		Ordered   parley.Truth `json:"ordered"`
		Missing   string       `json:"missing_issuer"`
		MissingAt []string     `json:"missing_at"`
		Fetched   []sentJSON   `json:"fetched"`
		Path      []string     `json:"path"`
	}
	sentJSON struct {
		Subject    string   `json:"subject"`
		Issuer     string   `json:"issuer"`
		Serial     string   `json:"serial"`
		SHA256     string   `json:"sha256"`
		Key        string   `json:"key"`
		Bits       int      `json:"bits"`
		Group      string   `json:"group"`
		Signature  string   `json:"signature"`
		NotBefore  string   `json:"not_before"`
		NotAfter   string   `json:"not_after"`
		DaysLeft   int      `json:"days_left"`
		Names      []string `json:"names"`
		CA         bool     `json:"ca"`
		KeyUsage   []string `json:"key_usage"`
		ExtUsage   []string `json:"ext_key_usage"`
		Permitted  []string `json:"permitted"`
		Excluded   []string `json:"excluded"`
		MustStaple bool     `json:"must_staple"`
		OCSP       []string `json:"ocsp"`
		CRLs       []string `json:"crls"`
		Issuers    []string `json:"issuers"`
		Faults     []string `json:"faults"`
	}
	chainProblem struct {
		Kind  string       `json:"kind"`
		Sent  int          `json:"sent"`
		Stops parley.Truth `json:"stops"`
		Text  string       `json:"text"`
	}
	storeJSON struct {
		Name   string       `json:"name"`
		Of     string       `json:"of"`
		Date   string       `json:"date"`
		From   string       `json:"from"`
		Builds parley.Truth `json:"builds"`
		Root   string       `json:"root"`
		Why    string       `json:"why"`
	}
	transparentJSON struct {
		Timestamps []timestampJSON `json:"timestamps"`
		Enough     parley.Truth    `json:"enough"`
		Why        string          `json:"why"`
		LogsDate   string          `json:"logs_date"`
	}
	timestampJSON struct {
		Via      string       `json:"via"`
		LogID    string       `json:"log_id"`
		Log      string       `json:"log"`
		Operator string       `json:"operator"`
		At       string       `json:"at"`
		Verified parley.Truth `json:"verified"`
		Why      string       `json:"why"`
	}
	statusJSON struct {
		Kind       certificates.Kind `json:"kind"`
		URL        string            `json:"url"`
		About      string            `json:"about"`
		State      pkix.State        `json:"state"`
		Why        string            `json:"why"`
		RevokedAt  string            `json:"revoked_at"`
		Reason     string            `json:"reason"`
		ThisUpdate string            `json:"this_update"`
		NextUpdate string            `json:"next_update"`
		By         string            `json:"signed_by"`
	}
	lintJSON struct {
		ID     string `json:"id"`
		Clause string `json:"clause"`
		Text   string `json:"text"`
		Of     string `json:"of"`
	}
	dnsJSON struct {
		CAA  caaJSON  `json:"caa"`
		TLSA tlsaJSON `json:"tlsa"`
	}
	caaJSON struct {
		Domain    string       `json:"domain"`
		Records   []string     `json:"records"`
		Authentic parley.Truth `json:"ad_bit"`
		Err       string       `json:"error"`
	}
	tlsaJSON struct {
		Name      string           `json:"name"`
		Records   []tlsaRecordJSON `json:"records"`
		Matches   parley.Truth     `json:"matches"`
		Authentic parley.Truth     `json:"ad_bit"`
		Err       string           `json:"error"`
	}
	tlsaRecordJSON struct {
		Record  string       `json:"record"`
		Matches parley.Truth `json:"matches"`
		Of      string       `json:"of"`
	}
)

// credentialDocuments are the chains of an address in the contract.
func credentialDocuments(e *Endpoint) []credentialJSON {
	out := []credentialJSON{}
	for i := range e.Certificates {
		r := &e.Certificates[i]
		c := credentialJSON{
			Chain: chainJSON{
				Sent: []sentJSON{}, Complete: r.Complete, Ordered: r.Ordered, Missing: r.Missing, MissingAt: some(r.MissingAt), Fetched: []sentJSON{}, Path: []string{},
			},
			Problems: []chainProblem{}, Stores: []storeJSON{}, Revocation: []statusJSON{}, Lints: []lintJSON{}, DNS: dnsDocument(r.DNS), From: sources(r.From),
			CT: transparentJSON{Timestamps: []timestampJSON{}, Enough: r.CT.Enough, Why: strings.TrimSpace(r.CT.Fault + " " + r.CT.Why), LogsDate: ctlogs.Date()},
		}
		for _, s := range r.Sent {
			c.Chain.Sent = append(c.Chain.Sent, sentDocument(s, r.Now))
		}
		for _, s := range r.Fetched {
			c.Chain.Fetched = append(c.Chain.Fetched, sentDocument(s, r.Now))
		}
		for _, s := range r.Path {
			c.Chain.Path = append(c.Chain.Path, s.Subject.Text)
		}
		for _, p := range r.Problems {
			c.Problems = append(c.Problems, chainProblem{Kind: p.Kind.String(), Sent: p.Sent, Stops: p.Stops, Text: certificates.Words(p)})
		}
		for _, s := range r.Stores {
			c.Stores = append(c.Stores, storeJSON{Name: s.Store.Name, Of: s.Store.Of, Date: s.Store.Date, From: s.Store.From, Builds: s.Builds, Root: s.Root, Why: s.Why})
		}
		for _, t := range r.CT.Timestamps {
			c.CT.Timestamps = append(c.CT.Timestamps, timestampJSON{Via: t.Via, LogID: t.ID, Log: t.Log, Operator: t.Operator, At: stamp(t.At), Verified: t.Signature, Why: t.Why})
		}
		for _, s := range r.Revocation {
			c.Revocation = append(c.Revocation, statusJSON{
				Kind: s.Kind, URL: s.URL, About: s.About, State: s.Is, Why: s.Why, RevokedAt: stamp(s.RevokedAt), Reason: s.Reason,
				ThisUpdate: stamp(s.ThisUpdate), NextUpdate: stamp(s.NextUpdate), By: s.By,
			})
		}
		for _, l := range r.Lints {
			c.Lints = append(c.Lints, lintJSON(l))
		}
		out = append(out, c)
	}
	return out
}

// sentDocument is a certificate in the contract; nil: it could not be read.
func sentDocument(c *pkix.Certificate, now time.Time) sentJSON {
	out := sentJSON{Names: []string{}, KeyUsage: []string{}, ExtUsage: []string{}, Permitted: []string{}, Excluded: []string{}, OCSP: []string{}, CRLs: []string{}, Issuers: []string{}, Faults: []string{}}
	if c == nil {
		out.Faults = append(out.Faults, "cannot be read")
		return out
	}
	out.Subject, out.Issuer, out.Serial, out.SHA256 = c.Subject.Text, c.Issuer.Text, c.Serial.Text(16), certificates.Digest(c)
	out.Bits, out.Signature, out.CA, out.MustStaple = c.Key.Bits, c.Signature.Name, c.IsCA(), c.MustStaple()
	if c.Key.Type != 0 {
		out.Key = c.Key.Type.String()
	}
	if c.Key.Group != 0 {
		out.Group = c.Key.Group.String()
	}
	out.NotBefore, out.NotAfter = stamp(c.NotBefore), stamp(c.NotAfter)
	if !c.NotAfter.IsZero() {
		out.DaysLeft = int(c.NotAfter.Sub(now) / (24 * time.Hour))
	}
	out.Names, out.OCSP, out.CRLs, out.Issuers = some(c.Covers()), some(c.OCSP), some(c.CRLs), some(c.IssuerURLs)
	if c.KeyUsage != nil {
		out.KeyUsage = some(c.KeyUsage.Words())
	}
	out.ExtUsage = pkix.UsageNames(c.ExtKeyUsage)
	if c.Constraints != nil {
		out.Permitted, out.Excluded = subtrees(c.Constraints.Permitted), subtrees(c.Constraints.Excluded)
	}
	for _, f := range c.Faults {
		out.Faults = append(out.Faults, f.String())
	}
	return out
}

// subtrees are what a name constraint is about, as text.
func subtrees(s pkix.Subtrees) []string {
	out := []string{}
	out = append(append(append(out, s.DNS...), s.Emails...), s.URIs...)
	for _, p := range s.IPs {
		out = append(out, p.String())
	}
	if s.Others > 0 {
		out = append(out, fmt.Sprintf("%d of other kinds", s.Others))
	}
	return out
}

func dnsDocument(d *certificates.DNS) *dnsJSON {
	if d == nil {
		return nil
	}
	out := &dnsJSON{
		CAA:  caaJSON{Domain: d.CAA.Domain, Records: []string{}, Authentic: d.CAA.Authentic, Err: d.CAA.Err},
		TLSA: tlsaJSON{Name: d.TLSA.Name, Records: []tlsaRecordJSON{}, Matches: d.TLSA.Meets(), Authentic: d.TLSA.Authentic, Err: d.TLSA.Err},
	}
	for _, r := range d.CAA.Records {
		out.CAA.Records = append(out.CAA.Records, r.String())
	}
	for _, r := range d.TLSA.Records {
		out.TLSA.Records = append(out.TLSA.Records, tlsaRecordJSON{Record: r.String(), Matches: r.Matches, Of: r.Of})
	}
	return out
}
