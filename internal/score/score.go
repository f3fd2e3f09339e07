// Package score grades parley explain: over reports of which it is known what
// the cause was, and over messages of real clients against servers of known
// behaviour. A part of each is held out: the catalogue was made without a look
// at it, and its figures are printed apart.
package score

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/explain"
)

// HeldOut says whether a report or a client is in the quarter that nobody looked
// at while the catalogue was made. It was half at first; graded once, before a
// half of that was looked at, the first guess was right for 68 % of the reports
// whose text decides, 42 % of those whose text tells the family, and 33 % of the
// others.
func HeldOut(name string) bool { return sha256.Sum256([]byte(name))[0]%4 == 3 }

// Report is a line of corpus/errors.jsonl.
type Report struct {
	ID           string           `json:"id"`
	Product      string           `json:"product"`
	Text         []string         `json:"text"`
	Cause        parley.CauseID   `json:"cause"`
	Alternatives []parley.CauseID `json:"alternatives"`
	FaultSide    string           `json:"fault_side"`
	Certainty    string           `json:"certainty"`
	Decides      string           `json:"text_decides"`
}

// Row is a line of corpus/error-matrix.jsonl.
type Row struct {
	Client  string `json:"client"`
	Version string `json:"version"`
	Failure string `json:"failure"`
	Exit    int    `json:"exit"`
	Message string `json:"message"`
}

// Lines reads a file of JSON lines.
func Lines[T any](data []byte) ([]T, error) {
	var out []T
	sc := bufio.NewScanner(bytes.NewReader(data))
	sc.Buffer(nil, 1<<20)
	for sc.Scan() {
		var x T
		if err := json.Unmarshal(sc.Bytes(), &x); err != nil {
			return nil, fmt.Errorf("line %d: %w", len(out)+1, err)
		}
		out = append(out, x)
	}
	return out, sc.Err()
}

// Graded is the answer to one report.
type Graded struct {
	Report *Report
	Answer *explain.Answer
	// At is the place of the true cause in the list, from 1; 0: not there.
	At int
	// Wrong says that a cause was claimed seen or proved and is not true.
	Wrong bool
	// SideRight says whether the side of the first cause is that of the report.
	SideRight bool
}

// Grade answers a report from its text alone, or with the product as well, and
// grades the answer.
func Grade(r *Report, withProduct bool) Graded {
	var o explain.Options
	if withProduct {
		o.Product = r.Product
	}
	a := explain.Explain(explain.ReadString(strings.Join(r.Text, "\n")), o)
	g := Graded{Report: r, Answer: a}
	g.At = 1 + slices.IndexFunc(a.Causes, func(c explain.Cause) bool { return c.ID == r.Cause })
	for _, c := range a.Causes {
		if c.Certainty >= parley.Seen && c.ID != r.Cause {
			g.Wrong = true
		}
	}
	if len(a.Causes) > 0 {
		g.SideRight = sideRight(a.Causes[0].Side, r.FaultSide)
	}
	return g
}

// sideRight compares sides. A report's config-usage is the side that holds the
// setting, which may be either.
func sideRight(side parley.Side, fault string) bool {
	switch fault {
	case "middlebox":
		return side == parley.PathSide
	case "config-usage":
		return side == parley.ClientSide || side == parley.ServerSide || side == parley.BothSides
	}
	return side.String() == fault
}

// Tally counts graded reports.
type Tally struct {
	N, First, FirstSeen, Three, Listed, Side, Wrong, Length int
}

func (t *Tally) add(g Graded) {
	t.N++
	t.Length += len(g.Answer.Causes)
	if g.At == 1 {
		t.First++
		if g.Answer.Causes[0].Certainty >= parley.Seen {
			t.FirstSeen++
		}
	}
	if g.At >= 1 && g.At <= 3 {
		t.Three++
	}
	if g.At >= 1 {
		t.Listed++
	}
	if g.SideRight {
		t.Side++
	}
	if g.Wrong {
		t.Wrong++
	}
}

// String is a line of the table.
func (t Tally) String() string {
	p := func(n, of int) string {
		if of == 0 {
			return "    -"
		}
		return fmt.Sprintf("%4.0f%%", 100*float64(n)/float64(of))
	}
	length := 0.0
	if t.N > 0 {
		length = float64(t.Length) / float64(t.N)
	}
	return fmt.Sprintf("%4d  %s  %s  %s  %s  %s  %5.1f  %s", t.N, p(t.First, t.N), p(t.FirstSeen, t.N), p(t.Three, t.N), p(t.Listed, t.N), p(t.Side, t.N), length, p(t.Wrong, t.N))
}

