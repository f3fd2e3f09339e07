package parley

import (
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// Again is how a server up to 1.2 answers a client that asks for another handshake
// once the first is through.
type Again uint8

// The answers. AgainRefused: the warning no_renegotiation, after which the connection
// goes on (RFC 5246, Section 7.2.2). AgainAlert, AgainClosed: the server ends the
// connection, with a fatal alert or without. AgainAccepted: a ServerHello came.
// AgainIgnored: nothing did.
const (
	AgainUnknown Again = iota
	AgainRefused
	AgainAlert
	AgainClosed
	AgainAccepted
	AgainIgnored
)

var againNames = []string{"unknown", "refused", "alert", "closed", "accepted", "ignored"}

// String returns the word of the JSON contract.
func (a Again) String() string { return name(againNames, int(a)) }

// MarshalText writes the word of the JSON contract.
func (a Again) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (a *Again) UnmarshalText(b []byte) error { return unname(againNames, b, a, "answer") }

// Again says how the server took the second hello of a connection; unknown where none
// was sent. The alert is that of AgainAlert.
func (r Reply) Again() (Again, iana.Alert) {
	asked := false
	for _, e := range r.Events {
		_, hello := e.Item.Message.(*wire.ClientHello)
		switch {
		case e.From == ClientSide:
			asked = asked || hello && e.Item.Protected
		case !asked:
		case e.Item.Kind == wire.KindAlert && e.Item.Alert.Description == iana.AlertNoRenegotiation && r.End != EndAlert:
			return AgainRefused, 0
		case e.Item.Type == iana.TypeServerHello && e.Item.HasType:
			return AgainAccepted, 0
		}
	}
	if !asked {
		return AgainUnknown, 0
	}
	switch r.End {
	case EndAlert:
		return AgainAlert, r.Alert.Description
	case EndFIN, EndRST:
		return AgainClosed, 0
	case EndSilence:
		return AgainIgnored, 0
	}
	return AgainUnknown, 0
}
