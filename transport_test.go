package parley

import (
	"encoding/json"
	"net/netip"
	"slices"
	"testing"

	"github.com/parley-tls/parley/iana"
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

// A whole hello of DTLS goes into one datagram on any path, and is of that version
// alone.
func TestWholeHellosOfDTLS(t *testing.T) {
	for _, v := range TransportDTLS.Versions() {
		a := Whole(Scope{Transport: TransportDTLS}, v)
		h := a.Hello
		h.Cookie = make([]byte, 255)
		if !v.IsDTLS() || h.MaxVersion() != v || a.RecordVersion != iana.DTLS10 || len(h.SessionID) != 0 {
			t.Errorf("%v: the hello offers %v in a record of %v, with a session ID of %d bytes", v, h.MaxVersion(), a.RecordVersion, len(h.SessionID))
		}
		if n := len(h.Message()); n > 1200 {
			t.Errorf("%v: %d bytes", v, n)
		}
		if slices.ContainsFunc(h.Suites, func(s iana.Suite) bool { i, _ := s.Info(); return !i.SCSV && !s.UsableAt(v) }) {
			t.Errorf("%v: suites of other versions: %v", v, h.Suites)
		}
		h.Suites, h.Cookie = AllSuites(v), nil
		if n := len(h.Message()); n > 1200 {
			t.Errorf("%v with all suites: %d bytes", v, n)
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
