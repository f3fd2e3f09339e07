// Command parley finds out why a TLS handshake fails, proves it on the wire,
// and says what mends it. One file holds one command: its flags, one call into
// the package that answers, and one report.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	// What is written for a while, such as the files of the lab, goes with whatever
	// signal ends the process.
	ends := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // nohup
		ends = append(ends, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(context.Background(), ends...)
	// The second interrupt ends the process at once.
	context.AfterFunc(ctx, stop)
	os.Exit(newApp().run(ctx, os.Args[1:]))
}
