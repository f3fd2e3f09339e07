package causes

import (
	"fmt"
	"slices"

	"github.com/parley-tls/parley"
)

var sessionResumptionBroken = &Cause{
	ID:    "session.resumption-broken",
	Title: "resumption fails in place of a full handshake",
	Meaning: "The first handshake goes through and hands out a ticket, and the next hello, which carries that ticket, is refused. A server that cannot use a " +
		"ticket has to go on with a full handshake: where several servers behind one address have each their own ticket keys, that costs time and breaks nothing. It breaks where one of them " +
		"ends the connection over a ticket of another, or where a device before them does not bear what a ticket adds to the hello. " +
		"Clients fail from their second connection on, and a fresh start of the program seems to mend it.",
	Phase: parley.PhaseHello,
	Best:  parley.Proved,
	Mistaken: []Mistake{
		{For: "server.dropped-connection", Test: "hellos without a ticket complete each time"},
	},
	Asks: func(v *View) []parley.Ask { return v.resumption().asks },
	Find: func(v *View) []parley.Finding {
		r := v.resumption()
		if r.certainty == parley.NotCertain {
			return nil
		}
		f := v.Finding("session.resumption-broken", parley.ServerSide, parley.PhaseHello, r.certainty)
		f.Shows, f.Pair = r.variant.ID, r.pair
		if r.certainty == parley.Inferred {
			f.NotExcluded = []parley.CauseID{"server.dropped-connection"}
		}
		from := []parley.Source{{Attempt: v.Base.ID}, {Attempt: r.variant.ID}}
		f.Because = []parley.Reason{
			{Text: "The handshake completes and the server hands out a " + v.sessionBy() + ". A hello with that " + v.sessionBy() + " ends otherwise: " + r.answer.Words() + ".", From: from},
			{Text: fmt.Sprintf("With it the handshake fails %d of %d times, without it %d of %d.", r.fails[0], r.fails[1], r.works[1]-r.works[0], r.works[1]), From: from},
		}
		return []parley.Finding{f}
	},
	Fixes: []parley.Intent{
		{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.ShareTicketKeys, Plain: "give every server behind the address the same ticket keys and session cache, and a full handshake to what none can read"},
		{Side: parley.ServerSide, Grade: parley.Bridge, Kind: parley.ShareTicketKeys, Plain: "turn tickets off on the server", Price: "every connection costs a full handshake"},
		{Side: parley.ClientSide, Grade: parley.Bridge, Kind: parley.ResumeNothing, Plain: "turn session tickets off in the client", Price: "every connection costs a full handshake"},
	},
	WillNotHelp: []string{"-k and other switches that stop the client's own verification", "another certificate or another list of suites", "restarting the client: it fails again from its second connection on"},
	References:  []string{"RFC 5077, Section 3.4", "RFC 5246, Section 7.3", "RFC 8446, Section 2.2"},
	Cases: []Case{
		{
			Name: "each hello with a ticket is refused", Fires: parley.Proved, Side: parley.ServerSide,
			Transcript: firstSession + " x3" + givesTicket + `
base = session ticket x2
< Alert  fatal bad_record_mac(20)
`,
		},
		{
			Name: "each hello with a session ID is refused", Fires: parley.Proved, Side: parley.ServerSide,
			Transcript: firstSession + " x3" + givesID + `
base = session ticket x2
< Alert  fatal bad_record_mac(20)
`,
		},
		{
			Name: "a hello with a ticket is refused once", Fires: parley.Seen, Side: parley.ServerSide,
			Transcript: firstSession + givesTicket + `
base = session ticket
< Alert  fatal bad_record_mac(20)
`,
		},
		{
			Name: "a hello with a ticket is reset once", Fires: parley.Inferred, Side: parley.ServerSide,
			Transcript: firstSession + givesTicket + `
base = session ticket
< RST
`,
		},
		{
			Name: "each hello with a pre-shared key is reset", Fires: parley.Proved, Side: parley.ServerSide,
			Transcript: firstSession + " x3" + givesTicketOf13 + `
base = session ticket x2
< RST
`,
		},
		{
			Name: "the session is resumed",
			Transcript: firstSession + givesTicket + `
base = session ticket
< ServerHello       version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 renegotiation_info session_ticket
< NewSessionTicket  lifetime=300
< ChangeCipherSpec
stopped
`,
		},
		{
			Name: "a full handshake follows",
			Transcript: firstSession + givesTicket + `
base = session ticket
< ServerHello      version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 renegotiation_info session_ticket
< ServerHelloDone
`,
		},
	},
}

