package parley

import (
	"bytes"
	"slices"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// Details is what is learnt of a server beside its lists: it says what the server
// does under the terms that it accepts. Each fact is unknown until an attempt shows
// it.
type Details struct {
	DH DHKeys
	// Retries: it asks by HelloRetryRequest for a group of which no share came (RFC
	// 8446, Section 4.1.4). RetriesForOrder: it does so for the group that it prefers,
	// or the client, though the share of another came that it accepts.
	Retries, RetriesForOrder Fact
	// Requests are what it wants of a client's certificate, by version.
	Requests map[iana.Version]ClientRequest
	// Answers says of extensions that were offered in 1.3 whether the server answers
	// them, in EncryptedExtensions or with its certificate (RFC 8446, Section 4.2).
	Answers map[iana.ExtensionType]Fact
	// Compressions are the algorithms by which it compresses its certificate (RFC 8879).
	Compressions List[iana.CertificateCompression]
	// ALPN13 is the protocol that it selects in 1.3 of all that are known; empty: none,
	// or it was not seen.
	ALPN13   string
	Sessions Sessions
	// Again is how it takes a client that asks for another handshake on a connection up
	// to 1.2.
	Again AgainAnswer
	ECH   ECHTerms
	// Names are what a hello without a name, and one with a name that no server has,
	// were answered with.
	Names []NameAnswer
}

// DHKeys are the ephemeral keys of a server.
type DHKeys struct {
	// Primes are the groups of finite-field Diffie-Hellman that it chose up to 1.2,
	// smallest first.
	Primes []Prime
	// Reused: the same public value came on two connections, of finite-field
	// Diffie-Hellman or, ECReused, of another group in any version.
	Reused, ECReused Fact
}

// Prime is a group of finite-field Diffie-Hellman.
type Prime struct {
	P, G     []byte // big-endian, without leading zeros
	Bits     int    // of P
	Versions []iana.Version
	From     []Source
}

// ClientRequest is what a server's CertificateRequest says (RFC 5246, Section 7.4.4;
// RFC 8446, Section 4.3.2).
type ClientRequest struct {
	Types       []iana.ClientCertificateType // none in 1.3
	Schemes     []iana.Scheme                // none before 1.2
	Authorities [][]byte                     // distinguished names in DER; none: any
	From        []Source
}

// NameAnswer is what a hello with another server_name than that of the scope was
// answered with.
type NameAnswer struct {
	Name    string // empty: the hello had none
	Version iana.Version
	Answer  Answer
	Leaf    []byte // DER; nil: none came, or it could not be read
	// Same: the certificate is one of those that come with the name of the scope.
	Same Truth
	From Source
}

// details learns what stands in Details: in a pass of its own over all replies in the
// scope, for it needs what the first came to.
func (e *Evidence) details(s *Server) {
	f := detailer{s: s, d: &s.Details, publics: map[string]int{}, groups: map[string]int{}}
	f.d.ECH.Published = e.ECH.Published
	if len(e.ECH.Configs) > 0 {
		f.d.ECH.PublicName = e.ECH.Configs[0].PublicName
	}
	for _, r := range e.Replies {
		a, ok := e.Attempts[r.Attempt]
		if !ok || !a.Scope.sameWay(s.Scope) || a.Hello == nil || a.TTL.Asked() || len(a.Odd) > 0 {
			continue
		}
		ans, from := r.AnswerTo(a), Source{Attempt: a.ID}
		f.ech(a, r, ans, from)
		if a.ECH != nil {
			continue
		}
		if !asksName(a.Hello, s.Scope.Name) {
			f.name(a, r, ans, from)
			continue
		}
		if a.Resume {
			f.resumption(a, e.Attempts[a.Base], r, ans, from)
			continue
		}
		f.keys(r, ans, from)
		f.handshake(a, r, ans, from)
		f.retry(a, ans, from)
		f.request(r, ans.Choice.Version, from)
	}
	f.reuse()
	f.withoutSession()
	slices.SortStableFunc(f.d.DH.Primes, func(a, b Prime) int { return a.Bits - b.Bits })
}

// detailer makes the Details of a server.
type detailer struct {
	s *Server
	d *Details
	// publics and groups count the public values that came, by group and value, and
	// those of each group.
	publics, groups map[string]int
	keysFrom        [2][]Source // of finite fields, and of the other groups
	twice           [2][]Source
	most            [2]int // values of one group
}

// keys learns from the server's part of the key exchange.
func (f *detailer) keys(r Reply, ans Answer, from Source) {
	for _, e := range r.Events {
		if e.From != ServerSide {
			continue
		}
		switch m := e.Item.Message.(type) {
		case *wire.ServerHello:
			if share, ok := m.KeyShare(); ok && len(share.Data) > 0 && !m.IsHelloRetryRequest() {
				i, _ := share.Group.Info()
				f.public(i.Kind == iana.GroupFFDHE, share.Group.String(), share.Data, from)
			}
		case *wire.ServerKeyExchange:
			if m.Group != 0 && len(m.Public) > 0 {
				f.public(false, m.Group.String(), m.Public, from)
			}
			if len(m.Ys) > 0 {
				f.prime(m, ans.Choice.Version, from)
				f.public(true, string(m.P), m.Ys, from)
			}
		}
	}
}

func (f *detailer) prime(m *wire.ServerKeyExchange, v iana.Version, from Source) {
	p, g := bytes.TrimLeft(m.P, "\x00"), bytes.TrimLeft(m.G, "\x00")
	list := &f.d.DH.Primes
	i := slices.IndexFunc(*list, func(x Prime) bool { return bytes.Equal(x.P, p) && bytes.Equal(x.G, g) })
	if i < 0 {
		i = len(*list)
		*list = append(*list, Prime{P: p, G: g, Bits: m.PBits})
	}
	x := &(*list)[i]
	if !slices.Contains(x.Versions, v) {
		x.Versions = append(x.Versions, v)
	}
	x.From = addSource(x.From, from)
}

// public notes a public value of one connection.
func (f *detailer) public(finite bool, group string, value []byte, from Source) {
	which := 1
	if finite {
		which = 0
	}
	key := group + "\x00" + string(value)
	f.publics[key]++
	f.groups[group]++
	f.most[which] = max(f.most[which], f.groups[group])
	f.keysFrom[which] = addSource(f.keysFrom[which], from)
	if f.publics[key] > 1 {
		f.twice[which] = addSource(f.twice[which], from)
	}
}

// reuse says of the public values whether one came twice.
func (f *detailer) reuse() {
	for which, fact := range []*Fact{&f.d.DH.Reused, &f.d.DH.ECReused} {
		switch {
		case len(f.twice[which]) > 0:
			*fact = Fact{Is: Yes, From: f.twice[which]}
		case f.most[which] > 1:
			*fact = Fact{Is: No, From: f.keysFrom[which], Why: "every connection had a public value of its own"}
		default:
			*fact = Fact{Why: "no two connections had a key of one group"}
		}
	}
}

// retry learns about HelloRetryRequests. An attempt of 1.3 about the order has the
// share of a group that is not the preferred one.
func (f *detailer) retry(a Attempt, ans Answer, from Source) {
	c := ans.Choice
	if a.Part == (Part{Version: iana.TLS13, Axis: AxisOrder}) {
		switch {
		case c.Retry:
			f.d.RetriesForOrder = learn(f.d.RetriesForOrder, Yes, from, "")
		case c.Version == iana.TLS13 && ans.Accepted():
			f.d.RetriesForOrder = learn(f.d.RetriesForOrder, No, from, "it takes the share that came")
		}
		return
	}
	if c.Retry {
		f.d.Retries = learn(f.d.Retries, Yes, from, "")
	}
}

// request learns what a server wants of a client's certificate.
func (f *detailer) request(r Reply, v iana.Version, from Source) {
	m := r.CertificateRequest()
	if m == nil {
		return
	}
	if f.d.Requests == nil {
		f.d.Requests = map[iana.Version]ClientRequest{}
	}
	x, ok := f.d.Requests[v]
	if !ok {
		x = ClientRequest{Types: m.Types, Schemes: m.Schemes, Authorities: m.Authorities}
	}
	x.From = addSource(x.From, from)
	f.d.Requests[v] = x
}

// name learns what a hello of another name is answered with.
func (f *detailer) name(a Attempt, r Reply, ans Answer, from Source) {
	if a.Part.Axis != AxisServerName || ans.End.BeforeHello() || ans.End == EndInterrupted || ans.End == EndLocal {
		return
	}
	n, _ := a.Hello.ServerName()
	x := NameAnswer{Name: n, Version: a.Part.Version, Answer: ans, From: from}
	if chain := r.certificates(); len(chain) > 0 {
		x.Leaf, x.Same = chain[0], truth(slices.ContainsFunc(f.s.Chains, func(c Chain) bool { return len(c.Raw) > 0 && bytes.Equal(c.Raw[0], chain[0]) }))
	}
	if i := slices.IndexFunc(f.d.Names, func(y NameAnswer) bool { return y.Name == n && y.Version == x.Version }); i >= 0 {
		f.d.Names[i] = x // it was asked once more
		return
	}
	f.d.Names = append(f.d.Names, x)
}

// certificates are what the server sent, leaf first.
func (r Reply) certificates() [][]byte {
	for _, e := range r.Events {
		if m, ok := e.Item.Message.(*wire.Certificate); ok && e.From == ServerSide {
			return m.Raw
		}
	}
	return nil
}

func addSource(list []Source, s Source) []Source {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}
