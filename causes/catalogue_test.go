package causes

import (
	"slices"
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/knowledge/errors"
)

// What explain says of a cause that a text leaves comes from the catalogue of
// texts, what check says of it from here: they must say the same. Where the cases
// here leave the side open, a text may still tell it.
func TestTheCatalogueOfTextsSaysOfACauseWhatTheCauseSays(t *testing.T) {
	t.Parallel()
	for _, c := range All() {
		w, ok := errors.WordsOf(c.ID)
		if !ok {
			t.Errorf("%s: the catalogue has no words", c.ID)
			continue
		}
		if w.Title != c.Title {
			t.Errorf("%s: the catalogue's title is %q, the cause's %q", c.ID, w.Title, c.Title)
		}
		var sides []parley.Side
		for _, cs := range c.Cases {
			if cs.Fires != parley.NotCertain && !slices.Contains(sides, cs.Side) {
				sides = append(sides, cs.Side)
			}
		}
		if unknown := []parley.Side{parley.SideUnknown}; !slices.Contains(sides, w.Side) && !slices.Equal(sides, unknown) {
			t.Errorf("%s: the catalogue's side is %v, those of the cases %v", c.ID, w.Side, sides)
		}
	}
}
