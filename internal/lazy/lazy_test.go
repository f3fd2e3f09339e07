package lazy

import "testing"

func TestAPatternIsCompiledOnceAndNotBefore(t *testing.T) {
	t.Parallel()
	p := Regexp(`^a+$`)
	first, again := p(), p()
	if !first.MatchString("aa") || first.MatchString("b") || first != again {
		t.Error("the pattern is not the expression, or not one")
	}
	Regexp(`(`) // nobody asks for it
}
