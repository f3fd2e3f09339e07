package errors

import (
	"slices"
	"strings"
	"testing"
)

func TestEveryTextMatchesItsSpecimensAndNothingElse(t *testing.T) {
	t.Parallel()
	for _, s := range Stacks() {
		for i := range s.Entries {
			e := &s.Entries[i]
			switch {
			case e.Text == "" && (e.Code == "" || e.Reason == ""):
				t.Errorf("%s: an entry has neither a text nor a code with its reason", s.ID)
				continue
			case e.Text == "":
				continue
			}
			p := Compile(e.Text)
			like := e.Like
			if !strings.Contains(e.Text, "<n>") && !strings.Contains(e.Text, "<x>") && !strings.Contains(e.Text, "<w>") && !strings.Contains(e.Text, "<h>") && !strings.Contains(e.Text, "<*>") {
				like = append(slices.Clone(like), e.Text, strings.ToUpper(e.Text))
			} else if len(like) == 0 {
				t.Errorf("%s: %q has a hole and no specimen", s.ID, e.Text)
			}
			for _, text := range like {
				if _, _, _, ok := p.Find(Normal("x: " + text + " (y)")); !ok {
					t.Errorf("%s: %q does not match its specimen %q", s.ID, e.Text, text)
				}
			}
			for _, text := range append(slices.Clone(e.Unlike), s.Unlike...) {
				if _, _, _, ok := p.Find(Normal(text)); ok {
					t.Errorf("%s: %q matches %q", s.ID, e.Text, text)
				}
			}
		}
	}
}

// quiet are lines of programs to which nothing happened.
var quiet = []string{
	"2026-11-22T02:00:00Z INFO listening on :443 with TLS 1.2 and 1.3",
	"GET /index.html HTTP/1.1 200 1043 \"-\" \"curl/8.5.0\"",
	"SSL connection using TLSv1.3 / TLS_AES_256_GCM_SHA384 / X25519 / RSASSA-PSS",
	"Server certificate: subject: CN=shop.example; expire date: Feb  1 12:00:00 2027 GMT",
	"ssl_certificate /etc/nginx/shop.pem; ssl_protocols TLSv1.2 TLSv1.3;",
	"certificate will be renewed in 29 days", "no errors were found", "user reset their password",
	"Nov 22 02:00:00 host systemd[1]: Started Session 4 of user root.",
	"the quick brown fox jumps over the lazy dog",
}

func TestNoTextMatchesALineInWhichNothingHappened(t *testing.T) {
	t.Parallel()
	for _, r := range Rules() {
		if r.Kind != KindEntry {
			continue
		}
		for _, line := range quiet {
			if _, _, _, ok := r.Pattern.Find(Normal(line)); ok {
				t.Errorf("%s: %q matches %q", r.Stack.ID, r.Entry.Text, line)
			}
		}
	}
}

func TestEveryEntryHasAMeaningAndEveryMeaningIsUsed(t *testing.T) {
	t.Parallel()
	used := map[string]bool{"alert.unknown": true, "alert.out": true, "atlas": true}
	for _, s := range Stacks() {
		for _, e := range s.Entries {
			if MeaningOf(e.Means) == nil {
				t.Errorf("%s: %q means %q, which is no meaning", s.ID, e.Text+e.Reason, e.Means)
			}
			used[e.Means] = true
		}
	}
	for _, a := range Alerts {
		if MeaningOf(a.Sent) == nil {
			t.Errorf("alert %d sent means %q, which is no meaning", a.Number, a.Sent)
		}
		used[a.Sent] = true
	}
	for _, m := range Meanings() {
		if !used[m.ID] && m.By != ByPeer {
			t.Errorf("no entry means %q", m.ID)
		}
	}
}

func TestEveryStackSaysWhereItsTextsAreFromAndWhen(t *testing.T) {
	t.Parallel()
	ids := map[string]bool{}
	for _, s := range Stacks() {
		if s.From == "" || len(s.Date) != len("2026-11") || s.Name == "" || ids[s.ID] {
			t.Errorf("stack %q: from %q, date %q, name %q", s.ID, s.From, s.Date, s.Name)
		}
		ids[s.ID] = true
		codes := map[string]string{}
		for _, e := range s.Entries {
			if e.Code == "" {
				continue
			}
			if was, ok := codes[e.Code]; ok && was != e.Means {
				t.Logf("%s: code %s means %s and %s; the first counts", s.ID, e.Code, was, e.Means)
			}
			codes[e.Code] = e.Means
		}
	}
}

