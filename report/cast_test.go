package report

import (
	"strings"
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/transcript"
)

func TestTheLinesThatTellMostAreKept(t *testing.T) {
	t.Parallel()
	var lines []transcript.Line
	for _, l := range []string{"< ServerHello", "< Certificate", "< ServerKeyExchange", "< CertificateRequest", "< ServerHelloDone",
		"> Certificate", "> Alert", "< Alert"} {
		arrow, name, _ := strings.Cut(l, " ")
		lines = append(lines, transcript.Line{Arrow: arrow, Name: name})
	}
	for n, want := range map[int]string{
		9: "<ServerHello <Certificate <ServerKeyExchange <CertificateRequest <ServerHelloDone >Certificate <Alert",
		4: "<ServerHello <CertificateRequest >Certificate <Alert",
		2: "<ServerHello <Alert",
		1: "<Alert",
	} {
		var got []string
		for _, l := range mostTelling(lines, n, parley.EndAlert) {
			got = append(got, l.Arrow+l.Name)
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%d lines: %s, want %s", n, s, want)
		}
	}
	if got := mostTelling(append(lines, transcript.Line{Name: "stopped"}), 3, parley.EndStopped); len(got) != 3 || got[2].Name != "Certificate" {
		t.Errorf("where nothing ended it: %v, want what was said and not the goodbye", got)
	}
}
