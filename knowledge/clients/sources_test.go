package clients

import (
	"strings"
	"testing"
)

// A rule of verification was measured here, or read where anybody may read it.
func TestEveryRuleOfVerificationWasMeasuredOrHasAnAddress(t *testing.T) {
	t.Parallel()
	for _, v := range verifications {
		if len(v.rules.From) == 0 {
			t.Errorf("%s: no source", v.ids)
		}
		for _, s := range v.rules.From {
			read := strings.Contains(s.Document, "https://") || strings.Contains(s.Document, "as installed") || strings.HasSuffix(s.Document, "measured on loopback")
			if s.Date == "" || !read {
				t.Errorf("%s: source %+v", v.ids, s)
			}
		}
	}
}
