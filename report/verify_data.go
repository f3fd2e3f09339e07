package report

import (
	"io"
	"strconv"
	"strings"

	"github.com/parley-tls/parley"
)

// verifyPlain writes one fact a line, in an order and with keys that do not
// change.
func verifyPlain(w io.Writer, v *Verification) error {
	var f facts
	f.add("verdict", v.Verdict.String())
	f.add("exit", strconv.Itoa(v.Exit))
	f.add("target", (&screen{c: &Check{Target: v.Target}}).target())
	for _, h := range v.Policies {
		f.add("policy", h.name()+" "+metWord(h.Met))
		for _, d := range h.Demands {
			word := metWord(d.Met)
			if d.Demand.Advice {
				word = "advice " + word
			}
			f.add("demand", h.name()+" "+d.Demand.ID+" "+word)
			f.add("demands", d.Demand.Words())
			f.add("clause", d.Demand.Clause)
			f.add("found", d.Why)
			for _, fix := range d.Fixes {
				f.add("fix", strings.TrimSpace(fix.Software+" "+fix.text()))
			}
		}
		for _, u := range h.Policy.Unseen {
			f.add("unseen", u.Clause+": "+u.Text)
		}
	}
	for _, c := range v.Clients {
		name := c.Name
		if name == "" {
			name = "panel"
		}
		f.add("client", name+" "+metWord(c.Met)+" "+string(c.Cause)+" "+c.Why)
		f.add("check", c.Check)
	}
	for i := range v.Addresses {
		a := &v.Addresses[i]
		f.add("address", a.Scope.Addr.String()+" "+serverTerms(&a.Server)+" "+a.Note)
	}
	for _, n := range v.Notes {
		f.add("note", n)
	}
	f.add("verify", v.Again)
	f.add("looks", strconv.Itoa(v.Looks))
	f.add("connections", strconv.Itoa(v.Connections))
	f.add("elapsed-ms", strconv.FormatInt(v.Elapsed.Milliseconds(), 10))
	_, err := io.WriteString(w, f.String())
	return err
}

// VerifySchema names the contract of VerifyJSON; docs/schema/verify.json states it.
const VerifySchema = "parley.verify/1"

// The types below are the contract. Lists are never null.
type (
	verifyJSON struct {
		Schema      string              `json:"schema"`
		ToolVersion string              `json:"tool_version"`
		Exit        int                 `json:"exit"`
		Target      targetJSON          `json:"target"`
		Verdict     parley.Verdict      `json:"verdict"`
		Policies    []policyJSON        `json:"policies"`
		Clients     []connectsJSON      `json:"clients"`
		Addresses   []verifyAddressJSON `json:"addresses"`
		Looks       int                 `json:"looks"`
		Connections int                 `json:"connections"`
		ElapsedMS   float64             `json:"elapsed_ms"`
		Verify      string              `json:"verify"`
		Notes       []string            `json:"notes"`
	}
	policyJSON struct {
		Name    string       `json:"name"`
		Title   string       `json:"title"`
		File    string       `json:"file"`
		Source  documentJSON `json:"source"`
		Met     parley.Truth `json:"met"`
		Demands []demandJSON `json:"demands"`
		Unseen  []clauseJSON `json:"unseen"`
	}
	documentJSON struct {
		Document string `json:"document"`
		Date     string `json:"date"`
	}
	clauseJSON struct {
		Clause string `json:"clause"`
		Text   string `json:"text"`
	}
	demandJSON struct {
		ID        string         `json:"id"`
		Clause    string         `json:"clause"`
		Demand    string         `json:"demand"`
		Advice    bool           `json:"advice"`
		Met       parley.Truth   `json:"met"`
		Why       string         `json:"why"`
		Addresses []demandAtJSON `json:"addresses"`
		Fixes     []fixJSON      `json:"fixes"`
	}
	demandAtJSON struct {
		Address    string       `json:"address"`
		ServerName string       `json:"server_name"`
		Via        string       `json:"via"`
		Met        parley.Truth `json:"met"`
		Why        string       `json:"why"`
		Against    []string     `json:"against"`
		From       []string     `json:"from"`
	}
	connectsJSON struct {
		ID    string         `json:"id"`
		Met   parley.Truth   `json:"met"`
		Cause parley.CauseID `json:"cause"`
		Why   string         `json:"why"`
		Check string         `json:"check"`
	}
	verifyAddressJSON struct {
		Address    string    `json:"address"`
		ServerName string    `json:"server_name"`
		Via        string    `json:"via"`
		Note       string    `json:"note"`
		Terms      termsJSON `json:"terms"`
	}
)

