package policies

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/internal/lazy"
)

// MaxFile bounds the file of a policy, in bytes; the longest that parley brings
// has a hundredth of it.
const MaxFile = 1 << 20

// maxDemands bounds the demands of one policy.
const maxDemands = 1000

// Read reads a policy, in YAML or JSON. It is strict: a key that it does not know
// is an error, and each error says its line. A policy that demands nothing is no
// policy.
func Read(text []byte) (*Policy, error) {
	switch {
	case len(text) > MaxFile:
		return nil, fmt.Errorf("%d bytes are too many for a policy, at most %d", len(text), MaxFile)
	case !utf8.Valid(text):
		return nil, errors.New("it is no text in UTF-8")
	}
	if strings.TrimSpace(string(text)) == "" {
		return nil, errors.New("it is empty")
	}
	var docs []yaml.Node
	switch err := yaml.Load(text, &docs, yaml.WithAllDocuments()); {
	case err != nil:
		return nil, errors.New(plainError(err))
	case len(docs) == 0:
		return nil, errors.New("it is empty")
	case len(docs) > 1:
		return nil, fmt.Errorf("%d documents in one file, want one", len(docs))
	}
	doc := docs[0]
	for doc.Kind == yaml.DocumentNode && len(doc.Content) == 1 {
		doc = *doc.Content[0]
	}
	r := reader{}
	p := r.policy(&doc)
	if r.err != nil {
		return nil, r.err
	}
	return p, nil
}

// yamlError is how the parser puts an error: what it was at, where, and what is wrong.
var yamlError = lazy.Regexp(`^.*? at (?:L(\d+)\.C\S*|<unknown position>): (.*)$`)

// plainError is what the parser says, with the line as our own errors have it.
func plainError(err error) string {
	text := strings.Join(strings.Fields(err.Error()), " ")
	if m := yamlError().FindStringSubmatch(text); m != nil {
		text = m[2]
		if m[1] != "" {
			text = "line " + m[1] + ": " + text
		}
	}
	if len(text) > 200 {
		text = strings.ToValidUTF8(text[:200], "") + " ..."
	}
	return strings.ReplaceAll(text, "yaml: ", "")
}

// reader reads nodes, and keeps the first error.
type reader struct{ err error }

func (r *reader) fail(n *yaml.Node, format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf("line %d: %s", n.Line, fmt.Sprintf(format, args...))
	}
}

// each calls f for every key of a mapping.
func (r *reader) each(n *yaml.Node, what string, keys []string, f func(key string, value *yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		r.fail(n, "%s is %s, want keys and values", what, kindOf(n))
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content) && r.err == nil; i += 2 {
		key := n.Content[i]
		switch {
		case key.Kind != yaml.ScalarNode || !slices.Contains(keys, key.Value):
			r.fail(key, "%s has no key %s: want one of %s", what, quote(key), strings.Join(keys, ", "))
		case seen[key.Value]:
			r.fail(key, "%s stands here twice", key.Value)
		default:
			seen[key.Value] = true
			f(key.Value, n.Content[i+1])
		}
	}
}

// text reads a scalar that is not empty.
func (r *reader) text(n *yaml.Node, what string) string {
	switch {
	case n.Kind != yaml.ScalarNode || n.Tag == "!!null":
		r.fail(n, "%s is %s, want a text", what, kindOf(n))
	case strings.TrimSpace(n.Value) == "" || len(n.Value) > 2000:
		r.fail(n, "%s has %d letters, want 1 to 2000", what, len(n.Value))
	}
	return strings.Join(strings.Fields(n.Value), " ")
}

// list reads a list of scalars by parse; it may not be empty.
func list[T comparable](r *reader, n *yaml.Node, what string, parse func(string) (T, error)) (out []T) {
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
		r.fail(n, "%s is %s, want a list such as [a, b]", what, kindOf(n))
		return nil
	}
	for _, c := range n.Content {
		if c.Kind != yaml.ScalarNode {
			r.fail(c, "%s holds %s, want values", what, kindOf(c))
			return nil
		}
		v, err := parse(c.Value)
		switch {
		case err != nil:
			r.fail(c, "%v", err)
			return nil
		case slices.Contains(out, v):
			r.fail(c, "%s stands here twice", quote(c))
			return nil
		}
		out = append(out, v)
	}
	return out
}

func (r *reader) truth(n *yaml.Node, what string) parley.Truth {
	switch {
	case n.Kind != yaml.ScalarNode:
	case slices.Contains([]string{"yes", "true"}, n.Value):
		return parley.Yes
	case slices.Contains([]string{"no", "false"}, n.Value):
		return parley.No
	}
	r.fail(n, "%s is %s, want yes or no", what, quote(n))
	return parley.Unknown
}

// number reads a count above 0.
func (r *reader) number(n *yaml.Node, what string) int {
	i, err := strconv.Atoi(n.Value)
	if n.Kind != yaml.ScalarNode || err != nil || i < 1 || i > 1_000_000 {
		r.fail(n, "%s is %s, want a number from 1 to 1000000", what, quote(n))
	}
	return i
}

