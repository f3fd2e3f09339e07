package probe

import "github.com/parley-tls/parley"

func (x *run) prologue() *end {
	for _, s := range x.a.Prologue {
		if e := x.step(s); e != nil {
			return e
		}
	}
	return nil
}

func (x *run) step(s parley.Step) *end { return nil }
