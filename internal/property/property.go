// Package property makes property tests repeat themselves in CI: there the
// inputs that rapid draws come from one seed, so that a run says something
// about the change it is for. Elsewhere each run draws others. It is imported
// for that effect alone.
package property

import (
	"flag"
	"os"

	"pgregory.net/rapid" // whose flags must exist before one is set
)

// The seed is the day on which the tests were first run.
const seed = "20261121"

var _ rapid.TB

func init() {
	if os.Getenv("CI") != "true" {
		return
	}
	if err := flag.Set("rapid.seed", seed); err != nil {
		panic("property: " + err.Error())
	}
}
