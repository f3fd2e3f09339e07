package diagnose_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/causes"
	"github.com/parley-tls/parley/diagnose"
	"github.com/parley-tls/parley/knowledge/clients"
	"github.com/parley-tls/parley/transcript"
)

const (
	head = "client hello\nserver 192.0.2.7:443 shop.example\n\n"
	base = "> ClientHello  versions=1.2 suites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 groups=x25519\n" +
		"               schemes=rsa_pss_rsae_sha256 server_name=shop.example\n"
	refused   = "< Alert  fatal handshake_failure(40)\n\n"
	completes = "< ServerHello  version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384\n\n"
	suite     = "+ suite TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"
	scheme    = "+ scheme rsa_pss_rsae_sha512"
)

// step diagnoses a transcript of the hello above.
func step(t *testing.T, blocks ...string) diagnose.Result {
	t.Helper()
	return diagnose.Step(evidence(t, head+strings.Join(blocks, "")))
}

// asked writes what a result asks for.
func asked(r diagnose.Result) string {
	var out []string
	for _, a := range r.Asks {
		s := a.Attempt.Name
		if len(a.Attempt.Changed) > 0 {
			s = transcript.Changes(a.Attempt.Changed)
		}
		if a.Proof {
			s += fmt.Sprintf(" x%d", a.Times)
		}
		out = append(out, s)
	}
	return strings.Join(out, "; ")
}

func TestTheSearchFindsTheSmallestSetThatFlips(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		blocks []string
		want   string // findings
		asks   string
		set    string // of the pair
	}{
		{
			name:   "one member, twice each, is proved",
			blocks: []string{"base x2\n", base, refused, "base " + suite + " x2\n", completes},
			want:   "cipher.no-overlap, side unknown, proved", set: suite,
		},
		{
			name:   "what flipped once is asked for again, with the base",
			blocks: []string{"base\n", base, refused, "base " + suite + "\n", completes},
			want:   "cipher.no-overlap, side unknown, inferred", asks: "base x2; " + suite + " x2",
		},
		{
			name: "of two members neither is enough: both causes are proved together",
			blocks: []string{"base x2\n", base, refused, "base " + suite + " " + scheme + " x2\n", completes,
				"base " + suite + " x2\n", refused, "base " + scheme + " x2\n", refused},
			want: "cipher.no-overlap, side unknown, proved; sigalg.no-overlap, side unknown, proved", set: suite + " " + scheme,
		},
		{
			name:   "each member is left out once before anything is asked twice",
			blocks: []string{"base\n", base, refused, "base " + suite + " " + scheme + "\n", completes},
			want:   "cipher.no-overlap, side unknown, inferred; sigalg.no-overlap, side unknown, inferred",
			asks:   scheme + " x1; " + suite + " x1",
		},
		{
			name: "a member that is not needed is left out of the proof",
			blocks: []string{"base x2\n", base, refused, "base " + suite + " " + scheme + "\n", completes,
				"base " + scheme + "\n", refused, "base " + suite + " x2\n", completes},
			want: "cipher.no-overlap, side unknown, proved", set: suite,
		},
		{
			name:   "a variant that does not always complete proves nothing",
			blocks: []string{"base x2\n", base, refused, "base " + suite + "\n", completes, "base " + suite + "\n", refused},
			want:   "cipher.no-overlap, side unknown, inferred",
		},
		{
			name:   "a base that completes at times lacks nothing",
			blocks: []string{"base\n", base, refused, "base\n", completes, "base " + suite + " x2\n", completes},
			want:   "unknown",
		},
		{
			name:   "a run that the end of the check cut off does not count",
			blocks: []string{"base x2\n", base, refused, "base " + suite + "\n", completes, "base " + suite + "\ninterrupted\n"},
			want:   "cipher.no-overlap, side unknown, inferred", asks: suite + " x2",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			res := step(t, tt.blocks...)
			if got := told(res); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
			if got := asked(res); got != tt.asks {
				t.Errorf("asks for %q, want %q", got, tt.asks)
			}
			var set string
			if len(res.Findings) > 0 && res.Findings[0].Pair != nil {
				p := res.Findings[0].Pair
				set = transcript.Changes(p.Changed)
				if len(p.Changed) > 1 && len(p.Without) != len(p.Changed) {
					t.Errorf("%d attempts leave a member out, of %d", len(p.Without), len(p.Changed))
				}
			}
			if set != tt.set {
				t.Errorf("the pair differs by %q, want %q", set, tt.set)
			}
		})
	}
}

