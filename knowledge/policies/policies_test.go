package policies

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/parley-tls/parley/iana"
	_ "github.com/parley-tls/parley/internal/property"
)

// load reads a copy of source data.
func load(t *testing.T, name string, into any) {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

func get(t testing.TB, name string) *Policy {
	t.Helper()
	p, err := Get(name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// find returns the one demand of a kind, under v if v is not 0.
func find(t *testing.T, p *Policy, k Kind, v iana.Version) *Demand {
	t.Helper()
	var found *Demand
	for i := range p.Demands {
		if d := &p.Demands[i]; d.Kind == k && (v == 0 || slices.Contains(d.Under, v)) {
			if found != nil && d.Advice {
				continue // beside what is demanded
			}
			if found != nil {
				t.Fatalf("%s has two demands of kind %d", p.Name, k)
			}
			found = d
		}
	}
	if found == nil {
		return &Demand{}
	}
	return found
}

func parseAll[T any](t *testing.T, names []string, parse func(string) (T, error)) (out []T) {
	t.Helper()
	for _, n := range names {
		v, err := parse(n)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, v)
	}
	return out
}

func same[T comparable](t *testing.T, what string, got, want []T) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func TestEveryPolicyReadsAndSaysWhereItComesFrom(t *testing.T) {
	t.Parallel()
	for _, n := range Names() {
		p := get(t, n)
		if p.Name != n || p.Title == "" || p.Source.Document == "" || p.Source.Date == "" {
			t.Errorf("%s: name %q, title %q, source %+v", n, p.Name, p.Title, p.Source)
		}
		if _, err := time.Parse(time.DateOnly, p.Read); err != nil {
			t.Errorf("%s does not say when it was read: %v", n, err)
		}
		for _, d := range p.Demands {
			if d.Clause == "" {
				t.Errorf("%s: demand %s names no clause", n, d.ID)
			}
			if w := d.Words(); w == "" || strings.Contains(w, "unknown") || len(w) > 200 {
				t.Errorf("%s: demand %s reads %q", n, d.ID, w)
			}
		}
		for _, u := range p.Unseen {
			if u.Clause == "" || u.Text == "" {
				t.Errorf("%s: %+v says too little", n, u)
			}
		}
	}
	for s, n := range Short() {
		if get(t, s).Name != n {
			t.Errorf("%s is not %s", s, n)
		}
	}
}

func TestThePoliciesOfMozillaAreThoseOfItsGuidelines(t *testing.T) {
	t.Parallel()
	var file struct {
		Guidelines map[string]map[string]struct {
			KeyGroups             []string `json:"certificate_curves"`
			CertificateSignatures []string `json:"certificate_signatures"`
			CertificateTypes      []string `json:"certificate_types"`
			Ciphers               []string `json:"ciphers"`
			Ciphersuites          []string `json:"ciphersuites"`
			DHParamSize           int      `json:"dh_param_size"`
			Lifespan              int      `json:"maximum_certificate_lifespan"`
			RSAKeySize            int      `json:"rsa_key_size"`
			ServerOrder           bool     `json:"server_preferred_order"`
			Groups                []string `json:"tls_curves"`
			TLSVersions           []string `json:"tls_versions"`
		}
	}
	load(t, "mozilla-guidelines.json", &file)
	seen := 0
	for edition, levels := range file.Guidelines {
		for level, want := range levels {
			seen++
			p := get(t, "mozilla-"+level+"-"+edition)
			same(t, p.Name+" versions", find(t, p, VersionsOnly, 0).Versions, parseAll(t, want.TLSVersions, iana.ParseVersion))
			same(t, p.Name+" suites", find(t, p, SuitesOnly, iana.TLS12).Suites, parseAll(t, want.Ciphers, iana.ParseSuite))
			same(t, p.Name+" suites of 1.3", find(t, p, SuitesOnly, iana.TLS13).Suites, parseAll(t, want.Ciphersuites, iana.ParseSuite))
			same(t, p.Name+" groups", find(t, p, GroupsOnly, 0).Groups, parseAll(t, want.Groups, iana.ParseGroup))
			same(t, p.Name+" kinds of key", find(t, p, KeyTypes, 0).Keys, parseAll(t, want.CertificateTypes, parseKey))
			same(t, p.Name+" signatures", find(t, p, Signatures, 0).Names, want.CertificateSignatures)
			if slices.Contains(want.CertificateTypes, "ecdsa") {
				same(t, p.Name+" groups of keys", find(t, p, KeyGroups, 0).Groups, parseAll(t, want.KeyGroups, iana.ParseGroup))
			}
			hasDHE := strings.Contains(fmt.Sprint(want.Ciphers), "_DHE_")
			if got := find(t, p, DHBits, 0).Number; hasDHE && got != want.DHParamSize {
				t.Errorf("%s: primes of %d bits, want %d", p.Name, got, want.DHParamSize)
			}
			if got := find(t, p, RSABits, 0).Number; got != want.RSAKeySize {
				t.Errorf("%s: RSA keys of %d bits, want %d", p.Name, got, want.RSAKeySize)
			}
			if got := find(t, p, Days, 0).Number; got != want.Lifespan {
				t.Errorf("%s: %d days, want %d", p.Name, got, want.Lifespan)
			}
			if d := find(t, p, FeatureIs, 0); d.Feature != "server_order" || d.Want != truth(want.ServerOrder) || !d.Advice {
				t.Errorf("%s: %+v, want server_order %v", p.Name, d, want.ServerOrder)
			}
		}
	}
	if mine := len(slices.DeleteFunc(Names(), func(n string) bool { return !strings.HasPrefix(n, "mozilla-") })); mine != seen {
		t.Errorf("%d policies of Mozilla, the guidelines have %d", mine, seen)
	}
}

type guidelineCheck struct {
	Type        string
	Level       string `json:"requirementLevel"`
	Property    string
	Result      string
	Suites      []string        `json:"recommendedCipherSuites"`
	Groups      []string        `json:"recommendedGroups"`
	Required    []string        `json:"requiredGroups"`
	Algorithms  []string        `json:"recommendedAlgorithms"`
	Parameters  []string        `json:"recommendedNamedParameters"`
	RSA         string          `json:"minimumRsaKeyLength"`
	EC          string          `json:"minimumEcKeyLength"`
	DSA         string          `json:"minimumDsaKeyLength"`
	DH          string          `json:"minimumDhKeyLength"`
	MinimumHash string          `json:"minimumStrength"`
	Days        string          `json:"days"`
	TLS13       string          `json:"tls13"`
	Versions    json.RawMessage `json:"versions"`
}

func guideline(t *testing.T, name string) []guidelineCheck {
	var file struct{ Checks map[string][]guidelineCheck }
	load(t, "guideline-checks.json", &file)
	if len(file.Checks[name]) == 0 {
		t.Fatalf("no guideline %s", name)
	}
	return file.Checks[name]
}

// holdToGuideline compares the lists and sizes that both guidelines have.
func holdToGuideline(t *testing.T, p *Policy, checks []guidelineCheck) {
	t.Helper()
	groupsOf := func(names []string, v iana.Version) (out []iana.Group) {
		for _, g := range parseAll(t, names, iana.ParseGroup) {
			if of, ok := map[iana.Group]iana.Group{
				iana.GroupBrainpoolP256r1: iana.GroupBrainpoolP256r1TLS13, iana.GroupBrainpoolP384r1: iana.GroupBrainpoolP384r1TLS13,
				iana.GroupBrainpoolP512r1: iana.GroupBrainpoolP512r1TLS13,
			}[g]; ok && v == iana.TLS13 {
				g = of
			}
			out = append(out, g)
		}
		return out
	}
	for _, c := range checks {
		under := iana.TLS12
		if string(c.Versions) == `"TLS13"` || c.TLS13 == "true" {
			under = iana.TLS13
		}
		switch c.Type {
		case "cipherSuiteGuidelineCheck":
			same(t, p.Name+" suites of "+under.String(), find(t, p, SuitesOnly, under).Suites, parseAll(t, c.Suites, iana.ParseSuite))
		case "namedGroupsGuidelineCheck":
			d := find(t, p, GroupsOnly, under)
			if d.Kind == KindUnknown {
				d = find(t, p, GroupsOnly, 0)
			}
			same(t, p.Name+" groups of "+under.String(), d.Groups, groupsOf(c.Groups, under))
			if len(c.Required) > 0 {
				same(t, p.Name+" groups of which one is a must", find(t, p, GroupsOneOf, 0).Groups, groupsOf(c.Required, under))
			}
		case "keySizeCertGuidelineCheck":
			for k, want := range map[Kind]string{RSABits: c.RSA, ECBits: c.EC, DSABits: c.DSA, DHBits: c.DH} {
				if got := fmt.Sprint(find(t, p, k, 0).Number); got != want {
					t.Errorf("%s: kind %d: %s bits, want %s", p.Name, k, got, want)
				}
			}
		case "certificateCurveGuidelineCheck":
			same(t, p.Name+" groups of keys", find(t, p, KeyGroups, 0).Groups, groupsOf(c.Parameters, under))
		case "certificateValidityGuidelineCheck":
			if got := fmt.Sprint(find(t, p, Days, 0).Number); got != c.Days {
				t.Errorf("%s: %s days, want %s", p.Name, got, c.Days)
			}
		case "hashAlgorithmStrengthCheck":
			if d := find(t, p, Digests, 0); !d.Chain || strings.ReplaceAll(d.Names[0], "-", "") != c.MinimumHash {
				t.Errorf("%s: digests %v, want %s and stronger", p.Name, d.Names, c.MinimumHash)
			}
		}
	}
}

// versionOf are the properties of the guidelines that are about a version.
var versionOf = map[string]iana.Version{
	"SUPPORTS_SSL_2": iana.SSL2, "SUPPORTS_SSL_3": iana.SSL3, "SUPPORTS_TLS_1_0": iana.TLS10,
	"SUPPORTS_TLS_1_1": iana.TLS11, "SUPPORTS_TLS_1_2": iana.TLS12, "SUPPORTS_TLS_1_3": iana.TLS13,
}

func TestThePolicyOfNISTIsThatOfItsGuideline(t *testing.T) {
	t.Parallel()
	p, checks := get(t, "nist"), guideline(t, "nist")
	holdToGuideline(t, p, checks)
	for _, c := range checks {
		v, ok := versionOf[c.Property]
		if !ok {
			continue
		}
		kind := VersionsAccepted
		if c.Result == "FALSE" {
			kind = VersionsRefused
		}
		i := slices.IndexFunc(p.Demands, func(d Demand) bool { return d.Kind == kind && slices.Contains(d.Versions, v) })
		if i < 0 || p.Demands[i].Advice != (c.Level == "MAY") {
			t.Errorf("%s %s: no demand says so, or not as firmly", c.Property, c.Result)
		}
	}
	for property, f := range map[string]Feature{
		"SUPPORTS_EXTENDED_MASTER_SECRET": "extended_master_secret", "SUPPORTS_SECURE_RENEGOTIATION_EXTENSION": "renegotiation_info",
		"SUPPORTS_ENCRYPT_THEN_MAC": "encrypt_then_mac", "SUPPORTS_TLS_COMPRESSION": "compression",
	} {
		holdFeature(t, p, checks, property, f)
	}
}

// holdFeature looks that a guideline and a policy want the same of a feature.
func holdFeature(t *testing.T, p *Policy, checks []guidelineCheck, property string, f Feature) {
	t.Helper()
	i := slices.IndexFunc(checks, func(c guidelineCheck) bool { return c.Property == property })
	j := slices.IndexFunc(p.Demands, func(d Demand) bool { return d.Feature == f })
	if i < 0 || j < 0 || p.Demands[j].Want != truth(checks[i].Result == "TRUE") {
		t.Errorf("%s and the guideline do not agree on %s", p.Name, f)
	}
}

func TestThePolicyOfTheBSIIsThatOfItsGuideline(t *testing.T) {
	t.Parallel()
	p, checks := get(t, "bsi"), guideline(t, "bsi")
	holdToGuideline(t, p, checks)
	only := find(t, p, VersionsOnly, 0).Versions
	for _, c := range checks {
		if v, ok := versionOf[c.Property]; ok && slices.Contains(only, v) != (c.Result == "TRUE") {
			t.Errorf("%s %s: the policy allows %v", c.Property, c.Result, only)
		}
		switch {
		case c.Type == "signatureAndHashAlgorithmsGuidelineCheck":
			same(t, "schemes of 1.3", schemeNames(find(t, p, SchemesOnly, iana.TLS13).Schemes), c.Algorithms)
		case c.Type == "signatureAndHashAlgorithmsCertificateGuidelineCheck":
			var got []string
			for _, n := range find(t, p, Signatures, 0).Names {
				got = append(got, strings.NewReplacer("WITHRSAENCRYPTION", "_WITH_RSA_ENCRYPTION", "-", "_", "RSASSAPSS", "RSASSA_PSS").Replace(strings.ToUpper(n)))
			}
			same(t, "signatures of certificates", got, c.Algorithms)
		case c.Type == "hashAlgorithmsGuidelineCheck":
			for _, s := range find(t, p, SchemesOnly, iana.TLS12).Schemes {
				if info, _ := s.Info(); !slices.Contains(c.Algorithms, strings.ToUpper(strings.ReplaceAll(info.Hash, "-", ""))) {
					t.Errorf("%s has a hash that the guideline does not name: %s", s, info.Hash)
				}
			}
		}
	}
	// Section 3.3.3: what stands for PSS in 1.3 stands for it in 1.2, and PKCS 1 v1.5 is
	// recommended no more.
	allowed := find(t, p, SchemesOnly, iana.TLS12).Schemes
	for _, s := range find(t, p, SchemesOnly, iana.TLS13).Schemes {
		if strings.HasPrefix(s.String(), "rsa_pss") && !slices.Contains(allowed, s) {
			t.Errorf("%s is recommended in 1.2 too", s)
		}
	}
	i := slices.IndexFunc(p.Demands, func(d Demand) bool { return d.Kind == SchemesOnly && d.Advice })
	if i < 0 || slices.ContainsFunc(p.Demands[i].Schemes, func(s iana.Scheme) bool { return strings.HasPrefix(s.String(), "rsa_pkcs1") }) {
		t.Error("nothing is said of PKCS 1 v1.5, which is recommended until 2025")
	}
	holdFeature(t, p, checks, "SUPPORTS_EXTENDED_MASTER_SECRET", "extended_master_secret")
	holdFeature(t, p, checks, "SUPPORTS_SECURE_RENEGOTIATION_EXTENSION", "renegotiation_info")
	holdFeature(t, p, checks, "SUPPORTS_ENCRYPT_THEN_MAC", "encrypt_then_mac")
	holdFeature(t, p, checks, "SUPPORTS_TLS_COMPRESSION", "compression")
}

// schemeNames are the names that the guideline has for schemes.
func schemeNames(schemes []iana.Scheme) (out []string) {
	for _, s := range schemes {
		n := strings.ToUpper(s.String())
		n = strings.NewReplacer("ECDSA_SECP256R1_", "ECDSA_", "ECDSA_SECP384R1_", "ECDSA_", "ECDSA_SECP521R1_", "ECDSA_", "BRAINPOOLP", "BRAINPOOL_P", "R1TLS13", "R1_TLS13").Replace(n)
		out = append(out, n)
	}
	return out
}

// TestThePolicyOfFIPSAllowsWhatGoAllowsAndNIST holds it to what was read: the
// list of crypto/tls, and the suites of SP 800-52r2.
func TestThePolicyOfFIPSAllowsWhatGoAllowsAndNIST(t *testing.T) {
	t.Parallel()
	var file struct{ Suites, Suites13, Groups, Schemes []string }
	load(t, "go-fips140.json", &file)
	p, nist := get(t, "fips"), get(t, "nist")
	within := func(what string, list, of []string) {
		t.Helper()
		for _, v := range list {
			if !slices.Contains(of, v) {
				t.Errorf("%s: %s is not allowed", what, v)
			}
		}
	}
	suites, suites13 := find(t, p, SuitesOnly, iana.TLS12).Suites, find(t, p, SuitesOnly, iana.TLS13).Suites
	within("suites", file.Suites, texts(suites))
	within("suites of 1.3", file.Suites13, texts(suites13))
	within("groups", file.Groups, texts(find(t, p, GroupsOnly, 0).Groups))
	within("schemes", file.Schemes, texts(find(t, p, SchemesOnly, 0).Schemes))
	within("suites of NIST", texts(suites), texts(find(t, nist, SuitesOnly, iana.TLS12).Suites))
	for _, s := range suites {
		if info, _ := s.Info(); info.Kx == iana.KxRSA || info.Auth == iana.AuthDSS {
			t.Errorf("%s: key exchange with RSA and signatures with DSA are approved no more", s)
		}
	}
}
