package transcript

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

// Panel is the client of a document whose bases are those of today's panel.
const Panel parley.ClientID = "panel"

// Evidence makes the evidence that the document shows. Attempts are identified,
// and an answer of "x2" comes twice, interleaved with those of the other
// attempts. The client in question has the hellos of the bases.
func (d *Doc) Evidence() *parley.Evidence {
	e, _ := d.evidence(nil)
	return e
}

// EvidenceOf is Evidence with the clients that known returns for their ids: a
// base without a hello sends the client's first, and what is known of the
// client counts. It fails on a base whose hello nothing says.
func (d *Doc) EvidenceOf(known func(id string) (*parley.Client, error)) (*parley.Evidence, error) {
	return d.evidence(known)
}

func (d *Doc) evidence(known func(id string) (*parley.Client, error)) (*parley.Evidence, error) {
	e := &parley.Evidence{Now: d.Now, Trust: d.stores(), Issuers: d.issuers(), Local: d.Local, Target: d.Target, Lookup: d.Lookup, NotRun: map[parley.AttemptID]string{}}
	ids := make([]parley.AttemptID, len(d.Blocks))
	r := resolver{client: func(bl *Block) *parley.Client {
		if known == nil || d.Client == "" {
			return nil
		}
		c, err := known(d.idOf(bl))
		if err != nil {
			return nil
		}
		return c
	}}
	for i := range d.Blocks {
		a := r.attempt(&d.Blocks[i])
		if known != nil && a.Role == parley.RoleBase && a.Hello == nil && a.SSL2 == nil {
			return nil, fmt.Errorf("transcript: nothing says what the hello of %q is: name a known client, or write it down", a.Name)
		}
		e.Add(a)
		ids[i] = a.ID
		if d.Blocks[i].NotRun != "" {
			e.NotRun[a.ID] = d.Blocks[i].NotRun
		}
	}
	d.reply(e, ids)
	d.address(e)
	d.clients(e, &r)
	return e, nil
}

// idOf is the id of the client whose hello a base is.
func (d *Doc) idOf(bl *Block) string {
	if d.Client == Panel {
		return bl.Name
	}
	return string(d.Client)
}

// reply adds the replies, turn by turn.
func (d *Doc) reply(e *parley.Evidence, ids []parley.AttemptID) {
	var at time.Duration
	for turn, more := 0, true; more; turn++ {
		more = false
		for i := range d.Blocks {
			bl := &d.Blocks[i]
			if bl.Times <= turn {
				continue
			}
			more = true
			r := bl.Reply
			r.Attempt, r.At = ids[i], at
			r.Events = slices.Clone(r.Events)
			e.Replies = append(e.Replies, r)
			at += r.Connect + r.Took
		}
	}
}

// address fills in the target and the lookup that the scopes imply.
func (d *Doc) address(e *parley.Evidence) {
	if len(d.Blocks) == 0 {
		return
	}
	first := d.Blocks[0].Scope
	if e.Target.Text == "" {
		host := first.Name
		if host == "" {
			host = first.Addr.Addr().String()
		}
		e.Target = parley.Target{
			Text: netip.AddrPort(first.Addr).String(), Host: host, Port: first.Addr.Port(), Name: first.Name, Transport: first.Transport,
		}
		if first.Name != "" {
			e.Target.Text = fmt.Sprintf("%s:%d", host, first.Addr.Port())
		}
		if first.Transport != parley.TransportTCP {
			e.Target.Text = first.Transport.String() + "://" + e.Target.Text
		}
	}
	if e.Lookup.Name == "" {
		e.Lookup.Name = e.Target.Host
		e.Lookup.Addrs = addresses(d.Blocks)
	}
}

