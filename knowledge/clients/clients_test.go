package clients_test

import (
	"cmp"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/knowledge/clients"
)

// required are the ids that --as must know.
var required = []string{"java6", "java7", "java8", "openssl-1.0.0", "openssl-1.1.1", "openssl-3.0", "openssl-3.0-fips",
	"python-2.7", "curl", "node", "go", "chrome", "firefox", "android-4.4", "dotnet-4.5"}

func TestEveryRequiredClientIsAnID(t *testing.T) {
	t.Parallel()
	for _, id := range required {
		c, err := clients.Get(id)
		if err != nil {
			t.Error(err)
			continue
		}
		if string(c.ID) != id {
			t.Errorf("Get(%q) is the client %s", id, c.ID)
		}
	}
}

func TestAllIsSortedAndComplete(t *testing.T) {
	t.Parallel()
	var ids []string
	for _, c := range clients.All() {
		ids = append(ids, string(c.ID))
	}
	if !slices.IsSorted(ids) {
		t.Errorf("All is not sorted: %v", ids)
	}
	for _, c := range clients.AllOver(parley.TransportDTLS) {
		ids = append(ids, string(c.ID))
	}
	slices.Sort(ids)
	if got := clients.IDs(); !slices.Equal(got, ids) {
		t.Errorf("IDs differ from All:\n got %v\nwant %v", got, ids)
	}
}

func TestEachSpecimenHasAnEntryAndEachEntryASpecimen(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("specimens/*")
	if err != nil {
		t.Fatal(err)
	}
	over, err := filepath.Glob("dtls/*")
	if err != nil {
		t.Fatal(err)
	}
	files = append(files, over...)
	var ids []string
	for _, f := range files {
		ids = append(ids, strings.TrimSuffix(filepath.Base(f), ".hello"))
	}
	for _, id := range ids {
		if !slices.Contains(clients.IDs(), id) {
			t.Errorf("specimens/%s.hello has no entry: give it one in the file of its family", id)
		}
	}
	for _, id := range clients.IDs() {
		if !slices.Contains(ids, id) {
			t.Errorf("%s has no specimen: put its hello into specimens/%[1]s.hello", id)
		}
	}
}

func TestEveryFieldOfEveryClientIsFilled(t *testing.T) {
	t.Parallel()
	for _, c := range append(clients.All(), clients.AllOver(parley.TransportDTLS)...) {
		if c.Name == "" || c.Family == "" || c.Stack == "" || len(c.From) == 0 {
			t.Errorf("%s: name %q, family %q, stack %q, %d sources", c.ID, c.Name, c.Family, c.Stack, len(c.From))
		}
		if len(c.Hellos) == 0 || c.Hellos[0].Message == nil || c.Hellos[0].RecordVersion == 0 {
			t.Errorf("%s: no hello", c.ID)
			continue
		}
		if len(c.Completes) == 0 {
			t.Errorf("%s: its specimen does not say what it completes", c.ID)
		}
		for _, f := range c.From {
			checkSource(t, c.ID, "client", f)
		}
		for _, n := range c.Notes {
			checkSource(t, c.ID, n.Text, n.From)
			if n.About == parley.AxisUnknown || n.Text == "" || len(n.Text) > 110 || strings.HasSuffix(n.Text, ".") {
				t.Errorf("%s: note %q is not one short clause about an axis", c.ID, n.Text)
			}
		}
		for _, k := range c.Knobs {
			checkSource(t, c.ID, k.Text, k.From)
			if k.Intent == parley.IntentUnknown || k.Grade == parley.GradeUnknown || k.Text == "" || strings.Contains(k.Text, "\n") {
				t.Errorf("%s: knob %+v lacks intent, grade or a line of text", c.ID, k)
			}
			if k.Grade == parley.Last && k.Price == "" {
				t.Errorf("%s: the last resort %q has no price", c.ID, k.Text)
			}
		}
		if c.DHBits[1] != 0 && c.DHBits[0] > c.DHBits[1] {
			t.Errorf("%s: DH from %d to %d bits", c.ID, c.DHBits[0], c.DHBits[1])
		}
	}
}

func checkSource(t *testing.T, id parley.ClientID, what string, s parley.Source) {
	t.Helper()
	if s.Document == "" || len(s.Date) < 4 {
		t.Errorf("%s: %s: source %+v lacks document or date", id, what, s)
	}
}

