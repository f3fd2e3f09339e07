package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// quicShort are the transport parameters of which a screen without Verbose tells.
var quicShort = []iana.QUICParameter{
	iana.QUICMaxIdleTimeout, iana.QUICMaxData, iana.QUICMaxStreamsBidi, iana.QUICMaxStreamsUni, iana.QUICDisableMigration,
	iana.QUICPreferredAddress, iana.QUICVersionInformation, 0x20,
}

// quicLines are the terms of QUIC itself, "label" and text.
func quicLines(s *parley.Server, verbose bool) (out [][2]string) {
	q := s.QUIC
	if q == nil {
		return nil
	}
	if text := quicVersions(q); text != "" {
		out = append(out, [2]string{"QUIC", text})
	}
	if p := quicProtocols(s.ALPN); p != "" {
		out = append(out, [2]string{"ALPN", p})
	}
	var said []string
	for _, p := range q.Parameters {
		if verbose || slices.Contains(quicShort, p.ID) {
			said = append(said, strings.TrimSpace(p.ID.String()+" "+p.Text()))
		}
	}
	if len(said) > 0 {
		out = append(out, [2]string{"limits", strings.Join(said, ", ")})
	}
	return out
}

// quicVersions says which versions of QUIC are spoken, and what is listed beside
// them.
func quicVersions(q *parley.QUICTerms) string {
	var parts []string
	for is, words := range map[parley.Truth]string{parley.Yes: " accepted", parley.No: " not accepted", parley.Mixed: " accepted now and then"} {
		var names []string
		for _, it := range q.Versions.Items {
			if it.Is == is {
				names = append(names, it.ID.String())
			}
		}
		slices.Sort(names)
		if len(names) > 0 {
			parts = append(parts, strings.Join(names, ", ")+words)
		}
	}
	slices.Sort(parts)
	var more []string
	for _, v := range q.Listed {
		if q.Versions.Has(v) != parley.Yes {
			more = append(more, v.String())
		}
	}
	if len(more) > 0 {
		parts = append(parts, strings.Join(more, ", ")+" listed")
	}
	if q.Retry.Is == parley.Yes {
		parts = append(parts, "after a Retry")
	}
	return strings.Join(parts, ", ")
}

func quicProtocols(p parley.ALPNPolicy) string {
	text := strings.Join(p.Protocols, ", ")
	switch {
	case text == "":
	case p.Insists == parley.Yes:
		text += "; no other of those known"
	case p.Insists == parley.No:
		text += "; others are passed over"
	}
	return text
}

func (v *scanScreen) quic(s *parley.Server) (out []string) {
	for _, l := range quicLines(s, v.o.Verbose) {
		out = append(out, v.labelled(l[0], l[1], "", map[bool]int{false: 4, true: 99}[v.o.Verbose])...)
	}
	return out
}

// quicFacts are the same, one fact a line.
func quicFacts(f *facts, s *parley.Server) {
	q := s.QUIC
	if q == nil {
		return
	}
	for _, it := range q.Versions.Items {
		f.add("quic-version", it.ID.String()+" "+it.Is.String())
	}
	for _, v := range q.Listed {
		f.add("quic-listed", v.String())
	}
	f.add("quic-retry", q.Retry.Is.String())
	f.add("quic-grease", q.Grease.Is.String())
	for _, p := range s.ALPN.Protocols {
		f.add("alpn", p)
	}
	for _, p := range q.Parameters {
		f.add("transport-parameter", strings.TrimSpace(p.ID.String()+" "+p.Text()))
	}
}

// quicJSON are the terms of QUIC itself, in a document.
type quicJSON struct {
	Versions   map[string]parley.Truth `json:"versions"`
	Listed     []string                `json:"listed"` // null: the server did not say
	Retry      parley.Truth            `json:"retry"`
	Grease     parley.Truth            `json:"grease"`
	Insists    parley.Truth            `json:"alpn_required"`
	Parameters map[string]any          `json:"transport_parameters"`
	From       []string                `json:"from"`
}

func quicDocument(s *parley.Server) *quicJSON {
	q := s.QUIC
	if q == nil {
		return nil
	}
	doc := &quicJSON{
		Versions: map[string]parley.Truth{}, Retry: q.Retry.Is, Grease: q.Grease.Is, Insists: s.ALPN.Insists,
		Parameters: map[string]any{}, From: sources(q.From),
	}
	for _, it := range q.Versions.Items {
		doc.Versions[it.ID.String()] = it.Is
	}
	if q.Listed != nil {
		doc.Listed = []string{}
		for _, v := range q.Listed {
			doc.Listed = append(doc.Listed, v.String())
		}
	}
	for _, p := range q.Parameters {
		doc.Parameters[p.ID.String()] = quicValue(p)
	}
	return doc
}

// quicValue is a number where it is one, else text.
func quicValue(p wire.QUICParameter) any {
	if n, ok := p.Number(); ok && p.ID.IsNumber() {
		return n
	}
	if len(p.Value) == 0 {
		return true // a flag is there or it is not
	}
	return p.Text()
}

// quicColumns are the versions of QUIC among those of TLS, as the contract has them.
// Suites and groups stand at 1.3, which QUIC carries.
func quicColumns(s *parley.Server, versions map[string]columnJSON) {
	if s.QUIC == nil {
		return
	}
	for _, it := range s.QUIC.Versions.Items {
		why := it.Why
		if it.Is == parley.No && why == "" {
			why = fmt.Sprintf("a handshake in %v is answered with a list of other versions", it.ID)
		}
		versions[it.ID.String()] = columnJSON{
			Accepted: it.Is, Why: why, From: sources(it.From), Suites: []string{}, Groups: []string{}, Schemes: []string{}, DHBits: []int{},
		}
	}
}
