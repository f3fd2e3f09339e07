package weaknesses

import (
	"fmt"
	"slices"
	"strings"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

// view is what the looks of the table ask.
type view struct {
	s      *parley.Server
	leaves []Leaf
	prime  func([]byte) string
}

// Of DTLS the versions of TLS stand here that it follows: what holds of these holds
// of it.

// list are the versions that go over the transport, in the terms of TLS.
func (v *view) list() (out []iana.Version) {
	for _, ver := range v.s.Scope.Transport.Versions() {
		out = append(out, ver.TLS())
	}
	return out
}

// col is what is known of a version.
func (v *view) col(ver iana.Version) parley.Column {
	for _, over := range v.s.Scope.Transport.Versions() {
		if over.TLS() == ver {
			return v.s.Column(over)
		}
	}
	return parley.Column{}
}

// of leaves the versions out that do not go over the transport.
func (v *view) of(list []iana.Version) []iana.Version {
	all := v.list()
	return slices.DeleteFunc(slices.Clone(list), func(ver iana.Version) bool { return !slices.Contains(all, ver) })
}

// is says whether a version is accepted; what is accepted at times, is.
func (v *view) is(ver iana.Version) parley.Truth {
	if is := v.col(ver).Accepted.Is; is != parley.Mixed {
		return is
	}
	return parley.Yes
}

// among are the versions of a list that are accepted, refused, or not known to be
// either.
func (v *view) among(list []iana.Version, is parley.Truth) (out []iana.Version) {
	for _, ver := range v.of(list) {
		if v.is(ver) == is {
			out = append(out, ver)
		}
	}
	return out
}

// acceptsAny says whether any version is known to be accepted: of a server that
// accepts none, nothing can be said.
func (v *view) acceptsAny() bool { return len(v.among(v.list(), parley.Yes)) > 0 }

// versions looks whether any of a list is accepted.
func (v *view) versions(list ...iana.Version) outcome {
	var o outcome
	for _, ver := range v.among(list, parley.Yes) {
		word := " is accepted"
		if v.col(ver).Accepted.Is == parley.Mixed {
			word = " is accepted at times"
		}
		o.seen = append(o.seen, v.name(ver)+word)
		o.from = append(o.from, v.col(ver).Accepted.From...)
	}
	asked := v.among(list, parley.Unknown)
	switch {
	case len(o.seen) > 0:
		o.is, o.why = parley.Yes, v.acceptedWords(v.among(list, parley.Yes))
		if len(asked) > 0 {
			o.why += "; " + v.notLearned(asked)
		}
		return o
	case len(asked) > 0:
		return open(v.notLearned(asked))
	case !v.acceptsAny():
		return open(nothingAccepted)
	}
	switch list = v.of(list); len(list) {
	case 0:
		return absent("it does not go over " + strings.ToUpper(v.s.Scope.Transport.String()))
	case 1:
		return absent(v.name(list[0]) + " is refused")
	}
	return absent(v.andNames(list) + " are refused")
}

const nothingAccepted = "no version is known to be accepted"

func (v *view) acceptedWords(list []iana.Version) string {
	if len(list) == 1 {
		return v.name(list[0]) + " is accepted"
	}
	return v.andNames(list) + " are accepted"
}

func (v *view) notLearned(list []iana.Version) string {
	if len(list) == 1 {
		return "whether " + v.name(list[0]) + " is accepted was not learned"
	}
	return "whether " + v.andNames(list) + " are accepted was not learned"
}

// name is a version as a sentence has it.
func (v *view) name(ver iana.Version) string {
	switch {
	case ver == iana.SSL2:
		return "SSL 2"
	case ver == iana.SSL3:
		return "SSL 3"
	case v.s.Scope.Transport == parley.TransportDTLS:
		for _, over := range v.s.Scope.Transport.Versions() {
			if over.TLS() == ver {
				return "DTLS " + strings.TrimPrefix(over.String(), "DTLS")
			}
		}
	}
	return ver.String()
}

func (v *view) andNames(list []iana.Version) string {
	var out []string
	for _, ver := range list {
		out = append(out, v.name(ver))
	}
	return andWords(out)
}

// suite is a cipher suite, or a cipher kind of SSL 2, that a version has.
type suite struct {
	iana.SuiteInfo
	version iana.Version
}

// kinds are the cipher kinds of SSL 2, in the terms of suites. All of them have the
// client encrypt the key to the server's RSA key.
var kinds = map[iana.SSL2Suite]iana.SuiteInfo{
	iana.SSL_CK_RC4_128_WITH_MD5:              {Cipher: "RC4_128", Bits: 128},
	iana.SSL_CK_RC4_128_EXPORT40_WITH_MD5:     {Cipher: "RC4_40", Bits: 40, Export: true},
	iana.SSL_CK_RC2_128_CBC_WITH_MD5:          {Cipher: "RC2_CBC", Bits: 128, CBC: true},
	iana.SSL_CK_RC2_128_CBC_EXPORT40_WITH_MD5: {Cipher: "RC2_CBC_40", Bits: 40, CBC: true, Export: true},
	iana.SSL_CK_IDEA_128_CBC_WITH_MD5:         {Cipher: "IDEA_CBC", Bits: 128, CBC: true},
	iana.SSL_CK_DES_64_CBC_WITH_MD5:           {Cipher: "DES_CBC", Bits: 56, CBC: true},
	iana.SSL_CK_DES_64_CBC_WITH_SHA:           {Cipher: "DES_CBC", Bits: 56, CBC: true},
	iana.SSL_CK_DES_192_EDE3_CBC_WITH_MD5:     {Cipher: "3DES_EDE_CBC", Bits: 168, CBC: true},
	iana.SSL_CK_DES_192_EDE3_CBC_WITH_SHA:     {Cipher: "3DES_EDE_CBC", Bits: 168, CBC: true},
	iana.SSL_CK_RC4_64_WITH_MD5:               {Cipher: "RC4_64", Bits: 64},
}

// carriers says which versions have a suite of a kind at all: what is not known of
// another keeps no question open.
func carriers(want func(suite) bool) (out []iana.Version) {
	for _, v := range parley.AllVersions {
		has := slices.ContainsFunc(parley.AllSuites(v), func(s iana.Suite) bool {
			i, _ := s.Info()
			return want(suite{i, v})
		})
		for _, i := range kinds {
			has = has || v == iana.SSL2 && want(suite{i, v})
		}
		if has {
			out = append(out, v)
		}
	}
	return out
}

// accepted is a suite that is accepted, with the versions that have it.
type accepted struct {
	name     string
	first    bool // of the server's own order, under some version
	at       []iana.Version
	from     []parley.Source
	versions string
}

// suites looks whether any suite is accepted that want holds for, under the
// versions that have one: have is carriers(want).
func (v *view) suites(have []iana.Version, want func(suite) bool) (outcome, []accepted) {
	var found []accepted
	for _, ver := range slices.Backward(v.of(have)) {
		col := v.col(ver)
		note := func(name string, first bool, from []parley.Source) {
			i := slices.IndexFunc(found, func(a accepted) bool { return a.name == name })
			if i < 0 {
				found = append(found, accepted{name: name})
				i = len(found) - 1
			}
			a := &found[i]
			a.at, a.first, a.from = append(a.at, ver), a.first || first, append(a.from, from...)
		}
		if ver == iana.SSL2 {
			for _, it := range v.s.SSL2.Items {
				if i, ok := kinds[it.ID]; ok && it.Is != parley.No && want(suite{i, ver}) {
					note(it.ID.String(), false, it.From)
				}
			}
			continue
		}
		ordered := col.ServerOrder == parley.Yes && col.Suites.Order == parley.Yes
		for n, it := range col.Suites.Items {
			if i, ok := it.ID.Info(); ok && (it.Is == parley.Yes || it.Is == parley.Mixed) && want(suite{i, ver}) {
				note(it.ID.String(), ordered && n == 0, it.From)
			}
		}
	}
	if len(found) == 0 {
		return v.without(have), nil
	}
	o := outcome{is: parley.Yes}
	for i := range found {
		slices.Sort(found[i].at)
		found[i].versions = v.andNames(found[i].at)
		o.seen = append(o.seen, found[i].name+" under "+found[i].versions)
		for _, f := range found[i].from {
			if !slices.Contains(o.from, f) && len(o.from) < mostSources {
				o.from = append(o.from, f)
			}
		}
	}
	o.why, o.brief = phrase(found), v.brief(found)
	return o, found
}

// brief counts suites, and says under which versions they are.
func (v *view) brief(found []accepted) string {
	var at []iana.Version
	for _, a := range found {
		at = append(at, a.at...)
	}
	slices.Sort(at)
	count := fmt.Sprintf("%d suites", len(found))
	if len(found) == 1 {
		count = "1 suite"
	}
	return count + " under " + v.andNames(slices.Compact(at))
}

// mostSources bounds how many attempts a finding names.
const mostSources = 8

// without says what it means that no suite of a kind was seen accepted.
func (v *view) without(have []iana.Version) outcome {
	var asked, lists []iana.Version
	for _, ver := range v.of(have) {
		col := v.col(ver)
		complete := col.Suites.Complete == parley.Yes || col.Suites.Complete == parley.Mixed
		if ver == iana.SSL2 {
			complete = len(v.s.SSL2.Items) > 0 // a server of SSL 2 lists all that it has
		}
		switch is := v.is(ver); {
		case is == parley.Unknown:
			asked = append(asked, ver)
		case is == parley.Yes && !complete:
			lists = append(lists, ver)
		}
	}
	var why []string
	if len(asked) > 0 {
		why = append(why, v.notLearned(asked))
	}
	if len(lists) > 0 {
		why = append(why, "the suites of "+v.andNames(lists)+" that were seen may not be all")
	}
	switch {
	case !v.acceptsAny():
		return open(nothingAccepted)
	case len(why) > 0:
		return open(strings.Join(why, ", "))
	}
	return absent("none is accepted")
}

// mostNames is how many suites a reason names.
const mostNames = 3

// phrase names suites: those of the same versions stand together, and of many
// the first.
func phrase(found []accepted) string {
	var out []string
	for len(found) > 0 {
		versions := found[0].versions
		var names []string
		for _, a := range found {
			if a.versions == versions {
				names = append(names, a.name)
			}
		}
		found = slices.DeleteFunc(slices.Clone(found), func(a accepted) bool { return a.versions == versions })
		if len(names) > mostNames+1 {
			names = append(names[:mostNames], fmt.Sprintf("%d more", len(names)-mostNames))
		}
		out = append(out, andWords(names)+" under "+versions)
	}
	if len(out) > mostNames {
		out = append(out[:mostNames], "and others")
	}
	return strings.Join(out, "; ")
}
