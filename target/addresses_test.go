package target

import (
	"net/netip"
	"testing"

	"github.com/parley-tls/parley"
)

func TestAnIPv6AddressIsLeftOutOnlyWhereNoRouteLeadsToItAndAnotherAddressIsThere(t *testing.T) {
	t.Parallel()
	four := netip.MustParseAddr("192.0.2.7")
	tests := []struct {
		name, address string
		noRoute       bool
		family        int
		others        []netip.Addr
		want          bool
	}{
		{name: "no route, and an IPv4 address", address: "2001:db8::7", noRoute: true, others: []netip.Addr{four}, want: true},
		{name: "a route", address: "2001:db8::7", others: []netip.Addr{four}},
		{name: "no other address", address: "2001:db8::7", noRoute: true},
		{name: "IPv6 was asked for", address: "2001:db8::7", noRoute: true, family: 6, others: []netip.Addr{four}},
		{name: "loopback", address: "::1", noRoute: true, others: []netip.Addr{four}},
		{name: "a private network", address: "fd00::7", noRoute: true, others: []netip.Addr{four}},
		{name: "IPv4", address: "192.0.2.7", noRoute: true, others: []netip.Addr{four}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := netip.MustParseAddr(tt.address)
			q := Question{Family: tt.family, Local: parley.Local{NoIPv6: tt.noRoute}}
			if got := q.unroutable(a, append(tt.others, a)); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}
