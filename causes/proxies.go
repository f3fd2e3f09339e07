package causes

import (
	"strings"

	"github.com/parley-tls/parley"
)

// viaProxy says that the base went through a proxy that did not open the way.
func (v *View) viaProxy() bool {
	return v.Scope.Via != "" && v.Asked() && v.Answer.End == parley.EndProxyRefused
}

// plainProxy says that a proxy asked over TLS answered in clear text.
func (v *View) plainProxy() bool {
	return v.viaProxy() && strings.HasPrefix(v.Scope.Via, "https://") && len(v.Reply().Plain) > 0
}