func TestMeaningsAreWholeAndSayWhy(t *testing.T) {
	t.Parallel()
	for _, m := range Meanings() {
		if m.Says == "" || !strings.HasSuffix(m.Says, ".") || m.Tells == TellsUnknown {
			t.Errorf("%s: says %q, tells %d", m.ID, m.Says, m.Tells)
		}
		if m.Tells > TellsNothing && len(m.Guesses) == 0 {
			t.Errorf("%s: no causes are left", m.ID)
		}
		for _, gs := range [][]Guess{m.Guesses, m.AsClient, m.AsServer} {
			if len(gs) > 5 {
				t.Errorf("%s: %d causes, at most 5 are named", m.ID, len(gs))
			}
			var seen []string
			for _, g := range gs {
				if g.Why == "" || strings.HasSuffix(g.Why, ".") || slices.Contains(seen, string(g.Cause)) {
					t.Errorf("%s: %s because %q", m.ID, g.Cause, g.Why)
				}
				seen = append(seen, string(g.Cause))
				if _, ok := WordsOf(g.Cause); !ok {
					t.Errorf("%s: no words for %s", m.ID, g.Cause)
				}
			}
		}
	}
}

func TestHintsSpeakToMeaningsThatExist(t *testing.T) {
	t.Parallel()
	for _, h := range Hints {
		if h.Why == "" || h.Weight == 0 || len(h.Texts) == 0 {
			t.Errorf("hint %q: %+v", h.Texts, h)
		}
		if _, ok := WordsOf(h.Cause); !ok {
			t.Errorf("hint %q: no words for %s", h.Texts, h.Cause)
		}
		for _, f := range h.For {
			family, all := strings.CutSuffix(f, "*")
			ok := slices.ContainsFunc(Meanings(), func(m *Meaning) bool { return m.ID == f || all && strings.HasPrefix(m.ID, family) })
			if !ok {
				t.Errorf("hint %q is for %q, which is no meaning", h.Texts, f)
			}
		}
	}
}

func TestTheNotation(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text, line string
		want       bool
		took       string
	}{
		{"wrong version number", "ERR_SSL_WRONG_VERSION_NUMBER", true, ""},
		{"wrong version number", "wrong version numbers", false, ""},
		{"self-signed certificate", "self signed   certificate", true, ""},
		{"alert <n>", "alert 70.", true, "70"},
		{"alert <n>", "alert 70x", false, ""},
		{"alert <n>", "alert number", false, ""},
		{"Code=<n>", `Code=-9836 "(null)"`, true, "-9836"},
		{"version <x>", "version 301", true, "301"},
		{"returned <x>", "returned -0x7780", true, "-0x7780"},
		{"valid for <*>, not <w>", "valid for a.example, b.example, not c.example", true, ""},
		{"time <w> is before", "time 2026-11-21T21:28:53Z is before 2040", true, ""},
		{"time <w> is before", "time of day is before", false, ""},
		{"name <h> ends", "name my-own-shop.example ends", true, ""},
		{"name <h> ends", "name a of a long text that says something ends", false, ""},
		{"name '<h>' ends", "name 'my-shop.example' ends", true, ""},
		{"name '<h>' ends", "name '' ends", false, ""},
		{"name <h>:636", "name my-dc.example:636", true, ""},
		{"name <h>", "name my-dc.example, and", true, ""},
		{"name <w>' ends", "name a.example' ends", true, ""},
		{"/: EOF", "Get https://x.example/: EOF", true, ""},
	}
	for _, tt := range tests {
		p := Compile(tt.text)
		_, _, took, ok := p.Find(Normal(tt.line))
		if ok != tt.want || strings.Join(took, " ") != tt.took {
			t.Errorf("%q in %q: got %t and %q, want %t and %q", tt.text, tt.line, ok, took, tt.want, tt.took)
		}
	}
}

func FuzzFind(f *testing.F) {
	f.Add("time <w> is <*> before <n>", "time x is y before 7")
	f.Add(" <h> ends", "a my own-shop.example ends")
	f.Fuzz(func(t *testing.T, text, line string) {
		if strings.Trim(Normal(text), " \n<>nxwh*") == "" || len(text) > 100 {
			return
		}
		p := Compile("a" + text)
		normal := Normal(line)
		start, end, _, ok := p.Find(normal)
		if ok && (start < 0 || end < start || end > len(normal)) {
			t.Errorf("%q in %q: %d to %d", text, line, start, end)
		}
	})
}

func TestTextsNameTheirClients(t *testing.T) {
	t.Parallel()
	tests := []struct{ text, want string }{
		{"java version \"1.7.0_80\"\nReceived fatal alert: protocol_version", "java7"},
		{"curl 7.88.1 (x86_64-pc-linux-gnu) libcurl/7.88.1 OpenSSL/3.0.22", "openssl-3.0"},
		{"Python 2.7.18: tlsv1 alert protocol version (_ssl.c:590)", "python-2.7"},
		{"go1.22.1 linux/amd64: remote error: tls: handshake failure", "go-1.22"},
		{"Node.js v18.19.0", "node-18"},
		{"Java 8 against Java 17", ""},
		{"SSL alert number 70", ""},
		{"10.1.7.0:443 java.lang.Exception", ""},
	}
	for _, tt := range tests {
		if got := ClientIn(tt.text); string(got) != tt.want {
			t.Errorf("%q names %q, want %q", tt.text, got, tt.want)
		}
	}
}
