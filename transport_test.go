package parley

import (
	"encoding/json"
	"net/netip"
	"testing"
)

// The words of the transports go through JSON, and TCP, which is what is meant
// where nothing is said, leaves no trace in a scope.
func TestTransportThroughJSON(t *testing.T) {
	for _, want := range []Transport{TransportTCP, TransportDTLS, TransportQUIC} {
		text, err := json.Marshal(Scope{Addr: netip.MustParseAddrPort("127.0.0.1:443"), Transport: want})
		if err != nil {
			t.Fatal(err)
		}
		var s Scope
		if err := json.Unmarshal(text, &s); err != nil || s.Transport != want {
			t.Errorf("%s: read as %v, %v", text, s.Transport, err)
		}
		var raw map[string]any
		if err := json.Unmarshal(text, &raw); err != nil {
			t.Fatal(err)
		}
		if _, named := raw["transport"]; named != (want != TransportTCP) {
			t.Errorf("%s: want the transport named: %t", text, want != TransportTCP)
		}
	}
}

// The same hello to the same port over another transport is another attempt.
func TestTransportTellsAttemptsApart(t *testing.T) {
	seen := map[AttemptID]Transport{}
	for _, over := range []Transport{TransportTCP, TransportDTLS, TransportQUIC} {
		a := Attempt{Scope: Scope{Addr: netip.MustParseAddrPort("127.0.0.1:443"), Transport: over}}.Identify()
		if other, known := seen[a.ID]; known {
			t.Errorf("over %v and over %v: the same id", over, other)
		}
		seen[a.ID] = over
	}
}
