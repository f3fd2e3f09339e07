package probe

import (
	"errors"
	"io"

	"github.com/parley-tls/parley/keys"
	"github.com/parley-tls/parley/wire"
)

// renew replaces the shares that parley can make, and returns what it made with
// the private halves. The others, GREASE and drafts among them, keep their
// bytes: a random value need not be a valid one.
func renew(r io.Reader, shares []wire.KeyShare) (out []wire.KeyShare, made []*keys.Share, err error) {
	for _, s := range shares {
		fresh, err := keys.NewShare(r, s.Group)
		switch {
		case err == nil && len(fresh.Public) == len(s.Data):
			s.Data = fresh.Public
			made = append(made, fresh)
		case err != nil && !errors.Is(err, keys.ErrUnsupported):
			return nil, nil, err
		}
		// A share of another length was sent on purpose.
		out = append(out, s)
	}
	return out, made, nil
}
