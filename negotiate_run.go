package parley

import (
	"slices"

	"github.com/parley-tls/parley/iana"
)

// Negotiate says what comes of a client's hello before a server: whether it
// completes and with what, or every obstacle, who refuses, and the smallest
// change sets to the hello that lead to a combination the server is known to
// accept. It is pure. What is not known makes an outcome Unknown, never No.
func Negotiate(c Client, s Server) Outcome {
	if overDTLS(c, s) {
		return negotiateDTLS(c, s)
	}
	n := newNegotiation(c, s)
	out := n.outcome()
	if out.Completes != Yes {
		out.Unblock = n.unblock(out)
	}
	return out
}

// outcome is the outcome without the ways out of it.
func (n *negotiation) outcome() Outcome {
	versions, certain := n.versions()
	if len(versions) == 0 {
		return n.noVersion()
	}
	var paths []*path
	for _, v := range versions {
		paths = append(paths, n.follow(v))
	}
	out := join(n, paths, certain)
	if n.hello == nil && n.offers == nil {
		out.Missing = append(out.Missing, Need{Side: ClientSide, Axis: AxisVersion})
	}
	for _, v := range versions {
		if n.accepts[v].Accepted.Is == Unknown {
			out.Missing = append(out.Missing, Need{Side: ServerSide, Axis: AxisVersion, Version: v})
		}
	}
	return out
}

// versions returns the versions the server may select, highest first: it takes
// the highest that both have. With certain, the last is selected if none of
// those before it is.
func (n *negotiation) versions() (may []iana.Version, certain bool) {
	for _, v := range slices.Backward(AllVersions) {
		switch n.sees(v).both(n.accepts[v].Accepted.Is) {
		case Yes:
			return append(may, v), true
		case Unknown:
			may = append(may, v)
		}
	}
	return may, false
}

func join(n *negotiation, paths []*path, certain bool) Outcome {
	last := paths[len(paths)-1]
	out := Outcome{Basis: last.basis}
	var hits []hit
	every := true // path fails
	for _, p := range paths {
		every = every && p.completes() == No
		out.Missing = append(out.Missing, p.needs...)
		hits = append(hits, p.hits...)
	}
	switch is := last.completes(); {
	case every:
		out.Completes = No
	case certain && len(paths) == 1:
		out.Completes = is
	case certain && is == Yes && !slices.ContainsFunc(paths, func(p *path) bool { return p.completes() == No }):
		// A higher version may be selected instead, and nothing speaks against it.
		out.Completes, out.Basis = Yes, BasisAssumed
	}
	if len(paths) == 1 && certain {
		out.Choice, out.Certificate = last.choice, last.key
	}
	if out.Completes != No {
		out.Basis = min(out.Basis, last.basis)
	} else {
		out.Refuses, out.Alerts = refusal(n, hits)
	}
	for _, h := range hits {
		if out.Completes != No {
			h.certain = Unknown
		}
		out.Blocks = append(out.Blocks, h.block())
	}
	return out
}

// noVersion is the outcome without any common version. What else would stand
// in the way under the versions the server accepts is told too.
func (n *negotiation) noVersion() Outcome {
	h := hit{what: noVersion, certain: Yes}
	for _, v := range AllVersions {
		if is := n.offers[v].Accepted.Is; is == Yes {
			h.server = append(h.server, n.accepts[v].Accepted.From...)
		}
		if n.accepts[v].Accepted.Is == Yes {
			h.client = append(h.client, n.offers[v].Accepted.From...)
		}
	}
	out := Outcome{Completes: No, Basis: BasisModelled, Blocks: []Block{h.block()}}
	out.Refuses, out.Alerts = refusal(n, []hit{h})
	var further []Block
	for _, v := range slices.Backward(AllVersions) {
		if n.accepts[v].Accepted.Is != Yes || n.hello == nil {
			continue
		}
		p := n.with(AddVersion(v)).follow(v)
		if p.completes() == Yes {
			return out
		}
		for _, h := range p.hits {
			further = append(further, h.block())
		}
	}
	out.Blocks = append(out.Blocks, further...)
	return out
}

// with is the negotiation after changes to the hello.
func (n *negotiation) with(changes ...Change) *negotiation {
	m := *n
	m.hello = Attempt{Hello: n.hello}.With(changes...).Hello
	m.offers = OffersOf(m.hello)
	m.overlook()
	return &m
}

// follow plays version v through.
func (n *negotiation) follow(v iana.Version) *path {
	p := &path{version: v, choice: Choice{Version: v}, basis: BasisModelled}
	if n.stack == unknownStack {
		p.basis = BasisAssumed
	}
	n.fallback(p)
	n.name(p)
	if v == iana.TLS13 {
		n.select13(p)
	} else {
		n.select12(p)
	}
	n.protocol(p)
	n.demands(p)
	return p
}

