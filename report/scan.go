package report

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/certificates"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/knowledge/weaknesses"
)

// Scan is all the data of one scan's answer.
type Scan struct {
	Tool        string
	Target      parley.Target
	Exit        int
	Depth       string
	Connections int
	Elapsed     time.Duration
	Endpoints   []Endpoint
	Notes       []string
	Evidence    *parley.Evidence
	Again       string // the command that asks the same once more
	// FailOn is the severity from which on a finding is a problem; SeverityUnknown:
	// none is. Policies are what the terms were held against.
	FailOn   weaknesses.Severity
	Policies []Held
	// Software says how servers carry out the fixes of what was found.
	Software []Software
}

// Endpoint is what was learned at one address, by one way.
type Endpoint struct {
	Server      parley.Server
	Learned     bool   // something of the versions is known
	Note        string // why nothing is
	Connections int
	Findings    []weaknesses.Finding
	// Cut says what ended the scan before all was asked: "timeout", "connections";
	// empty: nothing did.
	Cut string
	// Certificates are judged, one for each chain that came to the name.
	Certificates []certificates.Report
}

// ScanHuman writes the answer of a scan for a person: one screen of at most 40
// lines, or with Plain one fact a line.
func ScanHuman(w io.Writer, s *Scan, o Options) error {
	if o.Plain {
		return scanPlain(w, s)
	}
	v := scanScreen{s: s, screen: screen{c: &Check{Target: s.Target, Verdict: s.verdict(), Evidence: s.Evidence}, o: o, cols: o.width()}}
	return writeLines(w, v.lines(), o.Color)
}

func (s *Scan) verdict() parley.Verdict {
	switch s.Exit {
	case 1:
		return parley.VerdictProblem
	case 3:
		return parley.VerdictUnknown
	}
	return parley.VerdictOK
}

// scanLines is the height of a scan's screen without Verbose.
const scanLines = 40

type scanScreen struct {
	screen
	s    *Scan
	said map[parley.IntentKind]bool // fixes whose directives were told
}

// lines shortens the lists until the screen is short enough.
func (v *scanScreen) lines() []string {
	if v.o.Verbose {
		return v.build(999)
	}
	var out []string
	for most := 12; most > 0; most-- {
		if out = v.build(most); len(out) <= scanLines {
			return out
		}
	}
	return append(out[:scanLines-1], "  ...      more is shown with -v")
}

func (v *scanScreen) build(most int) []string {
	v.head = v.s.word()
	out := v.heading("")
	if held := v.policies(most); len(held) > 0 {
		out = append(append(out, ""), held...)
	}
	answers := v.answers(most)
	foot := []string{""}
	for _, n := range v.s.Notes {
		foot = append(foot, v.labelled("note", n, "", 4)...)
	}
	v.c.Connections, v.c.Elapsed = v.s.Connections, v.s.Elapsed
	foot = append(foot, v.labelled("took", v.cost(), "", 1)...)
	if most == 1 && len(answers) > 1 {
		share(answers, scanLines-len(out)-len(foot))
	}
	return slices.Concat(out, slices.Concat(answers...), foot)
}

// answers are those of the addresses, each with what is before it. Where there is not
// room for all, what a later one says like the first is told once.
func (v *scanScreen) answers(most int) (out [][]string) {
	var first []string
	for i, g := range v.s.groups() {
		part := []string{""}
		if len(v.s.Endpoints) > 1 {
			label := "at"
			if i > 0 {
				label = "but at"
			}
			part = append(part, v.labelled(label, strings.Join(g.where, ", "), "", 3)...)
		}
		lines := v.endpoint(g.Endpoint, most)
		switch {
		case i == 0:
			first = lines
		case most < 10:
			lines = v.besides(first, lines, v.s.groups()[0].where[0])
		}
		out = append(out, append(part, lines...))
	}
	return out
}

// scanGroup is one answer and the addresses that gave it.
type scanGroup struct {
	*Endpoint
	where []string
}

