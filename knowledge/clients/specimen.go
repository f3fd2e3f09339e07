package clients

import (
	"embed"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

//go:embed specimens/*.hello
var specimens embed.FS

// specimen is a file of specimens, read: the hello, and in lines that begin
// with "# key: value" what it is and how the client behaved when it was
// measured. A line "# connection: 2" begins the next hello, a retry.
type specimen struct {
	head      map[string]string
	hellos    []parley.Hello
	completes map[iana.Version]parley.Truth
	demands   []parley.Demand
	minDH     int
	minRSA    int
}

var demandNames = map[string]parley.Demand{"renegotiation": parley.DemandRenegotiation, "ems": parley.DemandEMS}

func readSpecimen(id string) (*specimen, error) {
	text, err := specimens.ReadFile("specimens/" + id + ".hello")
	if OverDTLS(parley.ClientID(id)) {
		text, err = dtlsSpecimens.ReadFile("dtls/" + id + ".hello")
	}
	if err != nil {
		return nil, err
	}
	s := &specimen{head: headOf(text)}
	for _, block := range strings.Split(string(text), "\n# connection: ") {
		if len(s.hellos) > 0 {
			block = "# " + block
		}
		hello, err := parseHello([]byte(block))
		if err != nil {
			return nil, err
		}
		s.hellos = append(s.hellos, hello)
	}
	if s.completes, err = s.versions(); err != nil {
		return nil, err
	}
	if s.minDH, err = number(s.head["dh"]); err != nil {
		return nil, err
	}
	if s.minRSA, err = number(s.head["rsa"]); err != nil {
		return nil, err
	}
	for _, name := range strings.Fields(s.head["demands"]) {
		d, ok := demandNames[name]
		if !ok {
			return nil, fmt.Errorf("demand %q is not known", name)
		}
		s.demands = append(s.demands, d)
	}
	return s, s.provenance()
}

// provenance says where the hello comes from: one of obtained and composed.
func (s *specimen) provenance() error {
	from, captured := s.head["obtained"]
	if captured {
		from = s.head["client"] + ", captured on loopback; " + from
	} else {
		from = s.head["composed"]
	}
	if from == "" || s.head["client"] == "" || s.head["date"] == "" {
		return fmt.Errorf("header lacks client, date, or one of obtained and composed")
	}
	for i := range s.hellos {
		s.hellos[i].Composed = !captured
		s.hellos[i].From = []parley.Source{{Document: from, Date: s.head["date"]}}
	}
	return nil
}

// versions are the measured versions. What the client refused without having
// offered it is left out: there the server broke the rules, and what the client
// would do if it offered the version is not known.
func (s *specimen) versions() (map[iana.Version]parley.Truth, error) {
	truths := map[iana.Version]parley.Truth{}
	for key, is := range map[string]parley.Truth{"completes": parley.Yes, "refuses": parley.No} {
		for _, f := range strings.Fields(s.head[key]) {
			v, err := iana.ParseVersion(f)
			if err != nil {
				return nil, err
			}
			if h := s.hellos[0].Message; is == parley.Yes || h != nil && h.Offers(v) {
				truths[v] = is
			}
		}
	}
	if len(truths) == 0 {
		return nil, nil
	}
	return truths, nil
}

func headOf(text []byte) map[string]string {
	head := map[string]string{}
	for line := range strings.Lines(string(text)) {
		key, value, ok := strings.Cut(strings.TrimPrefix(line, "# "), ": ")
		if strings.HasPrefix(line, "# ") && ok {
			head[key] = strings.TrimSpace(value)
		}
	}
	return head
}

func number(s string) (int, error) {
	if s == "" {
		return 0, nil
	}
	return strconv.Atoi(s)
}

// offers is what a hello states, by version; nil for the hello of SSL 2.
func offers(h parley.Hello) map[iana.Version]parley.Column {
	if h.Message == nil {
		return nil
	}
	return parley.OffersOf(h.Message)
}

// measured is a source on this project's own measurements of PanelDate.
func measured(what string) parley.Source {
	return parley.Source{Document: what + ", measured on loopback", Date: "2026-11-21"}
}

// said is a source in a document: its date, or for pages that are kept up to
// date the day on which it was read.
func said(document, date string) parley.Source { return parley.Source{Document: document, Date: date} }

func knobs(lists ...[]parley.Knob) []parley.Knob { return slices.Concat(lists...) }
