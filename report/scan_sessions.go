package report

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/pkix"
)

// lasting is a lifetime in words: "2 h".
func lasting(n uint32) string {
	for _, unit := range []struct {
		n    uint32
		name string
	}{{86400, "days"}, {3600, "h"}, {60, "min"}} {
		if n >= unit.n && n%unit.n == 0 {
			if n == 86400 {
				return "1 day"
			}
			return fmt.Sprintf("%d %s", n/unit.n, unit.name)
		}
	}
	return fmt.Sprintf("%d s", n)
}

// given says what a server gives and whether it takes it again.
func given(what string, lifetime uint32, gives, takes parley.Fact) string {
	if gives.Is != parley.Yes && gives.Is != parley.Mixed {
		return ""
	}
	if lifetime > 0 {
		what += " of " + lasting(lifetime)
	}
	switch takes.Is {
	case parley.No:
		return what + ", which are not taken"
	case parley.Unknown:
		return what + ", untried"
	}
	return what
}

// resumesText says how a session is resumed.
func resumesText(s *parley.Server) string {
	x := &s.Details.Sessions
	var parts []string
	if x.Tickets.Is != parley.Unknown || x.IDs.Is != parley.Unknown {
		text := join(given("tickets", x.Hint, x.Tickets, x.TakesTicket), given("session IDs", 0, x.IDs, x.TakesID))
		parts = append(parts, "up to 1.2: "+nothing(text))
	}
	if x.Tickets13.Is != parley.Unknown {
		what := strconv.Itoa(x.Count) + " tickets"
		if x.Count == 1 {
			what = "1 ticket"
		}
		text := given(what, x.Lifetime, x.Tickets13, x.WithDHE)
		if text != "" && x.Alone.Is == parley.Yes {
			text += ", without a new key too"
		}
		switch {
		case x.EarlyData.Is != parley.Yes:
		case s.QUIC != nil: // which bounds it in other ways (RFC 9001, Section 4.6.1)
			text += ", for early data"
		default:
			text += fmt.Sprintf(", for early data of up to %d bytes", x.EarlyMost)
		}
		parts = append(parts, "1.3: "+nothing(text))
	}
	return strings.Join(parts, "; ")
}

func join(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), ", ")
}

func nothing(text string) string {
	if text == "" {
		return "nothing"
	}
	return text
}

// againText says how a second handshake on a connection is taken.
func againText(s *parley.Server) string {
	x := s.Details.Again
	const what = "another handshake on a connection up to 1.2: "
	switch x.Answer {
	case parley.AgainRefused:
		return what + "refused"
	case parley.AgainAlert:
		return what + "ended by alert " + strconv.Itoa(int(x.Alert)) + " " + x.Alert.String()
	case parley.AgainClosed:
		return what + "the connection is closed"
	case parley.AgainIgnored:
		return what + "no answer"
	case parley.AgainAccepted:
		if x.Secure == parley.No {
			return what + "accepted, without proof of who began it (RFC 5746)"
		}
		return what + "accepted"
	}
	return ""
}

// stapleText says where a certificate demands an OCSP response, and none came.
func stapleText(s *parley.Server) string {
	for _, ch := range s.Chains {
		if len(ch.Raw) == 0 {
			continue
		}
		if leaf, err := pkix.Read(ch.Raw[0]); err == nil && leaf.MustStaple() && s.Staples.Is == parley.No {
			return "no OCSP response, which the certificate demands (RFC 7633)"
		}
	}
	return ""
}

// answersText says which extensions are answered of those that were offered.
func answersText(facts map[iana.ExtensionType]parley.Fact) string {
	var has, not []string
	for _, t := range slices.Sorted(maps.Keys(facts)) {
		switch facts[t].Is {
		case parley.Yes, parley.Mixed:
			has = append(has, t.String())
		case parley.No:
			not = append(not, t.String())
		}
	}
	text := nothing(strings.Join(has, ", "))
	if len(not) > 0 {
		text += "; not " + strings.Join(not, ", ")
	}
	return text
}

// handshakeLines are those of sessions and of extensions.
func handshakeLines(s *parley.Server, verbose bool) (out [][2]string) {
	out = append(out, [2]string{"resumes", resumesText(s)}, [2]string{"again", againText(s)}, [2]string{"ECH", echText(s)}, [2]string{"lacks", stapleText(s)})
	if names := namesOf(s.Details.Compressions); len(names) > 0 {
		out = append(out, [2]string{"packs", "its certificate, with " + strings.Join(names, ", ")})
	}
	if verbose && len(s.Details.Answers) > 0 {
		out = append(out, [2]string{"answers", "1.3: " + answersText(s.Details.Answers)})
	}
	if verbose && len(s.Extensions) > 0 {
		out = append(out, [2]string{"answers", "up to 1.2: " + answersText(s.Extensions)})
	}
	return out
}

