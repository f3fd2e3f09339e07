package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/check"
	"github.com/parley-tls/parley/lab"
	"github.com/parley-tls/parley/report"
)

// tourWidth is how many faults run side by side. More would make a busy
// machine look like a silent peer.
const tourWidth = 6

func (a *app) tourCommand() *cobra.Command {
	var o output
	cmd := &cobra.Command{
		Use:     "tour [FAULT...]",
		Short:   "the faults of the lab, one after another, diagnosed",
		Example: "  parley tour                            all of them, in less than a minute\n  parley tour answer-http never-answer   a few",
		Long: `Starts each fault of the lab on loopback, checks it, prints the diagnosis, and
closes with a table. It needs no network and no root.
Exit status: 0 every diagnosis is what the fault is, 1 one is not.`,
		ValidArgsFunction: completeFaults,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.read(); err != nil {
				return err
			}
			faults := lab.All()
			if len(args) > 0 {
				faults = nil
			}
			for _, name := range args {
				f, err := fault(name)
				if err != nil {
					return err
				}
				faults = append(faults, f)
			}
			if a.dry {
				return nil
			}
			return a.tour(cmd.Context(), faults, &o)
		},
	}
	cmd.Flags().SortFlags = false
	o.formatFlags(cmd.Flags())
	return cmd
}

// stop is one fault of a tour.
type stop struct {
	fault lab.Fault
	doc   *report.Check
	err   error
	peak  int    // connections open at once to one address
	wrong string // how the diagnosis differs from what the fault is; empty: not at all
	done  chan struct{}
}

// tour runs the faults side by side and prints them in their order.
func (a *app) tour(ctx context.Context, faults []lab.Fault, o *output) error {
	began := time.Now()
	l := lab.New()
	defer l.Close()
	stops := make([]*stop, len(faults))
	for i, f := range faults {
		stops[i] = &stop{fault: f, done: make(chan struct{})}
	}
	var wg sync.WaitGroup
	defer wg.Wait()
	next := make(chan *stop)
	for range min(tourWidth, len(stops)) {
		wg.Go(func() {
			for s := range next {
				a.visit(ctx, l, s)
				close(s.done)
			}
		})
	}
	wg.Go(func() {
		for _, s := range stops {
			next <- s
		}
		close(next)
	})
	p := a.progress("starting the lab")
	defer p.end()
	table := report.Tour{Tool: version().Version}
	for i, s := range stops {
		p.say("%d of %d: %s", i+1, len(stops), s.fault.Name)
		<-s.done
		if ctx.Err() != nil {
			break
		}
		if s.err != nil {
			return &failure{exit: exitFailed, err: fmt.Errorf("%s: %w", s.fault.Name, s.err)}
		}
		table.Rows = append(table.Rows, s.row())
		if s.wrong != "" {
			table.Exit = exitProblem
		}
		if o.json {
			continue
		}
		if err := a.tell(s, o); err != nil {
			return err
		}
	}
	p.end()
	table.Elapsed = time.Since(began)
	if ctx.Err() != nil {
		table.Exit = exitInterrupted
	}
	a.exit = table.Exit
	if o.json {
		return report.TourJSON(a.stdout, &table)
	}
	return report.WriteTour(a.stdout, &table, a.screen(o))
}

// visit starts a fault, checks it, and judges the answer.
func (a *app) visit(ctx context.Context, l *lab.Lab, s *stop) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			s.err = fmt.Errorf("%v\n%s", p, debug.Stack())
		}
	}()
	t, err := s.fault.Start(ctx, l)
	if err != nil {
		s.err = err
		return
	}
	flags, target := faultFlags(s.fault, t)
	guarded := *a
	guarded.dialer = loopbackDialer{}
	opts, err := guarded.options(target, flags)
	if err != nil {
		s.err = err
		return
	}
	ans, err := check.Run(ctx, *opts)
	if err != nil {
		s.err = err
		return
	}
	s.doc, s.peak = a.document(ans, flags.question(target)), ans.Peak
	s.wrong = judge(s.fault.Want, s.doc)
}

// judge says how an answer differs from what is wanted.
func judge(w lab.Want, c *report.Check) string {
	want := []string{"none", "-", "-", fmt.Sprint(w.Exit)}
	if w.Cause != "" {
		want = []string{string(w.Cause), w.Certainty.String(), w.Side.String(), fmt.Sprint(w.Exit)}
	}
	got := []string{"none", "-", "-", fmt.Sprint(c.Exit)}
	for i, f := range c.Findings {
		if i == 0 {
			got = []string{string(f.Cause), f.Certainty.String(), f.Side.String(), fmt.Sprint(c.Exit)}
		} else {
			got = append(got, "and "+string(f.Cause))
		}
	}
	if strings.Join(want, " ") == strings.Join(got, " ") {
		return ""
	}
	return fmt.Sprintf("want %s; got %s", strings.Join(want, ", "), strings.Join(got, ", "))
}

// row is the line of the closing table.
func (s *stop) row() report.TourRow {
	r := report.TourRow{
		Fault: s.fault.Name, Exit: s.doc.Exit, Connections: s.doc.Connections, Took: s.doc.Elapsed,
		Certainty: parley.NotCertain,
	}
	if len(s.doc.Findings) > 0 {
		f := s.doc.Findings[0]
		r.Cause, r.Certainty, r.Side = f.Cause, f.Certainty, f.Side
	}
	return r
}

// tell prints the diagnosis of a fault.
func (a *app) tell(s *stop, o *output) error {
	var b bytes.Buffer
	heading := fmt.Sprintf("== %s: %s", s.fault.Name, s.fault.Title)
	if len(heading) > 80 {
		heading = fmt.Sprintf("== %s:\n   %s", s.fault.Name, s.fault.Title)
	}
	fmt.Fprintf(&b, "%s\n\n", heading)
	if err := report.Human(&b, s.doc, a.screen(o)); err != nil {
		return err
	}
	if s.wrong != "" {
		fmt.Fprintf(&b, "\nnot what the fault is: %s\n", s.wrong)
	}
	b.WriteString("\n")
	_, err := io.Copy(a.stdout, &b)
	return err
}
