package parley

import (
	"testing"

	"github.com/parley-tls/parley/iana"
)

func TestAKnobServesAnIntentOfItsVersions(t *testing.T) {
	t.Parallel()
	old := Knob{Intent: OfferVersions, Versions: [2]iana.Version{iana.TLS10, iana.TLS11}}
	for _, tt := range []struct {
		name string
		knob Knob
		in   Intent
		want bool
	}{
		{name: "its version", knob: old, in: Intent{Kind: OfferVersions, Versions: []iana.Version{iana.TLS10}}, want: true},
		{name: "another version", knob: old, in: Intent{Kind: OfferVersions, Versions: []iana.Version{iana.TLS12, iana.TLS13}}},
		{name: "an intent without versions", knob: old, in: Intent{Kind: OfferVersions}, want: true},
		{name: "a knob without versions", knob: Knob{Intent: UpgradeClient}, in: Intent{Kind: UpgradeClient, Versions: []iana.Version{iana.TLS12}}, want: true},
		{name: "another kind", knob: old, in: Intent{Kind: UpgradeClient}},
	} {
		if got := tt.knob.Serves(tt.in); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}