func TestTheLikeliestCandidateIsAskedForFirst(t *testing.T) {
	t.Parallel()
	res := diagnose.Step(evidence(t, `client java7
server 192.0.2.7:443 shop.example

base
< Alert  fatal protocol_version(70)

reference all of 1.2
< ServerHello  version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256

reference all of 1.3
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
`))
	if got := asked(res); !strings.HasPrefix(got, "+ version 1.2; + version 1.3; ") || strings.Count(got, ";") > 3 {
		t.Errorf("asks for %q, want the nearest version first, and four at most", got)
	}
}

// TestWhatIsNotKnownIsNeverFine holds the verdict to what was seen.
func TestWhatIsNotKnownIsNeverFine(t *testing.T) {
	t.Parallel()
	server := "server 192.0.2.7:443 shop.example\n\n"
	for _, tt := range []struct {
		name, text string
		want       parley.Verdict
	}{
		{name: "nothing was tried", text: "", want: parley.VerdictUnknown},
		{name: "no base was tried", text: server + "reference all of 1.2\n< ServerHello  version=1.2 suite=TLS_RSA_WITH_AES_128_CBC_SHA\n", want: parley.VerdictUnknown},
		{name: "the base was not made", text: server + "base\nnot run \"time\"\n", want: parley.VerdictUnknown},
		{name: "the base was cut off", text: server + "base\ninterrupted\n", want: parley.VerdictUnknown},
		{name: "this machine failed", text: server + "base\nlocal error \"too many open files\"\n", want: parley.VerdictUnknown},
		{name: "a refusal that nothing explains", text: server + "base\n< Alert  fatal access_denied(49)\n", want: parley.VerdictUnknown},
		{name: "it comes and goes", text: server + "base\n" + sh + "\nbase\n< RST\n", want: parley.VerdictUnknown},
		{name: "it completes", text: server + "base\n" + sh, want: parley.VerdictOK},
		{name: "of two addresses one was not asked", text: server + "base\n" + sh + "\nserver 192.0.2.8:443 shop.example\n\nbase\nnot run \"time\"\n", want: parley.VerdictUnknown},
		{name: "of two addresses one refuses to connect", text: server + "base\n" + sh + "\nserver 192.0.2.8:443 shop.example\n\nbase\nconnect refused\n", want: parley.VerdictProblem},
		{name: "of two loopback addresses one refuses to connect", text: "server 127.0.0.1:443 localhost\n\nbase\n" + sh + "\nserver [::1]:443 localhost\n\nbase\nconnect refused\n", want: parley.VerdictOK},
		{name: "both loopback addresses refuse to connect", text: "server 127.0.0.1:443 localhost\n\nbase\nconnect refused\n\nserver [::1]:443 localhost\n\nbase\nconnect refused\n", want: parley.VerdictUnknown},
		{name: "of two loopback addresses one answers otherwise", text: "server 127.0.0.1:443 localhost\n\nbase\n" + sh + "\nserver [::1]:443 localhost\n\nbase\n< RST\n", want: parley.VerdictProblem},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			e := evidence(t, "client chrome\n"+tt.text)
			if got := diagnose.Step(e).Verdict; got != tt.want {
				t.Errorf("verdict %s, want %s", got, tt.want)
			}
		})
	}
}

const sh = "< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256\n"

