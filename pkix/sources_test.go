package pkix

import (
	"strings"
	"testing"
)

func TestEveryDistrustHasASource(t *testing.T) {
	t.Parallel()
	for _, r := range removed {
		if len(r.rules) == 0 || len(r.roots) == 0 {
			t.Errorf("%s: no rules or no roots", r.name)
		}
		for _, d := range r.rules {
			if d.from.Date == "" || !strings.Contains(d.from.Document, "https://") || d.programme == "" {
				t.Errorf("%s, %s: source %+v", r.name, d.programme, d.from)
			}
		}
	}
}