// What the cases have in common.
const (
	firstSession = `
client openssl-3.0
server 192.0.2.7:443 shop.example

base until=finished`
	givesTicket = `
< ServerHello       version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 renegotiation_info session_ticket
< ServerHelloDone
< NewSessionTicket  lifetime=300
< Finished          encrypted
stopped
`
	givesID = `
< ServerHello       version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 session_id=32 renegotiation_info
< ServerHelloDone
< Finished          encrypted
stopped
`
	givesTicketOf13 = `
< ServerHello          version=1.3 suite=TLS_AES_128_GCM_SHA256
< EncryptedExtensions  encrypted
< Finished             encrypted
< NewSessionTicket     lifetime=300 encrypted
stopped
`
)

// resumption is what became of the base's own ticket.
type resumption struct {
	variant   parley.Attempt
	answer    parley.Answer // the first that failed
	certainty parley.Certainty
	pair      *parley.Pair
	// How often the variant failed and the base completed: [0] so, [1] in all.
	fails, works [2]int
	asks         []parley.Ask
}

// resumption asks for the repeats of a proof once a ticket was refused. The base
// runs first and last: what fails then is the ticket, and not the server.
func (v *View) resumption() resumption {
	r := resumption{variant: v.Base.With(parley.ResumeSession)}
	if v.Base.Hello == nil || !v.Completes() {
		return r
	}
	last := parley.AttemptID("")
	for _, rep := range v.E.Replies {
		if rep.End == parley.EndLocal || rep.End == parley.EndInterrupted {
			continue
		}
		switch rep.Attempt {
		case v.Base.ID:
			last = rep.Attempt
			r.works[1]++
			if rep.AnswerTo(v.Base).Completes() {
				r.works[0]++
			}
		case r.variant.ID:
			last = rep.Attempt
			r.fails[1]++
			if ans := rep.AnswerTo(r.variant); refusesTicket(ans) {
				if r.fails[0]++; r.fails[0] == 1 {
					r.answer = ans
				}
			}
		}
	}
	if r.fails[0] == 0 || r.works[0] < r.works[1] {
		return r
	}
	r.certainty = parley.Inferred
	if r.answer.End == parley.EndAlert {
		r.certainty = parley.Seen
	}
	steady := r.fails[0] == r.fails[1]
	if steady && r.fails[1] >= 2 && last == v.Base.ID {
		r.certainty = parley.Proved
		r.pair = &parley.Pair{Changed: r.variant.Changed, Fails: r.variant.ID, Works: v.Base.ID, FailsAs: r.fails, WorksAs: r.works}
		return r
	}
	if steady && last == r.variant.ID {
		r.asks = append(r.asks, parley.Ask{Attempt: v.Base, Times: len(v.E.RepliesTo(v.Base.ID)) + 1, Proof: true})
	}
	if steady && r.fails[1] < 2 {
		r.asks = append(r.asks, parley.Ask{Attempt: r.variant, Times: 2, Proof: true})
	}
	return r
}

// sessionBy is what the base's session is resumed with: a ticket, or up to 1.2 a session
// ID where it was given no ticket (RFC 5246, Section 7.3).
func (v *View) sessionBy() string {
	if slices.ContainsFunc(v.Replies, func(r parley.Reply) bool { return r.Ticket(v.Base) == nil && r.Session(v.Base) != nil }) {
		return "session ID"
	}
	return "ticket"
}

// refusesTicket says that a hello with a ticket was met by the end of the
// connection, or by nothing.
func refusesTicket(ans parley.Answer) bool {
	switch ans.End {
	case parley.EndAlert, parley.EndFIN, parley.EndRST, parley.EndSilence:
		return true
	}
	return false
}