func kindOf(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "keys and values"
	case yaml.SequenceNode:
		if len(n.Content) == 0 {
			return "an empty list"
		}
		return "a list"
	case yaml.AliasNode:
		return "an alias"
	case yaml.ScalarNode:
		if n.Tag == "!!null" {
			return "empty"
		}
		return "a single value"
	}
	return "empty"
}

// quote shows what stands in a scalar, as far as it is short.
func quote(n *yaml.Node) string {
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		return kindOf(n)
	}
	text := n.Value
	if len(text) > 40 {
		text = strings.ToValidUTF8(text[:40], "") + "..."
	}
	return strconv.Quote(text)
}

var plainName = lazy.Regexp(`^[a-z0-9][a-z0-9.-]{0,63}$`)

func (r *reader) name(n *yaml.Node, what string) string {
	text := r.text(n, what)
	if r.err == nil && !plainName().MatchString(text) {
		r.fail(n, "%s is %s, want small letters, digits, dots and hyphens", what, quote(n))
	}
	return text
}

func (r *reader) policy(n *yaml.Node) *Policy {
	p := &Policy{}
	r.each(n, "a policy", []string{"policy", "title", "source", "demands", "unseen"}, func(key string, v *yaml.Node) {
		switch key {
		case "policy":
			p.Name = r.name(v, key)
		case "title":
			p.Title = r.text(v, key)
		case "source":
			r.source(v, p)
		case "demands":
			r.demands(v, p)
		case "unseen":
			r.unseen(v, p)
		}
	})
	if len(p.Demands) == 0 {
		r.fail(n, "it demands nothing: a policy has demands")
	}
	return p
}

func (r *reader) source(n *yaml.Node, p *Policy) {
	r.each(n, "source", []string{"document", "date", "read", "copy"}, func(key string, v *yaml.Node) {
		text := r.text(v, key)
		switch key {
		case "document":
			p.Source.Document = text
		case "date":
			p.Source.Date = text
		case "read":
			p.Read = text
		default:
			p.Copy = text
		}
	})
}

func (r *reader) unseen(n *yaml.Node, p *Policy) {
	if n.Kind != yaml.SequenceNode {
		r.fail(n, "unseen is %s, want a list", kindOf(n))
		return
	}
	for _, c := range n.Content {
		var u Clause
		r.each(c, "an entry of unseen", []string{"clause", "text"}, func(key string, v *yaml.Node) {
			if key == "clause" {
				u.Clause = r.text(v, key)
			} else {
				u.Text = r.text(v, key)
			}
		})
		p.Unseen = append(p.Unseen, u)
	}
}

func (r *reader) demands(n *yaml.Node, p *Policy) {
	if n.Kind != yaml.SequenceNode || len(n.Content) > maxDemands {
		r.fail(n, "demands is %s, want a list of at most %d", kindOf(n), maxDemands)
		return
	}
	for _, c := range n.Content {
		d := r.demand(c)
		if d.ID == "" {
			d.ID = kinds[d.Kind].id
			for i := 2; p.has(d.ID); i++ {
				d.ID = kinds[d.Kind].id + "-" + strconv.Itoa(i)
			}
		}
		if p.has(d.ID) {
			r.fail(c, "two demands have the id %s", d.ID)
		}
		if r.err != nil {
			return
		}
		p.Demands = append(p.Demands, d)
	}
}

func (p *Policy) has(id string) bool {
	return slices.ContainsFunc(p.Demands, func(d Demand) bool { return d.ID == id })
}

// about are the keys of a demand that say what it is, beside the one that is
// its check.
var about = []string{"id", "clause", "text", "advice", "under", "chain"}

// checks are the keys of a demand that are its check.
var checks = []string{
	"versions", "suites", "groups", "schemes", "dh-bits", "certificate-keys", "certificate-groups", "rsa-bits", "ec-bits",
	"dsa-bits", "certificate-signatures", "certificate-digests", "certificate-days", "feature",
}

func (r *reader) demand(n *yaml.Node) Demand {
	d := Demand{Line: n.Line}
	var under, chain *yaml.Node
	r.each(n, "a demand", append(slices.Clone(checks), about...), func(key string, v *yaml.Node) {
		switch key {
		case "id":
			d.ID = r.name(v, key)
		case "clause":
			d.Clause = r.text(v, key)
		case "text":
			d.Text = r.text(v, key)
		case "advice":
			d.Advice = r.truth(v, key) == parley.Yes
		case "under":
			under, d.Under = v, list(r, v, key, iana.ParseVersion)
		case "chain":
			chain, d.Chain = v, r.truth(v, key) == parley.Yes
		default:
			if d.Kind != KindUnknown {
				r.fail(v, "a demand has one check, and here stands another: %s", key)
				return
			}
			r.check(key, v, &d.Check)
		}
	})
	switch {
	case r.err != nil:
	case d.Kind == KindUnknown:
		r.fail(n, "a demand without a check: want one of %s", strings.Join(checks, ", "))
	case under != nil && !kinds[d.Kind].under:
		r.fail(under, "under belongs to suites, groups, schemes and dh-bits")
	case chain != nil && d.Kind != Digests:
		r.fail(chain, "chain belongs to certificate-digests")
	}
	return d
}