func TestEqualFindingsOfSeveralAddressesAreOne(t *testing.T) {
	t.Parallel()
	one := "base x2\n< Alert  fatal protocol_version(70)\n\nbase + version 1.2 x2\n< ServerHello  version=1.2 suite=TLS_RSA_WITH_AES_128_CBC_SHA\n\n"
	res := diagnose.Step(evidence(t, "client java7\nserver 192.0.2.7:443 shop.example\n\n"+one+"server 192.0.2.8:443 shop.example\n\n"+one))
	if got := told(res); got != "version.client-pinned, side client, proved" {
		t.Fatalf("got %s", got)
	}
	if n := len(res.Findings[0].Scopes); n != 2 {
		t.Errorf("it names %d addresses, want 2", n)
	}
}

func TestWhatOnlySomeAddressesShowHangsUnderTheirDisagreement(t *testing.T) {
	t.Parallel()
	res := diagnose.Step(evidence(t, `client java7
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.0 suite=TLS_RSA_WITH_AES_128_CBC_SHA

server 192.0.2.8:443 shop.example

base x2
< Alert  fatal protocol_version(70)

base + version 1.2 x2
< ServerHello  version=1.2 suite=TLS_RSA_WITH_AES_128_CBC_SHA
`))
	if got := told(res); got != "edge.addresses-disagree, side server, seen" {
		t.Fatalf("got %s", got)
	}
	if s := res.Findings[0].Symptoms; len(s) != 1 || s[0].Cause != "version.client-pinned" {
		t.Errorf("its symptoms are %v, want version.client-pinned", s)
	}
}

// TestTheOrderOfRepliesDoesNotMatter shuffles what came back, and the panel:
// who was asked first does not change what is found.
func TestTheOrderOfRepliesDoesNotMatter(t *testing.T) {
	t.Parallel()
	var texts []string
	for _, c := range causes.All() {
		for _, k := range c.Cases {
			texts = append(texts, k.Transcript)
		}
	}
	texts = append(texts, "client panel\nserver 192.0.2.7:443 shop.example\n\nbase chrome\n< RST\n\nbase firefox\n< RST\n\nbase go\n< RST\n")
	rapid.Check(t, func(t *rapid.T) {
		d := transcript.MustParse(rapid.SampledFrom(texts).Draw(t, "case"))
		e, err := d.EvidenceOf(clients.Get)
		if err != nil {
			t.Fatal(err)
		}
		want := facts(diagnose.Step(e))
		if got := facts(diagnose.Step(e)); got != want {
			t.Fatalf("a second look finds\n%s\nwant\n%s", got, want)
		}
		shuffled := *e
		if !e.Resumes() { // a ticket comes before it is used, and who was asked last is part of the proof
			shuffled.Replies = rapid.Permutation(e.Replies).Draw(t, "replies")
		}
		if len(e.Panel) > 0 {
			shuffled.Panel = rapid.Permutation(e.Panel).Draw(t, "panel")
		}
		if got := facts(diagnose.Step(&shuffled)); got != want {
			t.Errorf("in another order it finds\n%s\nwant\n%s\n%s", got, want, d)
		}
	})
}

// facts are the findings with all that a screen shows of them.
func facts(r diagnose.Result) string {
	var b strings.Builder
	for _, f := range r.Findings {
		fmt.Fprintf(&b, "%s %s %s %v %v %v\n", f.Cause, f.Side, f.Certainty, f.Scopes, f.NotExcluded, f.Members)
		if f.Pair != nil {
			fmt.Fprintf(&b, "  %s %v %v\n", transcript.Changes(f.Pair.Changed), f.Pair.FailsAs, f.Pair.WorksAs)
		}
		for _, why := range f.Because {
			fmt.Fprintf(&b, "  %s\n", why.Text)
		}
		for _, in := range f.Intents {
			fmt.Fprintf(&b, "  fix %s %s %s\n", in.Side, in.Grade, in.Plain)
		}
	}
	return b.String() + r.Verdict.String()
}

func TestAFindingSpeaksInSentencesAndItsFixesSayHow(t *testing.T) {
	t.Parallel()
	for _, c := range causes.All() {
		for _, k := range c.Cases {
			for _, f := range diagnose.Step(evidence(t, k.Transcript)).Findings {
				for _, p := range clumsy(f) {
					t.Errorf("%s, %s: %s", c.ID, k.Name, p)
				}
			}
		}
	}
}

