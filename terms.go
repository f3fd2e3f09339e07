package parley

import (
	"net/netip"
	"slices"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// Source says where a fact comes from: an attempt, a place in a file, a
// document, a capture. At least one field is set.
type Source struct {
	Attempt  AttemptID `json:"attempt,omitempty"`
	File     string    `json:"file,omitempty"`
	Line     int       `json:"line,omitempty"`
	Document string    `json:"document,omitempty"` // title or address
	Date     string    `json:"date,omitempty"`     // YYYY, YYYY-MM or YYYY-MM-DD
}

// Fact is a three-valued answer with its provenance. Why is required for
// Unknown and No.
type Fact struct {
	Is   Truth    `json:"is"`
	From []Source `json:"from,omitempty"`
	Why  string   `json:"why,omitempty"`
}

// Code is what the lists of terms are made of: code points.
type Code interface{ ~uint16 | ~uint32 }

// Item is one value of a list and whether it is offered or accepted.
type Item[T Code] struct {
	ID T
	Fact
}

// List is what is known of one set of code points. An empty list whose
// Complete is not Yes says nothing.
type List[T Code] struct {
	Items    []Item[T]
	Complete Truth // Yes: what is not in Items is not offered or accepted
	Order    Truth // Yes: Items stand in order of preference
}

// Listed returns a complete, ordered list of accepted values.
func Listed[T Code](ids ...T) List[T] {
	l := List[T]{Complete: Yes, Order: Yes}
	for _, id := range ids {
		l.Items = append(l.Items, Item[T]{ID: id, Fact: Fact{Is: Yes}})
	}
	return l
}

// Has says whether id is in the list: No only if the list is complete or the
// list says so.
func (l List[T]) Has(id T) Truth {
	for _, it := range l.Items {
		if it.ID == id {
			return it.Is
		}
	}
	if l.Complete == Yes {
		return No
	}
	return Unknown
}

// Yes returns the values known to be offered or accepted, in list order.
func (l List[T]) Yes() []T {
	var ids []T
	for _, it := range l.Items {
		if it.Is == Yes || it.Is == Mixed {
			ids = append(ids, it.ID)
		}
	}
	return ids
}

// Learn records what one source says of id.
func (l *List[T]) Learn(id T, is Truth, from Source) {
	for i := range l.Items {
		if it := &l.Items[i]; it.ID == id {
			it.Is = it.Is.And(is)
			it.From = append(it.From, from)
			return
		}
	}
	l.Items = append(l.Items, Item[T]{ID: id, Fact: Fact{Is: is, From: []Source{from}}})
}

// Scope is where terms hold: terms of different scopes are compared, never
// merged.
type Scope struct {
	Addr netip.AddrPort `json:"address"`
	Name string         `json:"name,omitempty"` // the server name asked for
	Via  string         `json:"via,omitempty"`  // the proxy, as a URL; empty: directly
	Host string         `json:"host,omitempty"` // host:port that a proxy is asked for; empty: Addr
	// Transport is what carries the handshake; zero: TCP.
	Transport Transport `json:"transport,omitempty"`
}

// Column is what a side offers or accepts under one version.
type Column struct {
	Accepted Fact
	Suites   List[iana.Suite]
	Groups   List[iana.Group]
	Schemes  List[iana.Scheme]
	// ServerOrder: under this version the server's order of suites decides. GroupOrder
	// and SchemeOrder say the same of groups and signature schemes.
	ServerOrder, GroupOrder, SchemeOrder Truth
	DHBits                               [2]int // smallest and largest prime in bits; 0: not known
	RSABits                              [2]int // smallest and largest modulus in bits; 0: not known
}

// Chain is a certificate chain as far as it decides a negotiation.
type Chain struct {
	Key      iana.KeyType  // of the leaf
	Bits     int           // of the leaf's key; 0: not known
	Group    iana.Group    // of an ECDSA leaf; 0: none or not known
	SignedBy []iana.Scheme // the schemes of the signatures in the chain; nil: not known
	Raw      [][]byte      // DER, leaf first; nil: not seen
	Names    []string      // the server names it is chosen for; nil: any
	From     []Source
}

// Choice is one combination under which a handshake went through.
type Choice struct {
	Version iana.Version
	Suite   iana.Suite
	Group   iana.Group  // 0: none used or not known
	Scheme  iana.Scheme // 0: none used or not known (encrypted in 1.3)
	DHBits  int         // of the prime when finite-field Diffie-Hellman was selected
	ALPN    string
	Retry   bool // after a HelloRetryRequest
}

// Good is a Choice that a server was seen to make.
type Good struct {
	Choice
	Attempt AttemptID
}

// AuthDemand says what a server asks of the client's identity.
type AuthDemand struct {
	Requested Fact // a CertificateRequest was sent
	Required  Fact
}

// ALPNPolicy is what a server does with the ALPN extension.
type ALPNPolicy struct {
	Protocols []string // in order of preference; nil: not known
	Insists   Truth    // Yes: refuses a client that offers none of them (alert 120)
}

// NamePolicy is what a server does with server_name.
type NamePolicy struct {
	Needs   Fact     // refuses a hello without a name
	Rejects Fact     // refuses the name of the scope
	Others  []string // names that it was seen to accept; "" stands for no name
}

// Server is the terms of a server in one scope.
type Server struct {
	Scope   Scope
	Accepts map[iana.Version]Column
	Good    []Good
	Chains  []Chain
	Auth    AuthDemand
	ALPN    ALPNPolicy
	Names   NamePolicy
	QUIC    *QUICTerms // of QUIC itself; nil: another transport carries the handshake
	// EMS and Renegotiation say whether the server answers the extended master
	// secret (RFC 7627) and renegotiation_info (RFC 5746) of a client in TLS 1.2
	// and below. DemandsEMS: it refuses a 1.2 client without.
	EMS, Renegotiation, DemandsEMS Fact
	// Extensions says of the extensions that were offered in a hello for 1.2 or below
	// whether the ServerHello answers them.
	Extensions map[iana.ExtensionType]Fact
	// Compression: it compresses where it is offered to. Fallback: it refuses
	// TLS_FALLBACK_SCSV below its best version (RFC 7507). Staples: it sends an OCSP
	// response where it is asked for one. Sessions: it gives sessions an ID up to 1.2.
	Compression, Fallback, Staples, Sessions Fact
	// Chooses names the stack whose way of choosing it has: openssl, gnutls, go,
	// java, nss, schannel; empty: not known.
	Chooses string
	// ServerOrder: the server's order of suites decides, not the client's. Mixed:
	// it does in part, as where a server moves ChaCha20 with the client.
	ServerOrder Truth
	// SSL2 are the cipher kinds that the server listed in SSL 2, in its order.
	SSL2 List[iana.SSL2Suite]
	// Details are what it does under the terms that it accepts.
	Details Details
	// Tolerance is what the server does with odd hellos, one for each of Oddities; nil:
	// it was sent none.
	Tolerance []Tolerance
	Seen      []AttemptID
}

// Column returns the column of v; the zero Column (all unknown) if there is none.
func (s *Server) Column(v iana.Version) Column { return s.Accepts[v] }

// Versions returns the versions whose acceptance is is, ascending.
func (s *Server) Versions(is Truth) []iana.Version {
	var vs []iana.Version
	for _, v := range s.Scope.Transport.Versions() {
		if s.Accepts[v].Accepted.Is == is {
			vs = append(vs, v)
		}
	}
	return vs
}

// AllVersions are the versions of TLS over TCP, oldest first.
var AllVersions = []iana.Version{iana.SSL2, iana.SSL3, iana.TLS10, iana.TLS11, iana.TLS12, iana.TLS13}

// ClientID names a client of knowledge/clients, as --as takes it: "java7".
type ClientID string

// Hello is a ClientHello that a client sends, with its provenance.
type Hello struct {
	Message       *wire.ClientHello
	SSL2          *wire.SSL2ClientHello // set instead of Message for an SSL 2 format hello
	RecordVersion iana.Version
	Records       []int // the sizes of its records, the last repeats; nil: one
	Composed      bool  // made from documents, not captured
	From          []Source
}

// Demand is something a client refuses to go on without.
type Demand uint8

// The demands known of real clients.
const (
	DemandNone          Demand = iota
	DemandEMS                  // extended master secret in TLS 1.2 (RFC 7627; FIPS 140-3 modules)
	DemandRenegotiation        // renegotiation_info in the ServerHello (RFC 5746)
)

// Client is what is known of a client: what it offers, what it goes through
// with, what it could do if it were told to.
type Client struct {
	ID     ClientID
	Name   string                  // "Java 7 (7u80)"
	Family string                  // "java"
	Stack  string                  // whose way of refusing it has: openssl, gnutls, go, java, nss, boringssl, schannel
	Hellos []Hello                 // the first is what it sends first; more are its retries
	Offers map[iana.Version]Column // of Hellos[0], see OffersOf
	// Completes are the versions it goes through with, by default; a version
	// that it offers and does not complete is No. Absent: not known.
	Completes map[iana.Version]Truth
	// Able are the versions its code has, on or off by default; nil: not known.
	Able    []iana.Version
	Demands []Demand
	// DHBits are the smallest and largest prime it takes, RSABits the smallest
	// RSA key of a server; 0: not known.
	DHBits  [2]int
	RSABits int
	// Verifies are its rules of verifying a server's certificates; nil: not known.
	Verifies *Verification
	Notes    []Note
	Knobs    []Knob
	From     []Source
}

// Note is a dated fact about a client in one short clause, such as
// "Java 7 has 1.2 and leaves it off".
type Note struct {
	About Axis
	Text  string
	From  Source
}

// Knob is how one client or server software expresses an intent.
type Knob struct {
	Intent IntentKind
	Grade  Grade
	// Versions are the oldest and the newest that it turns on, where the intent
	// is about versions; zero: any.
	Versions [2]iana.Version
	Text     string // the setting or command, verbatim
	Price    string // what it weakens or needs; empty: nothing known
	From     Source
}

// Serves says whether the knob expresses an intent: of the same kind, and for
// one of its versions where both say which.
func (k Knob) Serves(in Intent) bool {
	if k.Intent != in.Kind || k.Versions[1] == 0 || len(in.Versions) == 0 {
		return k.Intent == in.Kind
	}
	return slices.ContainsFunc(in.Versions, func(v iana.Version) bool {
		return v.IsDTLS() == k.Versions[0].IsDTLS() && !v.Before(k.Versions[0]) && !k.Versions[1].Before(v)
	})
}