func addresses(blocks []Block) []netip.Addr {
	var out []netip.Addr
	for _, bl := range blocks {
		if a := bl.Scope.Addr.Addr(); a.IsValid() && !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	return out
}

func (d *Doc) clients(e *parley.Evidence, res *resolver) {
	if d.Client == "" {
		return
	}
	seen := map[string]*parley.Client{}
	for _, id := range e.Order {
		a := e.Attempts[id]
		if a.Role != parley.RoleBase || a.Hello == nil && a.SSL2 == nil {
			continue
		}
		key := string(d.Client)
		if d.Client == Panel {
			key = a.Name
		}
		h := parley.Hello{Message: a.Hello, SSL2: a.SSL2, RecordVersion: a.RecordVersion}
		if c := seen[key]; c != nil {
			continue
		}
		c := &parley.Client{ID: parley.ClientID(key), Name: key, Hellos: []parley.Hello{h}}
		if a.Hello != nil {
			c.Offers = parley.OffersOf(a.Hello)
		}
		if k := res.client(&Block{Name: a.Name}); k != nil {
			c = k
		}
		seen[key] = c
		if d.Client == Panel {
			e.Panel = append(e.Panel, c)
		} else {
			e.Client = c
		}
	}
	if e.Client == nil && d.Client != Panel {
		e.Client = &parley.Client{ID: d.Client, Name: string(d.Client)}
	}
}

// resolver finds the attempts that later ones refer to.
type resolver struct {
	made []madeAttempt
	// client returns the known client whose hello a base is; nil: none is known.
	client func(bl *Block) *parley.Client
}

type madeAttempt struct {
	scope   parley.Scope // of the block: a variant's own may differ by its proxy
	role    parley.Role
	name    string
	attempt parley.Attempt
}

// find returns the latest attempt of that name in a scope; with any, if there
// is none there, the first of that name and role anywhere.
func (r *resolver) find(s parley.Scope, role parley.Role, name string, any bool) (parley.Attempt, bool) {
	for _, m := range slices.Backward(r.made) {
		if m.scope == s && m.name == name && (role == parley.RoleUnknown || m.role == role) {
			return m.attempt, true
		}
	}
	if any {
		for _, m := range r.made {
			if m.name == name && m.role == role {
				return m.attempt, true
			}
		}
	}
	return parley.Attempt{}, false
}

func (r *resolver) attempt(bl *Block) parley.Attempt {
	a := r.make(bl)
	r.made = append(r.made, madeAttempt{scope: bl.Scope, role: bl.Role, name: bl.Name, attempt: a})
	return a
}

// make makes a block's attempt: what it says, and where it says nothing, what it
// was before, or what its name or its base imply.
func (r *resolver) make(bl *Block) parley.Attempt {
	a := parley.Attempt{
		Role: bl.Role, Name: bl.Name, Scope: bl.Scope, Prologue: slices.Clone(bl.Prologue),
		SSL2: bl.SSL2, RecordVersion: bl.RecordVersion, Split: bl.Split, Whole: bl.Whole,
		Until: bl.Until, Cert: bl.Cert, Request: bl.Request, Resume: bl.Resume,
	}
	if bl.Hello != nil {
		a.Hello = bl.Hello.Clone()
	}
	silent := a.Hello == nil && a.SSL2 == nil && len(a.Prologue) == 0
	if bl.Role == parley.RoleVariant {
		base, ok := r.find(bl.Scope, parley.RoleUnknown, bl.On, false)
		if !ok {
			return a.Identify()
		}
		v := base.With(bl.Changed...)
		v.Name = bl.Name
		if bl.Until != parley.StopFlight {
			v.Until, v.Cert, v.Request = bl.Until, bl.Cert, bl.Request
			v = v.Identify()
		}
		if bl.Resume {
			v.Resume = true
			v = v.Identify()
		}
		if silent {
			return v
		}
		if a.Hello != nil || a.SSL2 != nil {
			v.Hello, v.SSL2, v.RecordVersion, v.Split, v.Whole = a.Hello, a.SSL2, a.RecordVersion, a.Split, a.Whole
		}
		if len(a.Prologue) > 0 {
			v.Prologue = a.Prologue
		}
		return v.Identify()
	}
	if !silent {
		return a.Identify()
	}
	if same, ok := r.find(bl.Scope, bl.Role, bl.Name, bl.Role == parley.RoleBase); ok {
		same.Scope = bl.Scope
		return same.Identify()
	}
	if c := r.known(bl); c != nil {
		return baseOf(c, bl)
	}
	if ref, ok := named(bl); ok {
		return ref
	}
	return a.Identify()
}

// known is the client whose hello a block without one stands for.
func (r *resolver) known(bl *Block) *parley.Client {
	if r.client == nil || bl.Role != parley.RoleBase {
		return nil
	}
	return r.client(bl)
}

func baseOf(c *parley.Client, bl *Block) parley.Attempt {
	a := parley.BaseOf(c, bl.Scope)
	a.Name, a.Until, a.Cert, a.Request, a.Resume = bl.Name, bl.Until, bl.Cert, bl.Request, bl.Resume
	return a.Identify()
}

// named is the reference that a block's name stands for: "all of 1.2", the
// hello that offers everything, or "RSA only of all of 1.2", what an RSA key
// can serve of it.
func named(bl *Block) (parley.Attempt, bool) {
	only, digits, cut := strings.Cut(bl.Name, " only of all of ")
	if !cut {
		only, digits = "", strings.TrimPrefix(bl.Name, "all of ")
	}
	v, err := iana.ParseVersion(digits)
	if err != nil || bl.Role != parley.RoleReference || !slices.Contains(bl.Scope.Transport.Versions(), v) || v == iana.SSL2 {
		return parley.Attempt{}, false
	}
	ref := parley.Whole(bl.Scope, v)
	if cut {
		var auths []iana.Auth
		for word := range strings.SplitSeq(only, ",") {
			auths = append(auths, authNamed(word))
		}
		ref = parley.WholeOnly(bl.Scope, v, auths...)
	}
	return ref, ref.Name == bl.Name
}

func authNamed(word string) iana.Auth {
	for _, a := range []iana.Auth{iana.AuthRSA, iana.AuthECDSA, iana.AuthDSS} {
		if a.String() == word {
			return a
		}
	}
	return 0 // which no suite has: the name is refused
}

// FromEvidence writes down what was tried. Answers to one attempt that read
// alike are one block; what a transcript does not carry is dropped.
func FromEvidence(e *parley.Evidence) *Doc {
	w := writer{e: e, names: map[parley.AttemptID]string{}, taken: map[string]bool{}}
	d := &Doc{Target: e.Target, Lookup: e.Lookup, Local: e.Local}
	switch {
	case e.Client != nil:
		d.Client = e.Client.ID
	case len(e.Panel) > 0:
		d.Client = Panel
	}
	for _, id := range e.Order {
		d.Blocks = append(d.Blocks, w.blocks(e.Attempts[id])...)
	}
	d.implied()
	if canonical, err := Parse(d.String()); err == nil {
		return canonical
	}
	return d
}

// implied drops what the scopes say already.
func (d *Doc) implied() {
	probe := Doc{Blocks: d.Blocks}
	e := &parley.Evidence{}
	probe.address(e)
	if sameTarget(d.Target, e.Target) {
		d.Target = parley.Target{}
		e = &parley.Evidence{}
	} else {
		e = &parley.Evidence{Target: d.Target}
	}
	probe.address(e)
	l := d.Lookup
	if l.End == parley.EndUnknown && l.Detail == "" && l.Name == e.Lookup.Name && slices.Equal(l.Addrs, e.Lookup.Addrs) {
		d.Lookup = parley.Lookup{}
	}
}

func sameTarget(a, b parley.Target) bool {
	return a.Text == b.Text && a.Host == b.Host && a.Port == b.Port && a.Name == b.Name && a.Transport == b.Transport &&
		a.StartTLS == b.StartTLS && slices.Equal(a.Proxies, b.Proxies) && slices.Equal(a.Origin, b.Origin)
}

type writer struct {
	e        *parley.Evidence
	names    map[parley.AttemptID]string
	taken    map[string]bool
	resolver resolver
}

// blocks writes one attempt: a block for each answer.
func (w *writer) blocks(a parley.Attempt) []Block {
	proto := w.proto(a)
	resolved := w.resolver.attempt(&proto)
	w.resolver.made[len(w.resolver.made)-1].attempt.ID = resolved.ID
	var out []Block
	byAnswer := map[string]int{}
	for _, r := range w.e.RepliesTo(a.ID) {
		bl := proto
		bl.Times = 1
		bl.Reply = r
		bl.Reply.Attempt, bl.Reply.At = "", 0
		key := answerKey(bl)
		if i, ok := byAnswer[key]; ok {
			out[i].Times++
			continue
		}
		byAnswer[key] = len(out)
		if len(out) > 0 { // the attempt is known by its name now
			bl.Hello, bl.SSL2, bl.RecordVersion, bl.Split, bl.Whole, bl.Prologue = nil, nil, 0, parley.Split{}, 0, nil
		}
		out = append(out, bl)
	}
	if len(out) == 0 {
		proto.NotRun = w.e.NotRun[a.ID]
		if proto.NotRun == "" {
			proto.NotRun = "no reply"
		}
		out = append(out, proto)
	}
	return out
}

// answerKey is what an answer says, without times.
func answerKey(bl Block) string {
	bl.Reply.Took = 0
	bl.Reply.Events = slices.Clone(bl.Reply.Events)
	for i := range bl.Reply.Events {
		bl.Reply.Events[i].After = 0
	}
	return bl.answer()
}

// proto is the block of an attempt without its answer.
func (w *writer) proto(a parley.Attempt) Block {
	bl := Block{
		Scope: a.Scope, Role: a.Role, Name: a.Name, Prologue: a.Prologue,
		Hello: a.Hello, SSL2: a.SSL2, RecordVersion: a.RecordVersion, Split: a.Split, Whole: a.Whole,
		Until: a.Until, Cert: a.Cert, Request: a.Request, Resume: a.Resume,
	}
	switch a.Role {
	case parley.RoleVariant:
		base, ok := w.e.Attempts[a.Base]
		if on, named := w.names[a.Base]; ok && named {
			bl.On, bl.Changed, bl.Scope = on, a.Changed, w.scopeOf(a.Base)
			if base.With(a.Changed...).ID == a.ID {
				bl.Hello, bl.SSL2, bl.RecordVersion, bl.Split, bl.Whole, bl.Prologue = nil, nil, 0, parley.Split{}, 0, nil
				bl.Until, bl.Cert, bl.Request, bl.Resume = parley.StopFlight, nil, nil, false
			}
		} else {
			bl.Role, bl.Name = parley.RoleReference, "variant of "+string(a.Base)
		}
		if !w.isBase(a.ID) {
			return bl
		}
		if bl.Name == "" {
			bl.Name = "variant"
		}
	case parley.RoleBase:
		if bl.Name == "" {
			bl.Name = "base"
		}
	case parley.RoleReference:
		if ref, ok := named(&bl); ok && ref.ID == a.ID {
			bl.Hello, bl.RecordVersion, bl.Whole = nil, 0, 0
		}
	case parley.RoleUnknown:
		bl.Role = parley.RoleReference
	}
	bl.Name = w.unique(bl.Scope, bl.Name)
	w.names[a.ID] = bl.Name
	if bl.Role == parley.RoleBase {
		silent := Block{Scope: bl.Scope, Role: bl.Role, Name: bl.Name, Until: bl.Until, Cert: bl.Cert, Request: bl.Request, Resume: bl.Resume}
		if w.resolver.make(&silent).ID == a.ID {
			bl = silent
		}
	}
	return bl
}

// isBase reports whether another attempt changes this one.
func (w *writer) isBase(id parley.AttemptID) bool {
	for _, a := range w.e.Attempts {
		if a.Base == id && a.Role == parley.RoleVariant {
			return true
		}
	}
	return false
}

func (w *writer) scopeOf(id parley.AttemptID) parley.Scope { return w.e.Attempts[id].Scope }

func (w *writer) unique(s parley.Scope, name string) string {
	key := func(n string) string { return fmt.Sprintf("%v|%s", s, n) }
	out := name
	for i := 2; w.taken[key(out)]; i++ {
		out = fmt.Sprintf("%s-%d", name, i)
	}
	w.taken[key(out)] = true
	return out
}
