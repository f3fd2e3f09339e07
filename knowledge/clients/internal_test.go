package clients

import (
	"cmp"
	"slices"
	"testing"
)

func TestIDsAndAliasesAreUniqueAndCanonical(t *testing.T) {
	t.Parallel()
	of := map[string]string{}
	for _, f := range families {
		for _, e := range f.Clients {
			for _, name := range append([]string{e.ID}, e.Aliases...) {
				if other, ok := of[name]; ok {
					t.Errorf("%q is a name of %s and of %s", name, other, e.ID)
				}
				of[name] = e.ID
				if canonical(name) != name {
					t.Errorf("%s: %q is never looked up, it is read as %q", e.ID, name, canonical(name))
				}
			}
		}
	}
}

func TestFamiliesAreSorted(t *testing.T) {
	t.Parallel()
	if !slices.IsSortedFunc(families, func(a, b family) int { return cmp.Compare(a.Name, b.Name) }) {
		t.Error("families are not sorted by name")
	}
}
