package causes

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/pkix"
)

// leafFaults are the causes that a new leaf ends, in the order in which they are
// told: the first that is there is the answer, the others are its symptoms.
var leafFaults = []parley.CauseID{
	"name.mismatch", "name.ip-no-san", "chain.expired-leaf", "cert.malformed", "cert.no-san", "cert.keyusage",
	"cert.critical-extension", "cert.key-too-small", "cert.unsupported-key", "cert.weak-digest", "cert.must-staple",
}

// reissued are the causes that end with this one, when another leaf is installed.
func reissued(id parley.CauseID) []parley.CauseID {
	return slices.Clone(leafFaults[slices.Index(leafFaults, id)+1:])
}

// objected makes one finding of the objections that are of one cause: what say
// says of each, and all whom they stop.
func (v *View) objected(id parley.CauseID, side parley.Side, os []Objection, say func(o Objection) string) []parley.Finding {
	if len(os) == 0 {
		return nil
	}
	f := v.objection(id, side, os[0])
	for _, o := range os {
		text := say(o)
		if !slices.ContainsFunc(f.Because, func(r parley.Reason) bool { return r.Text == text }) {
			f.Because = append(f.Because, parley.Reason{Text: text, From: []parley.Source{{Attempt: o.Attempt}}})
		}
		for _, m := range o.Members {
			if !slices.Contains(f.Members, m) {
				f.Members = append(f.Members, m)
			}
		}
	}
	if text := v.afterwards(id); text != "" {
		f.Because = append(f.Because, parley.Reason{Text: text})
	}
	return []parley.Finding{f}
}

// afterwards says of a client that verifies when the handshake is over that the
// server sees nothing of it.
func (v *View) afterwards(id parley.CauseID) string {
	if v.Panel || v.Client == nil || v.Client.Verifies == nil {
		return ""
	}
	when := v.Client.Verifies.When
	if strings.HasPrefix(string(id), "name.") || id == "cert.no-san" {
		when = v.Client.Verifies.NamesWhen
	}
	if when != parley.AfterHandshake {
		return ""
	}
	return "The client verifies once the handshake is through: the server's log has a complete one."
}

// is names the certificate that an objection is about, at the head of a sentence.
func (o Objection) is() string {
	name := ""
	if o.Certificate != nil {
		name = " " + o.Certificate.Subject.Short()
	}
	switch o.Role {
	case pkix.Leaf:
		return "The certificate" + name
	case pkix.Root:
		return "The root" + name
	case pkix.Intermediate:
		return "The intermediate" + name
	}
	return fmt.Sprintf("Certificate %d of the chain", o.Sent+1)
}

// since says how long ago a day was, or in how long it is.
func (v *View) since(t time.Time) string {
	days := int(v.E.Now.Sub(t).Hours()) / 24
	switch {
	case days == 0:
		return "today"
	case days == 1:
		return "a day ago"
	case days > 1:
		return fmt.Sprintf("%d days ago", days)
	case days == -1:
		return "in a day"
	}
	return fmt.Sprintf("in %d days", -days)
}

func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// few lists some of many names.
func few(names []string) string {
	const most = 4
	if len(names) > most {
		return strings.Join(names[:most-1], ", ") + fmt.Sprintf(" and %d more", len(names)-most+1)
	}
	return words(names)
}

// anew is the fix of a certificate that must be made otherwise.
func anew(how string) parley.Intent {
	return parley.Intent{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.ReissueCertificate, Plain: how}
}

// under says that a name is below the domain of a wildcard, more than one label
// deep, or that domain itself.
func under(wildcard, name string) bool {
	domain, is := strings.CutPrefix(wildcard, "*.")
	return is && (name == domain || strings.HasSuffix(name, "."+domain))
}
