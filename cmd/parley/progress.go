package main

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// progressAfter is how long an answer may take before progress is shown.
const progressAfter = 300 * time.Millisecond

// progress is a line on stderr that says what goes on. It is shown on a
// terminal only, and once the answer has taken its time.
type progress struct {
	w     io.Writer
	timer *time.Timer

	mu    sync.Mutex
	shown bool
	ended bool
	text  string
}

// progress starts the line; nil if nobody would see it.
func (a *app) progress(text string) *progress {
	if a.columns(a.stderr) == 0 || a.getenv("TERM") == "dumb" {
		return nil
	}
	p := &progress{w: a.stderr, text: text}
	p.timer = time.AfterFunc(progressAfter, func() { p.write(true) })
	return p
}

// say replaces the text.
func (p *progress) say(format string, args ...any) {
	if p == nil {
		return
	}
	p.mu.Lock()
	p.text = fmt.Sprintf(format, args...)
	p.mu.Unlock()
	p.write(false)
}

func (p *progress) write(first bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended || !first && !p.shown {
		return
	}
	p.shown = true
	fmt.Fprintf(p.w, "\r\x1b[K%s", p.text)
}

// note writes a line of its own to w, above the line of progress where there is one.
func (p *progress) note(w io.Writer, format string, args ...any) {
	if p == nil {
		fmt.Fprintf(w, format, args...)
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	clear, again := "", ""
	if p.shown && !p.ended {
		clear, again = "\r\x1b[K", p.text
	}
	fmt.Fprint(w, clear+fmt.Sprintf(format, args...)+again)
}

// end clears the line.
func (p *progress) end() {
	if p == nil {
		return
	}
	p.timer.Stop()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.shown && !p.ended {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
	p.ended = true
}
