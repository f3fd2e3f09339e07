package casefile

import (
	"strings"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/pkix"
	"github.com/parley-tls/parley/wire"
)

// store is a set of roots, as far as the case's certificates name them, or are of an
// organisation that issued one: the others bear on no path.
type store struct {
	Name   string   `json:"name"`
	Date   string   `json:"date,omitempty"`
	Second bool     `json:"second,omitempty"`
	Roots  []octets `json:"roots,omitempty"`
	Others int      `json:"others,omitempty"` // roots that were left out
}

func encodeTrust(e *parley.Evidence) []store {
	named := issuers(e)
	var out []store
	for _, s := range e.Trust {
		w := store{Name: s.Name, Date: s.Date, Second: s.Second, Others: s.Others}
		for _, der := range s.Roots {
			if root, err := pkix.Read(der); err == nil && named.concern(root) {
				w.Roots = append(w.Roots, der)
			} else {
				w.Others++
			}
		}
		out = append(out, w)
	}
	return out
}

func (w store) decode() parley.Store {
	s := parley.Store{Name: w.Name, Date: w.Date, Second: w.Second, Others: w.Others}
	for _, der := range w.Roots {
		s.Roots = append(s.Roots, der)
	}
	return s
}

// issuer is what was had from where a certificate says that its issuer is.
type issuer struct {
	URL string `json:"url"`
	DER octets `json:"der,omitempty"`
	Err string `json:"error,omitempty"`
}

func encodeIssuers(e *parley.Evidence) []issuer {
	var out []issuer
	for _, i := range e.Issuers {
		out = append(out, issuer{URL: i.URL, DER: i.DER, Err: i.Err})
	}
	return out
}

// chains are the certificates that servers sent, and those that were fetched.
type chains []*pkix.Certificate

func issuers(e *parley.Evidence) chains {
	var out chains
	for _, i := range e.Issuers {
		if c, err := pkix.Read(i.DER); err == nil {
			out = append(out, c)
		}
	}
	for _, r := range e.Replies {
		for _, ev := range r.Events {
			m, ok := ev.Item.Message.(*wire.Certificate)
			if !ok || ev.From != parley.ServerSide {
				continue
			}
			for _, der := range m.Raw {
				if c, err := pkix.Read(der); err == nil {
					out = append(out, c)
				}
			}
		}
	}
	return out
}

// concern says whether a root may stand in a path of these certificates: it is
// named as an issuer, stands among them by its name, or is of the organisation that
// issued one.
func (cs chains) concern(root *pkix.Certificate) bool {
	for _, c := range cs {
		if c.Issuer.Equal(root.Subject) || c.Subject.Equal(root.Subject) || c.Issuer.O != "" && strings.EqualFold(c.Issuer.O, root.Subject.O) {
			return true
		}
	}
	return false
}
