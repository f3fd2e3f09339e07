package report

import (
	"encoding/json"
	"io"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/transcript"
)

// CheckSchema names the contract of JSON; docs/schema/check.json states it.
const CheckSchema = "parley.check/1"

// The types below are the contract. Lists are never null.
type (
	checkJSON struct {
		Schema      string            `json:"schema"`
		ToolVersion string            `json:"tool_version"`
		Exit        int               `json:"exit"`
		Target      targetJSON        `json:"target"`
		Client      clientJSON        `json:"client"`
		Verdict     parley.Verdict    `json:"verdict"`
		Layer       *layerJSON        `json:"layer"`
		Connections int               `json:"connections"`
		ElapsedMS   float64           `json:"elapsed_ms"`
		Addresses   []addressJSON     `json:"addresses"`
		Causes      []causeJSON       `json:"causes"`
		WouldTell   []string          `json:"would_tell"`
		Connects    []parley.ClientID `json:"connects"`
		Attempts    []attemptJSON     `json:"attempts"`
		NotRun      []notRunJSON      `json:"not_run"`
		Notes       []string          `json:"notes"`
	}
	targetJSON struct {
		Text       string   `json:"text"`
		Host       string   `json:"host"`
		Port       uint16   `json:"port"`
		ServerName string   `json:"server_name"`
		StartTLS   string   `json:"starttls"`
		Transport  string   `json:"transport,omitempty"`
		Proxies    []string `json:"proxies"`
		Origin     []string `json:"origin,omitempty"`
	}
	clientJSON struct {
		ID        parley.ClientID  `json:"id"`
		Certainty parley.Certainty `json:"certainty"`
		Evidence  string           `json:"evidence"`
	}
	layerJSON struct {
		Phase parley.Phase `json:"phase"`
		Why   string       `json:"why"`
	}
	addressJSON struct {
		Address    string         `json:"address"`
		ServerName string         `json:"server_name"`
		Via        string         `json:"via"`
		Verdict    parley.Verdict `json:"verdict"`
		AnsweredBy []string       `json:"answered_by"`
		Note       string         `json:"note"`
		Terms      termsJSON      `json:"terms"`
	}
	termsJSON struct {
		Versions     map[string]columnJSON   `json:"versions"`
		ALPN         []string                `json:"alpn"`
		Certificates []certificateJSON       `json:"certificates"`
		Extensions   map[string]parley.Truth `json:"extensions"`
		ClientAuth   clientAuthJSON          `json:"client_auth"`
		ServerOrder  parley.Truth            `json:"server_order"`
		Resumption   parley.Truth            `json:"resumption"`
		Tolerance    map[string]parley.Truth `json:"tolerance"`
	}
	columnJSON struct {
		Accepted       parley.Truth `json:"accepted"`
		Why            string       `json:"why"`
		Suites         []string     `json:"suites"`
		SuitesComplete parley.Truth `json:"suites_complete"`
		Preference     parley.Truth `json:"preference"`
		Groups         []string     `json:"groups"`
		Schemes        []string     `json:"schemes"`
		DHBits         []int        `json:"dh_bits"`
		From           []string     `json:"from"`
	}
	certificateJSON struct {
		Key   string   `json:"key"`
		Bits  int      `json:"bits"`
		Group string   `json:"group"`
		Names []string `json:"names"`
		// Of a certificate that was read; empty else.
		Subject   string   `json:"subject"`
		Issuer    string   `json:"issuer"`
		NotBefore string   `json:"not_before"`
		NotAfter  string   `json:"not_after"`
		Signature string   `json:"signature"`
		TrustedBy []string `json:"trusted_by"`
		From      []string `json:"from"`
	}
	clientAuthJSON struct {
		Requested parley.Truth `json:"requested"`
		Required  parley.Truth `json:"required"`
	}
	causeJSON struct {
		ID          parley.CauseID    `json:"id"`
		Title       string            `json:"title"`
		Certainty   parley.Certainty  `json:"certainty"`
		ClientIs    parley.Certainty  `json:"client_certainty"`
		Side        parley.Side       `json:"side"`
		Phase       parley.Phase      `json:"phase"`
		Addresses   []string          `json:"addresses"`
		Members     []parley.ClientID `json:"members"`
		Because     []reasonJSON      `json:"because"`
		Transcript  []string          `json:"transcript"`
		Pair        *pairJSON         `json:"pair"`
		NotExcluded []parley.CauseID  `json:"not_excluded"`
		WouldTell   []string          `json:"would_tell"`
		Symptoms    []symptomJSON     `json:"symptoms"`
		Fixes       []fixJSON         `json:"fixes"`
		WillNotHelp []string          `json:"will_not_help"`
		Verify      string            `json:"verify"`
	}
	reasonJSON struct {
		Text string   `json:"text"`
		From []string `json:"from"`
	}
	pairJSON struct {
		Changed []string   `json:"changed"`
		Fails   []runsJSON `json:"fails"`
		Works   []runsJSON `json:"works"`
		Without []runsJSON `json:"without"`
	}
	runsJSON struct {
		Attempt parley.AttemptID `json:"attempt"`
		Answer  string           `json:"answer"`
		Same    int              `json:"same"`
		Of      int              `json:"of"`
	}
	symptomJSON struct {
		ID        parley.CauseID    `json:"id"`
		Title     string            `json:"title"`
		Certainty parley.Certainty  `json:"certainty"`
		Members   []parley.ClientID `json:"members"`
	}
	fixJSON struct {
		Intent   parley.IntentKind `json:"intent"`
		Side     parley.Side       `json:"side"`
		Grade    parley.Grade      `json:"grade"`
		Software string            `json:"software"`
		Commands []string          `json:"commands"`
		Text     string            `json:"text"`
		Price    string            `json:"price"`
	}
	attemptJSON struct {
		ID       parley.AttemptID `json:"id"`
		Role     parley.Role      `json:"role"`
		Name     string           `json:"name"`
		Base     parley.AttemptID `json:"base"`
		Address  string           `json:"address"`
		Via      string           `json:"via"`
		Changed  []string         `json:"changed"`
		Prologue []string         `json:"prologue"`
		Hello    string           `json:"hello"`
		Events   []eventJSON      `json:"events"`
		End      parley.EndKind   `json:"end"`
		Answer   string           `json:"answer"`
		AtMS     float64          `json:"at_ms"`
		TookMS   float64          `json:"took_ms"`
		Others   int              `json:"others"`
	}
	eventJSON struct {
		From    parley.Side `json:"from"`
		Message string      `json:"message"`
		AfterMS float64     `json:"after_ms"`
	}
	notRunJSON struct {
		ID  parley.AttemptID `json:"id"`
		Why string           `json:"why"`
	}
)

