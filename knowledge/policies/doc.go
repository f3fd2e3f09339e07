// Package policies is what standards and guidelines demand of a server, as
// data: a file each in the folder data, in the format that a person's own
// policy has too. A demand is a value over the terms of a server, with the
// clause that makes it; Judge holds terms against it.
//
// To add a policy, add its file. What it demands must have been read in the
// source that it names, and the test of this package holds it to a copy of that
// source in testdata. What a handshake does not show stands under unseen: it is
// told, and never judged.
package policies

import (
	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

// Policy is a set of demands on a server.
type Policy struct {
	Name   string // as --policy takes it
	Title  string
	Source parley.Source
	// Read is the day on which it was read: YYYY-MM-DD; empty: nobody says. Copy is what
	// was read where the document itself could not be had; empty: the document.
	Read, Copy string
	Demands    []Demand
	// Unseen are demands of the source that no handshake shows.
	Unseen []Clause
	// File is the path of a person's own policy; empty: one that parley brings.
	File string
}

// Clause is a place in a source, and what it demands.
type Clause struct {
	Clause string `json:"clause"`
	Text   string `json:"text"`
}

// Demand is one thing that a policy demands.
type Demand struct {
	ID     string // within its policy: "versions"
	Clause string // of the source: "Section 3.1"; empty: none is named
	Text   string // in words; empty: those of Check
	// Advice: the source recommends it beside what it demands. It is told, and
	// whether the policy is met does not hang on it.
	Advice bool
	Line   int // of the file that says it
	Check
}

// Words are the demand in words.
func (d *Demand) Words() string {
	if d.Text != "" {
		return d.Text
	}
	return d.Check.Words()
}

// Kind says what a check looks at.
type Kind uint8

// The kinds. Where a check has versions Under, it holds for these only; else
// for every version that is accepted.
const (
	KindUnknown      Kind = iota
	VersionsOnly          // no version but Versions is accepted
	VersionsRefused       // none of Versions is accepted
	VersionsAccepted      // each of Versions is accepted
	VersionsOneOf         // one of Versions at least is accepted
	SuitesOnly            // no suite but Suites is accepted
	SuitesRefused         // no suite of Classes is accepted
	GroupsOnly            // no group but Groups is accepted
	GroupsOneOf           // one of Groups at least is accepted, where any group is
	SchemesOnly           // no signature scheme but Schemes is used
	DHBits                // no prime of finite-field Diffie-Hellman is shorter than Number bits
	KeyTypes              // no certificate has a key of a kind but Keys
	KeyGroups             // no certificate has an EC key in a group but Groups
	RSABits               // no certificate has an RSA key shorter than Number bits
	ECBits                // no certificate has an EC key shorter than Number bits
	DSABits               // no certificate has a DSA key shorter than Number bits
	Signatures            // no certificate is signed by an algorithm but Names
	Digests               // no certificate is signed over a digest but Names; Chain: nor one of its issuers
	Days                  // no certificate is valid for more than Number days
	FeatureIs             // Feature is Want
)

// Check is what must hold of a server's terms.
type Check struct {
	Kind     Kind
	Under    []iana.Version // nil: every version
	Versions []iana.Version
	Suites   []iana.Suite
	Classes  []Class
	Groups   []iana.Group
	Schemes  []iana.Scheme
	Keys     []iana.KeyType
	Names    []string
	Number   int
	Chain    bool // of Digests: the certificates that were sent beside the leaf too
	Feature  Feature
	Want     parley.Truth // Yes or No
}

// Certificate is a certificate of the server as far as policies speak of it.
type Certificate struct {
	Name      string // of its subject
	Issuer    bool   // one that was sent beside the leaf
	Anchor    bool   // its own issuer: nobody verifies that signature
	Key       iana.KeyType
	Bits      int        // 0: not known
	Group     iana.Group // of an EC key; 0: none or not known
	Signature string     // the algorithm's name: "sha256WithRSAEncryption"; empty: not known
	Digest    string     // "SHA-256"; "none": the algorithm has its own; empty: not known
	Broken    string     // why anybody can compute its private key; empty: no reason is known, or one beside the leaf
	Days      float64    // from its begin to its end, with its last second; 0: not known
	From      []parley.Source
}
