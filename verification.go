package parley

import (
	"strings"

	"github.com/parley-tls/parley/iana"
)

// Verification is how a client verifies a server's certificates: facts, each
// unknown unless it was measured or a document says so. A Truth that says what
// a client takes is Yes where it goes on and No where it stops.
type Verification struct {
	When  Moment `json:"when,omitempty"`
	Names Truth  `json:"names,omitempty"` // compares the certificate with the name it asked for
	// NamesWhen is when it compares the name, where that is another moment.
	NamesWhen Moment `json:"names_when,omitempty"`

	// CommonName: takes the common name of a leaf that names nothing in
	// subjectAltName (RFC 6125, Section 6.4.4).
	CommonName Truth `json:"common_name,omitempty"`
	// CommonNameBesideSAN: the same for a leaf whose subjectAltName has addresses
	// and no DNS name. AddressInCommonName: takes an address there.
	CommonNameBesideSAN Truth `json:"common_name_beside_san,omitempty"`
	AddressInCommonName Truth `json:"address_in_common_name,omitempty"`
	// PartialWildcards: takes "f*.example.com" (RFC 6125, Section 6.4.3).
	// InnerWildcards: takes "a.*.example.com". TopWildcards: takes "*.com".
	PartialWildcards Truth `json:"partial_wildcards,omitempty"`
	InnerWildcards   Truth `json:"inner_wildcards,omitempty"`
	TopWildcards     Truth `json:"top_wildcards,omitempty"`

	// SHA1 and MD5: takes signatures by them below the trust anchor.
	SHA1 Truth `json:"sha1,omitempty"`
	MD5  Truth `json:"md5,omitempty"`
	// LeafRSABits and CARSABits are the smallest modulus of an RSA key it takes;
	// 0: not known.
	LeafRSABits int `json:"leaf_rsa_bits,omitempty"`
	CARSABits   int `json:"ca_rsa_bits,omitempty"`
	// Groups are those of the ECDSA keys it takes; nil: not known.
	Groups []iana.Group `json:"groups,omitempty"`
	// ECDSA, Ed25519, Ed448 and RSAPSS: takes such keys and signatures by them
	// in a chain (RSAPSS: signatures of RSASSA-PSS, RFC 4055).
	ECDSA   Truth `json:"ecdsa,omitempty"`
	Ed25519 Truth `json:"ed25519,omitempty"`
	Ed448   Truth `json:"ed448,omitempty"`
	RSAPSS  Truth `json:"rsa_pss,omitempty"`

	// PartialChain: an intermediate that it was given to trust ends a path,
	// although another certificate issued it.
	PartialChain Truth `json:"partial_chain,omitempty"`
	// TrustedLeaf: a self-signed leaf that it was given to trust is taken,
	// although it is no CA.
	TrustedLeaf Truth `json:"trusted_leaf,omitempty"`
	// SentFirst: follows the sent certificates as far as they lead before it looks
	// among its trust anchors, and tries no other path if that one ends in one:
	// an expired root then stops it where a shorter path is good.
	SentFirst Truth `json:"sent_first,omitempty"`
	// FirstIssuer: takes the first issuer that fits among the sent certificates
	// where no trust anchor fits, and tries no other.
	FirstIssuer Truth `json:"first_issuer,omitempty"`
	// ExpiredRoot: takes a trust anchor that is past its validity.
	ExpiredRoot Truth `json:"expired_root,omitempty"`
	// Reorders: takes the sent certificates in any order (RFC 8446, Section 4.4.2).
	Reorders Truth `json:"reorders,omitempty"`
	// FetchesIssuers: gets a missing intermediate itself, from where the
	// certificate says (RFC 5280, Section 4.2.2.1) or from a store of its own.
	FetchesIssuers Truth `json:"fetches_issuers,omitempty"`

	// MustStaple: stops where a leaf demands a stapled OCSP response (RFC 7633)
	// and none came.
	MustStaple Truth `json:"must_staple,omitempty"`
	// UnknownCritical: takes a critical extension that it does not know
	// (RFC 5280, Section 4.2 forbids it).
	UnknownCritical Truth `json:"unknown_critical,omitempty"`
	// KeyUsage: stops at a leaf whose keyUsage has none of what a TLS server does.
	// SigningUsage: stops at one that lacks digitalSignature, where the handshake
	// has its key sign.
	KeyUsage     Truth `json:"key_usage,omitempty"`
	SigningUsage Truth `json:"signing_usage,omitempty"`
	// CAExtKeyUsage: stops at a CA whose extKeyUsage lacks serverAuth.
	CAExtKeyUsage Truth `json:"ca_ext_key_usage,omitempty"`
	// CALeaf: takes a leaf that has the CA flag.
	CALeaf Truth `json:"ca_leaf,omitempty"`
	// NeedsExtKeyUsage: stops at a leaf without extKeyUsage. One that is there and
	// lacks serverAuth stops every client known.
	NeedsExtKeyUsage Truth `json:"needs_ext_key_usage,omitempty"`
	// AnyExtKeyUsage: takes anyExtendedKeyUsage for serverAuth.
	AnyExtKeyUsage Truth `json:"any_ext_key_usage,omitempty"`
	// NegativeSerial: takes a serial number below zero. TwiceExtension: takes an
	// extension that comes twice. LaxEncoding: takes other faults of encoding that
	// readers differ on.
	NegativeSerial Truth `json:"negative_serial,omitempty"`
	TwiceExtension Truth `json:"twice_extension,omitempty"`
	LaxEncoding    Truth `json:"lax_encoding,omitempty"`
	// PublicMaxDays is the longest validity it takes below a public root, in days,
	// of certificates since 2020-09-01; 0: no limit known. PublicSCT: demands
	// Certificate Transparency there. Neither holds for a CA that a user added.
	PublicMaxDays int   `json:"public_max_days,omitempty"`
	PublicSCT     Truth `json:"public_sct,omitempty"`
	// Programme is whose list of roots it goes by, with its rules, whatever the
	// system's store has: "Chrome", "Mozilla"; AsGiven: it takes the roots of a store
	// as they are. Empty: not known.
	Programme string `json:"programme,omitempty"`

	From []Source `json:"from,omitempty"`
}

