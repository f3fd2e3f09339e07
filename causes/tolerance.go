package causes

import "github.com/parley-tls/parley"

// oddlyRefused says that the base ended in a way in which hellos end that a
// server cannot read, and that no missing value explains it, where something
// else is answered in TLS.
func (v *View) oddlyRefused() bool {
	return v.Base.Hello != nil && v.Base.SSL2 == nil && v.sizeMayCount()
}

// intolerant is the finding of a server that fails on what it could have
// passed over, if that is what flips the answer.
func (v *View) intolerant(id parley.CauseID, flips bool, what string) []parley.Finding {
	if !flips {
		return nil
	}
	f := v.Finding(id, parley.ServerSide, parley.PhaseHello, parley.Inferred)
	f = v.Proven(f, v.Proof.Set[0].Axis, parley.Inferred)
	f = asReasons(f, alone(f, what), v.sent())
	if other, _, why := v.sender(); other {
		f.Side = parley.PathSide
		f = asReasons(f, why)
	}
	return []parley.Finding{f}
}
