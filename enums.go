package parley

import (
	"fmt"
	"slices"
)

// Truth is the answer to a yes-or-no question about a side's terms.
type Truth uint8

// The zero Truth is Unknown. Mixed says that the same question got different
// answers, as a farm behind one address gives.
const (
	Unknown Truth = iota
	No
	Yes
	Mixed
)

var truthNames = []string{"unknown", "no", "yes", "mixed"}

// String returns the word of the JSON contract.
func (t Truth) String() string { return name(truthNames, int(t)) }

// MarshalText writes the word of the JSON contract.
func (t Truth) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (t *Truth) UnmarshalText(b []byte) error { return unname(truthNames, b, t, "truth") }

// And combines what two sources say of one question.
func (t Truth) And(u Truth) Truth {
	switch {
	case t == Unknown:
		return u
	case u == Unknown || t == u:
		return t
	}
	return Mixed
}

// Side is who something belongs to: who is at fault, who sent a message, who
// can mend it.
type Side uint8

// The zero Side is SideUnknown: neither side's terms lie outside the standards
// of today, or the evidence does not tell.
const (
	SideUnknown Side = iota
	ClientSide
	ServerSide
	PathSide
	BothSides
)

var sideNames = []string{"unknown", "client", "server", "path", "both"}

// String returns the word of the JSON contract.
func (s Side) String() string { return name(sideNames, int(s)) }

// MarshalText writes the word of the JSON contract.
func (s Side) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (s *Side) UnmarshalText(b []byte) error { return unname(sideNames, b, s, "side") }

// Phase is how far a handshake got, in the order in which things happen.
type Phase uint8

// The phases, earliest first.
const (
	PhaseUnknown Phase = iota
	PhaseName
	PhaseConnect
	PhasePlaintext
	PhaseStartTLS
	PhaseHello
	PhaseParameters
	PhaseCertificate
	PhaseClientCertificate
	PhaseFinished
	PhaseVerification
	PhasePolicy
)

var phaseNames = []string{"unknown", "name", "connect", "plaintext", "starttls", "hello", "parameters",
	"certificate", "client-certificate", "finished", "verification", "policy"}

// String returns the word of the JSON contract.
func (p Phase) String() string { return name(phaseNames, int(p)) }

// MarshalText writes the word of the JSON contract.
func (p Phase) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (p *Phase) UnmarshalText(b []byte) error { return unname(phaseNames, b, p, "phase") }

// Certainty says how a finding is known. It is a word, never a number.
type Certainty uint8

// The certainties, weakest first. Proved means that a minimal change set flips
// the answer; Seen that bytes show it; Inferred that it fits known behaviour
// and something else could fit too.
const (
	NotCertain Certainty = iota
	Inferred
	Seen
	Proved
)

var certaintyNames = []string{"unknown", "inferred", "seen", "proved"}

// String returns the word of the JSON contract.
func (c Certainty) String() string { return name(certaintyNames, int(c)) }

// MarshalText writes the word of the JSON contract.
func (c Certainty) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (c *Certainty) UnmarshalText(b []byte) error { return unname(certaintyNames, b, c, "certainty") }

// Verdict is what a check or one address of it comes to.
type Verdict uint8

// The verdicts. VerdictUnknown is an answer of its own (exit status 3).
const (
	VerdictUnknown Verdict = iota
	VerdictOK
	VerdictProblem
)

var verdictNames = []string{"unknown", "ok", "problem"}

// String returns the word of the JSON contract.
func (v Verdict) String() string { return name(verdictNames, int(v)) }

// MarshalText writes the word of the JSON contract.
func (v Verdict) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (v *Verdict) UnmarshalText(b []byte) error { return unname(verdictNames, b, v, "verdict") }

func name(names []string, i int) string {
	if i < len(names) {
		return names[i]
	}
	return fmt.Sprintf("invalid(%d)", i)
}

func unname[T ~uint8](names []string, b []byte, to *T, what string) error {
	i := slices.Index(names, string(b))
	if i < 0 {
		return fmt.Errorf("parley: unknown %s %q", what, b)
	}
	*to = T(i)
	return nil
}