// check reads the value of a check's key.
func (r *reader) check(key string, v *yaml.Node, c *Check) {
	switch key {
	case "versions":
		c.Kind, v = r.one(v, key, map[string]Kind{"only": VersionsOnly, "refuse": VersionsRefused, "accept": VersionsAccepted, "one-of": VersionsOneOf})
		c.Versions = list(r, v, key, parseVersion)
	case "suites":
		c.Kind, v = r.one(v, key, map[string]Kind{"only": SuitesOnly, "refuse": SuitesRefused})
		if c.Kind == SuitesOnly {
			c.Suites = list(r, v, key, iana.ParseSuite)
		} else {
			c.Classes = list(r, v, key, parseClass)
		}
	case "groups":
		c.Kind, v = r.one(v, key, map[string]Kind{"only": GroupsOnly, "one-of": GroupsOneOf})
		c.Groups = list(r, v, key, iana.ParseGroup)
	case "schemes":
		c.Kind, v = r.one(v, key, map[string]Kind{"only": SchemesOnly})
		c.Schemes = list(r, v, key, iana.ParseScheme)
	case "certificate-keys":
		c.Kind, c.Keys = KeyTypes, list(r, v, key, parseKey)
	case "certificate-groups":
		c.Kind, c.Groups = KeyGroups, list(r, v, key, iana.ParseGroup)
	case "certificate-signatures":
		c.Kind, c.Names = Signatures, list(r, v, key, parseName)
	case "certificate-digests":
		c.Kind, c.Names = Digests, list(r, v, key, parseDigest)
	case "feature":
		r.feature(v, c)
	default:
		c.Kind, c.Number = numbers[key], r.number(v, key)
	}
}

// numbers are the checks whose value is a number.
var numbers = map[string]Kind{"dh-bits": DHBits, "rsa-bits": RSABits, "ec-bits": ECBits, "dsa-bits": DSABits, "certificate-days": Days}

func (r *reader) feature(n *yaml.Node, c *Check) {
	c.Kind = FeatureIs
	if n.Kind != yaml.MappingNode || len(n.Content) != 2 {
		r.fail(n, "feature is %s, want one such as {extended_master_secret: yes}", kindOf(n))
		return
	}
	var err error
	if c.Feature, err = parseFeature(n.Content[0].Value); err != nil {
		r.fail(n.Content[0], "%v", err)
	}
	c.Want = r.truth(n.Content[1], n.Content[0].Value)
}

// one reads a mapping with one key, which says how its list is meant.
func (r *reader) one(n *yaml.Node, what string, kinds map[string]Kind) (Kind, *yaml.Node) {
	var words []string
	for k := range kinds {
		words = append(words, k)
	}
	slices.Sort(words)
	if n.Kind != yaml.MappingNode || len(n.Content) != 2 {
		r.fail(n, "%s is %s, want one of %s, and a list", what, kindOf(n), strings.Join(words, ", "))
		return KindUnknown, n
	}
	k, ok := kinds[n.Content[0].Value]
	if !ok {
		r.fail(n.Content[0], "%s has no key %s: want one of %s", what, quote(n.Content[0]), strings.Join(words, ", "))
	}
	return k, n.Content[1]
}

// parseVersion reads a version of TLS over TCP.
func parseVersion(text string) (iana.Version, error) {
	v, err := iana.ParseVersion(text)
	if err == nil && !slices.Contains(parley.AllVersions, v) {
		return 0, fmt.Errorf("%q is no version of TLS over TCP", text)
	}
	return v, err
}

func parseName(text string) (string, error) {
	if text == "" || len(text) > 100 {
		return "", fmt.Errorf("a name of %d letters, want 1 to 100", len(text))
	}
	return text, nil
}

// digests are the words that a policy may use of what certificates are signed
// over.
var digests = []string{"MD2", "MD5", "SHA-1", "SHA-224", "SHA-256", "SHA-384", "SHA-512", "none"}

func parseDigest(text string) (string, error) {
	for _, d := range digests {
		if strings.EqualFold(strings.ReplaceAll(text, "-", ""), strings.ReplaceAll(d, "-", "")) {
			return d, nil
		}
	}
	return "", fmt.Errorf("%q is no digest: want one of %s", text, strings.Join(digests, ", "))
}

// keyTypes are the kinds of key that a certificate can have.
var keyTypes = []iana.KeyType{iana.KeyRSA, iana.KeyRSAPSS, iana.KeyECDSA, iana.KeyDSA, iana.KeyEd25519, iana.KeyEd448, iana.KeyMLDSA, iana.KeyGOST, iana.KeySM2}

func parseKey(text string) (iana.KeyType, error) {
	var all []string
	for _, k := range keyTypes {
		if strings.EqualFold(k.String(), text) {
			return k, nil
		}
		all = append(all, k.String())
	}
	return 0, fmt.Errorf("%q is no kind of key: want one of %s", text, strings.Join(all, ", "))
}
