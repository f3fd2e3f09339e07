// Command faults starts every fault of the lab and prints where each is, as one
// line of JSON, for a check from another namespace. It ends when its input does.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/parley-tls/parley/lab"
)

// place is a fault that runs, by its name, and how to reach it.
type place struct {
	Fault  string
	Target lab.Target
}

func main() {
	l := lab.New()
	defer l.Close()
	out := json.NewEncoder(os.Stdout)
	for _, f := range lab.All() {
		t, err := f.Start(context.Background(), l)
		if err == nil {
			err = out.Encode(place{f.Name, t})
		}
		if err != nil {
			fmt.Fprintf(os.Stderr, "faults: %s: %v\n", f.Name, err)
			os.Exit(1)
		}
	}
	os.Stdout.Close()
	io.Copy(io.Discard, os.Stdin)
}
