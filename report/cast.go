package report

import (
	"cmp"
	"slices"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/transcript"
)

// telling ranks what crossed the wire by how much it tells a reader. What is not
// in it ranks between; our own goodbye tells nothing.
var telling = map[string]int{
	"< ServerHello": 9, "< HelloRetryRequest": 9, "< Malformed": 9, "< plaintext": 9,
	"> Certificate": 8, "< CertificateRequest": 8, "< HelloRequest": 8,
	"< Certificate": 7, "< banner": 7, "< Alert": 6,
	"< ServerKeyExchange": 4, "> ClientHello": 4,
	"< ServerHelloDone": 1,
}

// mostTelling keeps n lines: the last, which is how it ended, and of the others
// those that tell most, in their order. Our own alerts say how parley takes its
// leave, and are left out; so is how both do where nothing is wrong with that.
func mostTelling(lines []transcript.Line, n int, end parley.EndKind) []transcript.Line {
	through := end == parley.EndStopped
	lines = slices.DeleteFunc(slices.Clone(lines), func(l transcript.Line) bool {
		return l.Name == "Alert" && (l.Arrow == ">" || through) || through && l.Name == "stopped"
	})
	if len(lines) <= n {
		return lines
	}
	last := len(lines) - 1
	rank := func(i int) int {
		if i == last && !through {
			return 10
		}
		if r, known := telling[lines[i].Arrow+" "+lines[i].Name]; known {
			return r
		}
		return 3
	}
	kept := make([]int, len(lines))
	for i := range kept {
		kept[i] = i
	}
	slices.SortStableFunc(kept, func(a, b int) int { return cmp.Compare(rank(b), rank(a)) })
	kept = kept[:n]
	slices.Sort(kept)
	out := make([]transcript.Line, 0, n)
	for _, i := range kept {
		out = append(out, lines[i])
	}
	return out
}
