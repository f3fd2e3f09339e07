package lab

import (
	"crypto/ecdh"
	"crypto/sha256"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// Offer describes a client by what it offers, for faults that no known client
// shows: its Record is the file of hello:FILE.
type Offer struct {
	Legacy iana.Version // legacy_version; the record has at most 1.0
	// Versions are those of supported_versions; nil: the extension is absent.
	Versions []iana.Version
	Suites   []iana.Suite
	Groups   []iana.Group
	Schemes  []iana.Scheme // nil: signature_algorithms is absent
	// EmptyLast writes extended_master_secret, which has no content, at the end.
	EmptyLast bool
	Name      string // of server_name; empty: the extension is absent
}

// Hello is the ClientHello of o. It is the same each time: its random, session
// ID and key share come from o itself.
func (o Offer) Hello() *wire.ClientHello {
	h := &wire.ClientHello{
		LegacyVersion: o.Legacy,
		Random:        sha256.Sum256([]byte("parley lab: random")),
		Suites:        o.Suites,
		Compression:   []iana.CompressionMethod{0},
	}
	h.SetServerName(o.Name)
	h.SetExtension(iana.ExtExtendedMasterSecret, nil)
	h.SetExtension(iana.ExtRenegotiationInfo, []byte{0})
	if o.Groups != nil {
		h.SetGroups(o.Groups)
		h.SetPointFormats([]iana.ECPointFormat{0})
	}
	if o.Schemes != nil {
		h.SetSchemes(o.Schemes)
	}
	if o.Versions != nil {
		h.SetSupportedVersions(o.Versions)
	}
	if h.Offers(iana.TLS13) {
		session := sha256.Sum256([]byte("parley lab: session ID"))
		h.SessionID = session[:]
		h.SetPSKModes([]iana.PSKMode{1})
		h.SetKeyShares([]wire.KeyShare{{Group: iana.GroupX25519, Data: fixedShare()}})
	}
	if o.EmptyLast {
		h.RemoveExtension(iana.ExtExtendedMasterSecret)
		h.SetExtension(iana.ExtExtendedMasterSecret, nil)
	}
	return h
}

// Record is the ClientHello of o in one record.
func (o Offer) Record() []byte { return record(o.Hello()) }

func record(h *wire.ClientHello, sizes ...int) []byte {
	return wire.AppendRecords(nil, iana.ContentHandshake, min(h.LegacyVersion, iana.TLS10), h.Message(), sizes...)
}

// inRecords makes that hello in records of size bytes.
func (o Offer) inRecords(size int) func() []byte {
	return func() []byte { return record(o.Hello(), size) }
}

// fixedShare is a valid X25519 key share whose secret is no secret.
func fixedShare() []byte {
	secret := sha256.Sum256([]byte("parley lab: key share"))
	key, err := ecdh.X25519().NewPrivateKey(secret[:])
	if err != nil {
		panic(err) // any 32 bytes are a key
	}
	return key.PublicKey().Bytes()
}

// Offers of clients in the lab. They differ from a client of 1.2 as most were
// in 2018 by what their comments say.
var (
	// Offer12 is that client: 1.2 by legacy_version, every usual key exchange.
	Offer12 = Offer{Legacy: iana.TLS12, Suites: suites12, Groups: groupsECDHE, Schemes: schemesSHA2}
	// Offer12Only lists 1.2 alone in supported_versions, so that a server cannot
	// take a lower version.
	Offer12Only = Offer{Legacy: iana.TLS12, Versions: []iana.Version{iana.TLS12}, Suites: suites12, Groups: groupsECDHE, Schemes: schemesSHA2}
	// OfferToday is a client of 1.3 and 1.2.
	OfferToday = Offer{
		Name: Name, Legacy: iana.TLS12, Versions: []iana.Version{iana.TLS13, iana.TLS12}, Groups: groupsECDHE, Schemes: schemesSHA2,
		Suites: append([]iana.Suite{iana.TLS_AES_128_GCM_SHA256, iana.TLS_AES_256_GCM_SHA384}, suites12...),
	}
	// OfferFallback carries TLS_FALLBACK_SCSV, as a retry does (RFC 7507).
	OfferFallback = Offer{Legacy: iana.TLS12, Suites: append([]iana.Suite{iana.SCSVFallback}, suites12...), Groups: groupsECDHE, Schemes: schemesSHA2}
	// OfferAES128 has no suite with AES-256.
	OfferAES128 = Offer{Legacy: iana.TLS12, Groups: groupsECDHE, Schemes: schemesSHA2, Suites: []iana.Suite{
		iana.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, iana.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
	}}
	// OfferAES128In13 is a client of 1.3 with the suite that 1.3 demands and no other.
	OfferAES128In13 = Offer{
		Legacy: iana.TLS12, Versions: []iana.Version{iana.TLS13}, Groups: groupsECDHE, Schemes: schemesSHA2,
		Suites: []iana.Suite{iana.TLS_AES_128_GCM_SHA256},
	}
	// OfferRSA has no suite that an ECDSA certificate can authenticate.
	OfferRSA = Offer{Legacy: iana.TLS12, Groups: groupsECDHE, Schemes: schemesSHA2, Suites: []iana.Suite{
		iana.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, iana.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
		iana.TLS_RSA_WITH_AES_128_GCM_SHA256, iana.TLS_RSA_WITH_AES_128_CBC_SHA,
	}}
	// OfferWithoutSchemes has no signature_algorithms, which in 1.2 means SHA-1
	// (RFC 5246, Section 7.4.1.4.1).
	OfferWithoutSchemes = Offer{Legacy: iana.TLS12, Suites: suites12, Groups: groupsECDHE}
	// OfferSHA256 is a client of 1.3 and 1.2 that signs and verifies with
	// SHA-256 alone.
	OfferSHA256 = Offer{
		Legacy: iana.TLS12, Versions: []iana.Version{iana.TLS13, iana.TLS12},
		Suites:  append([]iana.Suite{iana.TLS_AES_128_GCM_SHA256, iana.TLS_CHACHA20_POLY1305_SHA256}, suites12...),
		Groups:  groupsECDHE,
		Schemes: []iana.Scheme{iana.SchemeECDSASecp256r1SHA256, iana.SchemeRSAPSSRSAESHA256, iana.SchemeRSAPKCS1SHA256},
	}
)

var (
	suites12 = []iana.Suite{
		iana.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, iana.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
		iana.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, iana.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
		iana.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, iana.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA,
		iana.TLS_RSA_WITH_AES_128_GCM_SHA256, iana.TLS_RSA_WITH_AES_128_CBC_SHA,
	}
	groupsECDHE = []iana.Group{iana.GroupX25519, iana.GroupSecp256r1, iana.GroupSecp384r1}
	schemesSHA2 = []iana.Scheme{
		iana.SchemeECDSASecp256r1SHA256, iana.SchemeRSAPSSRSAESHA256, iana.SchemeRSAPKCS1SHA256,
		iana.SchemeECDSASecp384r1SHA384, iana.SchemeRSAPSSRSAESHA384, iana.SchemeRSAPKCS1SHA384,
		iana.SchemeRSAPSSRSAESHA512, iana.SchemeRSAPKCS1SHA512,
	}
)