// groups puts together the addresses that agree.
func (s *Scan) groups() (out []scanGroup) {
	var texts []string
	for i := range s.Endpoints {
		e := &s.Endpoints[i]
		text, where := strings.Join(scanFacts(s, e), "\n"), e.Server.Scope.Addr.String()
		if via := e.Server.Scope.Via; via != "" {
			where += " via " + via
		}
		if at := slices.Index(texts, text); at >= 0 {
			out[at].where = append(out[at].where, where)
			continue
		}
		texts = append(texts, text)
		out = append(out, scanGroup{Endpoint: e, where: []string{where}})
	}
	return out
}

// listed is labelled for a list, of which whole items are shown.
func (v *scanScreen) listed(label, text string, most int) []string {
	return whole(text, most, func(text string) []string { return v.labelled(label, text, "", 999) }, v.atMost)
}

// endpoint are the lines of one answer; a list takes at most so many. Where there is
// not room for all, what is weak goes before the names of suites and the rest.
func (v *scanScreen) endpoint(e *Endpoint, most int) []string {
	if !e.Learned {
		why := e.Note
		if why == "" {
			why = "nothing was answered"
		}
		return append(v.labelled("unknown", "nothing is known of what is accepted: "+why, "", 3), v.quic(&e.Server)...)
	}
	s := &e.Server
	names, beside := most, 3
	if most < 10 {
		names, beside = max(1, most-6), 1
	}
	if v.o.Verbose {
		beside = 99
	}
	out := v.labelled("versions", scanVersions(s), "", 4)
	out = append(out, v.quic(s)...)
	for _, l := range suiteLists(s) {
		label, heading := l.versions, l.heading()
		if len(label) >= labelCols {
			label, heading = "", label+": "+heading
		}
		out = append(out, v.labelled(label, heading, "", 2)...)
		if len(l.names) > 0 {
			lines := v.listed("", strings.Join(l.names, ", "), names)
			if last := len(lines) - 1; !v.o.Verbose && strings.HasSuffix(lines[last], " more") {
				lines = append(lines[:last], v.labelled("", strings.TrimSpace(lines[last])+": -v shows all", "", 2)...)
			}
			out = append(out, lines...)
		}
	}
	out = append(out, v.weak(e, most)...)
	for _, f := range fullFacts(s) {
		out = append(out, v.listed(f[0], f[1], beside)...)
	}
	out = append(out, v.details(s)...)
	for _, f := range toleranceLines(s, v.o.Verbose) {
		out = append(out, v.listed(f[0], f[1], 2)...)
	}
	return append(out, v.credentials(e)...)
}

// fullFacts are what the full depth learns besides suites, "label" and text.
func fullFacts(s *parley.Server) (out [][2]string) {
	label := "groups"
	for _, v := range slices.Backward(s.Scope.Transport.Versions()) {
		col := s.Accepts[v]
		if names := namesOf(col.Groups); len(names) > 0 && col.Groups.Complete != parley.Unknown {
			out = append(out, [2]string{label, v.String() + ": " + strings.Join(names, ", ") + groupOrder(col)})
			label = ""
		}
	}
	if s.Fallback.Is == parley.Unknown && s.Staples.Is == parley.Unknown {
		return out // the full depth was not asked for
	}
	var has, not []string
	add := func(what string, f parley.Fact) {
		switch f.Is {
		case parley.Yes, parley.Mixed:
			has = append(has, what)
		case parley.No:
			not = append(not, what)
		}
	}
	add("extended_master_secret", s.EMS)
	add("renegotiation_info", s.Renegotiation)
	add("encrypt_then_mac", s.Extensions[iana.ExtEncryptThenMAC])
	add("session_ticket", s.Extensions[iana.ExtSessionTicket])
	add("session IDs", s.Sessions)
	add("OCSP response", s.Staples)
	add("signed_certificate_timestamp", s.Extensions[iana.ExtSCT])
	add("TLS_FALLBACK_SCSV", s.Fallback)
	add("compression", s.Compression)
	if len(has) > 0 {
		out = append(out, [2]string{"has", strings.Join(has, ", ")})
	}
	if len(not) > 0 {
		out = append(out, [2]string{"has not", strings.Join(not, ", ")})
	}
	if len(s.ALPN.Protocols) > 0 && s.QUIC == nil {
		out = append(out, [2]string{"ALPN", strings.Join(s.ALPN.Protocols, ", ")})
	}
	return out
}

