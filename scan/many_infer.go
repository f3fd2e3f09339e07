package scan

import (
	"slices"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/causes"
	"github.com/parley-tls/parley/iana"
)

// inferred is what alert 70 to one hello leaves, if it leaves one cause. By its
// meaning the server accepts no version that was offered (RFC 5246, Section 7.2.2;
// RFC 8446, Section 6.2): a hello that ends below 1.3 meets a server that wants more,
// one that offers everything meets what no single hello tells. Alert 40 has many
// causes, and one hello leaves all of them.
func (h *hellos) inferred(r *parley.Reply, name string) *Told {
	if r.End != parley.EndAlert || r.Alert.Description != iana.AlertProtocolVersion {
		return nil
	}
	offered := parley.OfferedVersions(h.template(name).hello)
	if len(offered) == 0 {
		return nil
	}
	top, able := slices.Max(offered), h.client.Able
	t := Told{Certainty: parley.Inferred, Side: parley.ClientSide}
	switch {
	case top >= iana.TLS13:
		return nil
	case len(able) > 0 && slices.Max(able) > top:
		t.ID = "version.client-pinned"
	case top == iana.TLS12:
		t.ID = "version.server-tls13-only"
		t.Side = parley.SideUnknown // both within the standards
	default:
		t.ID = "version.client-too-old"
	}
	if c, err := causes.Get(t.ID); err == nil {
		t.Title = c.Title
	}
	return &t
}
