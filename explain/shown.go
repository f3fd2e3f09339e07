package explain

import (
	"slices"
	"strings"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/internal/lazy"
	"github.com/parley-tls/parley/knowledge/errors"
)

// issued are the ways in which programs show whom a certificate is of and who
// issued it: the first certificate of the chain, which is the server's own.
var issued = []lazy.Pattern{
	lazy.Regexp(`(?m)^\s*0 s:(?P<subject>.+)\n\s+i:(?P<issuer>.+)$`),                                             // openssl s_client
	lazy.Regexp(`<cert\([^)]*\) s: (?P<subject>[^>]+?) i: (?P<issuer>[^>]+?)>`),                                  // Apple's frameworks
	lazy.Regexp(`(?im)^[*\s]*subject ?[:=] ?(?P<subject>.+)\n(?:.*\n){0,5}?[*\s]*issuer ?[:=] ?(?P<issuer>.+)$`), // curl, openssl
}

// selfSigned says whether a text shows a server's certificate that is its own
// issuer.
func selfSigned(text string) bool {
	return slices.ContainsFunc(issued, func(re lazy.Pattern) bool {
		m := re().FindStringSubmatch(text)
		if m == nil {
			return false
		}
		subject, issuer := strings.TrimSpace(m[1]), strings.TrimSpace(m[2])
		return subject != "" && subject == issuer
	})
}

// shown applies what a text shows of the certificate itself.
func (t *Text) shown(m *errors.Meaning, out []Cause) []Cause {
	if !strings.HasPrefix(m.ID, "verify.") && !strings.HasPrefix(m.ID, "rust.") && m.ID != "wget.self-signed" || m.Decides || !selfSigned(t.Head) {
		return out
	}
	at := slices.IndexFunc(out, func(c Cause) bool { return c.ID == "chain.self-signed" })
	if at < 0 {
		out = append(out, Cause{ID: "chain.self-signed", Side: sideOf(errors.Guess{Cause: "chain.self-signed"})})
		at = len(out) - 1
	}
	for i := range out {
		out[i].Certainty = parley.Inferred
	}
	out[at].Certainty = parley.Seen
	out[at].Why = "the certificate that the text shows is its own issuer"
	out[at].score += 160
	return out
}
