package policies

import (
	"fmt"
	"slices"
	"strings"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

// Result is what became of one demand.
type Result struct {
	Demand *Demand
	// Met is Yes, No or Unknown.
	Met parley.Truth
	// Against are the values that break the demand, as "1.0" or "RC4 under 1.2".
	Against []string
	// Why says in a clause what is not met, or why it is not known.
	Why  string
	From []parley.Source
}

// Judge holds the terms of a server in one scope, and its certificates, against
// a policy. A demand is met where it holds for every version that is accepted
// and for all of each list: a list that may go on, and a version of which nothing
// was learnt, can break a demand and never meet it.
func Judge(p *Policy, s *parley.Server, certs []Certificate) []Result {
	out, s := make([]Result, len(p.Demands)), s.InTLS()
	for i := range p.Demands {
		out[i] = judge(&p.Demands[i], s, certs)
	}
	return out
}

func judge(d *Demand, s *parley.Server, certs []Certificate) Result {
	j := judgement{d: d, s: s, certs: certs}
	switch d.Kind {
	case VersionsOnly:
		for _, v := range parley.AllVersions {
			if !slices.Contains(d.Versions, v) {
				j.refused(v)
			}
		}
	case VersionsRefused:
		for _, v := range d.Versions {
			j.refused(v)
		}
	case VersionsAccepted:
		j.accepted(d.Versions)
	case VersionsOneOf:
		j.acceptsOne(d.Versions)
	case SuitesOnly, SuitesRefused, GroupsOnly, GroupsOneOf, SchemesOnly, DHBits:
		j.everyVersion()
	case FeatureIs:
		j.feature()
	case KeyTypes, KeyGroups, RSABits, ECBits, DSABits, Signatures, Digests, Days:
		j.certificates()
	default:
		j.open("parley does not know how to judge it")
	}
	return j.result()
}

// under is something that holds under some versions, and reads as one thing:
// "%s under 1.2 and 1.3".
type under struct {
	text     string // %s stands for the versions; without it, none are named
	versions []iana.Version
	over     parley.Transport
}

func (u under) String() string {
	if !strings.Contains(u.text, "%s") {
		return u.text
	}
	return strings.Replace(u.text, "%s", and(names(u.over, u.versions)), 1)
}

// note adds a version to the entry that reads alike, or makes one.
func (j *judgement) note(list *[]under, text string, vs ...iana.Version) {
	i := slices.IndexFunc(*list, func(u under) bool { return u.text == text })
	if i < 0 {
		*list = append(*list, under{text: text, over: j.s.Scope.Transport})
		i = len(*list) - 1
	}
	for _, v := range vs {
		if !slices.Contains((*list)[i].versions, v) {
			(*list)[i].versions = append((*list)[i].versions, v)
		}
	}
}

// judgement collects what speaks against a demand, and what keeps it open.
type judgement struct {
	d     *Demand
	s     *parley.Server
	certs []Certificate

	against []under
	unasked []iana.Version // whose acceptance is not known
	reasons []under        // why it is open
	from    []parley.Source
}

func (j *judgement) broken(what string, from []parley.Source, vs ...iana.Version) {
	j.note(&j.against, what, vs...)
	j.learnt(from)
}

func (j *judgement) open(why string, vs ...iana.Version) { j.note(&j.reasons, why, vs...) }

// unknown keeps a demand open for a version of which nothing was learnt.
func (j *judgement) unknown(v iana.Version) {
	if !slices.Contains(j.unasked, v) {
		j.unasked = append(j.unasked, v)
	}
}

func (j *judgement) learnt(from []parley.Source) {
	for _, s := range from {
		if !slices.Contains(j.from, s) {
			j.from = append(j.from, s)
		}
	}
}

// result is No where anything breaks the demand, else Unknown where anything is
// open. Where nothing is accepted, there is nothing that a demand could hold for.
func (j *judgement) result() Result {
	r := Result{Demand: j.d, Met: parley.Yes, Against: texts(j.against), From: j.from}
	switch {
	case len(j.against) > 0:
		r.Met, r.Why = parley.No, phrase(j.against, few)
	case len(j.versions(parley.Yes)) == 0:
		r.Met, r.Why = parley.Unknown, "no version is known to be accepted"
	case len(j.unasked) > 0:
		r.Met, r.Why = parley.Unknown, j.notLearnt()
	case len(j.reasons) > 0:
		r.Met, r.Why = parley.Unknown, phrase(j.reasons, 2)
	}
	return r
}

// notLearnt says of which versions it was not learnt whether they are accepted, and
// why where one reason holds for all.
func (j *judgement) notLearnt() string {
	verb := " is"
	if len(j.unasked) > 1 {
		verb = " are"
	}
	text := "whether " + and(j.names(j.unasked)) + verb + " accepted was not learnt"
	why := j.s.Column(j.unasked[0]).Accepted.Why
	for _, v := range j.unasked {
		if j.s.Column(v).Accepted.Why != why {
			why = ""
		}
	}
	if why != "" {
		text += ": " + why
	}
	return text
}

// names are versions as the transport has them: where it is DTLS, those that
// follow the versions of TLS that a policy speaks of.
func (j *judgement) names(vs []iana.Version) []string { return names(j.s.Scope.Transport, vs) }

func names(over parley.Transport, vs []iana.Version) (out []string) {
	for _, v := range vs {
		for _, w := range over.Versions() {
			if w.TLS() == v && over == parley.TransportDTLS {
				v = w
			}
		}
		out = append(out, v.String())
	}
	return out
}

// phrase writes a list as a sentence: what holds under the same versions stands
// together, and of what is long only the first n.
func phrase(list []under, n int) string {
	var out []string
	for len(list) > 0 {
		first := list[0]
		if !strings.HasSuffix(first.text, " under %s") {
			out = append(out, first.String())
			list = list[1:]
			continue
		}
		alike := func(u under) bool {
			return strings.HasSuffix(u.text, " under %s") && slices.Equal(u.versions, first.versions)
		}
		values := []string{}
		for _, u := range list {
			if alike(u) {
				values = append(values, strings.TrimSuffix(u.text, " under %s"))
			}
		}
		list = slices.DeleteFunc(slices.Clone(list), alike)
		out = append(out, and(head(values, n))+" under "+and(names(first.over, first.versions)))
	}
	return strings.Join(head(out, n), "; ")
}

// head keeps the first of a long list, and says how many more there are.
func head(list []string, n int) []string {
	if len(list) <= n+1 {
		return list
	}
	return append(slices.Clone(list[:n]), fmt.Sprintf("%d more", len(list)-n))
}

// versions are those whose acceptance is is. What some of several servers behind
// an address accept, the address accepts.
func (j *judgement) versions(is parley.Truth) (out []iana.Version) {
	for _, v := range parley.AllVersions {
		t := j.s.Column(v).Accepted.Is
		if t == parley.Mixed {
			t = parley.Yes
		}
		if t == is {
			out = append(out, v)
		}
	}
	return out
}

func (j *judgement) refused(v iana.Version) {
	switch c := j.s.Column(v); c.Accepted.Is {
	case parley.Yes:
		j.broken("%s accepted", c.Accepted.From, v)
	case parley.Mixed:
		j.broken("%s accepted at times", c.Accepted.From, v)
	case parley.Unknown:
		j.unknown(v)
	default:
		j.learnt(c.Accepted.From)
	}
}

func (j *judgement) accepted(vs []iana.Version) {
	for _, v := range vs {
		switch c := j.s.Column(v); c.Accepted.Is {
		case parley.No:
			j.broken("%s refused", c.Accepted.From, v)
		case parley.Mixed:
			j.broken("%s refused at times", c.Accepted.From, v)
		case parley.Unknown:
			j.unknown(v)
		default:
			j.learnt(c.Accepted.From)
		}
	}
}

func (j *judgement) acceptsOne(vs []iana.Version) {
	for _, v := range vs {
		if c := j.s.Column(v); c.Accepted.Is == parley.Yes {
			j.learnt(c.Accepted.From)
			return
		}
	}
	for _, v := range vs {
		if j.s.Column(v).Accepted.Is == parley.Unknown {
			j.unknown(v)
			return
		}
	}
	if len(vs) == 1 {
		j.broken(j.names(vs)[0]+" is not accepted", nil)
		return
	}
	j.broken("neither of "+and(j.names(vs))+" is accepted", nil)
}

// everyVersion looks at the lists of each version that is or may be accepted.
func (j *judgement) everyVersion() {
	for _, v := range parley.AllVersions {
		if len(j.d.Under) > 0 && !slices.Contains(j.d.Under, v) {
			continue
		}
		c := j.s.Column(v)
		switch c.Accepted.Is {
		case parley.No:
			j.learnt(c.Accepted.From)
			continue
		case parley.Unknown:
			j.unknown(v)
		}
		j.column(v, c)
	}
}

func (j *judgement) column(v iana.Version, c parley.Column) {
	switch j.d.Kind {
	case SuitesOnly:
		only(j, v, c, c.Suites, "suites", func(s iana.Suite) bool { return slices.Contains(j.d.Suites, s) })
	case SuitesRefused:
		only(j, v, c, c.Suites, "suites", func(s iana.Suite) bool {
			return !slices.ContainsFunc(j.d.Classes, func(k Class) bool { return k.Has(s) })
		})
	case SchemesOnly:
		if v == iana.TLS13 || v == iana.TLS12 && j.uses(v, c, signed) != parley.No { // below, nothing is negotiated
			only(j, v, c, c.Schemes, "signature schemes", func(s iana.Scheme) bool { return slices.Contains(j.d.Schemes, s) })
		}
	case GroupsOnly:
		if uses := j.uses(v, c, elliptic); uses != parley.No {
			only(j, v, c, c.Groups, "groups", func(g iana.Group) bool { return slices.Contains(j.d.Groups, g) })
		}
	case GroupsOneOf:
		j.oneGroup(v, c)
	case DHBits:
		j.primes(v, c)
	}
}

// only holds every value of a list against what is allowed.
func only[T interface {
	~uint16
	fmt.Stringer
}](j *judgement, v iana.Version, c parley.Column, l parley.List[T], what string, allowed func(T) bool) {
	for _, it := range l.Items {
		if (it.Is == parley.Yes || it.Is == parley.Mixed) && !allowed(it.ID) {
			j.broken(it.ID.String()+" under %s", it.From, v)
		}
		if it.Is == parley.Unknown && !allowed(it.ID) {
			j.open("whether "+it.ID.String()+" is accepted under %s was not learnt", v)
		}
		j.learnt(it.From)
	}
	if l.Complete != parley.Yes && c.Accepted.Is != parley.Unknown {
		j.open("the "+what+" accepted under %s were not all asked for", v)
	}
}

// elliptic are the key exchanges that negotiate a group.
var elliptic = []iana.KeyExchange{iana.KxECDHE, iana.KxECDHAnon, iana.KxECDHEPSK, iana.KxTLS13}

// signed are those of 1.2 in which the server signs its key share.
var signed = []iana.KeyExchange{iana.KxECDHE, iana.KxDHE}

// finite are those with a prime of the server's choice.
var finite = []iana.KeyExchange{iana.KxDHE, iana.KxDHAnon, iana.KxDHEPSK}

// uses says whether a suite with one of the key exchanges is accepted.
func (j *judgement) uses(v iana.Version, c parley.Column, kxs []iana.KeyExchange) parley.Truth {
	if v == iana.TLS13 {
		return truth(slices.Contains(kxs, iana.KxTLS13))
	}
	for _, s := range c.Suites.Yes() {
		if info, ok := s.Info(); ok && slices.Contains(kxs, info.Kx) {
			return parley.Yes
		}
	}
	if c.Suites.Complete == parley.Yes || v == iana.SSL2 {
		return parley.No
	}
	return parley.Unknown
}

func truth(b bool) parley.Truth {
	if b {
		return parley.Yes
	}
	return parley.No
}

func (j *judgement) oneGroup(v iana.Version, c parley.Column) {
	uses := j.uses(v, c, elliptic)
	for _, g := range j.d.Groups {
		if c.Groups.Has(g) == parley.Yes {
			return
		}
	}
	switch {
	case uses == parley.No:
	case uses == parley.Yes && c.Groups.Complete == parley.Yes:
		j.broken("none of "+and(texts(j.d.Groups))+" under %s", nil, v)
	default:
		j.open("the groups accepted under %s were not all asked for", v)
	}
}

// primes looks at finite-field Diffie-Hellman: in 1.3 and after RFC 7919 its
// sizes are those of groups, else those of the primes that were sent.
func (j *judgement) primes(v iana.Version, c parley.Column) {
	for _, g := range c.Groups.Yes() {
		if info, ok := g.Info(); ok && info.Kind == iana.GroupFFDHE && info.Bits < j.d.Number {
			j.broken(fmt.Sprintf("%s, of %d bits, under", g, info.Bits)+" %s", nil, v)
		}
	}
	if v == iana.TLS13 {
		if c.Groups.Complete != parley.Yes && c.Accepted.Is != parley.Unknown {
			j.open("the groups accepted under %s were not all asked for", v)
		}
		return
	}
	switch uses := j.uses(v, c, finite); {
	case c.DHBits[0] > 0 && c.DHBits[0] < j.d.Number:
		j.broken(fmt.Sprintf("a prime of %d bits under", c.DHBits[0])+" %s", c.Accepted.From, v)
	case uses == parley.Unknown && c.Accepted.Is != parley.Unknown:
		j.open("whether suites with Diffie-Hellman are accepted under %s was not learnt", v)
	case uses == parley.Yes && c.DHBits[0] == 0:
		j.open("no prime was seen under %s", v)
	}
}

func (j *judgement) feature() {
	i := j.d.Feature.find()
	if i < 0 {
		j.open("parley does not know it")
		return
	}
	f := features[i]
	about := parley.No // whether the server accepts a version that it is about
	for _, v := range parley.AllVersions {
		if v < f.oldest || v > f.newest {
			continue
		}
		c := j.s.Column(v)
		if f.suites != nil && c.Suites.Complete == parley.Yes && !slices.ContainsFunc(c.Suites.Yes(), func(s iana.Suite) bool {
			i, ok := s.Info()
			return ok && f.suites(i)
		}) {
			continue
		}
		switch c.Accepted.Is {
		case parley.Yes, parley.Mixed:
			about = parley.Yes
		case parley.Unknown:
			if about == parley.No {
				about = parley.Unknown
			}
		}
	}
	fact := f.fact(j.s)
	switch {
	case about == parley.No:
	case fact.Is == parley.Unknown && fact.Why != "":
		j.open(fact.Why)
	case fact.Is == parley.Unknown:
		j.open("whether " + f.yes + " was not learnt")
	case fact.Is == parley.Mixed:
		j.broken(f.yes+" at times", fact.From)
	case fact.Is != j.d.Want:
		j.broken(j.d.Feature.words(fact.Is), fact.From)
	default:
		j.learnt(fact.From)
	}
}
