package verify

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/knowledge/policies"
)

// Intents are what the server would have to do for a demand that is not met. An
// intent of a kind that software knows how to say has no more in it than that:
// where the demand is another than what the settings in knowledge/servers come
// to, it is said in words alone.
func (r *Result) Intents() []parley.Intent {
	if r.Met != parley.No {
		return nil
	}
	in := parley.Intent{Side: parley.ServerSide, Grade: parley.Best}
	if r.Demand.Advice {
		in.Grade = parley.GradeUnknown
	}
	d := r.Demand
	switch d.Kind {
	case policies.VersionsOnly, policies.VersionsRefused, policies.VersionsAccepted, policies.VersionsOneOf:
		in.Versions = r.versions()
		over := parley.TransportTCP
		if len(r.At) > 0 {
			over = r.At[0].Scope.Transport
		}
		in.Plain = "accept " + list(named(over, in.Versions)) + " and no other version"
		if over == parley.TransportTCP && slices.Equal(in.Versions, []iana.Version{iana.TLS12, iana.TLS13}) {
			in.Kind = parley.AcceptVersions
		}
	case policies.SuitesOnly, policies.SuitesRefused:
		in.Plain = "take out " + r.against("suites")
	case policies.GroupsOnly:
		in.Plain = "take out " + r.against("groups")
	case policies.GroupsOneOf:
		in.Plain = "accept one of the groups " + list(d.Groups)
	case policies.SchemesOnly:
		in.Plain = "take out " + r.against("signature schemes")
	case policies.DHBits:
		in.Plain = fmt.Sprintf("use a prime of %d bits or more, or no DHE", d.Number)
		if d.Number <= 2048 { // that is the size of DH2048.pem
			in.Kind = parley.EnlargeDH
		}
	case policies.FeatureIs:
		r.feature(&in)
	default:
		in.Kind, in.Plain = 0, "have the certificate issued again: "+d.Words()
	}
	return []parley.Intent{in}
}

// named are versions as a transport has them: those of DTLS follow those of TLS.
func named(over parley.Transport, vs []iana.Version) (out []iana.Version) {
	for _, v := range vs {
		for _, w := range over.Versions() {
			if w.TLS() == v {
				v = w
			}
		}
		out = append(out, v)
	}
	return out
}

// versions are those that the server should accept: what it accepts now, without
// what the demand forbids, and with what it asks for.
func (r *Result) versions() []iana.Version {
	d := r.Demand
	switch d.Kind {
	case policies.VersionsOnly:
		return d.Versions
	case policies.VersionsRefused:
		return slices.DeleteFunc([]iana.Version{iana.TLS12, iana.TLS13}, func(v iana.Version) bool { return slices.Contains(d.Versions, v) })
	case policies.VersionsOneOf:
		return d.Versions[max(0, len(d.Versions)-2):]
	}
	return d.Versions
}

func (r *Result) feature(in *parley.Intent) {
	switch {
	case r.Demand.Feature == "extended_master_secret" && r.Demand.Want == parley.Yes:
		in.Kind, in.Plain = parley.AllowEMS, "answer extended_master_secret"
	case r.Demand.Feature == "renegotiation_info" && r.Demand.Want == parley.Yes:
		in.Kind, in.Plain = parley.AllowRenegotiationInfo, "answer renegotiation_info"
	default:
		in.Plain = "change it so that " + r.Demand.Words()
	}
}

// most is how many values a sentence lists.
const most = 6

// against lists what breaks the demand, at whatever endpoint.
func (r *Result) against(what string) string {
	var all []string
	for _, a := range r.At {
		for _, v := range a.Against {
			v, _, _ = strings.Cut(v, " under ")
			if !slices.Contains(all, v) {
				all = append(all, v)
			}
		}
	}
	if len(all) > most {
		return strconv.Itoa(len(all)) + " " + what
	}
	return strings.Join(all, ", ")
}

func list[T fmt.Stringer](values []T) string {
	var out []string
	for _, v := range values {
		out = append(out, v.String())
	}
	if n := len(out); n > 1 {
		return strings.Join(out[:n-1], ", ") + " and " + out[n-1]
	}
	return strings.Join(out, "")
}
