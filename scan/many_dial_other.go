//go:build !linux

package scan

import "net/netip"

// connect opens a connection that interrupt knows.
func (w *worker) connect(at netip.AddrPort) (stream, error) { return w.dial(at) }
