package lazy

import "testing"

func TestAPatternIsCompiledOnceAndNotBefore(t *testing.T) {
	t.Parallel()
	p := Regexp(`^a+$`)
	if !p().MatchString("aa") || p().MatchString("b") || p() != p() {
		t.Error("the pattern is not the expression, or not one")
	}
	Regexp(`(`) // nobody asks for it
}
