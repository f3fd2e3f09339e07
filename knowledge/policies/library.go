package policies

import (
	"embed"
	"fmt"
	"slices"
	"strings"

	"github.com/parley-tls/parley/internal/near"
)

//go:embed data/*.yaml
var data embed.FS

// short are names that stand for another one: that of a guideline without its
// number is its newest edition.
var short = map[string]string{
	"modern":               "mozilla-modern-6.0",
	"intermediate":         "mozilla-intermediate-6.0",
	"old":                  "mozilla-old-5.8", // 6.0 has none
	"mozilla-modern":       "mozilla-modern-6.0",
	"mozilla-intermediate": "mozilla-intermediate-6.0",
	"mozilla-old":          "mozilla-old-5.8",
	"bsi":                  "bsi-tr-02102-2",
	"fips":                 "fips-140-3",
	"ncsc":                 "ncsc-uk",
	"nist":                 "nist-sp-800-52r2",
	"pci":                  "pci-dss-4.0.1",
	"pci-dss":              "pci-dss-4.0.1",
}

// Names returns the names of the policies that parley brings, sorted.
func Names() []string {
	entries, err := data.ReadDir("data")
	if err != nil {
		panic(err) // they are part of the program
	}
	var names []string
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), ".yaml"))
	}
	return names
}

// Short returns the short names, and the name that each stands for.
func Short() map[string]string {
	out := map[string]string{}
	for k, v := range short {
		out[k] = v
	}
	return out
}

// Text returns the file of a policy that parley brings.
func Text(name string) ([]byte, error) {
	if long := short[name]; long != "" {
		name = long
	}
	if !slices.Contains(Names(), name) {
		all := Names()
		for s := range short {
			all = append(all, s)
		}
		slices.Sort(all)
		if ns := near.Names(name, all, 2+len(name)/4, func(n string) bool { return strings.Contains(n, name) || strings.Contains(name, n) }); len(ns) > 0 {
			return nil, fmt.Errorf("no policy has the name %q; similar: %s", name, strings.Join(ns, ", "))
		}
		return nil, fmt.Errorf("no policy has the name %q", name)
	}
	return data.ReadFile("data/" + name + ".yaml")
}

// Get returns the policy of that name.
func Get(name string) (*Policy, error) {
	text, err := Text(name)
	if err != nil {
		return nil, err
	}
	p, err := Read(text)
	if err != nil {
		panic(fmt.Sprintf("knowledge/policies/data: %s: %v", name, err))
	}
	return p, nil
}