func (v *scanScreen) certs(s *parley.Server) (out []string) {
	label := "shows"
	for _, ch := range s.Chains {
		if c, ok := v.c.certificate(ch); ok {
			out = append(out, v.labelled(label, keyWords(ch)+": "+c.text(), "", 2)...)
			label = ""
		}
	}
	return out
}

// keyWords say the key of a leaf: "RSA 2048".
func keyWords(ch parley.Chain) string {
	switch {
	case ch.Key == 0:
		return "certificate"
	case ch.Group != 0:
		return ch.Key.String() + " " + ch.Group.String()
	case ch.Bits > 0 && ch.Key != iana.KeyEd25519 && ch.Key != iana.KeyEd448: // which have one size
		return ch.Key.String() + " " + strconv.Itoa(ch.Bits)
	}
	return ch.Key.String()
}

// scanVersions is what settledTerms says, and what is not known.
func scanVersions(s *parley.Server) string {
	text := settledTerms(s)
	var open []iana.Version
	for _, v := range s.Scope.Transport.Versions() {
		if s.Accepts[v].Accepted.Is == parley.Unknown {
			open = append(open, v)
		}
	}
	for len(open) > 0 {
		why := s.Accepts[open[0]].Accepted.Why
		same := slices.DeleteFunc(slices.Clone(open), func(v iana.Version) bool { return s.Accepts[v].Accepted.Why != why })
		open = slices.DeleteFunc(open, func(v iana.Version) bool { return s.Accepts[v].Accepted.Why == why })
		text += ", " + versionList(same) + " " + notKnown(why)
	}
	return strings.TrimPrefix(text, ", ")
}

// notKnown says why it is not known whether a version is accepted.
func notKnown(why string) string {
	if why == "" {
		return "not known"
	}
	return "not known (" + why + ")"
}

// suiteList is a list of suites and the versions that have it.
type suiteList struct {
	versions        string
	names           []string
	complete, order parley.Truth
	mixed           []string
}

// suiteLists are the lists of a server, newest version first; neighbours with
// the same list are one.
func suiteLists(s *parley.Server) (out []suiteList) {
	for _, v := range slices.Backward(s.Scope.Transport.Versions()) {
		col := s.Accepts[v]
		if col.Accepted.Is != parley.Yes && col.Accepted.Is != parley.Mixed {
			continue
		}
		l := suiteList{versions: v.String(), names: namesOf(col.Suites), complete: col.Suites.Complete, order: col.ServerOrder}
		for _, it := range col.Suites.Items {
			if it.Is == parley.Mixed {
				l.mixed = append(l.mixed, it.ID.String())
			}
		}
		if v == iana.SSL2 {
			l.names, l.complete = nil, s.SSL2.Complete
			for _, k := range s.SSL2.Yes() {
				l.names = append(l.names, k.String())
			}
		}
		if n := len(out) - 1; n >= 0 && slices.Equal(out[n].names, l.names) && out[n].complete == l.complete && out[n].order == l.order {
			out[n].versions = v.String() + " " + out[n].versions
			continue
		}
		out = append(out, l)
	}
	return out
}

// heading says how many suites there are, whether they are all, and whose order
// decides.
func (l suiteList) heading() string {
	text := fmt.Sprintf("%d cipher suites", len(l.names))
	if len(l.names) == 1 {
		text = "1 cipher suite"
	}
	switch l.complete {
	case parley.Yes:
	case parley.Mixed:
		text += ", of which not every connection accepts all: " + strings.Join(l.mixed, ", ")
	default:
		text += " seen, there may be more"
	}
	if len(l.names) < 2 {
		return text
	}
	switch l.order {
	case parley.Yes:
		text += "; the server's order decides"
	case parley.No:
		text += "; the client's order decides"
	case parley.Mixed:
		text += "; the server's order decides, and the client's moves it"
	}
	return text
}

