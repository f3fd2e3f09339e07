package parley_test

import (
	"slices"
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/knowledge/clients"
)

func baseOf(t *testing.T, id string) parley.Attempt {
	t.Helper()
	c, err := clients.Get(id)
	if err != nil {
		t.Fatal(err)
	}
	return parley.BaseOf(c, parley.Scope{Name: "shop.example"})
}

func size(a parley.Attempt) int { return len(a.Hello.Message()) }

func TestAHelloIsMadeAsLongAsAChangeSays(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"chrome", "firefox", "go", "openssl-3.0"} {
		b := baseOf(t, id)
		v := b.With(parley.Change{Axis: parley.AxisSize, Op: parley.Replace, Values: []uint16{1000}})
		if size(v) != 1000 {
			t.Errorf("%s: %d bytes, want 1000", id, size(v))
		}
		if pq := parley.PostQuantum(v.Hello); len(pq) > 0 {
			t.Errorf("%s: %v stay in a hello made small", id, pq)
		}
		if len(v.Hello.KeyShares()) == 0 {
			t.Errorf("%s: no key share is left", id)
		}
	}
}

func TestAGroupThatGoesPaddedLeavesTheSizeAsItWas(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"chrome", "firefox", "go"} {
		b := baseOf(t, id)
		var values []uint16
		for _, g := range parley.PostQuantum(b.Hello) {
			values = append(values, uint16(g))
		}
		v := b.With(parley.Change{Axis: parley.AxisGroup, Op: parley.Remove, Values: values, Padded: true})
		if len(values) == 0 || size(v) != size(b) || len(parley.PostQuantum(v.Hello)) > 0 {
			t.Errorf("%s: %d bytes without %v, want %d", id, size(v), values, size(b))
		}
	}
}

func TestAnotherOrderListsTheSame(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"chrome", "go", "java7"} {
		b := baseOf(t, id)
		v := b.With(parley.Change{Axis: parley.AxisOrder, Op: parley.Replace})
		if v.ID == b.ID || size(v) != size(b) {
			t.Errorf("%s: the same hello, or %d bytes in place of %d", id, size(v), size(b))
		}
		x, y := slices.Sorted(slices.Values(b.Hello.Suites)), slices.Sorted(slices.Values(v.Hello.Suites))
		if !slices.Equal(x, y) {
			t.Errorf("%s: suites %v, want %v", id, y, x)
		}
		if i, j := b.Hello.Extensions, v.Hello.Extensions; len(i) > 0 && i[len(i)-1].Type != j[len(j)-1].Type {
			t.Errorf("%s: the last extension is %v, want %v", id, j[len(j)-1].Type, i[len(i)-1].Type)
		}
	}
}

func TestGREASEGoesFromEveryList(t *testing.T) {
	t.Parallel()
	v := baseOf(t, "chrome").With(parley.Change{Axis: parley.AxisGREASE, Op: parley.Remove})
	if parley.HasGREASE(v.Hello) || !parley.HasGREASE(baseOf(t, "chrome").Hello) {
		t.Error("reserved values stay, or there were none")
	}
}

func TestAnExtensionMovesToTheEnd(t *testing.T) {
	t.Parallel()
	v := baseOf(t, "go").With(parley.Change{Axis: parley.AxisExtension, Op: parley.Replace,
		Values: []uint16{uint16(iana.ExtSupportedGroups)}, Text: parley.ToTheEnd})
	if e := v.Hello.Extensions; e[len(e)-1].Type != iana.ExtSupportedGroups || len(e) != len(baseOf(t, "go").Hello.Extensions) {
		t.Errorf("the last of %d extensions is %v", len(e), e[len(e)-1].Type)
	}
}

func TestWhatIsAskedOfThePathIsAnotherAttempt(t *testing.T) {
	t.Parallel()
	b := baseOf(t, "go")
	seen := map[parley.AttemptID]bool{b.ID: true}
	for _, c := range []parley.Change{
		{Axis: parley.AxisTTL, Op: parley.Add}, {Axis: parley.AxisTTL, Op: parley.Replace, Values: []uint16{52}},
		{Axis: parley.AxisMSS, Op: parley.Replace, Values: []uint16{536}},
		{Axis: parley.AxisSegments, Op: parley.Replace, Values: []uint16{60, 0}},
		{Axis: parley.AxisRecords, Op: parley.Replace, Values: []uint16{64}},
	} {
		v := b.With(c)
		if seen[v.ID] || size(v) != size(b) {
			t.Errorf("%s is no attempt of its own, or changes the hello", c)
		}
		seen[v.ID] = true
	}
}

// TestAFilterOfTheNameTeachesNoVersions: hellos under the name are cut off
// whatever they offer, and another name is answered.
func TestAFilterOfTheNameTeachesNoVersions(t *testing.T) {
	t.Parallel()
	b := baseOf(t, "go")
	whole := parley.Whole(b.Scope, iana.TLS12)
	other := b.With(parley.Change{Axis: parley.AxisServerName, Op: parley.Remove})
	var e parley.Evidence
	for _, a := range []parley.Attempt{b, whole, other} {
		e.Add(a)
	}
	e.Replies = []parley.Reply{
		{Attempt: b.ID, End: parley.EndRST}, {Attempt: whole.ID, End: parley.EndRST},
		{Attempt: other.ID, End: parley.EndAlert, Events: make([]parley.Event, 1)},
	}
	server := e.Fold(b.Scope)
	if got := server.Column(iana.TLS12).Accepted.Is; got != parley.Unknown {
		t.Errorf("1.2 is accepted: %v, want unknown", got)
	}
}