// handshakeFacts adds the same as "key: value".
func handshakeFacts(f *facts, s *parley.Server) {
	d, x := &s.Details, &s.Details.Sessions
	for _, p := range []struct {
		key string
		parley.Fact
	}{
		{"ticket", x.Tickets}, {"ticket-resumes", x.TakesTicket}, {"session-id", x.IDs}, {"session-id-resumes", x.TakesID}, {"ticket-1.3", x.Tickets13},
		{"ticket-1.3-resumes", x.WithDHE}, {"ticket-1.3-resumes-without-key", x.Alone}, {"early-data-offered", x.EarlyData},
	} {
		f.add(p.key, strings.TrimSpace(p.Is.String()+" "+p.Why))
	}
	f.add("second-handshake", d.Again.Answer.String())
	f.add("ech-published", strings.TrimSpace(d.ECH.Published.Is.String()+" "+d.ECH.Published.Why))
	f.add("ech-accepted", strings.TrimSpace(d.ECH.Accepted.Is.String()+" "+d.ECH.Accepted.Why))
	f.add("ech-retry-configs", d.ECH.Retries.Is.String())
	f.add("lacks", stapleText(s))
	for _, t := range slices.Sorted(maps.Keys(d.Answers)) {
		f.add("answers-1.3", t.String()+" "+d.Answers[t].Is.String())
	}
	for _, name := range namesOf(d.Compressions) {
		f.add("compresses-certificate", name)
	}
}

type (
	sessionsJSON struct {
		Ticket         givenJSON    `json:"ticket"`
		TicketHint     uint32       `json:"ticket_lifetime_hint"`
		ID             givenJSON    `json:"session_id"`
		Ticket13       givenJSON    `json:"ticket_1_3"`
		Tickets13      int          `json:"tickets_1_3"`
		Lifetime13     uint32       `json:"ticket_lifetime_1_3"`
		WithoutKey     parley.Truth `json:"resumes_without_new_key_1_3"`
		EarlyData      parley.Truth `json:"early_data_offered"`
		EarlyDataBytes uint32       `json:"early_data_bytes"`
	}
	givenJSON struct {
		Gives   parley.Truth `json:"gives"`
		Resumes parley.Truth `json:"resumes"`
		Why     string       `json:"why"`
	}
	againJSON struct {
		Answer parley.Again `json:"answer"`
		Alert  string       `json:"alert"`
		Secure parley.Truth `json:"secure"`
		Why    string       `json:"why"`
		From   []string     `json:"from"`
	}
	compressionJSON struct {
		Algorithms []string     `json:"algorithms"`
		Complete   parley.Truth `json:"complete"`
	}
)

func givenDocument(gives, takes parley.Fact) givenJSON {
	return givenJSON{Gives: gives.Is, Resumes: takes.Is, Why: takes.Why}
}

// fill adds what follows a ServerHello.
func (out *detailsJSON) fill(s *parley.Server) {
	d, x := &s.Details, &s.Details.Sessions
	out.Answers = map[string]parley.Truth{}
	for t, f := range d.Answers {
		out.Answers[t.String()] = f.Is
	}
	out.ALPN13, out.ECH = d.ALPN13, echDocument(&d.ECH)
	out.Compression = compressionJSON{Algorithms: some(namesOf(d.Compressions)), Complete: d.Compressions.Complete}
	out.Sessions = sessionsJSON{
		Ticket: givenDocument(x.Tickets, x.TakesTicket), TicketHint: x.Hint, ID: givenDocument(x.IDs, x.TakesID), Ticket13: givenDocument(x.Tickets13, x.WithDHE),
		Tickets13: x.Count, Lifetime13: x.Lifetime, WithoutKey: x.Alone.Is, EarlyData: x.EarlyData.Is, EarlyDataBytes: x.EarlyMost,
	}
	out.Again = againJSON{Answer: d.Again.Answer, Secure: d.Again.Secure, Why: d.Again.Why, From: sources(d.Again.From)}
	if d.Again.Answer == parley.AgainAlert {
		out.Again.Alert = d.Again.Alert.String()
	}
}
