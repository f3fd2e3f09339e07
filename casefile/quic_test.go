package casefile

import (
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

func TestWhatQUICSaidComesBack(t *testing.T) {
	t.Parallel()
	s := parley.Scope{Addr: netip.MustParseAddrPort("192.0.2.7:443"), Name: "shop.example", Transport: parley.TransportQUIC}
	e := &parley.Evidence{Target: parley.Target{Text: "quic://shop.example", Host: "shop.example", Port: 443, Transport: parley.TransportQUIC}}
	for _, v := range iana.QUICVersions() {
		a := parley.QUICWhole(s, v, "h3")
		e.Add(a)
		e.Replies = append(e.Replies, parley.Reply{
			Attempt: a.ID, End: parley.EndVersions, Detail: "other",
			QUIC: &parley.QUICReply{Version: v, Listed: []iana.QUICVersion{0xfaceb002}, Retry: true, Closed: true, Code: 2, Strange: 1},
		})
	}
	if d := cmp.Diff(e, roundTrip(t, &Case{Evidence: e}).Evidence, same, someRoots); d != "" {
		t.Errorf("the evidence differs (-want +got):\n%s", d)
	}
}
