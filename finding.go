package parley

import "github.com/parley-tls/parley/iana"

// CauseID names one thing that can be wrong: "version.client-too-old".
type CauseID string

// IntentKind is what must become true on one side for a cause to end. Causes
// name intents; each software says once how it expresses each (design: N + M).
type IntentKind uint8

// The intents. Verbs are for the side that the intent is given to.
const (
	IntentUnknown          IntentKind = iota
	OfferVersions                     // client: offer Versions
	AcceptVersions                    // server: accept Versions
	OfferSuites                       // client
	AcceptSuites                      // server
	OfferGroups                       // client
	AcceptGroups                      // server
	OfferSchemes                      // client
	AcceptSchemes                     // server
	SendServerName                    // client
	ServeName                         // server: a certificate and a virtual host for Text
	UseServerName                     // client: ask for a name the server has
	OfferALPN                         // client
	AcceptALPN                        // server
	InstallCertificate                // server: load a usable certificate and key
	MatchCertificateType              // server: a certificate whose key the suites can use
	EnlargeDH                         // server: 2048 bits or ECDHE
	LimitDH                           // client: prefer ECDHE, or a newer release
	AllowSmallDH                      // client: take a short prime from this server
	AllowEMS                          // server: answer extended_master_secret
	AllowRenegotiationInfo            // server: RFC 5746
	UpgradeClient                     // client: a newer release
	UpgradeServer                     // server: a newer release
	SpeakTLS                          // server: turn TLS on in this listener
	SpeakPlain                        // client: use the plain scheme or the other port
	UseStartTLS                       // client: STARTTLS of Text
	UseImplicitTLS                    // client: the implicit TLS port
	UseHTTPProxyScheme                // client: http:// in the proxy variable
	AllowConnect                      // proxy: allow CONNECT
	SendProxyHeader                   // the sender in front: PROXY protocol on
	DropProxyHeader                   // server: PROXY protocol off
	RepairFirstFailure                // client: look at the failure before the fallback
	FixAddress                        // server: bring the odd address in line
	FixName                           // client: the right name, or DNS
	OpenPort                          // server: start the service or open the firewall
	PresentCertificate                // client: a certificate that the server asks for, and its key
	RenewClientCertificate            // client: a certificate that the server can accept
	MendClientFiles                   // client: certificate and key that fit and can be read
	TrustClientIssuer                 // server: the CA of the client's certificate
	AskClientAtOnce                   // server: ask for the client's certificate in the handshake
	AskClientOptionally               // server: ask for it and go on without
	AnswerLaterRequests               // client: take part in renegotiation or post-handshake authentication
	RenewECHConfig                    // client: the ECHConfig that the server has now
	ShareKey                          // both sides: the same pre-shared key and identity
	TrustCertificate                  // client: add a root or a certificate to the store that the program reads
	AllowName                         // path: a filter lets the name through
	AllowClient                       // path: a filter lets the program through
	UseOtherWay                       // client: another network, or the proxy
	UseOtherClient                    // client: another program or interface
	UseProxy                          // client: the proxy of the network
	ClampSegments                     // path: segments no larger than it takes
	SendIntermediates                 // server: the leaf and every intermediate
	TrimChain                         // server: leave a certificate out of what is sent
	OrderChain                        // server: the leaf first, and the key that is the leaf's
	RenewCertificate                  // server: the same certificate with new dates, and a reload
	ReissueCertificate                // server: a certificate made otherwise, by a CA that the clients trust
	StapleResponse                    // server: send an OCSP response with the certificate
	UpdateTrustStore                  // client: the roots of today in the store that the program reads
	SetClock                          // the side whose clock is off
	PassUnopened                      // path: leave the connections to Text closed
	ShareTicketKeys                   // server: tickets and sessions that every instance can read
	ResumeNothing                     // client: full handshakes alone
	ReadServerLog                     // server
	LimitSuites                       // server: suites of today alone, with forward secrecy and AEAD
)

// Grade orders the fixes of one answer.
type Grade uint8

// The grades: what mends it for good, what helps until then, the last resort.
const (
	GradeUnknown Grade = iota
	Best
	Bridge
	Last
)

var gradeNames = []string{"unknown", "best", "bridge", "last"}

// String returns the grade's word.
func (g Grade) String() string { return name(gradeNames, int(g)) }

// MarshalText writes the grade's word.
func (g Grade) MarshalText() ([]byte, error) { return []byte(g.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (g *Grade) UnmarshalText(b []byte) error { return unname(gradeNames, b, g, "grade") }

// Intent is an intent for one side, with what it is about.
type Intent struct {
	Side     Side
	Grade    Grade
	Kind     IntentKind
	Versions []iana.Version
	Suites   []iana.Suite
	Groups   []iana.Group
	Schemes  []iana.Scheme
	Text     string
	// Plain is the intent in words, for where no software is known: the fix as
	// a sentence in the imperative, without a full stop.
	Plain string
	// Price is what it weakens or costs; empty: nothing.
	Price string
}

// Pair is a proof: the attempt that fails, the one that works, and the change
// set between them, each run at least twice, interleaved. What fails is the
// base, unless the finding is about what else a client asks: then it is the variant.
type Pair struct {
	Changed []Change
	Fails   AttemptID
	Works   AttemptID
	// FailsAs and WorksAs count the runs: [0] as stated, [1] in all.
	FailsAs, WorksAs [2]int
	// Without are the attempts that lack one member of a larger set, in the
	// order of Changed; they fail as the base does.
	Without []AttemptID
}

// Reason is one sentence of evidence, and its sources.
type Reason struct {
	Text string   `json:"text"`
	From []Source `json:"from,omitempty"`
}

// Finding is a cause that fired, with its facts.
type Finding struct {
	Cause CauseID
	// Title says what is wrong here, where the cause's own title says it of another
	// direction or of another peer; empty: the cause's title holds.
	Title     string
	Side      Side
	Phase     Phase
	Scopes    []Scope
	Certainty Certainty
	// ClientIs is how sure it is that the client in question is the one named.
	ClientIs Certainty
	Because  []Reason
	// Claim is the change set that would prove the finding; a finding with a
	// claim becomes Proved when it flips the answer and is dropped when it does
	// not, unless Stands says that it holds without.
	Claim  []Change
	Stands Certainty
	Pair   *Pair
	// Shows is the attempt whose transcript the screen shows.
	Shows       AttemptID
	NotExcluded []CauseID
	WouldTell   []string // commands
	Symptoms    []Finding
	Intents     []Intent
	WillNotHelp []string
	// Members are the clients of the panel that it stops; empty with --as.
	Members []ClientID
}