// VerifyJSON writes the answer as one document of the contract.
func VerifyJSON(w io.Writer, v *Verification) error {
	t := v.Target
	doc := verifyJSON{
		Schema: VerifySchema, ToolVersion: v.Tool, Exit: v.Exit, Verdict: v.Verdict,
		Target: targetJSON{
			Text: t.Text, Host: t.Host, Port: t.Port, ServerName: t.Name, StartTLS: t.StartTLS, Transport: overUDP(t.Transport), Proxies: some(t.Proxies), Origin: addressesOf(t.Origin),
		},
		Policies: []policyJSON{}, Clients: []connectsJSON{}, Addresses: []verifyAddressJSON{},
		Looks: v.Looks, Connections: v.Connections, ElapsedMS: milliseconds(v.Elapsed), Verify: v.Again, Notes: some(v.Notes),
	}
	for i := range v.Policies {
		doc.Policies = append(doc.Policies, policyDocument(&v.Policies[i]))
	}
	for _, c := range v.Clients {
		id := c.Name
		if id == "" {
			id = "panel"
		}
		doc.Clients = append(doc.Clients, connectsJSON{ID: id, Met: c.Met, Cause: c.Cause, Why: c.Why, Check: c.Check})
	}
	terms := &Check{} // no roots are known here: certificates are shown, not judged
	for i := range v.Addresses {
		a := &v.Addresses[i]
		doc.Addresses = append(doc.Addresses, verifyAddressJSON{
			Address: a.Scope.Addr.String(), ServerName: a.Scope.Name, Via: a.Scope.Via, Note: a.Note, Terms: terms.termsDocument(&a.Server),
		})
	}
	return writeJSON(w, doc)
}

func policyDocument(h *Held) policyJSON {
	p := h.Policy
	doc := policyJSON{
		Name: p.Name, Title: p.Title, File: p.File, Source: documentJSON{Document: p.Source.Document, Date: p.Source.Date},
		Met: h.Met, Demands: []demandJSON{}, Unseen: []clauseJSON{},
	}
	for _, u := range p.Unseen {
		doc.Unseen = append(doc.Unseen, clauseJSON(u))
	}
	for _, d := range h.Demands {
		dd := demandJSON{
			ID: d.Demand.ID, Clause: d.Demand.Clause, Demand: d.Demand.Words(), Advice: d.Demand.Advice, Met: d.Met, Why: d.Why,
			Addresses: []demandAtJSON{}, Fixes: []fixJSON{},
		}
		for _, at := range d.At {
			dd.Addresses = append(dd.Addresses, demandAtJSON{
				Address: at.Scope.Addr.String(), ServerName: at.Scope.Name, Via: at.Scope.Via, Met: at.Met, Why: at.Why,
				Against: some(at.Against), From: sources(at.From),
			})
		}
		for _, f := range d.Fixes {
			dd.Fixes = append(dd.Fixes, fixDocument(f))
		}
		doc.Demands = append(doc.Demands, dd)
	}
	return doc
}

// Ledger is the answer as rows, for the formats of other programs.
func (v *Verification) Ledger() *Ledger {
	l := &Ledger{
		Tool: v.Tool, Command: "verify", Target: (&screen{c: &Check{Target: v.Target}}).target(), Title: v.heldAgainst(),
		Verdict: v.Verdict, Exit: v.Exit, Elapsed: v.Elapsed, Again: v.Again, Notes: v.Notes,
	}
	for i := range v.Policies {
		l.Rows = append(l.Rows, v.Policies[i].rows()...)
	}
	for _, c := range v.Clients {
		name := c.Name
		if name == "" {
			name = "today's clients"
		}
		row := Row{Set: "clients", Rule: strings.ReplaceAll(name, " ", "-"), Title: name + " can connect", State: stateOf[c.Met], Why: c.Why}
		if c.Cause != "" {
			row.Why = string(c.Cause) + ": " + c.Title
		}
		if c.Met != parley.Yes && c.Check != "" {
			row.Why = strings.TrimPrefix(row.Why+"; more: "+c.Check, "; ")
		}
		l.Rows = append(l.Rows, row)
	}
	return l
}

// stateOf is the state of a row about a demand.
var stateOf = map[parley.Truth]State{parley.Yes: StatePass, parley.No: StateFail}

// rows are the demands of a policy, one for each endpoint.
func (h *Held) rows() (out []Row) {
	for _, d := range h.Demands {
		row := Row{
			Set: h.Policy.Name, Rule: d.Demand.ID, Title: d.Demand.Words(), Clause: d.Demand.Clause, Source: h.Policy.Source.Document,
			State: stateOf[d.Met], Advice: d.Demand.Advice, Why: d.Why,
		}
		if h.Policy.Name == "" {
			row.Set = h.Policy.Title
		}
		var fixes []string
		for _, f := range d.Fixes {
			fixes = append(fixes, strings.TrimSpace(f.Software+" "+f.text()))
		}
		fix := strings.Join(fixes[:min(len(fixes), 2)], "; or ")
		if len(d.At) == 0 {
			out = append(out, row)
		}
		for _, at := range d.At {
			row.Address, row.State, row.Why, row.Fix = at.Scope.Addr.String(), stateOf[at.Met], at.Why, ""
			if at.Scope.Via != "" {
				row.Address += " through " + at.Scope.Via
			}
			if at.Met == parley.No {
				row.Fix = fix
			}
			out = append(out, row)
		}
	}
	return out
}
