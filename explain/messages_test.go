package explain

import (
	"os"
	"slices"
	"strings"
	"testing"
)

func TestMessagesOfDocumentationAreExplained(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/messages.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		cause, text, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		if !ok {
			continue
		}
		cause, listed := strings.CutPrefix(cause, "~")
		a := explainText(text)
		at := slices.IndexFunc(a.Causes, func(c Cause) bool { return string(c.ID) == cause })
		if at < 0 || at > 0 && !listed {
			var got []string
			for _, c := range a.Causes {
				got = append(got, string(c.ID))
			}
			t.Errorf("%q: means %q, as %s: %s; want %s", text, a.Meaning, a.Role, strings.Join(got, " "), cause)
		}
	}
}