// fallback checks the mark of a client that retries with less (RFC 7507).
func (n *negotiation) fallback(p *path) {
	if n.hello == nil || !n.hello.HasSuite(iana.SCSVFallback) {
		return
	}
	for _, v := range slices.Backward(AllVersions) {
		a := n.accepts[v].Accepted
		if v <= p.version || a.Is == No {
			continue
		}
		p.hit(fallbackMark, a.Is.both(n.stack.readsFallback), nil, a.From)
		if n.stack.readsFallback == No && stackOf(n.client.Stack).readsMark {
			p.hit(downgradeMark, a.Is, nil, a.From)
		}
		return
	}
}

// name checks server_name against what the server does with names.
func (n *negotiation) name(p *path) {
	if n.hello == nil {
		return
	}
	name, _ := n.hello.ServerName()
	s := n.server.Names
	switch {
	case slices.Contains(s.Others, name):
	case name == "":
		if s.Needs.Is == Yes || s.Needs.Is == Mixed {
			p.hit(nameMissing, s.Needs.Is, nil, s.Needs.From)
		}
	case s.Rejects.Is == Yes || s.Rejects.Is == Mixed:
		certain := s.Rejects.Is
		if n.server.Scope.Name != "" && name != n.server.Scope.Name {
			certain = Unknown
		}
		p.hit(nameRejected, certain, nil, s.Rejects.From)
	}
}

// protocol checks ALPN (RFC 7301).
func (n *negotiation) protocol(p *path) {
	if n.hello == nil || n.has(iana.ExtALPN) == No || n.server.ALPN.Protocols == nil {
		return
	}
	theirs := n.hello.ALPN()
	for _, q := range n.server.ALPN.Protocols {
		if slices.Contains(theirs, q) {
			p.choice.ALPN = q
			return
		}
	}
	if n.stack.lets != nil && n.stack.lets(n.server.ALPN.Protocols, theirs) {
		return
	}
	if n.server.ALPN.Insists != No && n.server.ALPN.Insists != Unknown {
		p.hit(noProtocol, n.server.ALPN.Insists, nil, nil)
	}
}

// demands checks what either side refuses to go on without, and what the
// client says to what the server has selected.
func (n *negotiation) demands(p *path) {
	v := p.version
	if v < iana.TLS13 {
		if n.server.DemandsEMS.Is == Yes && v == iana.TLS12 && n.has(iana.ExtExtendedMasterSecret) != Yes {
			p.hit(noEMSFromClient, not(n.has(iana.ExtExtendedMasterSecret)), nil, n.server.DemandsEMS.From)
		}
		if slices.Contains(n.client.Demands, DemandEMS) {
			n.demand(p, noEMSFromServer, n.server.EMS)
		}
		if slices.Contains(n.client.Demands, DemandRenegotiation) {
			n.demand(p, noRenegotiationInfo, n.server.Renegotiation)
		}
	}
	switch offered := n.offers[v].Accepted; {
	case n.client.Completes[v] == No || n.client.Completes[v] == Mixed:
		p.hit(versionNotGone, not(n.client.Completes[v]), n.client.From, n.accepts[v].Accepted.From)
	case offered.Is == No:
		p.hit(versionNotOffered, Yes, offered.From, n.accepts[v].Accepted.From)
	case offered.Is != Yes && n.client.Completes[v] != Yes:
		p.hit(versionNotGone, Unknown, nil, n.accepts[v].Accepted.From)
		p.need(ClientSide, AxisVersion)
	}
	n.key(p)
}

func (n *negotiation) demand(p *path, what obstacle, answers Fact) {
	switch answers.Is {
	case No, Mixed:
		p.hit(what, not(answers.Is), n.client.From, answers.From)
	case Unknown:
		// Nearly every server answers; a need, not an obstacle.
		p.assume()
		p.need(ServerSide, AxisExtension)
	}
}

// key checks the size of the RSA key that the selection leads to.
func (n *negotiation) key(p *path) {
	if n.client.RSABits == 0 || p.key != iana.KeyRSA && p.key != iana.KeyRSAPSS {
		return
	}
	small, large := 0, 0
	var from []Source
	for _, c := range n.chains() {
		if c.Key != p.key || c.Bits == 0 {
			continue
		}
		if c.Bits < n.client.RSABits {
			small++
			from = append(from, c.From...)
		} else {
			large++
		}
	}
	switch {
	case small > 0 && large == 0:
		p.hit(keyTooSmall, Yes, n.client.From, from)
	case small > 0:
		p.hit(keyTooSmall, Unknown, n.client.From, from)
	}
}
