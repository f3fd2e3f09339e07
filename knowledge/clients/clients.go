package clients

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/internal/near"
)

// PanelDate is the day for which Panel speaks.
const PanelDate = "2026-11-21"

// panel is who a server should work with today: the current browsers, the
// OpenSSL of a stable distribution, the current Go, a Java of long-term support.
var panel = []string{"chrome", "firefox", "openssl-3.0", "go", "java21"}

// family is the clients of one name, which share a stack.
type family struct {
	Name    string
	Stack   string // as parley.Client has it
	Clients []entry
}

// entry is one client. What its specimen says is not repeated here.
type entry struct {
	ID      string
	Name    string   // for people: "Java 8 (8u504)"
	Aliases []string // other names; those of clients that send the same hello and behave alike
	// Able are the versions its code has; empty: not known.
	Able []iana.Version
	// MaxDH is the largest prime it takes, in bits; 0: not known.
	MaxDH int
	Notes []parley.Note
	Knobs []parley.Knob
	From  []parley.Source // of Able and MaxDH
}

// families are all families, by name.
var families = []family{
	androidFamily, ariaFamily, browsersFamily, bunFamily, chromeFamily, curlFamily, databaseFamily, dotnetFamily,
	firefoxFamily, gitFamily, gnutlsFamily, goFamily, javaFamily, mbedtlsFamily, nodeFamily, nssFamily,
	opensslFamily, perlFamily, phpFamily, pythonFamily, rubyFamily, wgetFamily, wolfsslFamily,
}

// Get returns the client of an id or an alias, as --as takes it. The caller owns
// the result and may change it. The error names similar ids.
func Get(id string) (*parley.Client, error) {
	want := canonical(id)
	for _, fs := range [][]family{families, dtlsFamilies} {
		for i := range fs {
			for j := range fs[i].Clients {
				e := &fs[i].Clients[j]
				if e.ID == want || slices.Contains(e.Aliases, want) {
					return build(&fs[i], e), nil
				}
			}
		}
	}
	return nil, unknown(id, want)
}

// All returns every client of TLS, sorted by id; AllOver has those of DTLS. The caller owns the result.
func All() []*parley.Client {
	var cs []*parley.Client
	for i := range families {
		for j := range families[i].Clients {
			cs = append(cs, build(&families[i], &families[i].Clients[j]))
		}
	}
	slices.SortFunc(cs, func(a, b *parley.Client) int { return cmp.Compare(a.ID, b.ID) })
	return cs
}

// IDs returns the ids of all clients, those of DTLS too, sorted, without aliases.
func IDs() []string {
	var ids []string
	for _, f := range slices.Concat(families, dtlsFamilies) {
		for _, e := range f.Clients {
			ids = append(ids, e.ID)
		}
	}
	slices.Sort(ids)
	return ids
}

// Panel returns the clients of today, as of PanelDate. The caller owns the result.
func Panel() []*parley.Client { return members(panel) }

func members(panel []string) []*parley.Client {
	cs := make([]*parley.Client, len(panel))
	for i, id := range panel {
		c, err := Get(id)
		if err != nil {
			panic("clients: panel: " + err.Error())
		}
		cs[i] = c
	}
	return cs
}

// build panics on a specimen that does not parse: they are part of the program.
func build(f *family, e *entry) *parley.Client {
	s, err := readSpecimen(e.ID)
	if err != nil {
		panic(fmt.Sprintf("clients: %s: %v", e.ID, err))
	}
	c := &parley.Client{
		ID: parley.ClientID(e.ID), Name: e.Name, Family: f.Name, Stack: f.Stack,
		Hellos:    s.hellos,
		Completes: s.completes,
		Able:      slices.Clone(e.Able),
		Demands:   s.demands,
		DHBits:    [2]int{s.minDH, e.MaxDH},
		RSABits:   s.minRSA,
		Verifies:  verifies(strings.TrimSuffix(e.ID, overDTLS)),
		Notes:     slices.Clone(e.Notes),
		Knobs:     slices.Clone(e.Knobs),
		From:      append(slices.Clone(s.hellos[0].From), e.From...),
	}
	c.Offers = offers(c.Hellos[0])
	return c
}

// canonical reads the ways in which people write an id.
func canonical(id string) string {
	id = strings.ToLower(strings.TrimSpace(id))
	id = strings.NewReplacer(" ", "-", "_", "-", "/", "-").Replace(id)
	for _, p := range []string{"openjdk", "jdk", "jre"} {
		if rest, ok := strings.CutPrefix(id, p); ok {
			id = "java" + rest
		}
	}
	if rest, ok := strings.CutPrefix(id, "java-"); ok {
		id = "java" + rest
	}
	return id
}

// maxDistance is how many letters an id may be off to be suggested.
const maxDistance = 2

func unknown(id, want string) error {
	similar := similar(want)
	if len(similar) == 0 {
		return fmt.Errorf("client %q is not known; known are %s and more", id, strings.Join(panel, ", "))
	}
	return fmt.Errorf("client %q is not known; similar: %s", id, strings.Join(similar, ", "))
}

// similar returns ids that begin alike or are a few letters off.
func similar(want string) []string {
	family := strings.TrimRight(want, "0123456789.-u")
	return near.Names(want, IDs(), maxDistance, func(id string) bool {
		return len(family) >= 2 && strings.HasPrefix(id, family)
	})
}
