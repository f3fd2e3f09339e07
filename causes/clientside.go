package causes

import (
	"slices"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

// Refusal is why a client ends a handshake that the server went through with.
type Refusal uint8

// The refusals, by what the client objects to.
const (
	RefusesNothing Refusal = iota
	RefusesVersion
	RefusesSmallDH
	RefusesLargeDH
	RefusesNoEMS
	RefusesNoRenegotiation
)

// ClientRefuses says what a client is known to object to in a reply that
// completed on the server's side: the terms of knowledge/clients against the
// bytes of the first flight. RefusesNothing also stands for "nothing known".
func ClientRefuses(c *parley.Client, a parley.Attempt, r parley.Reply) Refusal {
	ans := r.AnswerTo(a)
	if c == nil || ans.Choice.Version == 0 || ans.End != parley.EndStopped && !ans.Accepted() {
		return RefusesNothing
	}
	if ans.Unoffered || c.Completes[ans.Choice.Version] == parley.No {
		return RefusesVersion
	}
	switch bits := ans.Choice.DHBits; {
	case bits != 0 && c.DHBits[0] != 0 && bits < c.DHBits[0]:
		return RefusesSmallDH
	case bits != 0 && c.DHBits[1] != 0 && bits > c.DHBits[1]:
		return RefusesLargeDH
	}
	sh := r.ServerHello()
	if sh == nil || !ans.Choice.Version.Before(iana.TLS13) || ans.Choice.Version.Before(iana.TLS10) {
		return RefusesNothing
	}
	if _, has := sh.Extension(iana.ExtExtendedMasterSecret); !has && slices.Contains(c.Demands, parley.DemandEMS) {
		return RefusesNoEMS
	}
	if _, has := sh.Extension(iana.ExtRenegotiationInfo); !has && slices.Contains(c.Demands, parley.DemandRenegotiation) {
		return RefusesNoRenegotiation
	}
	return RefusesNothing
}

// ClientRefuses is what the base's client objects to in the base's reply.
func (v *View) ClientRefuses() Refusal {
	if !v.Asked() {
		return RefusesNothing
	}
	return ClientRefuses(v.Client, v.Base, v.Reply())
}
