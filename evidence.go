package parley

import (
	"net/netip"
	"slices"
	"time"
)

// Target is what a person asked about, read.
type Target struct {
	Text     string `json:"text"` // as typed
	Host     string `json:"host"`
	Port     uint16 `json:"port"`
	Name     string `json:"server_name,omitempty"` // sent as server_name and verified; empty: none
	StartTLS string `json:"starttls,omitempty"`    // the upgrade the user or the URL asked for
	// Guess is what StartTLS was guessed from, where nobody asked for it; empty: it
	// was asked for, or there is none.
	Guess   string   `json:"guess,omitempty"`
	Proxies []string `json:"proxies,omitempty"` // in the order in which they are asked; "" is the direct way
	// Origin are the addresses of the server behind the edge that the name leads to,
	// where both are asked and compared; nil: one layer is asked.
	Origin []netip.AddrPort `json:"origin,omitempty"`
	// Transport is what the scheme says carries the handshake; zero: TCP.
	Transport Transport `json:"transport,omitempty"`
}

// IsOrigin says that a scope is asked behind the edge that the name leads to.
func (t Target) IsOrigin(s Scope) bool { return slices.Contains(t.Origin, s.Addr) }

// Local is what is known of the machine that asks.
type Local struct {
	NoIPv6 bool   `json:"no_ipv6,omitempty"` // no route for IPv6: a note, not a finding
	OS     string `json:"os,omitempty"`
	// Unusable says why the client certificate that was given cannot be used:
	// nothing is sent then. Empty: it can, or none was given.
	Unusable string `json:"unusable_client_certificate,omitempty"`
}

// Lookup is what the resolver said.
type Lookup struct {
	Name   string       `json:"name"`
	Addrs  []netip.Addr `json:"addresses,omitempty"`
	End    EndKind      `json:"end,omitempty"` // EndNameNotFound or EndNameError; EndUnknown if it answered
	Detail string       `json:"detail,omitempty"`
}

// Evidence is all that sources saw, as a value. Diagnosis is a function of it.
type Evidence struct {
	Now    time.Time
	Local  Local
	Target Target
	Lookup Lookup
	// Client is the client in question; nil: today's panel, and then Panel
	// lists it and Base attempts are those of its members.
	Client *Client
	Panel  []*Client
	// Trust are the sets of trust anchors to verify with.
	Trust []Store
	// Issuers are certificates that were fetched from where others say that their
	// issuer is.
	Issuers []Issuer
	// ECH is what the HTTPS record of the target publishes.
	ECH ECHRecord
	// Attempts are in Order; Replies in the order in which they ended.
	Attempts map[AttemptID]Attempt
	Order    []AttemptID
	Replies  []Reply
	// NotRun says of an asked attempt why it was not made: budget, time, or the
	// way was closed.
	NotRun map[AttemptID]string
}

// Issuer is what was had from where a certificate says that its issuer is
// (RFC 5280, Section 4.2.2.1).
type Issuer struct {
	URL string `json:"url"`
	DER []byte `json:"der,omitempty"`
	// Err says why nothing was had; empty: DER is there.
	Err string `json:"error,omitempty"`
}

// Add records an attempt once.
func (e *Evidence) Add(a Attempt) {
	if e.Attempts == nil {
		e.Attempts = map[AttemptID]Attempt{}
	}
	if _, ok := e.Attempts[a.ID]; !ok {
		e.Attempts[a.ID] = a
		e.Order = append(e.Order, a.ID)
	}
}

// RepliesTo returns the replies to one attempt, in the order in which they came.
func (e *Evidence) RepliesTo(id AttemptID) []Reply {
	var rs []Reply
	for _, r := range e.Replies {
		if r.Attempt == id {
			rs = append(rs, r)
		}
	}
	return rs
}

// Ask is an attempt that a diagnosis wants, how often in all, and which causes
// its answer separates.
type Ask struct {
	Attempt   Attempt
	Times     int
	Separates []CauseID
	// Proof marks the final proof of a finding, for which budget is kept.
	Proof bool
}