// A client that completes a version offers it, and its code has it.
func TestTermsOfAClientAgreeWithEachOther(t *testing.T) {
	t.Parallel()
	for _, c := range append(clients.All(), clients.AllOver(parley.TransportDTLS)...) {
		h := c.Hellos[0].Message
		for v, is := range c.Completes {
			if is == parley.Yes && !h.Offers(v) {
				t.Errorf("%s completes %v and does not offer it", c.ID, v)
			}
			if is == parley.Yes && c.Able != nil && !slices.Contains(c.Able, v) {
				t.Errorf("%s completes %v and is not said to have it", c.ID, v)
			}
		}
		if !slices.IsSortedFunc(c.Able, func(a, b iana.Version) int { return cmp.Compare(a.TLS(), b.TLS()) }) {
			t.Errorf("%s: versions out of order: %v", c.ID, c.Able)
		}
	}
}

func TestOfferedAndNotCompletedIsNo(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		id      string
		version iana.Version
	}{
		{"openssl-3.0", iana.TLS10}, {"curl", iana.TLS11}, {"chromium-92", iana.TLS10}, {"python-3.11", iana.TLS10},
	} {
		c := get(t, tt.id)
		if !c.Hellos[0].Message.Offers(tt.version) || c.Completes[tt.version] != parley.No {
			t.Errorf("%s: offers %v: %v, completes it: %v; want true and no", tt.id, tt.version,
				c.Hellos[0].Message.Offers(tt.version), c.Completes[tt.version])
		}
	}
}

// A version that is left off must stay possible: a change that adds it is how
// such a client is helped.
func TestWhatIsNotOfferedIsNotSaidToFail(t *testing.T) {
	t.Parallel()
	for _, c := range clients.All() {
		for v, is := range c.Completes {
			if is == parley.No && !c.Hellos[0].Message.Offers(v) {
				t.Errorf("%s: %v is not offered and said to fail", c.ID, v)
			}
		}
	}
	c := get(t, "java7")
	if c.Completes[iana.TLS10] != parley.Yes || c.Completes[iana.TLS12] != parley.Unknown || !slices.Contains(c.Able, iana.TLS12) {
		t.Errorf("java7 completes %v, has %v; want 1.0, and 1.2 that it leaves off", c.Completes, c.Able)
	}
}

func TestOffersAreReadFromTheSpecimen(t *testing.T) {
	t.Parallel()
	for _, c := range clients.All() {
		if want := parley.OffersOf(c.Hellos[0].Message); !reflect.DeepEqual(c.Offers, want) {
			t.Errorf("%s offers %v, its specimen %v", c.ID, c.Offers, want)
		}
	}
	if c := get(t, "java7"); c.Offers[iana.TLS10].Accepted.Is != parley.Yes || c.Offers[iana.TLS12].Accepted.Is != parley.No {
		t.Errorf("java7 offers 1.0: %v, 1.2: %v; want yes and no", c.Offers[iana.TLS10].Accepted, c.Offers[iana.TLS12].Accepted)
	}
}