// TallyHead is the heading of lines of Tally.
const TallyHead = "   n  first   seen  three   list   side  length  wrong"

// Reports grades reports by what their text decides; those whose cause is
// ambiguous are counted apart.
func Reports(rs []Report, withProduct bool, only func(*Report) bool) (map[string]*Tally, []Graded) {
	out := map[string]*Tally{"label": {}, "family": {}, "no": {}, "ambiguous": {}, "all": {}}
	var all []Graded
	for i := range rs {
		r := &rs[i]
		if !only(r) {
			continue
		}
		g := Grade(r, withProduct)
		all = append(all, g)
		kind := r.Decides
		if r.Certainty == "ambiguous" {
			kind = "ambiguous"
		}
		out[kind].add(g)
		out["all"].add(g)
	}
	return out, all
}

// Matrix counts rows of clients that failed.
type Matrix struct {
	Shared, SharedListed  int // rows whose text at most eight behaviours share
	Unique, UniqueFirst   int // rows whose text one behaviour alone has
	Claimed, Wrong        int // rows with a cause that is claimed, and where it is not true
	Rows, Length, Nothing int
	Missed                []Miss
}

// Miss is a row without its true cause.
type Miss struct {
	Row    *Row
	Answer *explain.Answer
	Unique bool // and so it should stand first
	Wrong  bool
}

// Matrices grades rows. causes has the true causes of each behaviour.
func Matrices(rows []Row, causes map[string][]parley.CauseID, only func(*Row) bool) *Matrix {
	type text struct{ client, version, message string }
	shared := map[text]map[string]bool{}
	failed := func(r *Row) bool { return r.Exit != 0 && r.Failure != "ok" && strings.TrimSpace(r.Message) != "" }
	for i := range rows {
		if r := &rows[i]; failed(r) {
			k := text{r.Client, r.Version, plain(r.Message)}
			if shared[k] == nil {
				shared[k] = map[string]bool{}
			}
			shared[k][r.Failure] = true
		}
	}
	m := &Matrix{}
	for i := range rows {
		r := &rows[i]
		if !failed(r) || !only(r) {
			continue
		}
		a := explain.Explain(explain.ReadString(r.Message), explain.Options{})
		n := len(shared[text{r.Client, r.Version, plain(r.Message)}])
		true_ := causes[r.Failure]
		is := func(c explain.Cause) bool { return slices.Contains(true_, c.ID) }
		m.Rows++
		m.Length += len(a.Causes)
		if len(a.Causes) == 0 {
			m.Nothing++
		}
		miss := Miss{Row: r, Answer: a}
		bad := false
		if n <= 8 {
			m.Shared++
			if slices.ContainsFunc(a.Causes, is) {
				m.SharedListed++
			} else {
				bad = true
			}
		}
		if n == 1 {
			m.Unique++
			if len(a.Causes) > 0 && is(a.Causes[0]) {
				m.UniqueFirst++
			} else {
				miss.Unique, bad = true, true
			}
		}
		claims := func(c explain.Cause) bool { return c.Certainty >= parley.Seen }
		if slices.ContainsFunc(a.Causes, claims) {
			m.Claimed++
		}
		if slices.ContainsFunc(a.Causes, func(c explain.Cause) bool { return claims(c) && !is(c) }) {
			m.Wrong++
			miss.Wrong, bad = true, true
		}
		if bad {
			m.Missed = append(m.Missed, miss)
		}
	}
	return m
}

// plain is a message without the numbers that differ from run to run.
func plain(s string) string {
	var b strings.Builder
	for _, w := range strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == ':' || r == '>' || r == '\n' }) {
		hex := strings.Trim(w, "0123456789ABCDEFabcdefx") == ""
		if hex && len(w) >= 9 || strings.Contains(w, "127.0.0.1") {
			w = "#"
		}
		if len(w) > 10 && strings.Contains(w, "T") && strings.HasSuffix(w, "Z") {
			w = "time"
		}
		b.WriteString(w + " ")
	}
	return b.String()
}

// Share is a share in per cent.
func Share(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return 100 * float64(n) / float64(of)
}

// Causes reads which causes are true for each behaviour.
func Causes(data []byte) (map[string][]parley.CauseID, error) {
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		return nil, err
	}
	out := map[string][]parley.CauseID{}
	for k, v := range raw {
		var ids []parley.CauseID
		if json.Unmarshal(v, &ids) == nil { // what else stands there is a remark
			out[k] = ids
		}
	}
	return out, nil
}
