package transcript

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/parley-tls/parley"
)

func isOp(tok string) bool { return tok == "+" || tok == "-" || tok == "=" }

var ops = map[string]parley.Op{"+": parley.Add, "-": parley.Remove, "=": parley.Replace}

// parseChanges reads a change set: "+ version 1.2 - server_name".
func parseChanges(toks []string) ([]parley.Change, error) {
	var out []parley.Change
	for len(toks) > 0 {
		c := parley.Change{Op: ops[toks[0]]}
		end := 1
		for end < len(toks) && !isOp(toks[end]) {
			end++
		}
		if end == 1 {
			return nil, fmt.Errorf("an axis must follow %q", toks[0])
		}
		if err := c.Axis.UnmarshalText([]byte(toks[1])); err != nil || c.Axis == parley.AxisUnknown {
			return nil, fmt.Errorf("%q is no axis", toks[1])
		}
		if err := readChange(&c, toks[2:end]); err != nil {
			return nil, err
		}
		out = append(out, c)
		toks = toks[end:]
	}
	return out, nil
}

func readChange(c *parley.Change, toks []string) error {
	var read func(string) (uint16, error)
	switch c.Axis {
	case parley.AxisVersion, parley.AxisLegacyVersion, parley.AxisRecordVersion:
		read = wide(versions.parse)
	case parley.AxisSuite, parley.AxisFallback:
		read = wide(suites.parse)
	case parley.AxisGroup, parley.AxisKeyShare:
		read = wide(groups.parse)
	case parley.AxisScheme:
		read = wide(schemes.parse)
	case parley.AxisExtension:
		read = wide(extensions.parse)
	case parley.AxisSize, parley.AxisSegments, parley.AxisRecords, parley.AxisMSS, parley.AxisTTL, parley.AxisSessionID:
		read = amount
	case parley.AxisPSKMode, parley.AxisPointFormat, parley.AxisCompression:
		read = func(s string) (uint16, error) {
			n, err := strconv.ParseUint(strings.TrimPrefix(s, "0x"), 16, 8)
			return uint16(n), err
		}
	default:
		if len(toks) == 0 {
			return nil
		}
		text, err := joinName(toks)
		c.Text = text
		return err
	}
	for i, t := range toks {
		switch {
		case t == "padded" && i == len(toks)-1:
			c.Padded = true
			continue
		case t == parley.WithoutShare && c.Axis == parley.AxisGroup:
			c.Text = t
			continue
		case t == parley.ToTheEnd && i == len(toks)-1 && c.Axis == parley.AxisExtension:
			c.Text = t
			continue
		}
		v, err := read(t)
		if err != nil {
			return err
		}
		c.Values = append(c.Values, v)
	}
	return nil
}

// amount reads a number of bytes or hops; "rest" is what is left.
func amount(s string) (uint16, error) {
	if s == "rest" {
		return 0, nil
	}
	n, err := number(s, 0xffff)
	return uint16(n), err
}

func wide[T ~uint16](parse func(string) (T, error)) func(string) (uint16, error) {
	return func(s string) (uint16, error) {
		v, err := parse(s)
		return uint16(v), err
	}
}
