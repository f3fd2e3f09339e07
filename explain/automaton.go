package explain

// automaton finds all of a set of words in one pass (Aho and Corasick). Bytes
// that stand in no word are one class, so that its table stays small.
type automaton struct {
	class  [256]uint8
	next   []uint16   // state × classes + class
	ends   [][]uint16 // by state: the words that end there
	final  []bool     // by state: whether one ends there
	width  int
	states int
}

// newAutomaton builds the automaton of words, which together have fewer than
// 65,536 bytes.
func newAutomaton(words []string) *automaton {
	a := &automaton{width: 1}
	for _, w := range words {
		for i := 0; i < len(w); i++ {
			if a.class[w[i]] == 0 {
				a.class[w[i]] = uint8(a.width)
				a.width++
			}
		}
	}
	a.grow()
	for n, w := range words {
		at := 0
		for i := 0; i < len(w); i++ {
			c := int(a.class[w[i]])
			if a.next[at*a.width+c] == 0 {
				a.next[at*a.width+c] = uint16(a.grow())
			}
			at = int(a.next[at*a.width+c])
		}
		a.ends[at] = append(a.ends[at], uint16(n))
	}
	a.link()
	for _, e := range a.ends {
		a.final = append(a.final, len(e) > 0)
	}
	return a
}

func (a *automaton) grow() int {
	a.next = append(a.next, make([]uint16, a.width)...)
	a.ends = append(a.ends, nil)
	a.states++
	return a.states - 1
}

// link turns the tree of words into the automaton, breadth first.
func (a *automaton) link() {
	fail := make([]uint16, a.states)
	var queue []uint16
	for c := range a.width {
		if s := a.next[c]; s != 0 {
			queue = append(queue, s)
		}
	}
	for len(queue) > 0 {
		at := int(queue[0])
		queue = queue[1:]
		f := int(fail[at])
		a.ends[at] = append(a.ends[at], a.ends[f]...)
		for c := range a.width {
			s := a.next[at*a.width+c]
			if s == 0 {
				a.next[at*a.width+c] = a.next[f*a.width+c]
				continue
			}
			fail[s] = a.next[f*a.width+c]
			queue = append(queue, s)
		}
	}
}
