package causes

import (
	"fmt"
	"slices"
	"strings"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

// list joins names as a sentence does: "1.0", "1.0 and 1.1", "1.0, 1.1 and 1.2".
func list[T fmt.Stringer](xs []T) string {
	var s []string
	for _, x := range xs {
		s = append(s, x.String())
	}
	return words(s)
}

func words(s []string) string {
	if len(s) <= 1 {
		return strings.Join(s, "")
	}
	return strings.Join(s[:len(s)-1], ", ") + " and " + s[len(s)-1]
}

// Who names the client in question in a sentence.
func (v *View) Who() string {
	if v.Client == nil || v.Client.Name == "" {
		return "the client"
	}
	return v.Client.Name
}

// sent says who sent what ended the handshake.
func (v *View) sent() string {
	switch v.Answer.End {
	case parley.EndAlert:
		return "The server sent the alert."
	case parley.EndFIN:
		return "The server closed without an alert."
	case parley.EndRST:
		return "The connection was reset; a reset does not say by whom."
	case parley.EndSilence:
		return "The server did not answer."
	case parley.EndStopped:
		if !v.Answer.Unoffered {
			return "" // the client ends what it offered, and the cause says why
		}
		return "The server selected a version that was not offered, so the client ends it."
	}
	return ""
}

// alone is the sentence of a proof; none for a finding without.
func alone(f parley.Finding, what string) string {
	switch {
	case f.Pair == nil:
		return ""
	case len(f.Pair.Changed) > 1:
		return "It takes all of the changes; with any one of them missing it fails as before."
	}
	return what + " alone decides it."
}

// because drops empty sentences.
func because(s ...string) []string {
	return slices.DeleteFunc(s, func(x string) bool { return x == "" })
}

// asReasons appends sentences to a finding.
func asReasons(f parley.Finding, s ...string) parley.Finding {
	for _, x := range because(s...) {
		f.Because = append(f.Because, parley.Reason{Text: x, From: []parley.Source{{Attempt: f.Shows}}})
	}
	return f
}

// outside picks the side whose terms lie outside the standards of today, from
// whether each side has something current to offer.
func outside(clientCurrent, serverCurrent bool) parley.Side {
	switch {
	case clientCurrent && serverCurrent:
		return parley.SideUnknown
	case clientCurrent:
		return parley.ServerSide
	case serverCurrent:
		return parley.ClientSide
	}
	return parley.BothSides
}

// currentSuite says whether a suite is one that RFC 9325, Section 4.2,
// recommends, or one of TLS 1.3: ephemeral key exchange and AEAD.
func currentSuite(s iana.Suite) bool {
	i, ok := s.Info()
	return ok && i.AEAD && (i.Kx == iana.KxTLS13 || i.Kx == iana.KxECDHE)
}

// currentGroup says whether a group is one that current clients and servers
// share: RFC 9325, Section 4.2.1, and the panel of today.
func currentGroup(g iana.Group) bool {
	return g == iana.GroupX25519 || g == iana.GroupSecp256r1 || g == iana.GroupSecp384r1
}

// currentScheme says whether a scheme signs with SHA-256 or better and is one
// that current clients offer.
func currentScheme(s iana.Scheme) bool { return slices.Contains(parley.TodaySchemes[:8], s) }

// count says how many: "1 root", "3 roots".
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
