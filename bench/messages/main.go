// Command messages lets every client that this machine has meet the faults of
// the lab, and records what it prints:
//
//	go run ./bench/messages > messages.jsonl          all clients, all faults
//	go run ./bench/messages -clients 'curl*' -faults 'accept-*'
//
// A row is a line of JSON: client, version, fault, exit status, message. On
// stderr stand the messages that the catalogue in knowledge/errors does not
// read, which are what to add to it as a Text or as a specimen in Like, and a
// count of all. A new client, or a version of one, is a line in clients.go.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path"
	"sync"

	"github.com/parley-tls/parley/lab"
)

func main() {
	faults := flag.String("faults", "*", "the faults, as a pattern")
	names := flag.String("clients", "*", "the clients, as a pattern")
	atOnce := flag.Int("j", 2, "clients that run at once")
	flag.Parse()
	if err := record(context.Background(), *names, *faults, *atOnce, os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "messages: "+err.Error())
		os.Exit(1)
	}
}

// record lets the clients meet the faults whose names match, and writes the rows.
func record(ctx context.Context, names, faults string, atOnce int, rows, notes io.Writer) error {
	l := lab.New()
	defer l.Close()
	root, err := rootOf(ctx, l)
	if err != nil {
		return err
	}
	var (
		mu    sync.Mutex
		out   = json.NewEncoder(rows)
		tally Tally
		first error
	)
	limit := make(chan struct{}, max(1, atOnce))
	var wg sync.WaitGroup
	for _, c := range found(clients) {
		if ok, err := path.Match(names, c.Name); err != nil {
			return err
		} else if !ok {
			continue
		}
		v := version(ctx, c)
		for _, f := range lab.All() {
			if ok, err := path.Match(faults, f.Name); err != nil {
				return err
			} else if !ok {
				continue
			}
			limit <- struct{}{}
			wg.Go(func() {
				defer func() { <-limit }()
				row, met, err := meet(ctx, l, c, f, root)
				mu.Lock()
				defer mu.Unlock()
				if err == nil && met {
					row.Version = v
					err = out.Encode(row)
					if tally.Read(row, f) {
						fmt.Fprintf(notes, "not read: %s, %s:\n%s\n\n", row.Client, row.Fault, row.Message)
					}
				}
				if err != nil && first == nil {
					first = err
				}
			})
		}
	}
	wg.Wait()
	fmt.Fprintln(notes, tally.String())
	return first
}

// rootOf is the root of the lab, which a client needs where nothing speaks TLS
// as well: without one it fails before it connects.
func rootOf(ctx context.Context, l *lab.Lab) (string, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	f, err := lab.Get("accept-only-1.0")
	if err != nil {
		return "", err
	}
	t, err := f.Start(ctx, l)
	return t.CA, err
}

// meet starts a fault for one client, and lets it run there.
func meet(ctx context.Context, l *lab.Lab, c client, f lab.Fault, root string) (row Row, met bool, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	t, err := f.Start(ctx, l)
	if err != nil || !reachable(t) {
		return Row{}, false, err
	}
	if t.CA == "" {
		t.CA = root
	}
	dir, err := os.MkdirTemp("", "messages")
	if err != nil {
		return Row{}, false, err
	}
	defer os.RemoveAll(dir)
	row = Row{Client: c.Name, Fault: f.Name}
	row.Exit, row.Message, err = run(ctx, c, t, dir)
	return row, true, err
}
