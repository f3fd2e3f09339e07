package scan

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/knowledge/weaknesses"
)

// Weak is a weakness as a line names it.
type Weak struct {
	ID       string              `json:"id"`
	Severity weaknesses.Severity `json:"severity"`
	Title    string              `json:"title"`
	Why      string              `json:"why,omitempty"`
}

// Held is what became of a policy at a target.
type Held struct {
	Policy string       `json:"policy"`
	Met    parley.Truth `json:"met"`
	// Not are the demands that are not met, Open those of which that is not known.
	Not  []string `json:"not_met,omitempty"`
	Open []string `json:"unknown,omitempty"`
}

// judge sets what the terms of an address show to be weak, and the verdict that
// follows. Of what could not be told only that counts, and is kept, which the verdict
// hangs on.
func (a *Asked) judge(e *Endpoint, o *ManyOptions) {
	a.Cut = e.Cut
	for _, f := range e.Weaknesses() {
		w := Weak{ID: f.ID, Severity: f.Severity, Title: f.Title, Why: f.Why}
		counts := o.FailOn != weaknesses.SeverityUnknown && f.Severity >= o.FailOn
		switch {
		case f.Found():
			a.Weak = append(a.Weak, w)
			if counts {
				a.Verdict = parley.VerdictProblem
			}
		case f.Is == parley.Unknown && counts:
			a.Open = append(a.Open, w)
			if a.Verdict == parley.VerdictOK {
				a.Verdict = parley.VerdictUnknown
			}
		}
	}
}

// The texts of Asked.Beside.
const (
	besideRefused = "clients refuse the certificate"
	besideMissing = "an intermediate certificate is not sent"
	besideEnded   = "the certificate is out of date"
	besideEarly   = "the certificate is not valid yet"
	besideShort   = "the key of the certificate is short"
	besideVersion = "a version is selected that RFCs forbid"
)

// beside notes what is plain to see in an answer that was given.
func (a *Asked) beside(now time.Time) {
	a.Beside = nil
	if a.Verdict != parley.VerdictOK {
		return
	}
	if v, err := iana.ParseVersion(a.Version); err == nil && a.Terms == nil && slices.Contains([]iana.Version{iana.SSL2, iana.SSL3, iana.TLS10, iana.TLS11, iana.DTLS10}, v) {
		a.Beside = append(a.Beside, besideVersion)
	}
	if a.Chain != nil { // which was judged
		if len(a.Chain.Faults) > 0 {
			a.Beside = append(a.Beside, besideRefused)
		}
		if a.Chain.Complete == parley.No {
			a.Beside = append(a.Beside, besideMissing)
		}
		return
	}
	if a.Leaf == nil || now.IsZero() {
		return
	}
	if t, err := time.Parse(time.RFC3339, a.Leaf.To); err == nil && now.After(t) {
		a.Beside = append(a.Beside, besideEnded)
	}
	if t, err := time.Parse(time.RFC3339, a.Leaf.From); err == nil && now.Before(t) {
		a.Beside = append(a.Beside, besideEarly)
	}
	if a.Terms == nil && a.Leaf.Key == iana.KeyRSA.String() && a.Leaf.Bits > 0 && a.Leaf.Bits < 2048 {
		a.Beside = append(a.Beside, besideShort)
	}
}

// besides counts what stands beside the answers of a target.
func (s *Summary) besides(r *Record) {
	flagged := false
	seen := map[string]bool{}
	for i := range r.Addresses {
		a := &r.Addresses[i]
		flagged = flagged || slices.ContainsFunc(a.Weak, func(w Weak) bool { return w.Severity >= weaknesses.Low })
		for _, text := range a.Beside {
			flagged = true
			if seen[text] {
				continue
			}
			seen[text] = true
			if s.beside == nil {
				s.beside = map[string]*Group{}
			}
			count(s.beside, text, r.Target, Group{Answer: text, Verdict: r.Verdict})
		}
	}
	if flagged && r.Verdict == parley.VerdictOK {
		s.Flagged++
	}
}

// Beside returns what stands beside the answers of any target, the most first; the
// texts are in Answer.
func (s *Summary) Beside() (out []Group) {
	for _, key := range slices.Sorted(maps.Keys(s.beside)) {
		out = append(out, *s.beside[key])
	}
	slices.SortStableFunc(out, func(a, b Group) int { return cmp.Compare(b.Count, a.Count) })
	return out
}

// weaknesses counts what is weak at a target, and what became of policies.
func (s *Summary) weaknesses(r *Record) {
	seen := map[string]bool{}
	for i := range r.Addresses {
		for _, w := range r.Addresses[i].Weak {
			if seen[w.ID] {
				continue
			}
			seen[w.ID] = true
			if s.weak == nil {
				s.weak = map[string]*Group{}
			}
			count(s.weak, w.Severity.String()+w.ID, r.Target, Group{Weak: &w, Verdict: r.Verdict})
		}
	}
	for _, h := range r.Policies {
		i := slices.IndexFunc(s.policies, func(p PolicyCount) bool { return p.Policy == h.Policy })
		if i < 0 {
			i = len(s.policies)
			s.policies = append(s.policies, PolicyCount{Policy: h.Policy})
		}
		switch p := &s.policies[i]; h.Met {
		case parley.Yes:
			p.Met++
		case parley.No:
			p.Not++
		default:
			p.Unknown++
		}
	}
}

// Weak returns what is weak at any target, the worst first and then the most.
func (s *Summary) Weak() (out []Group) {
	for _, key := range slices.Sorted(maps.Keys(s.weak)) {
		out = append(out, *s.weak[key])
	}
	slices.SortStableFunc(out, func(a, b Group) int {
		return cmp.Or(cmp.Compare(b.Weak.Severity, a.Weak.Severity), cmp.Compare(b.Count, a.Count))
	})
	return out
}

// Policies returns how many targets meet each policy.
func (s *Summary) Policies() []PolicyCount { return s.policies }