// scanFacts are the terms of one endpoint, "key: value" each.
func scanFacts(s *Scan, e *Endpoint) []string {
	var f facts
	if !e.Learned {
		f.add("unknown", e.Note)
		return strings.Split(strings.TrimSpace(f.String()), "\n")
	}
	for _, v := range e.Server.Scope.Transport.Versions() {
		a := e.Server.Accepts[v].Accepted
		f.add("version", strings.TrimSpace(v.String()+" "+a.Is.String()+" "+a.Why))
	}
	for _, v := range slices.Backward(e.Server.Scope.Transport.Versions()) {
		col := e.Server.Accepts[v]
		for _, name := range namesOf(col.Suites) {
			f.add("suite", v.String()+" "+name)
		}
		if len(col.Suites.Items) > 0 {
			f.add("suites-complete", v.String()+" "+col.Suites.Complete.String())
			f.add("server-order", v.String()+" "+col.ServerOrder.String())
		}
	}
	for _, k := range e.Server.SSL2.Yes() {
		f.add("suite", "SSL2 "+k.String())
	}
	for _, v := range slices.Backward(e.Server.Scope.Transport.Versions()) {
		if is := e.Server.Accepts[v].Groups.Complete; is != parley.Unknown {
			for _, name := range namesOf(e.Server.Accepts[v].Groups) {
				f.add("group", v.String()+" "+name)
			}
			f.add("groups-complete", v.String()+" "+is.String())
		}
	}
	for _, fact := range fullFacts(&e.Server) {
		if fact[0] != "groups" && fact[0] != "" {
			f.add(strings.ReplaceAll(strings.ToLower(fact[0]), " ", "-"), fact[1])
		}
	}
	if s.full() {
		detailFacts(&f, &e.Server)
	}
	toleranceFacts(&f, &e.Server)
	quicFacts(&f, &e.Server)
	c := Check{Evidence: s.Evidence}
	for _, ch := range e.Server.Chains {
		if read, ok := c.certificate(ch); ok {
			f.add("certificate", keyWords(ch)+": "+read.text())
		}
	}
	weakFacts(&f, e.Findings)
	for i := range e.Certificates {
		for _, fact := range credentialFacts(&e.Certificates[i]) {
			f.add(fact[0], fact[1])
		}
	}
	return strings.Split(strings.TrimSpace(f.String()), "\n")
}

// scanPlain writes one fact a line.
func scanPlain(w io.Writer, s *Scan) error {
	var f facts
	f.add("verdict", s.verdict().String())
	f.add("headline", s.word())
	f.add("exit", strconv.Itoa(s.Exit))
	f.add("target", (&screen{c: &Check{Target: s.Target}}).target())
	f.add("depth", s.Depth)
	for i := range s.Endpoints {
		e := &s.Endpoints[i]
		f.add("address", scopeText(e.Server.Scope))
		for _, line := range scanFacts(s, e) {
			if line != "" {
				f.WriteString(line + "\n")
			}
		}
	}
	f.add("fail-on", strings.TrimPrefix(s.failOn(), "--fail-on "))
	policyFacts(&f, s.Policies)
	for _, n := range s.Notes {
		f.add("note", n)
	}
	f.add("connections", strconv.Itoa(s.Connections))
	f.add("elapsed-ms", strconv.FormatInt(s.Elapsed.Milliseconds(), 10))
	_, err := io.WriteString(w, f.String())
	return err
}

// ScanSchema names the contract of ScanJSON; docs/schema/scan.json states it.
const ScanSchema = "parley.scan/1"

