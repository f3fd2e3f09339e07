package check_test

import (
	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/internal/peers"
	"github.com/parley-tls/parley/lab"
	"github.com/parley-tls/parley/wire"
)

// want is the right answer of a check: the one cause, its side and certainty.
// The zero want is a healthy server.
type want struct {
	cause     parley.CauseID
	side      parley.Side
	certainty parley.Certainty
	exit      int
}

// pair is one real server with one fault, and the client it is checked as.
type pair struct {
	stack  peers.Stack
	fault  string // what is wrong, in words
	config peers.Config
	as     parley.ClientID // empty: today's panel
	hello  []byte          // hello:FILE, in place of as
	byIP   bool            // no server name is asked for
	sni    string          // in place of peers.Name
	alpn   []string
	// through is a proxy that the check goes through, reached by scheme.
	through       peers.Stack
	throughConfig peers.Config
	scheme        string
	// lost are the versions that an nginx before the server has no way for, in
	// its words; "" stands for those not named.
	lost []string
	// stopped halts the server's process once it listens.
	stopped bool
	// beside is a server of the same stack at 127.0.0.2, the name's other address.
	beside *peers.Config
	want   want
}

func ids(vs ...iana.Version) []iana.Version { return vs }

var (
	tooOld         = want{"version.client-too-old", parley.ClientSide, parley.Proved, 1}
	pinned         = want{"version.client-pinned", parley.ClientSide, parley.Proved, 1}
	serverOld      = want{"version.server-too-old", parley.ServerSide, parley.Proved, 1}
	policyMin      = want{"version.policy-min", parley.ServerSide, parley.Seen, 1}
	serverPolicy   = want{"version.policy-min", parley.ServerSide, parley.Inferred, 1}
	only13         = want{"version.server-tls13-only", parley.SideUnknown, parley.Proved, 1}
	gap            = want{"version.gap", parley.ServerSide, parley.Proved, 1}
	fallback       = want{"version.fallback-scsv", parley.ClientSide, parley.Proved, 1}
	noSuiteServer  = want{"cipher.no-overlap", parley.ServerSide, parley.Proved, 1}
	noSuiteEither  = want{"cipher.no-overlap", parley.SideUnknown, parley.Proved, 1}
	wrongKey       = want{"cipher.cert-type-mismatch", parley.ServerSide, parley.Proved, 1}
	wrongKeySeen   = want{"cipher.cert-type-mismatch", parley.ServerSide, parley.Seen, 1}
	wrongKey12     = want{"cipher.cert-type-mismatch", parley.ServerSide, parley.Inferred, 1}
	noGroup        = want{"group.no-overlap", parley.ServerSide, parley.Proved, 1}
	noGroupEither  = want{"group.no-overlap", parley.SideUnknown, parley.Proved, 1}
	noGroupLeaf    = want{"group.no-overlap", parley.ServerSide, parley.Proved, 1}
	noSchemeServer = want{"sigalg.no-overlap", parley.ServerSide, parley.Proved, 1}
	noScheme       = want{"sigalg.no-overlap", parley.SideUnknown, parley.Proved, 1}
	noSchemes      = want{"sigalg.missing-extension", parley.ClientSide, parley.Proved, 1}
	smallDH        = want{"dh.too-small", parley.ServerSide, parley.Seen, 1}
	largeDH        = want{"dh.too-large", parley.ClientSide, parley.Seen, 1}
	noEMS          = want{"extension.ems-required", parley.ServerSide, parley.Seen, 1}
	noReneg        = want{"renegotiation.legacy-server", parley.ServerSide, parley.Seen, 1}
	noName         = want{"sni.missing", parley.ClientSide, parley.Proved, 1}
	unknownName    = want{"sni.unrecognized", parley.ServerSide, parley.Proved, 1}
	unservedName   = want{"sni.unrecognized", parley.ServerSide, parley.Seen, 1}
	noALPN         = want{"alpn.no-overlap", parley.ServerSide, parley.Proved, 1}
	noCertificate  = want{"server.no-usable-certificate", parley.ServerSide, parley.Inferred, 1}
	anonymousOnly  = want{"server.no-usable-certificate", parley.ServerSide, parley.Proved, 1}
	plain          = want{"plaintext.tls-to-plain-port", parley.SideUnknown, parley.Seen, 1}
	starttls       = want{"plaintext.starttls-required", parley.ClientSide, parley.Proved, 1}
	tlsToProxy     = want{"proxy.tls-to-plain-proxy", parley.ClientSide, parley.Proved, 1}
	noConnect      = want{"proxy.connect-not-supported", parley.PathSide, parley.Proved, 1}
	noAnswer       = want{"server.no-answer", parley.SideUnknown, parley.Seen, 3}
	intolerant     = want{"version.intolerance", parley.ServerSide, parley.Proved, 1}
	dropped        = want{"server.dropped-connection", parley.SideUnknown, parley.Inferred, 1}
	disagree       = want{"edge.addresses-disagree", parley.ServerSide, parley.Seen, 1}
	proxyHeader    = want{"proxy.proxy-protocol-mismatch", parley.ServerSide, parley.Proved, 1}
)

// without12 leaves the hole that version.gap is about.
var without12 = ids(iana.TLS11, iana.TLS13)

// rsaOffer is a 1.2 client without a suite for an ECDSA certificate, and
// ecdsaOffer one without a suite for an RSA certificate.
var (
	rsaOffer   = lab.OfferRSA.Record()
	ecdsaOffer = offering([]iana.Suite{iana.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, iana.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384})
	aes128     = lab.OfferAES128.Record()
	secp384    = offeringGroup(iana.GroupSecp384r1)
	fellBack   = lab.OfferFallback.Record()
	plain12    = lab.Offer12.Record()
	only12     = lab.Offer12Only.Record()
	unsigned   = lab.OfferWithoutSchemes.Record()
	sha256Only = lab.OfferSHA256.Record()
)

// ssl2Hello is the hello of a client that stops at 1.0 and opens in the format
// of SSL 2, as Java 6 and programs of its time do.
var ssl2Hello = wire.AppendSSL2ClientHello(nil, &wire.SSL2ClientHello{
	Version: iana.TLS10, Challenge: make([]byte, 16),
	Kinds: []iana.SSL2Suite{0x010080, 0x0700c0, 0x00002f, 0x000035, 0x00000a},
})

func offering(suites []iana.Suite) []byte {
	o := lab.Offer12
	o.Suites = suites
	return o.Record()
}

func offeringGroup(g iana.Group) []byte {
	o := lab.Offer12
	o.Groups = []iana.Group{g}
	return o.Record()
}
