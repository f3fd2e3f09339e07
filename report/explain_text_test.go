package report_test

import (
	"bytes"
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/explain"
	"github.com/parley-tls/parley/report"
)

func TestTheAnswerToEveryKindOfTextMeetsItsSchema(t *testing.T) {
	t.Parallel()
	schema := published(t, "explain.json")
	for _, text := range []string{
		"SSL alert number 70", "tls: server selected unsupported protocol version 301", "A TLS error occurred", "no such thing", "",
		"* TLSv1.3 (OUT), TLS alert, unknown CA (560)", "connection reset by peer", "0x80090331", "15 03 01 00 02 02 46",
	} {
		ans := explain.Explain(explain.ReadString(text), explain.Options{})
		doc := &report.Text{Tool: "test", Answer: ans, Causes: map[parley.CauseID]report.Cause{}}
		for _, c := range ans.Causes {
			doc.Causes[c.ID] = report.Cause{ID: c.ID, Title: "a title"}
		}
		if !ans.Known {
			doc.Exit = 3
		}
		var b bytes.Buffer
		if err := report.ExplainTextJSON(&b, doc); err != nil {
			t.Fatal(err)
		}
		validate(t, schema, b.Bytes())
		for _, o := range []report.Options{{Width: 80}, {Plain: true}, {Width: 40, Unicode: true}} {
			b.Reset()
			if err := report.ExplainText(&b, doc, o); err != nil || b.Len() == 0 {
				t.Errorf("%q: %v, %d bytes", text, err, b.Len())
			}
		}
	}
}
