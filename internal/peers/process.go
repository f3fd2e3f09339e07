package peers

import (
	"os/exec"
	"runtime"
	"strings"
	"sync"
)

var versions sync.Map // first argument of the command, to its first line

// version runs the command that names the version of a stack, once a process.
func version(d *driver) string {
	if len(d.version) == 0 {
		return runtime.Version() // the Go stack
	}
	key := strings.Join(d.version, " ")
	if v, ok := versions.Load(key); ok {
		return v.(string)
	}
	// Some end with a status other than 0 after they have said it.
	out, _ := exec.Command(d.version[0], d.version[1:]...).CombinedOutput()
	line, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	versions.Store(key, line)
	return line
}
