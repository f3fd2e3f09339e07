package parley

import (
	"slices"

	"github.com/parley-tls/parley/iana"
)

// obstacle is one kind of thing that ends a handshake; stacks say by which
// alert.
type obstacle uint8

const (
	noObstacle        obstacle = iota
	noVersion                  // no common version
	fallbackMark               // TLS_FALLBACK_SCSV below the server's best version
	nameMissing                // the server demands server_name
	nameRejected               // the server does not know the name
	noProtocol                 // no common ALPN protocol
	noSuite                    // no common suite
	noKeyForSuite              // common suites, and no certificate for any of them
	noGroup                    // no common group
	noGroupForLeaf             // the ECDSA leaf's group is not offered
	noScheme                   // no common scheme for the certificates
	noSchemes                  // TLS 1.3 without signature_algorithms
	noGroups                   // TLS 1.3 without supported_groups or key_share
	noEMSFromClient            // the server demands extended_master_secret
	versionNotGone             // the client offers the version and does not go through with it
	versionNotOffered          // the server selects a version outside supported_versions
	primeTooSmall              // for the client
	primeTooLarge
	keyTooSmall // the RSA key, for the client
	noEMSFromServer
	noRenegotiationInfo
	groupNotOffered // the server selects a group of its own
	leafNotOffered  // the server sends an ECDSA leaf whose group was not offered
	downgradeMark   // the client sent TLS_FALLBACK_SCSV and reads the server's mark
)

var obstacleFacts = map[obstacle]struct {
	side  Side
	phase Phase
	axis  Axis
}{
	noVersion:           {side: ServerSide, phase: PhaseHello, axis: AxisVersion},
	fallbackMark:        {side: ServerSide, phase: PhaseHello, axis: AxisFallback},
	nameMissing:         {side: ServerSide, phase: PhaseHello, axis: AxisServerName},
	nameRejected:        {side: ServerSide, phase: PhaseHello, axis: AxisServerName},
	noProtocol:          {side: ServerSide, phase: PhaseParameters, axis: AxisALPN},
	noSuite:             {side: ServerSide, phase: PhaseParameters, axis: AxisSuite},
	noKeyForSuite:       {side: ServerSide, phase: PhaseParameters, axis: AxisCertificate},
	noGroup:             {side: ServerSide, phase: PhaseParameters, axis: AxisGroup},
	noGroupForLeaf:      {side: ServerSide, phase: PhaseParameters, axis: AxisGroup},
	noScheme:            {side: ServerSide, phase: PhaseParameters, axis: AxisScheme},
	noSchemes:           {side: ServerSide, phase: PhaseParameters, axis: AxisScheme},
	noGroups:            {side: ServerSide, phase: PhaseParameters, axis: AxisGroup},
	noEMSFromClient:     {side: ServerSide, phase: PhaseParameters, axis: AxisExtension},
	versionNotGone:      {side: ClientSide, phase: PhaseParameters, axis: AxisVersion},
	versionNotOffered:   {side: ClientSide, phase: PhaseParameters, axis: AxisVersion},
	primeTooSmall:       {side: ClientSide, phase: PhaseParameters, axis: AxisDH},
	primeTooLarge:       {side: ClientSide, phase: PhaseParameters, axis: AxisDH},
	keyTooSmall:         {side: ClientSide, phase: PhaseCertificate, axis: AxisCertificate},
	noEMSFromServer:     {side: ClientSide, phase: PhaseParameters, axis: AxisExtension},
	noRenegotiationInfo: {side: ClientSide, phase: PhaseParameters, axis: AxisExtension},
	groupNotOffered:     {side: ClientSide, phase: PhaseParameters, axis: AxisGroup},
	leafNotOffered:      {side: ClientSide, phase: PhaseCertificate, axis: AxisGroup},
	downgradeMark:       {side: ClientSide, phase: PhaseParameters, axis: AxisFallback},
}

// hit is an obstacle met under a version.
type hit struct {
	what           obstacle
	version        iana.Version
	certain        Truth // Yes or Unknown
	client, server []Source
}

func (h hit) block() Block {
	f := obstacleFacts[h.what]
	return Block{Side: f.side, Phase: f.phase, Axis: f.axis, Version: h.version, Certain: h.certain, Client: h.client, Server: h.server}
}

// path is what comes of one version.
type path struct {
	version iana.Version
	hits    []hit
	choice  Choice
	key     iana.KeyType
	basis   Basis
	needs   []Need
}

func (p *path) hit(what obstacle, certain Truth, client, server []Source) {
	if certain == No {
		return
	}
	if certain == Mixed {
		certain = Unknown
	}
	p.hits = append(p.hits, hit{what: what, version: p.version, certain: certain, client: client, server: server})
}

func (p *path) need(side Side, axis Axis) {
	p.needs = append(p.needs, Need{Side: side, Axis: axis, Version: p.version})
}

func (p *path) assume() { p.basis = min(p.basis, BasisAssumed) }

// completes is No with a certain obstacle, Unknown with a possible one.
func (p *path) completes() Truth {
	is := Yes
	for _, h := range p.hits {
		if h.certain == Yes {
			return No
		}
		is = Unknown
	}
	return is
}

// not turns the truth of a common value into that of an obstacle.
func not(is Truth) Truth {
	switch is {
	case Yes:
		return No
	case No:
		return Yes
	}
	return Unknown
}

// refusal says who ends a handshake on these hits, and with which alerts. The
// server speaks first; no version at all hides all else.
func refusal(n *negotiation, hits []hit) (Side, map[string][]iana.Alert) {
	side, phase := SideUnknown, PhaseUnknown
	for _, h := range hits {
		f := obstacleFacts[h.what]
		if h.certain == Yes && (side == SideUnknown || side == ClientSide && f.side == ServerSide) {
			side = f.side
		}
	}
	if side == SideUnknown {
		return side, nil
	}
	for _, h := range hits {
		if h.what == noVersion {
			phase = PhaseHello
		}
	}
	who := n.server.Chooses
	if side == ClientSide {
		who = n.client.Stack
	}
	alerts := map[string][]iana.Alert{}
	for _, st := range stacks {
		if _, known := stackByName[who]; known && st.name != who {
			continue
		}
		list := []iana.Alert{}
		for _, h := range hits {
			f := obstacleFacts[h.what]
			if f.side != side || h.certain != Yes || phase != PhaseUnknown && h.what != noVersion {
				continue
			}
			for _, a := range st.refuses(n, h) {
				if !slices.Contains(list, a) {
					list = append(list, a)
				}
			}
		}
		alerts[st.name] = list
	}
	return side, alerts
}
