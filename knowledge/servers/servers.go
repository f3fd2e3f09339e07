package servers

import (
	"cmp"
	"slices"

	"github.com/parley-tls/parley"
)

// ServerKnob is how one server software expresses an intent.
type ServerKnob struct {
	Software string // "nginx", "apache", "haproxy"
	parley.Knob
}

// software is one server software with its knobs.
type software struct {
	Name  string
	Knobs []parley.Knob
}

// all is every software, by name.
var all = []software{apache, gnutls, golang, haproxy, java, nginx, node, openssl, postfix}

// Knobs returns how each software expresses the intent, by software, best
// first. A software that is missing has no way that is known.
func Knobs(kind parley.IntentKind) []ServerKnob {
	var ks []ServerKnob
	for _, s := range all {
		var own []ServerKnob
		for _, k := range s.Knobs {
			if k.Intent == kind {
				own = append(own, ServerKnob{Software: s.Name, Knob: k})
			}
		}
		slices.SortStableFunc(own, func(a, b ServerKnob) int { return cmp.Compare(a.Grade, b.Grade) })
		ks = append(ks, own...)
	}
	return ks
}

// Software returns the names of all software, sorted.
func Software() []string {
	var names []string
	for _, s := range all {
		names = append(names, s.Name)
	}
	return names
}

// probed is a source on this project's own runs of a server.
func probed(what string) parley.Source {
	return parley.Source{Document: what + ", probed on loopback", Date: "2026-11-21"}
}

// said is a source in a document: its date, or for pages that are kept up to
// date the day on which it was read.
func said(document, date string) parley.Source { return parley.Source{Document: document, Date: date} }

// forbidden is the price of accepting 1.0 again.
const forbidden = "RFC 8996 forbids 1.0 and 1.1, and every client may use them then"
