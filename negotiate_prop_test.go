package parley

import (
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	_ "github.com/parley-tls/parley/internal/property"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// The values that generated terms are made of: enough of each kind for every
// coupling, few enough to meet.
var (
	genSuites = []iana.Suite{
		0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc030, 0xcca8, 0xc013, 0xc014, 0x009e, 0x0033, 0x009c, 0x002f, 0x0035, 0x0005,
		iana.SCSVRenegotiation, iana.SCSVFallback, 0x0a0a, 0xfefe,
	}
	genGroups  = []iana.Group{iana.GroupX25519, iana.GroupSecp256r1, iana.GroupSecp384r1, iana.GroupX25519MLKEM768, iana.GroupFFDHE2048, 0x2a2a, 0xfe00}
	genSchemes = []iana.Scheme{0x0403, 0x0503, 0x0804, 0x0806, 0x0401, 0x0201, 0x0203, 0x0807, 0xfe08}
	genNames   = []string{"shop.example", "other.example", ""}
	genALPN    = []string{"h2", "http/1.1", "spdy/1"}
	genTruths  = []Truth{Unknown, No, Yes, Mixed}
	genStacks  = []string{"openssl", "gnutls", "go", "java", "nss", "schannel", ""}
)

// some draws values of all, each at most once, in any order.
func some[T comparable](t *rapid.T, all []T) []T {
	if len(all) == 0 {
		return nil
	}
	return rapid.SliceOfNDistinct(rapid.SampledFrom(all), 0, len(all), rapid.ID[T]).Draw(t, "some")
}

func one[T any](t *rapid.T, all []T) T { return rapid.SampledFrom(all).Draw(t, "one") }

func flip(t *rapid.T) bool { return rapid.Bool().Draw(t, "flip") }

// mostly is true three times of four.
func mostly(t *rapid.T) bool { return rapid.IntRange(0, 3).Draw(t, "mostly") > 0 }

func drawHello(t *rapid.T) *wire.ClientHello {
	h := &wire.ClientHello{LegacyVersion: one(t, AllVersions[1:5]), Suites: some(t, genSuites), Compression: []iana.CompressionMethod{0}}
	if flip(t) {
		h.SetSupportedVersions(some(t, AllVersions[2:]))
	}
	if mostly(t) {
		h.SetGroups(some(t, genGroups))
	}
	if mostly(t) {
		h.SetSchemes(some(t, genSchemes))
	}
	if mostly(t) {
		shares := []wire.KeyShare{}
		for _, g := range some(t, h.Groups()) {
			shares = append(shares, wire.KeyShare{Group: g})
		}
		h.SetKeyShares(shares)
	}
	if flip(t) {
		h.SetServerName(one(t, genNames))
	}
	if flip(t) {
		h.SetALPN(some(t, genALPN))
	}
	if flip(t) {
		h.SetExtension(iana.ExtExtendedMasterSecret, nil)
	}
	return h
}

func drawClient(t *rapid.T) Client {
	h := drawHello(t)
	c := Client{Stack: one(t, genStacks), Hellos: []Hello{{Message: h}}, Offers: OffersOf(h), Completes: map[iana.Version]Truth{}}
	for _, v := range AllVersions {
		if flip(t) {
			c.Completes[v] = one(t, genTruths)
		}
	}
	if flip(t) {
		c.DHBits, c.RSABits = [2]int{1024, 4096}, 2048
	}
	c.Demands = some(t, []Demand{DemandEMS, DemandRenegotiation})
	return c
}

func drawList[T ~uint16](t *rapid.T, all []T) List[T] {
	l := List[T]{Complete: one(t, []Truth{Yes, Yes, Unknown}), Order: one(t, []Truth{Yes, Unknown})}
	for _, id := range some(t, all) {
		l.Items = append(l.Items, Item[T]{ID: id, Fact: Fact{Is: one(t, []Truth{Yes, Yes, Yes, No, Unknown, Mixed})}})
	}
	return l
}

func drawServer(t *rapid.T) Server {
	s := Server{Accepts: map[iana.Version]Column{}, Chooses: one(t, genStacks), ServerOrder: one(t, genTruths)}
	for _, v := range AllVersions {
		if flip(t) {
			s.Accepts[v] = Column{
				Accepted: Fact{Is: one(t, genTruths)},
				Suites:   drawList(t, genSuites), Groups: drawList(t, genGroups), Schemes: drawList(t, genSchemes),
				DHBits: one(t, [][2]int{{}, {512, 512}, {1024, 2048}, {8192, 8192}}),
			}
		}
	}
	if flip(t) {
		s.Chains = some2(t, []Chain{
			{Key: iana.KeyRSA, Bits: 2048}, {Key: iana.KeyRSA, Bits: 1024}, {Key: iana.KeyECDSA, Group: iana.GroupSecp256r1},
			{Key: iana.KeyECDSA, Group: iana.GroupSecp384r1}, {Key: iana.KeyEd25519}, {},
		})
	}
	for range rapid.IntRange(0, 2).Draw(t, "good") {
		s.Good = append(s.Good, Good{Choice: Choice{
			Version: one(t, AllVersions), Suite: one(t, genSuites), Group: one(t, append([]iana.Group{0}, genGroups...)), Scheme: one(t, append([]iana.Scheme{0}, genSchemes...)),
		}})
	}
	if flip(t) {
		s.ALPN = ALPNPolicy{Protocols: some(t, genALPN), Insists: one(t, genTruths)}
	}
	if flip(t) {
		s.Scope.Name = one(t, genNames)
		s.Names = NamePolicy{Needs: Fact{Is: one(t, genTruths)}, Rejects: Fact{Is: one(t, genTruths)}, Others: some(t, genNames)}
	}
	s.EMS, s.Renegotiation, s.DemandsEMS = Fact{Is: one(t, genTruths)}, Fact{Is: one(t, genTruths)}, Fact{Is: one(t, genTruths)}
	return s
}

// some2 is some for values that cannot be compared.
func some2[T any](t *rapid.T, all []T) (out []T) {
	for _, x := range all {
		if flip(t) {
			out = append(out, x)
		}
	}
	return out
}

func TestUnblockSetsUnblockAndNoneIsTooLarge(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, s := drawClient(t), drawServer(t)
		out := Negotiate(c, s)
		if out.Completes == Yes && out.Unblock != nil {
			t.Fatalf("completes, and has change sets %v", out.Unblock)
		}
		base := Attempt{Hello: c.Hellos[0].Message}.Identify()
		after := func(set []Change) Truth {
			d := c
			h := base.With(set...).Hello
			d.Hellos, d.Offers = []Hello{{Message: h}}, OffersOf(h)
			return Negotiate(d, s).Completes
		}
		for i, set := range out.Unblock {
			if is := after(set); is != Yes {
				t.Fatalf("with %v: completes %v", set, is)
			}
			for k := range set {
				less := slices.Delete(slices.Clone(set), k, k+1)
				if len(less) > 0 && after(less) == Yes {
					t.Fatalf("%v completes without %v", set, set[k])
				}
			}
			if i > 0 && len(out.Unblock[i-1]) > len(set) {
				t.Fatalf("set %d of %v is smaller than the one before", i, out.Unblock)
			}
			for k, other := range out.Unblock {
				if k != i && contains(set, other) {
					t.Fatalf("%v contains %v", set, other)
				}
			}
		}
	})
}