type (
	scanJSON struct {
		Schema      string            `json:"schema"`
		ToolVersion string            `json:"tool_version"`
		Exit        int               `json:"exit"`
		Target      targetJSON        `json:"target"`
		Depth       string            `json:"depth"`
		Verdict     parley.Verdict    `json:"verdict"`
		Headline    string            `json:"headline"`
		Agree       parley.Truth      `json:"addresses_agree"`
		Connections int               `json:"connections"`
		ElapsedMS   float64           `json:"elapsed_ms"`
		Addresses   []scanAddressJSON `json:"addresses"`
		Policies    []policyJSON      `json:"policies"`
		Notes       []string          `json:"notes"`
	}
	scanAddressJSON struct {
		Address      string           `json:"address"`
		ServerName   string           `json:"server_name"`
		Via          string           `json:"via"`
		Note         string           `json:"note"`
		Connections  int              `json:"connections"`
		Terms        scanTermsJSON    `json:"terms"`
		Details      *detailsJSON     `json:"details"`
		Tolerance    []toleranceJSON  `json:"tolerance"`
		Certificates []credentialJSON `json:"certificates"`
		findingsJSON
		Cut  string    `json:"cut"`
		QUIC *quicJSON `json:"quic,omitempty"`
	}
	scanTermsJSON struct {
		termsJSON
		SSL2            []string                `json:"ssl2_kinds"`
		GroupsComplete  map[string]parley.Truth `json:"groups_complete"`
		SchemesComplete map[string]parley.Truth `json:"schemes_complete"`
		Features        map[string]parley.Truth `json:"features"`
	}
)

// ScanJSON writes the answer of a scan as one document of the contract.
func ScanJSON(w io.Writer, s *Scan) error {
	t := s.Target
	doc := scanJSON{
		Schema: ScanSchema, ToolVersion: s.Tool, Exit: s.Exit, Depth: s.Depth, Verdict: s.verdict(), Headline: s.word(),
		Target:      targetJSON{Text: t.Text, Host: t.Host, Port: t.Port, ServerName: t.Name, StartTLS: t.StartTLS, Transport: overUDP(t.Transport), Proxies: some(t.Proxies)},
		Connections: s.Connections, ElapsedMS: milliseconds(s.Elapsed), Addresses: []scanAddressJSON{}, Policies: []policyJSON{}, Notes: some(s.told()),
	}
	for i := range s.Policies {
		doc.Policies = append(doc.Policies, policyDocument(&s.Policies[i]))
	}
	if len(s.Endpoints) > 1 {
		doc.Agree = parley.No
		if len(s.groups()) == 1 {
			doc.Agree = parley.Yes
		}
	}
	c := Check{Evidence: s.Evidence}
	for i := range s.Endpoints {
		e := &s.Endpoints[i]
		a := scanAddressJSON{
			Address: e.Server.Scope.Addr.String(), ServerName: e.Server.Scope.Name, Via: e.Server.Scope.Via, Note: e.Note,
			Connections: e.Connections, Terms: scanTermsJSON{termsJSON: c.termsDocument(&e.Server), SSL2: []string{}},
		}
		a.Terms.fill(&e.Server)
		a.QUIC = quicDocument(&e.Server)
		quicColumns(&e.Server, a.Terms.Versions)
		if s.full() {
			a.Details = detailsDocument(&e.Server)
		}
		a.Tolerance, a.Terms.Tolerance = toleranceDocument(&e.Server), toleranceTruths(&e.Server)
		a.Cut = e.Cut
		a.findingsJSON = findingsDocument(e.Findings, s.Software)
		a.Certificates = credentialDocuments(e)
		doc.Addresses = append(doc.Addresses, a)
	}
	return writeJSON(w, doc)
}

// told are the notes, and before them what became of --fail-on.
func (s *Scan) told() []string { return append(nonEmpty(s.failOn()), s.Notes...) }

// fill adds what only an enumeration learns.
func (t *scanTermsJSON) fill(s *parley.Server) {
	for _, k := range s.SSL2.Yes() {
		t.SSL2 = append(t.SSL2, k.String())
	}
	for x, f := range s.Extensions {
		t.Extensions[x.String()] = f.Is
	}
	t.GroupsComplete, t.SchemesComplete = map[string]parley.Truth{}, map[string]parley.Truth{}
	for v, col := range s.Accepts {
		t.GroupsComplete[v.String()], t.SchemesComplete[v.String()] = col.Groups.Complete, col.Schemes.Complete
	}
	t.Features = map[string]parley.Truth{
		"compression": s.Compression.Is, "fallback_scsv": s.Fallback.Is, "ocsp_response": s.Staples.Is, "session_ids": s.Sessions.Is,
	}
}
