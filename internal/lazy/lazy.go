// Package lazy puts off what few runs of the command need.
package lazy

import (
	"regexp"
	"sync"
)

// Pattern is a regular expression that is compiled when it is first asked for: all of
// them together would take a tenth of the time that a scan has.
type Pattern func() *regexp.Regexp

// Regexp is the pattern of an expression, which must be right.
func Regexp(expr string) Pattern {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}