func TestNegotiateIsAFunction(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, s := drawClient(t), drawServer(t)
		before := c.Hellos[0].Message.Body()
		a, b := Negotiate(c, s), Negotiate(c, s)
		if !reflect.DeepEqual(a, b) {
			t.Fatalf("twice the same terms:\n%+v\n%+v", a, b)
		}
		if !slices.Equal(before, c.Hellos[0].Message.Body()) {
			t.Fatal("Negotiate changed the hello")
		}
		switch {
		case a.Completes == No && (a.Refuses == SideUnknown || len(a.Blocks) == 0):
			t.Fatalf("a No without who refuses or why: %+v", a)
		case a.Completes != No && a.Refuses != SideUnknown:
			t.Fatalf("%v refuses what completes %v", a.Refuses, a.Completes)
		case a.Completes != No && slices.ContainsFunc(a.Blocks, func(b Block) bool { return b.Certain == Yes }):
			t.Fatalf("completes %v in spite of a certain obstacle: %+v", a.Completes, a.Blocks)
		}
	})
}

func TestForgettingTheServerLeavesTheOutcomeUnknown(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawClient(t)
		out := Negotiate(c, Server{Chooses: one(t, genStacks)})
		// The hello alone may be hopeless, such as 1.3 without groups.
		if out.Completes == Yes {
			t.Fatal("completes with a server of which nothing is known")
		}
		if len(out.Unblock) > 0 {
			t.Fatalf("change sets %v for a server of which nothing is known", out.Unblock)
		}
	})
}

func FuzzNegotiate(f *testing.F) {
	f.Add([]byte{}, uint16(0x0303), uint16(0xc02f), uint8(1))
	f.Fuzz(func(t *testing.T, body []byte, version, suite uint16, key uint8) {
		h, err := wire.ParseClientHello(body)
		if err != nil {
			return
		}
		for _, stack := range genStacks {
			Negotiate(Client{Hellos: []Hello{{Message: h}}, Stack: stack}, Server{
				Chooses: stack,
				Accepts: map[iana.Version]Column{iana.Version(version): {
					Accepted: Fact{Is: Yes}, Suites: Listed(iana.Suite(suite), 0x1301), Groups: Listed(iana.GroupX25519),
				}},
				Chains: []Chain{{Key: iana.KeyType(key)}},
			})
		}
	})
}
