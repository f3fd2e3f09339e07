// Command measure runs a command as a plain child process and prints what it
// took as cells of a table: wall and CPU time, memory, TCP connections, exit
// status. Connections are those that its network namespace opened meanwhile, so
// that nothing else may run there.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() {
	bound := flag.Duration("bound", time.Minute, "after which the command is killed")
	said := flag.String("said", os.DevNull, "file for what the command says")
	flag.Parse()
	out, err := os.Create(*said)
	if err != nil {
		fail(err)
	}
	cmd := exec.Command(flag.Arg(0), flag.Args()[1:]...)
	cmd.Stdout, cmd.Stderr = out, out
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	before := opened()
	began := time.Now()
	if err := cmd.Start(); err != nil {
		fail(err)
	}
	killed := false
	timer := time.AfterFunc(*bound, func() { killed = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) == nil })
	var exit *exec.ExitError
	if err := cmd.Wait(); err != nil && !errors.As(err, &exit) {
		fail(err)
	}
	wall := time.Since(began)
	status := strconv.Itoa(cmd.ProcessState.ExitCode())
	if !timer.Stop() && killed {
		status = "killed"
	}
	usage := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	cpu := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	fmt.Printf("%.2f | %.3f | %.1f | %d | %s\n", wall.Seconds(), cpu.Seconds(), float64(usage.Maxrss)/1024, opened()-before, status)
}

// opened counts the TCP connections that this namespace has opened.
func opened() int {
	b, err := os.ReadFile("/proc/self/net/snmp")
	if err != nil {
		fail(err)
	}
	var names []string
	for line := range strings.Lines(string(b)) {
		fields := strings.Fields(line)
		switch {
		case fields[0] != "Tcp:":
		case names == nil:
			names = fields
		default:
			n, err := strconv.Atoi(fields[slices.Index(names, "ActiveOpens")])
			if err != nil {
				fail(err)
			}
			return n
		}
	}
	fail(errors.New("no count of TCP connections"))
	return 0
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "measure:", err)
	os.Exit(125)
}
