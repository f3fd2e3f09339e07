package policies

import (
	"os"
	"strings"
	"testing"

	"github.com/parley-tls/parley/iana"
)

const minimal = "demands:\n  - versions: {only: [1.2, 1.3]}\n"

func TestAPolicyOfOnesOwnIsRead(t *testing.T) {
	t.Parallel()
	for form, text := range map[string]string{
		"yaml": minimal,
		"json": `{"demands": [{"versions": {"only": ["1.2", "TLSv1.3"]}}]}`,
	} {
		p, err := Read([]byte(text))
		if err != nil {
			t.Fatalf("%s: %v", form, err)
		}
		d := p.Demands[0]
		if d.ID != "versions" || d.Kind != VersionsOnly || len(d.Versions) != 2 || d.Versions[1] != iana.TLS13 {
			t.Errorf("%s: got %+v", form, d)
		}
		if got, want := d.Words(), "no version but 1.2 and 1.3 is accepted"; got != want {
			t.Errorf("%s: reads %q, want %q", form, got, want)
		}
	}
	two, err := Read([]byte("demands:\n- rsa-bits: 2048\n- rsa-bits: 3072\n  advice: yes\n"))
	if err != nil || two.Demands[1].ID != "rsa-bits-2" || !two.Demands[1].Advice {
		t.Errorf("got %+v, %v; want two ids, and advice", two, err)
	}
}

// TestAPolicyThatIsNotMeantIsRefusedWithItsLine has what people write, and what
// they must be told.
func TestAPolicyThatIsNotMeantIsRefusedWithItsLine(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                         "it is empty",
		"just words":               "line 1: a policy is a single value, want keys and values",
		"- a\n- b\n":               "line 1: a policy is a list, want keys and values",
		"demands: []\n":            "line 1: it demands nothing: a policy has demands",
		"title: x\n":               "line 1: it demands nothing: a policy has demands",
		"minimum: 1.2\n" + minimal: `line 1: a policy has no key "minimum": want one of policy, title, source, demands, unseen`,
		"demands:\n  - versions: {only: [1.2]}\n    colour: red\n":          `line 3: a demand has no key "colour": want one of versions, suites, groups, schemes, dh-bits, certificate-keys, certificate-groups, rsa-bits, ec-bits, dsa-bits, certificate-signatures, certificate-digests, certificate-days, feature, id, clause, text, advice, under, chain`,
		"demands:\n  - versions: {only: [1.2]}\n    rsa-bits: 2048\n":       "line 3: a demand has one check, and here stands another: rsa-bits",
		"demands:\n  - versions: 1.2\n":                                     "line 2: versions is a single value, want one of accept, one-of, only, refuse, and a list",
		"demands:\n  - versions: {least: [1.2]}\n":                          `line 2: versions has no key "least": want one of accept, one-of, only, refuse`,
		"demands:\n  - versions: {only: [1.4]}\n":                           `line 2: "1.4" is no protocol version: want one such as 1.2, TLSv1.2, SSL3, DTLS1.2 or 0x0303`,
		"demands:\n  - versions: {only: [DTLS1.2]}\n":                       `line 2: "DTLS1.2" is no version of TLS over TCP`,
		"demands:\n  - versions: {only: []}\n":                              "line 2: versions is an empty list, want a list such as [a, b]",
		"demands:\n  - versions: {only: [1.2, TLSv1.2]}\n":                  `line 2: "TLSv1.2" stands here twice`,
		"demands:\n  - suites: {refuse: [weak]}\n":                          `line 2: "weak" is no class of suites: want one of anonymous, null, export, below-112-bits, rc4, des, 3des, rc2, idea, chacha20, cbc, md5, sha1, not-aead, static-rsa, static-dh, dhe, no-forward-secrecy`,
		"demands:\n  - feature: {heartbleed: no}\n":                         `line 2: "heartbleed" is no feature: want one of ` + joined(Features()),
		"demands:\n  - feature: {extended_master_secret: maybe}\n":          `line 2: extended_master_secret is "maybe", want yes or no`,
		"demands:\n  - rsa-bits: many\n":                                    `line 2: rsa-bits is "many", want a number from 1 to 1000000`,
		"demands:\n  - rsa-bits: 2048\n    under: [1.2]\n":                  "line 3: under belongs to suites, groups, schemes and dh-bits",
		"demands:\n  - rsa-bits: 2048\n    chain: yes\n":                    "line 3: chain belongs to certificate-digests",
		"demands:\n  - clause: x\n":                                         "line 2: a demand without a check: want one of versions, suites, groups, schemes, dh-bits, certificate-keys, certificate-groups, rsa-bits, ec-bits, dsa-bits, certificate-signatures, certificate-digests, certificate-days, feature",
		"demands:\n  - id: a\n    rsa-bits: 1\n  - id: a\n    ec-bits: 1\n": "line 4: two demands have the id a",
		"policy: My Policy\n" + minimal:                                     `line 1: policy is "My Policy", want small letters, digits, dots and hyphens`,
		"a: &x [1]\ndemands: *x\n":                                          `line 1: a policy has no key "a": want one of policy, title, source, demands, unseen`,
		"title: &x y\npolicy: *x\n":                                         "line 2: policy is an alias, want a text",
		"title: a\ntitle: b\n" + minimal:                                    "line 2: title stands here twice",
		"title:\n" + minimal:                                                "line 1: title is empty, want a text",
		"--- \n" + minimal + "---\n" + minimal:                              "2 documents in one file, want one",
		"# only a remark\n":                                                 "it is empty",
		"demands: [":                                                        "line 2: did not find expected node content",
		"\xff\xfe":                                                          "it is no text in UTF-8",
		strings.Repeat("#", MaxFile) + "\n":                                 "1048577 bytes are too many for a policy, at most 1048576",
	} {
		_, err := Read([]byte(text))
		if err == nil || err.Error() != want {
			t.Errorf("%.60q: got  %v\nwant %s", text, err, want)
		}
	}
}

func joined(fs []Feature) string {
	var all []string
	for _, f := range fs {
		all = append(all, string(f))
	}
	return strings.Join(all, ", ")
}

func TestWhatIsNoYAMLIsToldOnOneLine(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"demands: [", "a: b: c", "\tx: y", "{", "--- a\n--- b\n", strings.Repeat("[", 100_000), "%YAML 9", "a: !!binary x\x00"} {
		_, err := Read([]byte(text))
		if err == nil || strings.ContainsAny(err.Error(), "\n") || len(err.Error()) > 300 || strings.Contains(err.Error(), "yaml") {
			t.Errorf("%.30q: got %v", text, err)
		}
	}
}

// TestTheLargestFileEndsWithAReason would not end, within the time that a package has
// for its tests, if what a file costs grew with the square of its length.
func TestTheLargestFileEndsWithAReason(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"demands:\n" + strings.Repeat("- rsa-bits: 1\n", MaxFile/15),
		strings.Repeat("a: &a [1]\n", MaxFile/11),
		"x: " + strings.Repeat("{a: ", 10_000),
	} {
		if _, err := Read([]byte(text)); err == nil {
			t.Errorf("%.20q is read", text)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, n := range Names() {
		text, err := os.ReadFile("data/" + n + ".yaml")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte(minimal))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := Read(text)
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("more than one line: %v", err)
			}
			return
		}
		ids := map[string]bool{}
		for _, d := range p.Demands {
			if d.Kind == KindUnknown || d.ID == "" || ids[d.ID] || d.Words() == "" {
				t.Errorf("a demand of no kind, without a name of its own, or without words: %+v", d)
			}
			ids[d.ID] = true
		}
	})
}