// AsGiven is the Programme of a client that applies no rules to a root but those
// for every certificate.
const AsGiven = "as given"

// Moment is when a client verifies.
type Moment uint8

// The zero Moment is unknown.
const (
	MomentUnknown  Moment = iota
	InHandshake           // and tells the server with an alert
	AfterHandshake        // the server sees a complete handshake, and then its end
	NeverVerifies
)

var momentNames = []string{"unknown", "in-handshake", "after-handshake", "never"}

// String returns the word of the JSON contract.
func (m Moment) String() string { return name(momentNames, int(m)) }

// MarshalText writes the word of the JSON contract.
func (m Moment) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (m *Moment) UnmarshalText(b []byte) error { return unname(momentNames, b, m, "moment") }

// Store is a set of trust anchors as a value.
type Store struct {
	Name  string   // "system", "--ca FILE", "Mozilla"
	Date  string   // the day it speaks for, YYYY-MM-DD; empty: today's
	Roots [][]byte // DER
	// Of is what has the list, From where it was read; empty: plain from the name.
	Of, From string
	// Others is how many roots it has besides those in Roots: a case keeps those
	// that a certificate in it names, or whose organisation issued one.
	Others int
	// Lacks are roots of it whose certificates are not at hand.
	Lacks []RootName
	// Second: a second opinion, told and not judged by.
	Second bool
}

// RootName is what is known of a root without its certificate.
type RootName struct {
	Digest string // its SHA-256 in hexadecimal, or how that begins
	Name   string // the common name, or what stands for it
}

// Public says that the roots are those of a public programme.
func (s Store) Public() bool { return s.Name == MozillaStore }

// Given says that the roots were named for this target, and are not what a machine
// or a programme trusts anyway.
func (s Store) Given() bool { return strings.HasPrefix(s.Name, "--ca") }

// MozillaStore is the name of the set of roots that Mozilla's programs trust.
const MozillaStore = "Mozilla"
