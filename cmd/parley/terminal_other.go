//go:build !unix

package main

import (
	"io"
	"os"
)

// columns is the width of the terminal that w writes to; 0: it is none.
func columns(w io.Writer) int {
	f, ok := w.(*os.File)
	if !ok {
		return 0
	}
	if info, err := f.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return 0
	}
	return 80
}