func TestComposedClientsAreMarked(t *testing.T) {
	t.Parallel()
	want := []string{"android-4.4", "dotnet-4.5", "java6", "java7", "openssl-3.0-fips"}
	var got []string
	for _, c := range clients.All() {
		if c.Hellos[0].Composed {
			got = append(got, string(c.ID))
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("composed: %v, want %v", got, want)
	}
}

func TestJava7OffersOneVersionAndTwentySuites(t *testing.T) {
	t.Parallel()
	c := get(t, "java7")
	h := c.Hellos[0].Message
	if h.MaxVersion() != iana.TLS10 || len(h.Suites) != 21 || !h.HasSuite(0x00ff) {
		t.Errorf("highest version %v, %d suites, want 1.0 and 20 with the SCSV", h.MaxVersion(), len(h.Suites))
	}
	if name, ok := h.ServerName(); !ok || name != "tls.parley.test" {
		t.Errorf("server_name %q, want tls.parley.test", name)
	}
	if c.DHBits != [2]int{0, 1024} {
		t.Errorf("DH %v bits, want up to 1024", c.DHBits)
	}
	i := slices.IndexFunc(c.Knobs, func(k parley.Knob) bool { return k.Intent == parley.OfferVersions })
	if got, want := c.Knobs[i].Text, "-Dhttps.protocols=TLSv1.2"; got != want || c.Knobs[i].Grade != parley.Best {
		t.Errorf("first way to offer 1.2: %s %q, want best %q", c.Knobs[i].Grade, got, want)
	}
}

func TestJava6SendsNoExtensions(t *testing.T) {
	t.Parallel()
	if h := get(t, "java6").Hellos[0].Message; !h.OmitExtensions || h.LegacyVersion != iana.TLS10 {
		t.Errorf("extensions %v, version %v; want none and 1.0", h.Extensions, h.LegacyVersion)
	}
}

func TestDemandsAreKnown(t *testing.T) {
	t.Parallel()
	for id, want := range map[string][]parley.Demand{
		"openssl-3.0":      {parley.DemandRenegotiation},
		"openssl-3.0-fips": {parley.DemandRenegotiation, parley.DemandEMS},
		"curl":             {parley.DemandRenegotiation},
		"node":             {parley.DemandRenegotiation},
		"openssl-1.1.1":    nil, "java21": nil, "chrome": nil, "go": nil, "wget": nil,
	} {
		if got := get(t, id).Demands; !slices.Equal(got, want) {
			t.Errorf("%s demands %v, want %v", id, got, want)
		}
	}
}

func TestPanelIsOfToday(t *testing.T) {
	t.Parallel()
	var ids []string
	for _, c := range clients.Panel() {
		ids = append(ids, string(c.ID))
		if c.Hellos[0].Composed {
			t.Errorf("%s is composed", c.ID)
		}
		if c.Completes[iana.TLS12] != parley.Yes || c.Completes[iana.TLS13] != parley.Yes {
			t.Errorf("%s completes %v, want 1.2 and 1.3", c.ID, c.Completes)
		}
	}
	if want := []string{"chrome", "firefox", "openssl-3.0", "go", "java21"}; !slices.Equal(ids, want) {
		t.Errorf("panel %v, want %v", ids, want)
	}
	if len(clients.PanelDate) != len("2006-01-02") {
		t.Errorf("PanelDate %q is not a date", clients.PanelDate)
	}
}

func TestGetReturnsACopyOfItsOwn(t *testing.T) {
	t.Parallel()
	get(t, "chrome").Hellos[0].Message.SetServerName("other.example")
	get(t, "curl").Knobs[0].Text = "changed"
	get(t, "curl").Notes[0].Text = "changed"
	if name, _ := get(t, "chrome").Hellos[0].Message.ServerName(); name != "tls.parley.test" {
		t.Errorf("the change of one caller is seen by the next: %s", name)
	}
	if c := get(t, "curl"); c.Knobs[0].Text == "changed" || c.Notes[0].Text == "changed" {
		t.Errorf("the change of one caller is seen by the next")
	}
}

func TestGetReadsTheWaysPeopleWriteAnID(t *testing.T) {
	t.Parallel()
	for written, want := range map[string]parley.ClientID{
		"java1.7": "java7", "java7u80": "java7", "Java 7": "java7", "jdk-8": "java8", "openjdk17": "java17",
		"openssl-1.0": "openssl-1.0.0", "node-0.8": "openssl-1.0.0", "chromium": "chrome", "Node_24": "node",
		"node-20": "node-18", "python-3.9": "openssl-1.1.1", "nodejs": "node",
	} {
		if c := get(t, written); c.ID != want {
			t.Errorf("Get(%q) is %s, want %s", written, c.ID, want)
		}
	}
}

func TestGetSuggestsNearNames(t *testing.T) {
	t.Parallel()
	for wrong, want := range map[string]string{
		"jav7":        `client "jav7" is not known; similar: java7, java17, java27, java6, java8`,
		"firefx":      `client "firefx" is not known; similar: firefox`,
		"opensl-3.0":  `client "opensl-3.0" is not known; similar: openssl-3.0, openssl-3.5`,
		"java7u131":   `client "java7u131" is not known; similar: java11, java17, java21, java7, java25`,
		"safari":      `client "safari" is not known; known are chrome, firefox, openssl-3.0, go, java21 and more`,
		"android-2.3": `client "android-2.3" is not known; similar: android-4.4`,
	} {
		_, err := clients.Get(wrong)
		if err == nil {
			t.Errorf("Get(%q) found a client", wrong)
			continue
		}
		if err.Error() != want {
			t.Errorf("Get(%q):\n got %s\nwant %s", wrong, err, want)
		}
	}
}

func get(t *testing.T, id string) *parley.Client {
	t.Helper()
	c, err := clients.Get(id)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// corpus is the folder that PARLEY_CORPUS names.
func corpus(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("PARLEY_CORPUS")
	if dir == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("PARLEY_CORPUS is not set")
		}
		t.Skip("PARLEY_CORPUS is not set")
	}
	return dir
}
