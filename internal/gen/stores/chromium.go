package main

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"debug/elf"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"slices"
	"strings"
)

// chromeRoots finds the root store in the program of a Chromium: the first run
// of certificates that lie one behind the other, up to the first that is not
// self-signed. Behind them are intermediates that it knows.
func chromeRoots(b []byte) (out []*x509.Certificate) {
	const gap = 64
	var run []*x509.Certificate
	end := 0
	for i := 0; i+4 < len(b); {
		j := bytes.Index(b[i:], []byte{0x30, 0x82})
		if j < 0 {
			break
		}
		i += j
		n := 4 + int(b[i+2])<<8 + int(b[i+3])
		if n < 250 || n > 5000 || i+n > len(b) || b[i+4] != 0x30 {
			i++
			continue
		}
		c, err := x509.ParseCertificate(b[i : i+n])
		if err != nil {
			i++
			continue
		}
		if i-end > gap {
			run = nil
		}
		if !bytes.Equal(c.RawIssuer, c.RawSubject) {
			if len(run) > 50 {
				return run
			}
			run = nil
		} else {
			run = append(run, c)
		}
		i += n
		end = i
	}
	return nil
}

// ctLog is a log of Certificate Transparency.
type ctLog struct {
	key            []byte
	name, operator string
}

// p256 is the length of a key of the group secp256r1: all logs have one (RFC 6962,
// Section 2.1.4, allows RSA too, and nobody uses it).
const p256 = 91

// chromeLogs finds the list of logs: entries of a key with its length, a name
// and an operator, as pointers that the loader is told to set.
func chromeLogs(b []byte) (out []ctLog) {
	f := must(elf.NewFile(bytes.NewReader(b)))
	at := func(addr uint64) int {
		for _, s := range f.Sections {
			if s.Type != elf.SHT_NOBITS && s.Addr != 0 && addr >= s.Addr && addr < s.Addr+s.FileSize {
				return int(addr - s.Addr + s.Offset)
			}
		}
		return -1
	}
	text := func(addr uint64) string {
		i := at(addr)
		if i < 0 {
			return ""
		}
		n := bytes.IndexByte(b[i:], 0)
		return string(b[i : i+max(0, min(n, 80))])
	}
	pointers := map[uint64]uint64{}
	rela := must(f.Section(".rela.dyn").Data())
	for ; len(rela) >= 24; rela = rela[24:] {
		if binary.LittleEndian.Uint64(rela[8:]) == uint64(elf.R_X86_64_RELATIVE) {
			pointers[binary.LittleEndian.Uint64(rela)] = binary.LittleEndian.Uint64(rela[16:])
		}
	}
	for addr, to := range pointers {
		i, k := at(addr), at(to)
		if i < 0 || k < 0 || k+4 > len(b) || b[k] != 0x30 {
			continue
		}
		n := int(binary.LittleEndian.Uint64(b[i+8:]))
		if n != p256 || k+n > len(b) {
			continue
		}
		if _, err := x509.ParsePKIXPublicKey(b[k : k+n]); err != nil {
			continue
		}
		name, operator := text(pointers[addr+0x10]), text(pointers[addr+0x20])
		if name != "" && operator != "" && !strings.HasPrefix(name, "Bogus ") { // those are there for the sake of bad parsers
			out = append(out, ctLog{key: b[k : k+n], name: name, operator: operator})
		}
	}
	slices.SortFunc(out, func(a, b ctLog) int { return strings.Compare(a.name, b.name) })
	return out
}

func (g *generator) writeLogs(file string, logs []ctLog) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "of: %s\ndate: %s\nsource: %s\n\n", g.of, g.date, g.source)
	for _, l := range logs {
		id := sha256.Sum256(l.key)
		fmt.Fprintf(&b, "%s\t%s\t%s\t%s\n", base64.StdEncoding.EncodeToString(id[:]), l.name, l.operator, base64.StdEncoding.EncodeToString(l.key))
	}
	check(os.WriteFile(file, b.Bytes(), 0o644))
}