func clumsy(f parley.Finding) (out []string) {
	if len(f.Because) == 0 {
		out = append(out, "no reason")
	}
	if len(f.Intents) == 0 || len(f.WillNotHelp) == 0 {
		out = append(out, "no fix, or nothing that will not help")
	}
	for i, why := range f.Because {
		s := why.Text
		if s == "" || !strings.ContainsAny(s[len(s)-1:], ".\"") && !strings.Contains(s, "answers: ") && why.From != nil && why.From[0].Document == "" || strings.Contains(s, "..") || strings.Contains(s, "  ") {
			out = append(out, fmt.Sprintf("%q is no sentence", s))
		}
		if slices.ContainsFunc(f.Because[:i], func(x parley.Reason) bool { return x.Text == s }) {
			out = append(out, fmt.Sprintf("%q twice", s))
		}
	}
	for _, in := range f.Intents {
		switch {
		case in.Kind == parley.IntentUnknown || in.Side == parley.SideUnknown || in.Grade == parley.GradeUnknown || in.Plain == "":
			out = append(out, fmt.Sprintf("the fix %q has no kind, side or grade", in.Plain))
		case in.Side == parley.ServerSide && strings.HasPrefix(in.Kind.String(), "offer-"), in.Side == parley.ClientSide && strings.HasPrefix(in.Kind.String(), "accept-"):
			out = append(out, fmt.Sprintf("the fix %q is one of the other side: %s", in.Plain, in.Kind))
		}
	}
	return out
}

// TestAnEndWithoutAWordAfterTheHandshakeIsNoRefusalByItself: a server that
// closes on a close_notify looks like one that closes on the certificate.
func TestAnEndWithoutAWordAfterTheHandshakeIsNoRefusalByItself(t *testing.T) {
	t.Parallel()
	const mute = `
client go
server 192.0.2.7:5671 shop.example
target amqps://shop.example

base until=finished x3
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
< CertificateRequest  schemes=rsa_pss_rsae_sha256 encrypted
< Finished     encrypted
> Certificate  none encrypted
> Finished     encrypted
< FIN

base = client_certificate throw-away x2
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
< CertificateRequest  schemes=rsa_pss_rsae_sha256 encrypted
< Finished     encrypted
> Certificate  cert=ecdsa-secp256r1,ecdsa_secp256r1_sha256,throw-away encrypted
> Finished     encrypted
< Alert        fatal unknown_ca(48) encrypted
`
	if got := told(diagnose.Step(evidence(t, mute))); got != "unknown" {
		t.Errorf("got %s, want unknown", got)
	}
}

// TestAPortThatSpeaksNoTLSStopsTheWholePanel has two hellos of the panel answered
// in clear text; the others were not asked.
func TestAPortThatSpeaksNoTLSStopsTheWholePanel(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, answer, want string }{
		{"clear text", `< plaintext "HTTP/1.1 400 Bad Request\r\n"`, "[chrome firefox go java21 openssl-3.0]"},
		{"an alert", "< Alert  fatal handshake_failure(40)", "[chrome firefox]"},
	} {
		d := transcript.MustParse("client panel\nserver 192.0.2.7:443 shop.example\n\nbase chrome\n" + tt.answer + "\n\nbase firefox\n" + tt.answer +
			"\n\nreference all of 1.2\n" + tt.answer + "\n\nreference all of 1.3\n" + tt.answer + "\n")
		e, err := d.EvidenceOf(clients.Get)
		if err != nil {
			t.Fatal(err)
		}
		e.Panel = clients.Panel()
		r := diagnose.Step(e)
		if len(r.Findings) == 0 {
			t.Fatalf("%s: no finding", tt.name)
		}
		if got := fmt.Sprint(r.Findings[0].Members); got != tt.want {
			t.Errorf("%s: %s stops %s, want %s", tt.name, r.Findings[0].Cause, got, tt.want)
		}
	}
}