// JSON writes the answer as one document of the contract.
func JSON(w io.Writer, c *Check) error { return writeJSON(w, checkDocument(c)) }

func writeJSON(w io.Writer, doc any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(doc)
}

// addressesOf writes addresses; nil where there are none.
func addressesOf(as []netip.AddrPort) (out []string) {
	for _, a := range as {
		out = append(out, a.String())
	}
	return out
}

// some is a list that is empty rather than null.
func some[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// overUDP is the word of a transport of UDP; nothing says TCP.
func overUDP(t parley.Transport) string {
	if t == parley.TransportTCP {
		return ""
	}
	return t.String()
}

func checkDocument(c *Check) checkJSON {
	t := c.Target
	doc := checkJSON{
		Schema: CheckSchema, ToolVersion: c.Tool, Exit: c.Exit, Verdict: c.Verdict,
		Target: targetJSON{
			Text: t.Text, Host: t.Host, Port: t.Port, ServerName: t.Name, StartTLS: t.StartTLS, Transport: overUDP(t.Transport), Proxies: some(t.Proxies), Origin: addressesOf(t.Origin),
		},
		Client:      clientJSON{ID: "panel", Certainty: c.ClientIs, Evidence: c.ClientEvidence},
		Connections: c.Connections, ElapsedMS: milliseconds(c.Elapsed),
		Addresses: []addressJSON{}, Causes: []causeJSON{}, WouldTell: some(c.WouldTell), Connects: some(c.Connects),
		Attempts: []attemptJSON{}, NotRun: []notRunJSON{}, Notes: some(c.Notes),
	}
	if c.Client != nil {
		doc.Client.ID = c.Client.ID
	}
	if c.Layer != parley.PhaseUnknown {
		doc.Layer = &layerJSON{Phase: c.Layer, Why: c.Why}
	}
	for i := range c.Addresses {
		doc.Addresses = append(doc.Addresses, c.addressDocument(&c.Addresses[i]))
	}
	for _, f := range c.Findings {
		doc.Causes = append(doc.Causes, c.causeDocument(f))
	}
	if c.Evidence != nil {
		doc.Attempts = attemptDocuments(c.Evidence)
		for _, id := range c.Evidence.Order {
			if why := c.Evidence.NotRun[id]; why != "" {
				doc.NotRun = append(doc.NotRun, notRunJSON{ID: id, Why: why})
			}
		}
	}
	return doc
}

func (c *Check) addressDocument(a *Address) addressJSON {
	return addressJSON{
		Address: a.Scope.Addr.String(), ServerName: a.Scope.Name, Via: a.Scope.Via, Verdict: a.Verdict,
		AnsweredBy: some(a.AnsweredBy), Note: a.Note, Terms: c.termsDocument(&a.Server),
	}
}

// preference says whether the server's order of suites decides, and is known.
func preference(col parley.Column) parley.Truth {
	if col.ServerOrder == parley.Mixed {
		return parley.Mixed
	}
	return col.Suites.Order
}

func (c *Check) termsDocument(s *parley.Server) termsJSON {
	t := termsJSON{
		Versions: map[string]columnJSON{}, ALPN: some(s.ALPN.Protocols), Certificates: []certificateJSON{},
		Extensions: map[string]parley.Truth{
			"extended_master_secret": s.EMS.Is, "renegotiation_info": s.Renegotiation.Is,
		},
		ClientAuth:  clientAuthJSON{Requested: s.Auth.Requested.Is, Required: s.Auth.Required.Is},
		ServerOrder: s.ServerOrder, Tolerance: map[string]parley.Truth{},
	}
	for v, col := range s.Accepts {
		t.Versions[v.String()] = columnJSON{
			Accepted: col.Accepted.Is, Why: col.Accepted.Why, From: sources(col.Accepted.From),
			Suites: some(namesOf(col.Suites)), SuitesComplete: col.Suites.Complete, Preference: preference(col),
			Groups: some(namesOf(col.Groups)), Schemes: some(namesOf(col.Schemes)), DHBits: bits(col.DHBits),
		}
	}
	for _, ch := range s.Chains {
		cert := certificateJSON{Bits: ch.Bits, Names: some(ch.Names), TrustedBy: []string{}, From: sources(ch.From)}
		if read, ok := c.certificate(ch); ok {
			read.fill(&cert)
		}
		if ch.Key != 0 {
			cert.Key = ch.Key.String()
		}
		if ch.Group != 0 {
			cert.Group = ch.Group.String()
		}
		t.Certificates = append(t.Certificates, cert)
	}
	return t
}

func bits(b [2]int) []int {
	if b == [2]int{} {
		return []int{}
	}
	return b[:]
}

// sources are attempts' ids, file:line, or documents.
func sources(from []parley.Source) []string {
	out := []string{}
	for _, s := range from {
		if text := sourceText(s); text != "" && !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return out
}

func sourceText(s parley.Source) string {
	if s.Attempt != "" {
		return string(s.Attempt)
	}
	text := strings.TrimSuffix(strings.TrimPrefix(source(parley.Source{Document: s.Document, Date: s.Date}), " ("), ")")
	if s.File == "" {
		return text
	}
	file := s.File
	if s.Line > 0 {
		file += ":" + strconv.Itoa(s.Line)
	}
	return strings.TrimSuffix(file+" "+text, " ")
}

func (c *Check) causeDocument(f parley.Finding) causeJSON {
	doc := causeJSON{
		ID: f.Cause, Title: c.title(f), Certainty: f.Certainty, ClientIs: f.ClientIs, Side: f.Side, Phase: f.Phase,
		Addresses: []string{}, Members: some(f.Members), Because: []reasonJSON{}, Transcript: []string{},
		NotExcluded: some(f.NotExcluded), WouldTell: some(f.WouldTell), Symptoms: []symptomJSON{}, Fixes: []fixJSON{},
		WillNotHelp: some(c.willNotHelp(f)), Verify: c.Verify(),
	}
	for _, s := range f.Scopes {
		if a := s.Addr.String(); s.Addr.IsValid() && !slices.Contains(doc.Addresses, a) {
			doc.Addresses = append(doc.Addresses, a)
		}
	}
	for _, r := range f.Because {
		doc.Because = append(doc.Because, reasonJSON{Text: r.Text, From: sources(r.From)})
	}
	if a, r, ok := c.shown(f); ok {
		sent, came := transcript.Terms(a, r)
		for _, l := range append(sent, came...) {
			doc.Transcript = append(doc.Transcript, strings.TrimSpace(strings.TrimSpace(l.String())+"  "+after(l.After)))
		}
	}
	if f.Pair != nil {
		doc.Pair = c.pairDocument(f.Pair)
	}
	for _, s := range f.Symptoms {
		doc.Symptoms = append(doc.Symptoms, symptomJSON{ID: s.Cause, Title: c.title(s), Certainty: s.Certainty, Members: some(s.Members)})
	}
	for _, fix := range c.Fixes(f) {
		doc.Fixes = append(doc.Fixes, fixDocument(fix))
	}
	return doc
}

func fixDocument(f Fix) fixJSON {
	doc := fixJSON{
		Intent: f.Intent, Side: f.Side, Grade: f.Grade, Software: f.Software, Commands: []string{}, Text: f.Text, Price: f.Price,
	}
	if f.Software != "" {
		doc.Commands = []string{f.Text}
	}
	return doc
}

func (c *Check) pairDocument(p *parley.Pair) *pairJSON {
	doc := &pairJSON{
		Changed: []string{}, Without: []runsJSON{},
		Fails: []runsJSON{{Attempt: p.Fails, Answer: c.words(p.Fails), Same: p.FailsAs[0], Of: p.FailsAs[1]}},
		Works: []runsJSON{{Attempt: p.Works, Answer: c.words(p.Works), Same: p.WorksAs[0], Of: p.WorksAs[1]}},
	}
	for _, ch := range p.Changed {
		doc.Changed = append(doc.Changed, changes([]parley.Change{ch}))
	}
	for _, id := range p.Without {
		n := 0
		if c.Evidence != nil {
			n = len(c.Evidence.RepliesTo(id))
		}
		doc.Without = append(doc.Without, runsJSON{Attempt: id, Answer: c.words(id), Same: n, Of: n})
	}
	return doc
}

// attemptDocuments has one entry a connection, in the order in which they ended.
func attemptDocuments(e *parley.Evidence) []attemptJSON {
	out := []attemptJSON{}
	for _, r := range e.Replies {
		a := e.Attempts[r.Attempt]
		doc := attemptJSON{
			ID: r.Attempt, Role: a.Role, Name: a.Name, Base: a.Base, Via: a.Scope.Via,
			Changed: []string{}, Prologue: []string{}, Events: []eventJSON{}, End: r.End, Answer: r.AnswerTo(a).Words(),
			AtMS: milliseconds(r.At), TookMS: milliseconds(r.Took), Others: r.Others,
		}
		if a.Scope.Addr.IsValid() {
			doc.Address = a.Scope.Addr.String()
		}
		for _, ch := range a.Changed {
			doc.Changed = append(doc.Changed, changes([]parley.Change{ch}))
		}
		sent, came := transcript.Terms(a, r)
		for _, l := range sent {
			if l.Name == "ClientHello" || l.Name == "SSL2ClientHello" {
				doc.Hello = l.Text
			} else {
				doc.Prologue = append(doc.Prologue, strings.TrimSpace(l.Name+" "+l.Text))
			}
		}
		for _, l := range came {
			ev := eventJSON{From: parley.ServerSide, Message: strings.TrimSpace(l.Name + " " + l.Text), AfterMS: milliseconds(l.After)}
			if l.Arrow == ">" {
				ev.From = parley.ClientSide
			}
			doc.Events = append(doc.Events, ev)
		}
		out = append(out, doc)
	}
	return out
}
