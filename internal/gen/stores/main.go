// Command stores writes what trust/programmes and knowledge/ctlogs have, from
// files that others publish:
//
//	stores -chromium FILE    the program of a Chromium, for example that of Debian's
//	                         package: its root store and its logs
//	stores -openjdk DIR      make/data/cacerts of a source tree of OpenJDK
//	stores -yaml FILE        a list of https://github.com/nabla-c0d3/trust_stores_observatory
//
// each with -out FILE, -name, -of, -date and -source, which stand at the head of
// what is written. Roots whose certificates are not at hand stand there with a dash: -certs
// names files and folders of certificates in PEM to look in besides. Those that
// the module of Mozilla's roots lacks are kept in -extra FILE.
package main

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"flag"
	"fmt"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/crypto/x509roots/fallback/bundle"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("stores: ")
	var g generator
	chromium := flag.String("chromium", "", "the `file` of a Chromium")
	openjdk := flag.String("openjdk", "", "the `folder` make/data/cacerts")
	yaml := flag.String("yaml", "", "a `file` of the observatory")
	certs := flag.String("certs", "", "`files` and folders of certificates, separated by commas")
	logs := flag.String("logs", "", "with -chromium: the `file` for the logs")
	flag.StringVar(&g.out, "out", "", "the `file` to write")
	flag.StringVar(&g.extra, "extra", "trust/programmes/extra.der", "the `file` of certificates to add to")
	flag.StringVar(&g.name, "name", "", "the programme")
	flag.StringVar(&g.of, "of", "", "what has the list")
	flag.StringVar(&g.date, "date", "", "YYYY-MM-DD")
	flag.StringVar(&g.source, "source", "", "where it is from")
	flag.Parse()
	g.gather(strings.Split(*certs, ","))
	switch {
	case *chromium != "":
		b := must(os.ReadFile(*chromium))
		g.roots = chromeRoots(b)
		if *logs != "" {
			g.writeLogs(*logs, chromeLogs(b))
		}
	case *openjdk != "":
		g.roots = g.folder(*openjdk)
	case *yaml != "":
		g.observatory(string(must(os.ReadFile(*yaml))))
	}
	g.write()
}

type generator struct {
	out, extra, name, of, date, source string

	known map[string]*x509.Certificate // by the digest in hex
	roots []*x509.Certificate
	lacks []string // digest and name of roots of the list that are not at hand
}

func digest(c *x509.Certificate) string {
	h := sha256.Sum256(c.Raw)
	return hex.EncodeToString(h[:])
}

// gather reads every certificate that is at hand.
func (g *generator) gather(paths []string) {
	g.known = map[string]*x509.Certificate{}
	for r := range bundle.Roots() {
		c := must(x509.ParseCertificate(r.Certificate))
		g.known[digest(c)] = c
	}
	for _, p := range append(paths, g.extra) {
		if p == "" {
			continue
		}
		for _, c := range g.folder(p) {
			g.known[digest(c)] = c
		}
	}
}

// folder reads the certificates of a file or of a folder.
func (g *generator) folder(path string) (out []*x509.Certificate) {
	filepath.WalkDir(path, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil
		}
		b := must(os.ReadFile(file))
		if strings.HasSuffix(file, ".der") {
			out = append(out, must(x509.ParseCertificates(b))...)
			return nil
		}
		for {
			var block *pem.Block
			if block, b = pem.Decode(b); block == nil {
				return nil
			}
			if c, err := x509.ParseCertificate(block.Bytes); err == nil {
				out = append(out, c)
			}
		}
	})
	return out
}

var entry = regexp.MustCompile(`(?m)^- subject_name: (.+(?:\n    .+)*)\n  fingerprint: ([0-9a-f]{8,64})$`)

// observatory reads the trusted certificates of a list.
func (g *generator) observatory(text string) {
	text, _, _ = strings.Cut(text, "\nblocked_certificates")
	for _, m := range entry.FindAllStringSubmatch(text, -1) {
		if c := g.known[m[2]]; c != nil {
			g.roots = append(g.roots, c)
			continue
		}
		name := strings.ReplaceAll(m[1], "\\\n    ", "")
		if q, err := strconv.Unquote(name); err == nil {
			name = q
		}
		g.lacks = append(g.lacks, m[2]+" "+name)
	}
}

func (g *generator) write() {
	slices.SortFunc(g.roots, func(a, b *x509.Certificate) int {
		return cmp.Or(cmp.Compare(title(a), title(b)), cmp.Compare(digest(a), digest(b)))
	})
	g.roots = slices.CompactFunc(g.roots, func(a, b *x509.Certificate) bool { return digest(a) == digest(b) })
	var b bytes.Buffer
	fmt.Fprintf(&b, "name: %s\nof: %s\ndate: %s\nsource: %s\n\n", g.name, g.of, g.date, g.source)
	for _, c := range g.roots {
		fmt.Fprintf(&b, "%s %s\n", digest(c), title(c))
	}
	for _, l := range g.lacks {
		fmt.Fprintf(&b, "- %s\n", l)
	}
	check(os.WriteFile(g.out, b.Bytes(), 0o644))
	g.keep()
	log.Printf("%s: %d roots, and %d that are not at hand", g.name, len(g.roots), len(g.lacks))
}

// keep adds what the module lacks to the file of further certificates.
func (g *generator) keep() {
	have := g.folder(g.extra)
	for r := range bundle.Roots() {
		have = append(have, must(x509.ParseCertificate(r.Certificate)))
	}
	kept := g.folder(g.extra)
	for _, c := range g.roots {
		if !slices.ContainsFunc(have, func(h *x509.Certificate) bool { return digest(h) == digest(c) }) {
			kept = append(kept, c)
		}
	}
	slices.SortFunc(kept, func(a, b *x509.Certificate) int {
		return cmp.Or(cmp.Compare(title(a), title(b)), cmp.Compare(digest(a), digest(b)))
	})
	var b []byte
	for _, c := range kept {
		b = append(b, c.Raw...)
	}
	check(os.WriteFile(g.extra, b, 0o644))
}

// title is what people call a root.
func title(c *x509.Certificate) string {
	switch s := c.Subject; {
	case s.CommonName != "":
		return s.CommonName
	case len(s.OrganizationalUnit) > 0:
		return s.OrganizationalUnit[0]
	case len(s.Organization) > 0:
		return s.Organization[0]
	}
	return "(empty name)"
}

func must[T any](v T, err error) T {
	check(err)
	return v
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
