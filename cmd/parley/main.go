// Command parley finds out why a TLS handshake fails, proves it on the wire,
// and says what mends it. One file holds one command: its flags, one call into
// the package that answers, and one report.
package main

import (
	"context"
	"os"
	"os/signal"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	// The second interrupt ends the process at once.
	context.AfterFunc(ctx, stop)
	os.Exit(newApp().run(ctx, os.Args[1:]))
}
